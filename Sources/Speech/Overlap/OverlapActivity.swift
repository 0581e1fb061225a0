import Signal

/// Where in a recording two or more people speak at once.
public struct OverlapActivity: Hashable, Sendable {
    /// Samples from one value of `probability` to the next: 10 ms, as in `VoiceActivity`.
    public static let hop = 160

    /// Belief that two or more speak, 0 … 255 for 0 … 1; value `i` speaks for the samples `i·hop ..< (i+1)·hop` at 16 kHz.
    /// It is found in steps of 20 ms.
    public var probability: [UInt8]
    /// Number of samples analysed, at 16 kHz.
    public var sampleCount: Int
    /// Whether there is hardly any sound above the telephone band: overlap is then not told reliably.
    public var isTelephoneBand = false
    /// A sample of the frames' spectra: what voices are told apart by in overlapping speech.
    let spectra: VoiceSpectra

    public var rate: SampleRate { .analysis }
    public var hop: Int { Self.hop }
}

/// An overlap detection that cannot be started.
public enum OverlapError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The network that ships with the program is missing or damaged.
    case unusableModel(String)
    /// An option lies outside its range.
    case invalidOption(name: String, value: Double, requirement: String)

    public var description: String {
        switch self {
        case .unusableModel(let reason):
            "The overlap model cannot be used: \(reason). Reinstall the program."
        case .invalidOption(let name, let value, let requirement):
            "\(name) is \(value): it must be \(requirement). Correct the option and try again."
        }
    }
}
