import Signal

/// How well speech was told from other sound, on frames of 10 ms.
///
/// A frame is speech when its middle lies in a speech segment; only frames whose middle lies in a scored region count.
public struct VoiceActivityScore: Hashable, Sendable, Codable {
    /// Speech frames by the reference.
    public var speechFrames: Int
    /// Other frames by the reference.
    public var otherFrames: Int
    public var missedFrames: Int
    public var falseAlarmFrames: Int

    /// Percentage of speech frames not found, 0 … 100.
    public var missPercent: Double { speechFrames > 0 ? 100 * Double(missedFrames) / Double(speechFrames) : 0 }
    /// Percentage of other frames taken for speech, 0 … 100.
    public var falseAlarmPercent: Double { otherFrames > 0 ? 100 * Double(falseAlarmFrames) / Double(otherFrames) : 0 }
    /// The mean of the two, so that a recording with little silence does not hide false alarms.
    public var balancedErrorPercent: Double { (missPercent + falseAlarmPercent) / 2 }

    public init(speechFrames: Int, otherFrames: Int, missedFrames: Int, falseAlarmFrames: Int) {
        self.speechFrames = speechFrames
        self.otherFrames = otherFrames
        self.missedFrames = missedFrames
        self.falseAlarmFrames = falseAlarmFrames
    }

    /// - Parameters:
    ///   - reference: speech in truth; overlapping stretches count once.
    ///   - hypothesis: speech by the method under test.
    ///   - rate: what both are counted at.
    ///   - regions: the scored stretches (UEM); nil scores from the first start to the last end of both.
    public init(reference: [SampleRange], hypothesis: [SampleRange], rate: SampleRate, regions: [SampleRange]? = nil) {
        let truth = SampleRangeSet(reference), found = SampleRangeSet(hypothesis)
        let all = (reference + hypothesis).filter { !$0.isEmpty }
        let scored = SampleRangeSet(regions ?? all.first.map { [all.dropFirst().reduce($0) { $0.union($1) }] } ?? [])
        self.init(speechFrames: 0, otherFrames: 0, missedFrames: 0, falseAlarmFrames: 0)
        let hop = Double(rate.hertz) / 100
        for region in scored.ranges {
            // The first frame whose middle is at or after the region's start.
            var frame = max(0, Int((Double(region.start) / hop - 0.5).rounded(.up)))
            while true {
                let middle = Int((Double(frame) + 0.5) * hop)
                if middle >= region.end { break }
                frame += 1
                if middle < region.start { continue }
                let isSpeech = truth.contains(middle), isFound = found.contains(middle)
                if isSpeech {
                    speechFrames += 1
                    if !isFound { missedFrames += 1 }
                } else {
                    otherFrames += 1
                    if isFound { falseAlarmFrames += 1 }
                }
            }
        }
    }

    /// Several recordings as one.
    public static func pooled(_ scores: [VoiceActivityScore]) -> VoiceActivityScore {
        scores.reduce(into: VoiceActivityScore(speechFrames: 0, otherFrames: 0, missedFrames: 0, falseAlarmFrames: 0)) {
            $0.speechFrames += $1.speechFrames
            $0.otherFrames += $1.otherFrames
            $0.missedFrames += $1.missedFrames
            $0.falseAlarmFrames += $1.falseAlarmFrames
        }
    }

    private enum CodingKeys: String, CodingKey {
        case missPercent, falseAlarmPercent, balancedErrorPercent
        case speechFrames, otherFrames, missedFrames, falseAlarmFrames
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            speechFrames: try values.decode(Int.self, forKey: .speechFrames),
            otherFrames: try values.decode(Int.self, forKey: .otherFrames),
            missedFrames: try values.decode(Int.self, forKey: .missedFrames),
            falseAlarmFrames: try values.decode(Int.self, forKey: .falseAlarmFrames))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(missPercent, forKey: .missPercent)
        try values.encode(falseAlarmPercent, forKey: .falseAlarmPercent)
        try values.encode(balancedErrorPercent, forKey: .balancedErrorPercent)
        try values.encode(speechFrames, forKey: .speechFrames)
        try values.encode(otherFrames, forKey: .otherFrames)
        try values.encode(missedFrames, forKey: .missedFrames)
        try values.encode(falseAlarmFrames, forKey: .falseAlarmFrames)
    }
}
