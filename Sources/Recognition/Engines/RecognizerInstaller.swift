import ChildProcesses
import Foundation
import Signal

/// Sets up faster-whisper in a Python environment of Ordrett's own. It uses the network, unless given a folder of packages.
public struct RecognizerInstaller: Sendable {
    /// The version that Ordrett's worker is written for.
    public static let fasterWhisperVersion = "1.2.1"

    /// What an installation says of itself.
    public struct Record: Codable, Sendable, Hashable {
        public var engine: String
        /// As the worker reported it.
        public var version: String
        /// The environment's Python, relative to its folder.
        public var python: String
    }

    public var folder: URL
    /// The Python that makes the environment, at least 3.9.
    public var python: String
    /// A folder of wheels to install from without network; nil for the package index.
    public var packages: URL?
    /// Seconds the whole may take.
    public var limit: Double

    public init(
        folder: URL = RecognizerFolders.standard().fasterWhisper, python: String = "python3", packages: URL? = nil, limit: Double = 3600
    ) {
        self.folder = folder
        self.python = python
        self.packages = packages
        self.limit = limit
    }

    private static let recordName = "ordrett-recognizer.json"
    /// Marks a folder as ours before the record is there, so that an installation that was broken off can be begun again.
    private static let markerName = ".ordrett-recognizer"

    /// The installation in a folder, when it was finished.
    public static func installed(in folder: URL) -> Record? {
        guard let data = try? Data(contentsOf: folder.appendingPathComponent(recordName)),
            let record = try? JSONDecoder().decode(Record.self, from: data),
            FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent(record.python).path)
        else { return nil }
        return record
    }

    /// The versions of faster-whisper and ctranslate2 that a virtual environment's Python has, without starting it: as the
    /// folders `faster_whisper-….dist-info` and `ctranslate2-….dist-info` beside their code are named (PyPA, *Recording
    /// installed projects*).
    /// - Parameter python: path of the environment's own Python, in `bin`; links are not followed, since they lead out of it.
    /// - Returns: `faster-whisper 1.2.1, ctranslate2 4.6.0`; nil when either is not found in `lib/python3…/site-packages`.
    public static func versions(python: String) -> String? {
        let root = URL(fileURLWithPath: python).deletingLastPathComponent().deletingLastPathComponent()
        let library = root.appendingPathComponent("lib")
        func names(_ folder: URL) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }
        let installed = names(library).filter { $0.hasPrefix("python3") }
            .flatMap { names(library.appendingPathComponent($0).appendingPathComponent("site-packages")) }
        func version(_ project: String) -> String? {
            let end = ".dist-info"
            let found = installed.filter { name in
                guard let dash = name.firstIndex(of: "-"), name.hasSuffix(end) else { return false }
                // Writers differ in letters and marks: `Faster_Whisper` and `faster.whisper` are one project.
                return name[..<dash].lowercased().replacingOccurrences(of: ".", with: "_") == project
            }.map { String($0.dropLast(end.count).drop { $0 != "-" }.dropFirst()) }.filter { !$0.isEmpty }
            return found.isEmpty ? nil : Set(found).sorted().joined(separator: " or ")
        }
        guard let whisper = version("faster_whisper"), let runtime = version("ctranslate2") else { return nil }
        return "faster-whisper \(whisper), ctranslate2 \(runtime)"
    }

    /// The command lines, in order, with what each does.
    func steps(python path: String) -> [(name: String, command: [String])] {
        let own = folder.appendingPathComponent("bin/python3").path
        var install = [own, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:"]
        if let packages { install += ["--no-index", "--find-links", packages.path] }
        install.append("faster-whisper==\(Self.fasterWhisperVersion)")
        return [
            ("making the Python environment", [path, "-m", "venv", "--clear", folder.path]),
            ("installing faster-whisper \(Self.fasterWhisperVersion)", install),
        ]
    }

    private func mark() throws { try Data().write(to: folder.appendingPathComponent(Self.markerName)) }

    /// Installs anew in a folder that is empty, missing, or holds an installation of ours, whole or broken off. Until it is
    /// finished, the folder counts as not installed.
    /// - Parameter say: gets a line for each step.
    /// - Throws: ``RecognizerError``, also when the folder holds anything else; `CancellationError`.
    public func install(say: @escaping @Sendable (String) -> Void = { _ in }) async throws -> Record {
        guard let path = RecognizerFolders.program(python) else {
            throw RecognizerError.noProgram(engine: FasterWhisperEngine.engineName, program: python, remedy: "install Python 3.9 or later")
        }
        let record = folder.appendingPathComponent(Self.recordName)
        // Making the environment empties the folder: it must be ours, or empty. Somebody else's Python environment is not ours.
        let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        guard there.isEmpty || there.contains(Self.markerName) || there.contains(Self.recordName) else {
            throw RecognizerError.installationFailed(
                step: "preparing the folder '\(folder.lastPathComponent)', which holds files that are not Ordrett's and would be lost; "
                    + "remove it yourself, or give an empty folder", said: nil)
        }
        do {
            try FileManager.default.createDirectory(
                at: folder.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            if !there.isEmpty { try mark() }
            if FileManager.default.fileExists(atPath: record.path) { try FileManager.default.removeItem(at: record) }
        } catch { throw RecognizerError.installationFailed(step: "preparing the folder", said: nil) }
        for step in steps(python: path) {
            say(step.name)
            // Making the environment takes the mark away; what it leaves is ours however it ends.
            defer { if FileManager.default.fileExists(atPath: folder.path) { try? mark() } }
            var environment = ProcessInfo.processInfo.environment
            for key in ["PYTHONPATH", "PYTHONHOME", "PIP_REQUIRE_VIRTUALENV"] { environment[key] = nil }
            let tail = OutputTail()
            let ending = try await ChildProcess.run(
                .init(step.command[0], Array(step.command.dropFirst()), environment: environment), limits: .init(seconds: limit),
                output: { tail.add($0) })
            guard ending.isSuccess else {
                if ending.cause == .timedOut { throw RecognizerError.timedOut(engine: step.name, seconds: limit) }
                throw RecognizerError.installationFailed(step: step.name, said: LastWords.harmless(in: ending.errorTail) ?? LastWords.harmless(in: tail.bytes))
            }
        }
        say("trying it")
        guard let worker = RecognitionResources.worker else { throw RecognizerError.installationFailed(step: "finding the worker", said: nil) }
        let session = try WorkerSession(python: folder.appendingPathComponent("bin/python3").path, worker: worker)
        defer { session.end() }
        try await session.ready(limit: 300)
        let made = Record(engine: FasterWhisperEngine.engineName, version: session.version, python: "bin/python3")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { try encoder.encode(made).write(to: record, options: .atomic) } catch {
            throw RecognizerError.installationFailed(step: "writing the record", said: nil)
        }
        return made
    }
}

/// The last bytes of a stream.
private final class OutputTail: @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [UInt8] = []
    func add(_ bytes: [UInt8]) {
        lock.withLock {
            kept += bytes
            if kept.count > 8192 { kept.removeFirst(kept.count - 8192) }
        }
    }
    var bytes: [UInt8] { lock.withLock { kept } }
}
