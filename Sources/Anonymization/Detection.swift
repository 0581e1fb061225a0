/// An identifying stretch of a text. It holds the place, never the text.
public struct Detection: Codable, Sendable, Hashable {
    /// First Unicode code point, counted from 0.
    public var start: Int
    /// One past the last code point.
    public var end: Int
    public var type: EntityType
    public var identifier: Identifier
    /// Belief that this identifies, 0 … 1.
    public var score: Double
    /// The rule that found it, for example `name.list`, `checkdigit.national-id`.
    public var rule: String

    public var length: Int { end - start }

    public init(start: Int, end: Int, type: EntityType, score: Double, rule: String) {
        self.start = start
        self.end = end
        self.type = type
        self.identifier = type.identifier
        self.score = score
        self.rule = rule
    }

    private enum CodingKeys: String, CodingKey { case start, end, length, type, identifier, score, rule }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(start, forKey: .start)
        try container.encode(end, forKey: .end)
        try container.encode(length, forKey: .length)
        try container.encode(type, forKey: .type)
        try container.encode(identifier, forKey: .identifier)
        try container.encode(score, forKey: .score)
        try container.encode(rule, forKey: .rule)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        start = try container.decode(Int.self, forKey: .start)
        end = try container.decode(Int.self, forKey: .end)
        type = try container.decode(EntityType.self, forKey: .type)
        identifier = try container.decode(Identifier.self, forKey: .identifier)
        score = try container.decode(Double.self, forKey: .score)
        rule = try container.decode(String.self, forKey: .rule)
    }
}

/// An identifying stretch of a transcript: words of one turn, or part of a mark, a speaker's label or the recording's id.
///
/// `key` is the normalised entity: as personal as the text itself.
public struct TranscriptDetection: Codable, Sendable, Hashable {
    public enum Field: String, Codable, Sendable {
        case words, mark, speakerLabel, recordingID
    }

    public var field: Field
    /// The turn's id; 0 for a label or the recording's id.
    public var turn: Int
    /// The words touched, in order of the talk.
    public var wordIDs: [Int]
    /// The speaker whose label it is.
    public var speaker: String?
    /// Index of the mark among the turn's elements.
    public var element: Int?
    /// Code points within the mark's text, the label or the id; empty for words.
    public var range: Range<Int>
    public var type: EntityType
    public var key: String
    /// The last word ends in a genitive s that is not part of the name.
    public var isGenitive: Bool
    public var score: Double
    public var rule: String

    public init(
        field: Field = .words, turn: Int = 0, wordIDs: [Int] = [], speaker: String? = nil, element: Int? = nil,
        range: Range<Int> = 0..<0, type: EntityType, key: String, isGenitive: Bool = false, score: Double, rule: String
    ) {
        self.field = field
        self.turn = turn
        self.wordIDs = wordIDs
        self.speaker = speaker
        self.element = element
        self.range = range
        self.type = type
        self.key = key
        self.isGenitive = isGenitive
        self.score = score
        self.rule = rule
    }
}
