import Signal

/// Where speech is in a recording.
public struct VoiceActivity: Hashable, Sendable {
    /// Samples from one value of `probability` to the next: 10 ms.
    public static let hop = 160

    /// Belief that somebody speaks, 0 … 1; value `i` speaks for the samples `i·hop ..< (i+1)·hop` at 16 kHz.
    public var probability: [Float]
    /// Stretches of speech at 16 kHz, in order, apart from each other, inside the recording.
    public var segments: [SampleRange]
    /// Number of samples analysed, at 16 kHz.
    public var sampleCount: Int
    /// Level of the recording where nobody speaks, dB relative to a full-scale square wave; −∞ when that is digital
    /// silence or unknown.
    public var noiseFloor: Float
    /// What the reader of the result should know about the recording.
    public var notes: [Note]

    /// A remark about the recording, not about what is said in it.
    public enum Note: String, Hashable, Sendable, Codable, CustomStringConvertible {
        /// The recording holds no samples.
        case empty
        /// Every sample is zero, or as good as.
        case digitalSilence
        /// Sound, but no speech was found in it.
        case noSpeech
        /// Speech stands out of the noise by less than 10 dB: expect missed words and false ones.
        case noisy
        /// Speech is below −50 dB: the recorder was set too low.
        case veryQuiet

        public var description: String {
            switch self {
            case .empty: "the recording is empty"
            case .digitalSilence: "the recording holds digital silence only"
            case .noSpeech: "no speech was found"
            case .noisy: "speech is less than 10 dB above the noise: check the segments by ear"
            case .veryQuiet: "speech is very quiet (below -50 dB)"
            }
        }
    }

    public init(
        probability: [Float], segments: [SampleRange], sampleCount: Int, noiseFloor: Float, notes: [Note] = []
    ) {
        self.probability = probability
        self.segments = segments
        self.sampleCount = sampleCount
        self.noiseFloor = noiseFloor
        self.notes = notes
    }

    public var rate: SampleRate { .analysis }
    public var hop: Int { Self.hop }
    /// Samples of speech.
    public var speechCount: Int { segments.reduce(0) { $0 + $1.count } }
    /// Seconds of speech.
    public var speechSeconds: Double { rate.seconds(speechCount) }

    /// The segments as labels, with the mean probability as confidence.
    public func labeledSegments(label: String = "speech") -> [LabeledSegment] {
        segments.map { range in
            let frames = range.start / hop..<max(range.start / hop + 1, (range.end + hop - 1) / hop)
            let inside = probability[frames.clamped(to: probability.indices)]
            let mean = inside.isEmpty ? nil : Double(inside.reduce(0, +)) / Double(inside.count)
            return LabeledSegment(range: range, label: label, confidence: mean)
        }
    }

    /// The stretches between segments, before the first and after the last.
    public var pauses: [SampleRange] {
        var result: [SampleRange] = [], at = 0
        for segment in segments {
            if segment.start > at { result.append(SampleRange(at, segment.start)) }
            at = segment.end
        }
        if at < sampleCount { result.append(SampleRange(at, sampleCount)) }
        return result
    }
}
