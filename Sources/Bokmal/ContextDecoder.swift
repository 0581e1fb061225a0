import Foundation

/// One possible Bokmål form of a word.
struct Candidate: Sendable {
    var text: String
    /// The form's id in context features.
    var form: UInt32
    /// −log of its share among the word's attested forms, in steps of 1/256.
    var cost: Int32
    var rule: String
}

/// A word with its possible forms, commonest first; never empty.
struct CandidateSet: Sendable {
    /// The word's id in context features.
    var word: UInt32
    var candidates: [Candidate]
}

/// Chooses among the candidates of each word, from left to right, by weights trained on the forms already chosen and on
/// two words to either side (features as in Scripts/lexicon/context_model.py).
struct ContextDecoder: Sendable {
    let weights: FeatureTable

    struct Choice: Sendable {
        var candidate: Candidate
        /// Softmax share of the choice among the candidates, 0 … 1.
        var confidence: Double
    }

    func choose(_ sets: [CandidateSet]) -> [Choice] {
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
            var total = 0.0
            for score in scores { total += exp(Double(score - scores[best]) / 256) }
            chosen[i] = candidates[best].form
            result.append(Choice(candidate: candidates[best], confidence: 1 / total))
        }
        return result
    }
}
