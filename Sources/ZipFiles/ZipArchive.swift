import CZip
import Foundation

/// Why a zip archive, or a part of one, cannot be read.
public enum ZipFault: Error, Sendable, Hashable {
    case notArchive
    case damaged(part: String)
    case encrypted(part: String)
    /// One part unpacks to more than so many bytes.
    case partTooLarge(part: String, limit: Int)
    /// All parts together unpack to more than so many bytes.
    case tooLarge(limit: Int)
    /// More parts than so many.
    case tooMany(limit: Int)
}

/// What may be unpacked, so that a small file cannot fill the machine. One budget can serve several archives, one inside another.
public final class ZipBudget {
    /// Parts in one archive; bytes of one part; bytes of all parts that are read.
    public let parts: Int
    public let partBytes: Int
    public let totalBytes: Int
    private var spent = 0

    public init(parts: Int = 20_000, partBytes: Int = 64 << 20, totalBytes: Int = 512 << 20) {
        self.parts = parts
        self.partBytes = partBytes
        self.totalBytes = totalBytes
    }

    fileprivate func spend(_ count: Int) throws(ZipFault) {
        spent += count
        if spent > totalBytes { throw .tooLarge(limit: totalBytes) }
    }
}

/// A zip archive (PKWARE APPNOTE 6.3), in memory or on disk, read by libzip within a budget.
public final class ZipArchive {
    public struct Part: Sendable, Hashable {
        /// With `/` between folders; a folder's own entry ends in one.
        public var name: String
        public var isCompressed: Bool
        public var isEncrypted: Bool
        fileprivate var index: UInt64
        /// As the archive states it, which need not be true.
        fileprivate var statedBytes: UInt64?

        public var isFolder: Bool { name.hasSuffix("/") }
    }

    /// An extra field (APPNOTE 4.5): what packers keep beside a part.
    public struct ExtraField: Sendable, Hashable {
        public var id: UInt16
        public var data: Data
    }

    /// All entries, in their order. Two may have one name.
    public let parts: [Part]

    private let archive: OpaquePointer
    /// The archive reads from this copy until it is closed; nil for one on disk.
    private let buffer: UnsafeMutableRawPointer?
    private let budget: ZipBudget

    /// - Throws: ``ZipFault/notArchive``, ``ZipFault/tooMany(limit:)``, ``ZipFault/damaged(part:)`` for a directory that breaks off.
    public convenience init(_ data: Data, budget: ZipBudget = ZipBudget()) throws(ZipFault) {
        guard !data.isEmpty, let buffer = malloc(data.count) else { throw .notArchive }
        data.withUnsafeBytes { source in if let base = source.baseAddress { memcpy(buffer, base, source.count) } }
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(buffer, zip_uint64_t(data.count), 0, &error) else {
            free(buffer)
            throw .notArchive
        }
        _ = Libzip.isReady
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            zip_source_free(source)
            free(buffer)
            throw .notArchive
        }
        try self.init(archive, buffer, budget)
    }

    /// An archive on disk, which is read where it lies: one too large to hold.
    /// - Throws: as ``init(_:budget:)``.
    public convenience init(contentsOf url: URL, budget: ZipBudget = ZipBudget()) throws(ZipFault) {
        _ = Libzip.isReady
        guard let archive = zip_open(url.path, ZIP_RDONLY, nil) else { throw .notArchive }
        try self.init(archive, nil, budget)
    }

    /// Takes both over.
    private init(_ archive: OpaquePointer, _ buffer: UnsafeMutableRawPointer?, _ budget: ZipBudget) throws(ZipFault) {
        self.archive = archive
        self.buffer = buffer
        self.budget = budget
        let count = zip_get_num_entries(archive, 0)
        guard count <= budget.parts else {
            zip_discard(archive)
            free(buffer)
            throw .tooMany(limit: budget.parts)
        }
        var parts: [Part] = []
        for index in 0..<zip_uint64_t(max(0, count)) {
            var info = zip_stat_t()
            zip_stat_init(&info)
            guard let name = zip_get_name(archive, index, 0), zip_stat_index(archive, index, 0, &info) == 0 else {
                zip_discard(archive)
                free(buffer)
                throw .damaged(part: "directory")
            }
            parts.append(
                Part(
                    name: String(cString: name), isCompressed: info.comp_method != UInt16(ZIP_CM_STORE),
                    isEncrypted: info.valid & zip_uint64_t(ZIP_STAT_ENCRYPTION_METHOD) != 0 && info.encryption_method != ZIP_EM_NONE,
                    index: index, statedBytes: info.valid & zip_uint64_t(ZIP_STAT_SIZE) != 0 ? info.size : nil))
        }
        self.parts = parts
    }

    deinit {
        zip_discard(archive)
        free(buffer)
    }

    /// The part of a name; of two the first.
    public func part(_ name: String) -> Part? { parts.first { $0.name == name } }

    /// The unpacked bytes of a part.
    /// - Throws: ``ZipFault`` for a damaged, encrypted or too large one.
    public func data(_ part: Part) throws(ZipFault) -> Data {
        if part.isEncrypted { throw .encrypted(part: part.name) }
        if let stated = part.statedBytes, stated > UInt64(budget.partBytes) { throw .partTooLarge(part: part.name, limit: budget.partBytes) }
        guard let file = zip_fopen_index(archive, part.index, 0) else { throw .damaged(part: part.name) }
        defer { zip_fclose(file) }
        var result = Data(), block = [UInt8](repeating: 0, count: 65_536)
        // The stated size may lie: what really comes out is counted.
        while true {
            let count = zip_fread(file, &block, zip_uint64_t(block.count))
            guard count >= 0 else { throw .damaged(part: part.name) }
            if count == 0 { return result }
            try budget.spend(Int(count))
            guard result.count + Int(count) <= budget.partBytes else { throw .partTooLarge(part: part.name, limit: budget.partBytes) }
            result.append(contentsOf: block[0..<Int(count)])
        }
    }

    /// What stands beside the parts for whoever opens the archive; empty when nothing does. In no stated encoding.
    public var comment: Data {
        var length: Int32 = 0
        guard let text = zip_get_archive_comment(archive, &length, zip_flags_t(ZIP_FL_ENC_RAW)), length > 0 else { return Data() }
        return Data(bytes: text, count: Int(length))
    }

    /// The comment on a part; empty when there is none.
    public func comment(_ part: Part) -> Data {
        var length: UInt32 = 0
        guard let text = zip_file_get_comment(archive, part.index, &length, zip_flags_t(ZIP_FL_ENC_RAW)), length > 0 else { return Data() }
        return Data(bytes: text, count: Int(length))
    }

    /// A part's extra fields, in the directory and beside the part itself, each once. Those that libzip has read itself (64-bit sizes,
    /// names and comments in UTF-8, AES) are not among them.
    public func extraFields(_ part: Part) -> [ExtraField] {
        var fields: [ExtraField] = []
        for place in [ZIP_FL_CENTRAL, ZIP_FL_LOCAL] {
            let flags = zip_flags_t(place), count = zip_file_extra_fields_count(archive, part.index, flags)
            for number in 0..<UInt16(clamping: max(0, count)) {
                var id: UInt16 = 0, length: UInt16 = 0
                guard let bytes = zip_file_extra_field_get(archive, part.index, number, &id, &length, flags) else { continue }
                let field = ExtraField(id: id, data: Data(bytes: bytes, count: Int(length)))
                if !fields.contains(field) { fields.append(field) }
            }
        }
        return fields
    }
}
