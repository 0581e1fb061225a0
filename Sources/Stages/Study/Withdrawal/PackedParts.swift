import CZip
import Foundation

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
        var code: Int32 = 0
        guard let archive = zip_open(url.path, ZIP_RDONLY, &code) else { throw Failure() }
        defer { zip_discard(archive) }
        var parts: [Part] = [], total = 0
        for index in 0..<zip_uint64_t(max(0, zip_get_num_entries(archive, 0))) {
            var info = zip_stat_t()
            zip_stat_init(&info)
            guard zip_stat_index(archive, index, 0, &info) == 0, let name = zip_get_name(archive, index, 0), let file = zip_fopen_index(archive, index, 0)
            else { throw Failure() }
            defer { zip_fclose(file) }
            var data = Data(), block = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = zip_fread(file, &block, zip_uint64_t(block.count))
                guard count >= 0 else { throw Failure() }
                if count == 0 { break }
                total += Int(count)
                guard total <= limit else { throw Failure() }
                data.append(contentsOf: block[0..<Int(count)])
            }
            parts.append(Part(name: String(cString: name), data: data, isCompressed: info.comp_method != UInt16(ZIP_CM_STORE)))
        }
        return parts
    }

    /// Writes the parts, in their order, to a new archive.
    static func write(_ parts: [Part], to url: URL) throws {
        var code: Int32 = 0
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
