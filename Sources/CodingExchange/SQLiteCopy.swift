import Foundation
import GRDB

/// Another program's database, read from a private copy: opening it must not change a byte of theirs.
enum SQLiteCopy {
    static func read<T>(_ url: URL, _ work: (Database) throws -> T) throws -> T {
        let manager = FileManager.default, name = url.lastPathComponent
        // The process's number is in the name: what a killed program leaves is known for that and swept.
        let folder = manager.temporaryDirectory.appendingPathComponent("ordrett-\(getpid())-\(UUID().uuidString)")
        do {
            try manager.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? manager.removeItem(at: folder) }
            let copy = folder.appendingPathComponent("project.sqlite")
            try manager.copyItem(at: url, to: copy)
            if manager.fileExists(atPath: url.path + "-wal") { try manager.copyItem(atPath: url.path + "-wal", toPath: copy.path + "-wal") }
            let queue = try DatabaseQueue(path: copy.path)
            defer { try? queue.close() }
            return try queue.read(work)
        } catch let error as DatabaseError {
            throw ExchangeError.unreadable(file: name, reason: "its database does not hold what is expected (SQLite says \(error.resultCode.rawValue)); it may be of a newer version, or damaged")
        } catch let error as CocoaError {
            throw ExchangeError.unreadable(file: name, reason: "it cannot be copied (\(error.code.rawValue))")
        }
    }

    /// Columns differ between versions of a program.
    static func has(_ column: String, in table: String, _ db: Database) throws -> Bool {
        try db.tableExists(table) && db.columns(in: table).contains { $0.name == column }
    }

    /// `2026-11-28 18:22:55(.000)` as ISO 8601; the programs say no time zone.
    static func time(_ text: String?) -> String? {
        guard let text, text.count >= 19 else { return nil }
        let iso = text.prefix(10) + "T" + text.dropFirst(11).prefix(8) + "Z"
        return REFIProject.time(String(iso))
    }
}
