import Foundation
import Pipeline
import Signal
import Testing
import Transcript

@testable import Anonymization
@testable import Stages

@Suite struct FigureToolsTests {
    /// A word a second from 1 s; nil for a word nobody found in the sound.
    private func talk(_ words: [(String, Double?)], range: (Double, Double)? = nil, id: String = "P07") -> Transcript {
        let elements = words.enumerated().map { index, word in
            Element.word(Word(id: index + 1, text: word.0, range: word.1.map { SampleRange(Int($0 * 16_000), Int($0 * 16_000) + 8_000) }))
        }
        return Transcript(
            recording: RecordingReference(id: id, digest: "", rate: .analysis, length: 160_000, channels: 1),
            speakers: [Speaker(id: "S1", label: "Informant 4", role: .participant)],
            turns: [Turn(id: 1, speaker: "S1", range: range.map { SampleRange(Int($0.0 * 16_000), Int($0.1 * 16_000)) }, elements: elements)])
    }

    private func quote(_ transcript: Transcript, _ from: Double, _ to: Double, _ citation: String = "") throws -> String {
        try QuoteTool.quote(transcript.encoded(), from: from, to: to, pattern: citation, notation: "helse").text
    }

    @Test func aQuotationLosesNoWordThatHasNoTime() throws {
        let words: [(String, Double?)] = [("Det", nil), ("var", 1), ("ikke", nil), ("bra", 2), ("for", nil), ("oss", nil)]
        #expect(try quote(talk(words), 0, 9) == "Var ikke bra.")
        // The turn's own times say that its ends lie between the two, too.
        #expect(try quote(talk(words, range: (0.5, 4)), 0, 9) == "Det var ikke bra for oss.")
        #expect(try quote(talk(words, range: (0.5, 4)), 0.8, 3) == "Var ikke bra.")
        // One with a time outside stays outside, with what follows it.
        #expect(try quote(talk([("ja", 1), ("nei", nil), ("jo", 5)]), 0, 3) == "Ja.")
    }

    @Test func withoutACitationNothingFollowsTheWords() throws {
        #expect(try quote(talk([("Ja", 1)]), 0, 9, "") == "Ja.")
        #expect(try quote(talk([("Ja", 1)]), 0, 9, "({label})") == "Ja. (Informant 4)")
    }

    @Test func aRecordingCountsOnceInATable() throws {
        let one = try talk([("Ja", 1)]).encoded(), other = try talk([("Ja", 1)], id: "P08").encoded()
        #expect(throws: StageFault.self) { try FigureTools.statistics([one, other, one], format: "csv", english: false) }
        #expect(try FigureTools.statistics([one, other], format: "csv", english: false).count == 2)
    }

    @Test func oneRawTranscriptMakesTheTablesConfidential() throws {
        let raw = try talk([("Ja", 1)]).encoded()
        let sealed = try AnonymizedTranscript(document: talk([("Ja", 1)], id: "P08"), policy: "test", status: .deidentified).encoded()
        for (inputs, status) in [([sealed], "deidentified"), ([raw, sealed], "confidential"), ([raw], "confidential")] {
            for file in try FigureTools.statistics(inputs, format: "csv", english: false) {
                #expect(file.isConfidential == (status == "confidential"))
                let rows = String(decoding: file.data, as: UTF8.self).components(separatedBy: "\r\n").dropLast().map { $0.components(separatedBy: ",").last }
                #expect(rows.first == "status" && rows.dropFirst().allSatisfy { $0 == status })
            }
        }
    }
}
