import Foundation

/// One stored run, as a collection of what is no longer needed sees it.
public struct StoredRun: Sendable {
    public var item: String
    public var stage: String
    public var key: String
    /// Seconds since 1970.
    public var finished: Double
    /// On the disk, record and result together.
    public var bytes: Int
    /// Why it stays; nil when it may go.
    public var kept: Kept?

    public enum Kept: String, Sendable, Codable {
        /// The newest of its stage and item.
        case current
        /// Among the last runs that are to be kept.
        case recent
        /// It tells that a file that still lies there is Ordrett's own and nobody's work.
        case knowsFile
        /// A study-wide stage's, whose result is its state.
        case study
    }
}

extension ArtefactStore {
    /// All stored runs, by item, stage and age, newest first.
    /// - Parameter last: runs to keep of every stage of every item, at least 1.
    public func storedRuns(keeping last: Int) -> [StoredRun] {
        var all: [StoredRun] = []
        for id in files.ids() {
            for stage in files.stages(id).sorted() {
                let records = self.records(item: id, stage: stage)
                var kept: [StoredRun.Kept?] = records.indices.map { index in
                    id.hasPrefix("_") ? .study : index == 0 ? .current : index < max(1, last) ? .recent : nil
                }
                // A file that no record knows any more would count as somebody's own.
                var known = Set(records.indices.filter { kept[$0] != nil }.flatMap { records[$0].products })
                for index in records.indices where kept[index] == nil {
                    let needed = records[index].products.contains { product in
                        guard !product.digest.isEmpty, !known.contains(product) else { return false }
                        return (try? Digest.sha256(file: folders.url(product.place).appendingPathComponent(product.name))) == product.digest
                    }
                    if needed {
                        kept[index] = .knowsFile
                        known.formUnion(records[index].products)
                    }
                }
                for (record, why) in zip(records, kept) {
                    let paths = [files.place(item: id, stage: stage, key: record.key)?.recordPath, record.stateFile == nil ? files.artefactPath(of: record) : nil]
                    let bytes = paths.compactMap { $0.flatMap(FileMark.init) }.reduce(0) { $0 + Int($1.size) }
                    all.append(StoredRun(item: id, stage: stage, key: record.key, finished: record.finished, bytes: bytes, kept: why))
                }
            }
        }
        return all
    }

    /// Erases stored runs: the record first, so that no record is ever without its result.
    /// - Throws: ``FileFault``; what was erased before stays erased.
    public func erase(_ runs: [StoredRun]) throws {
        guard !runs.isEmpty else { return }
        StoreMemory.erase(folders)
        for run in runs {
            guard let record = record(item: run.item, stage: run.stage, key: run.key),
                let place = files.place(item: run.item, stage: run.stage, key: run.key)
            else { continue }
            let artefact = files.artefactPath(of: record)
            try SafeFile.erase(URL(fileURLWithPath: place.recordPath))
            if record.stateFile == nil, let artefact { try SafeFile.erase(URL(fileURLWithPath: artefact)) }
        }
    }

    /// A stored result, checked against its record; nil when it is gone or damaged.
    public func data(of record: RunRecord) -> Data? { try? load(record) }
}
