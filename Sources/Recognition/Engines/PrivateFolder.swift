import Foundation

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder for this process alone (0700, a name nobody can guess), gone with all it holds when nobody refers to it. The name
/// carries the process id, so that what a killed process left can be told and removed.
final class PrivateFolder: Sendable {
    let url: URL
    var path: String { url.path }

    /// - Parameter parent: where it is made; nil for the system's folder for temporary files.
    init(in parent: URL? = nil) throws(RecognizerError) {
        let place = parent ?? FileManager.default.temporaryDirectory
        var template = Array((place.path + "/ordrett-\(getpid())-XXXXXX").utf8CString)
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

    /// - Parameter position: where in the file; nil for after what was written last.
    func write(_ bytes: [UInt8], at position: Int? = nil) throws(RecognizerError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer -> Int in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                return if let position { pwrite(descriptor, rest.baseAddress, rest.count, off_t(position + done)) } else { append(rest) }
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .cannotWrite(code: errno)
            }
            done += count
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    deinit { close(descriptor) }
}

/// 16-bit mono PCM at 16 kHz, what every recogniser reads.
enum WaveFile {
    static let rate = 16_000

    /// - Parameter samples: nominally −1 … 1; what is louder is clipped, and what is no number becomes silence.
    static func write(_ samples: ArraySlice<Float>, to path: String) throws(RecognizerError) {
        var writer = try Writer(path)
        try writer.append(samples)
        try writer.finish()
    }

    /// Writes a file block by block: however long the sound, only a block of it is in memory.
    struct Writer: ~Copyable {
        private let file: PrivateFile
        private(set) var count = 0

        init(_ path: String) throws(RecognizerError) {
            let file = try PrivateFile(path)
            try file.write(WaveFile.header(count: 0))
            self.file = file
        }

        mutating func append(_ samples: ArraySlice<Float>) throws(RecognizerError) {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(2 * samples.count)
            for sample in samples {
                let value = sample.isFinite ? Int16(max(-32_768, min(32_767, (sample * 32_768).rounded()))) : 0
                bytes.append(UInt8(truncatingIfNeeded: value))
                bytes.append(UInt8(truncatingIfNeeded: value >> 8))
            }
            try file.write(bytes)
            count += samples.count
        }

        /// The header says how long the sound is: it is known at the end only.
        func finish() throws(RecognizerError) { try file.write(WaveFile.header(count: count), at: 0) }
    }

    static func header(count: Int) -> [UInt8] {
        func four(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let size = 2 * count
        return Array("RIFF".utf8) + four(min(36 + size, 0xFFFF_FFFF)) + Array("WAVEfmt ".utf8) + four(16) + [1, 0, 1, 0] + four(rate)
            + four(2 * rate) + [2, 0, 16, 0] + Array("data".utf8) + four(min(size, 0xFFFF_FFFF))
    }
}
