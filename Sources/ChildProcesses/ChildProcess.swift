import Foundation
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program started without a shell, alone in a process group of its own, whose pipes are read as they fill.
///
/// One thread of its own moves the bytes and waits for the end, so that a full pipe never stops the child and no
/// thread of Swift's pool is held. At the end the whole group is gone: what the child started itself is killed with it.
public final class ChildProcess: Sendable {
    /// What to start.
    public struct Command: Sendable {
        /// An absolute path.
        public var program: String
        /// Without the program's name. Passed as they are: no shell sees them.
        public var arguments: [String]
        /// The whole environment of the child.
        public var environment: [String: String]
        /// Working folder; nil for this program's own.
        public var folder: String?
        /// Keeps standard input open for ``ChildProcess/write(_:)``; else the child finds it empty.
        public var takesInput: Bool

        public init(
            _ program: String, _ arguments: [String] = [],
            environment: [String: String] = ProcessInfo.processInfo.environment, folder: String? = nil, takesInput: Bool = false
        ) {
            self.program = program
            self.arguments = arguments
            self.environment = environment
            self.folder = folder
            self.takesInput = takesInput
        }
    }

    /// How long and how much.
    public struct Limits: Sendable {
        /// Seconds from the start until the child is stopped; nil for no limit.
        public var seconds: Double?
        /// How many bytes of the end of standard error are kept.
        public var errorTail: Int
        /// Seconds between asking the group to stop (SIGTERM) and ending it (SIGKILL).
        public var grace: Double
        /// Bytes of standard output, or of standard error, after which the child is stopped; nil for no limit. Nothing beyond
        /// them is passed on.
        public var output: Int?

        public init(seconds: Double? = nil, errorTail: Int = 8192, grace: Double = 2, output: Int? = nil) {
            self.seconds = seconds
            self.errorTail = errorTail
            self.grace = grace
            self.output = output
        }
    }

    /// How the child ended.
    public struct Ending: Sendable, Hashable {
        public enum Cause: Sendable, Hashable {
            /// Of its own, with this status.
            case exit(Int32)
            /// Killed by this signal, not sent by us.
            case signal(Int32)
            /// Stopped by us: its time was up.
            case timedOut
            /// Stopped by us: it wrote more than ``Limits/output``.
            case tooMuchOutput
            /// Stopped by us: ``ChildProcess/stop()`` or the task's cancellation.
            case stopped
        }
        public var cause: Cause
        /// The last bytes of standard error. They may hold anything the program chose to say.
        public var errorTail: [UInt8]
        public var isSuccess: Bool { cause == .exit(0) }
    }

    /// The program cannot be started.
    public struct StartError: Error, Sendable, Hashable, CustomStringConvertible {
        public var program: String
        public var code: Int32
        public var description: String {
            let why = code == ENOENT ? "there is no such program" : code == EACCES ? "it may not be executed" : String(cString: strerror(code))
            return "cannot start '\((program as NSString).lastPathComponent)': \(why); check its path and that it is executable"
        }
    }

    let pump: ChildPump

    /// The child's process id, for messages; it is not valid after the end.
    public var processID: Int32 { pump.pid }

    /// Starts the program.
    /// - Parameters:
    ///   - output: gets standard output, in order, on the child's own thread.
    ///   - error: gets standard error likewise.
    /// - Throws: ``StartError``.
    public init(
        _ command: Command, limits: Limits = Limits(), output: @escaping @Sendable ([UInt8]) -> Void = { _ in },
        error: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) throws(StartError) {
        pump = try ChildPump(command, limits: limits, output: output, error: error)
        pump.start()
    }

    /// Queues bytes for the child's standard input; lost when the child is gone or takes no input.
    public func write(_ bytes: [UInt8]) { pump.queue(bytes) }

    /// Ends the child's standard input once everything queued is written.
    public func closeInput() { pump.queueEnd() }

    /// Asks the group to stop, and ends it after the grace. Returns at once.
    public func stop() { pump.stop() }

    /// Waits for the end. The task's cancellation stops the child; the ending then says `stopped`.
    public func ending() async -> Ending {
        await withTaskCancellationHandler {
            await withCheckedContinuation { pump.whenEnded($0) }
        } onCancel: {
            pump.stop()
        }
    }

    /// Waits for the end without giving up the thread, for callers that are not asynchronous.
    /// - Returns: nil when the child still runs after `seconds`.
    public func ending(within seconds: Double) -> Ending? { pump.ending(within: seconds) }

    deinit { pump.stop() }

    /// Runs a program to its end.
    /// - Throws: ``StartError``, or `CancellationError` when the task is cancelled.
    public static func run(
        _ command: Command, limits: Limits = Limits(), output: @escaping @Sendable ([UInt8]) -> Void = { _ in },
        error: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) async throws -> Ending {
        try Task.checkCancellation()
        let child = try ChildProcess(command, limits: limits, output: output, error: error)
        let ending = await child.ending()
        try Task.checkCancellation()
        return ending
    }

    /// Runs a program to its end: gives it all of `input`, and keeps what it writes in memory. ``Limits/output`` bounds that.
    /// - Throws: ``StartError``, or `CancellationError` when the task is cancelled.
    public static func output(of command: Command, reading input: [UInt8]? = nil, limits: Limits) async throws -> (ending: Ending, output: [UInt8]) {
        try Task.checkCancellation()
        var command = command
        command.takesInput = input != nil
        let kept = Kept()
        let child = try ChildProcess(command, limits: limits, output: { kept.add($0) })
        if let input {
            child.write(input)
            child.closeInput()
        }
        let ending = await child.ending()
        try Task.checkCancellation()
        return (ending, kept.bytes)
    }
}

/// What a child writes.
final class Kept: Sendable {
    private let state = Mutex<[UInt8]>([])
    func add(_ more: [UInt8]) { state.withLock { $0 += more } }
    var bytes: [UInt8] { state.withLock { $0 } }
}
