import Foundation

/// Continuous wavelet transform with the Mexican hat, at a few scales (Torrence and Compo 1998).
enum WaveletTransform {
    /// Sum of the transforms of `signal` over `scales`, each divided by the root of its scale so that a bump weighs
    /// alike at the scale that fits it.
    ///
    /// - Parameters:
    ///   - signal: evenly spaced values; beyond its ends it counts as 0.
    ///   - scales: widths in samples, positive.
    /// - Returns: one value a sample.
    static func sum(_ signal: [Float], scales: [Double]) -> [Float] {
        var total = [Float](repeating: 0, count: signal.count)
        for scale in scales where scale > 0 {
            let half = max(1, Int((5 * scale).rounded(.up)))
            let norm = 2 / (3 * scale).squareRoot() / Double.pi.squareRoot().squareRoot() / scale.squareRoot()
            let kernel = (-half...half).map { offset -> Float in
                let x = Double(offset) / scale
                return Float(norm * (1 - x * x) * exp(-x * x / 2))
            }
            convolve(signal, kernel, half, into: &total)
        }
        return total
    }

    private static func convolve(_ signal: [Float], _ kernel: [Float], _ half: Int, into total: inout [Float]) {
        let count = signal.count
        signal.withUnsafeBufferPointer { x in
            kernel.withUnsafeBufferPointer { k in
                total.withUnsafeMutableBufferPointer { y in
                    for t in 0..<count {
                        let low = max(0, t - half), high = min(count - 1, t + half)
                        var sum: Float = 0
                        for u in low...high { sum += x[u] * k[u - t + half] }
                        y[t] += sum
                    }
                }
            }
        }
    }
}
