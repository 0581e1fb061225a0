import Foundation

/// A mixture of Gaussians with diagonal covariances.
struct DiagonalMixture: Sendable {
    let columns: Int
    private(set) var weights: [Float]
    /// components × columns.
    private(set) var means: [Float]
    /// components × columns.
    private(set) var variances: [Float]
    /// components × columns: 1 / variance, negated and halved, so that a frame costs multiplications and additions only.
    private var scales: [Float] = []
    /// log weight − ½ Σ log 2πσ² per component.
    private var constants: [Float] = []

    var count: Int { weights.count }

    init(weights: [Float], means: [Float], variances: [Float], columns: Int) {
        self.columns = columns
        self.weights = weights
        self.means = means
        self.variances = variances
        prepare()
    }

    private mutating func prepare() {
        scales = variances.map { -0.5 / $0 }
        constants = (0..<count).map { k in
            var sum = log(Double(max(weights[k], 1e-12)))
            for c in 0..<columns { sum -= 0.5 * log(2 * .pi * Double(variances[k * columns + c])) }
            return Float(sum)
        }
    }

    /// Log density of each component times its weight, into `out` (`count` values).
    @inline(__always)
    func logComponents(_ frame: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
        means.withUnsafeBufferPointer { means in
            scales.withUnsafeBufferPointer { scales in
                for k in 0..<constants.count {
                    let m = means.baseAddress! + k * columns, s = scales.baseAddress! + k * columns
                    var sum0 = constants[k], sum1: Float = 0, sum2: Float = 0, sum3: Float = 0
                    var c = 0
                    while c + 4 <= columns {
                        let d0 = frame[c] - m[c], d1 = frame[c + 1] - m[c + 1]
                        let d2 = frame[c + 2] - m[c + 2], d3 = frame[c + 3] - m[c + 3]
                        sum0 += d0 * d0 * s[c]
                        sum1 += d1 * d1 * s[c + 1]
                        sum2 += d2 * d2 * s[c + 2]
                        sum3 += d3 * d3 * s[c + 3]
                        c += 4
                    }
                    while c < columns {
                        let d = frame[c] - m[c]
                        sum0 += d * d * s[c]
                        c += 1
                    }
                    out[k] = (sum0 + sum1) + (sum2 + sum3)
                }
            }
        }
    }

    /// Log density of a frame, leaving each component's share in `shares` (`count` values that add up to 1).
    @inline(__always)
    func logDensity(_ frame: UnsafePointer<Float>, shares: UnsafeMutablePointer<Float>) -> Float {
        logComponents(frame, into: shares)
        var top = -Float.infinity
        for k in 0..<count { top = max(top, shares[k]) }
        var sum: Float = 0
        for k in 0..<count {
            // Below e⁻¹⁵ of the largest a component changes nothing that a Float can hold for long; skipping exp is most of the speed.
            let distance = shares[k] - top
            shares[k] = distance > -15 ? exp(distance) : 0
            sum += shares[k]
        }
        let factor = 1 / sum
        for k in 0..<count { shares[k] *= factor }
        return top + log(sum)
    }

    /// Log density of a frame; `scratch` holds `count` values.
    @inline(__always)
    func logDensity(_ frame: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>) -> Float {
        logComponents(frame, into: scratch)
        var top = -Float.infinity
        for k in 0..<count { top = max(top, scratch[k]) }
        var sum: Float = 0
        for k in 0..<count {
            let distance = scratch[k] - top
            if distance > -15 { sum += exp(distance) }
        }
        return top + log(sum)
    }

    /// Fits a mixture by expectation maximisation (Dempster et al. 1977) from randomly chosen frames.
    ///
    /// - Parameters:
    ///   - frames: row-major frames, at least one.
    ///   - rows: the frames to fit.
    ///   - components: at most the number of `rows`.
    ///   - floor: smallest variance of each column; keeps a component from shrinking onto one frame.
    static func fitted(
        frames: [Float], columns: Int, rows: [Int32], components: Int, iterations: Int, floor: [Float],
        generator: inout SplitMix64
    ) -> DiagonalMixture {
        let k = max(1, min(components, rows.count))
        var mean = [Double](repeating: 0, count: columns), square = mean
        for row in rows {
            for c in 0..<columns {
                let x = Double(frames[Int(row) * columns + c])
                mean[c] += x
                square[c] += x * x
            }
        }
        let n = Double(max(1, rows.count))
        let spread = (0..<columns).map { c in max(floor[c], Float(square[c] / n - (mean[c] / n) * (mean[c] / n))) }
        var order = rows
        var means: [Float] = []
        for i in 0..<k {
            order.swapAt(i, i + Int(generator.next() % UInt64(order.count - i)))
            let row = Int(order[i]) * columns
            means += frames[row..<row + columns]
        }
        var mixture = DiagonalMixture(
            weights: [Float](repeating: 1 / Float(k), count: k), means: means,
            variances: (0..<k).flatMap { _ in spread }, columns: columns)
        for _ in 0..<iterations { mixture.maximize(frames: frames, rows: rows, floor: floor) }
        return mixture
    }

    private mutating func maximize(frames: [Float], rows: [Int32], floor: [Float]) {
        let k = count, columns = columns
        var n = [Float](repeating: 0, count: k)
        var first = [Float](repeating: 0, count: k * columns), second = first
        // Sums run in Float over blocks and in Double over the blocks.
        var totals = [Double](repeating: 0, count: k)
        var firsts = [Double](repeating: 0, count: k * columns), seconds = firsts
        var shares = [Float](repeating: 0, count: k)
        func flush() {
            for i in 0..<k {
                totals[i] += Double(n[i])
                n[i] = 0
            }
            for i in 0..<k * columns {
                firsts[i] += Double(first[i])
                seconds[i] += Double(second[i])
                first[i] = 0
                second[i] = 0
            }
        }
        frames.withUnsafeBufferPointer { frames in
            for (index, row) in rows.enumerated() {
                guard let x = frames.baseAddress.map({ $0 + Int(row) * columns }) else { return }
                shares.withUnsafeMutableBufferPointer { shares in
                    guard let p = shares.baseAddress else { return }
                    _ = logDensity(x, shares: p)
                    first.withUnsafeMutableBufferPointer { first in
                        second.withUnsafeMutableBufferPointer { second in
                            for i in 0..<k where p[i] > 1e-4 {
                                n[i] += p[i]
                                let a = first.baseAddress! + i * columns, b = second.baseAddress! + i * columns
                                for c in 0..<columns {
                                    let weighted = p[i] * x[c]
                                    a[c] += weighted
                                    b[c] += weighted * x[c]
                                }
                            }
                        }
                    }
                }
                if index % 512 == 511 { flush() }
            }
        }
        flush()
        let all = max(1e-9, totals.reduce(0, +))
        for i in 0..<k {
            weights[i] = Float(max(totals[i], 1e-3) / all)
            // A component that lost its frames keeps its shape and waits with a small weight.
            guard totals[i] > 0.5 else { continue }
            for c in 0..<columns {
                let m = firsts[i * columns + c] / totals[i]
                means[i * columns + c] = Float(m)
                variances[i * columns + c] = max(floor[c], Float(seconds[i * columns + c] / totals[i] - m * m))
            }
        }
        prepare()
    }
}
