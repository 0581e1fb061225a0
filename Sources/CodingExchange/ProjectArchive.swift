import CZip
import Foundation
import ZipFiles

/// Packs files into a zip archive, straight from disk to disk.
enum ArchiveWriter {
    /// 1 January 1980, so that the same content gives the same bytes.
    private static let date: zip_uint16_t = 0x21

    /// - Parameter entries: names in the archive, files that hold them, and whether each is compressed; written in this order.
    static func pack(_ entries: [(name: String, file: URL, isCompressed: Bool)], to url: URL, name: String) throws {
        func failed(_ reason: String) -> ExchangeError { .cannotWrite(file: name, reason: reason) }
        var code: Int32 = 0
        _ = Libzip.isReady
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

    private let archive: ZipArchive?
    private let folder: URL?
    private let file: String
    private var left = ProjectParts.limit
    /// Parts of the archive by their lower-case names.
    private var entries: [String: ZipArchive.Part] = [:]
    let names: [String]

    init(archive url: URL) throws {
        file = url.lastPathComponent
        folder = nil
        do {
            archive = try ZipArchive(contentsOf: url, budget: ZipBudget(parts: Self.entryLimit, partBytes: Self.partLimit, totalBytes: Self.limit))
        } catch {
            throw Self.words(error, file)
        }
        var names: [String] = []
        for part in archive?.parts ?? [] where !part.isFolder {
            // Windows programs write backslashes.
            let name = part.name.replacing("\\", with: "/")
            guard !name.hasSuffix("/") else { continue }
            names.append(name)
            if entries[name.lowercased()] == nil { entries[name.lowercased()] = part }
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
            if let part = entries[place + name.lowercased()] { return try unpack(part) }
        }
        return nil
    }

    func data(_ name: String) throws -> Data {
        if let folder { return try data(at: folder.appendingPathComponent(name)) }
        guard let part = entries[name.lowercased()] else { throw ExchangeError.unreadable(file: file, reason: "a part of it is missing") }
        return try unpack(part)
    }

    private func data(at url: URL) throws -> Data {
        let size = ((try? FileManager.default.attributesOfItem(atPath: url.path))?[.size] as? NSNumber)?.intValue ?? 0
        left -= size
        guard left >= 0, size <= Self.partLimit else { throw Self.words(.tooLarge(limit: Self.limit), file) }
        guard let data = try? Data(contentsOf: url) else { throw ExchangeError.unreadable(file: file, reason: "a part of it cannot be opened") }
        return data
    }

    private func unpack(_ part: ZipArchive.Part) throws -> Data {
        guard let archive else { return Data() }
        do { return try archive.data(part) } catch { throw Self.words(error, file) }
    }

    static func words(_ fault: ZipFault, _ file: String) -> ExchangeError {
        switch fault {
        case .notArchive: .unreadable(file: file, reason: "it is not a whole zip archive; export it again from the other program")
        case .damaged: .unreadable(file: file, reason: "a part of it is damaged; export it again from the other program")
        case .encrypted: .unreadable(file: file, reason: "it is protected by a password; export it without one")
        case .tooMany(let limit): .tooLarge(file: file, reason: "it holds more than \(limit) files")
        case .partTooLarge, .tooLarge: .tooLarge(file: file, reason: "it unpacks to more than is sensible")
        }
    }
}
