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
                default: .text("standard"), "whose lists of words to allow and to deny; the same as register.policy")
        ])

    let policyName: String
    init(settings: Settings) { policyName = settings.text("policy") }

    static let privateResources: Set = ["decisions"]

    func resources(in folders: OutputFolders) throws -> [String: String] {
        [
            "names": try ResourceDigest.of(AnonymizationResources.folder), "words": try ResourceDigest.of(BokmalResources.folder),
            "policy": try PolicyFile.digest(policyName, root: folders.root),
        ]
    }

    func resources(of item: Item, in folders: OutputFolders) throws -> [String: String] {
        let decided = try DecisionFile(folders).decisions(of: item.id).digest
        return decided == "none" ? [:] : ["decisions": decided]
    }

    func run(_ context: ItemContext) throws -> DetectionList {
        let policy = try PolicyFile.load(policyName, root: context.folders.root)
        let detector = Detector(options: policy.detectorOptions())
        let transcript = try context.latestTranscript(), found = detector.detect(transcript: transcript)
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
        ])

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
        output: AnonymizedArtefact.self, facts: [ItemFacts.name])

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
        return AnonymizedArtefact(
            try anonymizer.anonymize(
                context.latestTranscript(), detections: context.input(DetectionList.self).detections,
                standing: context.input(DetectionList.self).decisions?.standingWords ?? []))
    }
}
