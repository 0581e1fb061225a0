import AudioIngest
import Foundation
import Pipeline
import Recognition
import Signal
import Speech
import Transcript

/// Words that a recogniser hears in one file: what the command `recognize` does.
public struct RecognitionTool: Sendable {
    public struct Options: Sendable {
        public var engine = "faster-whisper"
        /// As the settings of the stage `words`; empty for their defaults.
        public var model = "", verbatimModel = "", program = "", prompt = ""
        /// For the engine `command`.
        public var command: [String] = []
        /// BCP 47: nb, nn or no.
        public var language = "nb"

        public init() {}
    }

    public struct Result: Sendable {
        /// `start⇥end⇥word`, seconds.
        public var table: String
        /// The transcript as JSON.
        public var json: Data
        /// What looked wrong, without any of the words.
        public var findings: [String]
    }

    public static let engines = Recognizers.engines

    public static func run(_ path: String, _ options: Options, progress: @escaping Signal.Progress = { _ in }) async throws -> Result {
        let settings = Settings(
            schema: WordsStage.descriptor.settings,
            overrides: [
                "engine": .text(options.engine), "model": .text(options.model), "verbatim_model": .text(options.verbatimModel),
                "program": .text(options.program), "prompt": .text(options.prompt), "command": .list(options.command),
            ])
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        guard let recognizers = Recognizers(settings, base: here) else {
            throw RequestFault("'\(options.engine)' is no recogniser; there are \(engines.joined(separator: ", "))")
        }
        let source = try recognizers.source()
        let access = try SpeechTools.open(path), recording = access.recording
        defer { withExtendedLifetime(access) {} }
        let channel = try SpeechTools.channel(of: recording)
        var sound = try recording.analysisSource(channel)
        let speech = try VoiceActivityDetector().detect(source: &sound, progress: { try progress(0.1 * $0) }).segments
        let reference = RecordingReference(
            id: SpeechTools.uri(path), digest: try recording.digest(), rate: recording.rate, length: recording.length,
            channels: recording.channels, recordedAt: IngestStage.clock(recording.startDate))
        let request = WordRequest(
            recording: reference, sound: { try recording.analysisSource(channel) }, language: options.language,
            speech: speech.map { $0.converted(from: .analysis, to: recording.rate) })
        let transcript = try await source.words(for: request, progress: { try progress(0.1 + 0.9 * $0) })
        var table = ""
        for word in transcript.turns.flatMap(\.words) {
            guard let range = word.range else { continue }
            let start = Decimal3.text(recording.rate.seconds(range.start), places: 3)
            table += start + "\t" + Decimal3.text(recording.rate.seconds(range.end), places: 3) + "\t" + word.text + "\n"
        }
        let findings = transcript.findings.filter { $0.severity != .note }.map { finding in
            let place = finding.range.map { Decimal3.text(recording.rate.seconds($0.start), places: 1) + " s: " } ?? ""
            return place + finding.message
        }
        return Result(table: table, json: try transcript.encoded(), findings: findings)
    }
}
