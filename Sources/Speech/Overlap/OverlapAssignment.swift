import Foundation
import Signal

/// Says who the second speaker is where two speak at once.
///
/// A segmentation gives each moment of speech to one speaker. Where the overlap probability is high (hysteresis, a
/// minimum duration), this adds the other: of two speakers the other one, of more the one who, together with the main
/// speaker, explains the stretch's spectra best and speaks near it in time. Frames of overlapping speech are mostly
/// dominated by one of the voices, so that a frame's likelihood under a pair is taken as the mean of both voices'
/// likelihoods. Main segments are never changed.
public struct OverlapAssignment: Sendable {
    public struct Options: Hashable, Sendable, Codable {
        /// Probability that a stretch must reach, and the one at which it ends; at most `onset`. Lower finds more overlaps
        /// and more false ones. Both are meant after correction for how much the recording overlaps.
        public var onset = 0.6
        public var offset = 0.4
        /// Share of the speech that is expected to overlap at least. Lower marks less where there is little overlap.
        public var leastShare = 0.03
        /// Seconds; shorter stretches are dropped.
        public var minimumDuration = 0.2
        /// Seconds of lower probability that do not end a stretch.
        public var bridgedGap = 0.1
        /// Seconds after which a speaker's nearness to the stretch counts for little.
        public var nearness = 3.0
        /// Components of a voice's mixture.
        public var components = 16
        /// Start of the random numbers.
        public var seed: UInt64 = 1

        public init() {}
    }

    public let options: Options

    /// - Throws: `OverlapError.invalidOption`.
    public init(_ options: Options = Options()) throws {
        func require(_ ok: Bool, _ name: String, _ value: Double, _ requirement: String) throws {
            if !ok { throw OverlapError.invalidOption(name: name, value: value, requirement: requirement) }
        }
        try require(options.onset > 0 && options.onset <= 1, "onset", options.onset, "above 0 and at most 1")
        try require(
            options.offset > 0 && options.offset <= options.onset, "offset", options.offset, "above 0 and at most onset")
        try require((0.001...0.4).contains(options.leastShare), "leastShare", options.leastShare, "0.001 to 0.4")
        try require((0.02...10).contains(options.minimumDuration), "minimumDuration", options.minimumDuration, "0.02 to 10 seconds")
        try require((0...2).contains(options.bridgedGap), "bridgedGap", options.bridgedGap, "0 to 2 seconds")
        try require((0.01...1_000).contains(options.nearness), "nearness", options.nearness, "0.01 to 1000 seconds")
        try require((1...64).contains(options.components), "components", Double(options.components), "1 to 64")
        self.options = options
    }

    /// The second speakers.
    ///
    /// - Parameters:
    ///   - segments: who speaks, one at a time, at 16 kHz (`SpeakerSegmentation.segments`). Where two overlap already,
    ///     nothing is added.
    ///   - activity: of the same recording.
    /// - Returns: segments in order of time to be added to `segments`; each lies inside segments of other speakers. The
    ///   confidence is the belief that two speak and that this is the second of them. A stretch of overlap in which the
    ///   main speaker changes gives segments that touch.
    public func overlaps(segments: [LabeledSegment], activity: OverlapActivity) -> [LabeledSegment] {
        let timeline = SpeakerTimeline(segments: segments, frameCount: activity.probability.count)
        guard timeline.labels.count > 1 else { return [] }
        var histogram = [Int](repeating: 0, count: 256)
        for (i, code) in activity.probability.enumerated() where timeline.speaker(i) != nil { histogram[Int(code)] += 1 }
        let belief = OverlapPrior(histogram: histogram, least: options.leastShare).corrected
        let stretches = self.stretches(activity.probability, belief: belief, timeline: timeline)
        guard !stretches.isEmpty else { return [] }
        var voices: SpeakerVoices?
        if timeline.labels.count > 2 {
            voices = SpeakerVoices(
                timeline: timeline, activity: activity, components: options.components, seed: options.seed)
        }
        var result: [LabeledSegment] = []
        for stretch in stretches {
            append(stretch, belief: belief, timeline: timeline, activity: activity, voices: voices, to: &result)
        }
        return result
    }

    /// Frames where two speak, as far as the probability and the speech say.
    private func stretches(_ probability: [UInt8], belief: [Float], timeline: SpeakerTimeline) -> [Range<Int>] {
        let onset = Float(options.onset), offset = Float(options.offset)
        let shortest = Int((options.minimumDuration * 100).rounded()), gap = Int((options.bridgedGap * 100).rounded())
        var found: [Range<Int>] = []
        var start = -1, isSure = false
        for i in 0...probability.count {
            let inside = i < probability.count && belief[Int(probability[i])] >= offset && timeline.speaker(i) != nil
            if inside {
                if start < 0 {
                    start = i
                    isSure = false
                }
                if belief[Int(probability[i])] >= onset { isSure = true }
            } else if start >= 0 {
                if isSure {
                    if let last = found.last, start - last.upperBound <= gap,
                        (last.upperBound..<start).allSatisfy({ timeline.speaker($0) != nil })
                    {
                        found[found.count - 1] = last.lowerBound..<i
                    } else {
                        found.append(start..<i)
                    }
                }
                start = -1
            }
        }
        return found.filter { $0.count >= shortest }
    }

    private func append(
        _ stretch: Range<Int>, belief: [Float], timeline: SpeakerTimeline, activity: OverlapActivity,
        voices: SpeakerVoices?, to result: inout [LabeledSegment]
    ) {
        let k = timeline.labels.count
        var held = [Int](repeating: 0, count: k)
        for i in stretch { if let s = timeline.speaker(i) { held[s] += 1 } }
        var main = 0
        for s in 1..<k where held[s] > held[main] { main = s }
        // Log beliefs of the others: near in time, and like the sound.
        var beliefs = [Double](repeating: -.infinity, count: k)
        for s in 0..<k where s != main {
            let distance = Double(timeline.distance(of: s, from: stretch)) / 100
            beliefs[s] = log(0.02 + exp(-distance / options.nearness))
        }
        if let voices {
            for (s, score) in voices.scores(stretch, main: main).enumerated() { beliefs[s] += score }
        }
        var second = main == 0 ? 1 : 0
        for s in 0..<k where beliefs[s] > beliefs[second] { second = s }
        var sum = 0.0
        for s in 0..<k where s != main { sum += exp(beliefs[s] - beliefs[second]) }
        var mean = 0.0
        for i in stretch { mean += Double(belief[Int(activity.probability[i])]) }
        let confidence = (mean / Double(stretch.count) / sum * 1_000).rounded() / 1_000

        var i = stretch.lowerBound
        while i < stretch.upperBound {
            let speaker = timeline.speaker(i)
            var j = i
            while j < stretch.upperBound, timeline.speaker(j) == speaker { j += 1 }
            // A third speaker in the stretch stays alone with the one who was found longest.
            if let speaker {
                let other = speaker == main ? second : main
                let hop = OverlapActivity.hop
                let range = SampleRange(i * hop, min(j * hop, activity.sampleCount))
                for piece in timeline.parts(of: range, in: speaker) {
                    result.append(LabeledSegment(range: piece, label: timeline.labels[other], confidence: confidence))
                }
            }
            i = j
        }
    }
}
