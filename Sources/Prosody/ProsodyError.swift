import Signal

/// What can go wrong when prosody is measured.
public enum ProsodyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sound has another rate than analysis works at.
    case wrongRate(found: SampleRate)

    public var description: String {
        switch self {
        case .wrongRate(let found):
            "Prosody is measured at \(SampleRate.analysis), but the sound is at \(found). Resample it first."
        }
    }
}
