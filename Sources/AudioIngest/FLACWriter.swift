import CSndFile
import Foundation
import Signal

/// Writes a FLAC file that holds sound and nothing else: no title, no date, no recorder.
public final class FLACWriter {
    public static let mostChannels = 8
    /// Bits of a sample, 8, 16 or 24.
    public let bits: Int
    /// Frames written so far.
    public private(set) var frames = 0
    /// Samples beyond full scale that were cut to it.
    public private(set) var clipped = 0

    private let name: String
    private let channels: Int
    private var handle: OpaquePointer?
    private var integers: [Int32] = []

    /// Bits that hold a recording's samples without loss where FLAC can: 32 bits and floats become 24, what a lossy format gives 16.
    public static func bits(for format: AudioFormat) -> Int {
        guard let bits = format.bitsPerSample, !format.isLossy else { return 16 }
        return bits <= 8 ? 8 : bits <= 16 ? 16 : 24
    }

    /// - Parameters:
    ///   - descriptor: an empty file opened for reading and writing; it is closed with the writer.
    ///   - name: for messages.
    ///   - channels: 1 to 8, FLAC's most.
    ///   - bits: 8, 16 or 24.
    /// - Throws: `IngestError` with `unsupportedFormat`.
    public init(descriptor: Int32, name: String, rate: SampleRate, channels: Int, bits: Int) throws {
        self.name = name
        self.channels = channels
        self.bits = bits
        let kinds = [8: SF_FORMAT_PCM_S8, 16: SF_FORMAT_PCM_16, 24: SF_FORMAT_PCM_24]
        guard let kind = kinds[bits], (1...Self.mostChannels).contains(channels) else {
            close(descriptor)
            throw IngestError(
                .unsupportedFormat, "FLAC cannot hold \(channels) channels of \(bits) bits.",
                advice: "Split the recording into files of at most \(Self.mostChannels) channels first.")
        }
        var info = SF_INFO()
        info.samplerate = Int32(clamping: rate.hertz)
        info.channels = Int32(channels)
        info.format = Int32(SF_FORMAT_FLAC) | Int32(kind)
        guard let handle = sf_open_fd(descriptor, Int32(SFM_WRITE), &info, 1) else {
            throw IngestError(
                .unsupportedFormat, "“\(name)” cannot be written as FLAC at \(rate) (\(SoundDecoder.message(nil))).",
                advice: "Convert the recording to a usual rate, for example with “sox IN OUT rate 48000”.")
        }
        self.handle = handle
    }

    deinit { if let handle { sf_close(handle) } }

    /// A sample as the file holds it, −2^(bits−1) … 2^(bits−1) − 1.
    public func integer(_ sample: Float) -> Int32 { Self.integer(sample, bits: bits).value }

    static func integer(_ sample: Float, bits: Int) -> (value: Int32, isClipped: Bool) {
        let full = Double(1 << (bits - 1)), value = (Double(sample.isFinite ? sample : 0) * full).rounded(.toNearestOrEven)
        if value > full - 1 { return (Int32(full - 1), value > full) }
        return value < -full ? (Int32(-full), true) : (Int32(value), false)
    }

    /// - Parameter samples: interleaved, whole frames, full scale = 1.
    /// - Throws: `IngestError` with `noSpace`.
    public func write(_ samples: [Float]) throws {
        guard let handle, !samples.isEmpty else { return }
        integers.removeAll(keepingCapacity: true)
        for sample in samples {
            let (value, isClipped) = Self.integer(sample, bits: bits)
            if isClipped { clipped += 1 }
            integers.append(value << Int32(32 - bits))
        }
        let count = samples.count / channels
        guard sf_writef_int(handle, integers, sf_count_t(count)) == sf_count_t(count), sf_error(handle) == 0 else { throw failed() }
        frames += count
    }

    /// Writes what is left and closes the file.
    public func finish() throws {
        guard let handle else { return }
        sf_write_sync(handle)
        self.handle = nil
        guard sf_close(handle) == 0 else { throw failed() }
    }

    private func failed() -> IngestError {
        IngestError(.noSpace, "“\(name)” could not be written.", advice: "Make room on the disk and run again; nothing else was changed.")
    }
}
