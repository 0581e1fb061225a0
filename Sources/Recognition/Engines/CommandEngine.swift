import ChildProcesses
import Foundation
import Signal

/// Any program that reads a WAV file and writes one JSON object a line for each word it hears:
/// `{"word": "…", "start": seconds, "end": seconds, "probability": 0 … 1, "speaker": "…"}`, the last two optional.
///
/// It is started without a shell; `{wav}`, `{language}` and `{model}` in its arguments are replaced. A status other than 0,
/// or a line that is not such an object, fails the recording. What it prints on standard error is never repeated: it may
/// hold what was said.
public struct CommandEngine: RecognizerEngine {
    public let name = "command"
    public let longestPiece: Double?
    /// The program and its arguments, with placeholders.
    public var command: [String]
    /// What `{model}` stands for.
    public var model: String
    /// Seconds a piece may take, nil for no limit; four hours unless told otherwise.
    public var limit: Double?
    /// Most lines, each a word, that a piece may have: thrice what is said in a day and a night.
    var wordLimit = 1_000_000
    /// Gets the end of what the program said on standard error when it fails; it may hold words of the talk.
    public var complaints: (@Sendable ([UInt8]) -> Void)?

    /// - Parameter longestPiece: nil gives the program the whole recording at once.
    public init(command: [String], model: String = "", longestPiece: Double? = nil, limit: Double? = 14_400) {
        self.command = command
        self.model = model
        self.longestPiece = longestPiece
        self.limit = limit
    }

    /// Lets one such program run at a time; the same for all engines of the process.
    var gate = AsyncGate.heavyPrograms

    public func identity() async throws -> RecognizerIdentity {
        let program = try self.program()
        return RecognizerIdentity(
            engine: name, version: try FileDigest.sha256(ofFile: program), model: model.isEmpty ? "" : try ModelStore.digest(of: URL(fileURLWithPath: model)),
            options: Array(command.dropFirst()))
    }

    private func program() throws(RecognizerError) -> String {
        guard let first = command.first, let path = RecognizerFolders.program(first) else {
            throw .noProgram(
                engine: name, program: (command.first.map { $0 as NSString })?.lastPathComponent ?? "",
                remedy: "set words.command to a program of this machine and its arguments")
        }
        return path
    }

    /// The arguments with their placeholders replaced.
    func arguments(_ piece: PieceFile) -> [String] {
        let values = ["{wav}": piece.path, "{language}": piece.language.rawValue, "{model}": model]
        return command.dropFirst().map { Placeholders.fill($0, values) }
    }

    public func recognize(_ piece: PieceFile, progress: @escaping Signal.Progress) async throws -> EngineResult {
        let path = try program()
        return try await gate.through { try await hear(piece, path: path, progress: progress) }
    }

    private func hear(_ piece: PieceFile, path: String, progress: @escaping Signal.Progress) async throws -> EngineResult {
        let gate = ProgressGate(progress)
        let reader = WordLines(seconds: piece.seconds, limit: wordLimit, report: { gate.report($0) }, fail: { gate.fail($0) })
        let lines = LineSplitter(limit: 1 << 20) { reader.take($0) }
        let child: ChildProcess
        do {
            child = try ChildProcess(.init(path, arguments(piece)), limits: .init(seconds: limit, errorTail: complaints == nil ? 0 : 64 << 10), output: { lines.take($0) })
        } catch {
            throw RecognizerError.noProgram(engine: name, program: (path as NSString).lastPathComponent, remedy: "check that it is a program of this machine")
        }
        gate.stops { child.stop() }
        let ending = await child.ending()
        if !ending.isSuccess, ending.cause != .stopped, !ending.errorTail.isEmpty { complaints?(ending.errorTail) }
        try gate.rethrow()
        try Task.checkCancellation()
        switch ending.cause {
        case .exit(0): break
        case .timedOut: throw RecognizerError.timedOut(engine: name, seconds: limit ?? 0)
        case let cause: throw RecognizerError.failed(engine: name, how: LastWords.describe(cause), said: nil)
        }
        lines.finish()
        try gate.rethrow()
        let words = try reader.result()
        try progress(1)
        return EngineResult(words: words)
    }
}

/// Collects words from JSON lines, on the child's thread until it has ended.
private final class WordLines: @unchecked Sendable {
    private let lock = NSLock()
    private var words: [EngineWord] = []
    private var count = 0
    private var damaged: Int?
    private let seconds: Double
    private let limit: Int
    private let report: @Sendable (Double) -> Void
    private let fail: @Sendable (RecognizerError) -> Void
    // Lines may be long without being many.
    private var bytes = 0
    private static let byteLimit = 256 << 20

    /// - Parameter fail: gets the error when there is more than any recording can hold; nothing is kept from then on.
    init(
        seconds: Double, limit: Int, report: @escaping @Sendable (Double) -> Void, fail: @escaping @Sendable (RecognizerError) -> Void
    ) {
        self.seconds = max(seconds, 1e-3)
        self.limit = limit
        self.report = report
        self.fail = fail
    }

    func take(_ line: [UInt8]) {
        let isTooMuch = lock.withLock { () -> Bool in
            bytes += line.count
            return count >= limit || bytes > Self.byteLimit
        }
        if isTooMuch {
            fail(.damagedResult(engine: "command", what: "there are more words than any recording holds (over \(limit) lines or 256 MB)"))
            return
        }
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
        let word: EngineWord? = {
            guard let value = try? LenientJSON(line), let text = value["word"]?.text, let start = value["start"]?.number,
                let end = value["end"]?.number
            else { return nil }
            let speaker = value["speaker"]?.text.map { String($0.prefix(80)) }
            return EngineWord(
                text.trimmingCharacters(in: .whitespacesAndNewlines), start, end, probability: value["probability"]?.number,
                speaker: speaker?.isEmpty == true ? nil : speaker)
        }()
        lock.withLock {
            count += 1
            if let word { if !word.text.isEmpty { words.append(word) } } else if damaged == nil { damaged = count }
        }
        if let word { report(word.end / seconds) }
    }

    func result() throws(RecognizerError) -> [EngineWord] {
        lock.lock()
        defer { lock.unlock() }
        if let damaged { throw .damagedResult(engine: "command", what: "line \(damaged) is not a word with start and end") }
        return words
    }
}
