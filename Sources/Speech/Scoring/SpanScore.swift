/// Precision, recall and F1 of marked spans, such as names in a text.
public struct SpanScore: Hashable, Sendable, Codable {
    /// A marked stretch of anything counted in integers (characters, tokens, samples).
    public struct Span: Hashable, Sendable, Codable {
        /// First position.
        public var start: Int
        /// One past the last position.
        public var end: Int
        public var type: String

        public init(start: Int, end: Int, type: String) {
            self.start = start
            self.end = max(start, end)
            self.type = type
        }
    }

    /// Counts and the figures that follow from them, all 0 … 1.
    public struct Counts: Hashable, Sendable, Codable {
        public var reference: Int
        public var hypothesis: Int
        /// Reference spans that were found.
        public var found: Int
        /// Hypothesis spans that are right.
        public var right: Int
        public var precision: Double
        public var recall: Double
        public var f1: Double

        init(reference: Int, hypothesis: Int, found: Int, right: Int) {
            self.reference = reference
            self.hypothesis = hypothesis
            self.found = found
            self.right = right
            precision = hypothesis > 0 ? Double(right) / Double(hypothesis) : 0
            recall = reference > 0 ? Double(found) / Double(reference) : 0
            f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
        }
    }

    /// The figures of one type.
    public struct TypeScore: Hashable, Sendable, Codable {
        public var type: String
        public var exact: Counts
        public var overlap: Counts
    }

    /// Same start, end and type; each span is matched once.
    public var exact: Counts
    /// At least one position in common with a span of the same type; a long span may find several short ones.
    public var overlap: Counts
    /// By type, in alphabetical order.
    public var byType: [TypeScore]

    public init(reference: [Span], hypothesis: [Span]) {
        let types = Set(reference.map(\.type)).union(hypothesis.map(\.type)).sorted()
        var totals = (exact: 0, found: 0, right: 0)
        byType = []
        for type in types {
            let r = reference.filter { $0.type == type }, h = hypothesis.filter { $0.type == type }
            var left: [Span: Int] = [:]
            for span in r { left[span, default: 0] += 1 }
            var same = 0
            for span in h {
                if let n = left[span], n > 0 {
                    left[span] = n - 1
                    same += 1
                }
            }
            let found = Self.touched(r, by: h), right = Self.touched(h, by: r)
            totals.exact += same
            totals.found += found
            totals.right += right
            byType.append(
                TypeScore(
                    type: type, exact: Counts(reference: r.count, hypothesis: h.count, found: same, right: same),
                    overlap: Counts(reference: r.count, hypothesis: h.count, found: found, right: right)))
        }
        exact = Counts(
            reference: reference.count, hypothesis: hypothesis.count, found: totals.exact, right: totals.exact)
        overlap = Counts(
            reference: reference.count, hypothesis: hypothesis.count, found: totals.found, right: totals.right)
    }

    /// How many of `spans` share a position with one of `others`.
    private static func touched(_ spans: [Span], by others: [Span]) -> Int {
        let sorted = others.filter { $0.end > $0.start }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        // The furthest end among the first k spans: with starts in order, one look tells whether any reaches past a start.
        var furthest: [Int] = []
        for span in sorted { furthest.append(max(furthest.last ?? Int.min, span.end)) }
        return spans.count { span in
            guard span.end > span.start else { return false }
            var low = 0, high = sorted.count
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle].start < span.end { low = middle + 1 } else { high = middle }
            }
            return low > 0 && furthest[low - 1] > span.start
        }
    }
}
