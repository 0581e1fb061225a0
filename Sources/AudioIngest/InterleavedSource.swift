import Signal

/// All channels of a recording, its parts one after the other, read once in blocks at the files' own rate.
public final class InterleavedSource {
    public let rate: SampleRate
    public let channels: Int
    /// Frames in the whole recording.
    public let expectedCount: Int
    /// What reading has found so far.
    public var warnings: [IngestWarning] { reader.warnings }

    private let reader: InterleavedReader
    private var buffer: [Float] = []

    init(_ recording: Recording) {
        rate = recording.rate
        channels = recording.channels
        expectedCount = recording.length
        reader = recording.reader()
    }

    /// The next frames, interleaved; integer samples are exact up to 24 bits. Nil at the end.
    ///
    /// - Throws: `IngestError` when a file turns out to be damaged.
    public func nextBlock(frames: Int = 32_768) throws -> [Float]? {
        let got = try reader.read(frames: frames, into: &buffer)
        return got > 0 ? Array(buffer[0..<got * channels]) : nil
    }
}

extension Recording {
    /// All channels as they are, for what changes a recording and not only listens to it.
    public func interleavedSource() -> InterleavedSource { InterleavedSource(self) }
}
