import Signal

/// Cepstral or log mel features of a recording.
public struct FeatureExtractor: Hashable, Sendable {
    public var options: MFCC.Options
    /// What is taken off the features before their slopes are formed; nil leaves them as they are.
    public var normalization: SlidingMeanVariance?
    /// 0 for the features alone, 1 to add their slopes, 2 to add the slopes' slopes as well.
    public var deltaOrder: Int
    /// Frames on each side that a slope is fitted over.
    public var deltaReach: Int

    public init(
        _ options: MFCC.Options = MFCC.Options(), normalization: SlidingMeanVariance? = nil, deltaOrder: Int = 0,
        deltaReach: Int = 2
    ) {
        self.options = options
        self.normalization = normalization
        self.deltaOrder = deltaOrder
        self.deltaReach = deltaReach
    }

    /// Values in a row: `options.columns · (1 + deltaOrder)`.
    public var columns: Int { options.columns * (1 + deltaOrder) }

    /// The features of a whole recording.
    ///
    /// - Parameters:
    ///   - source: mono samples at `options.grid.rate`.
    ///   - progress: called once a block.
    /// - Returns: a row for every whole frame, `columns` values each: the features, then their slopes, then the slopes'
    ///   slopes.
    /// - Throws: `DSPError`, and what the source and `progress` throw.
    public func extract(
        source: inout some SampleSource, progress: Progress = { _ in }
    ) throws -> FeatureMatrix {
        var matrix = FeatureMatrix(columns: max(1, columns), grid: options.grid)
        if let expected = source.expectedCount {
            matrix.values.reserveCapacity(options.grid.frameCount(sampleCount: max(0, min(expected, 1 << 32))) * matrix.columns)
        }
        try stream(source: &source, progress: progress) { matrix.append(rows: $0.values) }
        return matrix
    }

    /// The same, handed out piece by piece in constant memory: rows in order, each once.
    ///
    /// - Parameter body: called with at least one row at a time; what it throws ends the work.
    public func stream(
        source: inout some SampleSource, progress: Progress = { _ in }, _ body: (FeatureRows) throws -> Void
    ) throws {
        try DSPError.require((0...2).contains(deltaOrder), "the delta order", deltaOrder, "0, 1 or 2")
        try DSPError.require((1...50).contains(deltaReach), "the delta reach", deltaReach, "1 to 50 frames")
        var mfcc = try MFCC(options: options)
        let width = mfcc.columns
        var normal = try normalization.map { try SlidingMeanVariance.Stream($0, columns: width) }
        var slopes = try (0..<deltaOrder).map {
            try SlopeStream(inputColumns: width * ($0 + 1), slopeColumns: width, reach: deltaReach)
        }
        let columns = self.columns
        var first = 0
        func hand(_ rows: UnsafeBufferPointer<Float>) throws {
            guard !rows.isEmpty else { return }
            let rows = FeatureRows(firstFrame: first, columns: columns, values: rows)
            first += rows.count
            try body(rows)
        }
        var rows: [Float] = [], spare: [Float] = []
        try FrameStream.read(&source, grid: options.grid, progress: progress) { batch in
            let count = batch.count * width
            if rows.count != count { rows = [Float](repeating: 0, count: count) }
            rows.withUnsafeMutableBufferPointer { mfcc.process(batch, into: $0) }
            guard normal != nil || !slopes.isEmpty else { return try rows.withUnsafeBufferPointer(hand) }
            normal?.pass(&rows, &spare, isLast: false)
            for index in slopes.indices { slopes[index].pass(&rows, &spare, isLast: false) }
            try rows.withUnsafeBufferPointer(hand)
        }
        rows.removeAll()
        normal?.pass(&rows, &spare, isLast: true)
        for index in slopes.indices { slopes[index].pass(&rows, &spare, isLast: true) }
        try rows.withUnsafeBufferPointer(hand)
    }
}

/// A step from rows to rows.
private protocol RowStep {
    mutating func push(_ rows: UnsafeBufferPointer<Float>, into output: inout [Float])
    mutating func finish(into output: inout [Float])
}

extension RowStep {
    /// Replaces `rows` by what the step gives for them.
    fileprivate mutating func pass(_ rows: inout [Float], _ spare: inout [Float], isLast: Bool) {
        spare.removeAll(keepingCapacity: true)
        rows.withUnsafeBufferPointer { push($0, into: &spare) }
        if isLast { finish(into: &spare) }
        swap(&rows, &spare)
    }
}

extension SlidingMeanVariance.Stream: RowStep {}
extension SlopeStream: RowStep {}
