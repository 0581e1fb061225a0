import Foundation

/// Runs another program to its end, for callers that wait: no shell, a time limit, and no survivors.
///
/// A ``ChildProcess`` underneath moves the bytes, so that no amount of them blocks the child, and ends its whole group when the
/// time is up, when the caller stops, and when the child itself is done but has left helpers behind.
public struct ExternalProgram: Sendable {
    /// The program's absolute path.
    public var program: URL
    public var arguments: [String]
    /// Working folder, private to the caller.
    public var folder: URL
    /// Seconds after which the child is ended.
    public var timeout: Double
    /// The whole environment of the child.
    public var environment = ProcessInfo.processInfo.environment
    /// What the child reads on standard input; nil: it finds it empty.
    public var input: Data?
    /// Bytes of output, or of messages, after which the child is ended.
    public var outputLimit = 64 << 20
    /// Bytes of the end of standard error that are kept.
    public var messageLimit = 64 << 10

    public init(program: URL, arguments: [String], folder: URL, timeout: Double, input: Data? = nil) {
        self.program = program
        self.arguments = arguments
        self.folder = folder
        self.timeout = timeout
        self.input = input
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
        /// Empty when the child was ended by us.
        public var output: Data
        /// The end of standard error, in whatever encoding. It may hold anything the program chose to say.
        public var messages: [UInt8]
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
    /// - Throws: ``ChildProcess/StartError``; `CancellationError`; what `poll` throws. The child and its group are gone by then.
    public func run(poll: () throws -> Void = {}) throws -> Outcome {
        let output = Kept()
        let child = try ChildProcess(
            .init(program.path, arguments, environment: environment, folder: folder.path, takesInput: input != nil),
            limits: .init(seconds: timeout, errorTail: messageLimit, output: outputLimit), output: { output.add($0) })
        if let input {
            child.write([UInt8](input))
            child.closeInput()
        }
        do {
            // A short program is not kept waiting: its end wakes us.
            while true {
                try poll()
                if Task<Never, Never>.isCancelled { throw CancellationError() }
                guard let ending = child.ending(within: 0.05) else { continue }
                return outcome(ending, output)
            }
        } catch {
            child.stop()
            while child.ending(within: 1) == nil {}
            throw error
        }
    }

    private func outcome(_ ending: ChildProcess.Ending, _ output: Kept) -> Outcome {
        let own: Ending =
            switch ending.cause {
            case .exit(let status): .exit(status)
            case .signal(let number): .signal(number)
            case .timedOut: .timedOut
            case .tooMuchOutput: .tooMuchOutput
            // Nobody else can stop it; should it ever come, it is no success.
            case .stopped: .signal(SIGTERM)
            }
        let isOwn = if case .exit = ending.cause { true } else if case .signal = ending.cause { true } else { false }
        return Outcome(
            ending: own, output: isOwn ? Data(output.bytes) : Data(), messages: ending.errorTail,
            lastMessage: lastLine(of: ending.errorTail))
    }

    private func lastLine(of messages: [UInt8]) -> String? {
        let text = String(decoding: messages.suffix(8_192), as: UTF8.self).replacing(folder.path + "/", with: "")
        let line = text.split(whereSeparator: \.isNewline).last { $0.contains(where: \.isLetter) }
        let printable = line.map {
            String(String.UnicodeScalarView($0.unicodeScalars.filter { $0.properties.generalCategory != .control }))
        }
        return printable.map { String($0.trimmingCharacters(in: .whitespaces).prefix(200)) }
    }
}
