import Foundation
import Pipeline

/// Makes a file unreadable before it is taken away, as far as a program can.
///
/// The bytes are written over in place, synced, and the file is renamed and removed. On solid-state disks, copy-on-write file
/// systems (btrfs, ZFS, APFS) and network drives old blocks may survive all the same; nothing above the disk can reach those.
enum FileErasure {
    struct Outcome: Sendable, Hashable {
        var wasThere = false
        /// The same bytes have another name somewhere: they were not written over, and are still there under it.
        var hasOtherName = false
    }

    /// Erases a file, or a link (never what it points at). A file that is gone already is no fault.
    /// - Throws: ``FileFault`` when it cannot be removed.
    @discardableResult
    static func erase(_ url: URL) throws -> Outcome {
        var info = stat()
        guard lstat(url.path, &info) == 0 else { return Outcome() }
        var outcome = Outcome(wasThere: true)
        if info.st_mode & S_IFMT == S_IFREG {
            if info.st_nlink > 1 { outcome.hasOtherName = true } else { try overwrite(url, size: Int(info.st_size)) }
        }
        // Names tell as well: the folder's entry is written over by one that says nothing.
        let bare = url.deletingLastPathComponent().appendingPathComponent(".\(UInt32.random(in: 0 ... .max)).tmp")
        let last = rename(url.path, bare.path) == 0 ? bare : url
        guard unlink(last.path) == 0 || errno == ENOENT else { throw FileFault(url, errno) }
        sync(url.deletingLastPathComponent())
        return outcome
    }

    /// Erases every file below a folder, and the folder.
    static func eraseFolder(_ folder: URL) throws -> Int {
        var info = stat()
        guard lstat(folder.path, &info) == 0 else { return 0 }
        guard info.st_mode & S_IFMT == S_IFDIR else { return try erase(folder).wasThere ? 1 : 0 }
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            count += try eraseFolder(folder.appendingPathComponent(name))
        }
        guard rmdir(folder.path) == 0 || errno == ENOENT else { throw FileFault(folder, errno) }
        return count
    }

    /// Removes folders below one that are empty: their names can be ids.
    static func prune(_ folder: URL) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
            let inner = folder.appendingPathComponent(name)
            var info = stat()
            guard lstat(inner.path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { continue }
            prune(inner)
            rmdir(inner.path)
        }
    }

    /// Writes new content in place of an old file, and erases the old: an ordinary rename would leave its blocks readable.
    ///
    /// A link is followed: what it points at is replaced.
    /// - Returns: whether no readable old bytes are left: false where the file system has no second names (exFAT, many network
    ///   drives) or the old file had another name.
    /// - Throws: ``FileFault`` when the new cannot be written or the old cannot be erased.
    @discardableResult
    static func replace(_ url: URL, with data: Data, confidential: Bool = true) throws -> Bool {
        let url = url.resolvingSymlinksInPath(), wasThere = FileManager.default.fileExists(atPath: url.path)
        let old = url.deletingLastPathComponent().appendingPathComponent(".\(UInt32.random(in: 0 ... .max))\(oldEnding)")
        // A second name for the old content, so that it can still be reached once the new one stands in its place.
        let isKept = link(url.path, old.path) == 0
        do { try SafeFile.write(data, to: url, confidential: confidential) } catch {
            if isKept { unlink(old.path) }
            throw error
        }
        return isKept ? try !erase(old).hasOtherName : !wasThere
    }

    private static let oldEnding = ".gammel.tmp"

    /// Erases old content in a folder that ``replace(_:with:confidential:)`` was stopped before erasing.
    /// - Parameter deep: in every folder below it as well.
    static func sweep(_ folder: URL, deep: Bool) throws {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
            let inner = folder.appendingPathComponent(name)
            var info = stat()
            guard lstat(inner.path, &info) == 0 else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                if deep { try sweep(inner, deep: true) }
            } else if name.hasPrefix("."), name.hasSuffix(oldEnding), UInt32(name.dropFirst().dropLast(oldEnding.count)) != nil {
                try erase(inner)
            }
        }
    }

    private static func overwrite(_ url: URL, size: Int) throws {
        var descriptor = open(url.path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor < 0, errno == EACCES, chmod(url.path, 0o600) == 0 { descriptor = open(url.path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0, count: 1 << 20)
        var left = size
        while left > 0 {
            let count = block.withUnsafeBytes { write(descriptor, $0.baseAddress, min(left, $0.count)) }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileFault(url, errno)
            }
            left -= count
        }
        guard fsync(descriptor) == 0 else { throw FileFault(url, errno) }
    }

    private static func sync(_ folder: URL) {
        let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
