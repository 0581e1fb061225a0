import Foundation
import GRDB

extension CodingStore {
    /// Runs one operation in one transaction: all of it is written, or nothing.
    @discardableResult
    func operate<T>(_ action: String, who: String, isReversible: Bool = true, _ work: (Journal) throws -> T) throws -> T {
        guard !who.trimmingCharacters(in: .whitespaces).isEmpty else { throw StoreError.noCoder }
        return try translating {
            try pool.write { db in try work(Journal(db, who: who, action: action, isReversible: isReversible)) }
        }
    }

    public func operations() throws -> [OperationRecord] {
        try translating { try pool.read { try OperationRecord.order(Column("id")).fetchAll($0) } }
    }

    /// The lines of the history, oldest first.
    public func history(of operation: Int64) throws -> [HistoryRecord] {
        try translating {
            try pool.read { try HistoryRecord.filter(Column("operationId") == operation).order(Column("id")).fetchAll($0) }
        }
    }

    /// Takes back a coder's newest operation that still stands, from this session or any before it. What was done since to the same
    /// rows must be taken back first. The history keeps both.
    /// - Returns: the operation taken back.
    /// - Throws: ``StoreError/nothingToUndo``, ``StoreError/changedSince(operation:)``.
    @discardableResult
    public func undo(who: String) throws -> OperationRecord {
        try reverse(who: who, action: "undo") { db in
            try OperationRecord.fetchOne(
                db,
                sql: """
                    SELECT * FROM operation AS done WHERE who = ? AND isReversible AND action NOT IN ('undo', 'redo') AND \(Self.stands)
                    ORDER BY id DESC LIMIT 1
                    """, arguments: [who])
        }
    }

    /// Does again what the coder's newest undo took back; nothing once the coder has done something else since.
    /// - Throws: ``StoreError/nothingToRedo``, ``StoreError/changedSince(operation:)``.
    @discardableResult
    public func redo(who: String) throws -> OperationRecord {
        let undone = try reverse(who: who, action: "redo") { db in
            try OperationRecord.fetchOne(
                db,
                sql: """
                    SELECT * FROM operation AS undo WHERE who = ? AND action = 'undo' AND undo.id NOT IN (SELECT undoes FROM operation WHERE undoes IS NOT NULL)
                    AND NOT EXISTS (SELECT 1 FROM operation WHERE who = undo.who AND id > undo.id AND action NOT IN ('undo', 'redo'))
                    ORDER BY id DESC LIMIT 1
                    """, arguments: [who])
        }
        guard let original = undone.undoes else { return undone }
        return try translating { try pool.read { try OperationRecord.fetchOne($0, key: original) } } ?? undone
    }

    /// An operation stands when nothing undid it, or each undo of it was itself undone by a redo.
    private static let stands = """
        NOT EXISTS (SELECT 1 FROM operation AS back WHERE back.undoes = done.id AND back.action = 'undo'
            AND NOT EXISTS (SELECT 1 FROM operation AS again WHERE again.undoes = back.id))
        """

    private func reverse(who: String, action: String, _ pick: (Database) throws -> OperationRecord?) throws -> OperationRecord {
        try translating {
            try pool.write { db in
                guard let operation = try pick(db), let id = operation.id else {
                    throw action == "undo" ? StoreError.nothingToUndo : StoreError.nothingToRedo
                }
                let journal = try Journal(db, who: who, action: action, undoes: id)
                let lines = try HistoryRecord.filter(Column("operationId") == id).order(Column("id").desc).fetchAll(db)
                for line in lines { try Self.reverse(line, journal) }
                return operation
            }
        }
    }

    /// Tables that are written through journals, so that names from a history line are never run as they come.
    static let journaled: Set<String> = [
        "study", "source", "code", "unit", "coding", "round", "case", "case_source", "attribute", "attribute_value", "theme", "theme_member", "memo",
        "link", "graph",
    ]

    private static func reverse(_ line: HistoryRecord, _ journal: Journal) throws {
        let parts = line.target.split(separator: " ")
        guard parts.count == 2, let id = Int64(parts[1]) else { return }
        let table = String(parts[0]), db = journal.db
        guard journaled.contains(table) else { return }
        let known = Set(try db.columns(in: table).map(\.name))
        func columns(_ text: String?) throws -> [String: JSONValue]? {
            try text.map { try JSONDecoder().decode([String: JSONValue].self, from: Data($0.utf8)).filter { known.contains($0.key) } }
        }
        let old = try columns(line.old), new = try columns(line.new)
        let current = try Row.fetchOne(db, sql: "SELECT * FROM \"\(table)\" WHERE id = ?", arguments: [id])
        let changed = StoreError.changedSince(operation: line.operationId ?? 0)
        do {
            switch (old, new) {
            case (nil, _):
                guard let current else { throw changed }
                try db.execute(sql: "DELETE FROM \"\(table)\" WHERE id = ?", arguments: [id])
                try journal.line(table, id, old: values(current), new: nil)
            case (let old?, nil):
                guard current == nil else { throw changed }
                let names = old.keys.sorted()
                try db.execute(
                    sql: "INSERT INTO \"\(table)\" (\(names.map { "\"\($0)\"" }.joined(separator: ", "))) VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))",
                    arguments: StatementArguments(names.map { old[$0]!.database }))
                try journal.line(table, id, old: nil, new: old)
            case (let old?, let new?):
                guard let current else { throw changed }
                let now = values(current)
                guard new.allSatisfy({ now[$0.key] == $0.value }) else { throw changed }
                let names = old.keys.sorted()
                try db.execute(
                    sql: "UPDATE \"\(table)\" SET \(names.map { "\"\($0)\" = ?" }.joined(separator: ", ")) WHERE id = ?",
                    arguments: StatementArguments(names.map { old[$0]!.database } + [id.databaseValue]))
                try journal.line(table, id, old: new, new: old)
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            // Something made since hangs on what would go, or stands where it would come back.
            throw changed
        }
    }

    private static func values(_ row: Row) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: row.columnNames.map { ($0, JSONValue(row[$0] as DatabaseValue)) })
    }
}
