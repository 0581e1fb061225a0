import Signal

/// How far word edges are from where they should be.
///
/// Words are matched by order and text (the longest common subsequence of the folded words); words without a match are counted and
/// do not enter the errors.
public struct BoundaryScore: Hashable, Sendable, Codable {
    /// Errors of one kind of edge, in milliseconds.
    public struct Edges: Hashable, Sendable, Codable {
        /// Median of the absolute error.
        public var medianAbsolute: Double
        /// Mean of the absolute error.
        public var meanAbsolute: Double
        /// Mean of the signed error: positive when edges come late.
        public var meanSigned: Double
        /// Shares of edges (0 … 1) at most so far off.
        public var within20: Double
        public var within50: Double
        public var within80: Double
        public var within100: Double
        public var within150: Double

        /// - Parameter errors: hypothesis less reference, milliseconds; all figures are 0 when empty.
        init(errors: [Double]) {
            let sorted = errors.map(abs).sorted()
            let n = Double(max(1, errors.count))
            let half = sorted.count / 2
            if sorted.isEmpty {
                medianAbsolute = 0
            } else {
                medianAbsolute = sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
            }
            meanAbsolute = sorted.reduce(0, +) / n
            meanSigned = errors.reduce(0, +) / n
            // A billionth of slack, so that 0.32 s against 0.30 s counts as 20 ms.
            func share(_ limit: Double) -> Double { Double(sorted.count { $0 <= limit + 1e-6 }) / n }
            within20 = share(20)
            within50 = share(50)
            within80 = share(80)
            within100 = share(100)
            within150 = share(150)
        }
    }

    /// A word and where it sounds.
    public struct TimedWord: Hashable, Sendable, Codable {
        public var text: String
        public var range: SampleRange

        public init(text: String, range: SampleRange) {
            self.text = text
            self.range = range
        }
    }

    public var starts: Edges
    public var ends: Edges
    /// Words found in both.
    public var matched: Int
    /// Reference words without a match.
    public var unmatchedReference: Int
    /// Hypothesis words without a match.
    public var unmatchedHypothesis: Int

    /// - Parameter rate: what both are counted at.
    public init(reference: [TimedWord], hypothesis: [TimedWord], rate: SampleRate) {
        self.init(pairs: [(reference, hypothesis)], rate: rate)
    }

    /// Several recordings as one; words are matched within each.
    public init(pairs: [(reference: [TimedWord], hypothesis: [TimedWord])], rate: SampleRate) {
        var starts: [Double] = [], ends: [Double] = []
        unmatchedReference = 0
        unmatchedHypothesis = 0
        for (reference, hypothesis) in pairs {
            let (a, b) = EditScript.numbered(
                reference.map { WordScore.folded($0.text) ?? $0.text },
                hypothesis.map { WordScore.folded($0.text) ?? $0.text })
            for step in EditScript.steps(from: a, to: b, substitution: 2) {
                switch step {
                case .match(let r, let h):
                    let truth = reference[r].range, found = hypothesis[h].range
                    starts.append(rate.seconds(found.start - truth.start) * 1_000)
                    ends.append(rate.seconds(found.end - truth.end) * 1_000)
                case .substitute:
                    unmatchedReference += 1
                    unmatchedHypothesis += 1
                case .delete: unmatchedReference += 1
                case .insert: unmatchedHypothesis += 1
                }
            }
        }
        matched = starts.count
        self.starts = Edges(errors: starts)
        self.ends = Edges(errors: ends)
    }
}
