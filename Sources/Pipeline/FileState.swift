import Foundation

/// A study stage's state in a file of the confidential folder; sealed, in the folder of the engine's own files.
struct FileState: StudyState {
    let name: String
    let folders: OutputFolders
    let sealing: (any SealerSource)?

    private var plain: URL { folders.confidential.appendingPathComponent(name) }
    private var url: URL {
        sealing == nil ? plain : folders.confidential.appendingPathComponent(".mellomlager").appendingPathComponent(name + ".sealed")
    }
    private var place: String { "state/" + name }

    var lock: URL { URL(fileURLWithPath: plain.path + ".lock") }

    func fingerprint() throws -> String? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        // Of another key: as good as none. Not so where it is not sealed: a file that cannot be read is an error.
        if sealing != nil, (try? read()) == nil { return nil }
        return Digest.sha256(try read())
    }

    func read() throws -> Data {
        guard let sealing else {
            do { return try Data(contentsOf: plain) } catch { throw FileFault(plain, EACCES, .read) }
        }
        guard let sealer = try sealing.existing() else { throw Sealer.Closed() }
        return try sealer.open(Data(contentsOf: url), at: place)
    }

    func write(_ data: Data) throws -> [String] {
        if let sealing {
            try SafeFile.write(sealing.forWriting().seal(data, at: place), to: url, confidential: true)
            return []
        }
        // The state before is kept: what it held cannot be had again.
        if let before = try? Data(contentsOf: plain) {
            try SafeFile.write(before, to: plain.deletingLastPathComponent().appendingPathComponent(".forrige-" + name), confidential: true)
        }
        try SafeFile.write(data, to: plain, confidential: true)
        return []
    }

    /// Takes a plain file of an earlier version over.
    func prepare() throws -> [String] {
        guard sealing != nil, FileManager.default.fileExists(atPath: plain.path) else { return [] }
        if try fingerprint() == nil, let data = try? Data(contentsOf: plain) { _ = try write(data) }
        try SafeFile.erase(plain)
        return []
    }

    func erase() throws {
        for url in [plain, url] where FileManager.default.fileExists(atPath: url.path) { try SafeFile.erase(url) }
    }
}
