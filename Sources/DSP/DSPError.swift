import Signal

/// What a DSP operation can refuse, with what to do about it.
public enum DSPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An option lies outside the range in which the method is defined.
    case invalidParameter(name: String, value: String, requirement: String)
    /// The source runs at another rate than the analysis was set up for.
    case rateMismatch(expected: SampleRate, found: SampleRate)
    /// A block did not begin where the one before it ended.
    case discontinuousBlocks(expectedStart: Int, found: Int)
    /// FFTW could not make a plan or allocate its buffers for a transform of this size.
    case transformUnavailable(size: Int)

    public var description: String {
        switch self {
        case .invalidParameter(let name, let value, let requirement):
            "\(name) is \(value): it must be \(requirement). Correct the option and try again."
        case .rateMismatch(let expected, let found):
            "The source runs at \(found) and the analysis at \(expected). Resample the source to \(expected) first."
        case .discontinuousBlocks(let expected, let found):
            "A block begins at sample \(found) where sample \(expected) was due. Give the blocks of a source in order, without gaps."
        case .transformUnavailable(let size):
            "No Fourier transform of size \(size) could be set up. Use a smaller size or free memory."
        }
    }

    static func require(
        _ condition: Bool, _ name: String, _ value: some CustomStringConvertible, _ requirement: String
    ) throws {
        if !condition {
            throw DSPError.invalidParameter(name: name, value: value.description, requirement: requirement)
        }
    }
}
