import Foundation
import Signal

/// Sharpens the pitch of decided frames by the phases of their harmonics.
///
/// A period found as a peak of the autocorrelation is as exact as noise lets one peak be placed. What every harmonic's
/// phase gains from the first to the second part of a frame tells the frequency much more exactly, and harmonics agree on
/// it. Two Hann windows of a whole number of periods (so that harmonics do not leak into each other) are laid at the two
/// ends of the frame; the difference of phase of harmonic k between them, beyond what the found pitch explains, is
/// k · correction · distance, solved for by least squares with the harmonics' powers as weights (the phase vocoder's
/// frequency estimate, Flanagan and Golden 1966, taken jointly over harmonics). The two parts lie symmetrically, so a
/// steadily rising or falling pitch is given as it is at the centre of the frame.
struct PitchRefiner: ~Copyable {
    /// Harmonics used, at most; those above `highestHarmonic` are breath more often than voice.
    private static let mostHarmonics = 16
    private static let highestHarmonic: Float = 1800
    /// Share of the strongest harmonic's power below which a harmonic tells more of noise than of the voice.
    private static let leastPower: Float = 1e-3
    /// Radians a harmonic's phase may be off what the lower ones predict before it is left out.
    private static let largestSurprise: Float = 1.2
    /// Share of the found pitch that a correction may reach: beyond it, the frame is not one voice with one pitch.
    private static let largestCorrection: Float = 0.03

    /// Periods that a frame has at least; the frames of a tracker hold three of its floor.
    private static let leastPeriods: Float = 3.5

    private let grid: FrameGrid
    /// Samples that may be looked at beyond either end of a frame.
    private let margin: Int
    private let rate: Float
    /// Samples from `historyStart` on, as many as undecided frames need.
    private var history: [Float] = []
    private var historyStart = 0
    private let parts: HarmonicParts

    init(grid: FrameGrid) {
        self.grid = grid
        rate = Float(grid.rate.hertz)
        margin = grid.hop <= grid.length ? grid.length / 12 : 0
        parts = HarmonicParts(capacity: grid.length + 2 * margin)
    }

    /// Keeps the samples of a batch until its frames are decided; batches come in order.
    mutating func append(_ batch: FrameBatch) {
        let from = batch.firstFrame * grid.hop
        if history.isEmpty { historyStart = from }
        // Frames shorter than their step leave gaps, which no frame looks into.
        let gap = from - historyStart - history.count
        if gap > 0 { history.append(contentsOf: repeatElement(0, count: gap)) }
        let known = max(0, -gap)
        guard known < batch.samples.count else { return }
        history.append(contentsOf: batch.samples[known...])
    }

    /// Refines frames `first…` of the track and forgets the samples that only they needed.
    mutating func refine(_ track: inout PitchTrack, from first: Int) {
        for frame in first..<track.count where track.f0[frame] > 0 {
            let offset = frame * grid.hop - historyStart, coarse = track.f0[frame]
            // Long periods need a little more than the frame; at the ends of the recording there is no more.
            let wanted = Int(Self.leastPeriods * rate / coarse)
            var margin = max(0, min(self.margin, (wanted - grid.length + 1) / 2))
            if offset < margin || offset + grid.length + margin > history.count { margin = 0 }
            guard offset >= 0, offset + grid.length <= history.count else { continue }
            track.f0[frame] = history.withUnsafeBufferPointer { samples in
                guard let base = samples.baseAddress else { return coarse }
                return refined(coarse, base + offset - margin, grid.length + 2 * margin)
            }
        }
        let spent = min(history.count, track.count * grid.hop - margin - historyStart)
        if spent > 0 {
            history.removeFirst(spent)
            historyStart += spent
        }
    }

    private func refined(_ coarse: Float, _ samples: UnsafePointer<Float>, _ length: Int) -> Float {
        let period = rate / coarse
        let periods = max(2, (0.6 * Float(length) / period).rounded(.down))
        let span = periods * period, count = min(length & ~1, (Int(span.rounded(.up)) + 1) & ~1)
        let distance = length - count
        let harmonics = min(Self.mostHarmonics, Int(min(Self.highestHarmonic, 0.4 * rate) / coarse))
        guard distance > 0, Float(distance) > period / 2, harmonics >= 1 else { return coarse }
        let omega = 2 * Float.pi / period
        parts.load(samples, samples + distance, count: count, span: span, omega: omega)

        var powers = SIMD16<Float>.zero, gains = powers
        var top: Float = 0
        for k in 1...harmonics {
            let (a, b) = parts.nextHarmonic()
            let explained = Float(k) * omega * Float(distance)
            gains[k - 1] = atan2(b.im * a.re - b.re * a.im, b.re * a.re + b.im * a.im) - explained
            powers[k - 1] = (a.re * a.re + a.im * a.im) * (b.re * b.re + b.im * b.im)
            top = max(top, powers[k - 1])
        }
        // `powers` are products of two: the bound is squared, and the weight a root.
        var numerator: Float = 0, denominator: Float = 0
        for k in 1...harmonics where powers[k - 1] > Self.leastPower * Self.leastPower * top {
            let expected = denominator > 0 ? Float(k) * numerator / denominator : 0
            let surprise = (gains[k - 1] - expected).remainder(dividingBy: 2 * .pi)
            guard abs(surprise) < Self.largestSurprise else { continue }
            let weight = powers[k - 1].squareRoot()
            numerator += weight * Float(k) * (expected + surprise)
            denominator += weight * Float(k * k)
        }
        guard denominator > 0 else { return coarse }
        let correction = numerator / denominator / (Float(distance) * omega)
        return abs(correction) < Self.largestCorrection ? coarse * (1 + correction) : coarse
    }
}

