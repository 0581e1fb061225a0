import Anonymization
import Foundation
import GRDB

/// Who answers for a text that was not transcribed here, kept with its version.
public struct VouchingRecord: StoreRecord {
    public static let databaseTableName = "vouching"
    public var id: Int64?
    public var versionId: Int64
    /// Empty when the detector found nothing direct and nobody had to answer.
    public var who: String
    /// ISO 8601, UTC.
    public var at: String
    public var reason: String
    /// How many direct identifiers were found, by type, as JSON.
    public var findings: String
}

extension Schema {
    static func addVouchings(_ db: Database) throws {
        try db.create(table: "vouching") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("versionId", .integer).notNull().indexed().references("source_version", onDelete: .cascade)
            table.column("who", .text).notNull()
            table.column("at", .text).notNull()
            table.column("reason", .text).notNull()
            table.column("findings", .text).notNull()
        }
    }
}

extension CodingStore {
    /// Takes in a text that was not transcribed here: field notes, a document, another program's transcript. Not a character is added or
    /// taken away, so that positions of another program hold. The same text twice is one; a changed one becomes a new version.
    @discardableResult
    public func importText(_ text: AnonymizedText, item: String, kind: SourceRecord.Kind, who: String) throws -> (outcome: ImportOutcome, report: ImportReport) {
        if case .sealed(let transcript, let notation) = text.basis, transcript.document.recording.id == item {
            return try importTranscript(transcript, notation: .named(notation), who: who)
        }
        let item = try Self.checkedName(item)
        return try operate("import", who: who, isReversible: false) { journal in
            try Self.importText(text, SourceText(exactly: text.text), item: item, kind: kind, isAnonymous: false, journal)
        }
    }

    /// - Parameter laid: the text with its places.
    static func importText(
        _ text: AnonymizedText, _ laid: SourceText, item: String, kind: SourceRecord.Kind, isAnonymous: Bool, _ journal: Journal
    ) throws -> (outcome: ImportOutcome, report: ImportReport) {
        var document = Data(), digest = digest(Data(text.text.utf8)), policy = "vouched", laid = laid
        var status = isAnonymous ? AnonymizedTranscript.Status.anonymous.rawValue : AnonymizedTranscript.Status.deidentified.rawValue
        if case .sealed(let transcript, let notation) = text.basis {
            document = try transcript.encoded()
            (digest, policy, status) = (Self.digest(document), transcript.policy, transcript.status.rawValue)
            laid = try SourceText(transcript.document, notation: .named(notation))
        }
        let result = try importVersion(
            item: item, kind: kind, text: laid, digest: digest, document: document, policy: policy, status: status, journal
        ) { _ in false }
        if case .vouched(let vouching) = text.basis, let version = try newestVersion(of: item, journal.db) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            var record = VouchingRecord(
                versionId: version, who: vouching.who, at: vouching.at, reason: vouching.reason,
                findings: String(decoding: try encoder.encode(vouching.findings), as: UTF8.self))
            let same = Column("versionId") == version && Column("who") == record.who && Column("reason") == record.reason
            if try VouchingRecord.filter(same).fetchCount(journal.db) == 0 { try record.insert(journal.db) }
        }
        return result
    }
}
