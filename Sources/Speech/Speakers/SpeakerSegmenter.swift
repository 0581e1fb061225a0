import Signal

/// Finds who speaks when in a mono recording whose speech is known (speaker diarisation).
///
/// Speech windows become directions in voice space (`WindowEmbedding`), which spectral clustering divides into speakers;
/// then each speaker gets a Gaussian mixture of their own and a Viterbi search with a price for changing speaker draws the
/// borders frame by frame, a few times over. Overlapping speech goes to the louder voice. An hour with two speakers takes
/// some seconds and about 100 MB. The same input and options give the same result.
public struct SpeakerSegmenter: Sendable {
    /// More voices than this are not told apart reliably in one recording.
    public static let mostSpeakers = 20

    public struct Options: Hashable, Sendable, Codable {
        /// Price of a change of speaker, in log likelihood summed over 10 ms frames. Lower keeps shorter turns and makes more
        /// false changes.
        public var switchPenalty: Float = 40
        /// Share of the price where the speech was interrupted: speakers like to change in pauses.
        public var breakShare: Float = 0.3
        /// Components of a speaker's mixture at most; a speaker with little speech gets fewer.
        public var speakerComponents = 32
        /// Frames of speech for each component of a speaker's mixture at least.
        public var framesPerComponent = 60
        /// Rounds of training the speakers' mixtures and drawing the borders anew.
        public var rounds = 6
        /// Frames more than this many dB below the mean level of the second around them do not enter the voices' models.
        public var voicedDepth: Float = 8
        /// Share of the windows that a window is compared with when groups are formed.
        public var neighborShare = 0.1
        /// Speakers are taken for one when their mean directions are at least this alike (cosine).
        public var sameSpeakerSimilarity: Float = 0.6
        /// The graph's k-th eigenvalue must reach this for k speakers: how much each keeps to itself. The first is for two.
        public var separationOfTwo = 0.83
        public var separationOfMore = 0.86
        /// Start of the random numbers.
        public var seed: UInt64 = 1

        public init() {}
    }

    public var options: Options

    public init(options: Options = Options()) { self.options = options }

    /// - Parameters:
    ///   - source: 16 kHz mono, read to its end.
    ///   - speech: where there is speech, counted at 16 kHz; any order, overlaps are merged.
    ///   - speakers: the number of speakers, when known (it nearly always is in an interview: give it); nil estimates it.
    ///   - maxSpeakers: the most that are estimated.
    ///   - progress: called once a block.
    /// - Returns: segments that cover `speech` exactly, each with one speaker.
    /// - Throws: `SpeakerSegmentationError`, and what the source and `progress` throw.
    public func segment(
        source: inout some SampleSource, speech: [SampleRange], speakers: Int? = nil, maxSpeakers: Int = 8,
        progress: Progress = { _ in }
    ) throws -> SpeakerSegmentation {
        guard source.rate == .analysis else { throw SpeakerSegmentationError.wrongRate(source.rate) }
        for count in [speakers, maxSpeakers] {
            if let count, !(1...Self.mostSpeakers).contains(count) {
                throw SpeakerSegmentationError.invalidSpeakerCount(count)
            }
        }
        let speech = SampleRangeSet(speech.map { SampleRange(max(0, $0.start), max(0, $0.end)) })
        guard !speech.ranges.isEmpty else {
            try progress(1)
            return SpeakerSegmentation(
                segments: [], speakerCount: 0, countWasGiven: speakers != nil, notes: ["No speech: nobody to tell apart."])
        }
        let frames = try SpeechFrames(source: &source, speech: speech, depth: options.voicedDepth) { try progress(0.4 * $0) }
        let result: SpeakerSegmentation
        if frames.count == 0 {
            let note = "The speech is too short to be analysed; it was given to one speaker."
            result = alone(speech, given: speakers, notes: [note])
        } else if speakers == 1 {
            result = alone(speech, given: speakers, notes: [])
        } else {
            result = try separate(frames, speakers: speakers, maxSpeakers: maxSpeakers) { try progress(0.4 + 0.6 * $0) }
        }
        try progress(1)
        return result
    }

    private func alone(_ speech: SampleRangeSet, given: Int?, notes: [String]) -> SpeakerSegmentation {
        SpeakerSegmentation(
            segments: speech.ranges.map { LabeledSegment(range: $0, label: "S1") }, speakerCount: 1,
            countWasGiven: given != nil, notes: notes)
    }

    private func separate(
        _ frames: SpeechFrames, speakers: Int?, maxSpeakers: Int, progress: (Double) throws -> Void
    ) throws -> SpeakerSegmentation {
        var notes: [String] = []
        let model = try SpeakerModel.shipped()
        let moments = frames.moments()
        try progress(0.05)
        let embedding = try WindowEmbedding(frames: frames, mean: moments.mean, model: model, progress: { _ in })
        try progress(0.3)
        let grouping = try SpeakerGrouping(
            embedding: embedding, speakers: speakers, maxSpeakers: maxSpeakers, options: options,
            progress: { try progress(0.3) })
        notes += grouping.notes
        guard grouping.count > 1 else { return alone(frames.speech, given: speakers, notes: notes) }
        try progress(0.5)

        let start = embedding.windows(of: frames).map { UInt8(grouping.labels[$0]) }
        let resegmentation = SpeakerResegmentation(
            frames: frames, variance: moments.variance, speakers: grouping.count, options: options)
        let (labels, margins) = try resegmentation.run(from: start) { try progress(0.5 + 0.5 * $0) }

        var names: [UInt8: Int] = [:]
        var segments: [LabeledSegment] = []
        for (range, label, held) in frames.stretches(labels: labels) {
            let number = names[label] ?? names.count + 1
            names[label] = number
            // Neighbouring frames say nearly the same thing, and the mixtures know their own training frames: a hundred
            // count as one, which makes the beliefs about right on conversations with known speakers.
            let evidence = held.reduce(0.0) { $0 + Double(margins[$1]) } / 100
            segments.append(
                LabeledSegment(range: range, label: "S\(number)", confidence: SpeakerResegmentation.belief(evidence)))
        }
        if let speakers, names.count < speakers, grouping.count == speakers {
            notes.append("\(speakers) speakers were asked for, but only \(names.count) could be told apart.")
        }
        if names.count == 1 { for i in segments.indices { segments[i].confidence = nil } }
        return SpeakerSegmentation(
            segments: segments, speakerCount: names.count, countWasGiven: speakers != nil, notes: notes)
    }
}
