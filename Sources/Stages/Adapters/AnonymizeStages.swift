import Anonymization
import Bokmal
import Foundation
import Pipeline
import Transcript

/// What could identify somebody, found on the words as they were said.
struct DetectStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "detect", version: 3, summary: "names, places, numbers and other identifiers, before normalisation",
        inputs: [WordedTranscript.self], optionalInputs: [AlignedTranscript.self, MarkedTranscript.self],
        output: DetectionList.self,
        settings: [
            Setting(
                "policy", .text(hint: "a shipped policy (\(Policy.shippedNames.joined(separator: ", "))) or a .yaml file"),
                default: .text("standard"), "whose lists of words to allow and to deny; the same as register.policy"),
            Setting("own", .bool, default: .bool(true), "false: another program alone looks at the words; what it misses stays in the text"),
            Setting("labels", .list(of: []), default: .list([]), "what another program's labels mean, as LABEL=type"),
        ] + ExternalCommand.settings("{text} (else on standard input, a line a turn) or {json}, and {result}; it writes brat's standoff, CoNLL or JSON, which is added to what is found here"))

    let policyName: String
    private let settings: Settings
    init(settings: Settings) throws {
        policyName = settings.text("policy")
        self.settings = settings
        guard settings.bool("own") || !settings.list("command").isEmpty else {
            throw DefinitionError(file: "pipeline", key: "detect.own", message: "with own false and no command nobody would look for names; give a command, or leave own out")
        }
    }

    static let privateResources: Set = ["decisions"]

    func resources(in folders: OutputFolders) throws -> [String: String] {
        var resources = [
            "names": try ResourceDigest.of(AnonymizationResources.folder), "words": try ResourceDigest.of(BokmalResources.folder),
            "policy": try PolicyFile.digest(policyName, root: folders.root),
        ]
        if let external = try external(folders) { resources.merge(try external.command.digests()) { $1 } }
        return resources
    }

    /// The program that looks, too; nil for none.
    private func external(_ folders: OutputFolders) throws -> ExternalDetector? {
        let command = settings.list("command")
        guard !command.isEmpty else { return nil }
        return try ExternalDetector(command: command, labels: settings.list("labels"), timeout: settings.number("timeout"), base: folders.root)
    }

    func resources(of item: Item, in folders: OutputFolders) throws -> [String: String] {
        let decided = try DecisionFile(folders).decisions(of: item.id).digest
        return decided == "none" ? [:] : ["decisions": decided]
    }

    func run(_ context: ItemContext) throws -> DetectionList {
        let policy = try PolicyFile.load(policyName, root: context.folders.root)
        let detector = Detector(options: policy.detectorOptions())
        let transcript = try context.latestTranscript()
        let given = try external(context.folders)?.spans(transcript, complaints: context.complaints(Self.descriptor.id), progress: context.progress(0, 0.5)) ?? []
        let found = detector.detect(transcript: transcript, given: given, ownWords: settings.bool("own"))
        let (decisions, salt, _) = try DecisionFile(context.folders).decisions(of: context.item.id)
        guard !decisions.isEmpty else { return DetectionList(detections: found) }
        let (detections, applied) = AuditDecision.apply(decisions, to: found, in: transcript, salt: salt, policy: policy)
        return DetectionList(detections: detections, decisions: applied)
    }
}

/// Gives every person, place and number of the study its code. Codes once given never change.
struct RegisterStage: StudyStage {
    static let stateFile = "koblingsnokkel.json"
    static let descriptor = StageDescriptor(
        id: "register", version: 2, summary: "one code for one person, over the whole study", inputs: [DetectionList.self],
        output: RegisterArtefact.self,
        settings: [
            Setting(
                "policy", .text(hint: "a shipped policy (\(Policy.shippedNames.joined(separator: ", "))) or a .yaml file"),
                default: .text("standard"), "what becomes of each kind of identifier")
        ],
        irreplaceable: "codes once given must never change, and nobody but Ordrett may see the whole register")

    let policyName: String
    init(settings: Settings) { policyName = settings.text("policy") }

    func resources(in folders: OutputFolders) throws -> [String: String] {
        [
            "policy": try PolicyFile.digest(policyName, root: folders.root),
            "names": try ResourceDigest.of(AnonymizationResources.folder),
        ]
    }

    func run(_ context: StudyContext<RegisterArtefact>) throws -> RegisterArtefact {
        let policy = try PolicyFile.load(policyName, root: context.folders.root)
        let detections = try context.items.indices.map { index in
            (itemID: context.items[index].id, detections: try context.input(DetectionList.self, of: index).detections)
        }
        let before = context.previous?.register ?? KeyRegister()
        return RegisterArtefact(
            policy: policyName, policyDigest: try PolicyFile.digest(policyName, root: context.folders.root),
            register: KeyRegister.assign(register: before, detections: detections, policy: policy))
    }
}

/// Policies by shipped name, or from a file of the study.
enum PolicyFile {
    static func load(_ name: String, root: URL) throws -> Policy {
        try Policy.load(Policy.shippedNames.contains(name) ? name : path(name, root))
    }

    static func digest(_ name: String, root: URL) throws -> String {
        let shipped = AnonymizationResources.folder?.appendingPathComponent("policies/\(name).yaml")
        let url = Policy.shippedNames.contains(name) ? shipped ?? root : URL(fileURLWithPath: path(name, root))
        do { return try Digest.sha256(file: url) } catch {
            throw StageFault(
                "there is no policy '\(name)'; shipped are \(Policy.shippedNames.joined(separator: ", ")), or give the path of a .yaml file")
        }
    }

    private static func path(_ name: String, _ root: URL) -> String {
        let own = root.appendingPathComponent(name).path
        return FileManager.default.fileExists(atPath: own) ? own : name
    }
}

/// Replaces what identifies, by the register and the policy it was made with.
struct AnonymizeStage: ItemStage {
    static let descriptor = StageDescriptor(
        id: "anonymize", version: 4, summary: "identifiers replaced by the study's codes",
        inputs: [WordedTranscript.self, DetectionList.self, RegisterArtefact.self],
        optionalInputs: [AlignedTranscript.self, MarkedTranscript.self, BokmalTranscript.self],
        output: AnonymizedArtefact.self, facts: [ItemFacts.name],
        irreplaceable: "the codes, the audit and the gate to deling/ rest on it; add to what is found with detect.command, or choose what becomes of it with a policy")

    init(settings: Settings) {}

    func resources(in folders: OutputFolders) throws -> [String: String] {
        var digests = [
            "names": try ResourceDigest.of(AnonymizationResources.folder), "words": try ResourceDigest.of(BokmalResources.folder),
        ]
        if try !StudyKeys(folders).status.isLinkable { digests[Self.status.name] = Self.status.value }
        return digests
    }

    /// What the stage says of itself once the study's register is destroyed: its results say so, too.
    static let status = (name: "status", value: AnonymizedTranscript.Status.anonymous.rawValue)

    func run(_ context: ItemContext) throws -> AnonymizedArtefact {
        let register = try context.input(RegisterArtefact.self)
        let policy = try PolicyFile.load(register.policy, root: context.folders.root)
        let anonymizer = Anonymizer(policy: policy, register: register.register, ordinaryWords: WordForms.shared)
        let found = try context.input(DetectionList.self)
        return AnonymizedArtefact(
            try anonymizer.anonymize(
                MovedIdentifiers.held(context.latestTranscript(), found.detections), detections: found.detections,
                standing: found.decisions?.standingWords ?? []))
    }
}
