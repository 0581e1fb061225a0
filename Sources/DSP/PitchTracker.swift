import Foundation
import Signal

/// Tracks the fundamental frequency of a voice by normalised autocorrelation and a best path through candidates.
///
/// In every frame the autocorrelation of the windowed signal is divided by that of the window (Boersma 1993, "Accurate
/// short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound"); its peaks are
/// the candidates, and a Viterbi search weighs their heights against jumps in pitch and changes of voicing. The pitch that is
/// decided on is then refined by the phases of its harmonics.
///
/// It departs from the paper in four ways. So that a recording of any length is read once and in constant memory, the path is
/// decided with a lag of some seconds, not at the end, and the level that silence is measured against is the highest in the
/// neighbourhood, not in the whole recording. What lies above 4 kHz is left out of the autocorrelation: there is more breath
/// than voice. And peaks are placed by a parabola only, since the refinement (`PitchRefiner`) is what makes them exact: 20 dB
/// above white noise, vowels and chirps from 60 to 500 Hz are within 5 cents, 95 of 100 frames within 2.
public struct PitchTracker: Hashable, Sendable {
    public struct Options: Hashable, Sendable, Codable {
        /// Lowest pitch looked for, Hz. 60 reaches low male voices; the window is three periods of it.
        public var floor = 60.0
        /// Highest pitch looked for, Hz. 500 reaches excited speech of women, not children's shrieks.
        public var ceiling = 500.0
        /// Seconds from frame to frame. 5 ms follows the pitch through a short syllable.
        public var step = 0.005
        /// Candidates a frame, the unvoiced one included.
        public var maximumCandidates = 15
        /// Share of the neighbourhood's peak below which a frame is probably silent.
        public var silenceThreshold = 0.04
        /// Strength (normalised autocorrelation) that a voiced candidate has to reach. Without the breath above 4 kHz, strengths
        /// are higher than in the paper, which takes 0.45 (and 0.03 for silence, of a peak that is never forgotten).
        public var voicingThreshold = 0.5
        /// Preference for high candidates, per octave: without it a peak at twice the period wins by noise.
        public var octaveCost = 0.01
        /// Price of a jump of one octave within 10 ms.
        public var octaveJumpCost = 0.35
        /// Price of a change between voiced and unvoiced within 10 ms.
        public var voicedUnvoicedCost = 0.14
        /// Whether the pitch is refined to a few cents by the phases of its harmonics. Without it, which takes a quarter less time, it is
        /// exact to a third of a semitone: enough for the melody of speech.
        public var isRefined = true

        public init() {}
        public init(floor: Double, ceiling: Double, step: Double = 0.005) {
            self.floor = floor
            self.ceiling = ceiling
            self.step = step
        }

        /// Window, seconds: three periods of the floor.
        public var windowSeconds: Double { 3 / floor }
    }

    public let options: Options

    /// - Throws: `DSPError.invalidParameter` for an option out of range.
    public init(_ options: Options = Options()) throws {
        func require(_ ok: Bool, _ name: String, _ value: Double, _ requirement: String) throws {
            try DSPError.require(ok, name, value, requirement)
        }
        try require(options.floor >= 20 && options.floor <= 1000, "the pitch floor", options.floor, "20 to 1000 Hz")
        try require(
            options.ceiling > options.floor && options.ceiling <= 2000, "the pitch ceiling", options.ceiling,
            "above the floor and at most 2000 Hz")
        try require(options.step >= 0.001 && options.step <= 0.1, "the pitch step", options.step, "0.001 to 0.1 s")
        try DSPError.require(
            (2...64).contains(options.maximumCandidates), "the number of candidates", options.maximumCandidates, "2 to 64")
        for (name, value) in [
            ("the silence threshold", options.silenceThreshold), ("the voicing threshold", options.voicingThreshold),
            ("the octave cost", options.octaveCost), ("the octave jump cost", options.octaveJumpCost),
            ("the voiced/unvoiced cost", options.voicedUnvoicedCost),
        ] {
            try require(value >= 0 && value <= 10, name, value, "0 to 10")
        }
        self.options = options
    }

    /// The frames a recording at `rate` is cut into.
    public func grid(rate: SampleRate) -> FrameGrid {
        FrameGrid(
            rate: rate, hop: max(1, rate.position(seconds: options.step)),
            length: max(2, rate.position(seconds: options.windowSeconds)))
    }

    /// The pitch of a whole recording.
    ///
    /// - Parameters:
    ///   - source: mono samples at any rate from 8 kHz; 16 kHz is what the method was measured with.
    ///   - progress: called once a block.
    /// - Throws: `DSPError` when the rate is below 8 kHz or blocks are missing; what the source and `progress` throw.
    public func track(source: inout some SampleSource, progress: Signal.Progress = { _ in }) throws -> PitchTrack {
        let rate = source.rate
        try DSPError.require(rate.hertz >= 8000, "the rate for pitch", rate, "at least 8000 Hz")
        let grid = grid(rate: rate)
        var finder = try PitchCandidateFinder(options: options, grid: grid)
        var path = PitchPath(options: options, step: grid.hopSeconds)
        var refiner = PitchRefiner(grid: grid)
        var track = PitchTrack(grid: grid)
        var refined = 0
        try FrameStream.read(&source, grid: grid, batchSize: 256, progress: progress) { batch in
            for index in 0..<batch.count {
                finder.search(batch.frame(index))
                path.append(finder.found, to: &track)
            }
            guard options.isRefined else { return }
            refiner.append(batch)
            refiner.refine(&track, from: refined)
            refined = track.count
        }
        path.finish(to: &track)
        if options.isRefined { refiner.refine(&track, from: refined) }
        return track
    }
}
