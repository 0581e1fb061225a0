import Foundation
import Signal

/// faster-whisper in a Python process of its own, kept for the whole batch: the model is loaded once.
///
/// Pieces are heard one after another, in the order they came. A crash fails the piece at hand; the next starts a new process.
public actor FasterWhisperEngine: RecognizerEngine {
    public struct Options: Sendable, Hashable {
        public var device: String
        /// `int8` is the fastest on a CPU.
        public var computeType: String
        /// 0 lets the library choose.
        public var threads: Int
        public var beam: Int
        public var prompt: String?
        public var hotwords: String?
        /// Silence longer than this, in seconds, around words that seem invented is skipped; nil for never.
        public var hallucinationSilence: Double?
        /// Seconds a piece may take, the model's loading apart; nil for no limit.
        public var limit: Double?
        /// Seconds the process may take to start and to load the model.
        public var startLimit: Double

        public init(
            device: String = "cpu", computeType: String = "int8", threads: Int = 0, beam: Int = 5, prompt: String? = nil,
            hotwords: String? = nil, hallucinationSilence: Double? = nil, limit: Double? = 3600, startLimit: Double = 600
        ) {
            self.device = device
            self.computeType = computeType
            self.threads = threads
            self.beam = beam
            self.prompt = prompt
            self.hotwords = hotwords
            self.hallucinationSilence = hallucinationSilence
            self.limit = limit
            self.startLimit = startLimit
        }
    }

    public static let engineName = "faster-whisper"
    static let remedy = "run `ordrett recognizer install faster-whisper`"
    public nonisolated let name = FasterWhisperEngine.engineName
    public nonisolated let longestPiece: Double? = 28
    /// The virtual environment's Python.
    public nonisolated let python: String
    /// A CTranslate2 model's folder: `model.bin`, `config.json`, `tokenizer.json`.
    public nonisolated let model: String
    nonisolated let modelDigest: String?
    nonisolated let options: Options
    nonisolated let worker: String?

    private let gate = AsyncGate()
    private var session: WorkerSession?
    private var isLoaded = false

    /// - Parameter worker: path of the worker's script; nil for the one shipped.
    public init(python: String, model: String, modelDigest: String? = nil, options: Options = Options(), worker: String? = nil) {
        self.python = python
        self.model = model
        self.modelDigest = modelDigest
        self.options = options
        self.worker = worker ?? RecognitionResources.worker
    }

    public func identity() async throws -> RecognizerIdentity {
        try await gate.enter()
        do {
            let session = try await started()
            let digest = try modelDigest ?? ModelStore.digest(of: URL(fileURLWithPath: model))
            await gate.leave()
            var decisive = ["beam=\(options.beam)", "compute=\(options.computeType)", "device=\(options.device)"]
            for (key, text) in [("prompt", options.prompt), ("hotwords", options.hotwords)] {
                if let text { decisive.append("\(key)=\(FileDigest.sha256(of: Array(text.utf8)))") }
            }
            if let silence = options.hallucinationSilence { decisive.append("silence=\(silence)") }
            return RecognizerIdentity(engine: name, version: session.version, model: digest, options: decisive)
        } catch {
            await gate.leave()
            throw error
        }
    }

    public func recognize(_ piece: PieceFile, progress: @escaping Signal.Progress) async throws -> EngineResult {
        try await gate.enter()
        do {
            let result = try await hear(piece, progress: progress)
            await gate.leave()
            return result
        } catch {
            await gate.leave()
            throw error
        }
    }

    /// Ends the process; the next piece starts another.
    public func close() async {
        session?.end()
        session = nil
        isLoaded = false
    }

    private func hear(_ piece: PieceFile, progress: @escaping Signal.Progress) async throws -> EngineResult {
        // Cancelled while it waited: the process is not its to stop.
        try Task.checkCancellation()
        let session = try await started()
        do {
            if !isLoaded {
                let request: [String: WorkerValue] = [
                    "op": .text("load"), "model": .text(model), "device": .text(options.device), "compute_type": .text(options.computeType),
                    "threads": .number(Double(options.threads)),
                ]
                _ = try await session.ask(request, limit: options.startLimit, progress: { _ in })
                isLoaded = true
            }
            var request: [String: WorkerValue] = [
                "op": .text("transcribe"), "wav": .text(piece.path), "language": .text(piece.language.rawValue),
                "beam_size": .number(Double(options.beam)),
            ]
            if let prompt = options.prompt { request["prompt"] = .text(prompt) }
            if let hotwords = options.hotwords { request["hotwords"] = .text(hotwords) }
            if let silence = options.hallucinationSilence { request["hallucination_silence"] = .number(silence) }
            let answer = try await session.ask(request, limit: options.limit, progress: progress)
            try progress(1)
            return try result(of: answer, for: piece)
        } catch let error as RecognizerError {
            // A process that answered wrongly, late or not at all is not asked again.
            if !session.isHealthy { discard(session) }
            throw error
        } catch {
            discard(session)
            throw error
        }
    }

    private func discard(_ session: WorkerSession) {
        session.end()
        if self.session === session {
            self.session = nil
            isLoaded = false
        }
    }

    private func result(of answer: WorkerAnswer, for piece: PieceFile) throws -> EngineResult {
        guard answer.wav == (piece.path as NSString).lastPathComponent else {
            session.map(discard)
            throw RecognizerError.anotherRecording(engine: name, what: "it names another file")
        }
        guard let duration = answer.duration, abs(duration - piece.seconds) < 0.1 else {
            throw RecognizerError.anotherRecording(engine: name, what: "the sound has another length")
        }
        return EngineResult(words: answer.words, language: answer.language)
    }

    private func started() async throws -> WorkerSession {
        if let session, session.isHealthy { return session }
        await close()
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw RecognizerError.notInstalled(engine: name, remedy: Self.remedy)
        }
        guard let worker else { throw RecognizerError.notInstalled(engine: name, remedy: "the worker is missing from this copy of Ordrett: install it anew") }
        guard FileManager.default.fileExists(atPath: (model as NSString).appendingPathComponent("model.bin")) else {
            throw RecognizerError.noModel(engine: name, model: (model as NSString).lastPathComponent)
        }
        let fresh = try WorkerSession(python: python, worker: worker)
        do { try await fresh.ready(limit: options.startLimit) } catch {
            fresh.end()
            try Task.checkCancellation()
            throw error
        }
        session = fresh
        return fresh
    }

    deinit { session?.end() }
}
