import Anonymization
import Crypto
import Foundation
import GRDB
import Transcript

extension CodingStore {
    static func digest(_ document: Data) -> String { SHA256.hash(data: document).map { String(format: "%02x", $0) }.joined() }

    public enum ImportOutcome: Sendable, Hashable {
        /// The very same document is there already.
        case unchanged(version: Int)
        case new
        case newVersion(Int)
    }

    /// What an import did to the meaning units of the former version.
    public struct ImportReport: Codable, Sendable, Hashable {
        /// Moved with their words.
        public var kept = 0
        /// GUIDs of units whose words were respelt, removed or added to: to be looked at.
        public var changed: [String] = []
        /// GUIDs of units whose words are gone: they stand on the former version.
        public var lost: [String] = []
    }

    /// Takes a transcript in. The same document twice is one; a changed one becomes a new version, to which what was coded moves
    /// with its words.
    @discardableResult
    public func importTranscript(_ transcript: AnonymizedTranscript, who: String) throws -> ImportOutcome {
        try importTranscript(transcript, notation: nil, who: who).outcome
    }

    /// - Parameter notation: how pauses and other marks are written in the text to be coded; nil for `helse`.
    public func importTranscript(_ transcript: AnonymizedTranscript, notation: NotationTable?, who: String) throws -> (outcome: ImportOutcome, report: ImportReport) {
        let data = try transcript.encoded(), document = transcript.document
        // Laid out before the store is locked: others may write meanwhile.
        let text = try SourceText(document, notation: notation)
        let imported = try operate("import", who: who, isReversible: false) { journal in
            try Self.importVersion(
                item: document.recording.id, kind: .transcript, text: text, digest: Self.digest(data), document: data, policy: transcript.policy,
                status: transcript.status.rawValue, journal
            ) { stored in
                (try? AnonymizedTranscript(decoding: stored)).map { $0.document == document && $0.policy == transcript.policy } ?? false
            }
        }
        try readDetails()
        return imported
    }

    /// - Parameter isSame: whether a stored document is the same but for its status.
    static func importVersion(
        item: String, kind: SourceRecord.Kind, text: SourceText, digest: String, document: Data, policy: String, status: String, _ journal: Journal,
        isSame: (Data) -> Bool
    ) throws -> (outcome: ImportOutcome, report: ImportReport) {
        let db = journal.db
        var source =
            try SourceRecord.filter(Column("item") == item).fetchOne(db)
            ?? SourceRecord(guid: GUID.named("source " + item), item: item, kind: kind, wave: "", description: "")
        if source.id == nil { try journal.insert(&source) }
        guard let sourceId = source.id else { throw StoreError.unknownSource(item) }
        // The newest version is the current one; an older state that comes back becomes a version of its own.
        let newest = try SourceVersionRecord.filter(Column("sourceId") == sourceId).order(Column("number").desc).fetchOne(db)
        if let newest, newest.digest == digest, newest.text == text.text { return (.unchanged(version: newest.number), ImportReport()) }
        // The same text whose register has been destroyed since: what was coded on it stays on it.
        if var newest, newest.text == text.text, isSame(newest.document) {
            let before = newest.status
            newest.digest = digest
            newest.status = status
            newest.document = document
            try newest.update(db)
            try journal.note("source_version \(newest.id ?? 0)", old: before, new: status)
            return (.unchanged(version: newest.number), ImportReport())
        }
        let number = (newest?.number ?? 0) + 1
        var version = SourceVersionRecord(
            guid: GUID.version(item: item, digest: digest + (newest?.digest == digest ? " \(number)" : "")), sourceId: sourceId, number: number,
            digest: digest, policy: policy, status: status, importedAt: journal.now, document: document, turnCount: text.turns.count,
            wordCount: text.words.count, text: text.text, words: text.packedWords)
        if try SourceVersionRecord.filter(Column("guid") == version.guid).fetchCount(db) > 0 { version.guid = GUID.version(item: item, digest: digest + " \(number)") }
        try version.insert(db)
        let versionId = version.id ?? 0
        for var turn in text.turnRecords(of: versionId) {
            try turn.insert(db)
            try SearchIndex.add(turn, db)
        }
        let report = try newest.map { try Self.move(unitsOf: $0, to: versionId, text, journal) } ?? ImportReport()
        // A superseded text that nothing stands on goes: it may hold what a stricter policy has since removed.
        let left = try Row.fetchAll(
            db, sql: "SELECT id, number FROM source_version WHERE sourceId = ? AND number < ? AND id NOT IN (SELECT versionId FROM unit)",
            arguments: [sourceId, number])
        for row in left {
            let id: Int64 = row["id"]
            try db.execute(sql: "DELETE FROM source_version WHERE id = ?", arguments: [id])
            try journal.note("source_version \(id)", old: "\(item) version \(row["number"] as Int)")
        }
        try journal.note("source_version \(versionId)", new: "\(item) version \(number)")
        return (number == 1 ? .new : .newVersion(number), report)
    }

    private static func move(unitsOf version: SourceVersionRecord, to next: Int64, _ text: SourceText, _ journal: Journal) throws -> ImportReport {
        var report = ImportReport()
        let db = journal.db
        let units = try UnitRecord.filter(Column("versionId") == version.id).order(Column("id")).fetchAll(db)
        guard !units.isEmpty else { return report }
        let carrying = Reanchoring(from: SourceText(text: version.text, packedWords: version.words, turns: []), to: text)
        // Coded in another program whose texts did not come along, until now.
        let waited = version.text.isEmpty ? text.text.unicodeScalars.count : 0
        for unit in units {
            var moved = unit
            let isWaiting = unit.start < unit.end && unit.end <= waited
            switch isWaiting ? .same(unit.start..<unit.end) : carrying.outcome(of: unit.start..<unit.end) {
            case .same(let range):
                (moved.versionId, moved.start, moved.end, moved.isLost) = (next, range.lowerBound, range.upperBound, false)
                report.kept += 1
            case .changed(let range):
                (moved.versionId, moved.start, moved.end, moved.isLost) = (next, range.lowerBound, range.upperBound, false)
                report.changed.append(unit.guid)
            case .lost:
                moved.isLost = true
                report.lost.append(unit.guid)
            }
            try journal.update(unit, moved)
        }
        return report
    }

    /// A store that is only asked, and not made where there is none. Waits for whoever has it to himself for a moment: a store that is
    /// being opened or closed elsewhere is not one that holds nothing.
    public struct Reader {
        private let queue: DatabaseQueue?
        private let file: String

        /// - Throws: ``StoreError`` when there is a store and it cannot be opened.
        public init(_ url: URL) throws {
            file = url.lastPathComponent
            guard FileManager.default.fileExists(atPath: url.path) else {
                queue = nil
                return
            }
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(30)
            do { queue = try DatabaseQueue(path: url.path, configuration: configuration) } catch let error as DatabaseError { throw CodingStore.words(error, file: file) }
        }

        /// Digests of the newest documents of the sources, by item; none where there is no store.
        /// - Throws: ``StoreError``.
        public func documents() throws -> [String: String] {
            guard let queue else { return [:] }
            do { return try queue.read(Self.documents) } catch let error as DatabaseError { throw CodingStore.words(error, file: file) }
        }

        private static func documents(_ db: Database) throws -> [String: String] {
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT source.item, source_version.digest FROM source_version JOIN source ON source.id = source_version.sourceId
                    WHERE source_version.number = (SELECT MAX(number) FROM source_version AS other WHERE other.sourceId = source.id)
                    """)
            return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    public func sources() throws -> [SourceRecord] {
        try pool.read { try SourceRecord.order(Column("item")).fetchAll($0) }
    }

    /// The versions of a source that are still kept, oldest first.
    public func versions(of item: String) throws -> [SourceVersionRecord] {
        try translating {
            try pool.read { db in
                try SourceVersionRecord.fetchAll(
                    db,
                    sql: """
                        SELECT source_version.* FROM source_version JOIN source ON source.id = source_version.sourceId
                        WHERE source.item = ? ORDER BY number
                        """, arguments: [item])
            }
        }
    }

    /// The text of a source's newest version, and its id.
    /// - Throws: ``StoreError/unknownSource(_:)``.
    public func text(of item: String) throws -> (version: Int64, text: SourceText) {
        try translating { try pool.read { try Self.text(of: item, $0) } }
    }

    /// The text of one version.
    public func sourceText(ofVersion id: Int64) throws -> SourceText { try translating { try pool.read { try Self.text(ofVersion: id, $0) } } }

    static func text(of item: String, _ db: Database) throws -> (version: Int64, text: SourceText) {
        guard let id = try newestVersion(of: item, db) else { throw StoreError.unknownSource(item) }
        return (id, try text(ofVersion: id, db))
    }

    static func newestVersion(of item: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT source_version.id FROM source_version JOIN source ON source.id = source_version.sourceId
                WHERE source.item = ? ORDER BY number DESC LIMIT 1
                """, arguments: [item])
    }

    static func text(ofVersion id: Int64, _ db: Database) throws -> SourceText {
        guard let row = try Row.fetchOne(db, sql: "SELECT text, words FROM source_version WHERE id = ?", arguments: [id]) else {
            throw StoreError.unknownSource("\(id)")
        }
        let turns = try TurnRecord.filter(Column("versionId") == id).order(Column("id")).fetchAll(db)
        return SourceText(text: row["text"], packedWords: row["words"], turns: turns)
    }

    public func turns(ofVersion id: Int64) throws -> [TurnRecord] {
        try pool.read { try TurnRecord.filter(Column("versionId") == id).order(Column("id")).fetchAll($0) }
    }
}
