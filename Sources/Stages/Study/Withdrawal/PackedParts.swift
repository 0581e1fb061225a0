import CZip
import Foundation
import ZipFiles

/// The parts of a zip archive (docx, xlsx, odt, qdpx): all of them, to look through or to change.
enum PackedParts {
    struct Failure: Error {}

    struct Part {
        var name: String
        var data: Data
        var isCompressed: Bool
    }

    private static let limit = 256 << 20

    static func read(_ url: URL) throws -> [Part] {
        let archive = try ZipArchive(Data(contentsOf: url), budget: ZipBudget(partBytes: limit, totalBytes: limit))
        return try archive.parts.map { Part(name: $0.name, data: try archive.data($0), isCompressed: $0.isCompressed) }
    }

    /// Writes the parts, in their order, to a new archive.
    static func write(_ parts: [Part], to url: URL) throws {
        var code: Int32 = 0
        _ = Libzip.isReady
        guard let archive = zip_open(url.path, ZIP_CREATE | ZIP_TRUNCATE, &code) else { throw Failure() }
        for part in parts {
            guard let copy = malloc(max(1, part.data.count)) else { zip_discard(archive); throw Failure() }
            part.data.withUnsafeBytes { bytes in if let base = bytes.baseAddress { memcpy(copy, base, bytes.count) } }
            guard let source = zip_source_buffer(archive, copy, zip_uint64_t(part.data.count), 1) else {
                free(copy)
                zip_discard(archive)
                throw Failure()
            }
            let index = zip_file_add(archive, part.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
            guard index >= 0, zip_set_file_compression(archive, zip_uint64_t(index), part.isCompressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) == 0,
                zip_file_set_dostime(archive, zip_uint64_t(index), 0, 0x21, 0) == 0
            else { zip_discard(archive); throw Failure() }
        }
        guard zip_close(archive) == 0 else { zip_discard(archive); throw Failure() }
    }
}
