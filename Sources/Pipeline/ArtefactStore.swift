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
    /// What told that state from any other when the run ended; nil for the digest of its bytes.
    public var stateFingerprint: String?
    /// The run held back what it would share, and why; see ``ItemContext/hold(_:)``.
    public var held: String?
    /// Wall time of the run in seconds; feeds the time estimate of later runs.
    public var seconds: Double
    /// Seconds since 1970 at which the run ended; orders records, and is no part of any key.
    public var finished: Double
}

/// Records and artefacts on disk, sealed with the study's cache key (``Sealer``).
///
/// Records (which name the item and state what the study says of it) and artefacts that hold words or names lie under the
/// confidential folder; the others lie in the cache. Without the key, or with another, nothing is there: it is made again.
/// An artefact is written before its record, each whole or not at all, so a record always has its artefact.
public struct ArtefactStore: Sendable {
    public let folders: OutputFolders
    let safekeeping: Safekeeping
    /// What a run found before, so that it need not read everything again; nil to read.
    var memory: StoreMemory?
    var digests: DigestMemory?
    let files: StoreFiles

    public init(folders: OutputFolders, safekeeping: Safekeeping) {
        self.folders = folders
        self.safekeeping = safekeeping
        files = StoreFiles(folders: folders, sealing: safekeeping.sealing)
    }

    /// Ids of all items that have records, in order.
    public func items() -> [String] { items(except: []) }

    func items(except known: Set<String>) -> [String] { files.ids(except: known).filter { !$0.hasPrefix("_") } }

    /// - Returns: with memory, perhaps without its components; see ``whole(_:)``.
    func record(item: String, stage: String, key: String) -> RunRecord? {
        guard let memory, let place = files.place(item: item, stage: stage, key: key) else { return readRecord(item: item, stage: stage, key: key) }
        guard let mark = FileMark(place.recordPath) else { return nil }
        if let known = memory.record(place.record, mark) { return known }
        let noted = FileMark.now
        guard let record = readRecord(item: item, stage: stage, key: key) else { return nil }
        memory.note(record, place.record, mark, noted: noted)
        return record
    }

    private func readRecord(item: String, stage: String, key: String) -> RunRecord? {
        files.readRecord(item: item, stage: stage, key: key).flatMap { try? JSONDecoder().decode(RunRecord.self, from: $0) }
    }

    /// A record with its components, as it is on the disk.
    func whole(_ record: RunRecord) -> RunRecord? {
        record.components.isEmpty ? readRecord(item: record.item, stage: record.stage, key: record.key) : record
    }

    /// The newest record of a stage on an item, with or without its components.
    func newest(item: String, stage: String) -> RunRecord? {
        guard let memory, let folder = files.folder(item: item, stage: stage) else { return records(item: item, stage: stage).first }
        guard let mark = FileMark(folder.path) else { return nil }
        if let key = memory.newest(folder.place, mark), let record = record(item: item, stage: stage, key: key) { return record }
        let noted = FileMark.now
        guard let record = records(item: item, stage: stage).first else { return nil }
        memory.noteNewest(record.key, folder.place, mark, noted: noted)
        return record
    }

    /// All records of a stage on an item, newest first.
    public func records(item: String, stage: String) -> [RunRecord] {
        files.allRecords(item: item, stage: stage).compactMap { try? JSONDecoder().decode(RunRecord.self, from: $0) }
            .sorted { ($0.finished, $0.key) > ($1.finished, $1.key) }
    }

    /// Where the state of a study stage lies, by the name of its file.
    func state(_ name: String) -> any StudyState {
        safekeeping.states[name] ?? FileState(name: name, folders: folders, sealing: safekeeping.sealing)
    }

    /// The artefact's bytes, checked against the record's digest.
    func load(_ record: RunRecord) throws -> Data {
        let data: Data?
        if let name = record.stateFile {
            let state = state(name)
            data = try state.fingerprint() == nil ? nil : state.read()
        } else {
            data = files.readArtefact(of: record)
        }
        guard let data else { throw StoreFault.missing(record.stage) }
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
        if let name = record.stateFile {
            // Not opened: a state can be closed with a passphrase, and planning must ask for none.
            guard let now = try? state(name).fingerprint() else { return .outputMissing }
            if now != record.stateFingerprint ?? record.output { return .outputDamaged }
        } else {
            do { try verify(record) } catch StoreFault.damaged { return .outputDamaged } catch { return .outputMissing }
        }
        var known: [String: Set<String>]?
        for product in record.products {
            let path = files.path(of: product.place) + "/" + product.name
            // Of a file that is no record's own content, only that it is there counts.
            if product.digest.isEmpty {
                guard FileMark(path) != nil else { return .productMissing(product.name) }
                continue
            }
            guard let now = try? digests?.digest(ofPath: path) ?? Digest.sha256(file: URL(filePath: path, directoryHint: .notDirectory)) else { return .productMissing(product.name) }
            guard now != product.digest else { continue }
            let written = known ?? written(item: record.item, stage: record.stage)
            known = written
            if written[product.place.rawValue + "/" + product.name]?.contains(now) == true { return .productStale(product.name) }
        }
        return nil
    }

    /// That the artefact is there and has the record's digest: looked at again only when its file has changed.
    private func verify(_ record: RunRecord) throws {
        guard let memory, let place = files.place(item: record.item, stage: record.stage, key: record.key),
            let path = files.artefactPath(of: record), let mark = FileMark(path)
        else { return _ = try load(record) }
        if memory.isVerified(place.record, output: record.output, mark) { return }
        let noted = FileMark.now
        _ = try load(record)
        memory.noteVerified(place.record, output: record.output, mark, noted: noted)
    }

    /// Looks at what a run has just written once more, so that the next run need not.
    func settle(_ written: [RunRecord]) {
        guard memory != nil, !written.isEmpty else { return }
        // What was written a moment ago could change within one tick of the file system's clock.
        Thread.sleep(forTimeInterval: 0.06)
        for record in written {
            guard let record = self.record(item: record.item, stage: record.stage, key: record.key) else { continue }
            _ = fault(in: record)
            _ = newest(item: record.item, stage: record.stage)
        }
    }

    /// Makes a record that is used again the newest of its stage: "latest" means current, not last executed. Files for
    /// sharing that only other runs wrote are removed.
    func makeCurrent(_ record: RunRecord) {
        guard newest(item: record.item, stage: record.stage)?.key != record.key, var current = whole(record) else { return }
        current.finished = Date().timeIntervalSince1970
        try? saveRecord(current)
        // What was shared before something was held back stays: whoever had it shared decides.
        if record.held == nil { removeStale(written(item: record.item, stage: record.stage), keeping: record.products) }
    }

    func save(_ record: RunRecord, output: Data) throws {
        try files.writeArtefact(output, of: record)
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
        try files.writeRecord(encoder.encode(record), item: record.item, stage: record.stage, key: record.key)
    }

    /// All files that runs of any stage have written of an item, by name, each once.
    public func products(item: String) -> [Product] {
        var all: Set<Product> = []
        for stage in files.stages(item) { for record in records(item: item, stage: stage) { all.formUnion(record.products) } }
        return all.sorted { ($0.place.rawValue, $0.name, $0.digest) < ($1.place.rawValue, $1.name, $1.digest) }
    }

    /// Erases all that is stored of an item: records, artefacts, and the study's own records that name it. Files for people,
    /// the coding store and the key register are others' business.
    public func remove(item: String) {
        StoreMemory.erase(folders)
        for folder in files.folders(of: item) { Self.erase(folder) }
        removeLock(of: item)
        guard item != Runner.studyItem else { return }
        for stage in files.stages(Runner.studyItem) {
            for record in records(item: Runner.studyItem, stage: stage) where record.components.keys.contains(where: { $0.hasSuffix("." + item) }) {
                files.removeRecord(item: Runner.studyItem, stage: stage, key: record.key)
            }
        }
    }

    /// Erases the state of a study stage that can be made anew, such as a map of whose voice is whose.
    public func removeState(_ name: String) throws {
        guard let state = state(name) as? FileState else { return }
        try state.erase()
    }

    static func erase(_ folder: URL) {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])?.compactMap { $0 as? URL } ?? []
        for url in files where !url.hasDirectoryPath { try? SafeFile.erase(url) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Seals what an earlier version stored in the open, and erases that. Damaged results are erased only: they are made again.
    public func sealOld() {
        guard let sealing = safekeeping.sealing else { return }
        let plain = StoreFiles(folders: folders, sealing: nil)
        let ids = plain.ids()
        guard !ids.isEmpty, (try? sealing.forWriting()) != nil else { return }
        for id in ids {
            for stage in plain.stages(id) {
                for data in plain.allRecords(item: id, stage: stage) {
                    guard let record = try? JSONDecoder().decode(RunRecord.self, from: data), record.item == id, record.stage == stage else { continue }
                    if record.stateFile != nil {
                        try? saveRecord(record)
                    } else if let output = plain.readArtefact(of: record), Digest.sha256(output) == record.output {
                        try? save(record, output: output)
                    }
                }
            }
            for folder in plain.plainFolders(of: id) { Self.erase(folder) }
        }
        for folder in [plain.inner.appendingPathComponent("runs"), plain.inner.appendingPathComponent("artefacts"), folders.cache.appendingPathComponent("artefacts")] {
            Self.erase(folder)
        }
    }

    /// The newest record of a stage on an item whose artefact is there, with or without its components.
    func usable(item: String, stage: String) -> RunRecord? {
        if let newest = newest(item: item, stage: stage), (try? verify(newest)) != nil { return newest }
        return records(item: item, stage: stage).first { (try? load($0)) != nil }
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
