import Foundation
import Pipeline
import Signal

/// Writes 16-bit mono WAV for other programs to read.
enum WaveWriter {
    /// Writes all of a source to a new file, 0600.
    /// - Returns: samples written.
    /// - Throws: ``FileFault``; ``StageFault`` when there is more sound than a WAV holds; what the source and `progress` throw.
    static func write(_ source: inout some SampleSource, to url: URL, progress: Signal.Progress) throws -> Int {
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFault(url, errno) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        defer { try? file.close() }
        func put(_ data: Data) throws {
            do { try file.write(contentsOf: data) } catch { throw FileFault(url, errno == 0 ? EIO : errno) }
        }
        try put(header(samples: 0, rate: source.rate))
        let expected = max(1, source.expectedCount ?? 1)
        var count = 0
        while let block = try source.nextBlock() {
            count += block.samples.count
            guard count < 1 << 30 else { throw StageFault("the recording is too long for an external program; split it") }
            var bytes = Data(capacity: 2 * block.samples.count)
            for sample in block.samples {
                let value = Int16(max(-1, min(1, sample.isFinite ? sample : 0)) * 32_767)
                bytes.append(UInt8(truncatingIfNeeded: value))
                bytes.append(UInt8(truncatingIfNeeded: value >> 8))
            }
            try put(bytes)
            try progress(min(1, Double(count) / Double(expected)))
        }
        do { try file.seek(toOffset: 0) } catch { throw FileFault(url, EIO) }
        try put(header(samples: count, rate: source.rate))
        return count
    }

    private static func header(samples: Int, rate: SampleRate) -> Data {
        func bytes(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let hertz = Int(rate.hertz)
        return Data(
            Array("RIFF".utf8) + bytes(36 + 2 * samples, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4) + bytes(1, 2) + bytes(1, 2)
                + bytes(hertz, 4) + bytes(2 * hertz, 4) + bytes(2, 2) + bytes(16, 2) + Array("data".utf8) + bytes(2 * samples, 4))
    }
}
