import Signal

/// What counts as a pause and as prominence. Durations are seconds.
public struct ProsodyOptions: Sendable, Hashable, Codable {
    /// The shortest silence between words that is a pause. Stop consonants are silent for up to 0.15 s, and listeners
    /// begin to hear a break at 0.2 to 0.3 s.
    public var leastPause = 0.25
    /// The same in beats, the speaker's own mean syllable, which then decides instead; nil for seconds. A slow speaker's
    /// ordinary gaps are longer than a quick one's (Jefferson counted pauses in beats of the talk around them).
    public var leastPauseBeats: Double?
    /// The shortest silence before an answer that is noted. Ordinary changes of speaker take about 0.2 s.
    public var leastLatency = 0.25
    /// A longer silence between two turns is a break in the talk, no latency.
    public var longestLatency = 30.0
    /// Sound shorter than this inside a pause does not end it if it is weak (a breath, a click).
    public var longestBreath = 0.5
    /// How far under the words around it, in decibels, a sound must lie to be taken for a breath.
    public var breathDrop = 15.0
    /// About this share of the words reaches level 2; no speaker has more than twice of it (and one word).
    public var strongShare = 0.05
    /// Strength from which a word has level 1.
    public var prominent = 0.75
    /// Odds that a word is emphasised, from which it may have level 2 where ``strongShare`` is 0.05.
    public var emphasisOdds = 1.0
    /// Strength and probability from which a word may fill up the share.
    public var strong = 1.5
    public var possibleEmphasis = 0.1
    /// Lowest and highest voice pitch looked for, Hz.
    public var pitchFloor = 60.0
    public var pitchCeiling = 500.0
    /// Whether pitch is tracked at all; without it loudness and duration decide alone.
    public var usesPitch = true

    /// Whether laughter, breath and hesitation sounds are looked for between the words.
    public var marksSounds = true
    /// Whether tone of voice and rising ends of statements are marked.
    public var marksTone = true
    public var tone = ToneOptions()

    public init() {}
}

/// A word with its place, for prosody outside a transcript.
public struct ProsodicWord: Sendable, Hashable {
    public var text: String
    /// Samples at 16 kHz; nil for a word without a place.
    public var range: SampleRange?
    public var speaker: String

    public init(text: String, range: SampleRange?, speaker: String = "S1") {
        self.text = text
        self.range = range
        self.speaker = speaker
    }
}
