import Foundation

/// What a stretch of talk is written in.
public enum TurnVariety: String, Codable, Sendable, CaseIterable {
    case bokmal, nynorsk
    /// Dialect as people write it: standard spelling mixed with dialect forms (`æ veit itj`).
    case writtenDialect
    /// Dialect by sound, as in the Nordic Dialect Corpus (`æ væit ittje kåss de e`).
    case phonetic
    /// Another language, or nothing to go by.
    case other
}

/// What a turn is taken for, and how surely.
public struct TurnClassification: Sendable, Hashable {
    public var variety: TurnVariety
    /// Posterior share among the varieties, 0 … 1.
    public var confidence: Double

    public init(variety: TurnVariety, confidence: Double) {
        self.variety = variety
        self.confidence = confidence
    }
}

/// Tells Bokmål, Nynorsk, written dialect and phonetic dialect spelling apart.
///
/// A naive Bayes classifier over words with the lexicon's verdict for words outside its list; written dialect is a mixture
/// of the three. It leans to Bokmål: something else is answered only when it is much likelier *and* the turn holds words
/// that are no ordinary Bokmål. A few words alone seldom suffice.
public struct TurnClassifier: Sendable {
    private let forms: WordForms
    private let dialect: WrittenDialectTable
    private let list: WordCosts

    /// How much likelier (natural log) another variety must be. Zero suffices on clean Bokmål (0.01 % of words changed),
    /// for written dialect has to pay for its mixture in every ordinary word.
    public var margin = 0.0

    public init(forms: WordForms = .shared) {
        self.forms = forms
        dialect = .shared
        list = .shared
    }

    public func classify(tokens: [String]) -> TurnClassification {
        let evidence = evidence(tokens)
        return decide(evidence)
    }

    /// The parts of written dialect as a mixture.
    private static let shares = (bokmal: 0.5, nynorsk: 0.2, phonetic: 0.2, marked: 0.1)

    /// Log likelihoods and counts; evidence of several turns adds up.
    struct Evidence: Sendable {
        var bokmal = 0.0, nynorsk = 0.0, phonetic = 0.0, written = 0.0
        /// Words counted; those that tell against Bokmål; those that no list knows; those marked as dialect or Nynorsk;
        /// forms that Nynorsk has and Bokmål has not; forms that Bokmål has not.
        var words = 0, foreign = 0, unknown = 0, marked = 0, nynorskOnly = 0, outside = 0

        static func + (a: Evidence, b: Evidence) -> Evidence {
            Evidence(
                bokmal: a.bokmal + b.bokmal, nynorsk: a.nynorsk + b.nynorsk, phonetic: a.phonetic + b.phonetic,
                written: a.written + b.written, words: a.words + b.words, foreign: a.foreign + b.foreign,
                unknown: a.unknown + b.unknown, marked: a.marked + b.marked, nynorskOnly: a.nynorskOnly + b.nynorskOnly,
                outside: a.outside + b.outside)
        }
    }

    func evidence(_ tokens: [String]) -> Evidence {
        var result = Evidence()
        var isFirst = true
        for token in tokens {
            guard TokenShape.isWord(token) else {
                if token == "." || token == "?" || token == "!" { isFirst = true }
                continue
            }
            defer { isFirst = false }
            let lower = token.lowercased()
            let bits = forms.attributes(lower)
            let hasCapital = token.first?.isUppercase == true
            // Names say nothing of the variety.
            let mayStartSentence = isFirst && (bits & WordForms.bokmal != 0 || list.contains(lower))
            if hasCapital, !mayStartSentence, token.dropFirst().allSatisfy(\.isLowercase) { continue }
            let costs = list.costs(token, lower, bits)
            let b = -Double(costs & 0xFF) / 12, n = -Double(costs &>> 8 & 0xFF) / 12, p = -Double(costs &>> 16 & 0xFF) / 12
            result.bokmal += b
            result.nynorsk += n
            result.phonetic += p
            let isMarked = bits & WordForms.bokmal == 0 && dialect.alternatives[lower] != nil
            // A marked form in the list of closed-class words is evidence of its own, unless Nynorsk explains it.
            let own = isMarked && bits & WordForms.nynorsk == 0 ? -6.0 : -40
            let top = max(b, max(n, max(p, own)))
            result.written += top + log(
                Self.shares.bokmal * exp(b - top) + Self.shares.nynorsk * exp(n - top) + Self.shares.phonetic * exp(p - top)
                    + Self.shares.marked * exp(own - top))
            result.words += 1
            // A form that Bokmål has, but that is far commoner elsewhere (`te`, `e`, `no`).
            let isTelling = bits & WordForms.bokmal == 0 || max(n, p) - b > 4
            if isTelling {
                result.foreign += 1
                if bits & WordForms.bokmal == 0 { result.outside += 1 }
                if bits & WordForms.bokmal == 0, bits & WordForms.nynorsk != 0 { result.nynorskOnly += 1 }
                if isMarked || bits & WordForms.bokmal != 0 || bits & WordForms.nynorsk != 0 { result.marked += 1 }
                if costs == list.unlisted(0) && !isMarked { result.unknown += 1 }
            }
        }
        return result
    }

    func decide(_ evidence: Evidence) -> TurnClassification {
        guard evidence.words > 0 else { return TurnClassification(variety: .other, confidence: 0) }
        // Where every foreign form is Nynorsk, Nynorsk is the simpler answer than dialect that happens to look like it.
        let simpler = evidence.outside == evidence.nynorskOnly ? 3.0 : 0
        let ranked: [(TurnVariety, Double)] = [
            (.bokmal, evidence.bokmal + margin),
            (.nynorsk, evidence.nynorskOnly > 0 ? evidence.nynorsk + simpler : -.infinity),
            (.phonetic, evidence.phonetic),
            (.writtenDialect, evidence.written),
        ]
        var best = ranked[0]
        for entry in ranked.dropFirst() where entry.1 > best.1 { best = entry }
        let total = ranked.reduce(0) { $0 + exp($1.1 - best.1) }
        if evidence.words >= 4, evidence.unknown * 2 > evidence.words {
            return TurnClassification(variety: .other, confidence: Double(evidence.unknown) / Double(evidence.words))
        }
        // One odd word in a long turn is a name or a loan, whatever the likelihoods say.
        let share = Double(evidence.foreign) / Double(evidence.words)
        let isScant = evidence.outside == 0 && evidence.foreign < 2
        if best.0 != .bokmal, isScant || share < 0.05 || (evidence.marked == 0 && share < 0.15) {
            return TurnClassification(variety: .bokmal, confidence: 0.5)
        }
        return TurnClassification(variety: best.0, confidence: 1 / total)
    }
}

/// How likely frequent words are in each variety: `varieties.bin`. −log p in steps of 1/12 in the low three bytes:
/// Bokmål, Nynorsk, phonetic.
struct WordCosts: Sendable {
    private let sections: MappedSections
    private let words: StringTable
    private nonisolated(unsafe) let packed: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let rest: UnsafeBufferPointer<UInt32>

    static let shared: WordCosts = {
        do {
            return try WordCosts(contentsOf: Resources.url("varieties.bin"))
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    init(contentsOf url: URL) throws {
        sections = try MappedSections(contentsOf: url)
        words = try sections.strings("words")
        packed = try sections.integers("costs", count: words.count)
        rest = try sections.integers("unlisted", count: 4)
    }

    func costs(_ token: String, _ lower: String, _ bits: UInt8) -> UInt32 {
        if let id = words.id(of: token) ?? (token == lower ? nil : words.id(of: lower)) { return packed[id] }
        return rest[Int(bits &>> 6)]
    }

    func contains(_ word: String) -> Bool { words.id(of: word) != nil }

    func unlisted(_ group: Int) -> UInt32 { rest[group] }
}
