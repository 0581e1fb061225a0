import Foundation

/// Waits its turn for a file that several processes read, change and write.
public final class FileLock: @unchecked Sendable {
    private var descriptor: Int32

    /// Waits until nobody else holds the lock.
    /// - Throws: ``FileFault`` when the lock's file cannot be made.
    public init(_ url: URL) throws {
        descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        while flock(descriptor, LOCK_EX) != 0 { guard errno == EINTR else { throw FileFault(url, errno) } }
    }

    deinit { release() }

    public func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}

/// Keeps two runs from writing to one study at the same time. Held until released or the process ends.
public final class StudyLock: @unchecked Sendable {
    private var descriptor: Int32

    /// - Throws: ``Busy`` when another run holds it, ``FileFault`` when the folder cannot be written.
    public init(folder: URL) throws {
        try SafeFile.makeFolder(folder, confidential: true)
        let url = folder.appendingPathComponent("lock")
        descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            descriptor = -1
            throw Busy()
        }
    }

    deinit { release() }

    public func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    public struct Busy: Error, Sendable, CustomStringConvertible {
        public var description: String {
            "another run is working in this study; wait for it to end, or stop it, and run again"
        }
    }
}
