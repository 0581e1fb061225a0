/// Word error rate: the least number of words to replace, leave out or put in, over the words of the reference.
public struct WordScore: Hashable, Sendable, Codable {
    /// Words in the reference after folding.
    public var words: Int
    public var substitutions: Int
    public var deletions: Int
    public var insertions: Int

    /// Share of the reference's words, 0 …; 1 when the reference is empty and the hypothesis is not.
    public var errorRate: Double {
        let errors = substitutions + deletions + insertions
        return words > 0 ? Double(errors) / Double(words) : (errors > 0 ? 1 : 0)
    }

    public init(words: Int, substitutions: Int, deletions: Int, insertions: Int) {
        self.words = words
        self.substitutions = substitutions
        self.deletions = deletions
        self.insertions = insertions
    }

    /// - Parameters:
    ///   - reference: words in order.
    ///   - hypothesis: words in order.
    ///   - folding: compare without letter case and punctuation; a word of nothing but punctuation is not a word then.
    public init(reference: [String], hypothesis: [String], folding: Bool = true) {
        let a = folding ? reference.compactMap(Self.folded) : reference
        let b = folding ? hypothesis.compactMap(Self.folded) : hypothesis
        let (x, y) = EditScript.numbered(a, b)
        self.init(words: a.count, substitutions: 0, deletions: 0, insertions: 0)
        for step in EditScript.steps(from: x, to: y) {
            switch step {
            case .match: break
            case .substitute: substitutions += 1
            case .delete: deletions += 1
            case .insert: insertions += 1
            }
        }
    }

    /// Two running texts, cut at white space.
    public init(referenceText: String, hypothesisText: String, folding: Bool = true) {
        self.init(
            reference: referenceText.split(whereSeparator: \.isWhitespace).map(String.init),
            hypothesis: hypothesisText.split(whereSeparator: \.isWhitespace).map(String.init), folding: folding)
    }

    /// Letters and digits in lower case; nil when there are none.
    static func folded(_ word: String) -> String? {
        let kept = String(word.filter { $0.isLetter || $0.isNumber }).lowercased()
        return kept.isEmpty ? nil : kept
    }

    /// Several texts as one.
    public static func pooled(_ scores: [WordScore]) -> WordScore {
        scores.reduce(into: WordScore(words: 0, substitutions: 0, deletions: 0, insertions: 0)) {
            $0.words += $1.words
            $0.substitutions += $1.substitutions
            $0.deletions += $1.deletions
            $0.insertions += $1.insertions
        }
    }

    private enum CodingKeys: String, CodingKey { case errorRate, words, substitutions, deletions, insertions }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            words: try values.decode(Int.self, forKey: .words),
            substitutions: try values.decode(Int.self, forKey: .substitutions),
            deletions: try values.decode(Int.self, forKey: .deletions),
            insertions: try values.decode(Int.self, forKey: .insertions))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(errorRate, forKey: .errorRate)
        try values.encode(words, forKey: .words)
        try values.encode(substitutions, forKey: .substitutions)
        try values.encode(deletions, forKey: .deletions)
        try values.encode(insertions, forKey: .insertions)
    }
}
