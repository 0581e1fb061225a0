import Foundation

/// Runs another program to its end: no shell, a time limit, and no survivors.
///
/// The child gets nothing on standard input; what it writes goes to files in its working folder, so that no amount of it
/// blocks the child or fills the memory. It leads a process group of its own, which is ended as a whole when the time is up,
/// when the caller stops, and when the child itself is done but has left helpers behind.
public struct ExternalProgram: Sendable {
    /// The program's absolute path.
    public var program: URL
    public var arguments: [String]
    /// Working folder, and the place of the two files with what the child writes; private to the caller.
    public var folder: URL
    /// Seconds after which the child is ended.
    public var timeout: Double
    /// Bytes of output, or of messages, after which the child is ended.
    public var outputLimit = 64 << 20

    public init(program: URL, arguments: [String], folder: URL, timeout: Double) {
        self.program = program
        self.arguments = arguments
        self.folder = folder
        self.timeout = timeout
    }

    public enum Ending: Sendable, Hashable {
        /// The program's own exit status.
        case exit(Int32)
        /// It was ended by this signal.
        case signal(Int32)
        case timedOut
        case tooMuchOutput
    }

    public struct Outcome: Sendable {
        public var ending: Ending
        public var output: Data
        /// The last line with letters on standard error, printable characters only, at most 200.
        public var lastMessage: String?
    }

    /// The absolute path of a program: by name in PATH, or by path, a relative one counted from `base`.
    /// - Returns: nil when there is no such executable file.
    public static func find(
        _ name: String, base: URL, path: String? = ProcessInfo.processInfo.environment["PATH"]
    ) -> URL? {
        func isProgram(_ path: String) -> Bool {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                && FileManager.default.isExecutableFile(atPath: path)
        }
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        if name.contains("/") {
            let url = name.hasPrefix("/") ? URL(fileURLWithPath: name) : base.appendingPathComponent(name)
            return isProgram(url.path) ? url.standardizedFileURL : nil
        }
        for place in (path ?? "").split(separator: ":") where place.hasPrefix("/") {
            if isProgram("\(place)/\(name)") { return URL(fileURLWithPath: "\(place)/\(name)") }
        }
        return nil
    }

    /// - Parameter poll: called about twenty times a second while the child runs; throws to end it.
    /// - Throws: ``FileFault`` when the folder cannot be written or the program not be started; `CancellationError`; what
    ///   `poll` throws.
    public func run(poll: () throws -> Void = {}) throws -> Outcome {
        let outputFile = folder.appendingPathComponent(".child-output"), messageFile = folder.appendingPathComponent(".child-messages")
        defer {
            unlink(outputFile.path)
            unlink(messageFile.path)
        }
        let child = try start(outputFile, messageFile)
        var ending: Ending?
        let clock = ContinuousClock(), deadline = clock.now + .seconds(timeout)
        do {
            // A short program is not kept waiting; a long one is looked at twenty times a second.
            var pause = 0.002
            while !Self.hasEnded(child) {
                try poll()
                if Task<Never, Never>.isCancelled { throw CancellationError() }
                if clock.now >= deadline {
                    ending = .timedOut
                    break
                }
                if Self.size(outputFile) > outputLimit || Self.size(messageFile) > outputLimit {
                    ending = .tooMuchOutput
                    break
                }
                Thread.sleep(forTimeInterval: pause)
                pause = min(0.05, pause * 1.5)
            }
        } catch {
            Self.end(child)
            throw error
        }
        let status = Self.end(child, gently: ending != nil)
        let signal = status & 0x7F
        return Outcome(
            ending: ending ?? (signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)),
            output: ending == nil ? (try? Data(contentsOf: outputFile)) ?? Data() : Data(),
            lastMessage: lastLine(of: messageFile))
    }

    private func start(_ output: URL, _ messages: URL) throws -> pid_t {
        let texts = [program.path] + arguments
        guard !texts.contains(where: { $0.utf8.contains(0) }) else { throw FileFault(program, EINVAL, .read) }
        for url in [output, messages] {
            unlink(url.path)
            let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FileFault(url, errno) }
            close(descriptor)
        }
        #if canImport(Darwin)
            var files: posix_spawn_file_actions_t?, attributes: posix_spawnattr_t?
        #else
            var files = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&files)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&files)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, output.path, O_WRONLY | O_APPEND, 0)
        posix_spawn_file_actions_addopen(&files, 2, messages.path, O_WRONLY | O_APPEND, 0)
        // Other items' open files are none of the child's business.
        if let closeOthers = Self.closeOthers { _ = withUnsafeMutablePointer(to: &files) { closeOthers($0, 3) } }
        if let changeFolder = Self.changeFolder { _ = withUnsafeMutablePointer(to: &files) { changeFolder($0, folder.path) } }
        // This program may ignore Ctrl-C to stop in good order; the child must not inherit that.
        var ignored = sigset_t(), blocked = sigset_t()
        sigemptyset(&ignored)
        sigemptyset(&blocked)
        for number in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&ignored, number) }
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child: pid_t = 0
        let fault = posix_spawn(&child, program.path, &files, &attributes, &pointers, environ)
        guard fault == 0 else { throw FileFault(program, fault, .read) }
        return child
    }

    private typealias ChangeFolder = @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Int32
    /// `posix_spawn_file_actions_addchdir_np`, which Glibc's module does not show. Without it the child stays where we are.
    private static let changeFolder: ChangeFolder? =
        dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addchdir_np").map { unsafeBitCast($0, to: ChangeFolder.self) }

    private typealias CloseOthers = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32
    /// `posix_spawn_file_actions_addclosefrom_np` of glibc 2.34 and later.
    private static let closeOthers: CloseOthers? =
        dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addclosefrom_np").map { unsafeBitCast($0, to: CloseOthers.self) }

    /// Whether the child is done; it stays a zombie, so that its group's number is not given to others.
    private static func hasEnded(_ child: pid_t) -> Bool {
        var info = siginfo_t()
        let result = waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 ? errno != EINTR : info.si_signo != 0
    }

    /// Ends the child and all of its group, and takes its status.
    @discardableResult
    private static func end(_ child: pid_t, gently: Bool = true) -> Int32 {
        if gently && !hasEnded(child) {
            kill(-child, SIGTERM)
            for _ in 0..<40 where !hasEnded(child) { Thread.sleep(forTimeInterval: 0.05) }
        }
        kill(-child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status
    }

    private static func size(_ url: URL) -> Int {
        var info = stat()
        return stat(url.path, &info) == 0 ? Int(info.st_size) : 0
    }

    private func lastLine(of file: URL) -> String? {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
        defer { try? handle.close() }
        let size = Self.size(file)
        try? handle.seek(toOffset: UInt64(max(0, size - 8_192)))
        guard let data = try? handle.read(upToCount: 8_192) else { return nil }
        let text = String(decoding: data, as: UTF8.self).replacing(folder.path + "/", with: "")
        let line = text.split(whereSeparator: \.isNewline).last { $0.contains(where: \.isLetter) }
        let printable = line.map {
            String(String.UnicodeScalarView($0.unicodeScalars.filter { $0.properties.generalCategory != .control }))
        }
        return printable.map { String($0.trimmingCharacters(in: .whitespaces).prefix(200)) }
    }
}
