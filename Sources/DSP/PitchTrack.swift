import Signal

/// Fundamental frequency over time.
public struct PitchTrack: Hashable, Sendable {
    /// Where the frames lie: frame `i` covers `grid.range(ofFrame: i)` of the recording.
    public let grid: FrameGrid
    /// Fundamental frequency of each frame, Hz; 0 where the frame is unvoiced.
    public var f0: [Float]
    /// Belief that the frame is voiced, 0 … 1. `f0` is decided over time, so it can be 0 where this is above one half.
    public var voicing: [Float]

    public init(grid: FrameGrid, f0: [Float] = [], voicing: [Float] = []) {
        precondition(f0.count == voicing.count, "one voicing value a frame")
        self.grid = grid
        self.f0 = f0
        self.voicing = voicing
    }

    /// Number of frames.
    public var count: Int { f0.count }
    /// Samples from one frame to the next.
    public var step: Int { grid.hop }

    public func isVoiced(_ frame: Int) -> Bool { f0[frame] > 0 }
    /// Centre of a frame, samples.
    public func position(ofFrame frame: Int) -> Int { grid.centre(ofFrame: frame) }
    /// Centre of a frame, seconds from the start of the recording.
    public func time(ofFrame frame: Int) -> Double { grid.rate.seconds(position(ofFrame: frame)) }

    /// The frame whose centre is nearest to a sample position, nil when the track is empty.
    public func frame(nearest position: Int) -> Int? {
        guard count > 0 else { return nil }
        let doubled = 2 * position - grid.length + grid.hop
        return min(count - 1, max(0, doubled / (2 * grid.hop)))
    }

    /// The frames whose centres lie in `range`.
    public func frames(in range: SampleRange) -> Range<Int> {
        func first(from position: Int) -> Int {
            let ahead = position - grid.length / 2
            return ahead <= 0 ? 0 : min(count, (ahead + grid.hop - 1) / grid.hop)
        }
        let low = first(from: range.start)
        return low..<max(low, first(from: range.end))
    }
}
