/// Words that another program found to identify somebody.
public struct GivenSpan: Sendable, Hashable {
    /// What ``TranscriptDetection/rule`` says of it.
    public static let rule = "program"
    /// The turn's id.
    public var turn: Int
    /// In order of the talk, all of that turn.
    public var wordIDs: [Int]
    public var type: EntityType
    /// Belief that they identify, 0 … 1.
    public var score: Double

    public init(turn: Int, wordIDs: [Int], type: EntityType, score: Double) {
        self.turn = turn
        self.wordIDs = wordIDs
        self.type = type
        self.score = score
    }
}
