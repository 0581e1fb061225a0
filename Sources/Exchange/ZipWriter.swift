import CZip
import Foundation
import ZipFiles

/// An archive (docx, xlsx, odt) could not be packed in memory.
public struct PackingError: Error, Sendable, CustomStringConvertible {
    /// The call of libzip that refused.
    let call: String
    /// libzip's and the system's numbers of the error, as in `zip_error_code_zip` and `zip_error_code_system`.
    let code: Int32, system: Int32

    fileprivate init(_ call: String, _ error: UnsafeMutablePointer<zip_error_t>?) {
        self.call = call
        code = error.map { zip_error_code_zip($0) } ?? 0
        system = error.map { zip_error_code_system($0) } ?? 0
    }

    public var description: String {
        "a file could not be packed (\(call), libzip \(code), system \(system)): run again; if it persists, free some memory"
    }
}

/// Writes a zip archive in memory: entries in the order given, all with the same fixed time, so the same content gives
/// the same bytes.
enum ZipWriter {
    /// 1 January 1980, the earliest time a zip entry can have (MS-DOS form).
    private static let date: zip_uint16_t = 0x21

    static func archive(_ entries: [(name: String, data: Data)]) throws -> Data { try archive(entries.map { ($0.name, $0.data, true) }) }

    /// - Parameter entries: with whether each is compressed.
    /// - Throws: ``PackingError``.
    static func archive(_ entries: [(name: String, data: Data, isCompressed: Bool)]) throws -> Data {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let target = zip_source_buffer_create(nil, 0, 0, &error) else { throw PackingError("zip_source_buffer_create", &error) }
        // The archive frees its source on closing; keep it, to read the result from.
        zip_source_keep(target)
        defer { zip_source_free(target) }
        _ = Libzip.isReady
        guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error) else {
            zip_source_free(target)
            throw PackingError("zip_open_from_source", &error)
        }
        do {
            for entry in entries { try add(entry.name, entry.data, isCompressed: entry.isCompressed, to: archive) }
            guard zip_close(archive) == 0 else { throw PackingError("zip_close", zip_get_error(archive)) }
        } catch {
            zip_discard(archive)
            throw error
        }
        return try contents(of: target)
    }

    private static func add(_ name: String, _ data: Data, isCompressed: Bool, to archive: OpaquePointer) throws {
        // libzip reads the bytes when it closes the archive, and then frees them.
        guard let copy = malloc(max(1, data.count)) else { throw PackingError("malloc", nil) }
        data.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { memcpy(copy, base, bytes.count) }
        }
        guard let source = zip_source_buffer(archive, copy, zip_uint64_t(data.count), 1) else {
            free(copy)
            throw PackingError("zip_source_buffer", zip_get_error(archive))
        }
        let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            throw PackingError("zip_file_add", zip_get_error(archive))
        }
        guard zip_file_set_dostime(archive, zip_uint64_t(index), 0, date, 0) == 0 else { throw PackingError("zip_file_set_dostime", zip_get_error(archive)) }
        guard zip_set_file_compression(archive, zip_uint64_t(index), isCompressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, isCompressed ? 6 : 0) == 0 else {
            throw PackingError("zip_set_file_compression", zip_get_error(archive))
        }
    }

    private static func contents(of source: OpaquePointer) throws -> Data {
        guard zip_source_open(source) == 0 else { throw PackingError("zip_source_open", zip_source_error(source)) }
        defer { zip_source_close(source) }
        var result = Data()
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = zip_source_read(source, &block, zip_uint64_t(block.count))
            guard count >= 0 else { throw PackingError("zip_source_read", zip_source_error(source)) }
            if count == 0 { return result }
            result.append(contentsOf: block[0..<Int(count)])
        }
    }
}
