import Signal
import Testing
@testable import Speech

@Suite struct InterviewerBeliefTests {
    private func guesses(_ turns: [(Int, String)]) -> [SpeakerRoles.Guess] {
        var position = 0
        let segments = turns.map { seconds, label in
            defer { position += seconds * 16_000 }
            return LabeledSegment(range: SampleRange(position, position + seconds * 16_000), label: label)
        }
        return SpeakerRoles(segments: segments, rate: .analysis).guesses
    }

    @Test func beliefsAddUpToOne() {
        let even = guesses([(10, "S1"), (12, "S2"), (9, "S3"), (11, "S1"), (10, "S2")])
        #expect(abs(even.reduce(0) { $0 + $1.interviewer } - 1) < 0.01)
        let clear = guesses([(2, "S1"), (90, "S2"), (2, "S1"), (80, "S2")])
        #expect(clear[0].interviewer > 0.8 && clear[0].interviewer <= 0.95)
        #expect(clear[0].interviewer == clear[0].confidence)
    }

    @Test func aLoneSpeakerMostlyAnswers() { #expect(guesses([(60, "S1")]).map(\.interviewer) == [0.2]) }
}
