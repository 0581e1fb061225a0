import Foundation
import GRDB

/// How much of the talk around a match is meant.
public enum Extent: String, Sendable, CaseIterable { case match, sentence, turn }

/// One place in a source that something can be put on.
public struct FoundPlace: Sendable, Hashable {
    public var source: String
    public var range: Range<Int>
    public var turn: Int
    public var speaker: String
    public var milliseconds: Range<Int>?

    public init(source: String, range: Range<Int>, turn: Int, speaker: String, milliseconds: Range<Int>? = nil) {
        self.source = source
        self.range = range
        self.turn = turn
        self.speaker = speaker
        self.milliseconds = milliseconds
    }

    public var place: CodingStore.Place { .characters(range) }
}

extension CodingStore {
    /// Where a phrase stands in the newest versions, by source and place.
    /// - Parameter exact: letter by letter, marks included; otherwise words as ``SearchIndex/folded(_:)`` has them, whatever stands between.
    public func places(of phrase: String, in items: [String], exact: Bool = false, extent: Extent = .match) throws -> [FoundPlace] {
        let terms = SearchTerms(phrase: phrase), wanted = Array(phrase.unicodeScalars)
        guard exact ? !wanted.isEmpty : !terms.isEmpty else { throw StoreError.wrongValue("there are no letters or digits to look for") }
        return try translating {
            try pool.read { db in
                var scope = Scope()
                scope.sources = items
                var out: [FoundPlace] = []
                for version in try ResolvedScope(scope, db).versions {
                    let text = try Self.text(ofVersion: version.id, db)
                    // Unless exact, a match lies within one turn, as in a search.
                    var ranges: [Range<Int>] = []
                    if exact {
                        ranges = Self.places(of: wanted, in: Array(text.text.unicodeScalars))
                    } else {
                        let points = CodePoints(text.text)
                        for turn in text.turns where turn.body < turn.end {
                            ranges += (terms.places(in: points[turn.body..<turn.end]) ?? []).map { $0.lowerBound + turn.body..<$0.upperBound + turn.body }
                        }
                    }
                    out += Self.found(ranges, in: version.source.item, text, extent)
                }
                return out
            }
        }
    }

    /// A search's matches as places.
    public func places(of query: SearchQuery, extent: Extent = .match) throws -> [FoundPlace] {
        var query = query
        query.limit = Int.max
        let hits = try search(query).hits
        var out: [FoundPlace] = []
        for (source, own) in Dictionary(grouping: hits, by: \.source).sorted(by: { $0.key < $1.key }) {
            let text = try text(of: source).text
            out += Self.found(own.flatMap { $0.matches.map(\.range) }, in: source, text, extent)
        }
        return out
    }

    private static func found(_ ranges: [Range<Int>], in item: String, _ text: SourceText, _ extent: Extent) -> [FoundPlace] {
        let sentences = extent == .sentence ? Sentences(text) : nil
        var seen: Set<Range<Int>> = []
        return ranges.compactMap { match in
            guard let turn = text.turns(in: match).first else { return nil }
            var range = match
            switch extent {
            case .match: break
            case .turn: range = turn.body..<max(turn.end, match.upperBound)
            case .sentence: range = sentences?.around(match, in: turn) ?? match
            }
            guard seen.insert(range).inserted, !range.isEmpty else { return nil }
            return FoundPlace(source: item, range: range, turn: turn.number, speaker: turn.speaker, milliseconds: text.milliseconds(of: range))
        }
    }

    private static func places(of wanted: [Unicode.Scalar], in text: [Unicode.Scalar]) -> [Range<Int>] {
        var out: [Range<Int>] = [], at = 0
        while at + wanted.count <= text.count {
            if text[at] == wanted[0], text[at..<at + wanted.count].elementsEqual(wanted) {
                out.append(at..<at + wanted.count)
                at += wanted.count
            } else {
                at += 1
            }
        }
        return out
    }

    /// The text of places of one source's newest version.
    public func excerpts(_ ranges: [Range<Int>], of item: String) throws -> [String] {
        let points = CodePoints(try text(of: item).text.text)
        return ranges.map { points[$0] }
    }
}

/// Where sentences end: after `.`, `?`, `!` or `…` with what closes quotations, before a space.
struct Sentences {
    private let scalars: [Unicode.Scalar]

    init(_ text: SourceText) { scalars = Array(text.text.unicodeScalars) }

    func around(_ match: Range<Int>, in turn: SourceText.Turn) -> Range<Int> {
        var start = match.lowerBound, end = match.upperBound
        while start > turn.body, !isEnd(start - 1) { start -= 1 }
        while start < match.lowerBound, scalars[start].properties.isWhitespace { start += 1 }
        while end < turn.end, !(end > match.lowerBound && isEnd(end)) { end += 1 }
        while end > match.upperBound, scalars[end - 1].properties.isWhitespace { end -= 1 }
        return start..<end
    }

    /// Whether a space at this place follows a sentence's end.
    private func isEnd(_ place: Int) -> Bool {
        guard scalars[place].properties.isWhitespace, place > 0 else { return false }
        var last = place - 1
        while last > 0, ["\"", "»", "”", ")", "]"].contains(scalars[last]) { last -= 1 }
        return [".", "?", "!", "…"].contains(scalars[last])
    }
}
