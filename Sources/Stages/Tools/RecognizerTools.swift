import Foundation
import Recognition

/// What the commands `model` and `recognizer` do: fetching, listing and checking what recognisers need.
public enum RecognizerTools {
    /// A line of `model list`.
    public struct ModelLine: Codable, Sendable {
        public var id: String
        /// The engine that can use it.
        public var engine: String
        public var megabytes: Int
        public var licence: String
        public var isVerbatim: Bool
        /// `absent`, `partial` or `complete`.
        public var state: String
        /// Bytes that a broken-off download left.
        public var bytes: Int64?
        public var sha256: String?
    }

    /// What is known of a model that is here.
    public struct ModelFile: Codable, Sendable {
        public var name: String
        public var bytes: Int64
        public var sha256: String
        /// Where the checksum is from: `given`, `server` or `computed` (the last protects against later damage only).
        public var checksumFrom: String
    }

    public struct EngineLine: Codable, Sendable {
        public var engine: String
        public var present: Bool
        /// Version or place.
        public var found: String
        public var remedy: String
    }

    private static func store(_ folder: String?) -> ModelStore {
        folder.map { ModelStore(folder: URL(fileURLWithPath: $0)) } ?? ModelStore()
    }

    public static func models(folder: String?) -> [ModelLine] {
        store(folder).list().map { model, state in
            var line = ModelLine(
                id: model.id, engine: model.engine, megabytes: model.megabytes, licence: model.licence,
                isVerbatim: model.isVerbatim, state: "absent")
            switch state {
            case .absent: break
            case .partial(let bytes): (line.state, line.bytes) = ("partial", bytes)
            case .complete(let record): (line.state, line.sha256) = ("complete", ModelStore.digest(of: record))
            }
            return line
        }
    }

    /// Fetches a model; goes on where an earlier download stopped.
    /// - Parameters:
    ///   - checksums: `FILE=HEX` or, for a model of one file, `HEX`.
    ///   - progress: the file, its bytes so far, and all of them when the server says.
    public static func download(
        _ id: String, folder: String?, revision: String?, host: String?, checksums: [String],
        progress: @escaping @Sendable (String, Int64, Int64?) throws -> Void
    ) async throws -> [ModelFile] {
        let model = try ModelCatalogue.model(id)
        var known: [String: String] = [:]
        for text in checksums {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                known[parts[0]] = parts[1]
            } else if model.files.count == 1 {
                known[model.files[0].name] = text
            } else {
                throw RequestFault("--sha256 needs FILE=HEX here: the model has \(model.files.map(\.name).joined(separator: ", "))")
            }
        }
        var downloader = ModelDownloader(store: store(folder))
        if let revision { downloader.revision = revision }
        if let host {
            guard let url = URL(string: host), url.scheme != nil else { throw RequestFault("'\(host)' is not an address; give https://…") }
            downloader.host = url
        }
        return files(try await downloader.download(model, sha256: known) { try progress($0.file, $0.bytes, $0.total) })
    }

    public static func verify(_ id: String, folder: String?, progress: (Double) throws -> Void) throws -> [ModelFile] {
        files(try store(folder).verify(id, progress: progress))
    }

    private static func files(_ record: ModelStore.Record) -> [ModelFile] {
        record.files.map { ModelFile(name: $0.name, bytes: $0.size, sha256: $0.sha256, checksumFrom: $0.checksumFrom.rawValue) }
    }

    /// What can recognise speech on this machine.
    public static func engines() -> [EngineLine] {
        let whisper = WhisperCppEngine.programs.lazy.compactMap { RecognizerFolders.program($0) }.first
        let worker = RecognizerInstaller.installed(in: RecognizerFolders.standard().fasterWhisper)
        return [
            EngineLine(
                engine: "whisper.cpp", present: whisper != nil, found: whisper ?? "",
                remedy: "install whisper.cpp so that whisper-cli is in PATH, or set words.program"),
            EngineLine(
                engine: FasterWhisperEngine.engineName, present: worker != nil, found: worker?.version ?? "",
                remedy: "ordrett recognizer install faster-whisper"),
        ]
    }

    /// - Returns: the version installed.
    public static func install(
        _ engine: String, folder: String?, python: String, packages: String?, say: @escaping @Sendable (String) -> Void
    ) async throws -> String {
        guard engine == FasterWhisperEngine.engineName else {
            throw RequestFault("'\(engine)' cannot be installed from here; 'faster-whisper' can. whisper-cli comes with whisper.cpp")
        }
        let installer = RecognizerInstaller(
            folder: folder.map { URL(fileURLWithPath: $0) } ?? RecognizerFolders.standard().fasterWhisper, python: python,
            packages: packages.map { URL(fileURLWithPath: $0) })
        return try await installer.install(say: say).version
    }
}
