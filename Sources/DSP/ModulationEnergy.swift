import Foundation

/// How much the envelopes of frequency bands beat at the rate of syllables: the 4 Hz modulation energy of Scheirer and Slaney
/// (1997), which tells speech from music and from steady noise.
///
/// The amplitude of each band passes a band-pass filter (a second-order resonator); its mean square, added over bands, is divided
/// by the mean squared amplitudes themselves. Steady sound gives 0, amplitudes modulated to depth m at the centre frequency
/// m²/2 / (1 + m²/2), speech about 0.2 to 0.5.
///
/// It departs from the paper in dividing by the bands' own energy in the same stretch, so that the measure depends on neither
/// level nor spectrum. The means run exponentially over the past: the value lags behind the sound by about `smoothing`.
public struct ModulationEnergy: Sendable {
    public struct Options: Hashable, Sendable, Codable {
        /// Lowest modulation frequency let through (3 dB down), Hz.
        public var lowest = 2.0
        /// Highest, Hz. The centre is the geometric mean of both: 4 Hz, near the rate of syllables.
        public var highest = 8.0
        /// Time constant of the means, seconds: a few syllables.
        public var smoothing = 0.5
        public init() {}
    }

    public let bandCount: Int
    private let gain: Float, pole1: Float, pole2: Float
    private let forget: Float
    /// Two earlier amplitudes and two earlier outputs of each band.
    private var x1: [Float], x2: [Float], y1: [Float], y2: [Float]
    private var modulated = 0.0
    private var total = 0.0
    private var started = false

    /// - Parameters:
    ///   - bandCount: bands a frame.
    ///   - frameRate: frames a second.
    /// - Throws: `DSPError.invalidParameter`.
    public init(bandCount: Int, frameRate: Double, options: Options = Options()) throws {
        try DSPError.require(bandCount > 0, "the number of bands", bandCount, "at least 1")
        try DSPError.require(frameRate > 0 && frameRate.isFinite, "the frame rate", frameRate, "above 0")
        try DSPError.require(options.lowest > 0, "the lowest modulation frequency", options.lowest, "above 0 Hz")
        try DSPError.require(
            options.highest > options.lowest && options.highest < frameRate / 2, "the highest modulation frequency",
            options.highest, "above the lowest and below half the frame rate")
        try DSPError.require(
            options.smoothing > 0 && options.smoothing.isFinite, "the smoothing", options.smoothing, "above 0 s")
        self.bandCount = bandCount
        // Bilinear transform of B·s / (s² + B·s + w²): the band edges, bent, are where the half-power points come to lie.
        let low = tan(.pi * options.lowest / frameRate), high = tan(.pi * options.highest / frameRate)
        let width = high - low, centre = high * low, norm = 1 + width + centre
        gain = Float(width / norm)
        pole1 = Float(2 * (centre - 1) / norm)
        pole2 = Float((1 - width + centre) / norm)
        forget = Float(exp(-1 / (options.smoothing * frameRate)))
        x1 = [Float](repeating: 0, count: bandCount)
        x2 = x1
        y1 = x1
        y2 = x1
    }

    /// - Parameter bands: the power of each band in this frame, `bandCount` values, not negative.
    /// - Returns: the modulation energy up to this frame, 0 … 1; 0 for silence.
    public mutating func next(_ bands: UnsafeBufferPointer<Float>) -> Float {
        precondition(bands.count == bandCount, "a value for every band")
        if !started {
            // As if the first frame had been there for ever: no jump from silence.
            for band in 0..<bandCount { x1[band] = max(0, bands[band]).squareRoot() }
            x2 = x1
            started = true
        }
        var beat = 0.0, energy = 0.0
        for band in 0..<bandCount {
            let power = max(0, bands[band]), x = power.squareRoot()
            let y = gain * (x - x2[band]) - pole1 * y1[band] - pole2 * y2[band]
            x2[band] = x1[band]
            x1[band] = x
            y2[band] = y1[band]
            y1[band] = y
            beat += Double(y * y)
            energy += Double(power)
        }
        let keep = Double(forget)
        modulated = keep * modulated + (1 - keep) * beat
        total = keep * total + (1 - keep) * energy
        return total > 1e-20 ? Float(min(1, modulated / total)) : 0
    }
}
