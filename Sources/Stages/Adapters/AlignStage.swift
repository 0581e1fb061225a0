import Alignment
import AudioIngest
import Foundation
import Pipeline
import Signal
import Transcript

/// Places the words in the sound.
struct AlignStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "align", version: 2, summary: "each word's place in the sound",
        inputs: [RecordingSheet.self, SpeechMap.self, SpeakerMap.self, WordedTranscript.self],
        output: AlignedTranscript.self, files: ["recording"],
        settings: [
            Setting(
                "language", .text(hint: "auto, or an espeak-ng voice such as nb or en-us"), default: .text("auto"),
                "language of the talk; auto: the study's"),
        ])

    let language: String
    init(settings: Settings) { language = settings.text("language") }

    func resources(in folders: OutputFolders) throws -> [String: String] { ["espeak": SpeechSynthesizer.engineVersion].merging(ResourceDigest.sound) { $1 } }

    func run(_ context: ItemContext) throws -> AlignedTranscript {
        let transcript = try context.input(WordedTranscript.self).transcript
        guard transcript.wordCount > 0 else { return AlignedTranscript(transcript) }
        let sheet = try context.input(RecordingSheet.self), speech = try context.input(SpeechMap.self).speech
        let segments = try context.input(SpeakerMap.self).segments
        let aligner = ForcedAligner(
            options: .init(language: language == "auto" ? transcript.language : language), makeRenderer: Voice.make)
        var source = try SoundAccess(context).recording.analysisSource(sheet.inspection.layout.recommended)
        return AlignedTranscript(
            try aligner.align(
                transcript: transcript, source: &source, speech: speech, turnsOf: segments,
                progress: context.progress(0, 1)))
    }
}
