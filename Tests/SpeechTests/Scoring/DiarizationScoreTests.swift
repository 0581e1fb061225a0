import Signal
import Testing
@testable import Speech

/// Segments in tenths of a second, counted at 10 Hz, so that the tests read as seconds.
private func segments(_ list: [(Double, Double, String)]) -> [LabeledSegment] {
    list.map { LabeledSegment(range: SampleRange(Int(($0.0 * 10).rounded()), Int(($0.1 * 10).rounded())), label: $0.2) }
}
private let rate = SampleRate(10)

@Suite struct DiarizationScoreTests {
    @Test func perfectWhateverTheNames() {
        let reference = segments([(0, 5, "A"), (5, 9, "B"), (10, 12, "A")])
        let hypothesis = segments([(0, 5, "B"), (5, 9, "x"), (10, 12, "B")])
        let score = DiarizationScore(reference: reference, hypothesis: hypothesis, rate: rate)
        #expect(score == DiarizationScore(total: 11, miss: 0, falseAlarm: 0, confusion: 0))
        #expect(score.errorRate == 0)
    }

    /// The worked example of the pyannote.metrics documentation (error rate 0.516), counted by hand.
    @Test func countsByHand() {
        let reference = segments([(0, 10, "A"), (12, 20, "B"), (24, 27, "A"), (30, 40, "C")])
        let hypothesis = segments([(2, 13, "a"), (13, 14, "d"), (14, 20, "b"), (22, 38, "c"), (38, 40, "d")])
        // a↔A 8 s, b↔B 6, c↔C 8. Misses 0–2; false alarms 10–12, 22–24, 27–30; confusions 12–13, 13–14, 24–27, 38–40.
        let score = DiarizationScore(reference: reference, hypothesis: hypothesis, rate: rate)
        #expect(score == DiarizationScore(total: 31, miss: 2, falseAlarm: 7, confusion: 7))
    }

    @Test func overlapCountsEachSpeaker() {
        let reference = segments([(0, 10, "A"), (5, 10, "B")])
        let one = DiarizationScore(reference: reference, hypothesis: segments([(0, 10, "x")]), rate: rate)
        #expect(one == DiarizationScore(total: 15, miss: 5, falseAlarm: 0, confusion: 0))
        let skipped = DiarizationScore(
            reference: reference, hypothesis: segments([(0, 10, "x")]), rate: rate, skipOverlap: true)
        #expect(skipped == DiarizationScore(total: 5, miss: 0, falseAlarm: 0, confusion: 0))
    }

    @Test func sameLabelOverlappingCountsTwice() {
        let reference = segments([(0, 10, "A"), (5, 10, "A")])
        let score = DiarizationScore(reference: reference, hypothesis: segments([(0, 10, "x")]), rate: rate)
        #expect(score == DiarizationScore(total: 15, miss: 5, falseAlarm: 0, confusion: 0))
    }

    @Test func collarIsCentredOnReferenceEdges() {
        let reference = segments([(0, 10, "A"), (10, 20, "B")])
        let hypothesis = segments([(0, 10.5, "A"), (10.5, 20, "B")])
        #expect(DiarizationScore(reference: reference, hypothesis: hypothesis, rate: rate).confusion == 0.5)
        let score = DiarizationScore(reference: reference, hypothesis: hypothesis, rate: rate, collar: 1)
        #expect(score == DiarizationScore(total: 18, miss: 0, falseAlarm: 0, confusion: 0))
    }

    @Test func regionsLimitTheScore() {
        let reference = segments([(0, 10, "A")]), hypothesis = segments([(5, 15, "x")])
        let score = DiarizationScore(
            reference: reference, hypothesis: hypothesis, rate: rate, regions: [SampleRange(0, 60), SampleRange(50, 120)])
        #expect(score == DiarizationScore(total: 10, miss: 5, falseAlarm: 2, confusion: 0))
        #expect(DiarizationScore(reference: reference, hypothesis: hypothesis, rate: rate).falseAlarm == 5)
    }

    @Test func emptySides() {
        let some = segments([(0, 10, "A")])
        #expect(DiarizationScore(reference: [], hypothesis: [], rate: rate).errorRate == 0)
        #expect(DiarizationScore(reference: [], hypothesis: some, rate: rate).errorRate == 1)
        #expect(DiarizationScore(reference: some, hypothesis: [], rate: rate).errorRate == 1)
        #expect(DiarizationScore(reference: some, hypothesis: [], rate: rate, regions: []).total == 0)
    }

    /// Against a frame-by-frame count with the best of all label permutations.
    @Test func agreesWithBruteForce() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<30 {
            func random(_ labels: [String]) -> [LabeledSegment] {
                (0..<12).map { _ in
                    let start = Int.random(in: 0..<180, using: &generator)
                    return LabeledSegment(
                        range: SampleRange(start, start + Int.random(in: 1..<25, using: &generator)),
                        label: labels.randomElement(using: &generator)!)
                }
            }
            let reference = random(["A", "B", "C"]), hypothesis = random(["x", "y", "z"])
            var best = Double.infinity
            for permutation in [["A", "B", "C"], ["A", "C", "B"], ["B", "A", "C"], ["B", "C", "A"], ["C", "A", "B"], ["C", "B", "A"]] {
                let map = Dictionary(uniqueKeysWithValues: zip(["x", "y", "z"], permutation))
                var errors = 0, total = 0
                for t in 0..<220 {
                    let r = reference.filter { $0.range.contains(t) }.map(\.label)
                    var h = hypothesis.filter { $0.range.contains(t) }.map { map[$0.label]! }
                    let m = h.count
                    var correct = 0
                    for label in r {
                        if let i = h.firstIndex(of: label) {
                            h.remove(at: i)
                            correct += 1
                        }
                    }
                    errors += max(r.count, m) - correct
                    total += r.count
                }
                best = min(best, Double(errors) / Double(total))
            }
            let score = DiarizationScore(reference: reference, hypothesis: hypothesis, rate: rate)
            // The map maximises common time over pairs of segments; with overlap within a label that can differ a little
            // from the map with the fewest errors, never be better.
            #expect(score.errorRate >= best - 1e-9)
            #expect(score.errorRate <= best + 0.12)
        }
    }

    @Test func assignmentIsOptimal() {
        var generator = SeededGenerator(seed: 3)
        for (rows, columns) in [(1, 1), (3, 3), (2, 4), (4, 2), (5, 5), (1, 6)] {
            for _ in 0..<20 {
                let weights = (0..<rows).map { _ in
                    (0..<columns).map { _ in Double(Int.random(in: 0...9, using: &generator)) }
                }
                func best(_ row: Int, _ used: Set<Int>) -> Double {
                    if row == rows { return 0 }
                    var result = rows > columns ? best(row + 1, used) : -Double.infinity
                    for c in 0..<columns where !used.contains(c) {
                        result = max(result, weights[row][c] + best(row + 1, used.union([c])))
                    }
                    return result
                }
                let assignment = OptimalAssignment.maximum(weights)
                let chosen = assignment.compactMap { $0 }
                #expect(Set(chosen).count == chosen.count && chosen.count == min(rows, columns))
                var total = 0.0
                for (row, column) in assignment.enumerated() {
                    if let column { total += weights[row][column] }
                }
                #expect(total == best(0, []))
            }
        }
    }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
