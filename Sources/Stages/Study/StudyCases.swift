import Anonymization
import CodingStore
import Foundation
import Pipeline
import Transcript

/// The participants of a recording as cases of the coding store.
enum StudyCases {
    /// The trait of a source that holds the day of its recording.
    static let dateTrait = "Dato"

    /// Makes those who take part in a recording cases, with the traits and the wave that the study file gives. Those who ask are none.
    ///
    /// A participant whose label the transcript knows owns that speaker's turns, and one alone in a recording whose speakers nobody
    /// knows all of it. What somebody changed in the store stays.
    static func follow(_ item: Item, _ transcript: AnonymizedTranscript, in store: CodingStore) throws {
        let people = item.recordingFacts.participants.filter { $0.role != .interviewer && $0.role != .moderator }
        let document = transcript.document
        let participations = people.compactMap { person -> Participation? in
            let own = document.speakers.first { $0.participant == person.code } ?? document.speakers.first { $0.label == person.label }
            guard own != nil || people.count == 1 else { return nil }
            // A label that the layout changes is not found among the turns.
            return Participation(code: person.code, kind: "participant", traits: person.attributes, speaker: own?.label ?? "")
        }
        // As much of the date as anonymisation has left; a day is a date, a month alone is not.
        let day = document.recording.recordedAt.map { String($0.prefix(10)) } ?? ""
        let traits = CodingStore.canonical(day, .date) == nil ? [:] : [dateTrait: day]
        try store.follow(participations, of: document.recording.id, wave: item.facts[WaveFact.name] ?? "", sourceTraits: traits)
    }
}
