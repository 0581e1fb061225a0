import Foundation
import GRDB

/// One operation being written: every change of a row leaves a line with what was there before.
///
/// Lines hold the changed columns as JSON, so that any operation can be taken back, by any coder's program, long after.
final class Journal {
    let db: Database
    let who: String
    let action: String
    private(set) var operation: Int64
    let now: String
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    init(_ db: Database, who: String, action: String, undoes: Int64? = nil, isReversible: Bool = true) throws {
        self.db = db
        self.who = who
        self.action = action
        now = CodingStore.timestamp()
        var record = OperationRecord(at: now, who: who, action: action, undoes: undoes, isReversible: isReversible)
        try record.insert(db)
        operation = record.id ?? 0
    }

    func insert<R: StoreRecord>(_ record: inout R) throws {
        try record.insert(db)
        try line(R.databaseTableName, record.id, old: nil, new: columns(record))
    }

    func inserted<R: StoreRecord>(_ record: R) throws -> R {
        var record = record
        try insert(&record)
        return record
    }

    /// - Returns: whether anything was different.
    @discardableResult
    func update<R: StoreRecord>(_ old: R, _ new: R) throws -> Bool {
        let before = try columns(old), after = try columns(new)
        let changed = after.keys.filter { before[$0] != after[$0] } + before.keys.filter { after[$0] == nil }
        guard !changed.isEmpty else { return false }
        try new.update(db)
        try line(
            R.databaseTableName, new.id, old: Dictionary(uniqueKeysWithValues: changed.map { ($0, before[$0] ?? .null) }),
            new: Dictionary(uniqueKeysWithValues: changed.map { ($0, after[$0] ?? .null) }))
        return true
    }

    func delete<R: StoreRecord>(_ record: R) throws {
        try record.delete(db)
        try line(R.databaseTableName, record.id, old: columns(record), new: nil)
    }

    /// A line for what is not kept row by row.
    func note(_ target: String, old: String? = nil, new: String? = nil) throws {
        var line = HistoryRecord(at: now, who: who, action: action, target: target, old: old, new: new, operationId: operation)
        try line.insert(db)
    }

    func line(_ table: String, _ id: Int64?, old: [String: JSONValue]?, new: [String: JSONValue]?) throws {
        func text(_ columns: [String: JSONValue]?) throws -> String? {
            try columns.map { String(decoding: try Self.encoder.encode($0), as: UTF8.self) }
        }
        try note("\(table) \(id ?? 0)", old: text(old), new: text(new))
    }

    /// A row's columns, as SQLite holds them.
    func columns<R: StoreRecord>(_ record: R) throws -> [String: JSONValue] {
        try record.databaseDictionary.mapValues(JSONValue.init)
    }

    /// The coder's row, made when there is none. It stays when the operation is taken back.
    func coder(_ name: String? = nil) throws -> Int64 { try CoderRecord.ensured(name ?? who, db) }
}

/// A column's value in the history. No row that is written through a journal holds bytes.
enum JSONValue: Codable, Sendable, Hashable {
    case null, integer(Int64), real(Double), text(String)

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null, .blob: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .real(value)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .integer(let value): try container.encode(value)
        case .real(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        }
    }

    var database: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        }
    }
}

extension CoderRecord {
    /// The id of the coder of a name, whose row is made when there is none.
    static func ensured(_ name: String, _ db: Database) throws -> Int64 {
        if let id = try Int64.fetchOne(db, sql: "SELECT id FROM coder WHERE name = ?", arguments: [name]) { return id }
        var coder = CoderRecord(guid: GUID.named("coder " + name), name: name)
        try coder.insert(db)
        return coder.id ?? 0
    }
}
