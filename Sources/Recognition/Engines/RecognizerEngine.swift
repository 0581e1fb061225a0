import Foundation
import Signal
import Transcript

/// The languages a recogniser may be forced to. One that is left to guess takes Norwegian for its neighbours.
public enum RecognizerLanguage: String, Sendable, Hashable, CaseIterable {
    /// Bokmål, and Norwegian in general: Whisper's code for it is `no`.
    case norwegian = "no"
    case nynorsk = "nn"

    /// - Parameter tag: BCP 47; `nb`, `no` and their regional forms become ``norwegian``, `nn` ``nynorsk``.
    /// - Throws: ``RecognizerError/unsupportedLanguage(_:)`` for all else.
    public init(tag: String) throws(RecognizerError) {
        switch tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first ?? "" {
        case "no", "nb", "nob", "nor": self = .norwegian
        case "nn", "nno": self = .nynorsk
        default: throw .unsupportedLanguage(tag)
        }
    }
}

/// A stretch of one recording as a file of its own, for an engine: 16 kHz, mono, 16-bit PCM WAV.
public struct PieceFile: Sendable {
    /// The file, in a folder that only its owner may enter. Its name says nothing of the recording.
    public var path: String
    /// Where the engine may write; removed with the file.
    public var folder: String
    /// A name no other piece of any recording has, of letters and digits.
    public var name: String
    public var seconds: Double
    public var language: RecognizerLanguage
}

/// A word as an engine gave it.
public struct EngineWord: Sendable, Hashable {
    /// With its punctuation, without spaces around it.
    public var text: String
    /// Seconds from the start of the piece.
    public var start: Double
    public var end: Double
    /// 0 … 1.
    public var probability: Double?
    /// A label of the engine's own, when it tells speakers apart.
    public var speaker: String?

    public init(_ text: String, _ start: Double, _ end: Double, probability: Double? = nil, speaker: String? = nil) {
        self.text = text
        self.start = start
        self.end = end
        self.probability = probability
        self.speaker = speaker
    }
}

/// What an engine made of a piece.
public struct EngineResult: Sendable, Hashable {
    /// In the engine's order; times may run backwards or past the end, which the caller repairs and reports.
    public var words: [EngineWord]
    /// The language the engine says it used.
    public var language: String?

    public init(words: [EngineWord], language: String? = nil) {
        self.words = words
        self.language = language
    }
}

/// What decides an engine's words, for the run key: the same identity and the same sound should give the same words.
public struct RecognizerIdentity: Sendable, Hashable, Codable {
    public var engine: String
    /// The program's version, when it says.
    public var version: String
    /// SHA-256 of the model, lower-case hex; empty for an engine without a model of ours.
    public var model: String
    /// Options that change words, in a fixed order.
    public var options: [String]

    public init(engine: String, version: String, model: String, options: [String] = []) {
        self.engine = engine
        self.version = version
        self.model = model
        self.options = options
    }
}

/// A program that hears words in a sound file.
public protocol RecognizerEngine: Sendable {
    /// As in settings: `whisper.cpp`, `faster-whisper`, `command`.
    var name: String { get }
    /// The longest piece to hand over, seconds; nil when the engine wants the whole recording at once.
    var longestPiece: Double? { get }
    /// Checks that the engine can work and says what decides its words.
    func identity() async throws -> RecognizerIdentity
    /// The words of one piece.
    /// - Parameter progress: called now and then with the share done; what it throws ends the work and the child.
    /// - Throws: ``RecognizerError``, `CancellationError`, or what `progress` throws.
    func recognize(_ piece: PieceFile, progress: @escaping Signal.Progress) async throws -> EngineResult
}

/// Keeps the first error that a progress callback throws on another thread, and what to do then.
final class ProgressGate: @unchecked Sendable {
    private let lock = NSLock()
    private var thrown: (any Error)?
    private var onError: (@Sendable () -> Void)?
    private var latest = 0.0
    private let progress: Signal.Progress

    init(_ progress: @escaping Signal.Progress) { self.progress = progress }

    /// Sets what an error stops; done at once when there is one already.
    func stops(_ action: @escaping @Sendable () -> Void) {
        let isLate = lock.withLock { () -> Bool in
            onError = action
            return thrown != nil
        }
        if isLate { action() }
    }

    /// Clamped to 0 … 1 and never backwards.
    func report(_ fraction: Double) {
        let value = lock.withLock { () -> Double? in
            guard thrown == nil, fraction.isFinite else { return nil }
            latest = max(latest, min(1, max(0, fraction)))
            return latest
        }
        guard let value else { return }
        do { try progress(value) } catch { fail(error) }
    }

    /// Ends the work with an error of our own; only the first counts.
    func fail(_ error: any Error) {
        let action = lock.withLock { () -> (@Sendable () -> Void)? in
            if thrown == nil { thrown = error }
            return onError
        }
        action?()
    }

    func rethrow() throws { if let error = lock.withLock({ thrown }) { throw error } }
}
