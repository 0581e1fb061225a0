import Foundation
import GRDB

/// Code groups, categories, themes and sets; memos, links and drawings.
extension CodingStore {
    @discardableResult
    public func addTheme(
        _ name: String, level: ThemeRecord.Level = .theme, definition: String = "", under parent: ThemeRecord? = nil, color: String? = nil,
        guid: String? = nil, who: String
    ) throws -> ThemeRecord {
        try operate("theme.add", who: who) { journal in
            let name = try Self.checkedName(name), db = journal.db
            let same = Column("name") == name && Column("parentId") == parent?.id && Column("level") == level.rawValue
            if try ThemeRecord.filter(same).fetchCount(db) > 0 { throw StoreError.alreadyThere(kind: "theme", name: name) }
            let position = try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(position), 0) + 1 FROM theme WHERE parentId IS ?", arguments: [parent?.id]) ?? 1
            return try journal.inserted(
                ThemeRecord(
                    guid: guid ?? GUID.random(), parentId: parent?.id, level: level, name: name, definition: definition,
                    color: Self.checkedColor(color), position: position))
        }
    }

    public func themes() throws -> [ThemeRecord] {
        try translating { try pool.read { try ThemeRecord.order(Column("position"), Column("name"), Column("id")).fetchAll($0) } }
    }

    public func themeMembers() throws -> [ThemeMemberRecord] {
        try translating { try pool.read { try ThemeMemberRecord.order(Column("id")).fetchAll($0) } }
    }

    /// A theme by its GUID or its name.
    public func theme(_ name: String) throws -> ThemeRecord {
        let all = try themes()
        if let guid = GUID.normalized(name), let found = all.first(where: { $0.guid == guid }) { return found }
        let found = all.filter { SearchIndex.folded($0.name) == SearchIndex.folded(name) }
        if found.count > 1 { throw StoreError.wrongValue("several themes are called '\(name)'; give the identifier") }
        guard let theme = found.first else { throw StoreError.unknown(kind: "theme", name: name) }
        return theme
    }

    public func change(_ theme: ThemeRecord, name: String? = nil, level: ThemeRecord.Level? = nil, definition: String? = nil, who: String) throws {
        try operate("theme.change", who: who) { journal in
            guard let old = try ThemeRecord.filter(Column("guid") == theme.guid).fetchOne(journal.db) else { throw StoreError.unknown(kind: "theme", name: theme.name) }
            var new = old
            if let name { new.name = try Self.checkedName(name) }
            if let level { new.level = level }
            if let definition { new.definition = definition }
            try journal.update(old, new)
        }
    }

    /// - Throws: ``StoreError/wouldHangOnItself(_:)``.
    public func move(_ theme: ThemeRecord, under parent: ThemeRecord?, who: String) throws {
        try operate("theme.move", who: who) { journal in
            guard let old = try ThemeRecord.filter(Column("guid") == theme.guid).fetchOne(journal.db) else { throw StoreError.unknown(kind: "theme", name: theme.name) }
            var above = try parent.flatMap { try ThemeRecord.fetchOne(journal.db, key: $0.id) }
            while let step = above {
                if step.id == old.id { throw StoreError.wouldHangOnItself(old.name) }
                above = try step.parentId.flatMap { try ThemeRecord.fetchOne(journal.db, key: $0) }
            }
            var new = old
            new.parentId = parent?.id
            try journal.update(old, new)
        }
    }

    /// Removes a theme; what lies under it comes under its parent.
    public func drop(_ theme: ThemeRecord, who: String) throws {
        try operate("theme.drop", who: who) { journal in
            let db = journal.db
            for child in try ThemeRecord.filter(Column("parentId") == theme.id).order(Column("id")).fetchAll(db) {
                var moved = child
                moved.parentId = theme.parentId
                try journal.update(child, moved)
            }
            for member in try ThemeMemberRecord.filter(Column("themeId") == theme.id).order(Column("id")).fetchAll(db) { try journal.delete(member) }
            try Self.forget(theme.guid, journal)
            try journal.delete(theme)
        }
    }

    /// Puts something under a theme, by its GUID.
    public func gather(_ members: [(kind: ThemeMemberRecord.Kind, guid: String)], under theme: ThemeRecord, who: String) throws {
        try operate("theme.gather", who: who) { journal in
            for member in members {
                let there = Column("themeId") == theme.id && Column("kind") == member.kind.rawValue && Column("member") == member.guid
                guard try ThemeMemberRecord.filter(there).fetchCount(journal.db) == 0 else { continue }
                _ = try journal.inserted(ThemeMemberRecord(themeId: theme.id ?? 0, kind: member.kind, member: member.guid))
            }
        }
    }

    public func release(_ guids: [String], from theme: ThemeRecord, who: String) throws {
        try operate("theme.release", who: who) { journal in
            let there = Column("themeId") == theme.id && guids.contains(Column("member"))
            for member in try ThemeMemberRecord.filter(there).order(Column("id")).fetchAll(journal.db) { try journal.delete(member) }
        }
    }

    // MARK: - memos

    /// - Parameter target: GUID of what it is about; nil for the study.
    @discardableResult
    public func addMemo(_ text: String, title: String = "", on target: String?, who: String) throws -> MemoRecord {
        try operate("memo.add", who: who) { journal in
            try journal.inserted(
                MemoRecord(guid: GUID.random(), target: target, title: title, text: text, coderId: journal.coder(), createdAt: journal.now))
        }
    }

    public func memos() throws -> [MemoRecord] {
        try translating { try pool.read { try MemoRecord.order(Column("id")).fetchAll($0) } }
    }

    public func change(_ memo: MemoRecord, title: String? = nil, text: String? = nil, who: String) throws {
        try operate("memo.change", who: who) { journal in
            guard let old = try MemoRecord.filter(Column("guid") == memo.guid).fetchOne(journal.db) else { throw StoreError.unknown(kind: "memo", name: memo.guid) }
            var new = old
            if let title { new.title = title }
            if let text { new.text = text }
            try journal.update(old, new)
        }
    }

    public func drop(_ memo: MemoRecord, who: String) throws {
        try operate("memo.drop", who: who) { journal in
            try Self.forget(memo.guid, journal)
            try journal.delete(memo)
        }
    }

    // MARK: - links and drawings

    @discardableResult
    public func addLink(
        _ name: String, from origin: String, to target: String, direction: LinkRecord.Direction = .oneWay, who: String
    ) throws -> LinkRecord {
        try operate("link.add", who: who) { journal in
            try journal.inserted(LinkRecord(guid: GUID.random(), name: name, direction: direction, origin: origin, target: target))
        }
    }

    public func links() throws -> [LinkRecord] {
        try translating { try pool.read { try LinkRecord.order(Column("id")).fetchAll($0) } }
    }

    public func graphs() throws -> [GraphRecord] {
        try translating { try pool.read { try GraphRecord.order(Column("id")).fetchAll($0) } }
    }
}
