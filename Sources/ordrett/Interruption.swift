import Foundation
import Stages
import Synchronization

/// Ctrl-C, SIGTERM and a closed terminal stop work at the next block; a second one ends the program, what it started, and its
/// temporary files at once.
enum Interruption {
    private static let count = Atomic<Int>(0)
    static var happened: Bool { count.load(ordering: .relaxed) > 0 }

    /// Runs `work` in a task that the signals cancel.
    static func guarding<T: Sendable>(_ work: @escaping @Sendable () async -> T) async -> T {
        let task = Task { await work() }
        // A program started with nohup goes on when the terminal closes.
        var hangup = sigaction()
        sigaction(SIGHUP, nil, &hangup)
        let goesOn = hangup.__sigaction_handler.sa_handler.map { unsafeBitCast($0, to: Int.self) } == 1
        let sources = (goesOn ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]).map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if count.add(1, ordering: .relaxed).newValue > 1 {
                    Leftovers.endAtOnce()
                    Foundation.exit(Exit.stopped)
                }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return await task.value
    }

    /// Runs work that is all done or not at all, so that it can be ended anywhere: the first signal ends the program and removes its
    /// temporary files.
    static func endingAtOnce<T>(_ work: () throws -> T) rethrows -> T {
        let sources = [SIGINT, SIGTERM].map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                Leftovers.endAtOnce()
                Foundation.exit(Exit.stopped)
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try work()
    }
}
