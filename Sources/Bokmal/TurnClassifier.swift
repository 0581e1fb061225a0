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
    /// What its words together are likeliest to be.
    public var variety: TurnVariety
    /// Posterior share among the varieties, 0 … 1.
    public var confidence: Double
    /// The turn in stretches of one variety each, in order and without gaps; one stretch for most turns.
    public var stretches: [VarietyStretch]

    public init(variety: TurnVariety, confidence: Double, stretches: [VarietyStretch] = []) {
        self.variety = variety
        self.confidence = confidence
        self.stretches = stretches
    }
}

/// Tokens of a turn that are written in one variety.
public struct VarietyStretch: Sendable, Hashable {
    /// Indices into the turn's tokens.
    public var tokens: Range<Int>
    public var variety: TurnVariety

    public init(tokens: Range<Int>, variety: TurnVariety) {
        self.tokens = tokens
        self.variety = variety
    }
}

/// Tells Bokmål, Nynorsk, written dialect, phonetic dialect spelling and other languages apart, by turn and, where a turn
/// mixes them, by stretch.
///
/// Each word adds log odds (`VarietyWeights`). It leans to Bokmål: something else is answered only when it is likelier by
/// `margin`, and in a long turn by more than one odd word. What is known of the speaker's other talk comes in as a
/// prior, which a few clear words outweigh.
public struct TurnClassifier: Sendable {
    let forms: WordForms
    let dialect: WrittenDialectTable
    let weights: VarietyWeights

    /// How much likelier (natural log) another variety must be than Bokmål.
    public var margin = 1.0
    /// How much likelier phonetic spelling must be than dialect as people write it, which borrows from it and is commoner:
    /// among other turns in phonetic spelling, and by itself.
    static let phoneticMargins = (among: 0.3, alone: 4.0)

    public init(forms: WordForms = .shared) {
        self.forms = forms
        dialect = .shared
        weights = .shared
    }

    /// - Parameter tokens: words and marks; marks say where sentences and quotations begin and end.
    public func classify(tokens: [String]) -> TurnClassification {
        var reader = EvidenceReader(self)
        return classify(reader.evidence(tokens))
    }

    func classify(_ evidence: TurnEvidence, prior: VarietyScores = VarietyScores()) -> TurnClassification {
        let whole = decide(evidence, prior)
        guard evidence.counts.words > 0 else {
            return TurnClassification(
                variety: .other, confidence: 0,
                stretches: evidence.words.isEmpty ? [] : [VarietyStretch(tokens: evidence.words.indices, variety: .other)])
        }
        let stretches = stretches(of: evidence, whole: whole)
        // The turn is what its words are together, as long as a part of it is.
        let variety = stretches.contains { $0.variety == whole } ? whole : longest(stretches, evidence)
        return TurnClassification(
            variety: variety, confidence: share(of: variety, evidence, prior), stretches: stretches)
    }

    private func longest(_ stretches: [VarietyStretch], _ evidence: TurnEvidence) -> TurnVariety {
        func size(_ variety: TurnVariety) -> Int {
            stretches.filter { $0.variety == variety }.reduce(0) { $0 + evidence.words[$1.tokens].count { $0 != nil } }
        }
        return stretches.map(\.variety).max { size($0) < size($1) } ?? .bokmal
    }

    private func share(of variety: TurnVariety, _ evidence: TurnEvidence, _ prior: VarietyScores) -> Double {
        let shares = (evidence.total + prior).shares
        guard let index = VarietyScores.order.firstIndex(of: variety) else { return shares[0] }
        return shares[index + 1]
    }

    /// The variety of a turn as a whole.
    func decide(_ evidence: TurnEvidence, _ prior: VarietyScores) -> TurnVariety {
        let counts = evidence.counts
        // Most words in no list: no Norwegian.
        if counts.words >= 4, counts.unknown * 2 > counts.words { return .other }
        let sum = evidence.total + prior
        var best = TurnVariety.bokmal
        // One word alone is little to go by.
        var top = counts.words == 1 ? 8 * margin : margin
        for variety in VarietyScores.order {
            var odds = sum[variety]
            if variety == .phonetic {
                let isAmong = prior[.phonetic] > prior[.writtenDialect]
                odds -= isAmong ? Self.phoneticMargins.among : Self.phoneticMargins.alone
            }
            if variety == .nynorsk { odds -= Self.penalty(counts, known: prior[.nynorsk] >= 1) }
            if odds > top { (best, top) = (variety, odds) }
        }
        guard best != .bokmal, best != .other else { return best }
        // One odd word in a long turn is a name or a loan, whatever the odds say.
        return counts.outside * Self.rarest < counts.words && evidence.total[best] < Self.sureOdds ? .bokmal : best
    }

    /// Western dialect has much of Nynorsk, but Nynorsk has nothing of dialect; and a quarter of its words are its own.
    private static func penalty(_ counts: TurnEvidence.WordCounts, known: Bool) -> Double {
        if counts.nynorsk == 0, !known { return .infinity }
        var penalty = 2 * Double(counts.dialect)
        if counts.nynorsk * 12 < counts.words { penalty += 4 }
        return penalty
    }

    private static let rarest = 20
    private static let sureOdds = 4.0
}
