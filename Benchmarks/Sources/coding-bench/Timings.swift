import CodingStore
import Foundation

/// Seconds of each thing, once, on a store that was just opened.
struct Timings {
    let file: URL
    init(_ file: URL) { self.file = file }

    func time<T>(_ name: String, _ work: () throws -> T) rethrows -> T {
        let clock = ContinuousClock(), begin = clock.now
        let result = try work()
        print("\(name): \((clock.now - begin) / .milliseconds(1)) ms")
        return result
    }

    func run() throws {
        let store = try time("open") { try CodingStore(file) }
        _ = try time("all codings") { try store.codings().count }
        _ = try time("all units") { try store.units().count }
    }
}
