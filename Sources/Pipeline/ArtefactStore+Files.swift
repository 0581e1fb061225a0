import Foundation

/// Where records and artefacts lie, and how they are opened and closed.
///
/// Sealed: `forseglet/ITEM/STAGE/KEY.record` and `KEY.artefact`, where ITEM and KEY are keyed digests, and
/// `forseglet/ITEM/item` holds the item's id. Not sealed: `runs/ITEM/STAGE/KEY.json` and `artefacts/ITEM/STAGE/KEY.out`.
struct StoreFiles: Sendable {
    let folders: OutputFolders
    let sealing: (any SealerSource)?
    let inner: URL
    /// Paths of ``inner`` and of the cache: a plan asks for thousands of places, and a URL that is put together looks at the disk.
    private let innerPath: String, cachePath: String
    private let productPaths: [OutputFolders.Place: String]

    static let sealedFolder = "forseglet"

    init(folders: OutputFolders, sealing: (any SealerSource)?) {
        self.folders = folders
        self.sealing = sealing
        inner = folders.confidential.appendingPathComponent(".mellomlager")
        innerPath = inner.path
        cachePath = folders.cache.path
        productPaths = [.sharing: folders.sharing.path, .confidential: folders.confidential.path, .root: folders.root.path]
    }

    /// Of the folder that files for people lie in.
    func path(of place: OutputFolders.Place) -> String { productPaths[place] ?? folders.url(place).path }

    var isSealed: Bool { sealing != nil }

    /// Folders that hold something of an item, without the sealer's help for those not sealed.
    func folders(of item: String) -> [URL] {
        var urls = plainFolders(of: item)
        if let name = (try? sealing?.existing()).flatMap({ $0?.name("item/" + item) }) {
            urls += [inner, folders.cache].map { $0.appendingPathComponent(Self.sealedFolder).appendingPathComponent(name) }
        }
        return urls
    }

    func plainFolders(of item: String) -> [URL] {
        [
            inner.appendingPathComponent("runs").appendingPathComponent(item),
            inner.appendingPathComponent("artefacts").appendingPathComponent(item),
            folders.cache.appendingPathComponent("artefacts").appendingPathComponent(Self.plainName(item)),
        ]
    }

    /// Of a result that holds no names, when nothing is sealed: ids are often file names, and file names can name people.
    static func plainName(_ item: String) -> String { String(Digest.sha256(Data(item.utf8)).prefix(16)) }

    // MARK: Records

    func writeRecord(_ data: Data, item: String, stage: String, key: String) throws {
        guard let sealer = try sealing?.forWriting() else {
            return try SafeFile.write(data, to: recordFolder(item, stage).appendingPathComponent(key + ".json"), confidential: true)
        }
        let place = Self.place(sealer, item, stage, key) + ".record"
        try write(sealer.seal(data, at: place), base: inner, place: place)
        let label = inner.appendingPathComponent(Self.sealedFolder).appendingPathComponent(sealer.name("item/" + item)).appendingPathComponent("item")
        if !FileManager.default.fileExists(atPath: label.path) {
            try SafeFile.write(sealer.seal(Data(item.utf8), at: label.deletingLastPathComponent().lastPathComponent), to: label, confidential: true)
        }
    }

    func readRecord(item: String, stage: String, key: String) -> Data? {
        guard sealing != nil else { return try? Data(contentsOf: recordFolder(item, stage).appendingPathComponent(key + ".json")) }
        guard let sealer = try? sealing?.existing() else { return nil }
        return read(sealer, base: innerPath, place: Self.place(sealer, item, stage, key) + ".record")
    }

    /// All records of a stage on an item, in the order of their files' names.
    func allRecords(item: String, stage: String) -> [Data] {
        guard sealing != nil else {
            let folder = recordFolder(item, stage)
            return Self.names(folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
                .compactMap { try? Data(contentsOf: folder.appendingPathComponent($0)) }
        }
        guard let sealer = try? sealing?.existing() else { return [] }
        let start = sealer.name("item/" + item) + "/" + stage
        let folder = inner.appendingPathComponent(Self.sealedFolder).appendingPathComponent(start)
        return Self.names(folder).filter { $0.hasSuffix(".record") && !$0.hasPrefix(".") }
            .compactMap { read(sealer, base: innerPath, place: start + "/" + $0) }
    }

    /// Stages that have records of an item.
    func stages(_ item: String) -> [String] {
        guard sealing != nil else { return Self.names(inner.appendingPathComponent("runs").appendingPathComponent(item)) }
        guard let sealer = try? sealing?.existing() else { return [] }
        return Self.names(inner.appendingPathComponent(Self.sealedFolder).appendingPathComponent(sealer.name("item/" + item))).filter { $0 != "item" }
    }

    /// Ids of all that has records, items and the study itself, in order.
    /// - Parameter known: left out, without looking.
    func ids(except known: Set<String> = []) -> [String] {
        guard sealing != nil else {
            return Self.names(inner.appendingPathComponent("runs")).filter { !$0.hasPrefix(".") && !known.contains($0) }
        }
        guard let sealer = try? sealing?.existing() else { return [] }
        let base = inner.appendingPathComponent(Self.sealedFolder), closed = Set(known.map { sealer.name("item/" + $0) })
        return Self.names(base).filter { !closed.contains($0) }.compactMap { name in
            (try? Data(contentsOf: base.appendingPathComponent(name).appendingPathComponent("item")))
                .flatMap { try? sealer.open($0, at: name) }.map { String(decoding: $0, as: UTF8.self) }
        }.sorted()
    }

    func removeRecord(item: String, stage: String, key: String) {
        guard sealing != nil else {
            unlink(recordFolder(item, stage).appendingPathComponent(key + ".json").path)
            return
        }
        guard let sealer = try? sealing?.existing() else { return }
        unlink(inner.appendingPathComponent(Self.sealedFolder).appendingPathComponent(Self.place(sealer, item, stage, key) + ".record").path)
    }

    // MARK: Artefacts

    func writeArtefact(_ data: Data, of record: RunRecord) throws {
        guard let sealer = try sealing?.forWriting() else {
            let url = artefactURL(record)
            try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
            return try SafeFile.write(data, to: url, confidential: true)
        }
        let place = Self.place(sealer, record.item, record.stage, record.key) + ".artefact"
        try write(sealer.seal(data, at: place), base: base(record.sensitivity), place: place)
    }

    /// Nil when it is not there or cannot be opened.
    func readArtefact(of record: RunRecord) -> Data? {
        guard sealing != nil else { return try? Data(contentsOf: artefactURL(record)) }
        guard let sealer = try? sealing?.existing() else { return nil }
        return read(sealer, base: basePath(record.sensitivity), place: Self.place(sealer, record.item, record.stage, record.key) + ".artefact")
    }

    // MARK: Places

    /// Names of a record's file, of the folder of its stage, and of its artefact, without opening any; nil where there can be none yet.
    struct Place {
        /// For ``StoreMemory``; the same wherever the study lies.
        var record: String, folder: String
        var recordPath: String, folderPath: String
    }

    func place(item: String, stage: String, key: String) -> Place? {
        guard let folder = folder(item: item, stage: stage) else { return nil }
        let name: String
        if sealing == nil { name = key + ".json" } else {
            guard let sealer = try? sealing?.existing() else { return nil }
            name = sealer.name("run/" + key) + ".record"
        }
        return Place(record: folder.place + "/" + name, folder: folder.place, recordPath: folder.path + "/" + name, folderPath: folder.path)
    }

    func folder(item: String, stage: String) -> (place: String, path: String)? {
        guard sealing != nil else { return (item + "/" + stage, innerPath + "/runs/" + item + "/" + stage) }
        guard let sealer = try? sealing?.existing() else { return nil }
        let place = sealer.name("item/" + item) + "/" + stage
        return (place, innerPath + "/" + Self.sealedFolder + "/" + place)
    }

    func artefactPath(of record: RunRecord) -> String? {
        guard sealing != nil else { return artefactURL(record).path }
        guard let sealer = try? sealing?.existing() else { return nil }
        return basePath(record.sensitivity) + "/" + Self.sealedFolder + "/" + Self.place(sealer, record.item, record.stage, record.key) + ".artefact"
    }

    // MARK: Files

    private func base(_ sensitivity: Sensitivity) -> URL { sensitivity == .plain ? folders.cache : inner }
    private func basePath(_ sensitivity: Sensitivity) -> String { sensitivity == .plain ? cachePath : innerPath }

    private static func place(_ sealer: Sealer, _ item: String, _ stage: String, _ key: String) -> String {
        sealer.name("item/" + item) + "/" + stage + "/" + sealer.name("run/" + key)
    }

    private func write(_ data: Data, base: URL, place: String) throws {
        let url = base.appendingPathComponent(Self.sealedFolder).appendingPathComponent(place)
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        try SafeFile.write(data, to: url, confidential: true)
    }

    private func read(_ sealer: Sealer, base: String, place: String) -> Data? {
        (try? Data(contentsOf: URL(filePath: base + "/" + Self.sealedFolder + "/" + place, directoryHint: .notDirectory)))
            .flatMap { try? sealer.open($0, at: place) }
    }

    func recordFolder(_ item: String, _ stage: String) -> URL {
        inner.appendingPathComponent("runs").appendingPathComponent(item).appendingPathComponent(stage)
    }

    func artefactURL(_ record: RunRecord) -> URL {
        let isPlain = record.sensitivity == .plain
        return (isPlain ? folders.cache : inner).appendingPathComponent("artefacts")
            .appendingPathComponent(isPlain ? Self.plainName(record.item) : record.item).appendingPathComponent(record.stage)
            .appendingPathComponent(record.key + ".out")
    }

    static func names(_ folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }
}
