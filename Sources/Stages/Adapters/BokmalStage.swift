import Bokmal
import Foundation
import Pipeline
import Transcript

/// Dialect and Nynorsk to Bokmål, with every change kept beside the word as said.
struct BokmalStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "bokmal", version: 2, summary: "dialect and Nynorsk to Bokmål", inputs: [WordedTranscript.self],
        optionalInputs: [AlignedTranscript.self, MarkedTranscript.self], output: BokmalTranscript.self,
        settings: [
            Setting(
                "from", .choice(["auto", "dialect", "phonetic", "nynorsk", "bokmaal"]), default: .text("auto"),
                "variety of the talk; auto decides turn by turn"),
            Setting(
                "style", .choice(NormalizerOptions.Style.allCases.map(\.rawValue)), default: .text("moderate"),
                "of dialect and Nynorsk: moderate writes the usual form (hjem, vet), radical the radical one (heim, veit); as-said leaves every accepted form"),
            Setting(
                "feminine", .choice(NormalizerOptions.Feminine.allCases.map(\.rawValue)), default: .text("as-said"),
                "of all words: jenta (a) or jenten (en)"),
            Setting(
                "past", .choice(NormalizerOptions.Past.allCases.map(\.rawValue)), default: .text("as-said"),
                "of all words: kasta (a) or kastet (et)"),
            Setting(
                "plural", .choice(NormalizerOptions.Plural.allCases.map(\.rawValue)), default: .text("as-said"),
                "of all words: husa (a) or husene (ene)"),
            Setting(
                "variants", .choice(NormalizerOptions.Variants.allCases.map(\.rawValue)), default: .text("as-said"),
                "of all words: hjem, selv (moderate) or heim, sjøl (radical)"),
            Setting(
                "nynorsk", .choice(BokmalChoices.engines), default: .text("auto"),
                "auto: Apertium when it is installed, else own lexicon and rules"),
            Setting("keep", .list(of: []), default: .list([]), "words never to touch"),
            Setting("replace", .list(of: []), default: .list([]), "words to replace, as 'said=written'"),
            Setting(
                "words", .text(hint: "a table in the study: said, tab, what to write"), default: .text(StudyWords.fileName),
                "the study's words, which win over keep and replace; 'ordrett changes' writes them"),
        ] + ExternalCommand.settings("{text} (else on standard input, a line a turn) and {result}; it writes a line for each line"))

    let options: NormalizerOptions
    let variety: TurnVariety?
    let words: String
    let engine: NynorskEngine

    private let settings: Settings

    init(settings: Settings) throws {
        self.settings = settings
        do { options = try BokmalChoices(settings).options() } catch let fault as StageFault {
            throw DefinitionError(file: "pipeline", key: "bokmal.replace", message: fault.description)
        }
        variety = BokmalChoices.variety(settings.text("from"))
        words = settings.text("words")
        engine = NynorskEngine(rawValue: settings.text("nynorsk")) ?? .auto
    }

    static let privateResources: Set = ["words"]

    func resources(in folders: OutputFolders) throws -> [String: String] {
        var resources = ["lexicon": try ResourceDigest.of(BokmalResources.folder)]
        if let external = try external(folders) { resources.merge(try external.command.digests()) { $1 } } else { resources["apertium"] = try engine.digest() }
        // By what it says, not by its bytes: a remark or another order runs nothing again.
        let canonical = try StudyWordsFile.load(words, root: folders.root).canonical
        if !canonical.isEmpty { resources["words"] = Digest.sha256(Data(canonical.utf8)) }
        return resources
    }

    /// The program the settings name instead of Ordrett's own method; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalTranslator? {
        let command = settings.list("command")
        return command.isEmpty ? nil : try ExternalTranslator(command: command, timeout: settings.number("timeout"), base: folders.root)
    }

    func run(_ context: ItemContext) async throws -> BokmalTranscript {
        let transcript = try context.latestTranscript()
        if let external = try external(context.folders) {
            let result = try external.translate(
                transcript, options: StudyWordsFile.load(words, root: context.folders.root).applied(to: options),
                complaints: context.complaints(Self.descriptor.id), progress: context.progress(0, 1))
            try context.publish(result.recording.id + ".fortrolig.bokmal.tsv", Data(ChangeReport([result]).tsv().utf8), in: .confidential)
            return BokmalTranscript(result)
        }
        var normalizer = Normalizer(try StudyWordsFile.load(words, root: context.folders.root).applied(to: options))
        var warning: String?
        normalizer.proposals = try await engine.proposals(
            for: normalizer, using: engine.translator(), warn: { warning = $0 },
            in: { _ = try $0.normalize(transcript: transcript, variety: variety) })
        var result = try normalizer.normalize(transcript: transcript, variety: variety, progress: context.progress(0, 1))
        result.findings.removeAll { $0.stage == Self.descriptor.id && $0.code == "nynorsk-own-rules" }
        if let warning {
            result.findings.append(
                Finding(stage: Self.descriptor.id, code: "nynorsk-own-rules", severity: .warning,
                    message: warning + " 'ordrett run --force bokmal' tries again."))
        }
        try context.publish(
            result.recording.id + ".fortrolig.bokmal.tsv", Data(ChangeReport([result]).tsv().utf8), in: .confidential)
        return BokmalTranscript(result)
    }
}
