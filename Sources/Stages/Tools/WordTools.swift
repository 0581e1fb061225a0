import Alignment
import AudioIngest
import Foundation
import Pipeline
import Prosody
import Recognition
import Signal
import Speech
import Transcript

/// One stage alone: what the commands `words`, `align` and `prosody` do.
public enum WordTools {
    /// Words of a text with their places, `start⇥end⇥word`; a word that was not found has `-` for its times.
    public static func align(
        _ path: String, text: String, language: String, vad: String?, progress: @escaping Signal.Progress = { _ in }
    ) throws -> String {
        let draft = try WordsStage.read(URL(fileURLWithPath: try existing(text)))
        var words: [AlignableWord] = []
        for (turn, piece) in draft.pieces.enumerated() {
            for (index, element) in piece.elements.enumerated() {
                guard let word = element.word else { continue }
                // What the draft says of times narrows the search: the word's own, or its turn's.
                let time = piece.times.indices.contains(index) ? piece.times[index] : nil
                let hint = time.map { ($0.start, $0.end) } ?? piece.end.flatMap { end in piece.start.map { ($0, end) } }
                words.append(
                    AlignableWord(
                        text: word.text, trail: word.trail, turn: turn,
                        timeHint: hint.map {
                            SampleRange(SampleRate.analysis.position(seconds: $0.0), SampleRate.analysis.position(seconds: $0.1))
                        }))
            }
        }
        guard !words.isEmpty else { throw StageFault("the text holds no words") }
        let access = try SpeechTools.open(path), recording = access.recording
        defer { withExtendedLifetime(access) {} }
        let speech = try self.speech(recording, named: path, vad: vad, progress: { try progress($0 * 0.2) })
        var source = try recording.analysisSource(SpeechTools.channel(of: recording))
        let aligned = try ForcedAligner(options: .init(language: language), makeRenderer: Voice.make).align(
            words: words, source: &source, speech: speech, progress: { try progress(0.2 + 0.8 * $0) })
        var output = ""
        for (word, place) in zip(words, aligned) {
            if let range = place.range {
                output += seconds(range.start) + "\t" + seconds(range.end) + "\t" + word.text + "\n"
            } else {
                output += "-\t-\t" + word.text + "\n"
            }
        }
        return output
    }

    /// Words with prominence and labels: `start⇥end⇥word⇥prominence⇥labels`. Labels, separated by commas: `prominent`,
    /// `emphasis`, and `pause=S` for a pause of S seconds after the word.
    public static func prosody(
        _ path: String, words table: String, progress: @escaping Signal.Progress = { _ in }
    ) throws -> String {
        let rows = try timedWords(TextFile.read(table), file: TextFile.name(table))
        let access = try SpeechTools.open(path), recording = access.recording
        defer { withExtendedLifetime(access) {} }
        let speech = try self.speech(recording, named: path, vad: nil, progress: { try progress($0 * 0.2) })
        let length = recording.rate.convert(recording.length, to: .analysis)
        if let last = rows.compactMap(\.range?.end).max(), last > length + SampleRate.analysis.hertz {
            throw StageFault("'\(TextFile.name(table))' has words after the end of the recording; are they of another one?")
        }
        let reference = RecordingReference(
            id: SpeechTools.uri(path), digest: "", rate: .analysis, length: max(length, 1), channels: 1)
        // One speaker, one turn, so that every gap inside is a pause of the speaker's own.
        let speakers = rows.reduce(into: [String]()) { if !$0.contains($1.speaker) { $0.append($1.speaker) } }
        var turns: [Turn] = []
        for (index, row) in rows.enumerated() {
            let word = Element.word(
                Word(
                    id: index + 1, text: row.text, range: row.range, placement: row.range == nil ? .unplaced : .given))
            if turns.last?.speaker == row.speaker {
                turns[turns.count - 1].elements.append(word)
                if let range = row.range { turns[turns.count - 1].range = turns[turns.count - 1].range?.union(range) ?? range }
            } else {
                turns.append(Turn(id: turns.count + 1, speaker: row.speaker, range: row.range, elements: [word]))
            }
        }
        let transcript = Transcript(
            recording: reference, speakers: speakers.map { Speaker(id: $0, label: $0) }, turns: turns)
        var source = try recording.analysisSource(SpeechTools.channel(of: recording))
        let marked = try ProsodyAnalyzer().annotate(
            transcript: transcript, source: &source, speech: speech, progress: { try progress(0.2 + 0.8 * $0) })
        var output = ""
        for turn in marked.turns {
            for (index, element) in turn.elements.enumerated() {
                guard let word = element.word else { continue }
                var labels: [String] = []
                if let level = word.prominence?.level, level > 0 { labels.append(level > 1 ? "emphasis" : "prominent") }
                for next in turn.elements[(index + 1)...] {
                    guard let mark = next.mark else { break }
                    if mark.kind == .pause, let range = mark.range {
                        labels.append((mark.label.map { $0 + "-" } ?? "") + "pause=" + Decimal3.text(range.seconds(at: .analysis), places: 2))
                    }
                }
                let times = word.range.map { seconds($0.start) + "\t" + seconds($0.end) } ?? "-\t-"
                let strength = word.prominence.map { Decimal3.text($0.strength, places: 3) } ?? "-"
                output += "\(times)\t\(word.text)\t\(strength)\t\(labels.joined(separator: ","))\n"
            }
        }
        return output
    }

    /// A draft as transcript JSON, not yet aligned.
    public static func words(_ draft: String, audio: String) throws -> (json: Data, summary: String) {
        let read = try WordsStage.read(URL(fileURLWithPath: try existing(draft)))
        let access = try SpeechTools.open(audio), recording = access.recording
        defer { withExtendedLifetime(access) {} }
        let reference = RecordingReference(
            id: SpeechTools.uri(audio), digest: try recording.digest(), rate: recording.rate, length: recording.length,
            channels: recording.channels, recordedAt: IngestStage.clock(recording.startDate))
        let transcript = read.transcript(recording: reference)
        let encoding = read.encoding.map { ", \($0.rawValue)" } ?? ""
        return (
            try transcript.encoded(),
            "\(read.format.rawValue)\(encoding): \(transcript.speakers.count) speakers, \(transcript.turns.count) turns, \(transcript.wordCount) words"
        )
    }

    // MARK: -

    private static func seconds(_ position: Int) -> String { Decimal3.text(SampleRate.analysis.seconds(position), places: 3) }

    private static func existing(_ path: String) throws -> String {
        _ = try TextFile.bytes(path)
        return path
    }

    private static func speech(_ recording: Recording, named path: String, vad: String?, progress: @escaping Signal.Progress) throws -> [SampleRange] {
        if let vad {
            let speech = try SpeechTools.speech(in: vad, of: recording, named: path)
            guard !speech.isEmpty else { throw StageFault("'\(TextFile.name(vad))' holds no speech") }
            return speech
        }
        var source = try recording.analysisSource(SpeechTools.channel(of: recording))
        return try VoiceActivityDetector().detect(source: &source, progress: progress).segments
    }

    private struct TimedWord { var text: String, range: SampleRange?, speaker: String }

    /// `start⇥end⇥word` or `start⇥end⇥speaker⇥word`; `-` for times that are not known.
    private static func timedWords(_ text: String, file: String) throws -> [TimedWord] {
        var rows: [TimedWord] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            if fields.count == 1 && fields[0].isEmpty { continue }
            guard fields.count >= 3 else {
                throw StageFault("'\(file)' line \(index + 1): expected start, end and word with tabs between")
            }
            // Extra columns after the word (emphasis, prominence) are allowed; a speaker stands before the word.
            let hasSpeaker = fields.count >= 4 && Double(fields[3]) == nil
            let word = hasSpeaker ? fields[3] : fields[2]
            var range: SampleRange?
            if fields[0] != "-" {
                guard let start = Double(fields[0]), let end = Double(fields[1]), start >= 0, end >= start, end < 1e6 else {
                    if index == 0 && Double(fields[0]) == nil { continue }  // a heading
                    throw StageFault("'\(file)' line \(index + 1): start and end are seconds, end not before start")
                }
                range = SampleRange(SampleRate.analysis.position(seconds: start), SampleRate.analysis.position(seconds: end))
            }
            rows.append(TimedWord(text: word, range: range, speaker: hasSpeaker ? fields[2] : "S1"))
        }
        guard !rows.isEmpty else { throw StageFault("'\(file)' holds no words") }
        return rows
    }
}
