import Anonymization
import Foundation
import GRDB

extension CodingStore {
    /// What a merge did.
    public struct MergeReport: Codable, Sendable, Hashable {
        /// Rows taken over, by table.
        public var added: [String: Int] = [:]
        /// Codings, units and memos that the other's coder had taken away, and that went here, too.
        public var removed = 0
        /// Meaning units whose words are changed in our version of the text (GUIDs), and those whose words are gone.
        public var changed: [String] = []
        public var lost: [String] = []
        /// What both have, and differently: table, name, and column. Ours stands.
        public var differing: [Difference] = []
        /// Codes that the other has dropped and that stand here.
        public var droppedThere: [String] = []

        public struct Difference: Codable, Sendable, Hashable {
            public var table: String
            public var name: String
            public var column: String
        }

        public var isEmpty: Bool { added.isEmpty && removed == 0 && differing.isEmpty && droppedThere.isEmpty }
    }

    /// Takes over what another copy of the study's store has and this one has not: what other coders did on a copy of their own.
    ///
    /// Things are the same when their GUIDs are; codes, cases, coders and themes also when their names and places are. What was taken
    /// away here does not come back, and what its own coder took away there goes here, too. Codings on another version of a text move to
    /// ours with their words. The other store is only read. The whole is one operation, which cannot be taken back: a backup is made first.
    ///
    /// - Throws: ``StoreError/otherStudy`` when the two have neither their study nor a text in common.
    public func merge(from other: URL, who: String) throws -> MergeReport {
        let theirs = try StoreContents(reading: other)
        try backUpBeforeBulkChange()
        return try operate("merge", who: who, isReversible: false) { journal in
            let ours = try StoreContents(journal.db)
            guard theirs.study.guid == ours.study.guid || !Set(theirs.versions.map(\.guid)).isDisjoint(with: ours.versions.map(\.guid)) else {
                throw StoreError.otherStudy
            }
            var merge = StoreMerge(ours: ours, theirs: theirs, journal: journal)
            try merge.run()
            return merge.report
        }
    }
}

/// Everything of a store but the sealed documents and the texts.
struct StoreContents {
    var study: StudyRecord
    var coders: [CoderRecord]
    var sources: [SourceRecord]
    var versions: [(id: Int64, guid: String, sourceId: Int64, number: Int)]
    var codes: [CodeRecord]
    var units: [UnitRecord]
    var codings: [CodingRecord]
    var rounds: [RoundRecord]
    var cases: [CaseRecord]
    var caseSources: [CaseSourceRecord]
    var attributes: [AttributeRecord]
    var values: [AttributeValueRecord]
    var themes: [ThemeRecord]
    var members: [ThemeMemberRecord]
    var memos: [MemoRecord]
    var links: [LinkRecord]
    var graphs: [GraphRecord]
    /// GUIDs of rows that were there once, by table.
    var departed: [String: Set<String>]
    /// Gives a version's row, texts included.
    let version: @Sendable (Int64) throws -> SourceVersionRecord?
    let turns: @Sendable (Int64) throws -> [TurnRecord]
    let vouchings: @Sendable (Int64) throws -> [VouchingRecord]

    init(_ db: Database) throws {
        nonisolated(unsafe) let db = db
        try self.init(
            db, version: { try SourceVersionRecord.fetchOne(db, key: $0) },
            turns: { try TurnRecord.filter(Column("versionId") == $0).order(Column("id")).fetchAll(db) },
            vouchings: { try VouchingRecord.filter(Column("versionId") == $0).order(Column("id")).fetchAll(db) })
    }

    /// Reads another store without changing a byte of it.
    init(reading url: URL) throws {
        let name = url.lastPathComponent
        guard FileManager.default.fileExists(atPath: url.path) else { throw StoreError.cannotOpen(file: name, reason: "there is no such file") }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        do {
            let queue = try DatabaseQueue(path: url.path, configuration: configuration)
            let (complete, superseded) = try queue.read { (try Schema.migrator.hasCompletedMigrations($0), try Schema.migrator.hasBeenSuperseded($0)) }
            if superseded { throw StoreError.newerThanProgram(file: name) }
            guard complete else { throw StoreError.cannotOpen(file: name, reason: "it was made by an older Ordrett; open it once with 'ordrett code check' there") }
            self = try queue.read { db in
                try StoreContents(
                    db, version: { id in try queue.read { try SourceVersionRecord.fetchOne($0, key: id) } },
                    turns: { id in try queue.read { try TurnRecord.filter(Column("versionId") == id).order(Column("id")).fetchAll($0) } },
                    vouchings: { id in try queue.read { try VouchingRecord.filter(Column("versionId") == id).order(Column("id")).fetchAll($0) } })
            }
        } catch let error as DatabaseError {
            throw CodingStore.words(error, file: name)
        }
    }

    private init(
        _ db: Database, version: @escaping @Sendable (Int64) throws -> SourceVersionRecord?, turns: @escaping @Sendable (Int64) throws -> [TurnRecord],
        vouchings: @escaping @Sendable (Int64) throws -> [VouchingRecord]
    ) throws {
        func all<R: StoreRecord>(_: R.Type) throws -> [R] { try R.order(Column("id")).fetchAll(db) }
        study = try StudyRecord.fetchOne(db) ?? StudyRecord(guid: "", name: "", description: "")
        coders = try all(CoderRecord.self)
        sources = try all(SourceRecord.self)
        versions = try Row.fetchAll(db, sql: "SELECT id, guid, sourceId, number FROM source_version ORDER BY id").map { ($0["id"], $0["guid"], $0["sourceId"], $0["number"]) }
        codes = try CodingStore.codes(db)
        units = try all(UnitRecord.self)
        codings = try all(CodingRecord.self)
        rounds = try all(RoundRecord.self)
        cases = try all(CaseRecord.self)
        caseSources = try all(CaseSourceRecord.self)
        attributes = try all(AttributeRecord.self)
        values = try all(AttributeValueRecord.self)
        themes = try all(ThemeRecord.self)
        members = try all(ThemeMemberRecord.self)
        memos = try all(MemoRecord.self)
        links = try all(LinkRecord.self)
        graphs = try all(GraphRecord.self)
        departed = [:]
        let present: [String: Set<String>] = [
            "code": Set(codes.map(\.guid)), "unit": Set(units.map(\.guid)), "coding": Set(codings.map(\.guid)), "memo": Set(memos.map(\.guid)),
            "theme": Set(themes.map(\.guid)), "case": Set(cases.map(\.guid)), "link": Set(links.map(\.guid)),
        ]
        let lines = try Row.fetchCursor(db, sql: "SELECT target, old FROM history WHERE new IS NULL AND old LIKE '{%'")
        while let line = try lines.next() {
            let target: String = line["target"], old: String = line["old"]
            let table = String(target.prefix { $0 != " " })
            guard let there = present[table],
                case .text(let guid)? = try? JSONDecoder().decode([String: JSONValue].self, from: Data(old.utf8))["guid"], !there.contains(guid)
            else { continue }
            departed[table, default: []].insert(guid)
        }
        self.version = version
        self.turns = turns
        self.vouchings = vouchings
    }
}
