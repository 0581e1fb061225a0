import Foundation
import GRDB

extension CodingStore {
    /// A copy beside the store, as ``backUp()`` makes.
    public struct Backup: Sendable, Hashable, Codable {
        public var name: String
        /// Made by the program itself before a bulk change; the newest ones are kept.
        public var isAutomatic: Bool
        public var bytes: Int
    }

    /// How many automatic copies are kept.
    public static let automaticBackups = 5
    private static let automaticMark = ".sikkerhet-auto-"

    /// A copy before a bulk change, `NAME.sikkerhet-auto-YYYYMMDD-HHMMSS`; older automatic ones than the newest five go.
    @discardableResult
    public func backUpBeforeBulkChange() throws -> URL {
        let folder = url.deletingLastPathComponent(), stamp = Self.timestamp().filter { $0.isNumber || $0 == "T" }.replacingOccurrences(of: "T", with: "-")
        let stem = url.lastPathComponent + Self.automaticMark + stamp
        var copy = folder.appendingPathComponent(stem), number = 1
        // Two digits: the names' order is the order in time.
        while FileManager.default.fileExists(atPath: copy.path) {
            number += 1
            copy = folder.appendingPathComponent(stem + (number < 10 ? "-0\(number)" : "-\(number)"))
        }
        guard FileManager.default.createFile(atPath: copy.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw StoreError.cannotOpen(file: copy.lastPathComponent, reason: "the copy cannot be created")
        }
        do {
            let queue = try DatabaseQueue(path: copy.path)
            try pool.backup(to: queue)
            try queue.close()
        } catch let error as DatabaseError {
            try? FileManager.default.removeItem(at: copy)
            throw Self.words(error, file: copy.lastPathComponent)
        }
        let automatic = backups().filter(\.isAutomatic).map(\.name)
        for name in automatic.dropLast(Self.automaticBackups) {
            for ending in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(at: folder.appendingPathComponent(name + ending)) }
        }
        return copy
    }

    /// The copies beside the store, by name.
    public func backups() -> [Backup] {
        let folder = url.deletingLastPathComponent(), start = url.lastPathComponent + ".sikkerhet-"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { name in name.hasPrefix(start) && !["-wal", "-shm", "-journal"].contains { name.hasSuffix($0) } }.sorted().map { name in
            let size = (try? FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(name).path))?[.size] as? NSNumber
            return Backup(name: name, isAutomatic: name.contains(Self.automaticMark), bytes: size?.intValue ?? 0)
        }
    }
}
