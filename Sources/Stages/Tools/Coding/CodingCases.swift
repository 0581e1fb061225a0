import CodingStore
import Foundation
import Pipeline

/// Cases and themes as commands show them.
public enum CodingCases {
    public struct Row: Codable, Sendable, Hashable {
        public struct Part: Codable, Sendable, Hashable {
            public var source: String
            /// Empty for the whole source.
            public var speaker: String
        }
        public struct Trait: Codable, Sendable, Hashable {
            public var name: String
            public var value: String
            public var wave: String
        }

        public var name: String
        public var kind: String
        public var description: String
        public var guid: String
        public var sources: [Part]
        public var traits: [Trait]
    }

    public static func rows(_ store: CodingStore) throws -> [Row] {
        let items = Dictionary(uniqueKeysWithValues: try store.sources().map { ($0.id ?? 0, $0.item) })
        let names = Dictionary(uniqueKeysWithValues: try store.attributes().map { ($0.id ?? 0, $0.name) })
        let links = Dictionary(grouping: try store.caseSources(), by: \.caseId), values = Dictionary(grouping: try store.attributeValues(), by: \.caseId)
        return try store.cases().map { found in
            Row(
                name: found.name, kind: found.kind, description: found.description, guid: found.guid,
                sources: (links[found.id ?? 0] ?? []).map { .init(source: items[$0.sourceId] ?? "", speaker: $0.speaker) }.sorted { ($0.source, $0.speaker) < ($1.source, $1.speaker) },
                traits: (values[found.id] ?? []).map { .init(name: names[$0.attributeId] ?? "", value: $0.value, wave: $0.wave) }
                    .sorted { ($0.name, $0.wave) < ($1.name, $1.wave) })
        }
    }

    /// - Throws: ``RequestFault`` for a speaker that nobody's turn has.
    public static func expectSpeaker(_ speaker: String, in item: String, _ store: CodingStore) throws {
        guard !speaker.isEmpty else { return }
        let known = Set(try store.text(of: item).text.turns.map(\.speaker))
        guard known.contains(speaker) else { throw RequestFault("nobody is called '\(speaker)' in '\(item)'; its speakers are \(known.sorted().joined(separator: ", "))") }
    }
}

/// Themes as a tree, with what is gathered under each.
public enum CodingThemes {
    public struct Row: Codable, Sendable, Hashable {
        public var name: String
        public var level: String
        public var guid: String
        public var depth: Int
        public var definition: String
        /// `code:…`, `unit:…`, `source:…`, `memo:…`.
        public var members: [String]
    }

    /// Parents before children.
    public static func rows(_ desk: CodingDesk) throws -> [Row] {
        let store = desk.store, all = try store.themes(), names = try desk.targetNames()
        let children = Dictionary(grouping: all, by: \.parentId), members = Dictionary(grouping: try store.themeMembers(), by: \.themeId)
        var rows: [Row] = []
        func add(_ theme: ThemeRecord, _ depth: Int) {
            let own = (members[theme.id ?? 0] ?? []).map { names[$0.member] ?? "\($0.kind.rawValue):\(CodingDesk.short($0.member))" }
            rows.append(Row(name: theme.name, level: theme.level.rawValue, guid: theme.guid, depth: depth, definition: theme.definition, members: own.sorted()))
            for child in children[theme.id] ?? [] { add(child, depth + 1) }
        }
        for theme in children[nil] ?? [] { add(theme, 0) }
        return rows
    }

    public static let levels = ThemeRecord.Level.allCases.map(\.rawValue)
    private static let norwegian: [String: ThemeRecord.Level] = [
        "kodegruppe": .group, "gruppe": .group, "kategori": .category, "undertema": .subtheme, "subtema": .subtheme, "tema": .theme, "hovedtema": .maintheme,
        "latent tema": .latent, "mengde": .set, "sett": .set,
    ]

    /// - Throws: ``RequestFault``.
    public static func level(_ name: String) throws -> ThemeRecord.Level {
        guard let level = ThemeRecord.Level(rawValue: name.lowercased()) ?? norwegian[name.lowercased()] else {
            throw RequestFault("'\(name)' is no level; allowed: \(levels.joined(separator: ", "))")
        }
        return level
    }

    /// What a command names, as members: `code:…`, `unit:…`, `source:…`, `memo:…`; a bare word is a code.
    public static func members(_ texts: [String], _ desk: CodingDesk) throws -> [(kind: ThemeMemberRecord.Kind, guid: String)] {
        try texts.map { text in
            let kind = text.split(separator: ":", maxSplits: 1).first.flatMap { ThemeMemberRecord.Kind(rawValue: String($0)) }
            guard let kind, text.contains(":"), let guid = try desk.target(text) else { return (.code, try desk.store.code(text).guid) }
            return (kind, guid)
        }
    }
}
