/// What can go wrong when text is turned into synthetic speech.
public enum SynthesisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The data files of espeak-ng were not found at `path`.
    case dataMissing(path: String)
    /// espeak-ng has no voice for the language asked for.
    case voiceMissing(voice: String)
    /// espeak-ng refused to start or to speak, with its status code.
    case engineFailed(status: Int)
    /// The process that speaks failed.
    case workerFailed(reason: String)

    public var description: String {
        switch self {
        case .dataMissing(let path):
            """
            The data files of espeak-ng are not at \(path). Install them (Debian, Ubuntu: apt install espeak-ng-data; \
            macOS: brew install espeak-ng), or set ESPEAK_DATA_PATH to the folder that holds espeak-ng-data.
            """
        case .voiceMissing(let voice):
            """
            espeak-ng has no voice named "\(voice)". List the voices with `espeak-ng --voices` and choose another \
            language, or install the full espeak-ng-data package.
            """
        case .workerFailed(let reason): "The speech synthesiser's process failed: \(reason)"
        case .engineFailed(let status):
            "espeak-ng stopped with status \(status). Try again; if it stays, reinstall libespeak-ng1 and espeak-ng-data."
        }
    }
}
