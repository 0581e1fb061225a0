import Foundation

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The thread behind a ``ChildProcess``: starts it, moves its bytes, waits for its end.
final class ChildPump: @unchecked Sendable {
    // Everything below the lock is read and written under it; the descriptors belong to the thread once it runs.
    private let lock = NSCondition()
    private var waiting: [CheckedContinuation<ChildProcess.Ending, Never>] = []
    private var ended: ChildProcess.Ending?
    private var outgoing: ArraySlice<UInt8> = []
    private var endsInput = false
    private var shouldStop = false
    private var wakeWriter: Int32 = -1

    let pid: pid_t
    private let limits: ChildProcess.Limits
    // Dropped at the end: they may hold what holds this.
    private var output: @Sendable ([UInt8]) -> Void
    private var error: @Sendable ([UInt8]) -> Void
    private var input: Int32, out: Int32, err: Int32, wake: Int32
    private var tail: [UInt8] = []
    private var written = (output: 0, error: 0)

    init(
        _ command: ChildProcess.Command, limits: ChildProcess.Limits, output: @escaping @Sendable ([UInt8]) -> Void,
        error: @escaping @Sendable ([UInt8]) -> Void
    ) throws(ChildProcess.StartError) {
        self.limits = limits
        self.output = output
        self.error = error
        var open: [Int32] = []
        func fail(_ code: Int32) -> ChildProcess.StartError {
            for descriptor in open { close(descriptor) }
            return ChildProcess.StartError(program: command.program, code: code)
        }
        // C ends a text at the first NUL: the child would get another one.
        let texts = [command.program, command.folder ?? ""] + command.arguments
        guard !texts.contains(where: { $0.utf8.contains(0) }) else { throw fail(EINVAL) }
        func pair() -> (read: Int32, write: Int32)? {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            open += ends
            return (ends[0], ends[1])
        }
        // Between making a pipe and marking it close-on-exec, no child of ours may start: it would hold the pipe open.
        Self.starting.lock()
        defer { Self.starting.unlock() }
        guard let stdinPipe = pair(), let stdoutPipe = pair(), let stderrPipe = pair(), let wakePipe = pair() else { throw fail(errno) }
        let started = Self.spawn(command, input: stdinPipe.read, output: stdoutPipe.write, error: stderrPipe.write)
        guard started.code == 0 else { throw fail(started.code) }
        for end in [stdinPipe.read, stdoutPipe.write, stderrPipe.write] { close(end) }
        pid = started.pid
        input = stdinPipe.write
        out = stdoutPipe.read
        err = stderrPipe.read
        wake = wakePipe.read
        wakeWriter = wakePipe.write
        for end in [input, out, err, wake, wakeWriter] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        if !command.takesInput {
            close(input)
            input = -1
        }
    }

    private static let starting = NSLock()

    #if canImport(Glibc)
        /// glibc 2.34 and later; its header hides it from Swift.
        private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        private static let closeFrom: CloseFrom? = {
            guard let handle = dlopen(nil, RTLD_NOW), let symbol = dlsym(handle, "posix_spawn_file_actions_addclosefrom_np") else { return nil }
            return unsafeBitCast(symbol, to: CloseFrom.self)
        }()
        private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    #else
        private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t?>
    #endif

    private typealias ChangeFolder = @convention(c) (Actions, UnsafePointer<CChar>) -> Int32
    /// Not in every C library's headers. Without it the child stays where we are.
    private static let changeFolder: ChangeFolder? =
        dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addchdir_np").map { unsafeBitCast($0, to: ChangeFolder.self) }

    private static func spawn(
        _ command: ChildProcess.Command, input: Int32, output: Int32, error: Int32
    ) -> (code: Int32, pid: pid_t) {
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?, attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, error, 2)
        if let folder = command.folder { _ = changeFolder?(&actions, folder) }
        var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        #if canImport(Glibc)
            // Files that others opened without close-on-exec: recordings and the database are none of the child's business.
            _ = closeFrom?(&actions, 3)
        #else
            flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
        #endif
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
        var arguments: [UnsafeMutablePointer<CChar>?] = ([command.program] + command.arguments).map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] =
            command.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, command.program, &actions, &attributes, &arguments, &environment)
        return (code, pid)
    }

    // MARK: From outside

    func start() {
        let thread = Thread { self.run() }
        thread.stackSize = 512 << 10
        thread.start()
    }

    func queue(_ bytes: [UInt8]) {
        lock.withLock {
            guard ended == nil else { return }
            outgoing += bytes
            knock()
        }
    }

    func queueEnd() {
        lock.withLock {
            endsInput = true
            knock()
        }
    }

    func stop() {
        lock.withLock {
            guard ended == nil else { return }
            shouldStop = true
            knock()
        }
    }

    func ending(within seconds: Double) -> ChildProcess.Ending? {
        let end = Date(timeIntervalSinceNow: seconds)
        return lock.withLock {
            while ended == nil, lock.wait(until: end) {}
            return ended
        }
    }

    func whenEnded(_ continuation: CheckedContinuation<ChildProcess.Ending, Never>) {
        let known = lock.withLock { () -> ChildProcess.Ending? in
            if ended == nil { waiting.append(continuation) }
            return ended
        }
        if let known { continuation.resume(returning: known) }
    }

    /// Wakes the thread; under the lock.
    private func knock() {
        guard wakeWriter >= 0 else { return }
        var byte: UInt8 = 0
        _ = write(wakeWriter, &byte, 1)
    }

    // MARK: The thread

    private func run() {
        // A child that closes its input must not end this program.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        let began = DispatchTime.now().uptimeNanoseconds
        func elapsed() -> Double { Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9 }
        var stoppedAt: Double?, reason = ChildProcess.Ending.Cause.stopped, isKilled = false
        var goneAt: Double?
        while true {
            let wantsStop = lock.withLock { shouldStop }
            if stoppedAt == nil {
                if wantsStop {
                    stoppedAt = elapsed()
                    kill(-pid, SIGTERM)
                } else if hasWrittenTooMuch {
                    // Also when it is gone already: what came is not all, and is not to be taken for it.
                    stoppedAt = elapsed()
                    reason = .tooMuchOutput
                    if goneAt == nil { kill(-pid, SIGTERM) }
                } else if let limit = limits.seconds, elapsed() >= limit, goneAt == nil {
                    stoppedAt = elapsed()
                    reason = .timedOut
                    kill(-pid, SIGTERM)
                }
            } else if let since = stoppedAt, !isKilled, elapsed() - since >= limits.grace {
                kill(-pid, SIGKILL)
                isKilled = true
            }
            if goneAt == nil, isGone() {
                goneAt = elapsed()
                // The zombie still holds the group's number, so nobody else's group can be meant.
                kill(-pid, SIGKILL)
            }
            if goneAt != nil, out < 0, err < 0 { break }
            // A grandchild in another group may hold the pipes open for ever.
            if let since = goneAt, elapsed() - since > 1 { break }
            move(waitingFor: goneAt == nil ? 25 : 5)
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let low = status & 0x7F
        let natural: ChildProcess.Ending.Cause = low == 0 ? .exit((status >> 8) & 0xFF) : .signal(low)
        let cause: ChildProcess.Ending.Cause =
            hasWrittenTooMuch ? .tooMuchOutput
            : stoppedAt == nil || natural == .exit(0) && !isKilled && goneAt.map { $0 < (stoppedAt ?? 0) } == true ? natural : reason
        finish(ChildProcess.Ending(cause: cause, errorTail: tail))
    }

    private func isGone() -> Bool {
        var info = siginfo_t()
        #if canImport(Glibc)
            let answer = waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT)
            return answer == 0 && info._sifields._sigchld.si_pid == pid || answer < 0 && errno == ECHILD
        #else
            let answer = waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT)
            return answer == 0 && info.si_pid == pid || answer < 0 && errno == ECHILD
        #endif
    }

    private func move(waitingFor milliseconds: Int32) {
        let (hasOutgoing, endsNow) = lock.withLock { (!outgoing.isEmpty, endsInput && outgoing.isEmpty) }
        if endsNow, input >= 0 {
            close(input)
            input = -1
        }
        var watched = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0), pollfd(fd: out, events: Int16(POLLIN), revents: 0),
            pollfd(fd: err, events: Int16(POLLIN), revents: 0),
            pollfd(fd: hasOutgoing ? input : -1, events: Int16(POLLOUT), revents: 0),
        ]
        guard poll(&watched, nfds_t(watched.count), milliseconds) > 0 else { return }
        if watched[0].revents != 0 { _ = take(wake) }
        if watched[1].revents != 0 {
            let (bytes, isOpen) = take(out)
            written.output += bytes.count
            if !bytes.isEmpty, !hasWrittenTooMuch { output(bytes) }
            if !isOpen { shut(&out) }
        }
        if watched[2].revents != 0 {
            let (bytes, isOpen) = take(err)
            written.error += bytes.count
            if !bytes.isEmpty, !hasWrittenTooMuch {
                tail += bytes
                if tail.count > limits.errorTail { tail.removeFirst(tail.count - limits.errorTail) }
                error(bytes)
            }
            if !isOpen { shut(&err) }
        }
        if watched[3].revents != 0 { give() }
    }

    private var hasWrittenTooMuch: Bool { limits.output.map { written.output > $0 || written.error > $0 } ?? false }

    private func shut(_ descriptor: inout Int32) {
        close(descriptor)
        descriptor = -1
    }

    /// What is there now, up to 64 KiB.
    private func take(_ descriptor: Int32) -> (bytes: [UInt8], isOpen: Bool) {
        var isOpen = true
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            let got = read(descriptor, buffer.baseAddress, buffer.count)
            count = max(0, got)
            if got == 0 || got < 0 && errno != EAGAIN && errno != EINTR { isOpen = false }
        }
        return (bytes, isOpen)
    }

    private func give() {
        let next = lock.withLock { outgoing.prefix(65_536) }
        guard input >= 0, !next.isEmpty else { return }
        let count = next.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        if count > 0 {
            lock.withLock { outgoing = outgoing.dropFirst(count) }
        } else if errno != EAGAIN && errno != EINTR {
            lock.withLock { outgoing.removeAll() }
            shut(&input)
        }
    }

    private func finish(_ ending: ChildProcess.Ending) {
        for descriptor in [input, out, err, wake] where descriptor >= 0 { close(descriptor) }
        output = { _ in }
        error = { _ in }
        let resumed = lock.withLock { () -> [CheckedContinuation<ChildProcess.Ending, Never>] in
            close(wakeWriter)
            wakeWriter = -1
            ended = ending
            lock.broadcast()
            defer { waiting = [] }
            return waiting
        }
        for continuation in resumed { continuation.resume(returning: ending) }
    }
}
