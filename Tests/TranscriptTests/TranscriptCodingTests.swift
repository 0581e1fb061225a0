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
}
