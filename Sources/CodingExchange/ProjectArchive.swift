import CZip
import Foundation

/// Packs files into a zip archive, straight from disk to disk.
enum ArchiveWriter {
    /// 1 January 1980, so that the same content gives the same bytes.
    private static let date: zip_uint16_t = 0x21

    /// - Parameter entries: names in the archive, files that hold them, and whether each is compressed; written in this order.
    static func pack(_ entries: [(name: String, file: URL, isCompressed: Bool)], to url: URL, name: String) throws {
        func failed(_ reason: String) -> ExchangeError { .cannotWrite(file: name, reason: reason) }
        var code: Int32 = 0
        guard let archive = zip_open(url.path, ZIP_CREATE | ZIP_TRUNCATE, &code) else { throw failed("the archive cannot be made") }
        do {
            for entry in entries {
                guard let source = zip_source_file(archive, entry.file.path, 0, -1) else { throw failed("the archive cannot be filled") }
                let index = zip_file_add(archive, entry.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
                guard index >= 0 else {
                    zip_source_free(source)
                    throw failed("the archive cannot be filled")
                }
                guard zip_file_set_dostime(archive, zip_uint64_t(index), 0, date, 0) == 0,
                    zip_set_file_compression(archive, zip_uint64_t(index), entry.isCompressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, entry.isCompressed ? 6 : 0) == 0
                else { throw failed("the archive cannot be filled") }
            }
        } catch {
            zip_discard(archive)
            throw error
        }
        guard zip_close(archive) == 0 else {
            zip_discard(archive)
            throw failed("the archive cannot be packed")
        }
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
    }
}

/// A project's parts by name: in a zip archive, or in a folder beside a bare `.qde`. What is asked for never leads out of either, and what
/// comes out is counted, whatever sizes are stated.
final class ProjectParts {
    /// Bytes of one part, and of all together.
    static let partLimit = 512 << 20, limit = 2 << 30, entryLimit = 100_000

    private let archive: OpaquePointer?
    private let folder: URL?
    private let file: String
    private var left = ProjectParts.limit
    /// Lower-case names of the archive's entries, with their numbers.
    private var entries: [String: UInt64] = [:]
    let names: [String]

    init(archive url: URL) throws {
        file = url.lastPathComponent
        folder = nil
        var code: Int32 = 0
        guard let opened = zip_open(url.path, ZIP_RDONLY, &code) else {
            throw ExchangeError.unreadable(file: file, reason: "it is not a whole zip archive; export it again from the other program")
        }
        let count = zip_get_num_entries(opened, 0)
        guard count <= Self.entryLimit else {
            zip_discard(opened)
            throw ExchangeError.tooLarge(file: file, reason: "it holds more than \(Self.entryLimit) files")
        }
        archive = opened
        var names: [String] = []
        for index in 0..<max(0, count) {
            guard let name = zip_get_name(opened, zip_uint64_t(index), 0) else { continue }
            // Windows programs write backslashes.
            let text = String(cString: name).replacing("\\", with: "/")
            guard !text.hasSuffix("/") else { continue }
            names.append(text)
            if entries[text.lowercased()] == nil { entries[text.lowercased()] = UInt64(index) }
        }
        self.names = names
    }

    /// The files beside a bare `.qde`, as an archive would have them.
    init(beside url: URL) {
        file = url.lastPathComponent
        archive = nil
        let folder = url.deletingLastPathComponent()
        self.folder = folder
        names = [url.lastPathComponent]
    }

    deinit { if let archive { zip_discard(archive) } }

    /// The project's own file: `project.qde`, or the only one called `.qde`.
    var project: String? {
        if folder != nil { return names.first }
        let found = names.filter { $0.lowercased().hasSuffix(".qde") && !$0.hasPrefix("__MACOSX/") }
        return found.first { $0.lowercased() == "project.qde" } ?? found.min { ($0.count, $0) < ($1.count, $1) }
    }

    /// A source's file by its bare name, in `sources`, `Sources` or beside the project; nil when there is none.
    func source(_ name: String) throws -> Data? {
        guard !name.contains("/"), !name.contains("\\"), name != "..", name != ".", !name.isEmpty else { return nil }
        if let folder {
            for place in ["sources/", "Sources/", ""] {
                let url = folder.appendingPathComponent(place + name)
                // A link could lead anywhere.
                let isFile = (try? FileManager.default.attributesOfItem(atPath: url.path))?[.type] as? FileAttributeType == .typeRegular
                if isFile { return try data(at: url) }
            }
            return nil
        }
        let base = (project.map { ($0 as NSString).deletingLastPathComponent } ?? "").lowercased()
        let prefix = base.isEmpty ? "" : base + "/"
        for place in [prefix + "sources/", prefix, "sources/", ""] {
            if let index = entries[place + name.lowercased()] { return try unpack(index) }
        }
        return nil
    }

    func data(_ name: String) throws -> Data {
        if let folder { return try data(at: folder.appendingPathComponent(name)) }
        guard let index = entries[name.lowercased()] else { throw ExchangeError.unreadable(file: file, reason: "a part of it is missing") }
        return try unpack(index)
    }

    private func spend(_ count: Int, in part: Int) throws {
        left -= count
        guard left >= 0, part <= Self.partLimit else { throw ExchangeError.tooLarge(file: file, reason: "it unpacks to more than is sensible") }
    }

    private func data(at url: URL) throws -> Data {
        let size = ((try? FileManager.default.attributesOfItem(atPath: url.path))?[.size] as? NSNumber)?.intValue ?? 0
        try spend(size, in: size)
        guard let data = try? Data(contentsOf: url) else { throw ExchangeError.unreadable(file: file, reason: "a part of it cannot be opened") }
        return data
    }

    private func unpack(_ index: UInt64) throws -> Data {
        var info = zip_stat_t()
        zip_stat_init(&info)
        let damaged = ExchangeError.unreadable(file: file, reason: "a part of it is damaged; export it again from the other program")
        guard zip_stat_index(archive, index, 0, &info) == 0 else { throw damaged }
        if info.valid & zip_uint64_t(ZIP_STAT_ENCRYPTION_METHOD) != 0, info.encryption_method != ZIP_EM_NONE {
            throw ExchangeError.unreadable(file: file, reason: "it is protected by a password; export it without one")
        }
        guard let part = zip_fopen_index(archive, index, 0) else { throw damaged }
        defer { zip_fclose(part) }
        var result = Data(), block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = zip_fread(part, &block, zip_uint64_t(block.count))
            guard count >= 0 else { throw damaged }
            if count == 0 { return result }
            try spend(Int(count), in: result.count + Int(count))
            result.append(contentsOf: block[0..<Int(count)])
        }
    }
}
