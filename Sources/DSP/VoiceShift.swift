/// By how much a voice is moved: its pitch and its resonances, each by a factor of its own.
public struct VoiceShift: Hashable, Sendable, Codable {
    /// F0 is multiplied by this, 0.5 … 2.
    public var pitch: Double
    /// The formants' frequencies are multiplied by this, 0.5 … 2: above 1 the vocal tract seems shorter.
    public var formants: Double
    /// Median pitch of the voice before, Hz, which sets how fine its envelope may be; 60 … 500.
    public var medianPitch: Double

    public init(pitch: Double, formants: Double, medianPitch: Double = 150) {
        self.pitch = min(2, max(0.5, pitch.isFinite ? pitch : 1))
        self.formants = min(2, max(0.5, formants.isFinite ? formants : 1))
        self.medianPitch = min(500, max(60, medianPitch.isFinite ? medianPitch : 150))
    }
}
