import Foundation

/// Median levels of speech and of the rest, collected as the frames go by: a histogram in steps of 0.1 dB, so that a
/// recording's length costs nothing.
struct LevelMedians {
    private static let lowest: Float = -130, step: Float = 0.1
    private static let toDecibels = Float(10 / log(10.0))
    private var speechCounts = [Int](repeating: 0, count: 1_401)
    private var restCounts = [Int](repeating: 0, count: 1_401)

    /// Probability below which a frame surely holds no speech.
    private static let sureRest: Float = 0.2

    /// - Parameters:
    ///   - level: natural log of a frame's mean square; digital silence is left out.
    ///   - threshold: probability from which on a frame is speech.
    mutating func add(level: Float, probability: Float, threshold: Float) {
        guard level > log(VoiceActivityFeatures.silence) else { return }
        let decibels = level * Self.toDecibels
        let bin = min(speechCounts.count - 1, max(0, Int(((decibels - Self.lowest) / Self.step).rounded())))
        if probability >= threshold {
            speechCounts[bin] += 1
        } else if probability < Self.sureRest {
            restCounts[bin] += 1
        }
    }

    /// dB relative to full scale; nil when no frame was of the kind.
    var speech: Float? { Self.median(speechCounts) }
    var rest: Float? { Self.median(restCounts) }

    private static func median(_ counts: [Int]) -> Float? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        var seen = 0
        for (bin, count) in counts.enumerated() {
            seen += count
            if seen > total / 2 { return lowest + Float(bin) * step }
        }
        return nil
    }
}
