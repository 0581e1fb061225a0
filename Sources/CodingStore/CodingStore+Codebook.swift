import Foundation
import GRDB

/// A code as a codebook file holds it, without identifiers of the database.
public struct CodebookEntry: Sendable, Hashable {
    public struct Memo: Sendable, Hashable {
        public var guid: String?
        public var title: String
        public var text: String
        public var coder: String

        public init(guid: String? = nil, title: String = "", text: String, coder: String = "") {
            self.guid = guid
            self.title = title
            self.text = text
            self.coder = coder
        }
    }

    /// Names from the top of the tree.
    public var path: [String]
    /// Nil where a file has none: then the path says which code it is.
    public var guid: String?
    /// Nil where a file does not say: what the store has stays.
    public var definition: String?
    public var examples: String?
    /// `#rrggbb`; empty for none.
    public var color: String?
    public var isCodable: Bool?
    public var memos: [Memo]

    public init(
        path: [String], guid: String? = nil, definition: String? = nil, examples: String? = nil, color: String? = nil, isCodable: Bool? = nil, memos: [Memo] = []
    ) {
        self.path = path
        self.guid = guid
        self.definition = definition
        self.examples = examples
        self.color = color
        self.isCodable = isCodable
        self.memos = memos
    }
}

/// What an import of a codebook did.
public struct CodebookReport: Codable, Sendable, Hashable {
    public var added: [String] = []
    /// Path → what of it is new: `name`, `place`, `definition`, `examples`, `color`, `codable`, `memo`.
    public var changed: [String: [String]] = [:]
    public var unchanged = 0
    /// In the store and not in the file: they stay.
    public var onlyInStore: [String] = []
    /// What could not be taken over, and why.
    public var conflicts: [String] = []
}

extension CodingStore {
    /// The codes with their memos: parents before children, siblings in their places.
    public func codebook() throws -> [CodebookEntry] {
        try translating {
            try pool.read { db in
                let names = try Self.names(ofCoders: db)
                let memos = Dictionary(grouping: try MemoRecord.order(Column("id")).fetchAll(db), by: \.target)
                var paths: [Int64: [String]] = [:]
                return try Self.codes(db).map { code in
                    let path = (code.parentId.flatMap { paths[$0] } ?? []) + [code.name]
                    paths[code.id ?? 0] = path
                    return CodebookEntry(
                        path: path, guid: code.guid, definition: code.definition, examples: code.examples, color: code.color ?? "", isCodable: code.isCodable,
                        memos: (memos[code.guid] ?? []).map { .init(guid: $0.guid, title: $0.title, text: $0.text, coder: names[$0.coderId] ?? "") })
                }
            }
        }
    }

    /// Takes a codebook in, in one operation: a code is known by its GUID, else by its path; what is known gets the file's name, place and
    /// words, what is not is added, what the file does not name stays.
    /// - Parameter isTrial: nothing is written; the report says what would be.
    public func importCodebook(_ entries: [CodebookEntry], isTrial: Bool = false, who: String) throws -> CodebookReport {
        var report = CodebookReport()
        struct Rollback: Error {}
        do {
            try operate("codebook.import", who: who) { journal in
                report = try Self.take(entries, journal)
                if isTrial { throw Rollback() }
            }
        } catch is Rollback {}
        return report
    }

    private static func take(_ entries: [CodebookEntry], _ journal: Journal) throws -> CodebookReport {
        let db = journal.db
        var report = CodebookReport(), seen: Set<Int64> = [], ids: [[String]: Int64] = [:]
        for entry in entries {
            let path = try entry.path.map(checkedName), shown = path.joined(separator: "/")
            guard let name = path.last else { continue }
            var parent: Int64?
            if path.count > 1 {
                let above = Array(path.dropLast())
                parent = try ids[above] ?? existing(above, db)
                if parent == nil {
                    report.conflicts.append("\(shown): there is no code above it; a parent stands before its children")
                    continue
                }
            }
            let guid = entry.guid.flatMap(GUID.normalized)
            if entry.guid != nil, guid == nil {
                report.conflicts.append("\(shown): its GUID is none")
                continue
            }
            let byGuid = try guid.flatMap { try CodeRecord.filter(Column("guid") == $0).fetchOne(db) }
            let byPath = try CodeRecord.filter(Column("parentId") == parent && Column("name") == name).fetchOne(db)
            guard let found = byGuid ?? byPath else {
                let made = try addCode(
                    name, definition: entry.definition ?? "", under: parent, color: entry.color.flatMap { $0.isEmpty ? nil : $0 }, examples: entry.examples ?? "",
                    guid: guid, isCodable: entry.isCodable ?? true, journal)
                for memo in entry.memos { _ = try take(memo, on: made.guid, journal) }
                report.added.append(shown)
                (ids[path], seen) = (made.id, seen.union([made.id ?? 0]))
                continue
            }
            guard seen.insert(found.id ?? 0).inserted else {
                report.conflicts.append("\(shown): the file names this code twice")
                continue
            }
            ids[path] = found.id
            var new = found, changes: [String] = []
            if let byPath, byPath.id != found.id {
                report.conflicts.append("\(shown): another code has this place; name and place stay as they are")
            } else {
                if found.name != name {
                    new.name = name
                    changes.append("name")
                }
                if found.parentId != parent {
                    if try isUnder(parent, found.id, db) {
                        report.conflicts.append("\(shown): it cannot come under itself; its place stays")
                        new.name = found.name
                        changes.removeAll()
                    } else {
                        new.parentId = parent
                        changes.append("place")
                    }
                }
            }
            if let value = entry.definition, value != found.definition { new.definition = value; changes.append("definition") }
            if let value = entry.examples, value != found.examples { new.examples = value; changes.append("examples") }
            if let value = entry.color {
                new.color = try checkedColor(value.isEmpty ? nil : value)
                if new.color != found.color { changes.append("color") }
            }
            if let value = entry.isCodable, value != found.isCodable { new.isCodable = value; changes.append("codable") }
            try journal.update(found, new)
            for memo in entry.memos where try take(memo, on: found.guid, journal) && !changes.contains("memo") { changes.append("memo") }
            if changes.isEmpty { report.unchanged += 1 } else { report.changed[shown] = changes }
        }
        let after = try codes(db), paths = paths(of: after)
        report.onlyInStore = after.filter { !seen.contains($0.id ?? 0) }.compactMap { paths[$0.id ?? 0] }
        return report
    }

    private static func existing(_ path: [String], _ db: Database) throws -> Int64? {
        var id: Int64?
        for name in path {
            guard let next = try Int64.fetchOne(db, sql: "SELECT id FROM code WHERE parentId IS ? AND name = ?", arguments: [id, name]) else { return nil }
            id = next
        }
        return id
    }

    private static func isUnder(_ id: Int64?, _ top: Int64?, _ db: Database) throws -> Bool {
        var step = id
        while let here = step {
            if here == top { return true }
            step = try Int64.fetchOne(db, sql: "SELECT parentId FROM code WHERE id = ?", arguments: [here])
        }
        return false
    }

    /// - Returns: whether anything is new.
    private static func take(_ memo: CodebookEntry.Memo, on code: String, _ journal: Journal) throws -> Bool {
        let guid = memo.guid.flatMap(GUID.normalized)
        let old = try guid.map { try MemoRecord.filter(Column("guid") == $0).fetchOne(journal.db) }
            ?? MemoRecord.filter(Column("target") == code && Column("text") == memo.text && Column("title") == memo.title).fetchOne(journal.db)
        if let old {
            var new = old
            (new.title, new.text) = (memo.title, memo.text)
            return try journal.update(old, new)
        }
        _ = try journal.inserted(
            MemoRecord(
                guid: guid ?? GUID.random(), target: code, title: memo.title, text: memo.text, coderId: journal.coder(memo.coder.isEmpty ? nil : memo.coder),
                createdAt: journal.now))
        return true
    }
}
