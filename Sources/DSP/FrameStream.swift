import Signal

/// Consecutive frames in one contiguous stretch of samples, valid only while the call that handed it out lasts.
public struct FrameBatch {
    public let grid: FrameGrid
    /// Index of the first frame in the recording.
    public let firstFrame: Int
    /// Number of frames, at least one.
    public let count: Int
    /// The samples from the start of the first frame to the end of the last.
    public let samples: UnsafeBufferPointer<Float>

    /// The samples of frame `firstFrame + index`.
    public func frame(_ index: Int) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(rebasing: samples[index * grid.hop..<index * grid.hop + grid.length])
    }
}

/// Cuts a stream of blocks into frames in constant memory, handing them out in batches.
///
/// Only whole frames are handed out, frame `i` covering `i·hop ..< i·hop + length` counted from the first block's
/// start. Samples that are not finite or beyond `loudestSample` (a damaged float file) become 0.
public struct FrameStream: Sendable {
    /// No recording nominally in −1 … 1 goes beyond this; squares of what is within it stay finite.
    public static let loudestSample: Float = 1e6

    public let grid: FrameGrid
    /// The most frames a batch holds.
    public let batchSize: Int
    /// Samples taken in so far.
    public private(set) var sampleCount = 0
    private var nextFrame = 0
    /// Samples not yet behind every frame that needs them; begins at sample `nextFrame · hop` unless that is ahead.
    private var pending: [Float] = []
    private var pendingStart = 0
    private var origin: Int?

    public init(grid: FrameGrid, batchSize: Int = 512) {
        precondition(batchSize > 0, "a batch holds at least one frame")
        self.grid = grid
        self.batchSize = batchSize
    }

    /// Takes a block and calls `body` with every batch of frames that it completes.
    ///
    /// - Throws: `DSPError.discontinuousBlocks`, or what `body` throws.
    public mutating func push(_ block: AudioBlock, _ body: (FrameBatch) throws -> Void) throws {
        let origin = self.origin ?? block.start
        self.origin = origin
        guard block.start == origin + sampleCount else {
            throw DSPError.discontinuousBlocks(expectedStart: origin + sampleCount, found: block.start)
        }
        try append(block.samples, body)
    }

    /// Adds zeros so that the last samples of the recording come into a frame, and calls `body` with what that completes.
    ///
    /// - Parameter frameCount: the total number of frames wanted; nothing happens when they have been handed out already.
    public mutating func finish(paddingTo frameCount: Int, _ body: (FrameBatch) throws -> Void) throws {
        guard frameCount > nextFrame else { return }
        let missing = (frameCount - 1) * grid.hop + grid.length - sampleCount
        if missing > 0 { try append([Float](repeating: 0, count: missing), body) }
    }

    private mutating func append(_ samples: [Float], _ body: (FrameBatch) throws -> Void) throws {
        let start = pending.count
        pending.append(contentsOf: samples)
        sampleCount += samples.count
        pending.withUnsafeMutableBufferPointer { buffer in
            // A sum is finite only if every term is: two fast passes, the slow one only when needed.
            let fresh = UnsafeMutableBufferPointer(rebasing: buffer[start...]), view = UnsafeBufferPointer(fresh)
            if !Vector.sum(view).isFinite || Vector.peakMagnitude(view) > Self.loudestSample {
                for i in fresh.indices where !(abs(fresh[i]) <= Self.loudestSample) { fresh[i] = 0 }
            }
        }
        let available = sampleCount < grid.length ? 0 : (sampleCount - grid.length) / grid.hop + 1
        while nextFrame < available {
            let count = min(batchSize, available - nextFrame)
            let offset = nextFrame * grid.hop - pendingStart
            let length = (count - 1) * grid.hop + grid.length
            let first = nextFrame
            try pending.withUnsafeBufferPointer { buffer in
                try body(
                    FrameBatch(
                        grid: grid, firstFrame: first, count: count,
                        samples: UnsafeBufferPointer(rebasing: buffer[offset..<offset + length])))
            }
            nextFrame += count
        }
        let spent = min(nextFrame * grid.hop - pendingStart, pending.count)
        if spent > 0 {
            pending.removeFirst(spent)
            pendingStart += spent
        }
    }

    /// Reads a source to its end and calls `body` with batch after batch.
    ///
    /// - Parameters:
    ///   - padded: whether zeros follow the recording until every sample has come into a frame's first hop; then
    ///     there are ⌈samples/hop⌉ frames, otherwise only whole ones.
    ///   - progress: called once a block; what it throws ends the work.
    /// - Returns: the number of samples read.
    /// - Throws: `DSPError.rateMismatch`, `.discontinuousBlocks`, and what the source, `progress` or `body` throw.
    @discardableResult
    public static func read(
        _ source: inout some SampleSource, grid: FrameGrid, batchSize: Int = 512, padded: Bool = false,
        progress: Progress = { _ in }, _ body: (FrameBatch) throws -> Void
    ) throws -> Int {
        guard source.rate == grid.rate else {
            throw DSPError.rateMismatch(expected: grid.rate, found: source.rate)
        }
        var stream = FrameStream(grid: grid, batchSize: batchSize)
        let expected = source.expectedCount ?? 0
        while let block = try source.nextBlock() {
            try stream.push(block, body)
            try progress(expected > 0 ? min(1, Double(stream.sampleCount) / Double(expected)) : 0)
        }
        let total = stream.sampleCount
        if padded { try stream.finish(paddingTo: (total + grid.hop - 1) / grid.hop, body) }
        try progress(1)
        return total
    }
}
