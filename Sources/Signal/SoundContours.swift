/// How loud and how high a recording is over time: what a picture of it needs, and where prosody begins.
public struct SoundContours: Sendable, Hashable {
    /// Samples from one value to the next, at ``rate``: value `i` speaks for `i·hop ..< (i+1)·hop`.
    public let hop: Int
    public let rate: SampleRate
    /// Level in dB re full scale, of the signal with its treble lifted; about −100 for digital silence.
    public let level: [Float]
    /// Pitch in Hz; not a number where there is none. As many values as ``level``.
    public let pitch: [Float]

    public init(hop: Int, rate: SampleRate, level: [Float], pitch: [Float]) {
        precondition(hop > 0 && level.count == pitch.count, "a hop, and as many pitches as levels")
        self.hop = hop
        self.rate = rate
        self.level = level
        self.pitch = pitch
    }

    public var count: Int { level.count }
    /// Seconds from one value to the next.
    public var step: Double { rate.seconds(hop) }
}
