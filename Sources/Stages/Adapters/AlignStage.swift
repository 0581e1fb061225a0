import Alignment
import AudioIngest
import Foundation
import Pipeline
import Signal
import Transcript

/// Places the words in the sound.
struct AlignStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "align", version: 3, summary: "each word's place in the sound",
        inputs: [RecordingSheet.self, SpeechMap.self, SpeakerMap.self, WordedTranscript.self],
        output: AlignedTranscript.self, files: ["recording"],
        settings: [
            Setting(
                "language", .text(hint: "auto, or an espeak-ng voice such as nb or en-us"), default: .text("auto"),
                "language of the talk; auto: the study's"),
            Setting(
                "mismatch", .choice(["stop", "accept"]), default: .text("stop"),
                "what to do when most of the words are not found in the sound: they may be another recording's"),
            Setting(
                "format", .choice(TimedTokens.Format.allCases.map(\.rawValue)), default: .text("auto"),
                "what the other program writes; auto: told by its first line"),
        ] + ExternalCommand.settings("{wav}, {text} (a line a turn) or {json}, {language} and {result}; it writes the words with times as CTM, TextGrid, WebVTT, JSON or a table"))

    let language: String
    private let acceptsMismatch: Bool
    private let settings: Settings
    init(settings: Settings) {
        self.settings = settings
        language = settings.text("language")
        acceptsMismatch = settings.text("mismatch") == "accept"
    }

    /// Share of the words below which they are not taken for this recording's, and how many it takes to judge.
    private static let leastFound = 0.35, leastWords = 20
    /// Words a second of speech beyond which nobody talks.
    private static let fastest = 8.0

    func resources(in folders: OutputFolders) throws -> [String: String] {
        if let external = try external(folders) { return try ResourceDigest.sound.merging(external.command.digests()) { $1 } }
        return ["espeak": SpeechSynthesizer.engineVersion].merging(ResourceDigest.sound) { $1 }
    }

    /// The program the settings name instead of Ordrett's own method; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalAligner? {
        let command = settings.list("command")
        guard !command.isEmpty else { return nil }
        return try ExternalAligner(
            command: command, format: .init(rawValue: settings.text("format")) ?? .auto, timeout: settings.number("timeout"), base: folders.root)
    }

    func run(_ context: ItemContext) throws -> AlignedTranscript {
        let transcript = try context.input(WordedTranscript.self).transcript
        guard transcript.wordCount > 0 else { return AlignedTranscript(transcript) }
        let sheet = try context.input(RecordingSheet.self), speech = try context.input(SpeechMap.self).speech
        let segments = try context.input(SpeakerMap.self).segments
        if let external = try external(context.folders) {
            let places = try external.align(
                transcript, language: language == "auto" ? transcript.language : language, complaints: context.complaints(Self.descriptor.id),
                sound: { try context.writeSound(to: $0, sheet, progress: context.progress(0, 0.1)) }, progress: context.progress(0, 1))
            var placed = ForcedAligner.placed(places, in: transcript, speech: speech, turnsOf: segments)
            placed.findings.append(
                Finding(stage: Self.descriptor.id, code: "external-aligner", severity: .note, message: "The words were placed by '\(external.command.program.lastPathComponent)'."))
            if !acceptsMismatch { try check(placed, speech: speech) }
            return AlignedTranscript(placed)
        }
        let aligner = ForcedAligner(
            options: .init(language: language == "auto" ? transcript.language : language), makeRenderer: Voice.make)
        var source = try SoundAccess(context).recording.analysisSource(sheet.inspection.layout.recommended)
        let aligned = try aligner.align(
            transcript: transcript, source: &source, speech: speech, turnsOf: segments, progress: context.progress(0, 1))
        if !acceptsMismatch { try check(aligned, speech: speech) }
        return AlignedTranscript(aligned)
    }

    /// One participant's words must not come out under another's name.
    private func check(_ transcript: Transcript, speech: [SampleRange]) throws {
        let words = transcript.turns.flatMap(\.words)
        guard words.count >= Self.leastWords, !speech.isEmpty else { return }
        let found = words.count { $0.placement != .unplaced && $0.range != nil }
        let seconds = SampleRate.analysis.seconds(speech.reduce(0) { $0 + $1.count })
        guard Double(found) < Self.leastFound * Double(words.count) || Double(words.count) > Self.fastest * seconds else { return }
        throw StageFault(
            "the words are not this recording's, it seems: \(found) of \(words.count) were found in \(Int(seconds)) s of speech; check that the draft "
                + "belongs to it, or set align.mismatch to accept")
    }
}
