import Foundation
import Pipeline
import Transcript

/// What the study says of one recording, as the stages read it. Travels as one fact of the item, `recording`.
public struct ItemFacts: Codable, Sendable, Hashable {
    public static let name = "recording"

    public var language: String
    public var speakers: Int?
    public var participants: [StudyFile.Participant]
    public var date: String?

    public init(
        language: String = "nb", speakers: Int? = nil, participants: [StudyFile.Participant] = [], date: String? = nil
    ) {
        self.language = language
        self.speakers = speakers
        self.participants = participants
        self.date = date
    }

    /// The same facts give the same text.
    var canonical: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// Who asks in a recording, as the study file says: a fact of its own, so that setting it runs no more again than it must.
enum InterviewerFact {
    static let name = "interviewer"

    static func canonical(_ voices: [String]) -> String? { voices.isEmpty ? nil : voices.joined(separator: "\n") }
}

/// The wave of data collection that a recording belongs to: a fact of its own, since only the coding store reads it.
enum WaveFact {
    static let name = "wave"
}

/// Whether files of a recording may be made for sharing. A fact only where they may not, so that other studies run as before.
enum SharingFact {
    static let name = "sharing"
    static let withheld = "withheld"
}

extension Item {
    /// Somebody in the recording has not said yes to sharing, and the study demands it.
    var isWithheldFromSharing: Bool { facts[SharingFact.name] == SharingFact.withheld }

    /// The voices or labels that the study file names as the interviewer's; empty when it says nothing.
    var statedInterviewers: [String] { facts[InterviewerFact.name]?.split(separator: "\n").map(String.init) ?? [] }

    /// The study's facts of this recording; plain defaults when it has none.
    var recordingFacts: ItemFacts {
        facts[ItemFacts.name].flatMap { try? JSONDecoder().decode(ItemFacts.self, from: Data($0.utf8)) } ?? ItemFacts()
    }
}
