import Foundation
import Signal

/// Takes stretches out of a recording, and puts silence, a tone or noise in their place.
///
/// Inside a span nothing of the recording is left. Outside, over the length of a fade before and after each span, the recording
/// goes out and comes in by a raised cosine; everywhere else samples keep their bits. What is put in depends on the position alone,
/// so that blocks can be cut anywhere.
public struct SoundMask: Sendable, Hashable {
    public enum Filling: String, Sendable, Hashable, Codable, CaseIterable {
        case silence
        /// 1 kHz at −20 dB below full scale.
        case beep
        /// White noise at −40 dB.
        case noise
    }

    /// In order, farther apart than two fades.
    public let spans: [SampleRange]
    /// Samples that a fade lasts.
    public let fade: Int
    public let filling: Filling
    private let rate: SampleRate
    /// How much of the filling stands at sample i of a fade-out, 0 … 1 without either.
    private let ramp: [Float]

    static let beepHertz = 1_000.0, beepLevel: Float = 0.1, noiseLevel: Float = 0.01

    /// - Parameters:
    ///   - spans: at `rate`, in any order; those closer than two fades are joined.
    ///   - fade: seconds, 0 … 1.
    public init(spans: [SampleRange], fade: Double, filling: Filling, rate: SampleRate) {
        let fade = rate.position(seconds: min(1, max(0, fade)))
        self.spans = RedactionSpan.merged(spans.map { RedactionSpan(range: $0) }, gap: 2 * fade).map(\.range)
        self.fade = fade
        self.filling = filling
        self.rate = rate
        ramp = (0..<fade).map { Float(0.5 - 0.5 * cos(Double.pi * (Double($0) + 0.5) / Double(fade))) }
    }

    /// Whether a sample belongs to a span or a fade.
    public func touches(_ position: Int) -> Bool {
        guard let next = firstIndex(endingAfter: position) else { return false }
        return position >= spans[next].start - fade
    }

    /// What stands at a position inside a span.
    public func filler(at position: Int) -> Float {
        switch filling {
        case .silence: return 0
        case .beep:
            let hertz = min(Self.beepHertz, Double(rate.hertz) / 4)
            // Whole turns are left out first: exact hours into the recording, too.
            let turns = (Double(position % rate.hertz) * hertz / Double(rate.hertz))
            return Self.beepLevel * Float(sin(2 * Double.pi * turns.truncatingRemainder(dividingBy: 1)))
        case .noise:
            var z = UInt64(truncatingIfNeeded: position) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Self.noiseLevel * (Float((z ^ (z >> 31)) >> 40) / Float(1 << 23) - 1)
        }
    }

    /// - Parameters:
    ///   - samples: interleaved, whole frames.
    ///   - start: position of the first frame.
    public func apply(to samples: inout [Float], channels: Int, start: Int) {
        let frames = samples.count / max(1, channels)
        guard var next = firstIndex(endingAfter: start) else { return }
        while next < spans.count, spans[next].start - fade < start + frames {
            let span = spans[next]
            for position in max(start, span.start - fade)..<min(start + frames, span.end + fade) {
                let filler = filler(at: position)
                let share: Float =
                    position < span.start ? ramp[position - span.start + fade] : position < span.end ? 1 : ramp[fade - 1 - (position - span.end)]
                let first = (position - start) * channels
                for index in first..<first + channels {
                    samples[index] = share == 1 ? filler : samples[index] * (1 - share) + filler * share
                }
            }
            next += 1
        }
    }

    /// The first span whose fade ends after a position.
    private func firstIndex(endingAfter position: Int) -> Int? {
        var low = 0, high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].end + fade > position { high = middle } else { low = middle + 1 }
        }
        return low < spans.count ? low : nil
    }
}
