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
///
/// The lock's file says who holds it. A process that ends without releasing leaves that there: the next one knows that there may be
/// something to sweep up (``wasLeft``).
public final class StudyLock: @unchecked Sendable {
    private var descriptor: Int32
    /// The holder before ended without releasing the lock: it was killed, or the machine went down.
    public let wasLeft: Bool

    /// Who holds a lock.
    public struct Holder: Codable, Sendable, Hashable {
        public var process: Int32
        /// Seconds since 1970.
        public var since: Double
    }

    /// - Throws: ``Busy`` when another run holds it, ``FileFault`` when the folder cannot be written.
    public init(folder: URL) throws {
        try SafeFile.makeFolder(folder, confidential: true)
        let url = folder.appendingPathComponent("lock")
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            defer { close(descriptor) }
            guard number == EWOULDBLOCK else { throw FileFault(url, number) }
            throw Busy(holder: Self.read(descriptor))
        }
        self.descriptor = descriptor
        wasLeft = Self.read(descriptor) != nil
        // That nobody can be told who holds it does not keep anybody from working.
        if let data = try? JSONEncoder().encode(Holder(process: getpid(), since: Date().timeIntervalSince1970.rounded())), ftruncate(descriptor, 0) == 0 {
            _ = data.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        }
    }

    /// Waits until nobody else holds it.
    /// - Parameter waiting: called first with the holder, and then about five times a second with nil; throws to give up.
    public static func wait(folder: URL, waiting: (Busy?) throws -> Void) throws -> StudyLock {
        var isFirst = true
        while true {
            do { return try StudyLock(folder: folder) } catch let busy as Busy {
                try waiting(isFirst ? busy : nil)
                isFirst = false
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
    }

    private static func read(_ descriptor: Int32) -> Holder? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? try? JSONDecoder().decode(Holder.self, from: Data(bytes[..<count])) : nil
    }

    deinit { release() }

    public func release() {
        guard descriptor >= 0 else { return }
        _ = ftruncate(descriptor, 0)
        close(descriptor)
        descriptor = -1
    }

    public struct Busy: Error, Sendable, CustomStringConvertible {
        public var holder: Holder?

        /// "process 4711, since 14:05".
        public var who: String {
            guard let holder else { return "another process" }
            var time = time_t(holder.since), parts = tm()
            localtime_r(&time, &parts)
            func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
            return "process \(holder.process), since \(two(parts.tm_hour)):\(two(parts.tm_min))"
        }

        public var description: String {
            "another run is working in this study (\(who)); wait for it to end, or stop it, and run again"
        }
    }
}
