import Foundation
import GRDB

/// Which stretches of texts have which codes.
extension CodingStore {
    /// A code's id, with those under it.
    static func ids(of code: CodeRecord, among all: [CodeRecord], withSubcodes: Bool) -> Set<Int64> {
        guard let top = code.id else { return [] }
        guard withSubcodes else { return [top] }
        let children = Dictionary(grouping: all, by: \.parentId)
        var out: Set<Int64> = [], stack = [top]
        while let next = stack.popLast() {
            out.insert(next)
            stack += (children[next] ?? []).compactMap(\.id)
        }
        return out
    }

    /// - Throws: ``StoreError/unknown(kind:name:)``.
    static func coderIds(_ names: [String], _ db: Database) throws -> Set<Int64> {
        guard !names.isEmpty else { return [] }
        let all = try CoderRecord.order(Column("id")).fetchAll(db)
        return Set(
            try names.map { name in
                guard let found = all.first(where: { $0.name == name }) ?? all.first(where: { SearchIndex.folded($0.name) == SearchIndex.folded(name) }) else {
                    throw StoreError.unknown(kind: "coder", name: name)
                }
                return found.id ?? 0
            })
    }

    /// What of a version is coded, in order of the beginnings.
    /// - Parameters:
    ///   - codes: nil for any.
    ///   - coders, rounds: empty for any.
    static func codedRanges(_ version: Int64, codes: Set<Int64>?, coders: Set<Int64>, rounds: [Int], _ db: Database) throws -> [Range<Int>] {
        var conditions = ["unit.versionId = \(version)"]
        if let codes { conditions.append("coding.codeId IN (\(codes.sorted().map(String.init).joined(separator: ", ")))") }
        if !coders.isEmpty { conditions.append("coding.coderId IN (\(coders.sorted().map(String.init).joined(separator: ", ")))") }
        if !rounds.isEmpty { conditions.append("coding.round IN (\(rounds.map(String.init).joined(separator: ", ")))") }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT DISTINCT unit.start, unit."end" FROM unit JOIN coding ON coding.unitId = unit.id
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY unit.start, unit."end"
                """
        ).map { (($0["start"] as Int)..<($0["end"] as Int)) }
    }

    /// Those of the ranges, in order of their beginnings, that share a character with a place.
    static func overlapping(_ ranges: [Range<Int>], _ place: Range<Int>) -> [Range<Int>] {
        ranges.filter { $0.lowerBound < place.upperBound && $0.upperBound > place.lowerBound }
    }

    /// Codes' names from the top of the tree: `samarbeid/ansvar`. A slash in a name stands as it is.
    public func paths() throws -> [Int64: String] { Self.paths(of: try codes()) }

    static func paths(of codes: [CodeRecord]) -> [Int64: String] {
        var out: [Int64: String] = [:]
        // Parents come before children.
        for code in codes {
            guard let id = code.id else { continue }
            out[id] = code.parentId.flatMap { out[$0] }.map { $0 + "/" + code.name } ?? code.name
        }
        return out
    }
}

extension CodingStore {
    /// Adds a code by its path, with what is missing above it, in one operation.
    /// - Throws: ``StoreError/alreadyThere(kind:name:)``, ``StoreError/wrongValue(_:)``.
    @discardableResult
    public func addCode(path: [String], definition: String = "", color: String? = nil, examples: String = "", who: String) throws -> CodeRecord {
        try operate("code.add", who: who) { journal in
            guard let name = path.last else { throw StoreError.wrongValue("a name needs letters, on one line") }
            var parent: Int64?
            for step in path.dropLast() {
                let step = try Self.checkedName(step)
                let found = try CodeRecord.filter(Column("parentId") == parent).fetchAll(journal.db)
                let known = found.first { $0.name == step } ?? found.first { SearchIndex.folded($0.name) == SearchIndex.folded(step) }
                parent = try known?.id ?? Self.addCode(step, under: parent, journal).id
            }
            return try Self.addCode(name, definition: definition, under: parent, color: color, examples: examples, journal)
        }
    }
}

extension CodingStore {
    /// The source that a version is of.
    public func item(ofVersion id: Int64) throws -> String? {
        try translating {
            try pool.read { db in
                try String.fetchOne(db, sql: "SELECT item FROM source JOIN source_version AS v ON v.sourceId = source.id WHERE v.id = ?", arguments: [id])
            }
        }
    }
}

extension CodingStore {
    public func drop(_ link: LinkRecord, who: String) throws {
        try operate("link.drop", who: who) { journal in
            guard let current = try LinkRecord.filter(Column("guid") == link.guid).fetchOne(journal.db) else { throw StoreError.unknown(kind: "link", name: link.name) }
            try journal.delete(current)
        }
    }
}
