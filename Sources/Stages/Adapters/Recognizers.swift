import ChildProcesses
import Foundation
import Pipeline
import Recognition
import Synchronization

/// The recogniser that a pipeline's settings choose, and what identifies it.
struct Recognizers: Sendable {
    /// Names of engines that hear words themselves.
    static let engines = ["whisper.cpp", "faster-whisper", "command"]

    static let settings = [
        Setting(
            "model", .text(hint: "a name from 'ordrett model list', or a path"), default: .text(""),
            "the recogniser's model; empty: the large NB-Whisper for the engine"),
        Setting(
            "verbatim_model", .text(hint: "a name from 'ordrett model list', or a path"), default: .text(""),
            "a more literal model for a second pass that restores fillers; empty: none"),
        Setting(
            "program", .text(hint: "a path"), default: .text(""),
            "whisper-cli, or the Python of faster-whisper; empty: the one in PATH, or the one Ordrett installed"),
        Setting(
            "command", .list(of: []), default: .list([]),
            "another program that hears the words, for recordings without a draft: [program, argument, ...] with {wav}, {language} and {model}; writes JSON lines of words", isPrivate: true),
        Setting("prompt", .text(hint: "a few words"), default: .text(""), "words to expect: names of places, terms", isPrivate: true),
        Setting(
            "timeout", .number(1...604_800, unit: "s"), default: .number(14_400),
            "seconds after which the program of command is stopped"),
        Setting("beam", .integer(1...20), default: .integer(5), "beams of the search"),
    ]

    let engine: String
    private let settings: Settings
    /// Relative paths count from here.
    private let base: URL

    /// - Returns: nil when the settings name no recogniser.
    init?(_ settings: Settings, base: URL) {
        // Whoever gives a command means it to be used.
        engine = settings.text("engine") == "auto" && !settings.list("command").isEmpty ? "command" : settings.text("engine")
        guard Self.engines.contains(engine) else { return nil }
        self.settings = settings
        self.base = base
    }

    /// What goes into the run key, besides the settings: versions and digests of program and models. A recogniser that is
    /// not there is no fault yet: recordings with a draft do not need it.
    func resources() throws -> [String: String] {
        do { return try found().merging(ResourceDigest.sound) { $1 } } catch is StageFault { return ["recognizer": "missing"] } catch is ModelError {
            return ["recognizer": "missing"]
        }
    }

    private func found() throws -> [String: String] {
        var result: [String: String] = [:]
        switch engine {
        case "whisper.cpp": result["program"] = try Self.digest(of: whisperProgram())
        case "faster-whisper":
            result["program"] = try python().version
            result["worker"] = try ResourceDigest.of(RecognitionResources.folder)
        default: result.merge(try commandFiles().digests()) { $1 }
        }
        if let model = try model("model") { result["model"] = model.digest }
        if let model = try model("verbatim_model") { result["verbatim_model"] = model.digest }
        return result
    }

    /// The source of words. Recognisers are kept for the whole run: faster-whisper loads its model once.
    /// - Parameter complaints: where what a command says on standard error is put when it fails; nil: nowhere.
    func source(complaints: URL? = nil) throws -> RecognizerSource {
        let main = try model("model"), verbatim = try model("verbatim_model")
        return RecognizerSource(engine: try make(main, complaints), verbatim: try verbatim.map { try make($0, complaints) })
    }

    private func make(_ model: (path: String, digest: String)?, _ complaints: URL?) throws -> any RecognizerEngine {
        let prompt = settings.text("prompt"), beam = settings.integer("beam") ?? 5
        switch engine {
        case "whisper.cpp":
            return WhisperCppEngine(
                program: try whisperProgram().path, model: model?.path ?? "", modelDigest: model?.digest,
                options: .init(beam: beam, prompt: prompt.isEmpty ? nil : prompt))
        case "faster-whisper":
            let python = try python().path
            let key = [python, model?.path ?? "", "\(beam)", prompt].joined(separator: "\u{0}")
            return Self.workers.withLock { workers in
                if let known = workers[key] { return known }
                let worker = FasterWhisperEngine(
                    python: python, model: model?.path ?? "", modelDigest: model?.digest,
                    options: .init(beam: beam, prompt: prompt.isEmpty ? nil : prompt))
                workers[key] = worker
                return worker
            }
        default:
            let files = try commandFiles()
            var engine = CommandEngine(
                command: [files.program.path] + files.arguments, model: model?.path ?? "", limit: settings.number("timeout"))
            if let complaints { engine.complaints = { try? SafeFile.write(Data($0), to: complaints, confidential: true) } }
            return engine
        }
    }

    /// One process for all recordings of a run. They end with this program, whose pipes they read.
    private static let workers = Mutex<[String: FasterWhisperEngine]>([:])

    // MARK: Where things are

    private func whisperProgram() throws -> URL {
        let given = settings.text("program")
        for name in given.isEmpty ? WhisperCppEngine.programs : [given] {
            if let url = ExternalProgram.find(name, base: base) { return url }
        }
        throw StageFault(
            given.isEmpty
                ? "whisper-cli is not in PATH; install whisper.cpp, or set words.program to its path"
                : "words.program is not an executable file; check the path (relative ones count from the study folder)")
    }

    private func python() throws -> (path: String, version: String) {
        let given = settings.text("program")
        if !given.isEmpty {
            guard let url = ExternalProgram.find(given, base: base) else {
                throw StageFault("words.program is not an executable file; name the Python that has faster-whisper")
            }
            return (url.path, try RecognizerInstaller.versions(python: url.path) ?? Self.digest(of: url))
        }
        let folder = RecognizerFolders.standard().fasterWhisper
        guard let record = RecognizerInstaller.installed(in: folder) else {
            throw StageFault("faster-whisper is not installed; set it up with 'ordrett recognizer install faster-whisper'")
        }
        return (folder.appendingPathComponent(record.python).path, record.version)
    }

    private func commandFiles() throws -> CommandFiles {
        CommandFiles(
            program: try commandProgram(), command: settings.list("command"), placeholders: ["{wav}", "{language}", "{model}"], base: base)
    }

    private func commandProgram() throws -> URL {
        guard let name = settings.list("command").first else {
            throw StageFault("words.engine is command, but words.command is empty; give [program, argument, ...]")
        }
        guard let url = ExternalProgram.find(name, base: base) else {
            throw StageFault("the program of words.command is not an executable file; check its path (relative ones count from the study folder)")
        }
        return url
    }

    /// A model by catalogue name or path; nil where none is asked for and none is needed.
    private func model(_ key: String) throws -> (path: String, digest: String)? {
        var name = settings.text(key)
        if name.isEmpty {
            guard key == "model", engine != "command" else { return nil }
            name = engine == "whisper.cpp" ? "nb-whisper-large-ggml-q5_0" : "nb-whisper-large-ct2"
        }
        if !name.contains("/"), ModelCatalogue.models.contains(where: { $0.id == name }) { return try ModelStore().path(of: name) }
        let url = name.hasPrefix("/") ? URL(fileURLWithPath: name) : base.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw StageFault("there is no model '\(url.lastPathComponent)'; 'ordrett model list' shows the known ones, or give a path")
        }
        return (url.path, try Self.digest(of: url))
    }

    private struct Seen: Hashable {
        var path: String
        var size: Int64
        var changed: Double
    }
    private static let known = Mutex<[Seen: String]>([:])

    /// The digest of a file or folder, made once a process while it does not change: models have gigabytes.
    private static func digest(of url: URL) throws -> String {
        let facts = try FileManager.default.attributesOfItem(atPath: url.path)
        let seen = Seen(
            path: url.path, size: (facts[.size] as? NSNumber)?.int64Value ?? 0,
            changed: (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)
        if let digest = known.withLock({ $0[seen] }) { return digest }
        let digest = try ModelStore.digest(of: url)
        known.withLock { $0[seen] = digest }
        return digest
    }
}
