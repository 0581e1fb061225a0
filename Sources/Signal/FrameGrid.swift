/// Evenly spaced analysis frames over a signal.
///
/// Frame `i` covers the samples `i·hop ..< i·hop + length`; its centre is `i·hop + length/2`.
public struct FrameGrid: Hashable, Sendable, Codable {
    public let rate: SampleRate
    /// Samples from one frame to the next.
    public let hop: Int
    /// Samples in a frame.
    public let length: Int

    public init(rate: SampleRate, hop: Int, length: Int) {
        precondition(hop > 0 && length > 0, "hop and length are positive")
        self.rate = rate
        self.hop = hop
        self.length = length
    }

    /// The grid speech analysis uses: 25 ms frames every 10 ms.
    public static let speech = FrameGrid(rate: .analysis, hop: 160, length: 400)

    /// Whole frames in a signal of `sampleCount` samples (0 when it is shorter than one frame).
    public func frameCount(sampleCount: Int) -> Int {
        sampleCount < length ? 0 : (sampleCount - length) / hop + 1
    }

    public func range(ofFrame index: Int) -> SampleRange { SampleRange(index * hop, index * hop + length) }
    public func centre(ofFrame index: Int) -> Int { index * hop + length / 2 }
    /// The `hop` samples that frame `index` speaks for when frames are made into a continuous label track.
    public func cell(ofFrame index: Int) -> SampleRange {
        let centre = self.centre(ofFrame: index)
        return SampleRange(max(0, centre - hop / 2), centre - hop / 2 + hop)
    }
    public var hopSeconds: Double { rate.seconds(hop) }
}
