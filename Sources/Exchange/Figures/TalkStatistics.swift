import Signal
import Transcript

/// How much each speaker talks, pauses, waits and listens in one recording.
///
/// A turn lasts from the start of its first timed word to the end of its last (``TurnTimes``); backchannels are not turns.
/// What has no time counts among the turns and words, but in no duration and no rate. Anonymisation writes a name of
/// several words as one, so an anonymised transcript may have a few words fewer than its raw one.
public struct TalkStatistics: Codable, Sendable, Hashable {
    public struct SpeakerStatistics: Codable, Sendable, Hashable {
        /// A `Speaker.id`.
        public var speaker: String
        /// As the transcript shows the speaker.
        public var label = ""
        public var role: Role?

        public var turns = 0
        /// All the speaker's words, in turns and backchannels, fillers among them.
        public var words = 0
        /// Seconds in turns, backchannels excluded, pauses inside turns included.
        public var talkTime = 0.0
        /// Talk time less the measured silences inside turns, seconds: what phonetics calls phonation time.
        public var speechTime = 0.0
        /// Of all speakers' talk time, 0 … 1; nil when nobody has any.
        public var share: Double?
        /// Lengths of the turns that have times, seconds.
        public var turnLengths = Distribution([])

        /// Words a minute of talk time; nil without talk time or words.
        public var wordsPerMinute: Double?
        /// Syllables a second of talk time (``SyllableCount``); nil without talk time or words.
        public var syllablesPerSecond: Double?
        /// Syllables a second of speech time: the articulation rate of de Jong and Wempe (2009); nil without speech time or words.
        public var articulationRate: Double?

        /// Pauses inside turns that have a measured duration. Pauses that were typed and never measured do not count.
        public var pauses = 0
        /// Their mean, seconds.
        public var meanPause: Double?
        /// Their lengths, seconds.
        public var pauseLengths = Distribution([])
        /// Pauses a minute of talk time; nil without talk time.
        public var pausesPerMinute: Double?
        /// Of the pauses, those inside a clause beside a prominent word.
        public var rhetoricalPauses = 0
        /// Hesitation sounds: filler words, and those that nobody wrote down but were heard.
        public var filledPauses = 0
        /// A minute of talk time; nil without talk time.
        public var filledPausesPerMinute: Double?

        /// Answers that came after a measured silence. A latency belongs to whoever answers.
        public var latencies = 0
        /// Median silence before this speaker's answers, seconds.
        public var medianLatency: Double?
        /// Their lengths, seconds.
        public var latencyLengths = Distribution([])
        /// Floor transfer offsets (Stivers et al. 2009): from the end of another speaker's turn to the start of this speaker's
        /// next, seconds; below zero where the answer begins early. Every change of speaker counts, so that, unlike the
        /// latencies, quick answers are in it; changes more than ``longestOffset`` apart are breaks in the talk.
        public var transferOffsets = Distribution([])

        /// Stretches in which this speaker's turn and somebody else's go on at once.
        public var overlaps = 0
        /// Their length, seconds.
        public var overlapTime = 0.0
        /// Turns that this speaker begins while another's goes on, at least ``leastOverlap`` before its end.
        public var overlapStarts = 0
        /// Of those, the ones that outlast the other's turn: the speaker takes the floor.
        public var interruptions = 0

        /// Short tokens (`mm`, `ja`) that this speaker gives as a listener.
        public var backchannels = 0
        public var laughs = 0
        /// Words that stand out strongly: prominence of level 2 or more.
        public var emphasized = 0
        /// A hundred words in turns; nil without words.
        public var emphasizedPer100Words: Double?
        /// Words followed by a question mark.
        public var questions = 0

        public init(speaker: String) { self.speaker = speaker }
    }

    /// A shared stretch shorter than this is no overlap, seconds: listeners cannot tell it from a smooth change.
    public static let leastOverlap = 0.1
    /// A longer silence between two turns is a break in the talk, no answer, seconds.
    public static let longestOffset = 30.0

    /// The recording's id.
    public var recording: String
    /// Its length, seconds.
    public var duration: Double
    /// In the order of the transcript's speakers, then any speaker that only turns name.
    public var speakers: [SpeakerStatistics]

    public init(transcript: Transcript) {
        recording = transcript.recording.id
        duration = transcript.recording.seconds
        speakers = TalkCount(transcript).speakers
    }
}
