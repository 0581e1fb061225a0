import Bokmal
import Foundation
import Pipeline
import Transcript

/// Dialect and Nynorsk to Bokmål, with every change kept beside the word as said.
struct BokmalStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "bokmal", version: 1, summary: "dialect and Nynorsk to Bokmål", inputs: [WordedTranscript.self],
        optionalInputs: [AlignedTranscript.self, MarkedTranscript.self], output: BokmalTranscript.self,
        settings: [
            Setting(
                "from", .choice(["auto", "dialect", "phonetic", "nynorsk", "bokmaal"]), default: .text("auto"),
                "variety of the talk; auto decides turn by turn"),
            Setting(
                "style", .choice(["moderate", "radical"]), default: .text("moderate"),
                "radical: every accepted form stays (heim, veit); moderate: the usual one is written"),
            Setting("keep", .list(of: []), default: .list([]), "words never to touch"),
            Setting("replace", .list(of: []), default: .list([]), "words to replace, as 'said=written'"),
        ])

    let options: NormalizerOptions
    let variety: TurnVariety?
    init(settings: Settings) throws {
        var options = NormalizerOptions()
        options.untouched = Set(settings.list("keep").map { $0.lowercased() })
        for pair in settings.list("replace") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty else {
                throw DefinitionError(file: "pipeline", key: "bokmal.replace", message: "write each as 'said=written'")
            }
            options.replacements[parts[0].lowercased()] = parts[1]
        }
        options.style = NormalizerOptions.Style(rawValue: settings.text("style")) ?? .moderate
        variety =
            switch settings.text("from") {
            case "dialect": .writtenDialect
            case "phonetic": .phonetic
            case "nynorsk": .nynorsk
            case "bokmaal": .bokmal
            default: nil
            }
        self.options = options
    }

    func resources(in folders: OutputFolders) throws -> [String: String] { 
        ["lexicon": try ResourceDigest.of(BokmalResources.folder)]
     }

    func run(_ context: ItemContext) throws -> BokmalTranscript {
        BokmalTranscript(
            try Normalizer(options).normalize(
                transcript: context.latestTranscript(), variety: variety, progress: context.progress(0, 1)))
    }
}
