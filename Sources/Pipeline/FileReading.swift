import Foundation
import Synchronization

/// What was made of files, kept in memory for as long as they look as they did when they were read: size, times and inode, all settled.
///
/// For what a plan asks of every recording and would read a hundred times.
public final class FileReading<Value: Sendable>: Sendable {
    private struct Reading {
        /// Nil for a file that was not there.
        var marks: [FileMark?]
        /// When reading began, in nanoseconds since 1970.
        var noted: Int64
        var value: Value
    }
    private let readings = Mutex<[[String]: Reading]>([:])
    private let clock: @Sendable () -> Int64

    public convenience init() { self.init(clock: { FileMark.now }) }

    init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }

    /// - Parameters:
    ///   - paths: all that the value depends on.
    ///   - make: reads them; called again whenever one of them has changed.
    public func value(of paths: [String], make: () throws -> Value) rethrows -> Value {
        try value(of: paths, opening: {}) { try make() }
    }

    /// The same of files that merely opening changes, as a database's are: how they look is noted when they are open and have not been read.
    public func value<Opened>(of paths: [String], opening: () throws -> Opened, make: (Opened) throws -> Value) rethrows -> Value {
        let now = paths.map { FileMark($0) }
        if let known = readings.withLock({ $0[paths] }), known.marks == now, now.allSatisfy({ $0?.isSettled(by: known.noted) ?? true }) { return known.value }
        let opened = try opening(), marks = paths.map { FileMark($0) }, noted = clock(), value = try make(opened)
        readings.withLock { $0[paths] = Reading(marks: marks, noted: noted, value: value) }
        return value
    }
}
