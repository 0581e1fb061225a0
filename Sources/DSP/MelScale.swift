import Foundation

/// A scale of perceived pitch on which speech features space their filters.
public enum MelScale: String, Hashable, Sendable, Codable, CaseIterable {
    /// mel = 2595 · log₁₀(1 + f/700) (O'Shaughnessy 1987; HTK, Kaldi).
    case htk
    /// Linear below 1 kHz at 200/3 Hz a step, then 27 logarithmic steps to 6.4 kHz (Slaney's Auditory Toolbox 1998).
    case slaney

    private static let stepWidth = 200.0 / 3, knee = 1000.0, kneeStep = 15.0, logStep = log(6.4) / 27

    /// - Parameter hertz: a frequency, 0 or more.
    public func mel(fromHertz hertz: Double) -> Double {
        switch self {
        case .htk: 2595 * log10(1 + hertz / 700)
        case .slaney:
            hertz < Self.knee ? hertz / Self.stepWidth : Self.kneeStep + log(hertz / Self.knee) / Self.logStep
        }
    }

    public func hertz(fromMel mel: Double) -> Double {
        switch self {
        case .htk: 700 * (pow(10, mel / 2595) - 1)
        case .slaney:
            mel < Self.kneeStep ? mel * Self.stepWidth : Self.knee * exp(Self.logStep * (mel - Self.kneeStep))
        }
    }
}
