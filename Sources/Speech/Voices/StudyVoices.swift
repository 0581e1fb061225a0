import Foundation

/// Finds, over all recordings of a study, the voice that comes back: the interviewer's.
///
/// Two signs are weighed. The first is how each voice behaves in its own recording (`SpeakerRoles`: who asks, who speaks less).
/// The second is which voices are alike over the recordings: prints are compared by `VoiceStatistics`, a voice is grown
/// greedily from every print in turn, and the one that explains most is kept; what is left is searched again, so that two
/// interviewers of half the study each are both found. Evidence from voices is divided by `temper`, since prints of one
/// recording are less independent than the model has it, and each join must outweigh the chance likeness among so many
/// voices. A voice that comes back shares what is known of it: behaviour, labels of a draft and a person's word in one
/// recording count, at half their weight, in the others. A person's word always stands in its own recording.
public struct StudyVoices: Hashable, Sendable, Codable {
    /// A voice in a recording.
    public struct Voice: Hashable, Sendable, Codable {
        public var label: String
        /// Nil for a voice with too little speech alone.
        public var print: VoicePrint?
        /// How probably it is the interviewer's by its behaviour alone, 0 … 1; over a recording's voices about 1 in all.
        public var behaviour: Double
        /// What somebody said of it; nil for nothing.
        public var known: Known?

        public init(label: String, print: VoicePrint? = nil, behaviour: Double, known: Known? = nil) {
            self.label = label
            self.print = print
            self.behaviour = behaviour
            self.known = known
        }
    }

    /// What is known of a voice beforehand, and how surely.
    public struct Known: Hashable, Sendable, Codable {
        public var isInterviewer: Bool
        /// 0.5 … 1: 1 is a person's word and never overruled; less is a label matched to the voice.
        public var belief: Double

        public init(isInterviewer: Bool, belief: Double) {
            self.isInterviewer = isInterviewer
            self.belief = belief
        }
    }

    public struct Recording: Hashable, Sendable, Codable {
        public var id: String
        public var voices: [Voice]
        public init(id: String, voices: [Voice]) {
            self.id = id
            self.voices = voices
        }
    }

    /// Why a voice is taken for the interviewer's.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// Somebody said so.
        case set
        /// A label in a draft says so.
        case labelled
        /// The voice comes back in other recordings.
        case recurs
        /// It speaks less, in shorter turns, and asks.
        case behaviour
    }

    /// The probable interviewer of one recording.
    public struct Guess: Hashable, Sendable, Codable {
        public var recording: String
        /// Nil when a person's word leaves nobody.
        public var label: String?
        /// 0 … 1: how probably this voice and no other of the recording is the interviewer's.
        public var confidence: Double
        /// The strongest first; empty when there is nothing to go by.
        public var reasons: [Reason]
        /// Recordings of the study in which this voice was heard, this one included; 1 when it was not found elsewhere.
        public var heardIn: Int
        /// Which of the returning voices it is, from 1; nil when it is none.
        public var voice: Int?
    }

    /// In the order of the recordings given; none for a recording without voices.
    public let guesses: [Guess]

    /// The evidence of voices is divided by this.
    public static let temper = 3.0
    /// Grown from at most so many prints; more add time, not voices.
    static let mostSeeds = 60

    public subscript(recording id: String) -> Guess? { guesses.first { $0.recording == id } }

    /// - Parameter recordings: of one study, in any order.
    /// - Throws: `SpeakerSegmentationError.unusableModel` when the program's own data are damaged.
    public init(_ recordings: [Recording]) throws {
        guesses = StudyVoiceSearch(recordings, statistics: try VoiceStatistics.shipped()).guesses()
    }
}
