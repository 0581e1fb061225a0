import Foundation

/// One possible Bokmål form of a word.
struct Candidate: Sendable {
    var text: String
    /// The form's row in the ranker's tables.
    var form: UInt32
    /// What speaks against it without looking at the words around: natural logarithm in steps of 1/256; the less the better.
    var cost: Int32
    var rule: String
    /// The row of the pair of word and form; 0 for none.
    var pair: UInt32 = 0
    /// Where `RankerCache` holds what the network needs of the form; set by `prepare`.
    var vector = 0, inputs = 0
}

/// A word with its possible forms, likeliest first; never empty.
struct CandidateSet: Sendable {
    /// The word's row in the ranker's tables.
    var word: UInt32
    var candidates: [Candidate]
    /// Where `RankerCache` holds what the network needs of the word; set by `prepare`.
    var inputs = 0
}

/// Chooses among the candidates of each word, from left to right, looking at the words around, the forms already chosen and
/// the likeliest forms of the words to come.
struct ContextDecoder {
    struct Choice: Sendable {
        var candidate: Candidate
        /// Softmax share of the choice among the candidates, 0 … 1.
        var confidence: Double
    }

    /// By weights of words and forms around (Scripts/lexicon/context_model.py).
    static func choose(_ sets: [CandidateSet], _ weights: FeatureTable) -> [Choice] {
        let words: [UInt32] = [0, 0] + sets.map(\.word) + [0, 0]
        let guesses: [UInt32] = [0, 0] + sets.map { $0.candidates[0].form } + [0, 0]
        var chosen = [UInt32](repeating: 0, count: words.count)
        var result: [Choice] = []
        result.reserveCapacity(sets.count)
        var scores: [Int32] = []
        for (offset, set) in sets.enumerated() {
            let i = offset + 2
            let candidates = set.candidates
            if candidates.count == 1 {
                chosen[i] = candidates[0].form
                result.append(Choice(candidate: candidates[0], confidence: 1))
                continue
            }
            let w = words[i], p1 = chosen[i - 1], p2 = chosen[i - 2]
            scores.removeAll(keepingCapacity: true)
            var best = 0
            for (index, candidate) in candidates.enumerated() {
                let y = candidate.form
                var sum = -candidate.cost
                sum += weights.weight(LexiconHash.feature(1, y, w))
                sum += weights.weight(LexiconHash.feature(2, y, p1))
                sum += weights.weight(LexiconHash.feature(3, y, p1, p2))
                sum += weights.weight(LexiconHash.feature(4, y, guesses[i + 1]))
                sum += weights.weight(LexiconHash.feature(6, y, w, words[i + 1]))
                sum += weights.weight(LexiconHash.feature(7, y, w, words[i - 1]))
                sum += weights.weight(LexiconHash.feature(9, y, w, words[i + 2]))
                sum += weights.weight(LexiconHash.feature(10, y, p2))
                sum += weights.weight(LexiconHash.feature(12, y, w, p1))
                sum += weights.weight(LexiconHash.feature(13, y, guesses[i + 2]))
                scores.append(sum)
                if sum > scores[best] { best = index }
            }
            chosen[i] = candidates[best].form
            result.append(Choice(candidate: candidates[best], confidence: share(of: best, scores)))
        }
        return result
    }

    private static func share(of best: Int, _ scores: [Int32]) -> Double {
        var total = 0.0
        for score in scores { total += exp(Double(score - scores[best]) / 256) }
        return 1 / total
    }

    /// By the ranker (Scripts/lexicon/ranker.py); the sets have been through `RankerCache.prepare`.
    static func choose(_ sets: [CandidateSet], _ weights: FeatureTable, _ cache: RankerCache) -> [Choice] {
        let count = sets.count
        var result: [Choice] = []
        result.reserveCapacity(count)
        guard count > 0 else { return result }
        cache.begin(sets)
        let edge = RankerCache.edge
        var before = [Int](repeating: edge, count: RankerWeights.chosen)
        var after = [Int](repeating: edge, count: RankerWeights.ahead)
        var formBefore: UInt32 = 0
        var scores: [Int32] = []
        for i in 0..<count {
            var best = 0, confidence = 1.0
            if sets[i].candidates.count > 1 {
                for k in 0..<RankerWeights.ahead {
                    after[k] = i + 1 + k < count ? sets[i + 1 + k].candidates[0].inputs : edge
                }
                cache.read(sets, at: i, before: before, after: after)
                let w = sets[i].word
                let q1 = i > 0 ? sets[i - 1].word : 0, n1 = i + 1 < count ? sets[i + 1].word : 0
                let n2 = i + 2 < count ? sets[i + 2].word : 0
                let g1 = i + 1 < count ? sets[i + 1].candidates[0].form : 0
                scores.removeAll(keepingCapacity: true)
                sets[i].candidates.withUnsafeBufferPointer { candidates in
                    for index in candidates.indices {
                        let y = candidates[index].form
                        var sum = weights.weight(LexiconHash.feature(1, y, w))
                        sum += weights.weight(LexiconHash.feature(2, y, formBefore))
                        sum += weights.weight(LexiconHash.feature(4, y, g1))
                        sum += weights.weight(LexiconHash.feature(6, y, w, n1))
                        sum += weights.weight(LexiconHash.feature(7, y, w, q1))
                        sum += weights.weight(LexiconHash.feature(12, y, w, formBefore))
                        sum += weights.weight(LexiconHash.feature(9, y, w, n2))
                        let network = cache.score(candidates[index].vector)
                        scores.append(sum - candidates[index].cost + Int32((network * 256).rounded()))
                        if scores[index] > scores[best] { best = index }
                    }
                }
                confidence = share(of: best, scores)
            }
            let chosen = sets[i].candidates[best]
            result.append(Choice(candidate: chosen, confidence: confidence))
            for k in stride(from: before.count - 1, to: 0, by: -1) { before[k] = before[k - 1] }
            before[0] = chosen.inputs
            formBefore = chosen.form
        }
        return result
    }
}
