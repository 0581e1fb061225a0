import Anonymization
import AudioIngest
import Foundation
import Pipeline
import Signal
import Speech
import Transcript

/// What ingest knows of a recording. Confidential: recorders write free text into their files.
public struct RecordingSheet: Artefact, Codable, Sendable {
    public static let kind = "recording"
    public static let sensitivity = Sensitivity.confidential
    public var reference: RecordingReference
    public var inspection: RecordingInspection
    public var warnings: [String]
}

/// Where there is speech, at 16 kHz.
public struct SpeechMap: Artefact, Codable, Sendable {
    public static let kind = "speech"
    public static let sensitivity = Sensitivity.plain
    /// Speech anywhere in the recording.
    public var speech: [SampleRange]
    /// With one speaker per channel: speech on each channel; else empty.
    public var channels: [[SampleRange]]
    public var notes: [String]
}

/// Who speaks when, at 16 kHz, as voices `S1`, `S2`, … in order of appearance.
public struct SpeakerMap: Artefact, Codable, Sendable {
    public static let kind = "speakers"
    public static let sensitivity = Sensitivity.plain
    /// One speaker at a time.
    public var segments: [LabeledSegment]
    /// Second speakers where two speak at once, inside `segments`.
    public var overlaps: [LabeledSegment]
    public var count: Int
    public var countWasGiven: Bool
    /// Roles by voice, guessed from this recording alone.
    public var roles: [String: Role]
    public var notes: [String]
}

/// How the voices of a recording sound, how they behave, and what is known of them. Confidential: a voice tells who somebody is.
public struct VoiceList: Artefact, Codable, Sendable {
    public static let kind = "voices"
    public static let sensitivity = Sensitivity.confidential
    public var voices: [StudyVoices.Voice]
    /// Seconds of speech and number of turns, by voice.
    public var seconds: [String: Double]
    public var turns: [String: Int]
    /// The draft's labels, lower-case, and the voices they were matched with surely enough to carry a role over.
    public var labels: [String: String]
}

/// Which voice of each recording is the interviewer's, seen over the whole study.
public struct InterviewerMap: Artefact, Codable, Sendable {
    public static let kind = "interviewer"
    public static let sensitivity = Sensitivity.confidential
    public var guesses: [StudyVoices.Guess]
}

/// Who is what in one recording. Holds no figures, so that it stays the same while other recordings come and go.
public struct RoleMap: Artefact, Codable, Sendable {
    public static let kind = "roles"
    public static let sensitivity = Sensitivity.confidential
    public enum Certainty: String, Codable, Sendable, CaseIterable {
        /// A person said so.
        case given
        /// At least 0.8.
        case likely
        case doubtful
    }
    /// By voice.
    public var roles: [String: Role]
    /// By the draft's labels, lower-case, where they could be matched with voices.
    public var labels: [String: Role]
    public var certainty: Certainty
    public var findings: [Finding]
}

/// An artefact that is a raw transcript at some point of its way.
public protocol TranscriptArtefact: Artefact {
    var transcript: Transcript { get }
    init(_ transcript: Transcript)
}

extension TranscriptArtefact {
    public static var sensitivity: Sensitivity { .confidential }
    public func encoded() throws -> Data { try transcript.compact() }
    public init(decoding data: Data) throws { self.init(try Transcript(decoding: data)) }
}

/// Words as they came: from a draft, a recogniser, or none yet.
public struct WordedTranscript: TranscriptArtefact {
    public static let kind = "transcript.words"
    public let transcript: Transcript
    public init(_ transcript: Transcript) { self.transcript = transcript }
}

/// Words with their places in the sound.
public struct AlignedTranscript: TranscriptArtefact {
    public static let kind = "transcript.aligned"
    public let transcript: Transcript
    public init(_ transcript: Transcript) { self.transcript = transcript }
}

/// With pauses and emphasis marked.
public struct MarkedTranscript: TranscriptArtefact {
    public static let kind = "transcript.marked"
    public let transcript: Transcript
    public init(_ transcript: Transcript) { self.transcript = transcript }
}

/// With Bokmål forms.
public struct BokmalTranscript: TranscriptArtefact {
    public static let kind = "transcript.bokmal"
    public let transcript: Transcript
    public init(_ transcript: Transcript) { self.transcript = transcript }
}

/// What could identify somebody, found before normalisation.
public struct DetectionList: Artefact, Codable, Sendable {
    public static let kind = "detections"
    public static let sensitivity = Sensitivity.confidential
    public var detections: [TranscriptDetection]
    /// What people have decided on this recording, and where that is now; nil when nobody has.
    public var decisions: AppliedDecisions?
}

/// The key register of the study (*koblingsnøkkel*).
public struct RegisterArtefact: Artefact, Codable, Sendable {
    public static let kind = "register"
    public static let sensitivity = Sensitivity.confidential
    /// The policy the codes were given by: a shipped name or a file.
    public var policy: String
    public var policyDigest: String
    public var register: KeyRegister
}

/// The only artefact that sharing and coding accept.
public struct AnonymizedArtefact: Artefact, Sendable {
    public static let kind = "transcript.anonymized"
    public static let sensitivity = Sensitivity.shareable
    public let transcript: AnonymizedTranscript
    public init(_ transcript: AnonymizedTranscript) { self.transcript = transcript }
    public func encoded() throws -> Data { try transcript.encoded() }
    public init(decoding data: Data) throws { transcript = try AnonymizedTranscript(decoding: data) }
}

/// What the audit found. Points into the transcript, never quotes it.
public struct AuditArtefact: Artefact, Codable, Sendable {
    public static let kind = "audit"
    public static let sensitivity = Sensitivity.shareable
    public var report: AuditReport
    /// SHA-256 of the policy's file: another policy needs another look.
    public var policyDigest: String?
}

/// That the coding store holds the transcript.
public struct StoreReceipt: Artefact, Codable, Sendable {
    public static let kind = "stored"
    public static let sensitivity = Sensitivity.plain
    /// The source's id in the store.
    public var source: String
    /// SHA-256 of the sealed transcript.
    public var digest: String
}

/// Names of the files written for people.
public struct ExportList: Artefact, Codable, Sendable {
    public static let kind = "exports"
    public static let sensitivity = Sensitivity.plain
    public var files: [String]
}

/// Names of the pictures and tables written for people.
public struct FigureList: Artefact, Codable, Sendable {
    public static let kind = "figures"
    public static let sensitivity = Sensitivity.plain
    public var files: [String]
}

extension ItemContext {
    /// The raw transcript at its furthest point: each later stage may be left out of a pipeline.
    func latestTranscript() throws -> Transcript {
        if let found = try optional(BokmalTranscript.self) { return found.transcript }
        if let found = try optional(MarkedTranscript.self) { return found.transcript }
        if let found = try optional(AlignedTranscript.self) { return found.transcript }
        return try input(WordedTranscript.self).transcript
    }
}
