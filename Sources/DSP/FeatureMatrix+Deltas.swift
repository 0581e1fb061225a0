extension FeatureMatrix {
    /// The slope of every feature over time, by a straight line through `reach` frames on each side:
    /// d[t] = Σₙ n·(c[t+n] − c[t−n]) / (2·Σₙ n²), n = 1 … reach (Furui 1986). The first and last rows stand in for
    /// frames beyond the ends.
    public func deltas(reach: Int = 2) -> FeatureMatrix {
        precondition(reach > 0, "the reach is positive")
        let weights = Self.slopeWeights(reach: reach)
        var result = [Float](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { v in
            result.withUnsafeMutableBufferPointer { d in
                for row in 0..<rows {
                    for n in 1...reach {
                        let ahead = min(rows - 1, row + n) * columns, behind = max(0, row - n) * columns
                        let weight = weights[n]
                        for c in 0..<columns { d[row * columns + c] += weight * (v[ahead + c] - v[behind + c]) }
                    }
                }
            }
        }
        return FeatureMatrix(values: result, columns: columns, grid: grid)
    }

    /// n / (2·Σ n²) for n = 0 … reach.
    static func slopeWeights(reach: Int) -> [Float] {
        var norm: Float = 0
        for n in 1...reach { norm += 2 * Float(n * n) }
        return (0...reach).map { Float($0) / norm }
    }
}
