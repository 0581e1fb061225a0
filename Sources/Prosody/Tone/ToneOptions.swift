/// What a marked tone of voice is: how far from the speaker's own ordinary voice, for how long.
public struct ToneOptions: Sendable, Hashable, Codable {
    /// Level above or below, dB. Speakers vary by 3 dB from phrase to phrase; twice that is heard as another voice level.
    public var level = 6.0
    /// Median pitch above, semitones: a third and more.
    public var high = 4.0
    /// Below: there is less room there.
    public var low = 3.0
    /// How many times faster or slower than the words' letters and place make one expect.
    public var rate = 1.5
    /// Share of the frames with the pulses of creak.
    public var creak = 0.4
    /// Share of the usual voiced frames that is left in a whisper, at most.
    public var whisper = 0.2
    /// The shortest stretch, seconds and words.
    public var leastSeconds = 1.0
    public var leastWords = 3
    /// Words a speaker must have for anything to be called marked.
    public var leastTalk = 30

    public init() {}
}

/// A stretch of one speaker's words in one turn with a marked tone of voice.
struct ToneStretch: Sendable, Hashable {
    enum Label: String, Sendable, CaseIterable { case loud, soft, high, low, fast, slow, creaky, whisper }
    var label: Label
    /// Indices into the words of the whole talk.
    var first: Int
    var last: Int
    /// 0.5 at the threshold, towards 1 beyond it.
    var confidence: Double
    var evidence: [String: Double]
}
