import Anonymization
import Crypto
import Foundation
import GRDB
import Transcript

/// The analysis of a study: one SQLite file, many readers, one writer.
///
/// It takes ``AnonymizedTranscript`` and nothing else, so that raw talk cannot reach it.
public final class CodingStore: Sendable {
    private static let opening = NSLock()
    let pool: DatabasePool
    public let url: URL

    /// Opens the store, making it (0600) when there is none. An older store is backed up and then migrated.
    public init(_ url: URL) throws {
        self.url = url
        // One at a time: between the making of the file and its first table it looks like an empty one.
        Self.opening.lock()
        defer { Self.opening.unlock() }
        let name = url.lastPathComponent
        let isNew = !FileManager.default.fileExists(atPath: url.path)
        let size = (try? FileManager.default.attributesOfItem(atPath: url.path))?[.size] as? NSNumber
        if !isNew, size?.intValue == 0, !FileManager.default.fileExists(atPath: url.path + "-wal") {
            // SQLite would take an empty file for a new store, and what was coded would seem never to have been.
            throw StoreError.damaged(file: name)
        }
        if isNew {
            // Made closed before SQLite fills it, so that it never stands open to others.
            guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw StoreError.cannotOpen(file: name, reason: "the file cannot be created") }
        }
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(30)
        // What is removed is overwritten, not only forgotten.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
        do {
            pool = try DatabasePool(path: url.path, configuration: configuration)
            let migrator = Schema.migrator
            let (complete, superseded) = try pool.read {
                (try migrator.hasCompletedMigrations($0), try migrator.hasBeenSuperseded($0))
            }
            if superseded { throw StoreError.newerThanProgram(file: name) }
            if !complete {
                if !isNew { try Self.backUp(pool, beside: url) }
                try migrator.migrate(pool)
            }
        } catch let error as DatabaseError {
            throw Self.words(error, file: name)
        }
    }

    static func words(_ error: DatabaseError, file: String) -> StoreError {
        switch error.resultCode {
        case .SQLITE_NOTADB: .notAStore(file: file)
        case .SQLITE_CORRUPT: .damaged(file: file)
        case .SQLITE_FULL: .cannotOpen(file: file, reason: "the disk is full")
        case .SQLITE_BUSY, .SQLITE_LOCKED: .cannotOpen(file: file, reason: "another program holds it")
        // Also what a full disk is told as, where the file beside the store cannot be made.
        case .SQLITE_IOERR: .cannotOpen(file: file, reason: "reading or writing failed; nothing was changed. The disk may be full, or gone")
        case .SQLITE_READONLY: .cannotOpen(file: file, reason: "it is read-only")
        default: .cannotOpen(file: file, reason: "SQLite says \(error.resultCode.rawValue)")
        }
    }

    /// Runs work on the database with its errors in the store's own words.
    func translating<T>(_ work: () throws -> T) throws -> T {
        do { return try work() } catch let error as DatabaseError { throw Self.words(error, file: url.lastPathComponent) }
    }

    /// Reads in one snapshot, with errors in the store's own words: for analyses that ask the database themselves.
    package func reading<T>(_ work: (Database) throws -> T) throws -> T { try translating { try pool.read(work) } }

    /// A consistent copy beside the store, `NAME.sikkerhet-YYYYMMDD-HHMMSS`, 0600.
    @discardableResult
    public func backUp() throws -> URL { try Self.backUp(pool, beside: url) }

    @discardableResult
    private static func backUp(_ pool: DatabasePool, beside url: URL) throws -> URL {
        let stamp = timestamp().filter { $0.isNumber || $0 == "T" }.replacingOccurrences(of: "T", with: "-")
        var copy = url.deletingLastPathComponent().appendingPathComponent("\(url.lastPathComponent).sikkerhet-\(stamp)")
        var number = 1
        while FileManager.default.fileExists(atPath: copy.path) {
            number += 1
            copy = url.deletingLastPathComponent()
                .appendingPathComponent("\(url.lastPathComponent).sikkerhet-\(stamp)-\(number)")
        }
        _ = FileManager.default.createFile(atPath: copy.path, contents: nil, attributes: [.posixPermissions: 0o600])
        try pool.backup(to: DatabaseQueue(path: copy.path))
        return copy
    }

    /// SQLite's own check of the file, and of the foreign keys.
    /// - Throws: ``StoreError/damaged(file:)``.
    public func checkIntegrity() throws {
        let sound = try pool.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"]
                && Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty
        }
        if !sound { throw StoreError.damaged(file: url.lastPathComponent) }
    }

    static func timestamp() -> String { Date().ISO8601Format(.iso8601) }

    public func history() throws -> [HistoryRecord] {
        try pool.read { try HistoryRecord.order(Column("id")).fetchAll($0) }
    }
}
