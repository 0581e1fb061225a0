import AudioIngest
import Foundation
import Pipeline
import Prosody
import Signal
import Speech
import Transcript

/// What the command `prosody` does.
public enum ProsodyTools {
    /// Words with prominence and labels: `start⇥end⇥word⇥prominence⇥labels`.
    ///
    /// Labels, separated by commas: `prominent`, `emphasis`; the tone of voice of a stretch on each of its words (`loud`,
    /// `whisper`, …); `rising`; and after the word, with seconds: `pause=`, `rhetorical-pause=`, `filled=`, `breath=`, `laughter=`.
    /// - Parameter words: such a table as `ordrett align` writes, or a transcript in Ordrett's JSON with places.
    public static func table(_ path: String, words: String, progress: @escaping Signal.Progress = { _ in }) throws -> String {
        let marked = try marked(path, words: words, progress: progress)
        let rate = marked.recording.rate
        var lines: [(times: String, word: String, strength: String, labels: [String])] = []
        for turn in marked.turns {
            var tones: [(label: String, until: Int)] = []
            for (index, element) in turn.elements.enumerated() {
                if let mark = element.mark, mark.kind == .toneOfVoice, let label = mark.label, let until = mark.until { tones.append((label, until)) }
                // What comes before a turn's first word comes after the last word of the turn before.
                if let mark = element.mark, !turn.elements[..<index].contains(where: { $0.word != nil }), let label = Self.label(mark, rate),
                    !lines.isEmpty
                {
                    lines[lines.count - 1].labels.append(label)
                }
                guard let word = element.word else { continue }
                var labels: [String] = []
                if let level = word.prominence?.level, level > 0 { labels.append(level > 1 ? "emphasis" : "prominent") }
                labels += tones.map(\.label)
                tones.removeAll { $0.until == word.id }
                for next in turn.elements[(index + 1)...] {
                    guard let mark = next.mark else { break }
                    if let label = Self.label(mark, rate) { labels.append(label) }
                }
                let times = word.range.map { seconds($0.start, rate) + "\t" + seconds($0.end, rate) } ?? "-\t-"
                let strength = word.prominence.map { Decimal3.text($0.strength, places: 3) } ?? "-"
                lines.append((times, word.text, strength, labels))
            }
        }
        return lines.map { "\($0.times)\t\($0.word)\t\($0.strength)\t\($0.labels.joined(separator: ","))\n" }.joined()
    }

    /// The marked transcript with every mark's evidence.
    public static func json(_ path: String, words: String, progress: @escaping Signal.Progress = { _ in }) throws -> String {
        String(decoding: try marked(path, words: words, progress: progress).encoded(), as: UTF8.self)
    }

    /// What the emphasis model weighs, a row a word with a heading; empty for words without a place. For training it.
    public static func emphasisFeatures(
        _ path: String, words table: String, progress: @escaping Signal.Progress = { _ in }
    ) throws -> String {
        let words = try TimedWords(TextFile.read(table), file: TextFile.name(table)).rows
        let access = try SpeechTools.open(path)
        defer { withExtendedLifetime(access) {} }
        var source = try access.recording.analysisSource(SpeechTools.channel(of: access.recording))
        let found = try ProsodyAnalyzer().emphasisFeatures(
            words: words.map { ProsodicWord(text: $0.text, range: $0.range, speaker: $0.speaker) }, source: &source, progress: progress)
        let lines = found.rows.map { row in row.map { $0.map { Decimal3.text($0, places: 6) }.joined(separator: "\t") } ?? "" }
        return ([found.names.joined(separator: "\t")] + lines).joined(separator: "\n") + "\n"
    }

    // MARK: -

    private static func label(_ mark: Mark, _ rate: SampleRate) -> String? {
        let duration = mark.range.map { "=" + Decimal3.text($0.seconds(at: rate), places: 2) } ?? ""
        switch mark.kind {
        case .pause where mark.range == nil: return nil
        case .pause where mark.label == "filled": return "filled" + duration
        case .pause: return (mark.label.map { $0 + "-" } ?? "") + "pause" + duration
        case .breath, .laughter: return mark.kind.rawValue + duration
        case .intonation: return mark.label
        default: return nil
        }
    }

    private static func marked(_ path: String, words file: String, progress: @escaping Signal.Progress) throws -> Transcript {
        let text = try TextFile.read(file)
        let access = try SpeechTools.open(path), recording = access.recording
        defer { withExtendedLifetime(access) {} }
        let transcript = try self.transcript(text, file: TextFile.name(file), recording: recording, path: path)
        let end = transcript.turns.flatMap(\.words).compactMap(\.range?.end).max() ?? 0
        let length = recording.rate.convert(recording.length, to: transcript.recording.rate)
        guard end <= length + transcript.recording.rate.hertz else {
            throw StageFault("'\(TextFile.name(file))' has words after the end of the recording; are they of another one?")
        }
        let speech = try WordTools.speech(recording, named: path, vad: nil, progress: { try progress($0 * 0.2) })
        var source = try recording.analysisSource(SpeechTools.channel(of: recording))
        return try ProsodyAnalyzer().annotate(
            transcript: transcript, source: &source, speech: speech, progress: { try progress(0.2 + 0.8 * $0) })
    }

    private static func transcript(_ text: String, file: String, recording: Recording, path: String) throws -> Transcript {
        if text.first(where: { !$0.isWhitespace }) == "{" {
            guard let transcript = try? Transcript(decoding: Data(text.utf8)) else {
                throw StageFault("'\(file)' is no transcript of Ordrett's; give one that 'ordrett words' or a study made, or a table of words")
            }
            return transcript
        }
        let rows = try TimedWords(text, file: file).rows
        let reference = RecordingReference(
            id: SpeechTools.uri(path), digest: "", rate: .analysis,
            length: max(recording.rate.convert(recording.length, to: .analysis), 1), channels: 1)
        // A turn lasts until somebody else speaks, so that every gap inside is a pause of the speaker's own.
        let speakers = rows.reduce(into: [String]()) { if !$0.contains($1.speaker) { $0.append($1.speaker) } }
        var turns: [Turn] = []
        for (index, row) in rows.enumerated() {
            let word = Element.word(
                Word(id: index + 1, text: row.text, range: row.range, placement: row.range == nil ? .unplaced : .given))
            if turns.last?.speaker == row.speaker {
                turns[turns.count - 1].elements.append(word)
                if let range = row.range { turns[turns.count - 1].range = turns[turns.count - 1].range?.union(range) ?? range }
            } else {
                turns.append(Turn(id: turns.count + 1, speaker: row.speaker, range: row.range, elements: [word]))
            }
        }
        return Transcript(recording: reference, speakers: speakers.map { Speaker(id: $0, label: $0) }, turns: turns)
    }

    private static func seconds(_ position: Int, _ rate: SampleRate) -> String { Decimal3.text(rate.seconds(position), places: 3) }
}
