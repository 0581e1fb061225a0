import DSP
import Foundation
import Signal

/// Level and pitch of a recording every 10 ms, read in one pass.
struct SpeechContours: Sendable {
    /// Samples from one value to the next, at 16 kHz; value `i` speaks for `i·hop ..< (i+1)·hop`.
    static let hop = 160
    /// Level in dB re full scale, of the signal with its treble lifted (first difference, 0.97): that is nearer to
    /// loudness than the plain level, which rumble and low vowels govern.
    var level: [Float] = []
    /// The same without smoothing, for the edges of silences: each value sees its own 10 ms only.
    var sharpLevel: [Float] = []
    /// Pitch in semitones re 100 Hz; not a number where there is none.
    var pitch: [Float] = []
    /// Samples in the recording.
    var length = 0

    var count: Int { level.count }

    /// - Parameter powers: mean squares, one a hop.
    init(powers: [Float], pitch: [Float] = [], length: Int? = nil) {
        // Smoothed over the 30 ms around each place.
        level = powers.indices.map { index in
            let before = powers[max(0, index - 1)], after = powers[min(powers.count - 1, index + 1)]
            return 10 * log10((before + 2 * powers[index] + after) / 4 + 1e-10)
        }
        sharpLevel = powers.map { 10 * log10($0 + 1e-10) }
        self.pitch = pitch.count == level.count ? pitch : [Float](repeating: .nan, count: level.count)
        self.length = length ?? level.count * Self.hop
    }

    /// - Parameter source: 16 kHz mono.
    /// - Throws: ``ProsodyError/wrongRate(found:)``, and what DSP, the source and `progress` throw.
    init(source: inout some SampleSource, options: ProsodyOptions, progress: Signal.Progress) throws {
        guard source.rate == .analysis else { throw ProsodyError.wrongRate(found: source.rate) }
        var tap = LevelTap(base: source)
        defer { source = tap.base }
        if options.usesPitch {
            let tracker = try PitchTracker(.init(floor: options.pitchFloor, ceiling: options.pitchCeiling, step: 0.01))
            let track = try tracker.track(source: &tap, progress: progress)
            let powers = tap.finish()
            let pitch = powers.indices.map { index -> Float in
                guard let frame = track.frame(nearest: index * Self.hop + Self.hop / 2), track.isVoiced(frame),
                    abs(track.position(ofFrame: frame) - index * Self.hop) < 2 * Self.hop
                else { return .nan }
                return 12 * log2(track.f0[frame] / 100)
            }
            self.init(powers: powers, pitch: pitch, length: tap.count)
        } else {
            while try tap.nextBlock() != nil {
                try progress(source.expectedCount.map { min(1, Double(tap.count) / Double(max(1, $0))) } ?? 0)
            }
            self.init(powers: tap.finish(), length: tap.count)
        }
    }

    /// The values that speak for `range`; never beyond the ends.
    func frames(in range: SampleRange) -> Range<Int> {
        let low = min(count, max(0, (range.start + Self.hop / 2) / Self.hop))
        return low..<max(low, min(count, (range.end + Self.hop / 2) / Self.hop))
    }

    static func samples(ofFrames frames: Range<Int>) -> SampleRange {
        SampleRange(frames.lowerBound * hop, frames.upperBound * hop)
    }
}

/// Takes the level of the sound that passes.
private struct LevelTap<Base: SampleSource>: SampleSource {
    var base: Base
    private(set) var count = 0
    private var powers: [Float] = []
    private var sum = 0.0
    private var filled = 0
    private var last: Float = 0

    init(base: Base) { self.base = base }

    var rate: SampleRate { base.rate }
    var expectedCount: Int? { base.expectedCount }

    mutating func nextBlock() throws -> AudioBlock? {
        guard let block = try base.nextBlock() else { return nil }
        count += block.samples.count
        for sample in block.samples {
            let lifted = sample - 0.97 * last
            last = sample.isFinite ? sample : 0
            if lifted.isFinite { sum += Double(lifted * lifted) }
            filled += 1
            if filled == SpeechContours.hop { close() }
        }
        return block
    }

    private mutating func close() {
        powers.append(Float(sum / Double(SpeechContours.hop)))
        sum = 0
        filled = 0
    }

    /// Mean squares, one a hop; the last may cover less.
    mutating func finish() -> [Float] {
        if filled > 0 { close() }
        return powers
    }
}
