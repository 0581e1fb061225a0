import CodingStore
import Exchange
import Transcript

/// Where coders differ: stretches of text that some have given a code and others not, to be talked over, the longest first.
public struct Disagreements: Sendable {
    public struct Item: Sendable, Hashable {
        /// Index into ``CodedStudy/codes`` and ``CodedStudy/sources``.
        public var code: Int
        public var source: Int
        /// Code points of the newest text.
        public var range: Range<Int>
        public var words: Int
        /// Names of those who have the code there, and of those who have read the text and have not.
        public var having: [String]
        public var lacking: [String]
    }

    /// Longest first, in words, then in characters; then by source, place and code.
    public let items: [Item]
    public let coders: [String]
    let study: CodedStudy

    /// - Parameters:
    ///   - options: coders, rounds and sources as for ``Agreement``; the unit does not matter.
    ///   - minimumWords: shorter stretches, such as edges set a comma apart, are left out.
    public init(_ study: CodedStudy, options: Agreement.Options = .init(), minimumWords: Int = 1) throws {
        var options = options
        options.unit = .character
        let basis = try AgreementBasis(study, options: options)
        let names = basis.coders.map { study.coders[$0].name }
        self.study = study
        coders = names
        var marks: [Int: [AgreementBasis.Mark]] = [:]
        for mark in basis.marks { marks[mark.source * study.codes.count + mark.code, default: []].append(mark) }
        var items: [Item] = []
        for (source, index) in basis.sources.enumerated() {
            let keys = (0..<study.codes.count).filter { marks[source * study.codes.count + $0] != nil }
            guard !keys.isEmpty else { continue }
            let layout = try study.store.layout(ofVersion: study.sources[index].version), readers = basis.readers[source]
            for code in keys {
                for segment in AgreementCount.segments(marks[source * study.codes.count + code] ?? [], coders: names.count) {
                    let having = segment.having & readers
                    guard having != 0, having != readers else { continue }
                    let words = layout.words(in: segment.units).count
                    guard words >= minimumWords else { continue }
                    func who(_ bits: UInt64) -> [String] { names.indices.filter { bits & 1 << UInt64($0) != 0 }.map { names[$0] } }
                    items.append(
                        Item(code: code, source: index, range: segment.units, words: words, having: who(having), lacking: who(readers & ~having)))
                }
            }
        }
        self.items = items.sorted {
            ($0.words, $0.range.count) != ($1.words, $1.range.count)
                ? ($0.words, $0.range.count) > ($1.words, $1.range.count)
                : ($0.source, $0.range.lowerBound, $0.code) < ($1.source, $1.range.lowerBound, $1.code)
        }
    }

    /// `uenighet`. Heeds ``TableOptions/limit`` and ``TableOptions/quoteLimit``.
    public func table(_ options: TableOptions = .init()) throws -> ResultTable {
        let words = ResultWords(options.language), passages = Passages(study, limit: options.quoteLimit)
        let shown = options.limit.map { Array(items.prefix($0)) } ?? items
        let rows = try shown.map { item -> [ResultTable.Cell] in
            [
                .text(study.sources[item.source].item), .text(study.codes[item.code].path), .text(item.having.joined(separator: ", ")),
                .text(item.lacking.joined(separator: ", ")), .whole(item.words), .text(try passages.quote(item.source, item.range)),
                .whole(item.range.lowerBound), .whole(item.range.upperBound),
            ]
        }
        var notes = [words.say(
            "Strekk som noen har kodet og andre ikke, de lengste først: \(shown.count) av \(items.count). Kodere: \(words.list(coders)).",
            "Stretches that some have coded and others not, the longest first: \(shown.count) of \(items.count). Coders: \(words.list(coders)).")]
        notes += study.leftOut(words)
        return ResultTable(
            name: "uenighet", title: words.say("Uenighet å drøfte", "Disagreements to discuss"),
            columns: [
                .init("source", words.say("Kilde", "Source"), width: 10), .init("code", words.say("Kode", "Code"), width: 24),
                .init("having", words.say("Har koden", "Has the code"), width: 14), .init("lacking", words.say("Har den ikke", "Has it not"), width: 14),
                .init("words", words.say("Ord", "Words"), width: 7), .init("text", words.say("Tekst", "Text"), width: 60),
                .init("start", words.say("Fra tegn", "From character"), width: 9), .init("end", words.say("Til tegn", "To character"), width: 9),
            ], rows: rows, notes: notes, status: study.status, language: options.language)
    }
}
