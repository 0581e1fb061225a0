import DSP
import Signal

/// Finds where two or more people speak at once: a small trained network over the fine spectrum (two combs of harmonics)
/// and the mel bands.
///
/// It was trained by `Scripts/training/train_overlap.py` on read speech laid over each other in simulated rooms, noises
/// and channels, and on meetings. To read a recording once for this and another analysis, see `OverlapTap`.
public struct OverlapDetector: Sendable {
    public init() {}

    /// - Parameters:
    ///   - source: mono samples at 16 kHz, read to the end.
    ///   - progress: called once a block.
    /// - Throws: `DSPError.rateMismatch` at another rate; `OverlapError.unusableModel`; what the source and `progress` throw.
    public func detect(source: inout some SampleSource, progress: Signal.Progress = { _ in }) throws -> OverlapActivity {
        guard source.rate == .analysis else {
            throw DSPError.rateMismatch(expected: .analysis, found: source.rate)
        }
        let listener = try OverlapListener()
        let expected = source.expectedCount ?? 0
        var done = 0
        while let block = try source.nextBlock() {
            try listener.append(block)
            done += block.samples.count
            try progress(expected > 0 ? min(1, Double(done) / Double(expected)) : 0)
        }
        try progress(1)
        return try listener.finish()
    }
}
