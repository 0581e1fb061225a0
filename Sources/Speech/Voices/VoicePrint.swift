/// How one voice sounds in one recording, in a few numbers: enough to know it again in another, too little to hear it.
///
/// Personal data all the same: it tells people apart.
public struct VoicePrint: Hashable, Sendable, Codable {
    /// The voice's label in its recording.
    public var label: String
    /// Seconds of speech the print was made of.
    public var seconds: Double
    /// Mean cepstrum over the voice's louder frames, 19 values without the level.
    public var cepstrum: [Float]
    /// Median of the natural logarithm of the pitch in Hz; nil when too little is voiced.
    public var pitch: Double?
    /// Half the width of the middle 68 % of the logarithm of the pitch.
    public var pitchSpread: Double?

    /// Speech below which a voice is not compared with others.
    public static let leastSeconds = 2.0

    public init(label: String, seconds: Double, cepstrum: [Float], pitch: Double? = nil, pitchSpread: Double? = nil) {
        self.label = label
        self.seconds = seconds
        self.cepstrum = cepstrum
        self.pitch = pitch
        self.pitchSpread = pitchSpread
    }
}
