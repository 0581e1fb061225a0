import Anonymization
import Foundation
import GRDB

extension CodingStore {
    /// What was erased, in rows.
    public struct ErasureCount: Codable, Sendable, Hashable {
        public var versions = 0, turns = 0, codings = 0, historyLines = 0
        /// Versions that stay, without one person's turns.
        public var changedVersions = 0
        public var isEmpty: Bool { self == ErasureCount() }

        public static func + (a: Self, b: Self) -> Self {
            var sum = a
            sum.versions += b.versions
            sum.turns += b.turns
            sum.codings += b.codings
            sum.historyLines += b.historyLines
            sum.changedVersions += b.changedVersions
            return sum
        }
    }

    /// Erases sources from a store, history included, and packs the file so that nothing of them stays in free pages or in the
    /// log beside it. Works on backups of older forms, too. Erasing what is gone already changes nothing.
    ///
    /// The history is append-only by trigger; here, and here alone, lines leave it, because the law lets a person's data go.
    ///
    /// - Parameters:
    ///   - items: the sources' ids that go altogether.
    ///   - participants: names of cases of the kind `participant` that go with their traits, whatever sources they have left.
    ///   - shared: sources that stay without one person's turns; gives the sealed document without them, or nil to leave it.
    ///     What others coded on others' words stands.
    /// - Throws: ``StoreError``.
    @discardableResult
    public static func erase(
        at url: URL, items: Set<String>, participants: Set<String> = [], shared: [String: @Sendable (AnonymizedTranscript) throws -> AnonymizedTranscript?] = [:]
    ) throws -> ErasureCount {
        guard FileManager.default.fileExists(atPath: url.path) else { return ErasureCount() }
        do {
            let count: ErasureCount
            do {
                let queue = try DatabaseQueue(path: url.path, configuration: erasing())
                if try queue.read(Schema.migrator.hasBeenSuperseded) { throw StoreError.newerThanProgram(file: url.lastPathComponent) }
                try Schema.migrator.migrate(queue)
                count = try queue.write { try erase($0, items: items, participants: participants, shared: shared) }
                try pack(queue)
                try queue.close()
            }
            return count
        } catch let error as DatabaseError {
            throw words(error, file: url.lastPathComponent)
        }
    }

    private static func erasing() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // The copy that packing makes must not lie in a folder for temporaries.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    private static func pack(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            try db.execute(sql: "VACUUM")
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    private static func erase(
        _ db: Database, items: Set<String>, participants: Set<String>, shared: [String: @Sendable (AnonymizedTranscript) throws -> AnonymizedTranscript?]
    ) throws -> ErasureCount {
        var count = ErasureCount(), gone = Departed()
        for table in ["history", "operation"] {
            for row in try Row.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", arguments: [table]) {
                try db.execute(sql: "DROP TRIGGER \"\(row["name"] as String)\"")
            }
        }
        for item in items.sorted() {
            guard let source = try SourceRecord.filter(Column("item") == item).fetchOne(db), let id = source.id else { continue }
            for version in try Row.fetchAll(db, sql: "SELECT id, guid FROM source_version WHERE sourceId = ? ORDER BY id", arguments: [id]) {
                let versionId: Int64 = version["id"]
                for unit in try UnitRecord.filter(Column("versionId") == versionId).fetchAll(db) { try remove(unit, db, &gone, &count) }
                count.turns += try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM turn WHERE versionId = ?", arguments: [versionId]) ?? 0
                try db.execute(sql: "DELETE FROM turn WHERE versionId = ?", arguments: [versionId])
                try db.execute(sql: "DELETE FROM source_version WHERE id = ?", arguments: [versionId])
                count.versions += 1
                gone.add("source_version", versionId, version["guid"])
            }
            try removeCases(ofOnly: id, db, &gone)
            try delete("attribute_value", "sourceId", id, db, &gone)
            try forget(source.guid, db, &gone)
            try db.execute(sql: "DELETE FROM source WHERE id = ?", arguments: [id])
            gone.add("source", id, source.guid)
            gone.items.insert(item)
        }
        for (item, leaving) in shared.sorted(by: { $0.key < $1.key }) {
            let versions = try SourceVersionRecord.fetchAll(
                db, sql: "SELECT source_version.* FROM source_version JOIN source ON source.id = sourceId WHERE item = ? ORDER BY number", arguments: [item])
            for version in versions {
                guard let sealed = try? AnonymizedTranscript(decoding: version.document), let rest = try leaving(sealed) else { continue }
                try shorten(version, from: sealed, to: rest, db, &gone, &count)
            }
        }
        for found in try CaseRecord.filter(Column("kind") == "participant").fetchAll(db) where participants.contains(found.name) { try remove(found, db, &gone) }
        count.historyLines += try gone.forgetHistory(db)
        if !count.isEmpty {
            try SearchIndex.rebuild(db)
            let journal = try Journal(db, who: "ordrett", action: "erase", isReversible: false)
            try journal.note("store", new: "at a participant's or the study's own demand")
        }
        try Schema.keepHistory(db)
        return count
    }

    /// Lets one person's turns leave a version that others speak in, too.
    private static func shorten(
        _ version: SourceVersionRecord, from sealed: AnonymizedTranscript, to rest: AnonymizedTranscript, _ db: Database, _ gone: inout Departed,
        _ count: inout ErasureCount
    ) throws {
        guard let id = version.id else { return }
        let keptWords = Set(rest.document.turns.flatMap(\.words).map(\.id)), keptTurns = Set(rest.document.turns.map(\.id))
        let old = try text(ofVersion: id, db), new = try SourceText(rest.document), places = new.places
        for unit in try UnitRecord.filter(Column("versionId") == id).fetchAll(db) {
            let words = old.words[old.words(in: unit.start..<unit.end)]
            guard !words.isEmpty, words.allSatisfy({ keptWords.contains($0.id) }), let first = words.first.flatMap({ places[$0.id] }),
                let last = words.last.flatMap({ places[$0.id] }), first.lowerBound < last.upperBound
            else {
                try remove(unit, db, &gone, &count)
                continue
            }
            try db.execute(
                sql: "UPDATE unit SET start = ?, \"end\" = ? WHERE id = ?", arguments: [first.lowerBound, last.upperBound, unit.id])
        }
        count.turns += old.turns.count { !keptTurns.contains($0.number) }
        try db.execute(sql: "DELETE FROM turn WHERE versionId = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM sync_point WHERE versionId = ?", arguments: [id])
        for var turn in new.turnRecords(of: id) { try turn.insert(db) }
        let data = try rest.encoded()
        try db.execute(
            sql: "UPDATE source_version SET document = ?, digest = ?, turnCount = ?, wordCount = ?, text = ?, words = ? WHERE id = ?",
            arguments: [data, digest(data), new.turns.count, new.words.count, new.text, new.packedWords, id])
        count.changedVersions += 1
    }

    private static func remove(_ unit: UnitRecord, _ db: Database, _ gone: inout Departed, _ count: inout ErasureCount) throws {
        for coding in try CodingRecord.filter(Column("unitId") == unit.id).fetchAll(db) {
            try forget(coding.guid, db, &gone)
            try coding.delete(db)
            gone.add("coding", coding.id, coding.guid)
            count.codings += 1
        }
        try forget(unit.guid, db, &gone)
        try unit.delete(db)
        gone.add("unit", unit.id, unit.guid)
    }

    /// Cases that nothing but the source belongs to go with it.
    private static func removeCases(ofOnly source: Int64, _ db: Database, _ gone: inout Departed) throws {
        for found in try CaseRecord.fetchAll(
            db, sql: "SELECT * FROM \"case\" WHERE id IN (SELECT caseId FROM case_source WHERE sourceId = ?)", arguments: [source])
        {
            guard try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM case_source WHERE caseId = ? AND sourceId <> ?", arguments: [found.id, source]) == 0 else { continue }
            try remove(found, db, &gone)
        }
        try delete("case_source", "sourceId", source, db, &gone)
    }

    private static func remove(_ found: CaseRecord, _ db: Database, _ gone: inout Departed) throws {
        guard let id = found.id else { return }
        try delete("case_source", "caseId", id, db, &gone)
        try delete("attribute_value", "caseId", id, db, &gone)
        try forget(found.guid, db, &gone)
        try found.delete(db)
        gone.add("case", id, found.guid)
    }

    private static func delete(_ table: String, _ column: String, _ id: Int64, _ db: Database, _ gone: inout Departed) throws {
        for row in try Int64.fetchAll(db, sql: "SELECT id FROM \(table) WHERE \(column) = ?", arguments: [id]) { gone.add(table, row, nil) }
        try db.execute(sql: "DELETE FROM \(table) WHERE \(column) = ?", arguments: [id])
    }

    /// Memos, links and theme memberships of something that goes.
    private static func forget(_ guid: String, _ db: Database, _ gone: inout Departed) throws {
        for memo in try MemoRecord.filter(Column("target") == guid).fetchAll(db) {
            try forget(memo.guid, db, &gone)
            try memo.delete(db)
            gone.add("memo", memo.id, memo.guid)
        }
        for link in try LinkRecord.filter(Column("origin") == guid || Column("target") == guid).fetchAll(db) {
            try link.delete(db)
            gone.add("link", link.id, link.guid)
        }
        for member in try ThemeMemberRecord.filter(Column("member") == guid).fetchAll(db) {
            try member.delete(db)
            gone.add("theme_member", member.id, nil)
        }
    }

    /// Calls back with every text in a database's tables, and with every blob that reads as text. Opens it for reading only.
    public static func eachText(at url: URL, _ look: (String) -> Void) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: url.path, configuration: configuration)
        try queue.read { db in
            for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
                let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \"\(table.replacingOccurrences(of: "\"", with: "\"\""))\"")
                while let row = try rows.next() {
                    for value in row.databaseValues {
                        switch value.storage {
                        case .string(let text): look(text)
                        case .blob(let data): if let text = String(data: data, encoding: .utf8) { look(text) }
                        default: break
                        }
                    }
                }
            }
        }
        try queue.close()
    }
}
