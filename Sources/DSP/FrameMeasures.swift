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
        var logs = 0.0, total = 0.0
        for p in power {
            logs += log(max(Double(p), 1e-30))
            total += max(Double(p), 1e-30)
        }
        guard !power.isEmpty else { return 1 }
        let n = Double(power.count)
        return Float(min(1, exp(logs / n) / (total / n)))
    }

    /// Shannon entropy of a power spectrum taken as a distribution, over its largest value: 0 (a tone) … 1 (flat); 1 for
    /// silence.
    public static func spectralEntropy(_ power: UnsafeBufferPointer<Float>) -> Float {
        var total = 0.0
        for p in power { total += Double(p) }
        guard total > 0, power.count > 1 else { return 1 }
        var entropy = 0.0
        for p in power where p > 0 {
            let share = Double(p) / total
            entropy -= share * log(share)
        }
        return Float(entropy / log(Double(power.count)))
    }

    /// Euclidean distance between two magnitude spectra, each brought to unit sum: 0 for the same shape, at most √2.
    public static func spectralFlux(
        _ power: UnsafeBufferPointer<Float>, after previous: UnsafeBufferPointer<Float>
    ) -> Float {
        let count = min(power.count, previous.count)
        var a = 0.0, b = 0.0
        for k in 0..<count {
            a += Double(max(0, power[k])).squareRoot()
            b += Double(max(0, previous[k])).squareRoot()
        }
        guard a > 0 || b > 0 else { return 0 }
        var sum = 0.0
        for k in 0..<count {
            let x = a > 0 ? Double(max(0, power[k])).squareRoot() / a : 0
            let y = b > 0 ? Double(max(0, previous[k])).squareRoot() / b : 0
            sum += (x - y) * (x - y)
        }
        return Float(sum.squareRoot())
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
        var total = 0.0
        for k in 0..<bins {
            var top: Float = 0
            for row in 0..<rows { top = max(top, frames[row * bins + k]) }
            total += Double(top) / max(Double(noise[k]), 1e-20)
        }
        return Float(10 * log10(max(total / Double(bins), 1e-12)))
    }
}
