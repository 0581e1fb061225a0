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

    /// What the detector finds without the talk tagger, one JSON object a line: what that tagger is trained beside.
    public static func rules(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Detector(talkTagger: nil).detect(text: text).map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
    }

    /// The statistical tagger's own names in a text, one JSON object a line: `start`, `end`, `tag` (NorNE) and `score`.
    public static func tags(_ text: String) -> String {
        Detector().taggedNames(in: text).map { name in
            let score = String(format: "%.4f", locale: Locale(identifier: "en_US_POSIX"), name.score)
            return #"{"end":\#(name.range.upperBound),"score":\#(score),"start":\#(name.range.lowerBound),"tag":"\#(name.type.tag)"}"# + "\n"
        }.joined()
    }

    /// A raw transcript to a sealed anonymised one.
    /// - Parameters:
    ///   - given: the policy; nil for the register's own, or `standard` for a new one.
    ///   - path: the key register to use and add to; made when missing. Other processes that use it wait meanwhile.
    ///   - plain: a register that is made now is left in the open.
    /// - Returns: the sealed bytes, how many codes are new, how many turns do not read as Bokmål, and what the user should know.
    public static func anonymize(
        _ json: Data, policy given: String?, register path: String, passphrase: PassphraseSource = PassphraseSource(), plain: Bool = false
    ) throws -> (sealed: Data, added: Int, outsideBokmal: Int, notes: [String]) {
        let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let transcript = try transcript(json)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        guard FileManager.default.fileExists(atPath: folder.path) else {
            throw StageFault("there is no folder '\(folder.lastPathComponent)' for the key register; make it first, or check the path")
        }
        let lock = try FileLock(URL(fileURLWithPath: path + ".lock"))
        defer { lock.release() }
        let file = try RegisterFile(path, passphrase: passphrase, plain: plain), old = try file.read()
        let before = old?.register ?? KeyRegister(), name = given ?? old?.policy ?? "standard"
        let policy = try PolicyFile.load(name, root: root)
        let detections = Detector(options: policy.detectorOptions()).detect(transcript: transcript)
        let register = KeyRegister.assign(
            register: before, detections: [(itemID: transcript.recording.id, detections: detections)], policy: policy)
        var notes: [String] = []
        if register != before || !file.exists {
            notes = try file.write(RegisterArtefact(policy: name, policyDigest: try PolicyFile.digest(name, root: root), register: register))
        }
        let result = Anonymizer(policy: policy, register: register, ordinaryWords: WordForms.shared)
            .anonymize(transcript, detections: detections)
        return (try result.encoded(), register.entries.count - before.entries.count, result.turnsOutsideBokmal, notes)
    }

    /// The audit of a sealed transcript, as a report or as JSON.
    public static func audit(
        _ sealed: Data, register path: String?, policy name: String?, english: Bool, json: Bool,
        passphrase: PassphraseSource = PassphraseSource()
    ) throws -> (text: String, clean: Bool) {
        let transcript = try AnonymizedTranscript(decoding: sealed)
        let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let register = try path.map { try Self.register($0, passphrase: passphrase) }
        let policy = try (name ?? register?.policy).map { try PolicyFile.load($0, root: root) }
        let detector = Detector(options: policy?.detectorOptions() ?? .init())
        let report = Audit().audit(
            transcript, register: register?.register ?? KeyRegister(), detector: detector, policy: policy)
        let text = json ? String(decoding: try report.encoded(), as: UTF8.self) : report.render(language: english ? .english : .bokmal)
        return (text, report.verdict != .leak)
    }

    /// Whether a file is one of Ordrett's own transcripts, sealed (whole or not) or raw.
    public static func isTranscript(atPath path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path), let head = try? handle.read(upToCount: 64), head.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{"),
            let data = FileManager.default.contents(atPath: path)
        else { return false }
        do { _ = try AnonymizedTranscript(decoding: data) } catch AnonymizedTranscript.SealError.notAnonymized {
            return (try? Transcript(decoding: data)) != nil
        } catch { return true }
        return true
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

    /// A register by its path, encrypted or plain.
    static func register(_ path: String, passphrase: PassphraseSource) throws -> RegisterArtefact {
        guard let register = try RegisterFile(path, passphrase: passphrase).read() else {
            throw StageFault("there is no file '\(TextFile.name(path))'; 'ordrett key show' says where the study's register is")
        }
        return register
    }

    static func transcript(_ data: Data) throws -> Transcript {
        do { return try Transcript(decoding: data) } catch {
            throw StageFault(
                "the input is neither a sealed transcript (as 'ordrett anonymize' makes) nor a raw one (as 'ordrett words' makes); the .json of deling/ is for other programs")
        }
    }
}
