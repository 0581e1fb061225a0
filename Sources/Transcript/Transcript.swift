import Foundation
import Signal

/// What a transcript knows of its recording. The file's name and place are not part of it.
public struct RecordingReference: Codable, Sendable, Hashable {
    /// The item's id in the study (`P07`, `R09_0001`).
    public var id: String
    /// SHA-256 of the audio file(s), lower-case hex.
    public var digest: String
    /// The recording's own rate: every position in the transcript counts at it.
    public var rate: SampleRate
    /// Samples per channel.
    public var length: Int
    public var channels: Int
    /// Local start time by the recorder's clock, ISO 8601 (`2026-03-12T10:15:00`), when known.
    public var recordedAt: String?

    public init(id: String, digest: String, rate: SampleRate, length: Int, channels: Int, recordedAt: String? = nil) {
        self.id = id
        self.digest = digest
        self.rate = rate
        self.length = length
        self.channels = channels
        self.recordedAt = recordedAt
    }

    public var seconds: Double { rate.seconds(length) }
}

/// What somebody is in the study.
public enum Role: String, Codable, Sendable, CaseIterable {
    case interviewer, participant, moderator, other
}

/// Somebody who speaks in the recording.
public struct Speaker: Codable, Sendable, Hashable {
    /// Stable within the transcript: `S1`, `S2`, …
    public var id: String
    /// How the transcript shows the speaker: `Intervjuer`, `Informant 4`, `B`.
    public var label: String
    public var role: Role?
    /// The participant's code in the study, when the speaker is one.
    public var participant: String?

    public init(id: String, label: String, role: Role? = nil, participant: String? = nil) {
        self.id = id
        self.label = label
        self.role = role
        self.participant = participant
    }
}

/// Something a person should look at. It never quotes the transcript: it points into it.
public struct Finding: Codable, Sendable, Hashable {
    public enum Severity: String, Codable, Sendable { case note, review, warning }
    /// The stage that raised it.
    public var stage: String
    /// A stable code, for example `speech-without-words`.
    public var code: String
    public var severity: Severity
    /// What is the matter, in general words.
    public var message: String
    public var range: SampleRange?
    public var turn: Int?
    public var words: [Int]

    public init(
        stage: String, code: String, severity: Severity, message: String, range: SampleRange? = nil,
        turn: Int? = nil, words: [Int] = []
    ) {
        self.stage = stage
        self.code = code
        self.severity = severity
        self.message = message
        self.range = range
        self.turn = turn
        self.words = words
    }
}

/// One recording's talk: time-aligned words and marks in turns. The raw document: it names people.
public struct Transcript: Codable, Sendable, Hashable {
    /// Version of the JSON form.
    public static let currentFormat = 1
    public var format: Int
    public var recording: RecordingReference
    /// BCP 47 tag of the talk: `nb`, `nn`, `no`, `en-US`.
    public var language: String
    public var speakers: [Speaker]
    public var turns: [Turn]
    public var findings: [Finding]

    public init(
        recording: RecordingReference, language: String = "nb", speakers: [Speaker] = [], turns: [Turn] = [],
        findings: [Finding] = []
    ) {
        self.format = Self.currentFormat
        self.recording = recording
        self.language = language
        self.speakers = speakers
        self.turns = turns
        self.findings = findings
    }

    public func speaker(_ id: String) -> Speaker? { speakers.first { $0.id == id } }
    public var wordCount: Int { turns.reduce(0) { $0 + $1.elements.count { $0.word != nil } } }

    /// The same transcript gives the same bytes: sorted keys, no escaping of slashes, a line feed at the end.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        var data = try encoder.encode(self)
        data.append(0x0A)
        return data
    }

    /// For other stages: a third of the bytes of ``encoded()``, which people read. The same transcript gives the same bytes.
    public func compact() throws -> Data {
        var shell = self
        shell.turns = []
        return try TurnwiseJSON.encode(shell, turns: turns)
    }

    /// Reads ``encoded()`` and ``compact()``.
    /// - Throws: `DecodingError`.
    public init(decoding data: Data) throws { self = try TurnwiseJSON.decode(data, as: Transcript.self, turns: \.turns) }
}
