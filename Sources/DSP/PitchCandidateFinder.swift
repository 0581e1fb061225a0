import Foundation
import Signal

/// The pitches one frame could have.
struct PitchCandidates: Sendable {
    /// Largest |sample − mean| around the centre of the frame.
    var peak: Float = 0
    /// log₂ of each candidate's frequency in Hz.
    var logFrequency: [Float] = []
    /// Normalised autocorrelation at its period, 0 … 1.
    var strength: [Float] = []
}

/// Finds the peaks of a frame's normalised autocorrelation between the shortest and the longest period.
struct PitchCandidateFinder: ~Copyable {
    private(set) var found = PitchCandidates()

    private let rate: Float
    private let length: Int
    private let shortestLag: Int
    private let longestLag: Int
    private let limit: Int
    private let leastStrength: Float
    private let octaveCost: Float
    private let floor: Float
    private var fft: RealFFT
    private let window: [Float]
    /// The squared low-pass weight of each bin, from 1 at 3 kHz to 0 at 4 kHz.
    private let bandWeight: [Float]
    /// r_w(0) / r_w(lag): undoes the window's own decay.
    private var windowCorrection: [Float] = []
    private var correlation: [Float]
    private var peaks: [(rank: Float, lag: Float, strength: Float)] = []

    init(options: PitchTracker.Options, grid: FrameGrid) throws {
        let hertz = Double(grid.rate.hertz), length = grid.length
        let shortestLag = max(2, Int(hertz / options.ceiling))
        let longestLag = min(length - 2, Int((hertz / options.floor).rounded(.up)))
        // A multiple of 128 with small factors: far shorter than the next power of two, and nearly as fast.
        let wanted = length + longestLag + 2
        let size = [5, 6, 8].map { odd in
            var n = odd * 16
            while n < wanted { n *= 2 }
            return n
        }.min() ?? RealFFT.powerOfTwo(atLeast: wanted)
        var fft = try RealFFT(size: size)

        let top = min(4000, hertz / 4)
        bandWeight = (0...size / 2).map { bin in
            let f = Double(bin) * hertz / Double(size)
            let x = min(1, max(0, (f / top - 0.75) / 0.25))
            return Float(0.5 + 0.5 * cos(.pi * x))
        }
        window = Window.hann.values(count: length, periodic: false)
        correlation = [Float](repeating: 0, count: longestLag + 2)
        rate = Float(hertz)
        self.length = length
        self.shortestLag = shortestLag
        self.longestLag = longestLag
        limit = options.maximumCandidates - 1
        leastStrength = Float(options.voicingThreshold) / 2
        octaveCost = Float(options.octaveCost)
        floor = Float(options.floor)

        var own = correlation
        window.withUnsafeBufferPointer { w in
            own.withUnsafeMutableBufferPointer { fft.autocorrelation(of: w, into: $0) }
        }
        windowCorrection = own.map { own[0] / max($0, own[0] * 1e-3) }
        self.fft = fft
    }

    /// Analyses one frame of `grid.length` samples; the result is in `found`.
    mutating func search(_ frame: UnsafeBufferPointer<Float>) {
        found.logFrequency.removeAll(keepingCapacity: true)
        found.strength.removeAll(keepingCapacity: true)
        peaks.removeAll(keepingCapacity: true)
        guard correlate(frame) else { return }
        collectPeaks()
        // The strongest first; equal ranks in order of lag, so that results do not depend on the sort.
        if peaks.count > limit {
            peaks.sort { $0.rank != $1.rank ? $0.rank > $1.rank : $0.lag < $1.lag }
            peaks.removeLast(peaks.count - limit)
        }
        for peak in peaks {
            found.logFrequency.append(log2(rate / peak.lag))
            found.strength.append(peak.strength)
        }
    }

    /// Fills `correlation`; false when the frame holds nothing.
    private mutating func correlate(_ frame: UnsafeBufferPointer<Float>) -> Bool {
        guard let x = frame.baseAddress, let y = fft.samples.baseAddress, frame.count == length else { return false }
        let mean = Vector.sum(frame) / Float(length)
        var peak: Float = 0
        for i in (length / 3)..<(length - length / 3) { peak = max(peak, abs(x[i] - mean)) }
        found.peak = peak
        window.withUnsafeBufferPointer { w in
            for i in 0..<length { y[i] = (x[i] - mean) * w[i] }
        }
        (y + length).update(repeating: 0, count: fft.size - length)
        fft.transform()
        let spectrum = fft.interleavedSpectrum
        bandWeight.withUnsafeBufferPointer { weight in
            guard let s = spectrum.baseAddress else { return }
            for k in 0..<weight.count {
                let re = s[2 * k], im = s[2 * k + 1]
                s[2 * k] = (re * re + im * im) * weight[k]
                s[2 * k + 1] = 0
            }
        }
        fft.transformBack()
        let energy = y[0]
        // What is left of a constant frame is the rounding of its mean.
        let rounding = 1e-10 * mean * mean * Float(length) * Float(fft.size)
        guard energy > 1e-15 + rounding, energy.isFinite else { return false }
        let scale = 1 / energy
        correlation.withUnsafeMutableBufferPointer { r in
            windowCorrection.withUnsafeBufferPointer { c in
                for lag in 0..<r.count { r[lag] = y[lag] * scale * c[lag] }
            }
        }
        return true
    }

    private mutating func collectPeaks() {
        let first = max(1, shortestLag - 1)
        correlation.withUnsafeBufferPointer { r in
            guard first <= longestLag else { return }
            for lag in first...longestLag where r[lag] > leastStrength && r[lag] > r[lag - 1] && r[lag] >= r[lag + 1] {
                let before = r[lag - 1], here = r[lag], after = r[lag + 1]
                let curve = before - 2 * here + after
                let offset = curve < 0 ? 0.5 * (before - after) / curve : 0
                let place = Float(lag) + offset
                var height = here - 0.25 * (before - after) * offset
                if height > 1 { height = 1 / height }
                let frequency = rate / place
                guard frequency >= floor, place >= Float(shortestLag) else { continue }
                peaks.append((height - octaveCost * log2(floor / frequency), place, height))
            }
        }
    }
}
