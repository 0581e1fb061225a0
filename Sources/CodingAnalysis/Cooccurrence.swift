import Exchange
import Transcript

/// Which codes stand on the same text.
///
/// Two codes meet wherever a stretch with the one shares a character with a stretch with the other, in the same source, by whatever
/// coder; the same stretch coded by several counts once. The coefficient is n₁₂ / (n₁ + n₂ − n₁₂), with n the stretches of each code and
/// n₁₂ the meetings, at most 1 (ATLAS.ti's c; P. Jaccard 1901 where every stretch meets at most one other).
public struct Cooccurrence: Sendable {
    public struct Pair: Sendable, Hashable {
        /// Indices into ``CodedStudy/codes``, the lower first.
        public var first: Int
        public var second: Int
        public var meetings: Int
        public var coefficient: Double
    }

    /// Most meetings first.
    public let pairs: [Pair]
    /// Stretches of each code.
    public let stretches: [Int]
    let study: CodedStudy
    let options: TableOptions

    /// Heeds ``TableOptions/codes``: pairs with at least one of them.
    public init(_ study: CodedStudy, options: TableOptions = .init()) throws {
        self.study = study
        self.options = options
        let chosen = options.codes == nil ? nil : Set(try study.chosenCodes(options))
        var stretches = [Int](repeating: 0, count: study.codes.count), meetings: [Int: Int] = [:]
        var open: [CodedStudy.Coding] = [], last: CodedStudy.Coding?
        for coding in study.codings {
            // Codings come by source, place and code: the same code on the same stretch stands beside itself.
            if let last, last.source == coding.source, last.range == coding.range, last.code == coding.code { continue }
            last = coding
            if open.first?.source != coding.source { open.removeAll(keepingCapacity: true) }
            open.removeAll { $0.end <= coding.start }
            for other in open where other.code != coding.code {
                let a = min(other.code, coding.code), b = max(other.code, coding.code)
                if chosen.map({ $0.contains(a) || $0.contains(b) }) ?? true { meetings[a * study.codes.count + b, default: 0] += 1 }
            }
            open.append(coding)
            stretches[coding.code] += 1
        }
        self.stretches = stretches
        pairs = meetings.map { key, count in
            let a = key / study.codes.count, b = key % study.codes.count
            let all = stretches[a] + stretches[b] - count
            return Pair(first: a, second: b, meetings: count, coefficient: all > 0 ? min(1, Double(count) / Double(all)) : 1)
        }.sorted { ($0.meetings, $1.first, $1.second) > ($1.meetings, $0.first, $0.second) }
    }

    /// A row a pair: `samforekomst`. Heeds ``TableOptions/limit``.
    public func table() -> ResultTable {
        let say = ResultWords(options.language), shown = options.limit.map { Array(pairs.prefix($0)) } ?? pairs
        return ResultTable(
            name: "samforekomst", title: say.say("Koder som forekommer sammen", "Codes that occur together"),
            columns: [
                .init("code_1", say.say("Kode 1", "Code 1"), width: 32), .init("code_2", say.say("Kode 2", "Code 2"), width: 32),
                .init("meetings", say.say("Sammen", "Together"), width: 10), .init("stretches_1", say.say("Kode 1 i alt", "Code 1 in all"), width: 10),
                .init("stretches_2", say.say("Kode 2 i alt", "Code 2 in all"), width: 10), .init("coefficient", say.say("c-koeffisient", "c coefficient"), width: 10),
            ],
            rows: shown.map {
                [
                    .text(study.codes[$0.first].path), .text(study.codes[$0.second].path), .whole($0.meetings), .whole(stretches[$0.first]),
                    .whole(stretches[$0.second]), .number($0.coefficient),
                ]
            },
            notes: [say.say(
                "To koder er sammen der strekkene deres deler tekst: \(shown.count) av \(pairs.count) par. c = n12 / (n1 + n2 − n12).",
                "Two codes are together where their stretches share text: \(shown.count) of \(pairs.count) pairs. c = n12 / (n1 + n2 − n12).")]
                + study.leftOut(say),
            status: study.status, language: options.language)
    }
}
