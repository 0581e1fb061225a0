import Foundation

/// The resonances of the vocal tract in one spectrum: a smooth curve over the tops of the harmonics.
///
/// The *true envelope* (Imai and Abe 1979; Röbel and Rodet 2005, "Efficient spectral envelope estimation and its application
/// to pitch shifting and envelope preservation"): the log spectrum is smoothed by keeping its first cepstral values; where the
/// curve lies below the spectrum the spectrum stands, where it lies above, the curve; and so again. Plain cepstral smoothing would
/// run through the middle between harmonics and valleys, the lower the farther apart they are.
///
/// The tool of one worker; not shared between threads.
public struct SpectralEnvelope: ~Copyable {
    /// Bins of the spectra it works on.
    public let binCount: Int
    /// Times that the curve is raised. More bring it closer to the tops, less and less.
    private let rounds: Int
    private var fft: RealFFT
    private var raised: [Float]

    /// - Parameters:
    ///   - size: samples of the transform whose spectra are smoothed; spectra have `size/2 + 1` bins.
    ///   - rounds: 0 for plain cepstral smoothing … 10.
    /// - Throws: `DSPError.invalidParameter`, `.transformUnavailable`.
    public init(size: Int, rounds: Int = 8) throws {
        try DSPError.require((0...10).contains(rounds), "the rounds of the envelope", rounds, "0 to 10")
        fft = try RealFFT(size: size)
        binCount = size / 2 + 1
        self.rounds = rounds
        raised = [Float](repeating: 0, count: size / 2 + 1)
    }

    /// The envelope of a log spectrum (natural logarithm of the magnitude), `binCount` values.
    ///
    /// Cepstral values are kept up to half the period of the pitch, as many as can be told from the harmonics. The period is
    /// looked for where the cepstrum is highest around the one that is expected (Noll 1967, "Cepstrum pitch determination").
    /// - Parameters:
    ///   - period: of the pitch that is expected, samples; the voice may be a third lower or half as high again.
    ///   - output: `binCount` values.
    public mutating func estimate(
        _ logSpectrum: UnsafeBufferPointer<Float>, period: Double, into output: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(logSpectrum.count >= binCount && output.count >= binCount, "buffers hold binCount values")
        guard let log = logSpectrum.baseAddress, let out = output.baseAddress else { return }
        let size = fft.size, scale = 1 / Float(size)
        var kept = 2
        for k in 0..<binCount { raised[k] = log[k] }
        for round in 0...rounds {
            let spectrum = fft.interleavedSpectrum
            for k in 0..<binCount {
                spectrum[2 * k] = raised[k]
                spectrum[2 * k + 1] = 0
            }
            fft.transformBack()
            let cepstrum = fft.samples
            if round == 0 { kept = Self.kept(cepstrum, period: period) }
            let fade = max(1, kept / 5)
            cepstrum[0] *= scale
            for q in 1...size / 2 {
                // A raised cosine over the last fifth, so that the curve does not ring.
                let weight: Float =
                    q <= kept - fade ? 1 : q >= kept ? 0 : 0.5 + 0.5 * cosf(Float.pi * Float(q - kept + fade) / Float(fade))
                cepstrum[q] *= scale * weight
                if q < size - q { cepstrum[size - q] *= scale * weight }
            }
            fft.transform()
            let smooth = fft.interleavedSpectrum
            for k in 0..<binCount {
                let value = smooth[2 * k]
                if round == rounds { out[k] = value } else { raised[k] = max(log[k], value) }
            }
        }
    }

    private static func kept(_ cepstrum: UnsafeMutableBufferPointer<Float>, period: Double) -> Int {
        let half = cepstrum.count / 2 - 1
        let from = max(4, min(half, Int(period / 1.5))), to = max(from, min(half, Int(period * 1.5)))
        var best = max(from, min(to, Int(period)))
        for q in from...to where cepstrum[q] > cepstrum[best] { best = q }
        return max(2, best / 2)
    }
}
