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
    ///   - touched: files that it depends on, too, and that merely opening changes in all but what is in them, as it does a database's: of these
    ///     the time of the last change of owner or name does not count.
    ///   - make: reads them; called again whenever one of them has changed.
    public func value(of paths: [String], touched: [String] = [], make: () throws -> Value) rethrows -> Value {
        let marks = paths.map { FileMark($0) } + touched.map { path in
            FileMark(path).map { FileMark(size: $0.size, inode: $0.inode, modified: $0.modified, changed: $0.modified) }
        }
        let key = paths + touched
        if let known = readings.withLock({ $0[key] }), known.marks == marks, marks.allSatisfy({ $0?.isSettled(by: known.noted) ?? true }) { return known.value }
        let noted = clock(), value = try make()
        readings.withLock { $0[key] = Reading(marks: marks, noted: noted, value: value) }
        return value
    }
}
