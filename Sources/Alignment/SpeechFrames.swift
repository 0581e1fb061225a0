import Signal

/// A recording's features with the frames that hold speech picked out.
struct SpeechFrames: Sendable {
    /// All frames, normalised over the speech to mean 0 and variance 1.
    let features: FrameMatrix
    /// Whether a frame's centre lies in speech.
    let isSpeech: [Bool]
    /// 0 in speech, 1 in a pause; between the two where speech stops for so short a time that it may be the closure of a stop.
    let silence: [Float]
    /// Seconds without speech that may lie inside a word, and how much of a silence they are.
    static let closure = (seconds: 0.3, share: Float(0.2))
    /// The frames in speech, in order.
    let indices: [Int]
    /// Samples in the recording.
    let length: Int
    let ranges: [SampleRange]
    static let grid = AlignmentFeatures.grid

    init(ranges: [SampleRange], features: consuming FrameMatrix, length: Int) {
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
        var silence = mask.map { $0 ? Float(0) : 1 }
        var start = 0
        while start < mask.count {
            var end = start
            while end < mask.count, mask[end] == mask[start] { end += 1 }
            let isInside = start > 0 && end < mask.count
            if !mask[start], isInside, Double(end - start) * 0.01 < Self.closure.seconds {
                for index in start..<end { silence[index] = Self.closure.share }
            }
            start = end
        }
        self.silence = silence
        indices = mask.indices.filter { mask[$0] }
        let (mean, deviation) = features.statistics(over: indices.isEmpty ? nil : indices)
        features.normalize(mean: mean, deviation: deviation)
        self.features = features
        self.length = length
        self.ranges = ranges
    }

    /// The sample where frame `index` begins to speak for the sound.
    func start(ofFrame index: Int) -> Int {
        index <= 0 ? 0 : min(length, Self.grid.centre(ofFrame: index) - Self.grid.hop / 2)
    }
}
