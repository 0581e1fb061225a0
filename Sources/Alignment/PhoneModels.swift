import Foundation

/// Diagonal Gaussian mixtures, one a phone state, trained on one recording.
///
/// Means start from the synthetic voice, carried over to the recording by a regression per dimension, and move towards
/// the recording's own frames as those become many: maximum a posteriori estimation (Gauvain and Lee 1994). That is what
/// lets a recording of ten seconds be its own training material. States with many frames get several Gaussians, each split
/// from one before: the voices of a talk differ.
struct PhoneModels: Sendable {
    let dimensions: Int
    /// Number of states; the last ``silenceCount`` are silences (room, breath, click), the one before them speech of
    /// any kind.
    let count: Int
    static let silenceCount = 3
    /// Gaussians a state.
    private(set) var components = 1
    /// Component `k` of state `s` is row `s · components + k`.
    private var mean: [Float]
    private var precision: [Float]
    /// Log weight and normalisation of every Gaussian; −∞ for one that is not in use.
    private var constant: [Float]
    private let priorMean: [Float]
    private var priorVariance: [Float]

    var silences: Range<Int> { count - Self.silenceCount..<count }
    var speech: Int { count - Self.silenceCount - 1 }

    /// Frames that weigh as much as the prior, for means and for variances.
    static let meanWeight: Float = 6
    static let varianceWeight: Float = 20
    /// Frames a Gaussian must have before it is split.
    static let splitAt = 160

    /// - Parameters:
    ///   - priorMean: `count · dimensions` values.
    ///   - variance: one variance a dimension for all states to begin with.
    init(dimensions: Int, priorMean: [Float], variance: [Float]) {
        self.dimensions = dimensions
        count = priorMean.count / dimensions
        self.priorMean = priorMean
        mean = priorMean
        priorVariance = (0..<count * dimensions).map { max(variance[$0 % dimensions], 1e-3) }
        precision = priorVariance.map { 1 / $0 }
        constant = [Float](repeating: 0, count: count)
        for state in 0..<count { setConstant(row: state, weight: 1) }
    }

    private mutating func setConstant(row: Int, weight: Float) {
        var sum: Float = 0
        for d in 0..<dimensions { sum += log(precision[row * dimensions + d]) }
        constant[row] = 0.5 * sum + log(weight)
    }

    // MARK: Densities

    /// Log densities of frames under every state (its best Gaussian's), a row a frame, without the constant term that all
    /// share.
    func densities(_ features: FrameMatrix, frames: Range<Int>, into result: inout [Float]) {
        let rows = count * components, width = dimensions, states = count, parts = components
        // Gaussians lie side by side within a dimension, so that the inner loop runs over them.
        var centres = [Float](repeating: 0, count: mean.count), weights = centres
        for row in 0..<rows {
            for d in 0..<width {
                centres[d * rows + row] = mean[row * width + d]
                weights[d * rows + row] = -0.5 * precision[row * width + d]
            }
        }
        var scratch = constant
        features.values.withUnsafeBufferPointer { values in
            centres.withUnsafeBufferPointer { m in
                weights.withUnsafeBufferPointer { p in
                    constant.withUnsafeBufferPointer { constant in
                        scratch.withUnsafeMutableBufferPointer { out in
                            result.withUnsafeMutableBufferPointer { result in
                                for (index, frame) in frames.enumerated() {
                                    for row in 0..<rows { out[row] = constant[row] }
                                    for d in 0..<width {
                                        let x = values[frame * width + d], base = d * rows
                                        for row in 0..<rows {
                                            let difference = x - m[base + row]
                                            out[row] += difference * difference * p[base + row]
                                        }
                                    }
                                    let target = index * states
                                    for state in 0..<states {
                                        var best = out[state * parts]
                                        for part in 1..<max(1, parts) { best = max(best, out[state * parts + part]) }
                                        result[target + state] = best
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Log density of a frame under one Gaussian.
    @inline(__always)
    private func logDensity(_ frame: UnsafePointer<Float>, row: Int) -> Float {
        var sum: Float = 0
        let base = row * dimensions
        mean.withUnsafeBufferPointer { m in
            precision.withUnsafeBufferPointer { p in
                for d in 0..<dimensions {
                    let difference = frame[d] - m[base + d]
                    sum += difference * difference * p[base + d]
                }
            }
        }
        return constant[row] - 0.5 * sum
    }

    /// The state's Gaussian that fits a frame best, and its log density.
    private func best(_ frame: UnsafePointer<Float>, state: Int) -> (row: Int, density: Float) {
        var found = (row: state * components, density: -Float.infinity)
        for row in state * components..<(state + 1) * components where constant[row] > -.infinity {
            let density = logDensity(frame, row: row)
            if density > found.density { found = (row, density) }
        }
        return found
    }

    /// Log density of a frame, without the constant term that all states share.
    func logDensity(_ frame: UnsafePointer<Float>, model: Int) -> Float { best(frame, state: model).density }

    /// The silence that fits a frame best, and its log density.
    func silence(_ frame: UnsafePointer<Float>) -> (model: Int, density: Float) {
        var found = (model: silences.lowerBound, density: -Float.infinity)
        for model in silences {
            let density = logDensity(frame, model: model)
            if density > found.density { found = (model, density) }
        }
        return found
    }

    // MARK: Training

    /// Doubles the Gaussians of every state that has frames enough; the new ones lie half a deviation to either side.
    mutating func split(frames: [Int]) {
        let old = components
        components *= 2
        var newMean = [Float](repeating: 0, count: mean.count * 2), newPrecision = newMean
        var newConstant = [Float](repeating: -.infinity, count: constant.count * 2)
        for row in constant.indices {
            let state = row / old, first = state * components + row % old, second = first + old
            let divides = constant[row] > -.infinity && frames[row] >= Self.splitAt && state < speech
            for d in 0..<dimensions {
                let index = row * dimensions + d
                let offset = divides ? (d % 2 == 0 ? 0.5 : -0.5) / precision[index].squareRoot() : 0
                newMean[first * dimensions + d] = mean[index] + offset
                newMean[second * dimensions + d] = mean[index] - offset
                newPrecision[first * dimensions + d] = precision[index]
                newPrecision[second * dimensions + d] = precision[index]
            }
            newConstant[first] = constant[row]
            newConstant[second] = divides ? constant[row] : -.infinity
        }
        (mean, precision, constant) = (newMean, newPrecision, newConstant)
    }

    /// Sets every state from the frames labelled with it; `labels[i]` is a state, or −1 for a frame that trains nothing.
    ///
    /// - Parameter most: Gaussians a state may have in the end.
    mutating func train(on features: FrameMatrix, labels: [Int32], components most: Int = 1) {
        var frames = estimate(features, labels)
        while components < most {
            split(frames: frames)
            for _ in 0..<3 { frames = estimate(features, labels) }
        }
        if components > 1, components == most { _ = estimate(features, labels) }
    }

    /// One round of assigning frames to Gaussians and estimating those.
    /// - Returns: frames by Gaussian.
    private mutating func estimate(_ features: FrameMatrix, _ labels: [Int32]) -> [Int] {
        let rows = count * components
        var sum = [Double](repeating: 0, count: rows * dimensions)
        var square = sum
        var frames = [Int](repeating: 0, count: rows)
        features.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            func add(_ vector: UnsafePointer<Float>, to row: Int) {
                frames[row] += 1
                for d in 0..<dimensions {
                    let value = Double(vector[d])
                    sum[row * dimensions + d] += value
                    square[row * dimensions + d] += value * value
                }
            }
            for (frame, label) in labels.enumerated() where label >= 0 {
                let vector = base + frame * dimensions, state = Int(label)
                add(vector, to: components == 1 ? state : best(vector, state: state).row)
                if state < speech { add(vector, to: speech * components) }
            }
        }
        setPooledVariance(sum, square, frames)
        for row in 0..<rows {
            let state = row / components
            var total = 0
            for other in state * components..<(state + 1) * components { total += frames[other] }
            let n = Float(frames[row])
            guard constant[row] > -.infinity else { continue }
            for d in 0..<dimensions {
                let index = row * dimensions + d, prior = state * dimensions + d
                let m = (Self.meanWeight * priorMean[prior] + Float(sum[index])) / (Self.meanWeight + n)
                let spread = Float(square[index]) - 2 * m * Float(sum[index]) + n * m * m
                let variance = (Self.varianceWeight * priorVariance[prior] + spread) / (Self.varianceWeight + n)
                mean[index] = m
                precision[index] = 1 / max(variance, 0.02)
            }
            setConstant(row: row, weight: components == 1 || total == 0 ? 1 : max(n, 1) / Float(total + components))
        }
        return frames
    }

    /// The within-Gaussian spread over all phones: the prior that small states lean on.
    private mutating func setPooledVariance(_ sum: [Double], _ square: [Double], _ frames: [Int]) {
        var pooled = [Double](repeating: 0, count: dimensions)
        var total = 0.0
        for row in 0..<speech * components where frames[row] > 1 {
            let n = Double(frames[row])
            total += n
            for d in 0..<dimensions {
                let m = sum[row * dimensions + d] / n
                pooled[d] += square[row * dimensions + d] - n * m * m
            }
        }
        guard total > 50 else { return }
        for state in 0..<speech {
            for d in 0..<dimensions { priorVariance[state * dimensions + d] = Float(max(pooled[d] / total, 0.02)) }
        }
    }
}
