import Foundation
import Synchronization

/// Which process works on which item, so that several runs, on one machine or many, share a study: a file in the cache for each item,
/// locked while something of the item is made. Held until given back or the process ends.
struct ItemLocks: Sendable {
    let store: ArtefactStore

    /// Another process works on the item.
    struct Busy: Error, Sendable { var item: String }

    /// Locks an item.
    /// - Parameter patience: wait for another process, looking a few times a second; false throws ``Busy``.
    /// - Throws: `CancellationError` while waiting; ``FileFault`` when the file cannot be made.
    func take(_ item: String, patience: Bool) async throws -> FileLock {
        let url = try store.lockFile(of: item)
        try SafeFile.makeFolder(url.deletingLastPathComponent(), confidential: true)
        while true {
            if let lock = try FileLock(ifFree: url) { return lock }
            guard patience else { throw Busy(item: item) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension ArtefactStore {
    public static let lockFolder = "laas"

    func lockFile(of item: String) throws -> URL {
        lockFile(named: try safekeeping.sealing?.forWriting().name("lock/" + item) ?? StoreFiles.plainName(item))
    }

    /// A name tells nobody the item's id, which can name people.
    private func lockFile(named name: String) -> URL { folders.cache.appendingPathComponent(Self.lockFolder).appendingPathComponent(name + ".lock") }

    /// Erases the lock of an item that nobody works on, in a study that this process has alone.
    func removeLock(of item: String) {
        unlink(lockFile(named: StoreFiles.plainName(item)).path)
        if let sealer = (try? safekeeping.sealing?.existing()).flatMap({ $0 }) { unlink(lockFile(named: sealer.name("lock/" + item)).path) }
    }
}
