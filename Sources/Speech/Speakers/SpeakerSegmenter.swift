import Signal

/// Finds who speaks when in a mono recording whose speech is known (speaker diarisation).
///
/// Speech windows become directions in voice space (`WindowEmbedding`), which spectral clustering divides into speakers;
/// then each speaker gets a Gaussian mixture of their own and a Viterbi search with a price for changing speaker draws the
/// borders frame by frame, a few times over. Overlapping speech goes to the louder voice. An hour with two speakers takes
/// some seconds and some tens of megabytes; what a longer recording needs beyond that lies in a temporary file without a name.
/// The same input and options give the same result.
public struct SpeakerSegmenter: Sendable {
    /// More voices than this are not told apart reliably in one recording.
    public static let mostSpeakers = 20

    /// Frames of speech (20 minutes) up to which two divisions are both carried to the end.
    private static let mostCompeting = 120_000

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
        /// What a speaker costs when windows are divided among speakers; higher finds fewer.
        public var speakerCost = 9.0
        /// Two groups are taken for one voice when the log likelihood ratio of "one voice" over "two" is at least this.
        public var sameVoiceRatio = -0.5
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
        let moments = try frames.moments()
        try progress(0.05)
        let embedding = try WindowEmbedding(frames: frames, mean: moments.mean, model: model, progress: { _ in })
        try progress(0.3)
        let grouping = try SpeakerGrouping(
            embedding: embedding, model: model, speakers: speakers, maxSpeakers: maxSpeakers, options: options,
            progress: { try progress(0.3) })
        notes += grouping.notes
        guard grouping.count > 1 else { return alone(frames.speech, given: speakers, notes: notes) }
        try progress(0.5)

        let resegmentation = SpeakerResegmentation(
            frames: frames, variance: moments.variance, speakers: grouping.count, options: options)
        // Where two divisions compete, the one whose voices explain the frames better wins. Much speech settles it anyway.
        let other = frames.count <= Self.mostCompeting ? grouping.alternative : nil
        let share = other == nil ? 0.45 : 0.22
        var found = try resegmentation.run(from: embedding.frameLabels(grouping.labels, frames: frames)) {
            try progress(0.5 + share * $0)
        }
        if let other {
            let again = try resegmentation.run(from: embedding.frameLabels(other, frames: frames)) {
                try progress(0.72 + 0.22 * $0)
            }
            if again.total > found.total { found = again }
        }
        let stretches = frames.stretches(labels: found.labels)
        let margins = try resegmentation.margins(found, stretches: stretches.map(\.frames))

        var names: [UInt8: Int] = [:]
        var segments: [LabeledSegment] = []
        for (stretch, margin) in zip(stretches, margins) {
            let number = names[stretch.label] ?? names.count + 1
            names[stretch.label] = number
            // Neighbouring frames say nearly the same thing, and the mixtures know their own training frames, so the sum
            // counts for little, and a turn that nothing speaks for is more often wrong than right: both numbers make the
            // beliefs about right on simulated conversations.
            let belief = SpeakerResegmentation.belief(0.015 * margin - 1.25)
            segments.append(LabeledSegment(range: stretch.range, label: "S\(number)", confidence: belief))
        }
        if let speakers, names.count < speakers, grouping.count == speakers {
            notes.append("\(speakers) speakers were asked for, but only \(names.count) could be told apart.")
        }
        if names.count == 1 { for i in segments.indices { segments[i].confidence = nil } }
        return SpeakerSegmentation(
            segments: segments, speakerCount: names.count, countWasGiven: speakers != nil, notes: notes)
    }
}
