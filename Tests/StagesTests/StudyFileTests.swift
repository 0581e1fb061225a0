import Foundation
import Pipeline
import Testing
@testable import Stages

@Suite struct StudyFileTests {
    static let good = """
        study: Samhandling
        pipeline: studier/k
        notation: gat2
        retention: {delete_audio_by: 2027-06-30}
        participants:
          - {code: INT, label: Intervjuer, role: interviewer}
          - {code: I4, label: Informant 4, attributes: {kommune: A, stilling: leder}}
        recordings:
          - {id: P07, files: [opptak/a.wav, opptak/b.wav], speakers: 2, participants: [INT, I4], date: 2026-03-12}
        settings:
          prosody: {pause_min: 0.3}
          export: {formats: [docx, vtt]}
        """

    @Test func readsWhatItSays() throws {
        let file = try StudyFile(yaml: Self.good, file: "ordrett.yaml")
        #expect(file.title == "Samhandling")
        #expect(file.recordings.first?.files == ["opptak/a.wav", "opptak/b.wav"])
        #expect(file.participants.map(\.label) == ["Intervjuer", "Informant 4"])
        #expect(file.participants[1].attributes["stilling"] == "leder")
        #expect(file.settings == ["prosody": ["pause_min": "0.3"], "export": ["formats": "['docx', 'vtt']"]])
        #expect(file.deleteAudioBy == "2027-06-30")
    }

    struct Bad: Sendable { var from: String, to: String, line: Int, says: String }

    static let bad = [
        Bad(from: "study: Samhandling", to: "sudy: x", line: 1, says: "allowed: study"),
        Bad(from: "notation: gat2", to: "notation: gat2\nnotation: helse", line: 3, says: "'notation' stands twice"),
        Bad(from: "2027-06-30", to: "30.06.27", line: 4, says: "year-month-day"),
        Bad(from: "role: interviewer", to: "role: boss", line: 6, says: "interviewer, participant"),
        Bad(from: "participants: [INT, I4]", to: "participants: [INT, I5]", line: 9, says: "INT, I4"),
        Bad(from: "id: P07", to: "id: ../P07", line: 9, says: "cannot be an id"),
        Bad(from: "speakers: 2", to: "speakers: two", line: 9, says: "whole number"),
    ]

    @Test(arguments: bad) func errorsSayWhereAndWhatIsAllowed(_ bad: Bad) throws {
        let yaml = Self.good.replacingOccurrences(of: bad.from, with: bad.to)
        do {
            _ = try StudyFile(yaml: yaml, file: "ordrett.yaml")
            Issue.record("should not be accepted")
        } catch let error as DefinitionError {
            #expect(error.line == bad.line)
            #expect(error.description.contains(bad.says))
        }
    }

    @Test func everyShippedPipelineIsValid() throws {
        #expect(PipelineLibrary.shipped.count == 7)
        for name in PipelineLibrary.shipped { #expect(try PipelineLibrary.load(name).name == name) }
    }
}
