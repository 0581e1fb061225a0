import Foundation

/// The power spectrum of the steady noise in a recording, followed by the minima of each bin (Martin 2001, "Noise power spectral
/// density estimation based on optimal smoothing and minimum statistics").
///
/// Speech leaves every bin free again and again; the lowest value of the smoothed power over a second and a half is therefore
/// noise, a little below its mean. It departs from the paper in smoothing by a constant, and so in correcting the minimum by a
/// constant: the one measured on white noise in 25 ms Hann frames every 10 ms.
public struct NoiseFloorTracker: Sendable {
    /// Time constant of the smoothing, seconds.
    private static let smoothing = 0.045
    /// Stretches whose minima are kept, and their length in seconds.
    private static let stretches = 6
    private static let stretchSeconds = 0.25
    /// Mean over expected minimum of smoothed white noise.
    private static let bias: Float = 2.46

    public let binCount: Int
    /// The mean noise power of each bin up to the newest frame.
    public private(set) var noise: [Float]

    private let keep: Float
    private let stretchLength: Int
    private var smoothed: [Float]
    private var current: [Float]
    /// `stretches` × binCount minima, the oldest replaced next.
    private var minima: [Float]
    /// The least of `minima` in each bin.
    private var least: [Float]
    private var frames = 0
    private var slot = 0

    /// - Parameters:
    ///   - binCount: values in a spectrum.
    ///   - frameRate: spectra a second.
    /// - Throws: `DSPError.invalidParameter`.
    public init(binCount: Int, frameRate: Double) throws {
        try DSPError.require(binCount > 0, "the number of bins", binCount, "at least 1")
        try DSPError.require(
            frameRate >= 10 && frameRate.isFinite, "the frame rate", frameRate, "at least 10 frames a second")
        self.binCount = binCount
        keep = Float(exp(-1 / (Self.smoothing * frameRate)))
        stretchLength = max(1, Int((Self.stretchSeconds * frameRate).rounded()))
        noise = [Float](repeating: 0, count: binCount)
        smoothed = noise
        current = [Float](repeating: .infinity, count: binCount)
        least = current
        minima = [Float](repeating: .infinity, count: Self.stretches * binCount)
    }

    /// Takes the power spectrum of the next frame, `binCount` values.
    public mutating func update(_ power: UnsafeBufferPointer<Float>) {
        precondition(power.count == binCount, "a value for every bin")
        let keep = frames == 0 ? 0 : self.keep
        frames += 1
        // The minimum of few values lies nearer to their mean than that of many.
        let full = Self.stretches * stretchLength
        let bias = 1 + (Self.bias - 1) * Float(min(frames, full)) / Float(full)
        for k in 0..<binCount {
            let s = keep * smoothed[k] + (1 - keep) * power[k]
            smoothed[k] = s
            if s < current[k] { current[k] = s }
            noise[k] = bias * (current[k] < least[k] ? current[k] : least[k])
        }
        if frames % stretchLength == 0 { turn() }
    }

    private mutating func turn() {
        minima.replaceSubrange(slot * binCount..<(slot + 1) * binCount, with: current)
        slot = (slot + 1) % Self.stretches
        for k in 0..<binCount {
            current[k] = .infinity
            var lowest = Float.infinity
            for row in 0..<Self.stretches { lowest = Swift.min(lowest, minima[row * binCount + k]) }
            least[k] = lowest
        }
    }
}
