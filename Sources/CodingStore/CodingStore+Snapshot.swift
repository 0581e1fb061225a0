import Foundation
import GRDB

/// One state of the store, for readers that go through all of it: exports, tables. Others may write meanwhile and are not seen.
///
/// Nothing here reads the sealed documents, and texts only one at a time, so that a large study needs little memory.
public struct StoreSnapshot {
    let db: Database

    /// A version without its texts.
    public struct Version: Codable, Sendable, Hashable, FetchableRecord {
        public var id: Int64
        public var guid: String
        public var sourceId: Int64
        public var number: Int
        public var digest: String
        public var policy: String
        public var status: String
        public var importedAt: String
        public var turnCount: Int
        public var wordCount: Int
    }

    public func study() throws -> StudyRecord? { try StudyRecord.order(Column("id")).fetchOne(db) }
    public func coders() throws -> [CoderRecord] { try CoderRecord.order(Column("name"), Column("guid")).fetchAll(db) }
    /// Parents before children, siblings in their places.
    public func codes() throws -> [CodeRecord] { try CodingStore.codes(db) }
    public func rounds() throws -> [RoundRecord] { try RoundRecord.order(Column("number")).fetchAll(db) }
    public func cases() throws -> [CaseRecord] { try CaseRecord.order(Column("name"), Column("guid")).fetchAll(db) }
    public func caseSources() throws -> [CaseSourceRecord] { try CaseSourceRecord.order(Column("caseId"), Column("sourceId"), Column("speaker")).fetchAll(db) }
    public func attributes() throws -> [AttributeRecord] { try AttributeRecord.order(Column("name"), Column("guid")).fetchAll(db) }
    public func attributeValues() throws -> [AttributeValueRecord] {
        try AttributeValueRecord.order(Column("caseId"), Column("sourceId"), Column("attributeId"), Column("wave")).fetchAll(db)
    }
    public func themes() throws -> [ThemeRecord] { try ThemeRecord.order(Column("position"), Column("name"), Column("guid")).fetchAll(db) }
    public func themeMembers() throws -> [ThemeMemberRecord] {
        try ThemeMemberRecord.order(Column("themeId"), Column("kind"), Column("member")).fetchAll(db)
    }
    public func memos() throws -> [MemoRecord] { try MemoRecord.order(Column("createdAt"), Column("guid")).fetchAll(db) }
    public func links() throws -> [LinkRecord] { try LinkRecord.order(Column("name"), Column("guid")).fetchAll(db) }
    public func graphs() throws -> [GraphRecord] { try GraphRecord.order(Column("name"), Column("guid")).fetchAll(db) }
    public func sources() throws -> [SourceRecord] { try SourceRecord.order(Column("item"), Column("guid")).fetchAll(db) }

    /// Newest versions, by the source's id.
    public func newestVersions() throws -> [Int64: Version] {
        let rows = try Version.fetchAll(
            db,
            sql: """
                SELECT id, guid, sourceId, number, digest, policy, status, importedAt, turnCount, wordCount FROM source_version AS version
                WHERE number = (SELECT MAX(number) FROM source_version WHERE sourceId = version.sourceId)
                """)
        return Dictionary(rows.map { ($0.sourceId, $0) }, uniquingKeysWith: { a, _ in a })
    }

    public func text(ofVersion id: Int64) throws -> String {
        try String.fetchOne(db, sql: "SELECT text FROM source_version WHERE id = ?", arguments: [id]) ?? ""
    }

    /// With the places of words and turns.
    public func sourceText(ofVersion id: Int64) throws -> SourceText { try CodingStore.text(ofVersion: id, db) }

    public func turns(ofVersion id: Int64) throws -> [TurnRecord] {
        try TurnRecord.filter(Column("versionId") == id).order(Column("first"), Column("id")).fetchAll(db)
    }

    public func syncPoints(ofVersion id: Int64) throws -> [SyncPointRecord] {
        try SyncPointRecord.filter(Column("versionId") == id).order(Column("milliseconds"), Column("position"), Column("guid")).fetchAll(db)
    }

    /// In the order of the text.
    public func units(ofVersion id: Int64) throws -> [UnitRecord] {
        try UnitRecord.filter(Column("versionId") == id).order(Column("start"), Column("end"), Column("guid")).fetchAll(db)
    }

    /// By unit.
    public func codings(ofVersion id: Int64) throws -> [Int64: [CodingRecord]] {
        let rows = try CodingRecord.fetchAll(
            db,
            sql: """
                SELECT coding.* FROM coding JOIN unit ON unit.id = coding.unitId WHERE unit.versionId = ?
                ORDER BY coding.createdAt, coding.guid
                """, arguments: [id])
        return Dictionary(grouping: rows, by: \.unitId)
    }

    /// Units and codings that stand on versions that are not the newest.
    public func countOnOlderVersions() throws -> (units: Int, codings: Int) {
        let row = try Row.fetchOne(
            db,
            sql: """
                WITH old AS (SELECT unit.id FROM unit JOIN source_version AS version ON version.id = unit.versionId
                    WHERE version.number < (SELECT MAX(number) FROM source_version WHERE sourceId = version.sourceId))
                SELECT (SELECT COUNT(*) FROM old) AS units, (SELECT COUNT(*) FROM coding WHERE unitId IN (SELECT id FROM old)) AS codings
                """)
        return (row?["units"] ?? 0, row?["codings"] ?? 0)
    }

    public func historyCount() throws -> Int { try HistoryRecord.fetchCount(db) }

    /// Who answers for a version's text that was not transcribed here; nil for sealed transcripts.
    public func vouching(ofVersion id: Int64) throws -> VouchingRecord? {
        try VouchingRecord.filter(Column("versionId") == id).order(Column("id").desc).fetchOne(db)
    }
}

extension CodingStore {
    /// Reads one state of the store.
    public func snapshot<T>(_ work: (StoreSnapshot) throws -> T) throws -> T {
        try translating { try pool.read { try work(StoreSnapshot(db: $0)) } }
    }
}
