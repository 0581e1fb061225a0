import Foundation

/// Diagonal Gaussians, one a phone state, trained on one recording.
///
/// Means start from the synthetic voice, carried over to the recording by a regression per dimension, and move towards
/// the recording's own frames as those become many: maximum a posteriori estimation (Gauvain and Lee 1994). That is what
/// lets a recording of ten seconds be its own training material.
struct PhoneModels: Sendable {
    let dimensions: Int
    /// Number of Gaussians; the last ``silenceCount`` are silences (room, breath, click), the one before them speech of
    /// any kind.
    let count: Int
    static let silenceCount = 3
    private(set) var mean: [Float]
    private(set) var precision: [Float]
    private var constant: [Float]
    private let priorMean: [Float]
    private var priorVariance: [Float]

    var silences: Range<Int> { count - Self.silenceCount..<count }
    var speech: Int { count - Self.silenceCount - 1 }

    /// The silence that fits a frame best, and its log density.
    func silence(_ frame: UnsafePointer<Float>) -> (model: Int, density: Float) {
        var best = (model: silences.lowerBound, density: -Float.infinity)
        for model in silences {
            let density = logDensity(frame, model: model)
            if density > best.density { best = (model, density) }
        }
        return best
    }

    /// Frames that weigh as much as the prior, for means and for variances.
    static let meanWeight: Float = 6
    static let varianceWeight: Float = 20

    /// - Parameters:
    ///   - priorMean: `count · dimensions` values.
    ///   - variance: one variance a dimension for all models to begin with.
    init(dimensions: Int, priorMean: [Float], variance: [Float]) {
        self.dimensions = dimensions
        count = priorMean.count / dimensions
        self.priorMean = priorMean
        mean = priorMean
        priorVariance = (0..<count * dimensions).map { max(variance[$0 % dimensions], 1e-3) }
        precision = priorVariance.map { 1 / $0 }
        constant = [Float](repeating: 0, count: count)
        setConstants()
    }

    private mutating func setConstants() {
        for model in 0..<count {
            var sum: Float = 0
            for d in 0..<dimensions { sum += log(precision[model * dimensions + d]) }
            constant[model] = 0.5 * sum
        }
    }

    /// Log density of a frame, without the constant term that all models share.
    @inline(__always)
    func logDensity(_ frame: UnsafePointer<Float>, model: Int) -> Float {
        var sum: Float = 0
        let base = model * dimensions
        mean.withUnsafeBufferPointer { m in
            precision.withUnsafeBufferPointer { p in
                for d in 0..<dimensions {
                    let difference = frame[d] - m[base + d]
                    sum += difference * difference * p[base + d]
                }
            }
        }
        return constant[model] - 0.5 * sum
    }

    /// Sets every model from the frames labelled with it; `labels[i]` is a model, or −1 for a frame that trains nothing.
    mutating func train(on features: FrameMatrix, labels: [Int32]) {
        var sum = [Double](repeating: 0, count: count * dimensions)
        var square = sum
        var frames = [Int](repeating: 0, count: count)
        func add(_ frame: Int, to model: Int) {
            frames[model] += 1
            for d in 0..<dimensions {
                let value = Double(features.values[frame * dimensions + d])
                sum[model * dimensions + d] += value
                square[model * dimensions + d] += value * value
            }
        }
        for (frame, label) in labels.enumerated() where label >= 0 {
            add(frame, to: Int(label))
            if Int(label) < speech { add(frame, to: speech) }
        }
        // The within-model spread over all phones: the prior that small models lean on.
        var pooled = [Double](repeating: 0, count: dimensions)
        var pooledCount = 0.0
        for model in 0..<speech where frames[model] > 1 {
            pooledCount += Double(frames[model])
            for d in 0..<dimensions {
                let n = Double(frames[model]), m = sum[model * dimensions + d] / n
                pooled[d] += square[model * dimensions + d] - n * m * m
            }
        }
        if pooledCount > 50 {
            for model in 0..<speech {
                for d in 0..<dimensions { priorVariance[model * dimensions + d] = Float(max(pooled[d] / pooledCount, 0.02)) }
            }
        }
        for model in 0..<count {
            let n = Float(frames[model])
            for d in 0..<dimensions {
                let index = model * dimensions + d
                let m = (Self.meanWeight * priorMean[index] + Float(sum[index])) / (Self.meanWeight + n)
                let spread = Float(square[index]) - 2 * m * Float(sum[index]) + n * m * m
                let variance = (Self.varianceWeight * priorVariance[index] + spread) / (Self.varianceWeight + n)
                mean[index] = m
                precision[index] = 1 / max(variance, 0.02)
            }
        }
        setConstants()
    }
}
