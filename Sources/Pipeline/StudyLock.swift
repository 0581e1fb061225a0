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

    /// Nil when somebody else holds the lock.
    /// - Throws: ``FileFault`` when the lock's file cannot be made.
    init?(ifFree url: URL) throws {
        descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            close(descriptor)
            descriptor = -1
            guard number == EWOULDBLOCK else { throw FileFault(url, number) }
            return nil
        }
    }

    deinit { release() }

    public func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}

/// Says who works in a study. Runs share it, and settle among themselves who takes which item (``ItemLocks``); whoever erases, signs
/// or changes what runs rely on has it alone. Held until released or the process ends.
///
/// The lock's file says who holds it, a line each. A process that ends without releasing leaves that there: the next one that is alone
/// knows that there may be something to sweep up (``wasLeft``).
public final class StudyLock: @unchecked Sendable {
    public enum Mode: Sendable { case alone, shared }

    private var descriptor: Int32
    /// Nobody else works in the study now, and a holder before ended without releasing the lock: it was killed, or the machine went down.
    public let wasLeft: Bool
    /// Others work in the study, too; one of them, where it is known.
    public let others: Busy?

    /// Who holds a lock.
    public struct Holder: Codable, Sendable, Hashable {
        public var process: Int32
        /// Seconds since 1970.
        public var since: Double
        /// It is done, and others were still at work.
        var ended: Bool?
    }

    /// - Throws: ``Busy`` when another process holds it in a way that leaves no room, ``FileFault`` when the folder cannot be written.
    public init(folder: URL, _ mode: Mode = .alone) throws {
        try SafeFile.makeFolder(folder, confidential: true)
        let url = folder.appendingPathComponent("lock")
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        var isAlone = true
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            isAlone = false
            let number = errno
            guard number == EWOULDBLOCK, mode == .shared, flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
                defer { close(descriptor) }
                guard number == EWOULDBLOCK else { throw FileFault(url, number) }
                throw Busy(holder: Self.holders(descriptor).last)
            }
        }
        self.descriptor = descriptor
        self.url = url
        let before = Self.holders(descriptor)
        wasLeft = isAlone && !before.isEmpty
        left = isAlone ? before : []
        others = isAlone ? nil : Busy(holder: before.last)
        holder = Holder(process: getpid(), since: Date().timeIntervalSince1970.rounded())
        self.mode = mode
        // What was left stays there until it is swept up: this one may be killed, too, or have other things to do.
        if isAlone, before.isEmpty { _ = ftruncate(descriptor, 0) }
        add([holder])
    }

    private let mode: Mode
    private let url: URL
    private let holder: Holder
    private var left: [Holder]

    /// That nobody can be told who holds it does not keep anybody from working.
    private func add(_ holders: [Holder]) {
        // A line of its own, whatever a killed one left half written.
        let lines = holders.compactMap { try? JSONEncoder().encode($0) }.reduce(into: Data([0x0A])) { $0 += $1 + [0x0A] }
        guard lines.count > 1 else { return }
        _ = lines.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    /// What those before left is swept up: the next need not do it again.
    public func swept() {
        add(left.map { var one = $0; one.ended = true; return one })
        left = []
    }

    /// Lets others share it, once what had to be done alone (``wasLeft``) is done.
    /// - Throws: ``FileFault`` when the file system lets go of the lock.
    public func share() throws {
        guard mode == .shared, descriptor >= 0 else { return }
        // Somebody who wants it alone can come between; then this waits for him.
        while flock(descriptor, LOCK_SH) != 0 { guard errno == EINTR else { throw FileFault(url, errno) } }
    }

    /// Waits until there is room.
    /// - Parameter waiting: called first with the holder, and then about five times a second with nil; throws to give up.
    public static func wait(folder: URL, _ mode: Mode = .alone, waiting: (Busy?) throws -> Void) throws -> StudyLock {
        var isFirst = true
        while true {
            do { return try StudyLock(folder: folder, mode) } catch let busy as Busy {
                try waiting(isFirst ? busy : nil)
                isFirst = false
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
    }

    /// Those who have begun and not ended, in the order in which they came.
    private static func holders(_ descriptor: Int32) -> [Holder] {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
        var open: [Holder] = []
        for line in bytes[..<count].split(separator: 0x0A) {
            guard let holder = try? JSONDecoder().decode(Holder.self, from: Data(line)) else { continue }
            if holder.ended != true { open.append(holder) } else { open.removeAll { $0.process == holder.process && $0.since == holder.since } }
        }
        return open
    }

    deinit { release() }

    public func release() {
        guard descriptor >= 0 else { return }
        let isAlone = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        // What stays is of others at work, or of one that was killed.
        if isAlone, Self.holders(descriptor).allSatisfy({ $0 == holder }) {
            _ = ftruncate(descriptor, 0)
        } else {
            var ended = holder
            ended.ended = true
            add([ended])
        }
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
