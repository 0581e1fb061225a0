import Signal
import Testing
@testable import Speech

@Suite struct LabelMatchingTests {
    private func segment(_ start: Int, _ end: Int, _ label: String) -> LabeledSegment {
        LabeledSegment(range: SampleRange(start, end), label: label)
    }

    /// Turns of alternating voices with the lengths given, 100 samples of silence between.
    private func talk(_ lengths: [Int], _ voices: [String]) -> [LabeledSegment] {
        var at = 0
        return lengths.enumerated().map { index, length in
            defer { at += length + 100 }
            return segment(at, at + length, voices[index % voices.count])
        }
    }

    @Test func timedLabelsFindTheirVoices() throws {
        let segments = talk([100, 900, 150, 700], ["S1", "S2"])
        let pieces = segments.map {
            LabelMatching.Piece(label: $0.label == "S1" ? "intervjuer" : "informant", weight: 1, range: $0.range)
        }
        let matching = LabelMatching(pieces: pieces, segments: segments)
        #expect(matching.matches.map(\.label) == ["intervjuer", "informant"])
        #expect(matching.voice(of: "intervjuer")?.voice == "S1")
        #expect(matching.matches.allSatisfy { $0.belief > 0.99 })
    }

    @Test func untimedTextIsLaidOverTheSpeech() throws {
        var generator = SeededGenerator(seed: 8)
        let lengths = (0..<24).map { Int.random(in: $0 % 2 == 0 ? 200...900 : 1_500...6_000, using: &generator) }
        let segments = talk(lengths, ["S1", "S2"])
        // The typist's letters follow the lengths within a third.
        let pieces = lengths.enumerated().map { index, length in
            LabelMatching.Piece(label: index % 2 == 0 ? "i" : "b", weight: Double(length) * Double.random(in: 0.75...1.33, using: &generator))
        }
        let matching = LabelMatching(pieces: pieces, segments: segments)
        #expect(matching.voice(of: "i")?.voice == "S1")
        #expect(matching.voice(of: "b")?.voice == "S2")
        // Exact letters leave no doubt.
        let exact = LabelMatching(
            pieces: lengths.enumerated().map { .init(label: $0 % 2 == 0 ? "i" : "b", weight: Double($1)) }, segments: segments)
        #expect(exact.matches.allSatisfy { $0.belief > 0.98 })
    }

    @Test func oneTimeCodeHoldsTheRestInPlace() throws {
        let segments = talk([1_000, 1_000, 1_000, 1_000], ["S1", "S2"])
        // The first turn was written out at twice the length; the third has a time.
        let pieces: [LabelMatching.Piece] = [
            .init(label: "a", weight: 2), .init(label: "b", weight: 1), .init(label: "a", weight: 1, range: segments[2].range),
            .init(label: "b", weight: 1),
        ]
        let matching = LabelMatching(pieces: pieces, segments: segments)
        #expect(matching.voice(of: "a")?.voice == "S1" && matching.voice(of: "b")?.voice == "S2")
    }

    @Test func chanceIsNoBelief() throws {
        let segments = talk([1_000, 1_000], ["S1", "S2"])
        let everything = SampleRange(0, 2_100)
        let matching = LabelMatching(
            pieces: [.init(label: "a", weight: 1, range: everything), .init(label: "b", weight: 1, range: everything)],
            segments: segments)
        #expect(matching.matches.allSatisfy { $0.belief < 0.55 })
        #expect(LabelMatching(pieces: [], segments: segments).matches.isEmpty)
        #expect(LabelMatching(pieces: [.init(label: "a", weight: .zero)], segments: segments).matches.isEmpty)
        #expect(LabelMatching(pieces: [.init(label: "a", weight: 1)], segments: []).matches.isEmpty)
    }

    @Test func moreLabelsThanVoicesLeaveSomeWithout() throws {
        let segments = talk([1_000, 1_000, 500], ["S1", "S2", "S1"])
        let pieces = zip(segments, ["a", "b", "c"]).map { LabelMatching.Piece(label: $1, weight: 1, range: $0.range) }
        let matching = LabelMatching(pieces: pieces, segments: segments)
        #expect(Set(matching.matches.map(\.voice)).count == matching.matches.count)
        #expect(matching.matches.count == 2)
    }
}
