import Signal

/// How a word came by its times.
public enum Placement: String, Codable, Sendable {
    /// Found in the sound by the aligner.
    case aligned
    /// Given by a recogniser or by the draft's own time codes.
    case given
    /// Spread between neighbours that have times.
    case interpolated
    /// Not found in the sound: typed but, as far as the aligner can tell, not said.
    case unplaced
}

/// How much a word stands out, relative to its speaker and its neighbours.
public struct Prominence: Codable, Sendable, Hashable {
    /// Standardised strength: 0 is the speaker's ordinary word, 1 is one standard deviation above it.
    public var strength: Double
    /// 0 ordinary, 1 prominent, 2 strongly prominent (the level shown as emphasis by default).
    public var level: Int
    /// The measured values behind it, by name (for example `loudness_db`, `f0_st`, `duration_z`).
    public var evidence: [String: Double]

    public init(strength: Double, level: Int, evidence: [String: Double] = [:]) {
        self.strength = strength
        self.level = level
        self.evidence = evidence
    }
}

/// The Bokmål form of a word, and what gave it.
public struct Normalization: Codable, Sendable, Hashable {
    /// The written form(s); empty when the word is dropped in Bokmål.
    public var text: String
    /// The rule or model that made the change, for example `lexicon.attested`, `veto`, `nynorsk.rule.infinitive`.
    public var rule: String
    /// Belief that the form is right, 0 … 1.
    public var confidence: Double

    public init(text: String, rule: String, confidence: Double) {
        self.text = text
        self.rule = rule
        self.confidence = confidence
    }
}

/// One word as it was said, with everything known about it.
public struct Word: Codable, Sendable, Hashable {
    /// Unique within the transcript and never reused: later views trace back by it.
    public var id: Int
    /// The word as said, without surrounding punctuation.
    public var text: String
    /// Punctuation before the word (`«`, `(`), without spaces.
    public var lead: String
    /// Punctuation after the word (`,`, `.`, `?`, `»`), without spaces.
    public var trail: String
    /// Samples at the recording's own rate; nil when not placed in the sound.
    public var range: SampleRange?
    public var placement: Placement?
    /// Belief that the word and its place are right, 0 … 1.
    public var confidence: Double?
    public var prominence: Prominence?
    public var normalized: Normalization?
    /// The speaker broke the word off (`ord-`).
    public var isCutOff: Bool
    /// A hesitation sound (`eh`, `mm`, `øh`).
    public var isFiller: Bool
    /// Heard with doubt by whoever wrote it.
    public var isUnclear: Bool

    public init(
        id: Int, text: String, lead: String = "", trail: String = "", range: SampleRange? = nil,
        placement: Placement? = nil, confidence: Double? = nil, prominence: Prominence? = nil,
        normalized: Normalization? = nil, isCutOff: Bool = false, isFiller: Bool = false, isUnclear: Bool = false
    ) {
        self.id = id
        self.text = text
        self.lead = lead
        self.trail = trail
        self.range = range
        self.placement = placement
        self.confidence = confidence
        self.prominence = prominence
        self.normalized = normalized
        self.isCutOff = isCutOff
        self.isFiller = isFiller
        self.isUnclear = isUnclear
    }

    /// The word in Bokmål: the normalised form when there is one, else the word as said.
    public var bokmal: String { normalized?.text ?? text }
}
