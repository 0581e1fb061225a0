import Foundation
import Synchronization

/// Ctrl-C and SIGTERM stop work at the next block; a second one ends the program at once.
enum Interruption {
    private static let count = Atomic<Int>(0)
    static var happened: Bool { count.load(ordering: .relaxed) > 0 }

    /// Runs `work` in a task that the signals cancel.
    static func guarding<T: Sendable>(_ work: @escaping @Sendable () async -> T) async -> T {
        let task = Task { await work() }
        let sources = [SIGINT, SIGTERM].map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if count.add(1, ordering: .relaxed).newValue > 1 { Foundation.exit(Exit.stopped) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return await task.value
    }
}
