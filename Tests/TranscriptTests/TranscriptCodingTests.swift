import Foundation
import Signal
import Testing
@testable import Transcript

@Suite struct TranscriptCodingTests {
    static let sample = Transcript(
        recording: .init(id: "P01", digest: "ab", rate: SampleRate(44_100), length: 441_000, channels: 2),
        speakers: [Speaker(id: "S1", label: "Intervjuer", role: .interviewer)],
        turns: [
            Turn(
                id: 1, speaker: "S1", range: SampleRange(10, 90),
                elements: [
                    .word(Word(id: 1, text: "Hei", trail: ",", range: SampleRange(10, 20), placement: .given)),
                    .mark(Mark(kind: .pause, source: .measured, range: SampleRange(20, 60), evidence: ["duration_s": 0.4])),
                ])
        ])

    @Test func roundTripsAndIsStable() throws {
        let data = try Self.sample.encoded()
        #expect(try Transcript(decoding: data) == Self.sample)
        #expect(try Transcript(decoding: data).encoded() == data)
    }

    /// What Foundation makes of the whole.
    private func reference(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    @Test func turnByTurnGivesTheBytesOfTheWhole() throws {
        for seed in 0..<60 as Range<UInt64> {
            var random = RandomTranscripts(seed: seed)
            let one = random.transcript(turns: 1 + Int(seed % 5))
            let data = try one.compact()
            #expect(try data == reference(one))
            #expect(try Transcript(decoding: data) == one)
            #expect(try Transcript(decoding: one.encoded()) == one)
            // As part of a file that is held in memory.
            #expect(try Transcript(decoding: (Data([1, 2, 3]) + data).dropFirst(3)) == one)
        }
    }

    @Test func textThatLooksLikeJSONDoesNoHarm() throws {
        var odd = Self.sample
        let texts = ["\"turns\":[", "]}],\"turns\":[{", "\\\"turns\\\":[", "\\", "\"", "[[[", "}},{", "\\\\\"]"]
        odd.recording.id = texts[0]
        odd.language = texts[1]
        odd.speakers = texts.map { Speaker(id: $0, label: $0, role: .interviewer) }
        odd.turns = texts.enumerated().map { n, text in Turn(id: n, speaker: text, elements: texts.map { .word(Word(id: n, text: $0, lead: text)) }) }
        odd.findings = texts.map { Finding(stage: $0, code: $0, severity: .note, message: $0) }
        let data = try odd.compact()
        #expect(try data == reference(odd))
        #expect(try Transcript(decoding: data) == odd)
        odd.turns = []
        #expect(try odd.compact() == reference(odd) && Transcript(decoding: odd.compact()) == odd)
    }

    @Test func othersMayCallThingsTurnsToo() throws {
        let own = String(decoding: try Self.sample.compact(), as: UTF8.self)
        for extra in ["\"engine\":{\"turns\":[1,2]},", "\"engine\":{\"turns\":[{\"id\":9}]},"] {
            #expect(try Transcript(decoding: Data(("{" + extra + own.dropFirst()).utf8)) == Self.sample)
        }
        var empty = Self.sample
        empty.turns = []
        let blank = String(decoding: try empty.compact(), as: UTF8.self).replacingOccurrences(of: "\"turns\":[]", with: "\"turns\":[ ]")
        #expect(try Transcript(decoding: Data(blank.utf8)) == empty)
    }

    @Test func whatIsCutOffIsRefused() throws {
        let data = try Self.sample.compact()
        for count in 0..<data.count { #expect(throws: DecodingError.self) { try Transcript(decoding: data.prefix(count)) } }
    }
}
