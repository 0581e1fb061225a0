import ChildProcesses
import Foundation

/// Why a recogniser gave no words, and what to do about it. It never holds anything the recogniser wrote as text of the talk.
public enum RecognizerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A folder for the sound handed to the recogniser cannot be made; the payload is errno.
    case noTemporaryFolder(code: Int32)
    case cannotWrite(code: Int32)
    /// The request holds no sound, or sound at another rate than 16 kHz.
    case noSound
    case wrongRate(hertz: Int)
    /// A language the recogniser must not be forced to.
    case unsupportedLanguage(String)
    /// The program is not there or cannot be executed; the payload is its name.
    case noProgram(engine: String, program: String, remedy: String)
    /// The model's file or folder is not there.
    case noModel(engine: String, model: String)
    /// The child ended badly; `said` are those of its last words that are known to be harmless.
    case failed(engine: String, how: String, said: String?)
    case timedOut(engine: String, seconds: Double)
    /// It ended well but left no result.
    case noResult(engine: String, said: String?)
    /// The result is not what the engine's format says; the payload is a place in the format, never text of the talk.
    case damagedResult(engine: String, what: String)
    /// The result is about another recording than was asked for.
    case anotherRecording(engine: String, what: String)
    /// The result is in another language than was asked for.
    case anotherLanguage(engine: String, asked: String, got: String)
    /// The installation is missing or of another version.
    case notInstalled(engine: String, remedy: String)
    /// A step of an installation failed; `said` are the installer's last words.
    case installationFailed(step: String, said: String?)

    public var description: String {
        switch self {
        case .noTemporaryFolder(let code):
            "cannot make a folder for temporary sound (\(Self.system(code))): set TMPDIR to a folder on a disk with space"
        case .cannotWrite(let code): "cannot write temporary sound (\(Self.system(code))): free some space, or set TMPDIR to another disk"
        case .noSound: "a recogniser needs the recording's sound, and none was given"
        case .wrongRate(let hertz): "a recogniser needs sound at 16 kHz, and got \(hertz) Hz"
        case .unsupportedLanguage(let tag):
            "the recogniser is used for Norwegian only and was asked for '\(tag.prefix(12))': set the language to nb, nn or no"
        case .noProgram(let engine, let program, let remedy): "\(engine): cannot find or start '\(program)'; \(remedy)"
        case .noModel(let engine, let model):
            "\(engine): there is no model '\(model)'; `ordrett model list` shows what there is, `ordrett model download` fetches one"
        case .failed(let engine, let how, let said): "\(engine) \(how)\(Self.quoted(said)); nothing of it was used"
        case .timedOut(let engine, let seconds):
            "\(engine) did not end within \(Int(seconds.rounded(.up))) seconds and was stopped; use a smaller model or a longer limit"
        case .noResult(let engine, let said): "\(engine) ended without a result\(Self.quoted(said)); check its model and version"
        case .damagedResult(let engine, let what):
            "\(engine) wrote a result that cannot be read (\(what)); nothing of it was used: try again, or update the program"
        case .anotherRecording(let engine, let what): "\(engine) wrote a result about other sound than it was given (\(what)); nothing of it was used"
        case .anotherLanguage(let engine, let asked, let got):
            "\(engine) was asked for the language '\(asked)' and used '\(got.prefix(12))'; nothing of it was used: check the model and version"
        case .notInstalled(let engine, let remedy): "\(engine) is not installed: \(remedy)"
        case .installationFailed(let step, let said): "the installation stopped at: \(step)\(Self.quoted(said))"
        }
    }

    private static func system(_ code: Int32) -> String { String(cString: strerror(code)) }
    private static func quoted(_ said: String?) -> String { said.map { " (it said: \($0))" } ?? "" }
}

/// Which of a program's last words may be repeated to a user.
///
/// A recogniser, or any other program that is given a recording, may print what it heard. Only lines that begin as its own complaints begin are passed on; all else is left out.
public enum LastWords {
    private static let harmless = [
        "error:", "error ", "fatal:", "whisper_", "ggml_", "GGML_", "ggml:", "gguf_", "terminate called", "what():", "failed to", "libc++abi",
        "main: failed", "main: error", "read_wav", "read_audio", "Segmentation", "Illegal instruction", "ERROR:", "worker:",
        "invalid argument",
    ]

    /// The last line that may be repeated in a message or a log.
    /// - Parameter tail: the end of what a program wrote to standard error, in any encoding; it may begin in the middle of a line.
    /// - Returns: the last line that begins as programs' complaints do and holds no time codes, without control characters,
    ///   at most 200 letters; nil when there is none. Never throws: letters that cannot be read become U+FFFD.
    public static func harmless(in tail: [UInt8]) -> String? {
        let text = String(decoding: tail, as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).last { line in
            let line = line.drop(while: \.isWhitespace)
            return harmless.contains { line.hasPrefix($0) } && !line.contains("-->") && !line.contains("progress")
        }
        guard let line else { return nil }
        let cleaned = String(line.drop(while: \.isWhitespace).unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
        return String(cleaned.prefix(200))
    }

    /// How a child ended, in words.
    static func describe(_ cause: ChildProcess.Ending.Cause) -> String {
        switch cause {
        case .exit(134): "stopped by itself over a number it could not read (status 134)"
        case .exit(let status): "ended with status \(status)"
        case .signal(let signal): signal == 9 ? "was killed, perhaps for want of memory (signal 9)" : "crashed (signal \(signal))"
        case .timedOut: "took too long"
        case .tooMuchOutput: "wrote without end"
        case .stopped: "was stopped"
        }
    }
}
