import Signal
import Transcript

/// How much each speaker talks, pauses and waits.
public struct TalkStatistics: Codable, Sendable, Hashable {
    public struct SpeakerStatistics: Codable, Sendable, Hashable {
        /// A `Speaker.id`.
        public var speaker: String
        public var turns: Int
        public var words: Int
        /// Seconds in turns, backchannels excluded, pauses inside turns included.
        public var talkTime: Double
        /// Words a minute of talk time; nil without talk time.
        public var wordsPerMinute: Double?
        /// Pauses inside turns that have a measured duration.
        public var pauses: Int
        /// Their mean, seconds.
        public var meanPause: Double?
        /// Answers that came after a measured silence.
        public var latencies: Int
        /// Median silence before this speaker's answers, seconds.
        public var medianLatency: Double?
    }

    /// In the order of the transcript's speakers, then any speaker that only turns name.
    public var speakers: [SpeakerStatistics]

    public init(transcript: Transcript) {
        let rate = transcript.recording.rate
        var order = transcript.speakers.map(\.id)
        for turn in transcript.turns where !order.contains(turn.speaker) { order.append(turn.speaker) }
        speakers = order.map { speaker in
            let turns = transcript.turns.filter { $0.speaker == speaker }
            var talk = 0.0, talkWords = 0
            var pauses: [Double] = [], latencies: [Double] = []
            for turn in turns {
                let ranges = turn.words.compactMap(\.range)
                if !turn.isBackchannel, let first = ranges.first, let last = ranges.map(\.end).max() {
                    talk += rate.seconds(max(0, last - first.start))
                    talkWords += turn.words.count
                }
                for mark in turn.marks where mark.kind == .pause || mark.kind == .trailingOff {
                    guard let duration = mark.evidence["duration_s"] else { continue }
                    if mark.label == "latency" { latencies.append(duration) } else { pauses.append(duration) }
                }
            }
            return SpeakerStatistics(
                speaker: speaker, turns: turns.count { !$0.isBackchannel }, words: turns.reduce(0) { $0 + $1.words.count },
                talkTime: talk, wordsPerMinute: talk > 0 ? Double(talkWords) / talk * 60 : nil, pauses: pauses.count,
                meanPause: pauses.isEmpty ? nil : pauses.reduce(0, +) / Double(pauses.count), latencies: latencies.count,
                medianLatency: Self.median(latencies))
        }
    }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted(), half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
}
