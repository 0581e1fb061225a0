import Signal

/// Something said that must not be heard: words of one turn.
public struct SpokenIdentifier: Hashable, Sendable, Codable {
    /// Ids of the transcript's words.
    public var words: [Int]
    /// What it is, for counting: `person`, `place` …
    public var type: String

    public init(words: [Int], type: String) {
        self.words = words
        self.type = type
    }
}

/// A stretch of sound to take away. It holds times and types, never what is said there.
public struct RedactionSpan: Hashable, Sendable, Codable {
    /// Samples at the recording's rate, margins included.
    public var range: SampleRange
    /// Types of the identifiers in it, sorted.
    public var types: [String]
    /// How many identifiers it holds.
    public var identifiers: Int
    /// The time of one of them was unknown or doubtful: the whole stretch between its neighbours goes.
    public var isGuessed: Bool
    /// Somebody else speaks here, too, and is not heard either.
    public var hasOthers: Bool

    public init(range: SampleRange, types: [String] = [], identifiers: Int = 0, isGuessed: Bool = false, hasOthers: Bool = false) {
        self.range = range
        self.types = types
        self.identifiers = identifiers
        self.isGuessed = isGuessed
        self.hasOthers = hasOthers
    }

    /// In order, with those that overlap, or lie at most `gap` samples apart, made one.
    public static func merged(_ spans: [RedactionSpan], gap: Int) -> [RedactionSpan] {
        var result: [RedactionSpan] = []
        for span in spans.filter({ !$0.range.isEmpty }).sorted(by: { $0.range < $1.range }) {
            guard var last = result.last, span.range.start - last.range.end <= max(0, gap) else {
                result.append(span)
                continue
            }
            last.range = last.range.union(span.range)
            last.types = Set(last.types + span.types).sorted()
            last.identifiers += span.identifiers
            last.isGuessed = last.isGuessed || span.isGuessed
            last.hasOthers = last.hasOthers || span.hasOthers
            result[result.count - 1] = last
        }
        return result
    }
}

/// What is to be taken out of a recording.
public struct RedactionPlan: Hashable, Sendable, Codable {
    /// In order, apart from each other.
    public var spans: [RedactionSpan]
    /// Spoken identifiers by type.
    public var counts: [String: Int]
    /// Identifiers whose words had no time, or a doubtful one.
    public var guessed: Int
    /// Identifiers that name words which the transcript does not hold.
    public var missing: Int

    public init(spans: [RedactionSpan], counts: [String: Int] = [:], guessed: Int = 0, missing: Int = 0) {
        self.spans = spans
        self.counts = counts
        self.guessed = guessed
        self.missing = missing
    }

    /// Samples in all spans.
    public var length: Int { spans.reduce(0) { $0 + $1.range.count } }
}

/// Why a recording cannot be redacted.
public enum RedactionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No word has a time that can be trusted.
    case noTimes

    public var description: String {
        switch self {
        case .noTimes:
            "no word of this recording has a time that can be trusted, so nobody knows where the identifiers are said; align the text with the sound first ('ordrett align', or 'ordrett run' in a study)"
        }
    }
}
