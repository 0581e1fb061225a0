import Alignment
import AudioIngest
import Foundation
import Pipeline
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

    static func seconds(_ position: Int) -> String { Decimal3.text(SampleRate.analysis.seconds(position), places: 3) }

    private static func existing(_ path: String) throws -> String {
        _ = try TextFile.bytes(path)
        return path
    }

    static func speech(_ recording: Recording, named path: String, vad: String?, progress: @escaping Signal.Progress) throws -> [SampleRange] {
        if let vad {
            let speech = try SpeechTools.speech(in: vad, of: recording, named: path)
            guard !speech.isEmpty else { throw StageFault("'\(TextFile.name(vad))' holds no speech") }
            return speech
        }
        var source = try recording.analysisSource(SpeechTools.channel(of: recording))
        return try VoiceActivityDetector().detect(source: &source, progress: progress).segments
    }
}
