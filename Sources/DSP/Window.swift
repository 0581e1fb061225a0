import Foundation

/// The shape a frame is multiplied with before it is transformed.
///
/// With `N` samples, `D = N` (periodic) or `D = N − 1` (symmetric), and `p = 2πn/D`:
///
/// | shape | w[n] |
/// |---|---|
/// | `rectangular` | 1 |
/// | `hann` | 0.5 − 0.5 cos p |
/// | `hamming` | 0.54 − 0.46 cos p |
/// | `blackman` | 0.42 − 0.5 cos p + 0.08 cos 2p |
/// | `povey` | (0.5 − 0.5 cos p)^0.85: Kaldi's, a Hann window that comes down to zero more steeply |
/// | `gaussian` | exp(−12 ((n + ½)/N·2 − 1)²) less its value at the edge, and scaled to 1 at the centre: Boersma 1993 |
///
/// A periodic window is for spectra taken frame by frame (its copies at half its length add up to a constant); a
/// symmetric one is for designing filters, and is what Kaldi and HTK use for features.
public enum Window: String, Hashable, Sendable, Codable, CaseIterable {
    case rectangular, hann, hamming, blackman, povey, gaussian

    /// - Parameters:
    ///   - count: number of samples; 0 gives an empty window, 1 the value 1.
    ///   - periodic: whether the period is `count` rather than `count − 1`; without effect on `gaussian`.
    public func values(count: Int, periodic: Bool = true) -> [Float] {
        guard count > 1 else { return count == 1 ? [1] : [] }
        let period = Double(periodic ? count : count - 1)
        return (0..<count).map { n in
            let p = 2 * Double.pi * Double(n) / period
            switch self {
            case .rectangular: return 1
            case .hann: return Float(0.5 - 0.5 * cos(p))
            case .hamming: return Float(0.54 - 0.46 * cos(p))
            case .blackman: return Float(max(0, 0.42 - 0.5 * cos(p) + 0.08 * cos(2 * p)))
            case .povey: return Float(pow(max(0, 0.5 - 0.5 * cos(p)), 0.85))
            case .gaussian:
                let x = (Double(n) + 0.5) / Double(count) * 2 - 1
                let edge = exp(-12.0)
                return Float((exp(-12 * x * x) - edge) / (1 - edge))
            }
        }
    }
}
