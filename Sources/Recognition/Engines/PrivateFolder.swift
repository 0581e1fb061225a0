import Foundation

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder for this process alone (0700, a name nobody can guess), gone with all it holds when nobody refers to it.
final class PrivateFolder: Sendable {
    let url: URL
    var path: String { url.path }

    /// - Parameter parent: where it is made; nil for the system's folder for temporary files.
    init(in parent: URL? = nil) throws(RecognizerError) {
        let place = parent ?? FileManager.default.temporaryDirectory
        var template = Array((place.path + "/ordrett-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw .noTemporaryFolder(code: errno) }
        url = URL(fileURLWithPath: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self), isDirectory: true)
    }

    func file(_ name: String) -> String { url.appendingPathComponent(name).path }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// A new file that only its owner may read, written in order.
struct PrivateFile: ~Copyable {
    private let descriptor: Int32

    /// - Throws: ``RecognizerError/cannotWrite(code:)``; a file that exists already is an error, too.
    init(_ path: String) throws(RecognizerError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(code: errno) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(RecognizerError) {
        var done = 0
        while done < bytes.count {
            let count = pwriteAll(bytes, from: done)
            if count < 0 {
                if errno == EINTR { continue }
                throw .cannotWrite(code: errno)
            }
            done += count
        }
    }

    private func pwriteAll(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
        #else
            Darwin.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
        #endif
    }

    deinit { close(descriptor) }
}

/// 16-bit mono PCM at 16 kHz, what every recogniser reads.
enum WaveFile {
    static let rate = 16_000

    /// - Parameter samples: nominally −1 … 1; what is louder is clipped, and what is no number becomes silence.
    static func write(_ samples: ArraySlice<Float>, to path: String) throws(RecognizerError) {
        let file = try PrivateFile(path)
        var bytes = header(count: samples.count)
        bytes.reserveCapacity(bytes.count + 2 * samples.count)
        for sample in samples {
            let value = sample.isFinite ? Int16(max(-32_768, min(32_767, (sample * 32_768).rounded()))) : 0
            bytes.append(UInt8(truncatingIfNeeded: value))
            bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        let result: Result<Void, RecognizerError> = bytes.withUnsafeBytes { buffer in
            do throws(RecognizerError) {
                try file.write(buffer)
                return .success(())
            } catch { return .failure(error) }
        }
        try result.get()
    }

    static func header(count: Int) -> [UInt8] {
        func four(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let size = 2 * count
        return Array("RIFF".utf8) + four(min(36 + size, 0xFFFF_FFFF)) + Array("WAVEfmt ".utf8) + four(16) + [1, 0, 1, 0] + four(rate)
            + four(2 * rate) + [2, 0, 16, 0] + Array("data".utf8) + four(min(size, 0xFFFF_FFFF))
    }
}
