import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct VoicePrinterTests {
    @Test func thePitchIsTheVoices() throws {
        let (samples, reference) = SyntheticSpeaker.conversation(
            [(0, 4), (1, 4), (0, 3), (1, 3)], seed: 5)
        var source = ArraySource(samples, rate: .analysis)
        let prints = try VoicePrinter().prints(source: &source, segments: reference)
        #expect(prints.map(\.label) == ["voice0", "voice1"])
        for (print, hertz) in zip(prints, [95.0, 210]) {
            #expect(abs(exp(try #require(print.pitch)) / hertz - 1) < 0.03)
            #expect(print.cepstrum.count == 19)
            #expect(abs(print.seconds - 7) < 0.7)
        }
    }

    @Test func aVoiceIsLikeItselfInAnotherRecording() throws {
        func prints(_ turns: [(Int, Double)], _ seed: UInt64) throws -> [VoicePrint] {
            let (samples, reference) = SyntheticSpeaker.conversation(turns.map { (speaker: $0.0, seconds: $0.1) }, seed: seed)
            // Another device: a gentle low-pass and another level.
            var last: Float = 0
            let heard = samples.map { sample -> Float in
                last = seed % 2 == 0 ? 0.8 * sample + 0.2 * last : 0.5 * sample
                return last
            }
            var source = ArraySource(heard, rate: .analysis)
            return try VoicePrinter().prints(source: &source, segments: reference)
        }
        let first = try prints([(0, 6), (1, 6)], 1), second = try prints([(0, 6), (3, 6)], 2)
        let statistics = try VoiceStatistics.shipped()
        var cluster = VoiceCluster(statistics)
        cluster.add(try #require(statistics.place(first[0])))
        let same = cluster.gain(try #require(statistics.place(second[0])))
        let other = cluster.gain(try #require(statistics.place(second[1])))
        #expect(same > other + 2)
        var known = first[0]
        known.label = "known"
        let match = try #require(try KnownVoiceMatching(known: [known], among: second).matches.first)
        #expect(match.name == "known" && match.label == "voice0" && match.belief > 0.5)
        #expect(try KnownVoiceMatching(known: [], among: second).matches.isEmpty)
    }

    @Test func onlyWhatAVoiceSaysAloneCounts() {
        func segment(_ start: Int, _ end: Int, _ label: String) -> LabeledSegment {
            LabeledSegment(range: SampleRange(start, end), label: label)
        }
        let (labels, alone) = VoicePrinter.alone([
            segment(50, 150, "b"), segment(0, 100, "a"), segment(150, 200, "b"), segment(300, 300, "c"), segment(180, 220, "a"),
        ])
        #expect(labels == ["a", "b"])
        let stretches = alone.map { [$0.range.start, $0.range.end, $0.voice] }
        #expect(stretches == [[0, 50, 0], [100, 150, 1], [150, 180, 1], [200, 220, 0]])
    }

    /// One stretch longer than the limits: the limits hold all the same. The second half has another pitch, which a
    /// measurement past the limit would find.
    @Test func longStretchesAreCutShort() throws {
        let (samples, _) = SyntheticSpeaker.conversation([(0, 4), (1, 4)], seed: 5)
        var printer = VoicePrinter()
        printer.cepstrumSeconds = 3
        printer.pitchSeconds = 3
        var source = ArraySource(samples, rate: .analysis)
        let whole = [LabeledSegment(range: SampleRange(0, samples.count), label: "a")]
        let print = try #require(try printer.prints(source: &source, segments: whole).first)
        #expect(print.seconds > 1.5 && print.seconds <= 3)
        #expect(abs(exp(try #require(print.pitch)) / 95 - 1) < 0.03)
        #expect(try #require(print.pitchSpread) < 0.2)
    }

    @Test func emptyAndShortGiveNoPrints() throws {
        var source = ArraySource([Float](repeating: 0.01, count: 32_000), rate: .analysis)
        #expect(try VoicePrinter().prints(source: &source, segments: []).isEmpty)
        var again = ArraySource([Float](repeating: 0, count: 32_000), rate: .analysis)
        let short = [LabeledSegment(range: SampleRange(0, 8_000), label: "a"), LabeledSegment(range: SampleRange(8_000, 99_000), label: "b")]
        let prints = try VoicePrinter().prints(source: &again, segments: short)
        #expect(prints.map(\.label) == ["b"])
        #expect(prints.allSatisfy { $0.pitch == nil && $0.cepstrum.allSatisfy(\.isFinite) })
        var wrong = ArraySource([0], rate: SampleRate(8_000))
        #expect(throws: SpeakerSegmentationError.self) { try VoicePrinter().prints(source: &wrong, segments: short) }
    }
}
