import Foundation
import Signal

/// One sound file, read once from start to end as interleaved blocks of Float.
///
/// Opened read-only; memory does not grow with the duration. Integer samples are scaled to −1 … 1 (full scale = 1), float
/// samples are given as they are, except that NaN, infinity and absurd values become 0. Not for use from several threads at once.
public final class AudioFile {
    public let path: String
    /// Last path component.
    public let name: String
    public let format: AudioFormat
    public let metadata: RecorderMetadata
    /// Size in bytes.
    public let byteCount: Int64
    /// What opening found; non-finite samples appear here when they have been read.
    public var warnings: [IngestWarning] {
        nonFiniteCount == 0 ? openWarnings : openWarnings + [AudioFile.nonFiniteWarning(name, nonFiniteCount)]
    }
    /// Non-finite samples replaced so far.
    public private(set) var nonFiniteCount = 0
    /// Frames delivered so far.
    public private(set) var position = 0

    private let openWarnings: [IngestWarning]
    private let decoder: SoundDecoder
    private var finished = false

    /// Opens a file and finds out what it is and how much of it can be read.
    ///
    /// - Throws: `IngestError`.
    public convenience init(path: String) throws {
        try self.init(opened: AudioFileOpener.open(path: path))
    }

    /// Opens a file again whose length is known from the first time.
    convenience init(path: String, knownFrames: Int) throws {
        try self.init(opened: AudioFileOpener.open(path: path, knownFrames: knownFrames))
    }

    init(opened: AudioFileOpener.Opened) {
        decoder = opened.decoder
        path = opened.decoder.input.file.path
        name = opened.decoder.input.file.name
        byteCount = opened.decoder.input.file.size
        format = opened.format
        metadata = opened.metadata
        openWarnings = opened.warnings
    }

    /// Reads up to `frames` frames into `buffer`, interleaved (`frames · channels` values, frame after frame).
    ///
    /// - Parameter buffer: grown to `frames · channels` values when shorter; only the values read are meaningful.
    /// - Returns: frames read; 0 only at the end.
    /// - Throws: `IngestError` with `corrupt`, `cutOff` or `readError` when the decoder stops before the announced end.
    public func read(frames: Int, into buffer: inout [Float]) throws -> Int {
        let channels = format.channels
        let wanted = min(max(0, frames), format.frames - position)
        guard wanted > 0, !finished else { return 0 }
        if buffer.count < wanted * channels {
            buffer.append(contentsOf: repeatElement(0, count: wanted * channels - buffer.count))
        }
        var got = buffer.withUnsafeMutableBufferPointer { pointer in
            decoder.read(pointer.baseAddress, frames: wanted)
        }
        if decoder.input.failure != 0 { throw decoder.input.file.readError(decoder.input.failure) }
        if got < wanted { got = try endedEarly(got: got, wanted: wanted, buffer: &buffer) }
        if format.isFloat || format.isLossy { nonFiniteCount += AudioFile.scrub(&buffer, count: got * channels) }
        position += got
        return got
    }

    /// A decoder that gives less than announced: padding for the last moments of a lossy file, else an error.
    private func endedEarly(got: Int, wanted: Int, buffer: inout [Float]) throws -> Int {
        // Decoders deliver in packets, so a short block need not be the end.
        var total = got
        let channels = format.channels
        while total < wanted, !decoder.failed {
            let more = buffer.withUnsafeMutableBufferPointer { pointer -> Int in
                guard let base = pointer.baseAddress else { return 0 }
                return decoder.read(base + total * channels, frames: wanted - total)
            }
            if more == 0 { break }
            total += more
        }
        if total == wanted { return total }
        finished = true
        let missing = format.frames - position - total
        // MP3 lengths are rounded to packets of 1152 samples, block codecs to blocks, and encoders count their delay in
        // differently: silence for the missing moments keeps the announced length true.
        if missing <= 2 * 1_152, !decoder.failed {
            for index in (total * channels)..<(wanted * channels) { buffer[index] = 0 }
            finished = position + wanted < format.frames
            return wanted
        }
        throw corrupt(at: position + total)
    }

    private func corrupt(at frame: Int) -> IngestError {
        let time = AudioFormat.clock(format.rate.seconds(frame))
        let detail = decoder.failed ? " (\(SoundDecoder.message(decoder)))" : ""
        return IngestError(
            .corrupt, "“\(name)” is damaged: the decoder stops \(time) into the recording\(detail).",
            advice: "Copy the file again from the recorder or a backup. If there is none, a repair with "
                + "“ffmpeg -i FILE fixed.wav” often saves the rest; check the times after the damage by ear.")
    }

    /// Replaces NaN, infinity and values beyond any meaning (a million times full scale) by 0; returns how many.
    private static func scrub(_ buffer: inout [Float], count: Int) -> Int {
        buffer.withUnsafeMutableBufferPointer { pointer in
            var replaced = 0
            for index in 0..<count where !(abs(pointer[index]) <= 1e6) {
                pointer[index] = 0
                replaced += 1
            }
            return replaced
        }
    }

    static func nonFiniteWarning(_ name: String, _ count: Int) -> IngestWarning {
        IngestWarning(
            .nonFinite,
            "“\(name)” holds \(count) samples that are no sound (NaN, infinite or absurdly large); they were replaced by silence.")
    }
}
