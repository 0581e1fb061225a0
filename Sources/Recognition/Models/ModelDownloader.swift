import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Fetches models: resumes where it stopped, and believes nothing whose SHA-256 is not what was declared.
///
/// The checksum comes from the user, else from the server, which declares it for large files (`x-linked-etag`) before it
/// sends them elsewhere; small files without one are recorded as they came. Only https is used, and http on this machine.
public struct ModelDownloader: Sendable {
    /// How far a file is.
    public struct Step: Sendable, Hashable {
        public var file: String
        public var bytes: Int64
        /// When the server has said.
        public var total: Int64?
    }

    public var store: ModelStore
    /// A server laid out as huggingface.co is.
    public var host: URL
    public var revision: String
    /// Tries of one file before giving up; each goes on where the last stopped.
    public var tries: Int
    /// Seconds before the second try; doubled for each one after.
    public var backoff: Double
    /// Seconds without a byte after which a try ends.
    public var idleLimit: Double
    /// Bytes that must stay free on the disk.
    public var reserve: Int64
    /// Overrides the measured free space, for tests.
    var freeSpace: Int64?

    public init(
        store: ModelStore = ModelStore(), host: URL? = ModelCatalogue.host, revision: String = "main", tries: Int = 6, backoff: Double = 1,
        idleLimit: Double = 60, reserve: Int64 = 200_000_000
    ) {
        self.store = store
        self.host = host ?? URL(fileURLWithPath: "/")
        self.revision = revision
        self.tries = max(1, tries)
        self.backoff = backoff
        self.idleLimit = idleLimit
        self.reserve = reserve
    }

    /// Fetches what is missing of a model. Files of another revision than the one asked for are fetched anew.
    /// - Parameters:
    ///   - sha256: checksums by file name, known from elsewhere; they go before the server's.
    ///   - progress: called as bytes come; what it throws ends the download, which can be resumed.
    /// - Throws: ``ModelError``, `CancellationError`, or what `progress` throws.
    public func download(
        _ model: CatalogueModel, sha256: [String: String] = [:], progress: @escaping @Sendable (Step) throws -> Void = { _ in }
    ) async throws -> ModelStore.Record {
        var given: [String: String] = [:]
        for (name, text) in sha256.sorted(by: { $0.key < $1.key }) {
            guard let digest = FileDigest.normalized(text) else { throw ModelError.badChecksum(text) }
            guard model.files.contains(where: { $0.name == name }) else { throw ModelError.notFound(name: name) }
            given[name] = digest
        }
        let folder = store.folder(of: model.id)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw ModelError.cannotWrite(name: folder.lastPathComponent, code: EACCES) }
        let lock = try FolderLock(folder, name: model.id)
        defer { withExtendedLifetime(lock) {} }

        let known = store.record(of: model.id)
        // Records of older versions do not say what was asked for; their files' addresses do.
        let isSameRevision = known.map { known in
            known.requested.map { $0 == revision } ?? known.files.allSatisfy { $0.address.contains("/resolve/\(revision)/") }
        } ?? false
        var files: [ModelStore.FileRecord] = [], commit = isSameRevision ? known?.revision : nil
        for file in model.files {
            if isSameRevision, let old = known?.files.first(where: { $0.name == file.name }), given[file.name].map({ $0 == old.sha256 }) ?? true,
                size(folder.appendingPathComponent(file.name)) == old.size
            {
                files.append(old)
                continue
            }
            do {
                let (record, revision) = try await fetch(file, of: model, into: folder, given: given[file.name], progress: progress)
                // From here on the old record is of a folder that is no more.
                if !isSameRevision { try? FileManager.default.removeItem(at: folder.appendingPathComponent(ModelStore.recordName)) }
                files.append(record)
                commit = revision ?? commit
            } catch let error as ModelError {
                if case .notFound = error, !file.isRequired {
                    if !isSameRevision { try? FileManager.default.removeItem(at: folder.appendingPathComponent(file.name)) }
                    continue
                }
                throw error
            }
        }
        let record = ModelStore.Record(id: model.id, licence: model.licence, revision: commit, requested: revision, files: files)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { try encoder.encode(record).write(to: folder.appendingPathComponent(ModelStore.recordName), options: .atomic) } catch {
            throw ModelError.cannotWrite(name: ModelStore.recordName, code: EIO)
        }
        return record
    }

    /// Tries a file's places in order; one that is not there goes to the next.
    private func fetch(
        _ file: CatalogueModel.File, of model: CatalogueModel, into folder: URL, given: String?, progress: @escaping @Sendable (Step) throws -> Void
    ) async throws -> (ModelStore.FileRecord, String?) {
        var missing = ModelError.notFound(name: file.name)
        for source in file.sources {
            let address = ModelCatalogue.address(source, of: model, revision: revision, host: host)
            do {
                return try await fetch(address, name: file.name, into: folder, given: given, progress: progress)
            } catch let error as ModelError {
                guard case .notFound = error else { throw error }
                missing = error
            }
        }
        throw missing
    }

    private func fetch(
        _ address: URL, name: String, into folder: URL, given: String?, progress: @escaping @Sendable (Step) throws -> Void
    ) async throws -> (ModelStore.FileRecord, String?) {
        try Self.checkAddress(address)
        let part = PartialFile(folder: folder, name: name)
        var failure = ModelError.network(name: name, why: "no answer")
        var most: Int64 = 0, pause = backoff, left = tries
        while left > 0 {
            try Task.checkCancellation()
            var mark = part.mark(for: address)
            let have = mark == nil ? 0 : part.size
            if have > most { (most, left, pause) = (have, tries, backoff) }  // what moves on is not stuck
            left -= 1
            let transfer = Transfer(part: part, address: address, mark: mark, freeSpace: { self.free(folder) }, reserve: reserve) { bytes, total in
                try progress(Step(file: name, bytes: bytes, total: total))
            }
            let outcome = try await transfer.run(idleLimit: idleLimit)
            mark = part.mark(for: address)
            switch outcome {
            case .complete:
                let expected = given ?? mark?.sha256
                let got = try FileDigest.sha256(ofFile: part.path) { _ in try Task.checkCancellation() }
                if let expected, expected != got {
                    part.remove()
                    throw ModelError.wrongChecksum(name: name, expected: expected, got: got)
                }
                let size = part.size
                try part.finish()
                let source: ModelStore.FileRecord.Source = given != nil ? .given : mark?.sha256 != nil ? .server : .computed
                return (
                    ModelStore.FileRecord(name: name, size: size, sha256: got, checksumFrom: source, address: address.absoluteString),
                    mark?.commit
                )
            case .failed(let error): throw error
            case .startAgain: part.remove()
            case .interrupted(let error): failure = error
            }
            if left > 0 {
                try await Task.sleep(nanoseconds: UInt64(pause * 1e9))
                pause = min(60, pause * 2)
            }
        }
        throw failure
    }

    private func free(_ folder: URL) -> Int64 {
        if let freeSpace { return freeSpace }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? .max
    }

    private func size(_ file: URL) -> Int64? {
        ((try? FileManager.default.attributesOfItem(atPath: file.path))?[.size] as? NSNumber)?.int64Value
    }

    /// https, or http to this machine.
    static func isSafe(_ address: URL) -> Bool {
        let scheme = address.scheme?.lowercased(), host = address.host?.lowercased() ?? ""
        return scheme == "https" && !host.isEmpty || scheme == "http" && ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host)
    }

    static func checkAddress(_ address: URL) throws(ModelError) {
        guard isSafe(address) else { throw .unsafeAddress(address.host ?? "?") }
    }
}

/// A lock on a model's folder, gone with this value or the process.
private final class FolderLock {
    private let descriptor: Int32
    init(_ folder: URL, name: String) throws(ModelError) {
        descriptor = open(folder.appendingPathComponent(".lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(name: name, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .busy(name: name)
        }
    }
    deinit { close(descriptor) }
}

/// A download's bytes so far, and what they are bytes of.
struct PartialFile: Sendable {
    /// What must be the same for a download to go on.
    struct Mark: Codable, Sendable, Hashable {
        var address: String
        /// The strong entity tag of the server that sent the bytes.
        var tag: String?
        var size: Int64?
        /// Declared by the server.
        var sha256: String?
        var commit: String?
    }

    let folder: URL
    let name: String
    var path: String { folder.appendingPathComponent(name + ".part").path }
    private var markURL: URL { folder.appendingPathComponent(name + ".part.json") }

    var size: Int64 { ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.int64Value ?? 0 }

    func mark(for address: URL) -> Mark? {
        guard let data = try? Data(contentsOf: markURL), let mark = try? JSONDecoder().decode(Mark.self, from: data),
            mark.address == address.absoluteString
        else { return nil }
        return mark
    }

    func write(_ mark: Mark) throws(ModelError) {
        do { try JSONEncoder().encode(mark).write(to: markURL, options: .atomic) } catch { throw .cannotWrite(name: name, code: EIO) }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.removeItem(at: markURL)
    }

    /// On the disk for good, under its own name.
    func finish() throws(ModelError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
        guard rename(path, folder.appendingPathComponent(name).path) == 0 else { throw .cannotWrite(name: name, code: errno) }
        try? FileManager.default.removeItem(at: markURL)
    }
}
