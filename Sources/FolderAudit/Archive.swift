import CZip
import Foundation

/// What may still be unpacked in one audit, so that a small file cannot fill the machine.
final class UnpackBudget {
    /// Bytes of all entries together, and of one.
    private(set) var bytes: Int
    let entryLimit: Int
    /// Archives in archives.
    let depth: Int
    /// Entries in one archive.
    let entries: Int

    init(bytes: Int = 512 << 20, entryLimit: Int = 64 << 20, depth: Int = 4, entries: Int = 20_000) {
        self.bytes = bytes
        self.entryLimit = entryLimit
        self.depth = depth
        self.entries = entries
    }

    func spend(_ count: Int) throws(ReadingFault) {
        bytes -= count
        if bytes < 0 { throw ReadingFault("unpacks to more than is sensible (a zip bomb?)") }
    }
}

/// A zip archive in memory, read within a budget.
final class Archive {
    private let archive: OpaquePointer
    /// The archive reads from this copy until it is closed.
    private let buffer: UnsafeMutableRawPointer
    private let budget: UnpackBudget
    /// Names of its files, in order; folders are left out.
    let names: [String]

    /// - Throws: ``ReadingFault`` when the bytes are no zip archive, or hold too many files.
    init(_ data: Data, budget: UnpackBudget) throws(ReadingFault) {
        let broken = ReadingFault("not a whole zip archive")
        guard !data.isEmpty, let buffer = malloc(data.count) else { throw broken }
        data.withUnsafeBytes { source in if let base = source.baseAddress { memcpy(buffer, base, source.count) } }
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(buffer, zip_uint64_t(data.count), 0, &error) else {
            free(buffer)
            throw broken
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            zip_source_free(source)
            free(buffer)
            throw broken
        }
        let count = zip_get_num_entries(archive, 0)
        guard count <= budget.entries else {
            zip_discard(archive)
            free(buffer)
            throw ReadingFault("holds more than \(budget.entries) files")
        }
        var names: [String] = []
        for index in 0..<max(0, count) {
            guard let name = zip_get_name(archive, zip_uint64_t(index), 0) else { continue }
            let text = String(cString: name)
            if !text.hasSuffix("/") { names.append(text) }
        }
        // Programs differ in which of two entries of one name they show: one would go unread.
        guard Set(names).count == names.count else {
            zip_discard(archive)
            free(buffer)
            throw ReadingFault("holds two files of the same name")
        }
        self.archive = archive
        self.buffer = buffer
        self.budget = budget
        self.names = names
    }

    deinit {
        zip_discard(archive)
        free(buffer)
    }

    func contains(_ name: String) -> Bool { zip_name_locate(archive, name, 0) >= 0 }

    /// The unpacked bytes of an entry.
    /// - Throws: ``ReadingFault`` for a damaged, encrypted or too large one.
    func data(_ name: String) throws(ReadingFault) -> Data {
        let index = zip_name_locate(archive, name, 0)
        guard index >= 0 else { throw ReadingFault("'\(name)' is missing") }
        var info = zip_stat_t()
        zip_stat_init(&info)
        guard zip_stat_index(archive, zip_uint64_t(index), 0, &info) == 0 else { throw ReadingFault("damaged") }
        if info.valid & zip_uint64_t(ZIP_STAT_ENCRYPTION_METHOD) != 0, info.encryption_method != ZIP_EM_NONE {
            throw ReadingFault("protected by a password")
        }
        guard let file = zip_fopen_index(archive, zip_uint64_t(index), 0) else { throw ReadingFault("damaged") }
        defer { zip_fclose(file) }
        var result = Data(), block = [UInt8](repeating: 0, count: 65_536)
        // The stated size may lie: what really comes out is counted.
        while true {
            let count = zip_fread(file, &block, zip_uint64_t(block.count))
            guard count >= 0 else { throw ReadingFault("damaged") }
            if count == 0 { return result }
            try budget.spend(Int(count))
            guard result.count + Int(count) <= budget.entryLimit else { throw ReadingFault("a part of it unpacks to more than \(budget.entryLimit >> 20) MiB") }
            result.append(contentsOf: block[0..<Int(count)])
        }
    }
}
