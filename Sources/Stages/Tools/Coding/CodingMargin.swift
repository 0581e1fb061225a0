import CodingStore
import Foundation

/// A source's text with its codes beside it, for a terminal: what `code show` does.
public struct CodingMargin: Sendable {
    /// Columns for the text.
    public var width = 72
    /// Columns beside it for how far codes reach.
    public var tracks = 6
    public var coders: [String] = []
    public var rounds: [Int] = []
    public var withTimes = true

    public init() {}

    private struct Bracket {
        var start: Int, end: Int, label: String, track = 0
    }

    private struct Line {
        var text: String, range: Range<Int>, lead: String
    }

    /// - Throws: ``StoreError``.
    public func text(of item: String, in store: CodingStore) throws -> String {
        let (version, text) = try store.text(of: item)
        var query = RetrievalQuery()
        query.scope.sources = [item]
        query.coders = coders
        query.rounds = rounds
        query.withUncoded = true
        let extracts = try store.retrieve(query), isOfMany = Set(extracts.flatMap { $0.codes.map(\.coder) }).count > 1
        var brackets = extracts.filter { $0.unit.versionId == version }.map { extract in
            let byCode = Dictionary(grouping: extract.codes, by: \.path).sorted { $0.key < $1.key }
            let names = byCode.map { path, codings in path + (isOfMany ? " (" + Set(codings.map(\.coder)).sorted().joined(separator: ", ") + ")" : "") }
            return Bracket(start: extract.unit.start, end: extract.unit.end, label: names.isEmpty ? "· " + CodingDesk.short(extract.unit.guid) : names.joined(separator: "; "))
        }
        let used = place(&brackets)
        let points = CodePoints(text.text)
        var out = ""
        for turn in text.turns {
            for line in lines(of: turn, points) {
                var row = line.lead + line.text
                let here = brackets.filter { $0.start < line.range.upperBound && $0.end > line.range.lowerBound }
                if !here.isEmpty || used > 0 {
                    row += String(repeating: " ", count: max(0, width + line.lead.count - row.count)) + "  "
                    for track in 0..<used {
                        let own = here.first { $0.track == track }
                        row += own.map { bracket in
                            let begins = bracket.start >= line.range.lowerBound, ends = bracket.end <= line.range.upperBound
                            return begins && ends ? "[" : begins ? "┌" : ends ? "└" : "│"
                        } ?? " "
                    }
                    let names = here.filter { $0.start >= line.range.lowerBound }.sorted { ($0.track, $0.start) < ($1.track, $1.start) }.map(\.label)
                    row += names.isEmpty ? "" : " " + names.joined(separator: " | ")
                }
                out += row.replacing(/\s+$/, with: "") + "\n"
            }
        }
        return out
    }

    /// Gives each stretch the first column that is free; what finds none shares the last.
    private func place(_ brackets: inout [Bracket]) -> Int {
        brackets.sort { ($0.start, -$0.end, $0.label) < ($1.start, -$1.end, $1.label) }
        var ends: [Int] = []
        for index in brackets.indices {
            if let free = ends.firstIndex(where: { $0 <= brackets[index].start }) {
                brackets[index].track = free
                ends[free] = brackets[index].end
            } else if ends.count < tracks {
                brackets[index].track = ends.count
                ends.append(brackets[index].end)
            } else {
                brackets[index].track = tracks - 1
                ends[tracks - 1] = max(ends[tracks - 1], brackets[index].end)
            }
        }
        return ends.count
    }

    /// A turn broken at spaces; a word that is wider than a line stands alone.
    private func lines(of turn: SourceText.Turn, _ points: CodePoints) -> [Line] {
        let time = withTimes ? (turn.time.map { CodingPlaces.clock($0.lowerBound) } ?? "") : ""
        let margin = withTimes ? 9 : 0, number = String(turn.number)
        func lead(_ isFirst: Bool) -> String {
            let left = isFirst ? number : ""
            let base = String(repeating: " ", count: max(0, 4 - left.count)) + left + " "
            let clock = isFirst ? time : ""
            return base + (margin > 0 ? clock + String(repeating: " ", count: max(1, margin - clock.count)) : "")
        }
        let scalars = Array(points[turn.start..<turn.end].unicodeScalars)
        guard !scalars.isEmpty else { return [Line(text: "", range: turn.start..<turn.end, lead: lead(true))] }
        var out: [Line] = [], start = 0
        while start < scalars.count {
            var end = min(scalars.count, start + width)
            if end < scalars.count, let space = (start..<end).last(where: { scalars[$0].properties.isWhitespace }), space > start { end = space + 1 }
            let text = String(String.UnicodeScalarView(scalars[start..<end]))
            out.append(Line(text: text, range: turn.start + start..<turn.start + end, lead: lead(out.isEmpty)))
            start = end
        }
        return out
    }
}
