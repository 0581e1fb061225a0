import Signal
import Transcript

/// A word to be found in the sound.
public struct AlignableWord: Sendable, Hashable {
    /// The word as typed, without surrounding punctuation.
    public var text: String
    /// Punctuation after it: it tells the synthesiser where phrases end.
    public var trail: String
    /// Number of the turn the word stands in; words of a turn are consecutive.
    public var turn: Int
    /// Where a draft's time code or subtitle puts the word, at 16 kHz; the word is looked for within ± 2 s of it.
    public var timeHint: SampleRange?

    public init(text: String, trail: String = "", turn: Int = 0, timeHint: SampleRange? = nil) {
        self.text = text
        self.trail = trail
        self.turn = turn
        self.timeHint = timeHint
    }
}

/// Where a word was found.
public struct AlignedWord: Sendable, Hashable {
    /// Samples at 16 kHz; nil when the word is not placed.
    public var range: SampleRange?
    public var placement: Placement
    /// Belief in the place, 0 … 1: how much better the word's own phones explain its sound than speech in general does.
    public var confidence: Double

    public init(range: SampleRange?, placement: Placement, confidence: Double) {
        self.range = range
        self.placement = placement
        self.confidence = confidence
    }
}

/// What can go wrong when text is laid on sound.
public enum AlignmentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sound has another rate than alignment works at.
    case wrongRate(found: SampleRate)

    public var description: String {
        switch self {
        case .wrongRate(let found):
            "Alignment works at \(SampleRate.analysis), but the sound is at \(found). Resample it first."
        }
    }
}
