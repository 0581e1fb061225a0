import Signal

/// A recording's features with the frames that hold speech picked out.
struct SpeechFrames: Sendable {
    /// All frames, normalised over the speech to mean 0 and variance 1.
    let features: FrameMatrix
    /// Whether a frame's centre lies in speech.
    let isSpeech: [Bool]
    /// The frames in speech, in order.
    let indices: [Int]
    /// Samples in the recording.
    let length: Int
    let ranges: [SampleRange]
    static let grid = AlignmentFeatures.grid

    init(ranges: [SampleRange], features: FrameMatrix, length: Int) {
        let ranges = ranges.filter { !$0.isEmpty }.sorted()
        var mask = [Bool](repeating: false, count: features.count)
        for range in ranges {
            let first = max(0, (range.start - Self.grid.length / 2 + Self.grid.hop - 1) / Self.grid.hop)
            var index = first
            while index < mask.count, Self.grid.centre(ofFrame: index) < range.end {
                if Self.grid.centre(ofFrame: index) >= range.start { mask[index] = true }
                index += 1
            }
        }
        isSpeech = mask
        indices = mask.indices.filter { mask[$0] }
        var normalized = features
        let (mean, deviation) = features.statistics(over: indices.isEmpty ? nil : indices)
        normalized.normalize(mean: mean, deviation: deviation)
        self.features = normalized
        self.length = length
        self.ranges = ranges
    }

    /// The sample where frame `index` begins to speak for the sound.
    func start(ofFrame index: Int) -> Int {
        index <= 0 ? 0 : min(length, Self.grid.centre(ofFrame: index) - Self.grid.hop / 2)
    }
}
