import Signal

/// Something in the talk that is not a word.
public struct Mark: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Silence inside a turn, or before an answer.
        case pause
        /// The speaker trails off or is cut short without finishing (`…`, `(…)`).
        case trailingOff
        case laughter
        case breath
        case cough
        /// Speech nobody could make out (`[uhørbart]`, `xxx`).
        case unclear
        /// Start or end of talk at the same time as somebody else.
        case overlapStart
        case overlapEnd
        /// The listener's `mm`, `ja`, written inside the other's turn.
        case backchannel
        /// A stretch with a marked tone of voice, from here to ``Mark/until``; `label` says which: `loud`, `soft`, `high`, `low`, `fast`,
        /// `slow`, `creaky`, `whisper`, or what a draft says.
        case toneOfVoice
        /// The melody at the end of what was said, after its last word; `label` says which: `rising`.
        case intonation
        /// Anything else in brackets that the writer wanted kept.
        case comment
    }

    public enum Source: String, Codable, Sendable {
        /// Typed by whoever wrote the draft.
        case draft
        /// Measured in the sound.
        case measured
    }

    public var kind: Kind
    public var source: Source
    /// Samples at the recording's own rate; nil when the draft does not say.
    public var range: SampleRange?
    /// The mark as typed in the draft, or what it says (`ler litt`); empty for measured marks.
    public var text: String
    /// A finer kind: `rhetorical`, `latency`, `filled` (a hesitation sound that nobody wrote down), `short`, `low`, `loud`; for a
    /// backchannel, the speaker's id.
    public var label: String?
    /// For a mark that covers words: the id of the last one, in the same turn. The mark itself stands before the first.
    public var until: Int?
    public var confidence: Double?
    /// The measured values behind it, by name with unit (for example `duration_s`, `level_db`).
    public var evidence: [String: Double]

    public init(
        kind: Kind, source: Source, range: SampleRange? = nil, text: String = "", label: String? = nil,
        until: Int? = nil, confidence: Double? = nil, evidence: [String: Double] = [:]
    ) {
        self.kind = kind
        self.source = source
        self.range = range
        self.text = text
        self.label = label
        self.until = until
        self.confidence = confidence
        self.evidence = evidence
    }
}

extension Mark {
    /// Labels of tones of voice that a table may have signs for.
    public static let toneLabels = ["loud", "soft", "high", "low", "fast", "slow", "creaky", "whisper", "monotone", "lively", "tense"]
    /// Labels of melodies that a table may have signs for.
    public static let intonationLabels = ["rising"]
}
