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
    ///   - shared: sources that stay without one person's turns; gives the sealed document without them, or nil to leave it.
    ///     What others coded on others' words stands.
    /// - Throws: ``StoreError``.
    @discardableResult
    public static func erase(
        at url: URL, items: Set<String>, shared: [String: @Sendable (AnonymizedTranscript) throws -> AnonymizedTranscript?] = [:]
    ) throws -> ErasureCount {
        guard FileManager.default.fileExists(atPath: url.path) else { return ErasureCount() }
        do {
            let count: ErasureCount
            do {
                let queue = try DatabaseQueue(path: url.path, configuration: erasing())
                count = try queue.write { try erase($0, items: items, shared: shared) }
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
        _ db: Database, items: Set<String>, shared: [String: @Sendable (AnonymizedTranscript) throws -> AnonymizedTranscript?]
    ) throws -> ErasureCount {
        var count = ErasureCount()
        let tables = Set(try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'"))
        guard tables.contains("source"), tables.contains("source_version") else { return count }
        let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'history'")
        for trigger in triggers { try db.execute(sql: "DROP TRIGGER \"\(trigger["name"] as String)\"") }
        func forget(_ target: String) throws {
            guard tables.contains("history") else { return }
            try db.execute(sql: "DELETE FROM history WHERE target = ?", arguments: [target])
            count.historyLines += db.changesCount
        }
        func removeCodings(_ ids: [Int64]) throws {
            for id in ids {
                try db.execute(sql: "DELETE FROM coding WHERE id = ?", arguments: [id])
                count.codings += db.changesCount
                try forget("coding \(id)")
            }
        }
        for item in items.sorted() {
            guard let source = try Int64.fetchOne(db, sql: "SELECT id FROM source WHERE item = ?", arguments: [item]) else { continue }
            for version in try Int64.fetchAll(db, sql: "SELECT id FROM source_version WHERE sourceId = ?", arguments: [source]) {
                if tables.contains("coding") {
                    try removeCodings(Int64.fetchAll(db, sql: "SELECT id FROM coding WHERE versionId = ?", arguments: [version]))
                }
                try db.execute(sql: "DELETE FROM turn WHERE versionId = ?", arguments: [version])
                count.turns += db.changesCount
                try db.execute(sql: "DELETE FROM source_version WHERE id = ?", arguments: [version])
                count.versions += db.changesCount
                try forget("source_version \(version)")
            }
            try db.execute(sql: "DELETE FROM source WHERE id = ?", arguments: [source])
            try forget("source \(source)")
            guard tables.contains("history") else { continue }
            // Versions that an import superseded are gone from the tables, and still named by the history.
            for column in ["old", "new"] {
                try db.execute(
                    sql: "DELETE FROM history WHERE \(column) = ? OR substr(\(column), 1, ?) = ?",
                    arguments: [item, item.unicodeScalars.count + 9, item + " version "])
                count.historyLines += db.changesCount
            }
        }
        for (item, leaving) in shared.sorted(by: { $0.key < $1.key }) {
            guard let source = try Int64.fetchOne(db, sql: "SELECT id FROM source WHERE item = ?", arguments: [item]) else { continue }
            for version in try SourceVersionRecord.filter(Column("sourceId") == source).order(Column("number")).fetchAll(db) {
                guard let id = version.id, let sealed = try? AnonymizedTranscript(decoding: version.document), let rest = try leaving(sealed) else { continue }
                let kept = Set(rest.document.turns.map(\.id)), order = sealed.document.turns.flatMap(\.words).map(\.id)
                let keptWords = Set(rest.document.turns.flatMap(\.words).map(\.id))
                if tables.contains("coding") {
                    let touching = try CodingRecord.filter(Column("versionId") == id).fetchAll(db).filter { coding in
                        guard let first = order.firstIndex(of: coding.firstWord), let last = order.firstIndex(of: coding.lastWord), first <= last else { return true }
                        return !order[first...last].allSatisfy(keptWords.contains)
                    }
                    try removeCodings(touching.compactMap(\.id))
                }
                for turn in try TurnRecord.filter(Column("versionId") == id).fetchAll(db) where !kept.contains(turn.number) {
                    try db.execute(sql: "DELETE FROM turn WHERE id = ?", arguments: [turn.id])
                    count.turns += db.changesCount
                }
                let data = try rest.encoded()
                try db.execute(
                    sql: "UPDATE source_version SET document = ?, digest = ?, turnCount = ?, wordCount = ? WHERE id = ?",
                    arguments: [data, digest(data), rest.document.turns.count, rest.document.wordCount, id])
                count.changedVersions += 1
            }
        }
        for trigger in triggers { try db.execute(sql: trigger["sql"] as String) }
        if !count.isEmpty, tables.contains("history") {
            try log(db, who: "ordrett", "erase", "store", new: "at a participant's or the study's own demand")
        }
        return count
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
