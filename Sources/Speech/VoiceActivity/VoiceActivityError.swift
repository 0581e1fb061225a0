/// What voice activity detection can refuse.
public enum VoiceActivityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An option lies outside its range.
    case invalidOption(name: String, value: Double, requirement: String)
    /// The network inside the library cannot be read.
    case damagedModel

    public var description: String {
        switch self {
        case .invalidOption(let name, let value, let requirement):
            "The voice activity option \(name) is \(value): it must be \(requirement). Correct it and try again."
        case .damagedModel:
            "The voice activity model inside this build is damaged. Build or install Ordrett again."
        }
    }
}
