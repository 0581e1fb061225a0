import Foundation
import GRDB

/// Where in a newer text the words of a unit may have gone.
public struct PlaceSuggestion: Sendable, Hashable {
    public var range: Range<Int>
    /// Share of the unit's words that are there, 0 … 1; nil where only the words beside it were found.
    public var share: Double?
    public var text: String
    public var turn: Int
    public var milliseconds: Range<Int>?
}

/// A unit whose words are gone from the newest version.
public struct LostUnit: Sendable, Hashable {
    public var unit: UnitRecord
    public var source: String
    /// Number of the version it stands on.
    public var version: Int
    /// What it covered there.
    public var text: String
    public var codes: [String]
    /// Best first.
    public var suggestions: [PlaceSuggestion]
}

extension CodingStore {
    /// Units whose words are gone, with what they covered and where they may belong now.
    public func lost() throws -> [LostUnit] {
        try translating {
            try pool.read { db in
                let paths = Self.paths(of: try Self.codes(db))
                var old: [Int64: (text: SourceText, points: CodePoints)] = [:], new: [String: (text: SourceText, finder: PlaceFinder)?] = [:], out: [LostUnit] = []
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT unit.id, source.item, v.number FROM unit JOIN source_version AS v ON v.id = unit.versionId JOIN source ON source.id = v.sourceId
                        WHERE unit.isLost ORDER BY source.item, unit.start, unit."end", unit.id
                        """)
                for row in rows {
                    guard let unit = try UnitRecord.fetchOne(db, key: row["id"] as Int64) else { continue }
                    let item: String = row["item"]
                    let before = try old[unit.versionId] ?? {
                        let text = try Self.text(ofVersion: unit.versionId, db)
                        return (text, CodePoints(text.text))
                    }()
                    old[unit.versionId] = before
                    if new[item] == nil {
                        new[item] = try Self.newestVersion(of: item, db).flatMap { id in
                            guard id != unit.versionId else { return nil }
                            let text = try Self.text(ofVersion: id, db)
                            return (text, PlaceFinder(text))
                        }
                    }
                    let codes = try Int64.fetchAll(db, sql: "SELECT DISTINCT codeId FROM coding WHERE unitId = ?", arguments: [unit.id]).compactMap { paths[$0] }.sorted()
                    var suggestions: [PlaceSuggestion] = []
                    if let now = new[item] ?? nil { suggestions = now.finder.suggestions(for: unit.start..<unit.end, of: before.text, before.points) }
                    out.append(
                        LostUnit(
                            unit: unit, source: item, version: row["number"], text: before.points[unit.start..<unit.end], codes: codes, suggestions: suggestions))
                }
                return out
            }
        }
    }
}

/// Looks for stretches of a text that are like a stretch of another.
struct PlaceFinder {
    private let text: SourceText
    private let points: CodePoints
    private let words: [String]
    private let places: [String: [Int]]

    init(_ text: SourceText) {
        self.text = text
        let points = CodePoints(text.text)
        self.points = points
        words = text.words.map { SearchIndex.folded(points[$0.start..<$0.end]) }
        places = Dictionary(grouping: words.indices, by: { [words] in words[$0] })
    }

    /// At most three places that hold half the words or more, and where there is none the gap between the words that stood beside it.
    func suggestions(for range: Range<Int>, of old: SourceText, _ oldPoints: CodePoints) -> [PlaceSuggestion] {
        let inside = old.words(in: range)
        func word(_ index: Int) -> String { SearchIndex.folded(oldPoints[old.words[index].start..<old.words[index].end]) }
        let wanted = inside.map(word)
        guard !wanted.isEmpty, !words.isEmpty else { return [] }
        var found = windows(of: wanted)
        if found.isEmpty, let gap = gap(
            before: inside.lowerBound >= 2 ? [word(inside.lowerBound - 2), word(inside.lowerBound - 1)] : [],
            after: inside.upperBound + 1 < old.words.count ? [word(inside.upperBound), word(inside.upperBound + 1)] : [])
        {
            found = [(gap, nil)]
        }
        return found.map { window, share in
            let range = text.words[window.lowerBound].start..<text.words[window.upperBound - 1].end
            return PlaceSuggestion(
                range: range, share: share, text: points[range], turn: text.turns(in: range).first?.number ?? 0, milliseconds: text.milliseconds(of: range))
        }
    }

    private func windows(of wanted: [String]) -> [(Range<Int>, Double?)] {
        let size = min(wanted.count, words.count)
        var need: [String: Int] = [:], have: [String: Int] = [:], matched = 0
        for word in wanted { need[word, default: 0] += 1 }
        var scores: [(start: Int, matched: Int)] = []
        for end in words.indices {
            let entering = words[end]
            if let limit = need[entering] {
                have[entering, default: 0] += 1
                if have[entering]! <= limit { matched += 1 }
            }
            if end >= size {
                let leaving = words[end - size]
                if let limit = need[leaving] {
                    if have[leaving]! <= limit { matched -= 1 }
                    have[leaving]! -= 1
                }
            }
            if end >= size - 1, 2 * matched >= wanted.count { scores.append((end - size + 1, matched)) }
        }
        var out: [(Range<Int>, Double?)] = []
        for (start, matched) in scores.sorted(by: { ($1.matched, $0.start) < ($0.matched, $1.start) }) {
            var window = start..<start + size
            // Words at the edges that are not the unit's stand beside it.
            while window.count > 1, need[words[window.lowerBound]] == nil { window = window.lowerBound + 1..<window.upperBound }
            while window.count > 1, need[words[window.upperBound - 1]] == nil { window = window.lowerBound..<window.upperBound - 1 }
            if out.allSatisfy({ !$0.0.overlaps(window) }) { out.append((window, Double(matched) / Double(wanted.count))) }
            if out.count == 3 { break }
        }
        return out
    }

    /// What stands between two words before and two words after, when both are there once.
    private func gap(before: [String], after: [String]) -> Range<Int>? {
        func only(_ pair: [String]) -> Int? {
            guard pair.count == 2 else { return nil }
            let found = (places[pair[0]] ?? []).filter { $0 + 1 < words.count && words[$0 + 1] == pair[1] }
            return found.count == 1 ? found[0] : nil
        }
        guard let first = only(before), let last = only(after), first + 2 < last, last - first < 62 else { return nil }
        return first + 2..<last
    }
}
