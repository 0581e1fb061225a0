import Foundation
import Pipeline
import Transcript
import Yams

/// `ordrett.yaml`: what a study says of itself. Holds codes, never names.
public struct StudyFile: Sendable, Hashable {
    /// Somebody in the study, known here by code only.
    public struct Participant: Codable, Sendable, Hashable {
        /// The code everything goes by: `I4`, `INT`, `B`.
        public var code: String
        /// How transcripts show the person: `Informant 4`. The code, when absent.
        public var label: String
        public var role: Role
        /// Traits for the analysis: `kommune: A`, `stilling: leder`.
        public var attributes: [String: String]
    }

    public struct RecordingEntry: Sendable, Hashable {
        public var id: String
        /// Files relative to the study folder, in order.
        public var files: [String]
        public var draft: String?
        /// Number of people who speak, when known.
        public var speakers: Int?
        /// Codes of those who speak; with one speaker per channel, in order of the channels.
        public var participants: [String]
        /// `2026-03-12`; wins over the recorder's clock.
        public var date: String?
        /// Wave of data collection (`2003`, `T1`).
        public var wave: String?
        /// Pipeline for this recording alone.
        public var pipeline: String?
        /// Who asks: voices (`S1`) or labels of the draft. Wins over any guess.
        public var interviewer: [String] = []
    }

    public var title = "studie"
    public var pipeline = "intervju"
    public var notation: String?
    public var policy: String?
    /// The folder that the key register lies in; nil for the user's own key folder.
    public var key: String?
    public var language = "nb"
    /// Who codes when nobody else is named: initials will do.
    public var coder: String?
    /// The days by which parts of the study are to be gone.
    public var retention = Retention()
    /// The date by which the audio is to be deleted (`2027-06-30`).
    public var deleteAudioBy: String? { retention.dates[.recordings] }
    /// What the study demands of consent.
    public var consentRules = ConsentRules()
    /// What participants have said yes to, by code.
    public var consents: [String: Consent] = [:]
    public var participants: [Participant] = []
    public var recordings: [RecordingEntry] = []
    /// Settings that win over the pipeline's: stage → name → value as YAML.
    public var settings: [String: [String: String]] = [:]

    public init() {}
}

extension StudyFile {
    /// Reads and checks `ordrett.yaml`.
    /// - Throws: ``DefinitionError`` with file, line, key and what is allowed.
    public init(yaml: String, file: String) throws {
        let reader = StudyFileReader(file: file)
        let root: Node
        do {
            guard let node = try Yams.compose(yaml: yaml) else { return }
            root = node
        } catch let error as YamlError {
            throw DefinitionError(file: file, line: error.line, message: "not valid YAML: \(error.problem)")
        }
        let top = try reader.mapping(
            root, "the study", [
                "study", "pipeline", "notation", "policy", "key", "language", "coder", "retention", "consent", "participants", "recordings", "settings",
            ])
        title = try reader.text(top["study"], "study") ?? title
        pipeline = try reader.text(top["pipeline"], "pipeline") ?? pipeline
        notation = try reader.text(top["notation"], "notation")
        policy = try reader.text(top["policy"], "policy")
        key = try reader.text(top["key"], "key")
        guard key?.isEmpty != true else { throw DefinitionError(file: file, line: top["key"]?.line, key: "key", message: "empty; name a folder, or leave 'key:' out") }
        language = try reader.text(top["language"], "language") ?? language
        guard language.wholeMatch(of: /[a-z]{2,3}(-[A-Za-z0-9]{2,8})*/) != nil else {
            throw DefinitionError(
                file: file, line: top["language"]?.line, key: "language", message: "'\(language)' is no language code; write nb, nn, en, …")
        }
        coder = try reader.text(top["coder"], "coder")
        retention = try reader.retention(top["retention"])
        consentRules = try reader.consentRules(top["consent"])
        for (index, node) in try reader.list(top["participants"], "participants").enumerated() {
            let participant = try reader.participant(node, "participants[\(index)]")
            if participants.contains(where: { $0.code == participant.code }) {
                throw DefinitionError(
                    file: file, line: node.line, key: "participants[\(index)].code", message: "'\(participant.code)' stands twice; codes are unique")
            }
            participants.append(participant)
            consents[participant.code] = try reader.consent(node.field("consent"), "participants[\(index)].consent")
        }
        for (index, node) in try reader.list(top["recordings"], "recordings").enumerated() {
            let entry = try reader.recording(node, "recordings[\(index)]")
            if recordings.contains(where: { $0.id.lowercased() == entry.id.lowercased() }) {
                throw DefinitionError(
                    file: file, line: node.line, key: "recordings[\(index)].id", message: "'\(entry.id)' stands twice; ids are unique")
            }
            for code in entry.participants where !participants.contains(where: { $0.code == code }) {
                throw DefinitionError(
                    file: file, line: node.line, key: "recordings[\(index)].participants",
                    message: "'\(code)' is not among the participants' codes: "
                        + participants.map(\.code).joined(separator: ", "))
            }
            recordings.append(entry)
        }
        if let node = top["settings"] {
            for (stage, body) in try reader.mapping(node, "settings", nil) {
                for (name, value) in try reader.mapping(body, "settings.\(stage)", nil) {
                    let text = try reader.yamlText(value)
                    settings[stage, default: [:]][name] = text
                }
            }
        }
    }
}

/// Reads nodes of the study file, with errors that say where.
struct StudyFileReader {
    let file: String

    func mapping(_ node: Node, _ key: String, _ allowed: [String]?) throws -> [String: Node] {
        if node.null != nil { return [:] }
        guard let mapping = node.mapping else {
            throw DefinitionError(file: file, line: node.line, key: key, message: "expected 'name: value' lines")
        }
        var result: [String: Node] = [:]
        for (name, value) in mapping {
            guard let text = name.string, allowed?.contains(text) ?? true else {
                throw DefinitionError(
                    file: file, line: name.line, key: name.string ?? key,
                    message: "unknown key in \(key); allowed: \((allowed ?? []).joined(separator: ", "))")
            }
            result[text] = value
        }
        return result
    }

    func fault(_ node: Node?, _ key: String, _ message: String) -> DefinitionError {
        DefinitionError(file: file, line: node?.line, key: key, message: message)
    }

    func list(_ node: Node?, _ key: String) throws -> [Node] {
        guard let node, node.null == nil else { return [] }
        guard let sequence = node.sequence else {
            throw DefinitionError(file: file, line: node.line, key: key, message: "expected a list")
        }
        return Array(sequence)
    }

    func text(_ node: Node?, _ key: String) throws -> String? {
        guard let node, node.null == nil else { return nil }
        guard let text = node.scalar?.string else {
            throw DefinitionError(file: file, line: node.line, key: key, message: "expected a text")
        }
        return text
    }

    func date(_ node: Node?, _ key: String) throws -> String? {
        guard let text = try text(node, key) else { return nil }
        let parts = text.split(separator: "-").compactMap { Int($0) }
        let lengths = [31, parts.count == 3 && parts[0] % 4 == 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard text.count == 10, parts.count == 3, (1...12).contains(parts[1]), (1...lengths[parts[1] - 1]).contains(parts[2]) else {
            throw DefinitionError(
                file: file, line: node?.line, key: key, message: "'\(text)' is not a date; write year-month-day: 2026-03-12")
        }
        return text
    }

    /// A value as the text a setting is parsed from.
    func yamlText(_ node: Node) throws -> String {
        if let sequence = node.sequence {
            return "[" + sequence.compactMap(\.string).map { "'\($0.replacingOccurrences(of: "'", with: "''"))'" }
                .joined(separator: ", ") + "]"
        }
        return node.scalar?.string ?? ""
    }

    func participant(_ node: Node, _ key: String) throws -> StudyFile.Participant {
        let fields = try mapping(node, key, ["code", "label", "role", "attributes", "consent"])
        guard let code = try text(fields["code"], "\(key).code"), !code.isEmpty else {
            throw DefinitionError(file: file, line: node.line, key: "\(key).code", message: "missing; give every participant a code")
        }
        let roleText = try text(fields["role"], "\(key).role") ?? "participant"
        guard let role = Role(rawValue: roleText) else {
            throw DefinitionError(
                file: file, line: fields["role"]?.line, key: "\(key).role",
                message: "'\(roleText)' is not a role; allowed: \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var attributes: [String: String] = [:]
        if let node = fields["attributes"] {
            for (name, value) in try mapping(node, "\(key).attributes", nil) {
                attributes[name] = try text(value, "\(key).attributes.\(name)")
            }
        }
        return .init(code: code, label: try text(fields["label"], "\(key).label") ?? code, role: role, attributes: attributes)
    }

    func recording(_ node: Node, _ key: String) throws -> StudyFile.RecordingEntry {
        let fields = try mapping(
            node, key, ["id", "file", "files", "draft", "speakers", "participants", "date", "wave", "pipeline", "interviewer"])
        var files = try list(fields["files"], "\(key).files").compactMap { try text($0, "\(key).files") }
        if let one = try text(fields["file"], "\(key).file") { files.insert(one, at: 0) }
        guard let first = files.first else {
            throw DefinitionError(
                file: file, line: node.line, key: "\(key).file", message: "missing; give the recording's file, or 'files:' for its parts")
        }
        var speakers: Int?
        if let node = fields["speakers"], node.null == nil {
            guard let count = node.int, (1...16).contains(count) else {
                throw DefinitionError(
                    file: file, line: node.line, key: "\(key).speakers", message: "expected a whole number from 1 to 16")
            }
            speakers = count
        }
        let id = try text(fields["id"], "\(key).id") ?? (first as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? first
        guard Study.isSafe(id: id) else {
            throw DefinitionError(
                file: file, line: fields["id"]?.line ?? node.line, key: "\(key).id",
                message: "'\(id)' cannot be an id; use letters, digits, '-', '_' and '.'")
        }
        var interviewer: [String] = []
        if let node = fields["interviewer"], node.null == nil {
            let nodes = node.sequence.map(Array.init) ?? [node]
            interviewer = try nodes.compactMap { try text($0, "\(key).interviewer") }
        }
        return .init(
            id: id, files: files, draft: try text(fields["draft"], "\(key).draft"), speakers: speakers,
            participants: try list(fields["participants"], "\(key).participants").compactMap { try text($0, "\(key).participants") },
            date: try date(fields["date"], "\(key).date"), wave: try text(fields["wave"], "\(key).wave"), pipeline: try text(fields["pipeline"], "\(key).pipeline"),
            interviewer: interviewer)
    }
}
