import CodingStore
import Foundation
import Pipeline

/// The tree of codes as commands show and change it.
public enum CodingTree {
    public struct Row: Codable, Sendable, Hashable {
        public struct Memo: Codable, Sendable, Hashable {
            public var guid: String
            public var title: String
            public var text: String
        }

        public var path: String
        public var name: String
        public var guid: String
        /// 0 at the top.
        public var depth: Int
        public var definition: String
        public var examples: String
        public var color: String?
        public var isCodable: Bool
        public var units: Int
        public var codings: Int
        public var sources: Int
        public var coders: Int
        public var words: Int
        public var unitsWithSubcodes: Int
        public var memos: [Memo]
    }

    /// Parents before children.
    /// - Parameter code: only it and what is under it; nil for all.
    public static func rows(_ store: CodingStore, under code: String?) throws -> [Row] {
        let codes = try store.codes(), top = try code.map { try store.code($0) }
        let figures = Dictionary(try store.statistics().perCode.map { ($0.guid, $0) }, uniquingKeysWith: { a, _ in a })
        let memos = Dictionary(grouping: try store.memos(), by: \.target)
        var depths: [Int64: Int] = [:], inside: Set<Int64> = [], rows: [Row] = []
        for code in codes {
            let id = code.id ?? 0, depth = code.parentId.flatMap { depths[$0] }.map { $0 + 1 } ?? 0
            depths[id] = depth
            if let top {
                guard id == top.id || code.parentId.map(inside.contains) == true else { continue }
                inside.insert(id)
            }
            let own = figures[code.guid]
            rows.append(
                Row(
                    path: own?.path ?? code.name, name: code.name, guid: code.guid, depth: depth, definition: code.definition, examples: code.examples, color: code.color,
                    isCodable: code.isCodable, units: own?.units ?? 0, codings: own?.codings ?? 0, sources: own?.sources ?? 0, coders: own?.coders ?? 0,
                    words: own?.words ?? 0, unitsWithSubcodes: own?.unitsWithSubcodes ?? 0,
                    memos: (memos[code.guid] ?? []).map { .init(guid: $0.guid, title: $0.title, text: $0.text) }))
        }
        return rows
    }

    public static func add(
        _ path: String, isWhole: Bool, definition: String, examples: String, color: String?, desk: CodingDesk, who: String
    ) throws -> CodeRecord {
        let parts = isWhole ? [path] : CodebookFile.path(path)
        guard parts.allSatisfy({ !$0.isEmpty }) else { throw RequestFault("'\(path)': a path needs a name at every step") }
        return try desk.store.addCode(path: parts, definition: definition, color: color, examples: examples, who: who)
    }

    public struct Split: Codable, Sendable, Hashable {
        public var guid: String?
        public var codings: Int
        public var left: Int
        public var isTrial: Bool
    }

    /// - Throws: ``RequestFault`` when nothing or everything would move.
    public static func split(
        _ code: String, to name: String, query: RetrievalQuery, units: [String], matching: String?, isTrial: Bool, desk: CodingDesk
    ) throws -> Split {
        let store = desk.store, found = try store.code(code)
        var query = query
        query.codes = [found.guid]
        query.withSubcodes = false
        var extracts = try store.retrieve(query)
        if !units.isEmpty {
            let wanted = Set(try units.map { try desk.unit($0).guid })
            extracts = extracts.filter { wanted.contains($0.unit.guid) }
        }
        if let matching {
            let terms = SearchTerms(matching)
            guard !terms.isEmpty else { throw RequestFault("--matching: there are no letters or digits to look for") }
            extracts = extracts.filter { terms.places(in: $0.text) != nil }
        }
        let ids = Set(extracts.compactMap(\.unit.id)), coders = Dictionary(uniqueKeysWithValues: try store.coders().map { ($0.id ?? 0, $0.name) })
        let all = try store.codings().filter { $0.codeId == found.id }
        let going = all.filter { coding in
            ids.contains(coding.unitId) && (query.coders.isEmpty || query.coders.contains(coders[coding.coderId] ?? "")) && (query.rounds.isEmpty || query.rounds.contains(coding.round))
        }
        guard !going.isEmpty else { throw RequestFault("nothing that is coded with '\(found.name)' fits; nothing was changed") }
        guard going.count < all.count else { throw RequestFault("all \(all.count) codings of '\(found.name)' fit: rename the code instead ('ordrett code rename')") }
        let made = isTrial ? nil : try store.split(found, codings: going, to: name, who: desk.who())
        return Split(guid: made?.guid, codings: going.count, left: all.count - going.count, isTrial: isTrial)
    }
}

extension CodingTree {
    /// The source that a unit stands in.
    public static func source(of unit: UnitRecord, _ store: CodingStore) throws -> String {
        guard let item = try store.item(ofVersion: unit.versionId) else { throw StoreError.unknown(kind: "meaning unit", name: unit.guid) }
        return item
    }

    /// A unit's stretch with its edges moved by words.
    /// - Throws: ``RequestFault`` when nothing would be left, or the text ends before.
    public static func edges(of unit: UnitRecord, start: Int, end: Int, _ store: CodingStore) throws -> Range<Int> {
        guard !unit.isLost else { throw RequestFault("this unit's words are gone from the newest version; move it first ('ordrett code unit move')") }
        let text = try store.sourceText(ofVersion: unit.versionId), words = text.words(in: unit.start..<unit.end)
        let first = words.lowerBound + start, last = words.upperBound - 1 + end
        guard first >= 0, last < text.words.count, first <= last else { throw RequestFault("the edges would lie outside the text, or nothing would be left between them") }
        // An edge that does not move stays where it is, marks and all.
        let from = start == 0 ? unit.start : text.words[first].start, to = end == 0 ? unit.end : text.words[last].end
        guard from < to else { throw RequestFault("nothing would be left between the edges") }
        return from..<to
    }
}
