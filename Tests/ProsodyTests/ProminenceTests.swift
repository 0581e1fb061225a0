import Foundation
import Signal
import Testing
import Transcript

@testable import Prosody

@Suite struct ProminenceTests {
    /// Twenty equal words, some of them changed.
    func measure(
        gains: [Int: Float] = [:], lengths: [Int: Double] = [:], pitches: [Int: Double] = [:], count: Int = 20
    ) throws -> [Prominence] {
        var talk = TestTalk()
        talk.silence(0.3)
        for index in 0..<count {
            talk.word(lengths[index] ?? 0.25, gain: gains[index] ?? 0.1, hertz: pitches[index] ?? 110 + Double(index % 3))
            talk.silence(0.06)
        }
        var source = ArraySource(talk.samples, rate: .analysis)
        let words = talk.words.map { ProsodicWord(text: "ordet", range: $0) }
        return try ProsodyAnalyzer().prominence(words: words, source: &source).compactMap { $0 }
    }

    func strongest(_ values: [Prominence]) -> Int? { values.indices.max { values[$0].strength < values[$1].strength } }

    @Test func louderLongerOrHigherStandsOut() throws {
        #expect(strongest(try measure(gains: [8: 0.5])) == 8)
        #expect(strongest(try measure(lengths: [11: 0.6])) == 11)
        #expect(strongest(try measure(pitches: [5: 190])) == 5)
    }

    @Test func allThreeTogetherReachLevelTwoAlone() throws {
        let values = try measure(gains: [8: 0.4], lengths: [8: 0.5], pitches: [8: 160])
        #expect(values.indices.filter { values[$0].level == 2 } == [8])
        #expect((values[8].evidence["loudness_db"] ?? 0) > 6)
        #expect((values[8].evidence["f0_st"] ?? 0) > 4)
    }

    @Test func nothingStandsOutInSilenceOrAmongAFewWords() throws {
        var source = ArraySource([Float](repeating: 0, count: 320_000), rate: .analysis)
        let silent = (0..<30).map { ProsodicWord(text: "ordet", range: SampleRange($0 * 10_000, $0 * 10_000 + 6000)) }
        #expect(try ProsodyAnalyzer().prominence(words: silent, source: &source).allSatisfy { $0 == nil })
        let few = try measure(gains: [2: 0.5], count: 5)
        #expect(few.count == 5 && few.allSatisfy { $0.level == 0 })
    }

    @Test func gainOfTheRecordingDoesNotMatter() throws {
        var talk = TestTalk()
        talk.silence(0.3)
        for index in 0..<20 {
            talk.word(0.15 + 0.02 * Double(index * 7 % 11), gain: 0.05 + 0.01 * Float(index * 5 % 13))
            talk.silence(0.05)
        }
        let words = talk.words.map { ProsodicWord(text: "ordet", range: $0) }
        func strengths(_ gain: Float) throws -> [Double] {
            var source = ArraySource(talk.samples.map { $0 * gain }, rate: .analysis)
            return try ProsodyAnalyzer().prominence(words: words, source: &source).map { $0?.strength ?? .nan }
        }
        for (a, b) in zip(try strengths(1), try strengths(0.25)) { #expect(abs(a - b) < 0.05) }
    }

    @Test func strengthIsStandardisedPerSpeaker() throws {
        var talk = TestTalk()
        talk.silence(0.3)
        for index in 0..<40 {
            // The second speaker is far from the microphone.
            talk.word(0.2 + 0.01 * Double(index % 5), gain: index < 20 ? 0.3 : 0.03)
            talk.silence(0.05)
        }
        var source = ArraySource(talk.samples, rate: .analysis)
        let words = talk.words.enumerated().map { ProsodicWord(text: "ordet", range: $1, speaker: $0 < 20 ? "S1" : "S2") }
        let values = try ProsodyAnalyzer().prominence(words: words, source: &source).map { $0?.strength ?? .nan }
        for half in [values[..<20], values[20...]] {
            #expect(abs(half.reduce(0, +) / 20) < 1e-6)
            #expect(abs(half.reduce(0) { $0 + $1 * $1 } / 20 - 1) < 1e-6)
        }
    }

    /// Strengths and probabilities at random, the same every time.
    func draws(_ count: Int) -> (strengths: [Double?], emphasis: [Double?]) {
        var state: UInt64 = 99
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        return ((0..<count).map { _ in next() * 6 - 3 }, (0..<count).map { _ in next() * next() * next() })
    }

    @Test(arguments: [0.02, 0.05, 0.1]) func levelsKeepToTheShareAndTakeTheBest(share: Double) {
        let (strengths, emphasis) = draws(400)
        var options = ProsodyOptions()
        options.strongShare = share
        let levels = ProminenceLevels(options: options).levels(strengths, emphasis: emphasis, speakers: .init(repeating: "S1", count: 400))
        let strong = levels.indices.filter { levels[$0] == 2 }
        #expect(!strong.isEmpty && strong.count <= Int((800 * share).rounded()) + 1)
        let sure = ProminenceLevels(options: options).leastProbability
        for index in strong { #expect((emphasis[index] ?? 0) >= sure || ((emphasis[index] ?? 0) >= 0.1 && (strengths[index] ?? 0) >= 1.5)) }
        // No word that is surer in both was passed over for one that is not.
        for index in levels.indices where levels[index] < 2 && (strengths[index] ?? 0) >= 1.5 {
            for other in strong { #expect(!((emphasis[index] ?? 0) > (emphasis[other] ?? 0) && (strengths[index] ?? 0) > (strengths[other] ?? 0))) }
        }
    }

    @Test func moreIsMarkedWhereMoreIsAskedFor() {
        let (strengths, emphasis) = draws(400)
        let counts = [0.01, 0.03, 0.05, 0.1, 0.2].map { share -> Int in
            var options = ProsodyOptions()
            options.strongShare = share
            return ProminenceLevels(options: options).levels(strengths, emphasis: emphasis, speakers: .init(repeating: "S1", count: 400))
                .count { $0 == 2 }
        }
        #expect(counts == counts.sorted() && (counts.first ?? 0) < (counts.last ?? 0))
    }

    @Test func waveletSumMatchesTheDefinition() {
        let signal = (0..<60).map { Float(sin(Double($0) * 0.7) + ($0 == 30 ? 3 : 0)) }
        let scales = [2.0, 3.5]
        let fast = WaveletTransform.sum(signal, scales: scales)
        for t in stride(from: 0, to: 60, by: 7) {
            var slow = 0.0
            for s in scales {
                for u in 0..<60 {
                    let x = Double(u - t) / s
                    guard abs(u - t) <= Int((5 * s).rounded(.up)) else { continue }
                    // The Mexican hat of unit energy, 2/(√3 π^¼) (1 − x²) e^(−x²/2), divided by the scale.
                    slow += Double(signal[u]) * 2 / (3.0.squareRoot() * pow(Double.pi, 0.25)) * (1 - x * x) * exp(-x * x / 2) / s
                }
            }
            #expect(abs(slow - Double(fast[t])) < 1e-4)
        }
    }

    @Test func syllablesAreCountedByVowelGroups() {
        #expect(WordMeasure.vowelGroups("kommunen") == 3)
        #expect(WordMeasure.vowelGroups("øy") == 1)
        #expect(WordMeasure.vowelGroups("mm") == 0)
    }
}
