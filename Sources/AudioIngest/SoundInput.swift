import CSndFile
import Foundation

/// The bytes that libsndfile sees: a window of a read-only file through its virtual I/O.
///
/// Owning the reads has three uses: a failing disk is told from the end of the file; the body of a file whose header
/// lies can be offered as headerless samples; and a damaged header cannot make the library read for ever.
final class SoundInput {
    let file: ReadOnlyFile
    private let base: Int64
    fileprivate let length: Int64
    fileprivate var position: Int64 = 0
    private(set) var failure: Int32 = 0
    /// Furthest byte that was asked for, counted in the window.
    private(set) var furthest: Int64 = 0
    /// Bytes and calls left while the header is being parsed; nil once it is.
    private var budget: Int64?
    private(set) var budgetExhausted = false

    init(file: ReadOnlyFile, base: Int64 = 0, length: Int64? = nil) {
        self.file = file
        self.base = base
        self.length = length ?? max(0, file.size - base)
    }

    var reachedEnd: Bool { furthest >= length }

    /// Limits the reading until `unlimit()`: opening needs at most a few passes over the file.
    func limit() { budget = 8 * length + (64 << 20) }
    func unlimit() { budget = nil }

    fileprivate func read(_ pointer: UnsafeMutableRawPointer, _ count: Int64) -> Int64 {
        if let left = budget {
            // A call costs at least 64, so that a loop of empty reads ends, too.
            budget = left - max(count, 64)
            if left <= 0 {
                budgetExhausted = true
                return 0
            }
        }
        guard count > 0, failure == 0, position >= 0, position < length else {
            if position >= length { furthest = max(furthest, length) }
            return 0
        }
        let wanted = min(count, length - position)
        let (got, number) = file.read(into: pointer, at: base + position, count: Int(wanted))
        failure = number
        position += Int64(got)
        furthest = max(furthest, position)
        if count > wanted { furthest = length }
        return Int64(got)
    }

    fileprivate func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        if let left = budget {
            budget = left - 64
            if left <= 0 {
                budgetExhausted = true
                return -1
            }
        }
        let origin: Int64 = whence == SEEK_CUR ? position : whence == SEEK_END ? length : 0
        let (target, overflow) = origin.addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return -1 }
        position = target
        return target
    }

    fileprivate static func from(_ pointer: UnsafeMutableRawPointer?) -> SoundInput? {
        pointer.map { Unmanaged<SoundInput>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// An open libsndfile decoder together with the bytes it reads; closed when released.
final class SoundDecoder {
    let input: SoundInput
    let handle: OpaquePointer

    /// Nil when the library refuses the file; `sf_error(nil)` then says why.
    init?(_ input: SoundInput, _ info: inout SF_INFO) {
        var callbacks = SF_VIRTUAL_IO(
            get_filelen: { SoundInput.from($0)?.length ?? 0 },
            seek: { SoundInput.from($2)?.seek($0, $1) ?? -1 },
            read: { pointer, count, user in
                guard let pointer else { return 0 }
                return SoundInput.from(user)?.read(pointer, count) ?? 0
            },
            write: { _, _, _ in 0 },
            tell: { SoundInput.from($0)?.position ?? 0 })
        input.limit()
        defer { input.unlimit() }
        let user = Unmanaged.passUnretained(input).toOpaque()
        guard let handle = sf_open_virtual(&callbacks, Int32(SFM_READ), &info, user) else { return nil }
        self.handle = handle
        self.input = input
    }

    deinit { sf_close(handle) }

    /// Frames read into `buffer`; never negative.
    func read(_ buffer: UnsafeMutablePointer<Float>?, frames: Int) -> Int {
        guard let buffer, frames > 0 else { return 0 }
        return max(0, min(frames, Int(sf_readf_float(handle, buffer, sf_count_t(frames)))))
    }

    func seek(_ frame: Int) -> Bool { sf_seek(handle, sf_count_t(frame), Int32(SEEK_SET)) == sf_count_t(frame) }

    var failed: Bool { sf_error(handle) != 0 }

    /// The decoder's last complaint, or the last failure to open when `decoder` is nil.
    static func message(_ decoder: SoundDecoder?) -> String {
        guard let text = sf_strerror(decoder?.handle) else { return "unknown error" }
        var message = String(cString: text)
        for prefix in ["Error : ", "Error: "] where message.hasPrefix(prefix) { message.removeFirst(prefix.count) }
        while message.last == "." || message.last == "\n" { message.removeLast() }
        return message
    }
}
