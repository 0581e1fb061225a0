import Signal

/// Cepstral or log mel features of a whole recording.
public struct FeatureExtractor: Hashable, Sendable {
    public var options: MFCC.Options
    /// 0 for the features alone, 1 to add their slopes, 2 to add the slopes' slopes as well.
    public var deltaOrder: Int
    /// Frames on each side that a slope is fitted over.
    public var deltaReach: Int

    public init(_ options: MFCC.Options = MFCC.Options(), deltaOrder: Int = 0, deltaReach: Int = 2) {
        self.options = options
        self.deltaOrder = deltaOrder
        self.deltaReach = deltaReach
    }

    /// - Parameters:
    ///   - source: mono samples at `options.grid.rate`.
    ///   - progress: called once a block.
    /// - Returns: a row for every whole frame, `options.columns · (1 + deltaOrder)` columns: the features, then their
    ///   slopes, then the slopes' slopes.
    /// - Throws: `DSPError`, and what the source and `progress` throw.
    public func extract(
        source: inout some SampleSource, progress: Progress = { _ in }
    ) throws -> FeatureMatrix {
        try DSPError.require((0...2).contains(deltaOrder), "the delta order", deltaOrder, "0, 1 or 2")
        try DSPError.require((1...50).contains(deltaReach), "the delta reach", deltaReach, "1 to 50 frames")
        var mfcc = try MFCC(options: options)
        var matrix = FeatureMatrix(columns: mfcc.columns, grid: options.grid)
        if let expected = source.expectedCount {
            matrix.values.reserveCapacity(options.grid.frameCount(sampleCount: max(0, min(expected, 1 << 32))) * mfcc.columns)
        }
        var rows: [Float] = []
        try FrameStream.read(&source, grid: options.grid, progress: progress) { batch in
            let count = batch.count * mfcc.columns
            if rows.count < count { rows = [Float](repeating: 0, count: count) }
            rows.withUnsafeMutableBufferPointer { mfcc.process(batch, into: $0) }
            rows.withUnsafeBufferPointer { matrix.append(rows: UnsafeBufferPointer(rebasing: $0[..<count])) }
        }
        guard deltaOrder > 0 else { return matrix }
        let first = matrix.deltas(reach: deltaReach)
        let joined = matrix.joined(with: first)
        return deltaOrder == 1 ? joined : joined.joined(with: first.deltas(reach: deltaReach))
    }
}
