import Signal

/// A word or a mark, in the order of the talk.
public enum Element: Sendable, Hashable {
    case word(Word)
    case mark(Mark)

    public var word: Word? { if case .word(let word) = self { word } else { nil } }
    public var mark: Mark? { if case .mark(let mark) = self { mark } else { nil } }
    public var range: SampleRange? { word?.range ?? mark?.range }
}

extension Element: Codable {
    private enum CodingKeys: String, CodingKey { case word, mark }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let word = try container.decodeIfPresent(Word.self, forKey: .word) {
            self = .word(word)
        } else {
            self = .mark(try container.decode(Mark.self, forKey: .mark))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .word(let word): try container.encode(word, forKey: .word)
        case .mark(let mark): try container.encode(mark, forKey: .mark)
        }
    }
}

/// One speaker's stretch of talk.
public struct Turn: Codable, Sendable, Hashable {
    /// Unique within the transcript; numbered from 1 in the order of the talk when first made.
    public var id: Int
    /// A `Speaker.id`.
    public var speaker: String
    /// Samples at the recording's own rate; nil for a draft not yet aligned.
    public var range: SampleRange?
    public var elements: [Element]
    /// Belief that the speaker is right, 0 … 1.
    public var confidence: Double?
    /// A listener's short token (`mm`, `ja`) that does not take the floor.
    public var isBackchannel: Bool

    public init(
        id: Int, speaker: String, range: SampleRange? = nil, elements: [Element] = [], confidence: Double? = nil,
        isBackchannel: Bool = false
    ) {
        self.id = id
        self.speaker = speaker
        self.range = range
        self.elements = elements
        self.confidence = confidence
        self.isBackchannel = isBackchannel
    }

    public var words: [Word] { elements.compactMap(\.word) }
    public var marks: [Mark] { elements.compactMap(\.mark) }
}
