import CodingStore
import Foundation
import Pipeline
import Transcript

/// Results of a search with context, citation and time: what `code search` does.
public enum CodingSearch {
    public struct Row: Codable, Sendable, Hashable {
        public struct Match: Codable, Sendable, Hashable {
            /// Code points of the source's text, end exclusive.
            public var start: Int
            public var end: Int
            /// From the start of the recording.
            public var seconds: Double?
            public var text: String
        }
        /// What is shown of the turn: pieces, and whether each is what was looked for.
        public struct Piece: Codable, Sendable, Hashable {
            public var text: String
            public var isMatch: Bool
        }

        public var source: String
        public var turn: Int
        public var speaker: String
        public var citation: String
        /// From the start of the recording: of the first match, else of the turn.
        public var seconds: Double?
        public var matches: [Match]
        public var pieces: [Piece]
    }

    public static let markKinds = Mark.Kind.allCases.map(\.rawValue)
    private static let norwegian: [String: Mark.Kind] = [
        "pause": .pause, "latter": .laughter, "ler": .laughter, "pust": .breath, "hoste": .cough, "uhørbart": .unclear, "overlapp": .overlapStart,
        "tilbakemelding": .backchannel, "stemmeleie": .toneOfVoice, "tonegang": .intonation, "kommentar": .comment, "avbrudd": .trailingOff, "overlap": .overlapStart,
    ]

    /// - Throws: ``RequestFault``.
    public static func mark(_ name: String) throws -> Mark.Kind {
        guard let kind = Mark.Kind(rawValue: name) ?? norwegian[name.lowercased()] ?? Mark.Kind.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            throw RequestFault("'\(name)' is no kind of mark; allowed: \(markKinds.joined(separator: ", "))")
        }
        return kind
    }

    /// - Parameter context: words before and after each match that are shown; negative for the whole turn.
    public static func rows(_ result: SearchResult, context: Int, citation: String) throws -> [Row] {
        let style = try QuotationStyle(citation)
        return result.hits.map { hit in
            let points = CodePoints(hit.text), base = hit.body.lowerBound
            let people = hit.person.map { [$0] } ?? (hit.speaker.isEmpty ? [] : [Speaker(id: hit.speaker, label: hit.speaker)])
            let matches = hit.matches.map { match in
                Row.Match(
                    start: match.range.lowerBound, end: match.range.upperBound, seconds: match.milliseconds.map { Double($0.lowerBound) / 1000 },
                    text: points[match.range.lowerBound - base..<match.range.upperBound - base])
            }
            return Row(
                source: hit.source, turn: hit.turn, speaker: hit.speaker,
                citation: CodingQuotes.cite(people, source: hit.source, recordedAt: hit.recordedAt, style), seconds: matches.lazy.compactMap(\.seconds).first ?? hit.start,
                matches: matches, pieces: pieces(hit, points, context))
        }
    }

    private static func pieces(_ hit: SearchHit, _ points: CodePoints, _ context: Int) -> [Row.Piece] {
        let base = hit.body.lowerBound, length = points.count
        let matches = hit.matches.map { max(0, $0.range.lowerBound - base)..<min(length, $0.range.upperBound - base) }.filter { !$0.isEmpty }
        guard !matches.isEmpty else { return [.init(text: hit.text, isMatch: false)] }
        var shown: [Range<Int>] = [0..<length]
        if context >= 0 {
            let words = SearchTerms.words(of: hit.text).map(\.range)
            shown = []
            for match in matches {
                let before = words.last { $0.upperBound <= match.lowerBound }.flatMap { words.firstIndex(of: $0) }
                let after = words.firstIndex { $0.lowerBound >= match.upperBound }
                var from = match.lowerBound, to = match.upperBound
                if context > 0 {
                    if let before { from = before - context + 1 <= 0 ? 0 : words[before - context + 1].lowerBound } else { from = 0 }
                    if let after { to = after + context >= words.count ? length : words[after + context - 1].upperBound } else { to = length }
                }
                if let last = shown.last, from <= last.upperBound { shown[shown.count - 1] = last.lowerBound..<max(last.upperBound, to) } else { shown.append(from..<to) }
            }
        }
        var out: [Row.Piece] = []
        func add(_ text: String, _ isMatch: Bool) { if !text.isEmpty { out.append(.init(text: text, isMatch: isMatch)) } }
        for (index, stretch) in shown.enumerated() {
            if stretch.lowerBound > 0 { add(index == 0 ? "… " : " … ", false) }
            var at = stretch.lowerBound
            for match in matches where match.lowerBound < stretch.upperBound && match.upperBound > stretch.lowerBound {
                add(points[at..<max(at, match.lowerBound)], false)
                add(points[max(at, match.lowerBound)..<min(match.upperBound, stretch.upperBound)], true)
                at = max(at, min(match.upperBound, stretch.upperBound))
            }
            add(points[at..<stretch.upperBound], false)
        }
        if let last = shown.last, last.upperBound < length { add(" …", false) }
        return out
    }
}
