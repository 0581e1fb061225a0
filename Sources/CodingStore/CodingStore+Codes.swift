import Foundation
import GRDB

/// The codebook: a tree of codes.
extension CodingStore {
    /// What of a code is to be changed; nil leaves it.
    public struct CodeChange: Sendable {
        public var name: String?
        public var definition: String?
        public var examples: String?
        /// `#rrggbb`; empty for none.
        public var color: String?
        public var position: Int?
        public var isCodable: Bool?

        public init(
            name: String? = nil, definition: String? = nil, examples: String? = nil, color: String? = nil, position: Int? = nil, isCodable: Bool? = nil
        ) {
            self.name = name
            self.definition = definition
            self.examples = examples
            self.color = color
            self.position = position
            self.isCodable = isCodable
        }
    }

    /// Adds a code under `parent` (nil: at the top). Names may repeat under different parents, not under one.
    /// - Throws: ``StoreError/alreadyThere(kind:name:)``, ``StoreError/wrongValue(_:)`` for an empty name or a colour that is none.
    @discardableResult
    public func addCode(
        _ name: String, definition: String = "", under parent: CodeRecord? = nil, color: String? = nil, examples: String = "",
        guid: String? = nil, who: String
    ) throws -> CodeRecord {
        try operate("code.add", who: who) { journal in
            try Self.addCode(name, definition: definition, under: parent?.id, color: color, examples: examples, guid: guid, journal)
        }
    }

    static func addCode(
        _ name: String, definition: String = "", under parent: Int64?, color: String? = nil, examples: String = "", guid: String? = nil,
        isCodable: Bool = true, _ journal: Journal
    ) throws -> CodeRecord {
        let name = try checkedName(name)
        try expectFree(name, under: parent, except: nil, journal.db)
        let position = try Int.fetchOne(journal.db, sql: "SELECT COALESCE(MAX(position), 0) + 1 FROM code WHERE parentId IS ?", arguments: [parent]) ?? 1
        return try journal.inserted(
            CodeRecord(
                guid: guid ?? GUID.random(), parentId: parent, name: name, definition: definition, color: checkedColor(color), examples: examples,
                position: position, isCodable: isCodable))
    }

    /// - Returns: the code as it is now.
    @discardableResult
    public func change(_ code: CodeRecord, _ change: CodeChange, who: String) throws -> CodeRecord {
        try operate("code.change", who: who) { journal in
            let old = try Self.current(code, journal.db)
            var new = old
            if let name = change.name {
                new.name = try Self.checkedName(name)
                try Self.expectFree(new.name, under: old.parentId, except: old.id, journal.db)
            }
            if let definition = change.definition { new.definition = definition }
            if let examples = change.examples { new.examples = examples }
            if let color = change.color { new.color = try Self.checkedColor(color.isEmpty ? nil : color) }
            if let position = change.position { new.position = position }
            if let isCodable = change.isCodable { new.isCodable = isCodable }
            try journal.update(old, new)
            return new
        }
    }

    /// Moves a code with all under it.
    /// - Throws: ``StoreError/wouldHangOnItself(_:)``.
    @discardableResult
    public func move(_ code: CodeRecord, under parent: CodeRecord?, who: String) throws -> CodeRecord {
        try operate("code.move", who: who) { journal in
            let old = try Self.current(code, journal.db)
            var above = try parent.map { try Self.current($0, journal.db) }
            let target = above
            while let step = above {
                if step.id == old.id { throw StoreError.wouldHangOnItself(old.name) }
                above = try step.parentId.flatMap { try CodeRecord.fetchOne(journal.db, key: $0) }
            }
            try Self.expectFree(old.name, under: target?.id, except: old.id, journal.db)
            var new = old
            new.parentId = target?.id
            try journal.update(old, new)
            return new
        }
    }

    /// Puts all that is coded with the codes under another, and drops them. What lies under them in the tree moves, too; their
    /// definitions and examples are added to the other's.
    public func merge(_ codes: [CodeRecord], into target: CodeRecord, who: String) throws {
        try operate("code.merge", who: who) { journal in
            let db = journal.db
            for code in codes {
                let old = try Self.current(code, db), current = try Self.current(target, db)
                guard let id = old.id, let targetId = current.id, id != targetId else { continue }
                var above = current.parentId
                while let step = above {
                    if step == id { throw StoreError.wouldHangOnItself(current.name) }
                    above = try Int64.fetchOne(db, sql: "SELECT parentId FROM code WHERE id = ?", arguments: [step])
                }
                for child in try CodeRecord.filter(Column("parentId") == id).order(Column("id")).fetchAll(db) {
                    try Self.expectFree(child.name, under: targetId, except: child.id, db)
                    var moved = child
                    moved.parentId = targetId
                    try journal.update(child, moved)
                }
                for coding in try CodingRecord.filter(Column("codeId") == id).order(Column("id")).fetchAll(db) {
                    try Self.recode(coding, to: targetId, journal)
                }
                for member in try ThemeMemberRecord.filter(Column("member") == old.guid).order(Column("id")).fetchAll(db) {
                    try journal.delete(member)
                    let there = Column("themeId") == member.themeId && Column("member") == current.guid
                    if try ThemeMemberRecord.filter(there).fetchCount(db) == 0 {
                        _ = try journal.inserted(ThemeMemberRecord(themeId: member.themeId, kind: .code, member: current.guid))
                    }
                }
                for memo in try MemoRecord.filter(Column("target") == old.guid).order(Column("id")).fetchAll(db) {
                    var moved = memo
                    moved.target = current.guid
                    try journal.update(memo, moved)
                }
                for link in try LinkRecord.filter(Column("origin") == old.guid || Column("target") == old.guid).order(Column("id")).fetchAll(db) {
                    var moved = link
                    if moved.origin == old.guid { moved.origin = current.guid }
                    if moved.target == old.guid { moved.target = current.guid }
                    if moved.origin == moved.target { try journal.delete(link) } else { try journal.update(link, moved) }
                }
                var richer = current
                richer.definition = [current.definition, old.definition].filter { !$0.isEmpty }.joined(separator: "\n")
                richer.examples = [current.examples, old.examples].filter { !$0.isEmpty }.joined(separator: "\n")
                try journal.update(current, richer)
                try journal.delete(old)
            }
        }
    }

    /// Moves some of a code's codings to a new code beside it.
    @discardableResult
    public func split(_ code: CodeRecord, codings: [CodingRecord], to name: String, who: String) throws -> CodeRecord {
        try operate("code.split", who: who) { journal in
            let old = try Self.current(code, journal.db)
            let made = try Self.addCode(name, under: old.parentId, color: old.color, journal)
            for coding in codings {
                guard let current = try CodingRecord.fetchOne(journal.db, key: coding.id), current.codeId == old.id else {
                    throw StoreError.unknown(kind: "coding", name: coding.guid)
                }
                try Self.recode(current, to: made.id ?? 0, journal)
            }
            return made
        }
    }

    /// Removes a code and all under it, with their codings; the history keeps them.
    /// - Parameter force: also when it is used.
    /// - Throws: ``StoreError/isUsed(kind:name:by:)``.
    public func drop(_ code: CodeRecord, force: Bool = false, who: String) throws {
        try operate("code.drop", who: who) { journal in
            let db = journal.db, top = try Self.current(code, db)
            var order: [CodeRecord] = [], stack = [top]
            while let next = stack.popLast() {
                order.append(next)
                stack += try CodeRecord.filter(Column("parentId") == next.id).order(Column("id")).fetchAll(db)
            }
            let ids = order.compactMap(\.id)
            let codings = try CodingRecord.filter(ids.contains(Column("codeId"))).order(Column("id")).fetchAll(db)
            if !force, !codings.isEmpty || order.count > 1 {
                let under = order.count > 1 ? "\(order.count - 1) codes under it" : ""
                let used = codings.isEmpty ? "" : "\(codings.count) codings"
                throw StoreError.isUsed(kind: "code", name: top.name, by: [under, used].filter { !$0.isEmpty }.joined(separator: " and "))
            }
            for coding in codings { try Self.remove(coding, journal) }
            for code in order.reversed() { try Self.forget(code.guid, journal); try journal.delete(code) }
        }
    }

    /// Memos, theme memberships and links of something that goes.
    static func forget(_ guid: String, _ journal: Journal) throws {
        let db = journal.db
        for member in try ThemeMemberRecord.filter(Column("member") == guid).order(Column("id")).fetchAll(db) { try journal.delete(member) }
        for link in try LinkRecord.filter(Column("origin") == guid || Column("target") == guid).order(Column("id")).fetchAll(db) { try journal.delete(link) }
        for memo in try MemoRecord.filter(Column("target") == guid).order(Column("id")).fetchAll(db) {
            try forget(memo.guid, journal)
            try journal.delete(memo)
        }
    }

    private static func recode(_ coding: CodingRecord, to code: Int64, _ journal: Journal) throws {
        let same = Column("unitId") == coding.unitId && Column("codeId") == code && Column("coderId") == coding.coderId && Column("round") == coding.round
        if try CodingRecord.filter(same).fetchCount(journal.db) > 0 {
            try forget(coding.guid, journal)
            try journal.delete(coding)
        } else {
            var moved = coding
            moved.codeId = code
            try journal.update(coding, moved)
        }
    }

    // MARK: - reading

    /// All codes: parents before children, siblings in their places.
    public func codes() throws -> [CodeRecord] {
        try translating { try pool.read { try Self.codes($0) } }
    }

    static func codes(_ db: Database) throws -> [CodeRecord] {
        let all = try CodeRecord.order(Column("position"), Column("name"), Column("id")).fetchAll(db)
        let children = Dictionary(grouping: all, by: \.parentId)
        var out: [CodeRecord] = [], stack = (children[nil] ?? []).reversed() as [CodeRecord]
        while let next = stack.popLast() {
            out.append(next)
            stack += (children[next.id] ?? []).reversed()
        }
        return out
    }

    /// A code by its GUID, its name where it is the only one of it, or its path from the top: `samarbeid/ansvar`. Case is not told
    /// apart unless it must be.
    /// - Throws: ``StoreError/unknownCode(_:)``, ``StoreError/ambiguousCode(_:)``.
    public func code(_ path: String) throws -> CodeRecord {
        let all = try codes()
        return try Self.code(path, among: all)
    }

    static func code(_ path: String, among all: [CodeRecord]) throws -> CodeRecord {
        if let guid = GUID.normalized(path), let found = all.first(where: { $0.guid == guid }) { return found }
        let byId = Dictionary(uniqueKeysWithValues: all.compactMap { code in code.id.map { ($0, code) } })
        for isExact in [true, false] {
            func same(_ a: String, _ b: String) -> Bool { isExact ? a == b : SearchIndex.folded(a) == SearchIndex.folded(b) }
            // A name may hold a slash itself.
            let named = all.filter { same($0.name, path) }
            if named.count == 1 { return named[0] }
            let parts = path.split(separator: "/").map { $0.trimmingCharacters(in: .whitespaces) }
            let found = all.filter { code in
                var at: CodeRecord? = code
                for part in parts.reversed() {
                    guard let step = at, same(step.name, part) else { return false }
                    at = step.parentId.flatMap { byId[$0] }
                }
                return !parts.isEmpty && (at == nil || parts.count > 1)
            }
            if found.count == 1 { return found[0] }
            if let top = found.first(where: { $0.parentId == nil }), parts.count == 1 { return top }
            if named.count > 1 || found.count > 1 { throw StoreError.ambiguousCode(path) }
        }
        throw StoreError.unknownCode(path)
    }

    static func current(_ code: CodeRecord, _ db: Database) throws -> CodeRecord {
        guard let found = try CodeRecord.filter(Column("guid") == code.guid).fetchOne(db) else { throw StoreError.unknownCode(code.name) }
        return found
    }

    static func checkedName(_ name: String) throws -> String {
        let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty, !trimmed.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw StoreError.wrongValue("a name needs letters, on one line")
        }
        return trimmed
    }

    static func checkedColor(_ color: String?) throws -> String? {
        guard let color else { return nil }
        let hex = color.hasPrefix("#") ? String(color.dropFirst()) : color
        guard hex.count == 6, hex.allSatisfy(\.isHexDigit) else { throw StoreError.wrongValue("a colour is written #rrggbb, as #1f77b4") }
        return "#" + hex.lowercased()
    }

    private static func expectFree(_ name: String, under parent: Int64?, except: Int64?, _ db: Database) throws {
        let taken = try Int64.fetchOne(
            db, sql: "SELECT id FROM code WHERE parentId IS ? AND name = ? AND id IS NOT ?", arguments: [parent, name, except])
        if taken != nil { throw StoreError.alreadyThere(kind: "code", name: name) }
    }
}
