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

    /// Harmonicity of one frame, 0 (noise, silence) … 1 (periodic).
    public mutating func measure(_ frame: UnsafeBufferPointer<Float>) -> Float {
        precondition(frame.count == length, "the frame has the length the meter was made for")
        var windowed = [Float](repeating: 0, count: length)
        let mean = Vector.sum(frame) / Float(length)
        for i in 0..<length { windowed[i] = (frame[i] - mean) * window[i] }
        windowed.withUnsafeBufferPointer { w in
            correlation.withUnsafeMutableBufferPointer { fft.autocorrelation(of: w, into: $0) }
        }
        // What is left of a constant frame is the rounding of its mean.
        guard correlation[0] > 1e-18 + 1e-10 * Float(length) * mean * mean else { return 0 }
        var top: Float = 0
        for lag in shortest..<(correlation.count - 1) {
            let here = correlation[lag] * correction[lag]
            if here > top, here >= correlation[lag - 1] * correction[lag - 1],
                here >= correlation[lag + 1] * correction[lag + 1]
            {
                top = here
            }
        }
        return min(1, top / correlation[0])
    }
}
