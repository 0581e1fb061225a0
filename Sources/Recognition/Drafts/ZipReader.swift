import CZip
import Foundation

/// A zip archive in memory, read with limits, so that a small file cannot unpack into a full machine.
final class ZipReader {
    /// Most bytes one entry may unpack to.
    static let entryLimit = 64 << 20

    private let archive: OpaquePointer
    /// The archive reads from this copy until it is closed.
    private let buffer: UnsafeMutableRawPointer

    /// - Throws: ``DraftError/damaged(part:)`` when the bytes are no zip archive.
    init(_ data: Data) throws(DraftError) {
        guard !data.isEmpty, let buffer = malloc(data.count) else { throw .damaged(part: "zip") }
        data.withUnsafeBytes { source in
            if let base = source.baseAddress { memcpy(buffer, base, source.count) }
        }
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(buffer, zip_uint64_t(data.count), 0, &error) else {
            free(buffer)
            throw .damaged(part: "zip")
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            zip_source_free(source)
            free(buffer)
            throw .damaged(part: "zip")
        }
        self.archive = archive
        self.buffer = buffer
    }

    deinit {
        zip_discard(archive)
        free(buffer)
    }

    func contains(_ name: String) -> Bool { zip_name_locate(archive, name, 0) >= 0 }

    /// The unpacked bytes of an entry; nil when there is none of that name.
    func data(_ name: String) throws(DraftError) -> Data? {
        let index = zip_name_locate(archive, name, 0)
        guard index >= 0 else { return nil }
        var info = zip_stat_t()
        zip_stat_init(&info)
        guard zip_stat_index(archive, zip_uint64_t(index), 0, &info) == 0 else { throw .damaged(part: name) }
        if info.valid & zip_uint64_t(ZIP_STAT_ENCRYPTION_METHOD) != 0, info.encryption_method != ZIP_EM_NONE {
            throw .passwordProtected
        }
        if info.valid & zip_uint64_t(ZIP_STAT_SIZE) != 0, info.size > zip_uint64_t(Self.entryLimit) {
            throw .tooLarge(limit: Self.entryLimit)
        }
        guard let file = zip_fopen_index(archive, zip_uint64_t(index), 0) else { throw .damaged(part: name) }
        defer { zip_fclose(file) }
        var result = Data()
        var block = [UInt8](repeating: 0, count: 65_536)
        // The stated size may lie: count what really comes out.
        while true {
            let count = zip_fread(file, &block, zip_uint64_t(block.count))
            guard count >= 0 else { throw .damaged(part: name) }
            if count == 0 { return result }
            guard result.count + Int(count) <= Self.entryLimit else { throw .tooLarge(limit: Self.entryLimit) }
            result.append(contentsOf: block[0..<Int(count)])
        }
    }
}
