/// A block of mono samples on its way through an analysis.
public struct AudioBlock: Sendable {
    /// Position of the first sample, counted at the source's rate.
    public var start: Int
    /// Samples, nominally in −1 … 1.
    public var samples: [Float]

    public init(start: Int, samples: [Float]) {
        self.start = start
        self.samples = samples
    }
}

/// Mono samples at one rate, read once from start to end, in blocks.
///
/// Analyses take this, so that they run in constant memory on a recording of any length and know nothing of files.
public protocol SampleSource {
    var rate: SampleRate { get }
    /// The expected number of samples, when the source knows it (for progress; it may be off by a resampler's delay).
    var expectedCount: Int? { get }
    /// The next block, contiguous with the one before; nil at the end. Blocks may be of any positive length.
    mutating func nextBlock() throws -> AudioBlock?
}

/// Samples already in memory (short files, tests).
public struct ArraySource: SampleSource, Sendable {
    public let rate: SampleRate
    private let samples: [Float]
    private let blockLength: Int
    private var position = 0

    public init(_ samples: [Float], rate: SampleRate, blockLength: Int = 65_536) {
        precondition(blockLength > 0)
        self.samples = samples
        self.rate = rate
        self.blockLength = blockLength
    }

    public var expectedCount: Int? { samples.count }

    public mutating func nextBlock() -> AudioBlock? {
        guard position < samples.count else { return nil }
        let end = min(position + blockLength, samples.count)
        defer { position = end }
        return AudioBlock(start: position, samples: Array(samples[position..<end]))
    }
}
