import Foundation
import Signal
import Testing
import Transcript

@testable import Redaction

/// Words at 1,000 samples a second, so that a sample is a millisecond. Nil for a word without a time.
private func transcript(_ turns: [(speaker: String, words: [(String, ClosedRange<Int>?)])]) -> Transcript {
    var id = 0
    return Transcript(
        recording: .init(id: "r", digest: "", rate: SampleRate(1_000), length: 20_000, channels: 1),
        turns: turns.enumerated().map { number, turn in
            Turn(id: number + 1, speaker: turn.speaker, elements: turn.words.map { text, range in
                id += 1
                return .word(Word(
                    id: id, text: text, range: range.map { SampleRange($0.lowerBound, $0.upperBound) },
                    placement: range == nil ? .unplaced : .aligned, confidence: range == nil ? 0 : 0.9))
            })
        })
}

@Suite struct RedactionPlannerTests {
    private let planner = RedactionPlanner(.init(margin: 0.1, gap: 0.1))

    private func ranges(_ plan: RedactionPlan) -> [ClosedRange<Int>] { plan.spans.map { $0.range.start...$0.range.end } }

    @Test func aNameGoesWithItsMargin() throws {
        let talk = transcript([("A", [("hun", 1_000...1_200), ("heter", 1_250...1_500), ("Kari", 1_550...1_900), ("da", 3_000...3_200)])])
        let plan = try planner.plan(talk, identifiers: [.init(words: [3], type: "person")], length: 20_000)
        #expect(ranges(plan) == [1_450...2_000])
        #expect(plan.counts == ["person": 1] && plan.guessed == 0)
        #expect(plan.spans[0].types == ["person"] && !plan.spans[0].hasOthers)
    }

    @Test func severalWordsAreOneStretchAndNearOnesAreJoined() throws {
        let talk = transcript([("A", [("Kari", 1_000...1_300), ("Nordmann", 1_700...2_200), ("i", 2_250...2_300), ("Bodø", 2_450...2_900), ("ja", 9_000...9_200)])])
        let name = try planner.plan(talk, identifiers: [.init(words: [1, 2], type: "person")], length: 20_000)
        #expect(ranges(name) == [900...2_300])
        let both = try planner.plan(talk, identifiers: [.init(words: [1, 2], type: "person"), .init(words: [4], type: "place")], length: 20_000)
        #expect(ranges(both) == [900...3_000])
        #expect(both.spans[0].types == ["person", "place"] && both.spans[0].identifiers == 2)
    }

    @Test func theMarginEndsWithTheRecording() throws {
        let talk = transcript([("A", [("Kari", 20...400), ("sa", 900...1_200), ("Bodø", 19_700...19_990)])])
        let plan = try planner.plan(talk, identifiers: [.init(words: [1], type: "person"), .init(words: [3], type: "place")], length: 20_000)
        #expect(ranges(plan) == [0...500, 19_600...20_000])
    }

    @Test func aWordWithoutATimeTakesAllBetweenItsNeighbours() throws {
        let talk = transcript([("A", [("hun", 1_000...1_200), ("heter", nil), ("Kari", nil), ("vet", nil), ("du", 4_000...4_200)])])
        let plan = try planner.plan(talk, identifiers: [.init(words: [3], type: "person")], length: 20_000)
        #expect(ranges(plan) == [1_100...4_100])
        #expect(plan.guessed == 1 && plan.spans[0].isGuessed)
    }

    @Test func aDoubtfulTimeIsNoTime() throws {
        for placement in [Placement.interpolated, .aligned] {
            var talk = transcript([("A", [("hun", 1_000...1_200), ("Kari", 1_300...1_500), ("du", 4_000...4_200)])])
            guard case .word(var word) = talk.turns[0].elements[1] else { return }
            word.placement = placement
            word.confidence = 0.2
            talk.turns[0].elements[1] = .word(word)
            let plan = try planner.plan(talk, identifiers: [.init(words: [2], type: "person")], length: 20_000)
            #expect(ranges(plan) == [1_100...4_100] && plan.guessed == 1)
        }
    }

    @Test func atTheEndsTheRecordingIsTheNeighbour() throws {
        let talk = transcript([("A", [("Kari", nil), ("sa", 5_000...5_200), ("Bodø", nil)])])
        let plan = try planner.plan(talk, identifiers: [.init(words: [1], type: "person"), .init(words: [3], type: "place")], length: 20_000)
        #expect(ranges(plan) == [0...20_000])  // the single word between them stands within both margins
        #expect(plan.guessed == 2)
    }

    /// The word that follows in the text was said before, in another's turn: what lies between would be nothing.
    @Test func overlappingTurnsLeaveNoNameAudible() throws {
        let talk = transcript([
            ("A", [("jeg", 1_000...1_300), ("kjenner", 6_000...6_500), ("Kari", nil)]), ("B", [("mm", 3_000...3_200)]),
            ("A", [("godt", 8_000...8_400)]),
        ])
        let plan = try planner.plan(talk, identifiers: [.init(words: [3], type: "person")], length: 20_000)
        let span = try #require(plan.spans.first)
        #expect(span.range == SampleRange(6_400, 8_100))
    }

    @Test func whoElseSpeaksIsNoted() throws {
        let talk = transcript([("A", [("Kari", 1_000...1_500)]), ("B", [("ja", 1_450...1_700), ("du", 5_000...5_200)])])
        let plan = try planner.plan(talk, identifiers: [.init(words: [1], type: "person")], length: 20_000)
        #expect(plan.spans[0].hasOthers)
    }

    @Test func withoutAnyTimeItRefuses() throws {
        let talk = transcript([("A", [("Kari", nil), ("sa", nil)])])
        #expect(throws: RedactionError.noTimes) { _ = try planner.plan(talk, identifiers: [.init(words: [1], type: "person")], length: 20_000) }
        #expect(try planner.plan(talk, identifiers: [], length: 20_000).spans.isEmpty)
    }

    @Test func aFindingWithoutItsWordIsCounted() throws {
        let talk = transcript([("A", [("Kari", 100...300)])])
        let plan = try planner.plan(talk, identifiers: [.init(words: [77], type: "person")], length: 20_000)
        #expect(plan.missing == 1 && plan.spans.isEmpty)
    }

    /// Whatever is known and not known of the times: a word said at its true time is inside a span.
    @Test(arguments: 0..<40) func noNameIsEverLeftAudible(seed: Int) throws {
        var generator = SystemRandom(seed: UInt64(seed) + 1)
        var words: [(String, ClosedRange<Int>?)] = [], truth: [ClosedRange<Int>] = [], at = 100
        for _ in 0..<60 {
            let length = Int.random(in: 80...300, using: &generator)
            truth.append(at...at + length)
            words.append((String(repeating: "a", count: Int.random(in: 1...5, using: &generator)), Int.random(in: 0..<3, using: &generator) == 0 ? nil : at...at + length))
            at += length + Int.random(in: 0...60, using: &generator)
        }
        guard words.contains(where: { $0.1 != nil }) else { return }
        let chosen = (0..<60).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
        let plan = try RedactionPlanner(.init(margin: 0)).plan(
            transcript([("A", words)]), identifiers: chosen.map { .init(words: [$0 + 1], type: "person") }, length: 20_000)
        for index in chosen {
            #expect(plan.spans.contains { $0.range.start <= truth[index].lowerBound && $0.range.end >= truth[index].upperBound }, "word \(index)")
        }
        for (before, after) in zip(plan.spans, plan.spans.dropFirst()) { #expect(before.range.end < after.range.start) }
    }

    @Test func speechWithoutWordsIsPointedAt() {
        let found = RedactionReport.wordless(
            speech: [SampleRange(0, 5_000), SampleRange(8_000, 8_300), SampleRange(10_000, 12_000)],
            words: [SampleRange(300, 1_000), SampleRange(3_000, 4_900)], spans: [SampleRange(10_000, 11_000)], rate: SampleRate(1_000))
        #expect(found == [.init(start: 1.25, end: 2.75), .init(start: 11, end: 12)])
    }
}

struct SystemRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
