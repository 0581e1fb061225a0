import Foundation

/// The models on this machine: a folder each, with a record of what was fetched beside the files.
public struct ModelStore: Sendable, Hashable {
    public struct FileRecord: Codable, Sendable, Hashable {
        public enum Source: String, Codable, Sendable {
            /// The server declared it before the download.
            case server
            /// The user gave it.
            case given
            /// Worked out from what came; it tells later damage, not a wrong download.
            case computed
        }
        public var name: String
        public var size: Int64
        public var sha256: String
        public var checksumFrom: Source
        /// Where it came from.
        public var address: String
    }

    /// `ordrett-model.json`, written last: a model without it is not complete.
    public struct Record: Codable, Sendable, Hashable {
        public var id: String
        public var licence: String
        /// The server's revision, when it says.
        public var revision: String?
        /// The revision that was asked for, a branch's name or a commit; nil in records of older versions.
        public var requested: String?
        public var files: [FileRecord]
    }

    public enum State: Sendable, Hashable {
        case absent
        /// A download was begun: bytes so far.
        case partial(Int64)
        case complete(Record)
    }

    public static let recordName = "ordrett-model.json"
    public var folder: URL

    public init(folder: URL = RecognizerFolders.standard().models) { self.folder = folder }

    public func folder(of id: String) -> URL { folder.appendingPathComponent(id, isDirectory: true) }

    public func record(of id: String) -> Record? {
        guard let data = try? Data(contentsOf: folder(of: id).appendingPathComponent(Self.recordName)) else { return nil }
        return try? JSONDecoder().decode(Record.self, from: data)
    }

    public func state(of id: String) -> State {
        let place = folder(of: id)
        func size(_ name: String) -> Int64? {
            ((try? FileManager.default.attributesOfItem(atPath: place.appendingPathComponent(name).path))?[.size] as? NSNumber)?.int64Value
        }
        if let record = record(of: id), record.files.allSatisfy({ size($0.name) == $0.size }) { return .complete(record) }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []).filter { $0 != Self.recordName && !$0.hasSuffix(".part.json") }
        return names.isEmpty ? .absent : .partial(names.compactMap(size).reduce(0, +))
    }

    /// The catalogue and what of it is here, in the catalogue's order.
    public func list() -> [(model: CatalogueModel, state: State)] { ModelCatalogue.models.map { ($0, state(of: $0.id)) } }

    /// What an engine is given: the ggml file, or the CTranslate2 folder.
    /// - Throws: ``ModelError/unknownModel(_:known:)``, ``ModelError/notDownloaded(_:)``.
    public func path(of id: String) throws(ModelError) -> (path: String, digest: String) {
        let model = try ModelCatalogue.model(id)
        guard case .complete(let record) = state(of: model.id) else { throw .notDownloaded(model.id) }
        let place = folder(of: model.id)
        if model.format == .ct2 { return (place.path, Self.digest(of: record)) }
        guard let file = record.files.first else { throw .notDownloaded(model.id) }
        return (place.appendingPathComponent(file.name).path, file.sha256)
    }

    /// One digest for a model of several files: SHA-256 over the lines `digest  name` in the order of names.
    public static func digest(of record: Record) -> String {
        let lines = record.files.sorted { $0.name < $1.name }.map { "\($0.sha256)  \($0.name)\n" }
        return lines.count == 1 ? record.files[0].sha256 : FileDigest.sha256(of: Array(lines.joined().utf8))
    }

    /// The digest of a model's file, or of a folder's files as a record's digest has it.
    public static func digest(of place: URL) throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else { throw ModelError.cannotRead(name: place.lastPathComponent) }
        guard isFolder.boolValue else { return try FileDigest.sha256(ofFile: place.path) }
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted().filter { $0 != recordName && !$0.hasPrefix(".") }
        var lines = ""
        for name in names {
            var isInner: ObjCBool = false
            let file = place.appendingPathComponent(name)
            if FileManager.default.fileExists(atPath: file.path, isDirectory: &isInner), !isInner.boolValue {
                lines += "\(try FileDigest.sha256(ofFile: file.path))  \(name)\n"
            }
        }
        return FileDigest.sha256(of: Array(lines.utf8))
    }

    /// Reads every byte of a model again and compares with the record.
    /// - Throws: ``ModelError/wrongChecksum(name:expected:got:)`` and others; `progress` may throw to stop.
    @discardableResult
    public func verify(_ id: String, progress: (Double) throws -> Void = { _ in }) throws -> Record {
        let model = try ModelCatalogue.model(id)
        guard let record = record(of: model.id) else { throw ModelError.notDownloaded(model.id) }
        let total = Double(max(1, record.files.reduce(0) { $0 + $1.size }))
        var done = 0.0
        for file in record.files {
            let share = Double(file.size) / total, before = done
            let got = try FileDigest.sha256(ofFile: folder(of: model.id).appendingPathComponent(file.name).path) { try progress(before + share * $0) }
            guard got == file.sha256 else {
                // Set aside, and without its record, the model counts as not here: a new download fetches the file anew.
                let place = folder(of: model.id).appendingPathComponent(file.name).path
                _ = rename(place, place + ".damaged")
                try? FileManager.default.removeItem(at: folder(of: model.id).appendingPathComponent(Self.recordName))
                throw ModelError.wrongChecksum(name: file.name, expected: file.sha256, got: got)
            }
            done += share
        }
        return record
    }
}
