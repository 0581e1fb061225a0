import Foundation
import Pipeline

/// What the command `consent` does.
public enum ConsentTool {
    public struct Row: Codable, Sendable, Hashable {
        public var code: String
        public var role: String
        public var consent: Consent?
        /// Recordings the person speaks in, as the study file says.
        public var recordings: [String]
        /// What is missing for the study's own rules; empty when nothing is.
        public var missing: [String]
    }

    public struct Report: Codable, Sendable {
        public var participants: [Row]
        /// Recordings that are not worked on, and why.
        public var held: [Study.Hold]
        /// Recordings that give no files for sharing.
        public var withheld: [String]
        public var isRequired: Bool
        public var isRequiredForSharing: Bool
    }

    static func root(_ study: String?) throws -> URL {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        guard let root = study.map({ URL(fileURLWithPath: $0, isDirectory: true) }) ?? Study.find(from: here), Study.exists(at: root) else {
            throw RequestFault("this is no study folder; stand in one, or name it with --study")
        }
        return root.standardizedFileURL
    }

    public static func report(study: String?) throws -> Report {
        let opened = try Study(root: root(study)), file = opened.file
        let rows = file.participants.map { participant -> Row in
            let consent = file.consents[participant.code]
            var missing: [String] = []
            if participant.role == .participant {
                if file.consentRules.isRequired && consent?.allowsWork != true { missing.append("recording") }
                if file.consentRules.isRequiredForSharing && consent?.sharing != true { missing.append("sharing") }
            }
            return Row(
                code: participant.code, role: participant.role.rawValue, consent: consent,
                recordings: file.recordings.filter { $0.participants.contains(participant.code) }.map(\.id), missing: missing)
        }
        return Report(
            participants: rows, held: opened.held, withheld: opened.items.filter(\.isWithheldFromSharing).map(\.id),
            isRequired: file.consentRules.isRequired, isRequiredForSharing: file.consentRules.isRequiredForSharing)
    }

    /// Writes parts of a participant's consent into the study file; everything else in it stays byte for byte.
    /// - Parameters:
    ///   - dates: `given` and `withdrawn`; `form`: a reference; `answers`: by ``Consent/answers``.
    public static func set(
        _ code: String, given: String?, form: String?, withdrawn: String?, answers: [(name: String, value: Bool)], study: String?
    ) throws {
        var changes: [(name: String, value: String)] = []
        for (name, value) in [("given", given), ("withdrawn", withdrawn)] {
            guard let value else { continue }
            guard value.count == 10, (try? StudyFile(yaml: "retention: {key: \(value)}", file: "")) != nil, Retention.dayNumber(value) != nil else {
                throw RequestFault("--\(name): '\(value)' is not a date; write year-month-day: 2026-03-12")
            }
            changes.append((name, value))
        }
        if let form {
            guard !form.unicodeScalars.contains(where: YAMLText.isBreak), !form.isEmpty else { throw RequestFault("--form is one line: a reference to the form") }
            changes.append(("form", form))
        }
        changes += answers.map { ($0.name, $0.value ? "true" : "false") }
        let root = try root(study), folders = Study.layout(root)
        let lock = try StudyLock(folder: folders.cache)
        defer { lock.release() }
        let url = root.appendingPathComponent(Study.fileName)
        guard let data = FileManager.default.contents(atPath: url.path), let text = String(data: data, encoding: .utf8) else { throw FileFault(url, EACCES, .read) }
        let changed = try StudyFileEditor.setting(consent: changes, of: code, in: text)
        if changed != text { try SafeFile.write(Data(changed.utf8), to: url, confidential: true) }
    }

    /// Whose words a quotation must not hold: those who have said no to being quoted, or withdrawn.
    /// - Parameter codes: the participants whose words are quoted.
    public static func notToBeQuoted(_ codes: Set<String>, study: String?) -> [String] {
        guard let root = try? root(study), let file = try? Study(root: root).file else { return [] }
        return codes.filter { code in
            guard let consent = file.consents[code] else { return file.consentRules.isRequired && file.participants.contains { $0.code == code && $0.role == .participant } }
            return consent.quotes == false || consent.withdrawn != nil
        }.sorted()
    }
}
