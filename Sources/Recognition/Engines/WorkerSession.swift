import ChildProcesses
import Foundation
import Signal

/// A value in a request to the worker.
enum WorkerValue: Encodable, Sendable {
    case text(String)
    case number(Double)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let value):
            if let whole = Int(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        }
    }
}

/// What the worker said to one request, all told.
struct WorkerAnswer: Sendable {
    var words: [EngineWord] = []
    var wav: String?
    var language: String?
    var duration: Double?
}

/// One run of the Python worker: JSON lines both ways, one request at a time.
final class WorkerSession: @unchecked Sendable {
    // State is read and written under the lock; the child's thread delivers lines.
    static let protocolVersion = 1
    private static let engine = FasterWhisperEngine.engineName
    private let lock = NSLock()
    private var child: ChildProcess?
    private var current: Pending?
    private var greeting: Result<String, any Error>?
    private var greeted: CheckedContinuation<String, any Error>?
    private var broken: RecognizerError?
    private var lastID = 0
    private var versionText = ""

    private struct Pending {
        var id: Int
        var answer = WorkerAnswer()
        var gate: ProgressGate
        var continuation: CheckedContinuation<WorkerAnswer, any Error>
    }

    var version: String { lock.withLock { versionText } }
    var isHealthy: Bool { lock.withLock { broken == nil && child != nil } }

    init(python: String, worker: String) throws {
        var environment = ProcessInfo.processInfo.environment
        for (key, value) in [
            ("HF_HUB_OFFLINE", "1"), ("TRANSFORMERS_OFFLINE", "1"), ("PYTHONUNBUFFERED", "1"), ("PYTHONIOENCODING", "utf-8"),
            ("PYTHONNOUSERSITE", "1"), ("PYTHONDONTWRITEBYTECODE", "1"),
        ] { environment[key] = value }
        for key in ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP"] { environment[key] = nil }
        let lines = LineSplitter { [weak self] line in self?.take(line) }
        let child: ChildProcess
        do {
            child = try ChildProcess(
                .init(python, ["-u", worker], environment: environment, takesInput: true), output: { lines.take($0) })
        } catch { throw RecognizerError.notInstalled(engine: Self.engine, remedy: FasterWhisperEngine.remedy) }
        lock.withLock { self.child = child }
        Task { [weak self] in
            let ending = await child.ending()
            self?.ended(ending)
        }
    }

    /// Stops the child; nothing more is heard of it.
    func end() {
        lock.withLock { () -> ChildProcess? in
            defer { child = nil }
            return child
        }?.stop()
    }

    /// Waits for the worker's greeting.
    func ready(limit: Double) async throws {
        let version = try await timed(limit) {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<String, any Error>) in
                    let known = self.lock.withLock { () -> Result<String, any Error>? in
                        if self.greeting == nil { self.greeted = continuation }
                        return self.greeting
                    }
                    if let known { continuation.resume(with: known) }
                }
            } onCancel: {
                self.end()
            }
        }
        lock.withLock { versionText = version }
    }

    /// Sends a request and waits for its end. A progress callback that throws, or the task's cancellation, ends the child.
    func ask(_ request: [String: WorkerValue], limit: Double?, progress: @escaping Signal.Progress) async throws -> WorkerAnswer {
        let gate = ProgressGate(progress)
        gate.stops { [weak self] in self?.end() }
        let id = lock.withLock { () -> Int in
            lastID += 1
            return lastID
        }
        var request = request
        request["id"] = .number(Double(id))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = [UInt8](try encoder.encode(request)) + [0x0A]
        do {
            let answer = try await timed(limit) {
                try await withTaskCancellationHandler {
                    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<WorkerAnswer, any Error>) in
                        let fault = self.lock.withLock { () -> RecognizerError? in
                            if let broken = self.broken { return broken }
                            guard self.child != nil else { return .failed(engine: Self.engine, how: "was stopped", said: nil) }
                            self.current = Pending(id: id, gate: gate, continuation: continuation)
                            self.child?.write(line)
                            return nil
                        }
                        if let fault { continuation.resume(throwing: fault) }
                    }
                } onCancel: {
                    self.end()
                }
            }
            try gate.rethrow()
            return answer
        } catch {
            try gate.rethrow()
            try Task.checkCancellation()
            throw error
        }
    }

    /// Runs work with a limit; past it the child is stopped, which ends the work.
    private func timed<Value: Sendable>(_ limit: Double?, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard let limit else { return try await work() }
        let clock = Task { [weak self] in
            try await Task.sleep(nanoseconds: UInt64(max(0.01, min(limit, 1e8)) * 1e9))
            self?.lock.withLock { if self?.broken == nil { self?.broken = .timedOut(engine: Self.engine, seconds: limit) } }
            self?.end()
        }
        defer { clock.cancel() }
        return try await work()
    }

    // MARK: From the child's thread

    private func take(_ line: [UInt8]) {
        guard let message = try? LenientJSON(line), let event = message["event"]?.text else {
            fail(.damagedResult(engine: Self.engine, what: "a line that is not of the protocol"))
            return
        }
        if event == "ready" || event == "missing" {
            let result: Result<String, any Error>
            if event == "missing" {
                result = .failure(RecognizerError.notInstalled(engine: Self.engine, remedy: FasterWhisperEngine.remedy))
            } else if message["protocol"]?.number != Double(Self.protocolVersion) {
                result = .failure(RecognizerError.notInstalled(engine: Self.engine, remedy: "the worker is of another version; " + FasterWhisperEngine.remedy))
            } else {
                let parts = ["faster_whisper", "ctranslate2"].map { message[$0]?.text ?? "?" }
                result = .success("faster-whisper \(parts[0]), ctranslate2 \(parts[1])")
            }
            greet(result)
            return
        }
        let id = message["id"]?.number
        switch event {
        case "progress":
            let gate = lock.withLock { current.flatMap { Double($0.id) == id ? $0.gate : nil } }
            if let fraction = message["fraction"]?.number { gate?.report(fraction) }
        case "words":
            let words = (message["words"]?.array ?? []).compactMap(Self.word)
            let isOurs = lock.withLock { () -> Bool in
                guard current.map({ Double($0.id) }) == id, current != nil else { return false }
                current?.answer.words += words
                return true
            }
            if !isOurs { fail(.anotherRecording(engine: Self.engine, what: "an answer to another request")) }
        case "loaded", "done":
            guard let pending = finish(id) else { return fail(.anotherRecording(engine: Self.engine, what: "an answer to another request")) }
            var answer = pending.answer
            answer.wav = message["wav"]?.text
            answer.language = message["language"]?.text
            answer.duration = message["duration"]?.number
            pending.continuation.resume(returning: answer)
        case "error":
            guard let pending = finish(id) else { return fail(.damagedResult(engine: Self.engine, what: "an error without a request")) }
            pending.continuation.resume(throwing: Self.error(kind: message["kind"]?.text ?? "", type: message["type"]?.text ?? ""))
        default: break
        }
    }

    private static func word(_ value: LenientJSON) -> EngineWord? {
        guard let text = value["word"]?.text?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty,
            let start = value["start"]?.number, let end = value["end"]?.number
        else { return nil }
        return EngineWord(text, start, end, probability: value["probability"]?.number)
    }

    private static func error(kind: String, type: String) -> RecognizerError {
        let type = String(type.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }.prefix(60))
        let how =
            switch kind {
            case "model": "could not load the model"
            case "audio": "could not read the sound"
            case "memory": "ran out of memory; use a smaller model"
            case "request": "did not accept the request"
            default: "failed"
            }
        return .failed(engine: engine, how: how, said: type.isEmpty ? nil : type)
    }

    private func finish(_ id: Double?) -> Pending? {
        lock.withLock {
            guard let pending = current, Double(pending.id) == id else { return nil }
            current = nil
            return pending
        }
    }

    private func greet(_ result: Result<String, any Error>) {
        let waiting = lock.withLock { () -> CheckedContinuation<String, any Error>? in
            guard greeting == nil else { return nil }
            greeting = result
            defer { greeted = nil }
            return greeted
        }
        waiting?.resume(with: result)
    }

    private func fail(_ error: RecognizerError) {
        let pending = lock.withLock { () -> Pending? in
            if broken == nil { broken = error }
            defer { current = nil }
            return current
        }
        greet(.failure(error))
        pending?.continuation.resume(throwing: error)
        end()
    }

    private func ended(_ ending: ChildProcess.Ending) {
        let how = ending.cause == .exit(0) ? "ended in the middle of its work" : LastWords.describe(ending.cause)
        let known = lock.withLock { broken }
        fail(known ?? .failed(engine: Self.engine, how: how, said: LastWords.harmless(in: ending.errorTail)))
    }
}
