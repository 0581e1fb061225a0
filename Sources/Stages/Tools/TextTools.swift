import Anonymization
import Bokmal
import CodingStore
import Foundation
import Pipeline
import Transcript

/// One stage alone: what the commands `anonymize`, `audit` and `store` do.
public enum TextTools {
    /// Identifiers in a text, one JSON object a line; the text itself is not in it.
    public static func detect(_ text: String, policy: String) throws -> String {
        let policy = try PolicyFile.load(policy, root: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Detector(options: policy.detectorOptions()).detect(text: text)
            .map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
    }

    /// A raw transcript to a sealed anonymised one.
    /// - Parameters:
    ///   - given: the policy; nil for the register's own, or `standard` for a new one.
    ///   - path: the key register to use and add to; made when missing. Other processes that use it wait meanwhile.
    /// - Returns: the sealed bytes, how many codes are new, and how many turns do not read as Bokmål.
    public static func anonymize(_ json: Data, policy given: String?, register path: String) throws -> (sealed: Data, added: Int, outsideBokmal: Int) {
        let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let transcript = try transcript(json)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        guard FileManager.default.fileExists(atPath: folder.path) else {
            throw StageFault("there is no folder '\(folder.lastPathComponent)' for the key register; make it first, or check the path")
        }
        let lock = try FileLock(URL(fileURLWithPath: path + ".lock"))
        defer { lock.release() }
        let url = URL(fileURLWithPath: path)
        var before = KeyRegister(), name = given ?? "standard", old: Data?
        if FileManager.default.fileExists(atPath: url.path) {
            do {
                let data = try Data(contentsOf: url), artefact = try RegisterArtefact(decoding: data)
                before = artefact.register
                name = given ?? artefact.policy
                old = data
            } catch {
                throw StageFault("the key register '\(url.lastPathComponent)' cannot be read; nothing was changed; restore it from a copy")
            }
        }
        let policy = try PolicyFile.load(name, root: root)
        let detections = Detector(options: policy.detectorOptions()).detect(transcript: transcript)
        let register = KeyRegister.assign(
            register: before, detections: [(itemID: transcript.recording.id, detections: detections)], policy: policy)
        if register != before || !FileManager.default.fileExists(atPath: url.path) {
            let artefact = RegisterArtefact(
                policy: name, policyDigest: try PolicyFile.digest(name, root: root), register: register)
            if let old {
                let backup = url.deletingLastPathComponent().appendingPathComponent(".forrige-" + url.lastPathComponent)
                try SafeFile.write(old, to: backup, confidential: true)
            }
            try SafeFile.write(artefact.encoded(), to: url, confidential: true)
        }
        let result = Anonymizer(policy: policy, register: register, ordinaryWords: WordForms.shared)
            .anonymize(transcript, detections: detections)
        return (try result.encoded(), register.entries.count - before.entries.count, result.turnsOutsideBokmal)
    }

    /// The audit of a sealed transcript, as a report or as JSON.
    public static func audit(
        _ sealed: Data, register path: String?, policy name: String?, english: Bool, json: Bool
    ) throws -> (text: String, clean: Bool) {
        let transcript = try AnonymizedTranscript(decoding: sealed)
        let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let register = try path.map { path in
            let data = try TextFile.bytes(path)
            do { return try RegisterArtefact(decoding: data) } catch {
                throw StageFault("'\(TextFile.name(path))' is no key register of Ordrett's; name fortrolig/koblingsnokkel.json")
            }
        }
        let policy = try (name ?? register?.policy).map { try PolicyFile.load($0, root: root) }
        let detector = Detector(options: policy?.detectorOptions() ?? .init())
        let report = Audit().audit(
            transcript, register: register?.register ?? KeyRegister(), detector: detector, policy: policy)
        let text = json ? String(decoding: try report.encoded(), as: UTF8.self) : report.render(language: english ? .english : .bokmal)
        return (text, report.verdict != .leak)
    }

    /// Puts a sealed transcript into a coding store, making the store when there is none.
    public static func store(_ sealed: Data, into path: String, who: String) throws -> String {
        let transcript = try AnonymizedTranscript(decoding: sealed)
        switch try CodingStore(URL(fileURLWithPath: path)).importTranscript(transcript, who: who) {
        case .new: return "stored as a new source"
        case .newVersion(let number): return "stored as version \(number)"
        case .unchanged(let version): return "already there, as version \(version)"
        }
    }

    static func transcript(_ data: Data) throws -> Transcript {
        do { return try Transcript(decoding: data) } catch {
            throw StageFault(
                "the input is neither a sealed transcript (as 'ordrett anonymize' makes) nor a raw one (as 'ordrett words' makes); the .json of deling/ is for other programs")
        }
    }
}
