/// Feature vectors in time order, row-major: frame `i` holds `values[i·dimensions ..< (i+1)·dimensions]`.
struct FrameMatrix: Sendable {
    let dimensions: Int
    private(set) var values: [Float]

    init(dimensions: Int, values: [Float] = []) {
        precondition(dimensions > 0 && values.count % dimensions == 0, "whole frames only")
        self.dimensions = dimensions
        self.values = values
    }

    var count: Int { values.count / dimensions }

    mutating func append(_ frame: ArraySlice<Float>) { values.append(contentsOf: frame) }
    mutating func append(contentsOf other: FrameMatrix) { values.append(contentsOf: other.values) }

    func frame(_ index: Int) -> ArraySlice<Float> { values[index * dimensions..<(index + 1) * dimensions] }

    /// The frames at `indices`, in that order.
    func selecting(_ indices: [Int]) -> FrameMatrix {
        var result = FrameMatrix(dimensions: dimensions)
        result.values.reserveCapacity(indices.count * dimensions)
        for index in indices { result.append(frame(index)) }
        return result
    }

    /// Mean of every `factor` frames (the last one of what is left).
    func averaged(by factor: Int) -> FrameMatrix {
        guard factor > 1 else { return self }
        var result = FrameMatrix(dimensions: dimensions)
        var start = 0
        while start < count {
            let end = min(start + factor, count)
            var sum = [Float](repeating: 0, count: dimensions)
            for index in start..<end {
                for d in 0..<dimensions { sum[d] += values[index * dimensions + d] }
            }
            let scale = 1 / Float(end - start)
            result.values.append(contentsOf: sum.map { $0 * scale })
            start = end
        }
        return result
    }

    /// Mean and standard deviation of every dimension over `indices` (all frames when nil).
    func statistics(over indices: [Int]? = nil) -> (mean: [Float], deviation: [Float]) {
        var sum = [Double](repeating: 0, count: dimensions)
        var square = sum
        let chosen = indices ?? Array(0..<count)
        for index in chosen {
            for d in 0..<dimensions {
                let value = Double(values[index * dimensions + d])
                sum[d] += value
                square[d] += value * value
            }
        }
        let n = Double(max(1, chosen.count))
        var mean = [Float](repeating: 0, count: dimensions)
        var deviation = mean
        for d in 0..<dimensions {
            let m = sum[d] / n
            mean[d] = Float(m)
            deviation[d] = Float(max(square[d] / n - m * m, 1e-6).squareRoot())
        }
        return (mean, deviation)
    }

    /// Subtracts `mean` and divides by `deviation`, dimension by dimension.
    mutating func normalize(mean: [Float], deviation: [Float]) {
        for index in values.indices {
            let d = index % dimensions
            values[index] = (values[index] - mean[d]) / deviation[d]
        }
    }

    /// The same frames with slopes appended: the regression over ±`span` frames (HTK's delta formula).
    func withDeltas(span: Int, weight: Float = 1) -> FrameMatrix { appending(slopes(span: span, weight: weight)) }

    /// Frames, their slopes, and the slopes of those.
    func withAccelerations(span: Int, weight: Float, accelerationWeight: Float) -> FrameMatrix {
        let first = slopes(span: span, weight: weight)
        return appending(first).appending(first.slopes(span: span, weight: accelerationWeight))
    }

    /// Regression over ±`span` frames, dimension by dimension, times `weight`.
    private func slopes(span: Int, weight: Float) -> FrameMatrix {
        var result = [Float](repeating: 0, count: values.count)
        let norm = weight / Float(2 * (1...span).reduce(0) { $0 + $1 * $1 })
        let last = count - 1, width = dimensions
        values.withUnsafeBufferPointer { source in
            for index in 0..<count {
                for k in 1...span {
                    let after = min(last, index + k) * width, before = max(0, index - k) * width
                    let scale = Float(k) * norm
                    for d in 0..<width { result[index * width + d] += scale * (source[after + d] - source[before + d]) }
                }
            }
        }
        return FrameMatrix(dimensions: width, values: result)
    }

    /// Each frame followed by the frame of `other` at the same place.
    private func appending(_ other: FrameMatrix) -> FrameMatrix {
        var result = FrameMatrix(dimensions: dimensions + other.dimensions)
        result.values.reserveCapacity(values.count + other.values.count)
        for index in 0..<count {
            result.values.append(contentsOf: frame(index))
            result.values.append(contentsOf: other.frame(index))
        }
        return result
    }
}
