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
        try DSPError.require(windowLength > 0, "the normalisation window", windowLength, "at least one frame")
        let rows = matrix.rows, columns = matrix.columns
        guard rows > 0 else { return }
        let length = min(windowLength, rows)
        // Running sums in Double: over hours, Float sums drift.
        var sums = [Double](repeating: 0, count: columns), squares = sums
        let source = matrix.values
        source.withUnsafeBufferPointer { v in
            matrix.values.withUnsafeMutableBufferPointer { out in
                sums.withUnsafeMutableBufferPointer { s in
                    squares.withUnsafeMutableBufferPointer { q in
                        func add(_ row: Int, _ sign: Double) {
                            for c in 0..<columns {
                                let x = Double(v[row * columns + c])
                                s[c] += sign * x
                                q[c] += sign * x * x
                            }
                        }
                        for row in 0..<length { add(row, 1) }
                        var start = 0
                        for row in 0..<rows {
                            let wanted = max(0, min(row - length / 2, rows - length))
                            while start < wanted {
                                add(start, -1)
                                add(start + length, 1)
                                start += 1
                            }
                            for c in 0..<columns {
                                let mean = s[c] / Double(length)
                                var x = Double(v[row * columns + c]) - mean
                                if normalizesVariance {
                                    let variance = max(q[c] / Double(length) - mean * mean, 1e-10)
                                    x /= variance.squareRoot()
                                }
                                out[row * columns + c] = Float(x)
                            }
                        }
                    }
                }
            }
        }
    }
}
