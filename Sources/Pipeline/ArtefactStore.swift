import Foundation

/// What is kept of one run of a stage.
public struct RunRecord: Codable, Sendable {
    public var key: String
    public var stage: String
    public var item: String
    public var components: [String: String]
    /// SHA-256 of the encoded artefact.
    public var output: String
    public var sensitivity: Sensitivity
    public var products: [Product]
    /// A study stage's output is its state, a file of this name in the confidential folder: the key register is not kept twice.
    public var stateFile: String?
    /// Wall time of the run in seconds; feeds the time estimate of later runs.
    public var seconds: Double
    /// Seconds since 1970 at which the run ended; orders records, and is no part of any key.
    public var finished: Double
}

/// Records and artefacts on disk: `ITEM/STAGE/KEY.json` and `KEY.out`.
///
/// Records (which name the item and state what the study says of it) and artefacts that hold words or names lie under the
/// confidential folder; plain artefacts lie in the cache, under a digest of the item's id, since ids are often file names
/// and file names can name people.
/// An artefact is written before its record, each whole or not at all, so a record always has its artefact.
public struct ArtefactStore: Sendable {
    let folders: OutputFolders

    public init(folders: OutputFolders) { self.folders = folders }

    private var inner: URL { folders.confidential.appendingPathComponent(".mellomlager") }

    private func recordFolder(_ item: String, _ stage: String) -> URL {
        inner.appendingPathComponent("runs").appendingPathComponent(item).appendingPathComponent(stage)
    }

    private func outputURL(_ item: String, _ stage: String, _ key: String, _ sensitivity: Sensitivity) -> URL {
        let isPlain = sensitivity == .plain
        return (isPlain ? folders.cache : inner).appendingPathComponent("artefacts")
            .appendingPathComponent(isPlain ? String(Digest.sha256(Data(item.utf8)).prefix(16)) : item).appendingPathComponent(stage)
            .appendingPathComponent(key + ".out")
    }

    /// Ids of all items that have records, in order.
    public func items() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: inner.appendingPathComponent("runs").path)) ?? []
        return names.filter { !$0.hasPrefix("_") && !$0.hasPrefix(".") }.sorted()
    }

    func record(item: String, stage: String, key: String) -> RunRecord? {
        let url = recordFolder(item, stage).appendingPathComponent(key + ".json")
        guard let data = try? Data(contentsOf: url) else { return nil }
        return try? JSONDecoder().decode(RunRecord.self, from: data)
    }

    /// All records of a stage on an item, newest first.
    public func records(item: String, stage: String) -> [RunRecord] {
        let folder = recordFolder(item, stage)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
            .compactMap { record(item: item, stage: stage, key: String($0.dropLast(5))) }
            .sorted { ($0.finished, $0.key) > ($1.finished, $1.key) }
    }

    /// The artefact's bytes, checked against the record's digest.
    func load(_ record: RunRecord) throws -> Data {
        let url =
            record.stateFile.map { folders.confidential.appendingPathComponent($0) }
            ?? outputURL(record.item, record.stage, record.key, record.sensitivity)
        let data: Data
        do { data = try Data(contentsOf: url) } catch { throw StoreFault.missing(record.stage) }
        guard Digest.sha256(data) == record.output else { throw StoreFault.damaged(record.stage) }
        return data
    }

    /// Digests of every file that runs of a stage on an item have written, by "place/name".
    func written(item: String, stage: String) -> [String: Set<String>] {
        var known: [String: Set<String>] = [:]
        for record in records(item: item, stage: stage) {
            for product in record.products { known[product.place.rawValue + "/" + product.name, default: []].insert(product.digest) }
        }
        return known
    }

    /// Nil when the record can be used; else why not. A file that somebody has edited is theirs and no fault; one that
    /// another of our own runs wrote (under another policy, say) is not this record's.
    func fault(in record: RunRecord) -> Reason? {
        do { _ = try load(record) } catch StoreFault.damaged { return .outputDamaged } catch { return .outputMissing }
        guard !record.products.isEmpty else { return nil }
        let known = written(item: record.item, stage: record.stage)
        for product in record.products {
            let url = folders.url(product.place).appendingPathComponent(product.name)
            guard FileManager.default.fileExists(atPath: url.path), let now = try? Digest.sha256(file: url) else {
                return .productMissing(product.name)
            }
            if now != product.digest, known[product.place.rawValue + "/" + product.name]?.contains(now) == true {
                return .productStale(product.name)
            }
        }
        return nil
    }

    /// Makes a record that is used again the newest of its stage: "latest" means current, not last executed. Files for
    /// sharing that only other runs wrote are removed.
    func makeCurrent(_ record: RunRecord) {
        guard records(item: record.item, stage: record.stage).first?.key != record.key else { return }
        var current = record
        current.finished = Date().timeIntervalSince1970
        try? saveRecord(current)
        removeStale(written(item: record.item, stage: record.stage), keeping: record.products)
    }

    func save(_ record: RunRecord, output: Data) throws {
        let url = outputURL(record.item, record.stage, record.key, record.sensitivity)
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        try SafeFile.write(output, to: url, confidential: true)
        try saveRecord(record)
    }

    /// Removes files for sharing that earlier runs of a stage wrote and this one did not, such as exports in a format no
    /// longer asked for or under a policy no longer used. A file somebody has edited stays.
    /// - Parameter known: digests by "place/name".
    func removeStale(_ known: [String: Set<String>], keeping products: [Product]) {
        let current = Set(products.map { $0.place.rawValue + "/" + $0.name })
        for (path, digests) in known where !current.contains(path) {
            let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0] == OutputFolders.Place.sharing.rawValue else { continue }
            let url = folders.sharing.appendingPathComponent(parts[1])
            if let digest = try? Digest.sha256(file: url), digests.contains(digest) { unlink(url.path) }
        }
    }

    func saveRecord(_ record: RunRecord) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let url = recordFolder(record.item, record.stage).appendingPathComponent(record.key + ".json")
        try SafeFile.write(encoder.encode(record), to: url, confidential: true)
    }

    /// The newest usable artefact of a stage on an item, whatever settings made it.
    public func latest(item: String, stage: String) -> (record: RunRecord, data: Data)? {
        for record in records(item: item, stage: stage) {
            if let data = try? load(record) { return (record, data) }
        }
        return nil
    }
}

enum StoreFault: Error, Sendable, CustomStringConvertible {
    case missing(String), damaged(String)
    var description: String {
        switch self {
        case .missing(let stage): "the stored result of '\(stage)' is gone; run again"
        case .damaged(let stage): "the stored result of '\(stage)' does not match its digest; run again"
        }
    }
}
