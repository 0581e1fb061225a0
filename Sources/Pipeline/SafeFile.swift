import Foundation

/// Writing that never leaves half a file and never widens who may read it.
public enum SafeFile {
    /// Writes to a temporary neighbour, syncs it to the disk, and renames it into place.
    ///
    /// Files are created 0600, and missing folders 0700 when `confidential`, else by the umask.
    /// - Throws: ``FileFault`` that names the file and what to do.
    public static func write(_ data: Data, to url: URL, confidential: Bool) throws {
        // Through a link to what it points at; never a rename over a device, a pipe or a folder.
        let url = url.resolvingSymlinksInPath()
        var info = stat()
        if lstat(url.path, &info) == 0, info.st_mode & S_IFMT != S_IFREG { throw FileFault(url, EISDIR) }
        try makeFolder(url.deletingLastPathComponent(), confidential: confidential)
        let isThere = info.st_mode != 0
        let wanted: mode_t = confidential ? 0o600 : 0o644
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp")
        let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isThere ? wanted & info.st_mode | 0o600 : wanted)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        var keep = false
        defer { if !keep { unlink(temporary.path) } }
        do {
            defer { close(descriptor) }
            try data.withUnsafeBytes { buffer in
                var offset = 0
                while offset < buffer.count {
                    let n = Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                    if n < 0 {
                        if errno == EINTR { continue }
                        throw FileFault(url, errno)
                    }
                    offset += n
                }
            }
            guard fsync(descriptor) == 0 else { throw FileFault(url, errno) }
        }
        guard rename(temporary.path, url.path) == 0 else { throw FileFault(url, errno) }
        keep = true
    }

    /// Copies a file of any size, whole or not at all, closed to others (0600). Nothing is replaced.
    /// - Parameter progress: called once a block; throws to stop.
    /// - Returns: the SHA-256 of what was copied.
    /// - Throws: ``FileFault``, with `EEXIST` when something of that name is there.
    public static func copy(_ source: URL, to url: URL, progress: () throws -> Void = {}) throws -> String {
        let input = open(source.path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw FileFault(source, errno, .read) }
        defer { close(input) }
        try makeFolder(url.deletingLastPathComponent(), confidential: true)
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp")
        let output = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw FileFault(url, errno) }
        defer {
            close(output)
            unlink(temporary.path)
        }
        var block = [UInt8](repeating: 0, count: 1 << 20), hash = Digest.Running()
        while true {
            try progress()
            let count = read(input, &block, block.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileFault(source, errno, .read)
            }
            if count == 0 { break }
            hash.add(block[..<count])
            var offset = 0
            while offset < count {
                let n = block.withUnsafeBytes { Foundation.write(output, $0.baseAddress! + offset, count - offset) }
                if n < 0 {
                    if errno == EINTR { continue }
                    throw FileFault(url, errno)
                }
                offset += n
            }
        }
        guard fsync(output) == 0 else { throw FileFault(url, errno) }
        // A link fails where something is; a rename would replace it. FAT knows no links.
        if link(temporary.path, url.path) != 0 {
            guard errno != EEXIST, !FileManager.default.fileExists(atPath: url.path) else { throw FileFault(url, EEXIST) }
            guard rename(temporary.path, url.path) == 0 else { throw FileFault(url, errno) }
        }
        return hash.digest
    }

    /// Closes existing folders of a study to others (0700).
    public static func narrow(_ folders: [URL]) throws {
        for url in folders {
            var info = stat()
            guard stat(url.path, &info) == 0, info.st_mode & 0o077 != 0 else { continue }
            guard chmod(url.path, 0o700) == 0 else { throw FileFault(url, errno) }
        }
    }

    /// Makes a folder and those above it; confidential ones are 0700.
    public static func makeFolder(_ url: URL, confidential: Bool) throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw FileFault(url, ENOTDIR) }
            return  // Whose it is, nobody here knows; the study's own folders are narrowed by `narrow`.
        }
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true,
                attributes: confidential ? [.posixPermissions: 0o700] : nil)
        } catch {
            throw FileFault(url, errno == 0 ? EACCES : errno)
        }
        if confidential { chmod(url.path, 0o700) }
    }

    /// Overwrites a file with zeros, syncs, and removes it.
    ///
    /// A file system that writes elsewhere (copy on write, flash) may still hold the old blocks: what must be gone for good
    /// is kept encrypted, and its key destroyed.
    /// - Throws: ``FileFault``; a file that is not there is no error.
    public static func erase(_ url: URL) throws {
        var info = stat()
        guard lstat(url.path, &info) == 0 else { return }
        if info.st_mode & S_IFMT == S_IFREG, info.st_nlink == 1 {
            let descriptor = open(url.path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { throw FileFault(url, errno) }
            defer { close(descriptor) }
            let zeros = [UInt8](repeating: 0, count: 1 << 16)
            var left = Int(info.st_size)
            while left > 0 {
                let n = Foundation.write(descriptor, zeros, min(left, zeros.count))
                if n < 0 {
                    if errno == EINTR { continue }
                    throw FileFault(url, errno)
                }
                left -= n
            }
            guard fsync(descriptor) == 0 else { throw FileFault(url, errno) }
        }
        guard unlink(url.path) == 0 else { throw FileFault(url, errno) }
    }

    /// Renames a file out of the way: `a.docx` becomes `a.endret-1.docx`, the first number that is free.
    /// - Parameter folder: where it goes, closed to others; nil for the folder it lies in.
    @discardableResult
    public static func setAside(_ url: URL, into folder: URL? = nil) throws -> URL {
        if let folder { try makeFolder(folder, confidential: true) }
        let stem = url.deletingPathExtension().lastPathComponent, suffix = url.pathExtension
        for number in 1... {
            let name = "\(stem).endret-\(number)" + (suffix.isEmpty ? "" : ".\(suffix)")
            let aside = (folder ?? url.deletingLastPathComponent()).appendingPathComponent(name)
            if FileManager.default.fileExists(atPath: aside.path) { continue }
            guard rename(url.path, aside.path) == 0 else { throw FileFault(url, errno) }
            if folder != nil { chmod(aside.path, 0o600) }
            return aside
        }
        throw FileFault(url, EEXIST)
    }
}

/// The system said no to a file: which one (by its last two path components), why, and what to do.
public struct FileFault: Error, Sendable, CustomStringConvertible {
    public enum Action: String, Sendable { case read, write }

    public let name: String
    public let number: Int32
    public let action: Action

    public init(_ url: URL, _ number: Int32, _ action: Action = .write) {
        self.name = url.pathComponents.suffix(2).joined(separator: "/")
        self.number = number
        self.action = action
    }

    /// The disk takes no more, from anybody.
    public var isOfDisk: Bool { [ENOSPC, EDQUOT, EROFS].contains(number) }

    /// Whether an error, of whatever kind, says that the disk is full or read-only.
    public static func isOfDisk(_ error: any Error) -> Bool {
        switch error {
        case let fault as FileFault: fault.isOfDisk
        case let error as CocoaError: [.fileWriteOutOfSpace, .fileWriteVolumeReadOnly].contains(error.code)
        case let error as POSIXError: [.ENOSPC, .EDQUOT, .EROFS].contains(error.code)
        default: false
        }
    }

    public var description: String {
        let advice =
            switch number {
            case ENOSPC, EDQUOT: "make room on the disk and run again; nothing written before is lost"
            case EACCES, EPERM: "check who owns it and that you may \(action.rawValue) there"
            case EROFS: "the disk is read-only; copy the study to a disk you can write to, or give another --out"
            case ENOENT: "check the path"
            case EISDIR: "something that is no plain file stands there; name another file"
            case ENOTDIR: "a file stands where a folder is needed; move it"
            default: "try again; if it persists, check the disk"
            }
        return "cannot \(action.rawValue) '\(name)': \(String(cString: strerror(number))); \(advice)"
    }
}
