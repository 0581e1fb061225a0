import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct VoiceActivityScoreTests {
    @Test func countsFrames() {
        let score = VoiceActivityScore(
            reference: [SampleRange(16_000, 32_000)], hypothesis: [SampleRange(24_000, 40_000)], rate: .analysis,
            regions: [SampleRange(0, 64_000)])
        #expect(score == VoiceActivityScore(speechFrames: 100, otherFrames: 300, missedFrames: 50, falseAlarmFrames: 50))
        #expect(score.missPercent == 50)
        #expect(abs(score.falseAlarmPercent - 100.0 / 6) < 1e-9)
        #expect(abs(score.balancedErrorPercent - (50 + 100.0 / 6) / 2) < 1e-9)
    }

    @Test func regionsAndOddRates() {
        let rate = SampleRate(44_100)
        let score = VoiceActivityScore(
            reference: [SampleRange(0, 44_100)], hypothesis: [], rate: rate,
            regions: [SampleRange(22_050, 88_200), SampleRange(44_100, 66_150)])
        #expect(score.speechFrames == 50 && score.otherFrames == 100 && score.missedFrames == 50)
        #expect(VoiceActivityScore(reference: [], hypothesis: [], rate: rate).balancedErrorPercent == 0)
    }

    @Test func survivesCoding() throws {
        let score = VoiceActivityScore(speechFrames: 8, otherFrames: 4, missedFrames: 2, falseAlarmFrames: 1)
        let data = try JSONEncoder().encode(score)
        #expect(String(decoding: data, as: UTF8.self).contains("\"balancedErrorPercent\":25"))
        #expect(try JSONDecoder().decode(VoiceActivityScore.self, from: data) == score)
    }
}

@Suite struct WordScoreTests {
    @Test func countsAndFolds() {
        let score = WordScore(referenceText: "Ja, det var – en fin dag.", hypothesisText: "ja det er en dag i dag")
        // var→er, fin left out, "i dag" put in.
        #expect(score.words == 6)
        #expect(score.substitutions + score.deletions + score.insertions == 3)
        #expect(score.errorRate == 0.5)
        let raw = WordScore(referenceText: "Ja, det", hypothesisText: "ja det", folding: false)
        #expect(raw == WordScore(words: 2, substitutions: 1, deletions: 0, insertions: 0))
    }

    @Test func emptySides() {
        #expect(WordScore(reference: [], hypothesis: []).errorRate == 0)
        #expect(WordScore(reference: [], hypothesis: ["a"]).errorRate == 1)
        #expect(WordScore(reference: ["a", "…"], hypothesis: []) == WordScore(words: 1, substitutions: 0, deletions: 1, insertions: 0))
    }

    /// Long enough for the divide and conquer, against the plain recurrence.
    @Test func isTheLeastNumberOfEdits() {
        var generator = SeededGenerator(seed: 5)
        for (n, m) in [(0, 3), (1, 500), (40, 37), (700, 650), (300, 900)] {
            let a = (0..<n).map { _ in Int.random(in: 0..<12, using: &generator) }
            let b = (0..<m).map { _ in Int.random(in: 0..<12, using: &generator) }
            var row = Array(0...m)
            for i in 0..<n {
                var next = [i + 1]
                for j in 0..<m { next.append(min(row[j] + (a[i] == b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)) }
                row = next
            }
            var i = 0, j = 0, cost = 0
            for step in EditScript.steps(from: a, to: b) {
                switch step {
                case .match(let r, let h):
                    #expect(r == i && h == j && a[r] == b[h])
                    i += 1
                    j += 1
                case .substitute(let r, let h):
                    #expect(r == i && h == j)
                    i += 1
                    j += 1
                    cost += 1
                case .delete(let r):
                    #expect(r == i)
                    i += 1
                    cost += 1
                case .insert(let h):
                    #expect(h == j)
                    j += 1
                    cost += 1
                }
            }
            #expect(i == n && j == m && cost == row[m])
        }
    }
}

@Suite struct BoundaryScoreTests {
    @Test func measuresEdgesOfMatchedWords() {
        func word(_ text: String, _ start: Int, _ end: Int) -> BoundaryScore.TimedWord {
            .init(text: text, range: SampleRange(start, end))
        }
        let score = BoundaryScore(
            reference: [word("Hei,", 0, 100), word("på", 100, 200), word("deg", 300, 400), word("borte", 500, 600)],
            hypothesis: [word("hei", 10, 100), word("på", 70, 160), word("eh", 200, 210), word("deg", 420, 555)],
            rate: SampleRate(1_000))
        #expect(score.matched == 3 && score.unmatchedReference == 1 && score.unmatchedHypothesis == 1)
        #expect(score.starts.medianAbsolute == 30)
        #expect(abs(score.starts.meanAbsolute - 160.0 / 3) < 1e-9)
        #expect(abs(score.starts.meanSigned - 100.0 / 3) < 1e-9)
        #expect(abs(score.starts.within20 - 1.0 / 3) < 1e-9 && abs(score.starts.within50 - 2.0 / 3) < 1e-9)
        #expect(score.starts.within150 == 1)
        #expect(score.ends.medianAbsolute == 40 && abs(score.ends.within150 - 2.0 / 3) < 1e-9)
    }

    @Test func nothingMatches() {
        let score = BoundaryScore(reference: [], hypothesis: [], rate: .analysis)
        #expect(score.matched == 0 && score.starts.meanAbsolute == 0 && score.starts.within150 == 0)
    }
}

@Suite struct SpanScoreTests {
    @Test func exactAndOverlapByType() {
        func span(_ start: Int, _ end: Int, _ type: String) -> SpanScore.Span { .init(start: start, end: end, type: type) }
        let score = SpanScore(
            reference: [span(0, 5, "person"), span(10, 20, "person"), span(30, 35, "place")],
            hypothesis: [span(0, 5, "person"), span(12, 14, "person"), span(15, 25, "person"), span(30, 35, "person")])
        #expect(score.exact.right == 1 && score.exact.precision == 0.25 && abs(score.exact.recall - 1.0 / 3) < 1e-9)
        #expect(score.overlap.found == 2 && score.overlap.right == 3 && score.overlap.precision == 0.75)
        #expect(abs(score.overlap.recall - 2.0 / 3) < 1e-9)
        #expect(score.byType.map(\.type) == ["person", "place"])
        #expect(score.byType[0].overlap.recall == 1 && score.byType[1].exact.f1 == 0)
    }

    /// Overlap counting against the plain double loop.
    @Test func overlapAgreesWithDoubleLoop() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<50 {
            func random() -> [SpanScore.Span] {
                (0..<20).map { _ in
                    let start = Int.random(in: 0..<200, using: &generator)
                    return .init(start: start, end: start + Int.random(in: 0..<15, using: &generator), type: "x")
                }
            }
            let r = random(), h = random()
            let found = r.count { a in h.contains { max(a.start, $0.start) < min(a.end, $0.end) } }
            let right = h.count { a in r.contains { max(a.start, $0.start) < min(a.end, $0.end) } }
            let score = SpanScore(reference: r, hypothesis: h)
            #expect(score.overlap.found == found && score.overlap.right == right)
        }
    }
}
