/// Cepstral mean (and variance) normalisation over a window that slides with the frame.
///
/// Takes away what a room, a microphone or a line adds to every frame, while following slow change. At the ends of the
/// recording the window is moved inwards, not cut, so that every frame is measured against equally many.
public struct SlidingMeanVariance: Hashable, Sendable, Codable {
    /// Frames in the window; 300 (3 s) holds enough different sounds for their mean to be the channel's.
    public var windowLength: Int
    /// Whether features are divided by their standard deviation, too.
    public var normalizesVariance: Bool

    public init(windowLength: Int = 300, normalizesVariance: Bool = false) {
        self.windowLength = windowLength
        self.normalizesVariance = normalizesVariance
    }

    /// - Throws: `DSPError.invalidParameter` when the window is not positive.
    public func apply(to matrix: inout FeatureMatrix) throws {
        var stream = try Stream(self, columns: matrix.columns)
        var result: [Float] = []
        result.reserveCapacity(matrix.values.count)
        matrix.values.withUnsafeBufferPointer { stream.push($0, into: &result) }
        stream.finish(into: &result)
        matrix.values = result
    }

    /// The same over rows that come piece by piece, in memory for one window; rows come out half a window late, at the
    /// beginning a whole one.
    public struct Stream: Sendable {
        /// Values in a row.
        public let columns: Int
        private let window: Int
        private let normalizesVariance: Bool
        /// Rows from `heldStart` on: those in the window and after it, and those not yet handed out.
        private var held: [Float] = []
        private var heldStart = 0
        private var count = 0
        private var next = 0
        /// The rows summed; empty until there are enough.
        private var summed = 0..<0
        // Running sums in Double: over hours, Float sums drift.
        private var sums: [Double]
        private var squares: [Double]

        /// - Throws: `DSPError.invalidParameter` when the window or `columns` is not positive.
        public init(_ options: SlidingMeanVariance, columns: Int) throws {
            try DSPError.require(
                options.windowLength > 0, "the normalisation window", options.windowLength, "at least one frame")
            try DSPError.require(columns > 0, "the number of columns", columns, "at least one")
            self.columns = columns
            window = options.windowLength
            normalizesVariance = options.normalizesVariance
            sums = [Double](repeating: 0, count: columns)
            squares = sums
        }

        /// Takes whole rows and appends to `output` those that are decided.
        public mutating func push(_ rows: UnsafeBufferPointer<Float>, into output: inout [Float]) {
            precondition(rows.count % columns == 0, "values fill whole rows")
            held.append(contentsOf: rows)
            count += rows.count / columns
            guard count >= window else { return }
            if summed.isEmpty { begin(window) }
            while next < count, max(0, next - window / 2) + window <= count {
                slide(to: max(0, next - window / 2))
                emit(into: &output)
            }
            // In pieces of a window, so that moving what is kept costs little a row.
            let spent = min(next, summed.lowerBound) - heldStart
            if spent >= window {
                held.removeFirst(spent * columns)
                heldStart += spent
            }
        }

        /// Appends the rows still held.
        public mutating func finish(into output: inout [Float]) {
            guard next < count else { return }
            if summed.isEmpty { begin(min(window, count)) }
            while next < count {
                slide(to: max(0, min(next - window / 2, count - window)))
                emit(into: &output)
            }
        }

        private mutating func begin(_ length: Int) {
            for row in 0..<length { add(row, 1) }
            summed = 0..<length
        }

        private mutating func slide(to start: Int) {
            while summed.lowerBound < start {
                add(summed.lowerBound, -1)
                add(summed.upperBound, 1)
                summed = summed.lowerBound + 1..<summed.upperBound + 1
            }
        }

        private mutating func add(_ row: Int, _ sign: Double) {
            let offset = (row - heldStart) * columns
            for c in 0..<columns {
                let x = Double(held[offset + c])
                sums[c] += sign * x
                squares[c] += sign * x * x
            }
        }

        private mutating func emit(into output: inout [Float]) {
            let offset = (next - heldStart) * columns, n = Double(summed.count)
            for c in 0..<columns {
                let mean = sums[c] / n
                var x = Double(held[offset + c]) - mean
                if normalizesVariance { x /= max(squares[c] / n - mean * mean, 1e-10).squareRoot() }
                output.append(Float(x))
            }
            next += 1
        }
    }
}
