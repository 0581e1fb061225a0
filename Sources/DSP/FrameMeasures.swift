import Foundation

/// Single numbers that describe a frame of samples or a power spectrum.
///
/// None of them scales or windows its input; empty input gives the stated value for silence.
public enum FrameMeasures {
    /// 10·log₁₀ of the mean square, dB relative to a full-scale square wave; never below `floor`.
    public static func energy(_ frame: UnsafeBufferPointer<Float>, floor: Float = -120) -> Float {
        guard !frame.isEmpty else { return floor }
        return max(floor, 10 * log10(max(Vector.sumOfSquares(frame) / Float(frame.count), 1e-30)))
    }

    /// Changes of sign per sample step, 0 … 1 (zero counts as positive); 0 for fewer than two samples.
    public static func zeroCrossingRate(_ frame: UnsafeBufferPointer<Float>) -> Float {
        guard frame.count > 1 else { return 0 }
        var crossings = 0
        for i in 1..<frame.count where (frame[i] < 0) != (frame[i - 1] < 0) { crossings += 1 }
        return Float(crossings) / Float(frame.count - 1)
    }

    /// Centre of gravity of a power spectrum, Hz; 0 for silence.
    /// - Parameter binWidth: hertz from bin to bin.
    public static func spectralCentroid(_ power: UnsafeBufferPointer<Float>, binWidth: Float) -> Float {
        var weighted = 0.0, total = 0.0
        for (bin, p) in power.enumerated() {
            weighted += Double(bin) * Double(p)
            total += Double(p)
        }
        return total > 0 ? Float(weighted / total) * binWidth : 0
    }

    /// Geometric over arithmetic mean of a power spectrum, 0 (a tone) … 1 (flat); 1 for silence.
    public static func spectralFlatness(_ power: UnsafeBufferPointer<Float>) -> Float {
        guard let base = power.baseAddress else { return 1 }
        let least: Float = 1e-30
        var logs = 0.0, total = 0.0
        eachEight(base, power.count, rest: least) { x in
            let floored = x.replacing(with: least, where: x .< least)
            logs += Double(Vector.naturalLogarithm(floored, least).sum())
            total += Double(floored.sum())
        }
        // What fills the last eight is as small as can be and has the logarithm of the floor.
        logs -= Double((8 - power.count % 8) % 8) * Foundation.log(Double(least))
        let n = Double(power.count)
        return Float(min(1, exp(logs / n) / (total / n)))
    }

    /// Shannon entropy of a power spectrum taken as a distribution, over its largest value: 0 (a tone) … 1 (flat); 1 for
    /// silence.
    public static func spectralEntropy(_ power: UnsafeBufferPointer<Float>) -> Float {
        guard let base = power.baseAddress, power.count > 1 else { return 1 }
        var total = 0.0, weighted = 0.0
        eachEight(base, power.count, rest: 0) { x in
            total += Double(x.sum())
            weighted += Double((x * Vector.naturalLogarithm(x, 1e-37)).sum())
        }
        guard total > 0 else { return 1 }
        // −Σ (p/T)·ln(p/T) = ln T − Σ p·ln p / T
        return Float(min(1, max(0, (Foundation.log(total) - weighted / total) / Foundation.log(Double(power.count)))))
    }

    @inline(__always)
    private static func eachEight(
        _ base: UnsafePointer<Float>, _ count: Int, rest: Float, _ body: (SIMD8<Float>) -> Void
    ) {
        let raw = UnsafeRawPointer(base)
        var i = 0
        while i + 8 <= count {
            body(raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self))
            i += 8
        }
        guard i < count else { return }
        var last = SIMD8<Float>(repeating: rest)
        for lane in 0..<count - i { last[lane] = base[i + lane] }
        body(last)
    }

    /// Euclidean distance between two magnitude spectra, each brought to unit sum: 0 for the same shape, at most √2.
    public static func spectralFlux(
        _ power: UnsafeBufferPointer<Float>, after previous: UnsafeBufferPointer<Float>
    ) -> Float {
        let count = min(power.count, previous.count)
        guard count > 0, let p = power.baseAddress, let q = previous.baseAddress else { return 0 }
        var a = 0.0, b = 0.0
        eachEightMagnitudes(p, q, count) {
            a += Double($0.sum())
            b += Double($1.sum())
        }
        guard a > 0 || b > 0 else { return 0 }
        let scaleA = Float(a > 0 ? 1 / a : 0), scaleB = Float(b > 0 ? 1 / b : 0)
        var sum = 0.0
        eachEightMagnitudes(p, q, count) {
            let difference = $0 * scaleA - $1 * scaleB
            sum += Double((difference * difference).sum())
        }
        return Float(sum.squareRoot())
    }

    @inline(__always)
    private static func eachEightMagnitudes(
        _ p: UnsafePointer<Float>, _ q: UnsafePointer<Float>, _ count: Int, _ body: (SIMD8<Float>, SIMD8<Float>) -> Void
    ) {
        let rawP = UnsafeRawPointer(p), rawQ = UnsafeRawPointer(q), zero = SIMD8<Float>.zero
        var i = 0
        while i < count {
            var x = zero, y = zero
            if i + 8 <= count {
                x = rawP.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
                y = rawQ.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            } else {
                for lane in 0..<count - i {
                    x[lane] = p[i + lane]
                    y[lane] = q[i + lane]
                }
            }
            body(x.replacing(with: zero, where: x .< zero).squareRoot(), y.replacing(with: zero, where: y .< zero).squareRoot())
            i += 8
        }
    }

    /// Long-term spectral divergence, dB: how far the envelope (the largest power of each bin over the frames around)
    /// stands above a noise spectrum, averaged over bins as a power ratio (Ramírez et al. 2004).
    /// - Parameters:
    ///   - frames: power spectra of `binCount` bins, row after row: the frames −N … +N around the one judged.
    ///   - noise: the mean power spectrum of the noise, `binCount` values.
    public static func longTermSpectralDivergence(
        frames: UnsafeBufferPointer<Float>, noise: UnsafeBufferPointer<Float>
    ) -> Float {
        let bins = noise.count, rows = bins > 0 ? frames.count / bins : 0
        guard rows > 0 else { return 0 }
        guard let x = frames.baseAddress, let n = noise.baseAddress else { return 0 }
        let raw = UnsafeRawPointer(x), floor = UnsafeRawPointer(n), least = SIMD8<Float>(repeating: 1e-20)
        var total = 0.0, k = 0
        while k + 8 <= bins {
            var top = SIMD8<Float>.zero
            for row in 0..<rows {
                let here = raw.loadUnaligned(fromByteOffset: (row * bins + k) * 4, as: SIMD8<Float>.self)
                top.replace(with: here, where: here .> top)
            }
            let below = floor.loadUnaligned(fromByteOffset: k * 4, as: SIMD8<Float>.self)
            total += Double((top / below.replacing(with: least, where: below .< least)).sum())
            k += 8
        }
        while k < bins {
            var top: Float = 0
            for row in 0..<rows { top = max(top, frames[row * bins + k]) }
            total += Double(top) / max(Double(noise[k]), 1e-20)
            k += 1
        }
        return Float(10 * log10(max(total / Double(bins), 1e-12)))
    }
}
