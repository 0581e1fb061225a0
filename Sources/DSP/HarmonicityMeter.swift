import Foundation

/// Measures how periodic frames are: the highest peak of the normalised autocorrelation in a range of periods.
public struct HarmonicityMeter: ~Copyable {
    private var fft: RealFFT
    private let window: [Float]
    private let correction: [Float]
    private var correlation: [Float]
    private let shortest: Int
    private let length: Int

    /// - Parameters:
    ///   - frameLength: samples in a frame; a period longer than half of it cannot be seen.
    ///   - sampleRate: hertz.
    ///   - floor: lowest fundamental frequency, Hz.
    ///   - ceiling: highest, Hz.
    /// - Throws: `DSPError.invalidParameter`.
    public init(frameLength: Int, sampleRate: Int, floor: Double = 80, ceiling: Double = 500) throws {
        try DSPError.require(
            floor > 0 && ceiling > floor && ceiling <= Double(sampleRate) / 4, "the harmonicity ceiling", ceiling,
            "above the floor and at most a quarter of the rate")
        let longest = Int((Double(sampleRate) / floor).rounded(.up))
        try DSPError.require(frameLength >= 2 * longest, "the frame length", frameLength, "at least two periods of the floor")
        let window = Window.hann.values(count: frameLength, periodic: false)
        var fft = try RealFFT(size: RealFFT.powerOfTwo(atLeast: frameLength + longest + 2))
        var own = [Float](repeating: 0, count: longest + 2)
        window.withUnsafeBufferPointer { w in own.withUnsafeMutableBufferPointer { fft.autocorrelation(of: w, into: $0) } }
        length = frameLength
        shortest = max(2, Int(Double(sampleRate) / ceiling))
        self.window = window
        correction = own.map { own[0] / max($0, own[0] * 1e-3) }
        correlation = own
        self.fft = fft
    }

    /// Harmonicity of one frame, 0 (noise, silence) … 1 (periodic): the share of its power that repeats.
    public mutating func measure(_ frame: UnsafeBufferPointer<Float>) -> Float {
        precondition(frame.count == length, "the frame has the length the meter was made for")
        guard let x = frame.baseAddress, let y = fft.samples.baseAddress else { return 0 }
        let mean = Vector.sum(frame) / Float(length)
        window.withUnsafeBufferPointer { w in
            for i in 0..<length { y[i] = (x[i] - mean) * w[i] }
        }
        (y + length).update(repeating: 0, count: fft.size - length)
        fft.transform()
        fft.autocorrelateSpectrum()
        let energy = y[0] / Float(fft.size)
        // What is left of a constant frame is the rounding of its mean.
        guard energy > 1e-18 + 1e-10 * Float(length) * mean * mean else { return 0 }
        let scale = 1 / y[0]
        for lag in 0..<correction.count { correlation[lag] = y[lag] * scale * correction[lag] }
        var top: Float = 0
        correlation.withUnsafeBufferPointer { r in
            for lag in shortest..<(r.count - 1) where r[lag] > top && r[lag] >= r[lag - 1] && r[lag] >= r[lag + 1] {
                top = r[lag]
            }
        }
        return min(1, top)
    }

    /// The harmonics-to-noise ratio, dB, of a harmonicity r: 10·log₁₀(r / (1 − r)) (Boersma 1993), within −60 … 60.
    public static func harmonicsToNoise(_ harmonicity: Float) -> Float {
        let r = Double(min(1, max(0, harmonicity)))
        return Float(min(60, max(-60, 10 * log10(max(r, 1e-12) / max(1 - r, 1e-12)))))
    }
}
