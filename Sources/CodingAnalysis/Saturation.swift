import CodingStore
import Exchange
import Transcript

/// How many codes each interview brings that were not there before: whether more interviews would still say something new.
///
/// (G. Guest, A. Bunce and L. Johnson, “How Many Interviews Are Enough?”, *Field Methods* 18, 2006.)
public struct Saturation: Sendable {
    public struct Step: Sendable, Hashable {
        public var item: String
        /// Different codes in it, and those of them that no source before it had.
        public var codes: Int
        public var new: Int
        /// Different codes up to and with it.
        public var cumulative: Int
    }

    public let steps: [Step]
    let study: CodedStudy
    let options: TableOptions

    /// Heeds ``TableOptions/order`` (sources that are not named come after, by id), ``TableOptions/codes`` and
    /// ``TableOptions/dateAttribute``. Sources without any coding are left out unless they are named.
    public init(_ study: CodedStudy, options: TableOptions = .init()) throws {
        self.study = study
        self.options = options
        let chosen = Set(try study.chosenCodes(options))
        var used = [Set<Int>](repeating: [], count: study.sources.count)
        for coding in study.codings where chosen.contains(coding.code) { used[coding.source].insert(coding.code) }
        let index = Dictionary(uniqueKeysWithValues: study.sources.indices.map { (study.sources[$0].item, $0) })
        var order: [Int] = []
        for item in options.order ?? [] {
            guard let source = index[item] else { throw StoreError.unknownSource(item) }
            if !order.contains(source) { order.append(source) }
        }
        let traits = Traits(study), rest = study.sources.indices.filter { !order.contains($0) && !used[$0].isEmpty }
        let dates = rest.map { traits.date(ofSource: $0, attribute: options.dateAttribute) ?? "9999" }
        order += zip(dates, rest).sorted { $0 < $1 }.map(\.1)
        var seen = Set<Int>()
        steps = order.map { source in
            let new = used[source].subtracting(seen).count
            seen.formUnion(used[source])
            return Step(item: study.sources[source].item, codes: used[source].count, new: new, cumulative: seen.count)
        }
    }

    /// A row a source, in the order of the analysis: `metning`.
    public func table() -> ResultTable {
        let say = ResultWords(options.language), total = steps.last?.cumulative ?? 0
        return ResultTable(
            name: "metning", title: say.say("Metning: nye koder for hvert intervju", "Saturation: new codes with each interview"),
            columns: [
                .init("number", say.say("Nr.", "No."), width: 6), .init("source", say.say("Kilde", "Source"), width: 16),
                .init("codes", say.say("Koder", "Codes"), width: 8), .init("new_codes", say.say("Nye", "New"), width: 8),
                .init("cumulative", say.say("I alt", "In all"), width: 8), .init("share", say.say("Andel av alle", "Share of all"), width: 12),
            ],
            rows: steps.enumerated().map { number, step in
                [
                    .whole(number + 1), .text(step.item), .whole(step.codes), .whole(step.new), .whole(step.cumulative),
                    .share(total > 0 ? Double(step.cumulative) / Double(total) : nil),
                ]
            }, notes: study.leftOut(say), status: study.status, language: options.language)
    }
}
