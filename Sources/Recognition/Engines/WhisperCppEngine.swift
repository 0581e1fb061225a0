import ChildProcesses
import Foundation
import Signal

/// Drives `whisper-cli` of whisper.cpp: one process and one file a piece, and no trust in its exit status.
///
/// The program ends with status 0 over unknown options, unreadable sound and unwritable results, and given several files it
/// can shift one's text to another's name. So each piece has a folder, a file and a process of its own; it succeeded when
/// the result lies there, parses, and is about this piece.
public struct WhisperCppEngine: RecognizerEngine {
    public struct Options: Sendable, Hashable {
        public var threads: Int
        /// Beams of the search; 5 as in the model's own evaluation.
        public var beam: Int
        /// Words to expect, given before each piece; nil for none.
        public var prompt: String?
        /// How many tokens of the piece's earlier text the model sees; 0 keeps loops from spreading.
        public var context: Int
        /// Leaves out what is no speech (`-sns`), where the program knows the option.
        public var suppressesNonSpeech: Bool
        /// Seconds a piece may take; nil for no limit.
        public var limit: Double?
        /// More options, passed as they are, last.
        public var more: [String]

        public init(
            threads: Int = max(1, ProcessInfo.processInfo.activeProcessorCount), beam: Int = 5, prompt: String? = nil, context: Int = 0,
            suppressesNonSpeech: Bool = false, limit: Double? = 3600, more: [String] = []
        ) {
            self.threads = threads
            self.beam = beam
            self.prompt = prompt
            self.context = context
            self.suppressesNonSpeech = suppressesNonSpeech
            self.limit = limit
            self.more = more
        }
    }

    public let name = WhisperCppResult.engine
    public let longestPiece: Double? = 28
    /// Path of `whisper-cli`.
    public var program: String
    /// Path of a ggml model.
    public var model: String
    /// SHA-256 of the model when it is known already; else it is worked out.
    public var modelDigest: String?
    public var options: Options

    public init(program: String, model: String, modelDigest: String? = nil, options: Options = Options()) {
        self.program = program
        self.model = model
        self.modelDigest = modelDigest
        self.options = options
    }

    /// Names the program goes by, the present one first.
    public static let programs = ["whisper-cli", "whisper-cpp", "whisper.cpp"]

    /// Lets one such program run at a time; the same for all engines of the process.
    var gate = AsyncGate.heavyPrograms

    public func identity() async throws -> RecognizerIdentity {
        try checkFiles()
        let version = try Self.version(of: program)
        let digest = try modelDigest ?? FileDigest.sha256(ofFile: model)
        var decisive = ["beam=\(options.beam)", "context=\(options.context)"]
        if options.suppressesNonSpeech { decisive.append("sns") }
        if let prompt = options.prompt { decisive.append("prompt=\(FileDigest.sha256(of: Array(prompt.utf8)))") }
        return RecognizerIdentity(engine: name, version: version, model: digest, options: decisive + options.more)
    }

    /// The program does not say which version it is, so its bytes stand for it, with those of its own libraries that lie
    /// beside it or in `../lib`. Libraries that the system keeps elsewhere are not seen: a change of those alone leaves
    /// this as it was.
    static func version(of program: String) throws -> String {
        let own = try FileDigest.sha256(ofFile: program)
        var libraries: [String: String] = [:]
        for place in Set([program, URL(fileURLWithPath: program).resolvingSymlinksInPath().path]) {
            let folder = URL(fileURLWithPath: place).deletingLastPathComponent()
            for folder in [folder, folder.deletingLastPathComponent().appendingPathComponent("lib")] {
                for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
                where (name.hasPrefix("libwhisper") || name.hasPrefix("libggml")) && (name.contains(".so") || name.contains(".dylib")) {
                    // `libwhisper.so` and `libwhisper.so.1` are most often links to one file.
                    let file = folder.appendingPathComponent(name).resolvingSymlinksInPath()
                    guard libraries[file.path] == nil, RecognizerFolders.isRegularFile(file.path) else { continue }
                    libraries[file.path] = "\(try FileDigest.sha256(ofFile: file.path))  \(file.lastPathComponent)\n"
                }
            }
        }
        guard !libraries.isEmpty else { return own }
        return FileDigest.sha256(of: Array((["\(own)\n"] + Set(libraries.values).sorted()).joined().utf8))
    }

    func checkFiles() throws(RecognizerError) {
        guard RecognizerFolders.isProgram(program) else {
            throw .noProgram(
                engine: name, program: (program as NSString).lastPathComponent,
                remedy: "install whisper.cpp, or set words.program to the path of whisper-cli")
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: model, isDirectory: &isFolder), !isFolder.boolValue else {
            throw .noModel(engine: name, model: (model as NSString).lastPathComponent)
        }
    }

    /// The command line for a piece.
    func arguments(_ piece: PieceFile, base: String) -> [String] {
        var arguments = [
            "-m", model, "-f", piece.path, "-l", piece.language.rawValue, "-ojf", "-of", base, "-np", "-pp",
            "-t", "\(max(1, options.threads))", "-bs", "\(max(1, options.beam))", "-mc", "\(options.context)",
        ]
        if options.suppressesNonSpeech { arguments.append("-sns") }
        if let prompt = options.prompt { arguments += ["--prompt", prompt] }
        return arguments + options.more
    }

    public func recognize(_ piece: PieceFile, progress: @escaping Signal.Progress) async throws -> EngineResult {
        try checkFiles()
        return try await gate.through { try await hear(piece, progress: progress) }
    }

    private func hear(_ piece: PieceFile, progress: @escaping Signal.Progress) async throws -> EngineResult {
        let base = (piece.folder as NSString).appendingPathComponent(piece.name)
        let result = base + ".json"
        guard !FileManager.default.fileExists(atPath: result) else { throw RecognizerError.cannotWrite(code: EEXIST) }
        let gate = ProgressGate(progress)
        let lines = LineSplitter(limit: 65_536) { line in
            if let percent = Self.percent(line) { gate.report(Double(percent) / 100) }
        }
        let child: ChildProcess
        do {
            // Standard output is the talk itself: it is read and forgotten.
            child = try ChildProcess(
                .init(program, arguments(piece, base: base)), limits: .init(seconds: options.limit), error: { lines.take($0) })
        } catch {
            throw RecognizerError.noProgram(
                engine: name, program: (program as NSString).lastPathComponent, remedy: "check that it is a program of this machine")
        }
        gate.stops { child.stop() }
        let ending = await child.ending()
        try gate.rethrow()
        try Task.checkCancellation()
        let said = LastWords.harmless(in: ending.errorTail)
        switch ending.cause {
        case .exit(0): break
        case .timedOut: throw RecognizerError.timedOut(engine: name, seconds: options.limit ?? 0)
        case let cause: throw RecognizerError.failed(engine: name, how: LastWords.describe(cause), said: said)
        }
        guard let data = FileManager.default.contents(atPath: result), !data.isEmpty else { throw RecognizerError.noResult(engine: name, said: said) }
        let words = try WhisperCppResult.words([UInt8](data), of: piece, model: model)
        try progress(1)
        return words
    }

    /// The number in `… progress =  42%`, as the program writes it; it may exceed 100.
    static func percent(_ line: [UInt8]) -> Int? {
        let text = String(decoding: line, as: UTF8.self)
        guard let mark = text.range(of: "progress =") else { return nil }
        let digits = text[mark.upperBound...].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, text[digits.endIndex...].hasPrefix("%") else { return nil }
        return Int(digits)
    }
}
