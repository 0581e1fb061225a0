import Foundation

/// What the file system says of a file without its being read: two marks that are equal, of a settled file, mean equal bytes.
///
/// The change time is part of it: it cannot be set back, so that a copy with the old date, or `touch`, shows.
struct FileMark: Hashable, Sendable {
    var size: Int64
    var inode: UInt64
    /// Nanoseconds since 1970.
    var modified: Int64
    var changed: Int64

    /// Of the file that the path leads to, through links; nil when there is none.
    init?(_ path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        size = Int64(info.st_size)
        inode = UInt64(info.st_ino)
        #if canImport(Darwin)
            modified = Self.nanoseconds(info.st_mtimespec)
            changed = Self.nanoseconds(info.st_ctimespec)
        #else
            modified = Self.nanoseconds(info.st_mtim)
            changed = Self.nanoseconds(info.st_ctim)
        #endif
    }

    init(size: Int64, inode: UInt64, modified: Int64, changed: Int64) {
        self.size = size
        self.inode = inode
        self.modified = modified
        self.changed = changed
    }

    private static func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }

    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return nanoseconds(time)
    }

    /// Whether whatever changes the file after `time` gives it another mark. Not so for one that was changed a moment before: file
    /// systems count in steps (FAT in 2 s, kernels in their ticks of up to 10 ms), and a clock can stand still or go back.
    func isSettled(by time: Int64) -> Bool {
        let latest = max(modified, changed)
        return time &- latest >= (latest % 10_000_000 == 0 ? 2_100_000_000 : 50_000_000)
    }
}
