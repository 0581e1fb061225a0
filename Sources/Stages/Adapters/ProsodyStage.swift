import AudioIngest
import Foundation
import Pipeline
import Prosody
import Signal
import Transcript

/// Pauses and emphasis, from the sound.
struct ProsodyStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "prosody", version: 1, summary: "pauses and emphasis", inputs: [RecordingSheet.self, SpeechMap.self, WordedTranscript.self],
        optionalInputs: [AlignedTranscript.self], output: MarkedTranscript.self, files: ["recording"],
        settings: [
            Setting("pause_min", .number(0.05...10, unit: "s"), default: .number(0.25), "the shortest pause that is marked"),
            Setting("rhetorical", .bool, default: .bool(true), "tell rhetorical pauses from others"),
            Setting("emphasis", .bool, default: .bool(true), "mark words that stand out"),
            Setting(
                "emphasis_share", .number(0.005...0.5, unit: ""), default: .number(0.05),
                "about this share of the words is marked as emphasised"),
        ])

    let settings: Settings
    init(settings: Settings) { self.settings = settings }

    func resources(in folders: OutputFolders) throws -> [String: String] { ResourceDigest.sound }

    func run(_ context: ItemContext) throws -> MarkedTranscript {
        let transcript = try context.latestTranscript()
        guard transcript.turns.contains(where: { $0.words.contains { $0.range != nil } }) else {
            return MarkedTranscript(transcript)
        }
        var options = ProsodyOptions()
        options.leastPause = settings.number("pause_min")
        options.strongShare = settings.number("emphasis_share")
        let sheet = try context.input(RecordingSheet.self)
        var source = try SoundAccess(context).recording.analysisSource(sheet.inspection.layout.recommended)
        var marked = try ProsodyAnalyzer(options: options).annotate(
            transcript: transcript, source: &source, speech: context.input(SpeechMap.self).speech,
            progress: context.progress(0, 1))
        for turn in marked.turns.indices {
            for element in marked.turns[turn].elements.indices {
                switch marked.turns[turn].elements[element] {
                case .word(var word) where !settings.bool("emphasis"):
                    word.prominence = nil
                    marked.turns[turn].elements[element] = .word(word)
                case .mark(var mark) where mark.label == "rhetorical" && !settings.bool("rhetorical"):
                    mark.label = nil
                    marked.turns[turn].elements[element] = .mark(mark)
                default: break
                }
            }
        }
        return MarkedTranscript(marked)
    }
}
