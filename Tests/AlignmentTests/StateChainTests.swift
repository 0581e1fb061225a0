import Foundation
import Signal
import Testing
import Transcript

@testable import Alignment

@Suite struct StateChainTests {
    /// Two phones of three states, and a recording of points near their means.
    func models(_ means: [Float]) -> PhoneModels {
        PhoneModels(
            dimensions: 1, priorMean: means + [Float](repeating: means.reduce(0, +) / Float(means.count), count: 1) + [-9, -9, -9],
            variance: [1])
    }

    @Test func phoneLoopFindsTheBestSequence() {
        let states = 6, rows = 7
        var seed: UInt64 = 3
        func random() -> Float {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(seed >> 40) / Float(1 << 24) * 10
        }
        let table = (0..<rows * states).map { _ in random() }
        let found = PhoneLoop(entry: 2).scores(table, rows: rows, width: states, states: states).reduce(0, +)
        // Every path there is.
        var best = -Float.infinity
        func walk(_ row: Int, _ state: Int, _ score: Float) {
            let score = score + table[row * states + state]
            if row + 1 == rows { best = max(best, score); return }
            walk(row + 1, state, score)
            if state % 3 < 2 { walk(row + 1, state + 1, score) }
            if state % 3 == 0 { walk(row + 1, state + 2, score) }
            if state % 3 == 2 { for phone in 0..<states / 3 { walk(row + 1, 3 * phone, score - 2) } }
        }
        for state in 0..<states { walk(0, state, 0) }
        #expect(abs(found - best) < 1e-3)
    }

    func decode(_ values: [Float], words: [[Int]], models: PhoneModels, leap: Float = 5) throws -> [Int] {
        let phones = words.enumerated().flatMap { word, symbols in
            symbols.map { StateChain.Phone(symbol: $0, word: word, expected: 0..<values.count) }
        }
        let chain = StateChain(phones: phones, frames: values.count, reach: values.count)
        let features = FrameMatrix(dimensions: 1, values: values)
        let sound = SpeechFrames(
            ranges: [SampleRange(0, values.count * 160 + 400)], features: features, length: values.count * 160)
        let costs = StateChain.Costs(outside: 6, gap: 1, untyped: 2, leap: leap, leapPhone: 1, loose: 1, closure: 1, pinch: 0)
        let path = try #require(try chain.decode(
            features, models: models, sound: sound, loop: PhoneLoop(entry: 1), costs: costs, tick: { _ in }))
        #expect(path.states.count == values.count)
        for (a, b) in zip(path.states, path.states.dropFirst()) { #expect(a <= b) }
        return path.states.map { let phone = chain.phone[Int($0)]; return phone < 0 ? -1 : phones[Int(phone)].word }
    }

    @Test func wordsNotSaidAreLeaptOver() throws {
        // Phone 0 lies at 0, 1, 2 and phone 1 at 10, 11, 12, phone 2 at 20, 21, 22.
        let models = models([0, 1, 2, 10, 11, 12, 20, 21, 22])
        let said: [Float] = [0, 0, 1, 1, 2, 2, 20, 20, 21, 21, 22, 22]
        #expect(try decode(said, words: [[0], [2]], models: models) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
        let found = try decode(said, words: [[0], [1], [2]], models: models)
        #expect(!found.contains(1) && found.contains(0) && found.contains(2))
        // Where leaping costs too much the word is squeezed in.
        #expect(try decode(said, words: [[0], [1], [2]], models: models, leap: 5000).contains(1))
    }

    @Test func wordsNotTypedAreLeftOut() throws {
        let models = models([0, 1, 2, 10, 11, 12, 20, 21, 22])
        let said: [Float] = [0, 1, 2] + [10, 10, 11, 11, 12, 12, 10, 11, 12] + [20, 21, 22]
        let found = try decode(said, words: [[0], [2]], models: models)
        #expect(found.prefix(3) == [0, 0, 0] && found.suffix(3) == [1, 1, 1])
        #expect(found[4..<11].allSatisfy { $0 == -1 })
    }

    @Test func mixturesFitTwoVoices() {
        // One state whose frames lie at −3 and at 3: two Gaussians explain them, one does not.
        var models = models([0, 50, 100])
        let values = (0..<800).map { (index: Int) -> Float in
            let side: Float = index % 2 == 0 ? -3 : 3
            return side + Float(index % 7) * 0.01
        }
        let features = FrameMatrix(dimensions: 1, values: values)
        let labels = [Int32](repeating: 0, count: values.count)
        models.train(on: features, labels: labels)
        func total(_ models: PhoneModels) -> Float {
            var table = [Float](repeating: 0, count: values.count * models.count)
            models.densities(features, frames: 0..<values.count, into: &table)
            return values.indices.reduce(0) { $0 + table[$1 * models.count] }
        }
        let single = total(models)
        models.train(on: features, labels: labels, components: 2)
        #expect(total(models) > single + Float(values.count) * 0.3)
    }

    @Test func priorCountsLongWordsOnly() {
        var segments: [Range<Int>] = []
        var phones: [SyntheticTrack.Phone] = []
        for word in 0..<200 {
            for _ in 0..<(word % 2 == 0 ? 6 : 2) {
                phones.append(SyntheticTrack.Phone(symbol: 0, word: word, frames: 0..<1))
                // Every tenth long word and every short one is missing.
                segments.append(word % 20 == 0 || word % 2 == 1 ? 0..<0 : 0..<3)
            }
        }
        let prior = UnsaidPrior(phones: phones, segments: segments)
        #expect(abs(prior.rate - (10 + 0.5) / 150) < 1e-9)
        #expect(UnsaidPrior(phones: [], segments: []).rate < 0.02 && prior.surprise < UnsaidPrior().surprise)
    }

    @Test func stretchesThatDoNotFitAreMarked() {
        func place(_ frame: Int, _ evidence: Double) -> AlignmentPass.Place {
            .init(frames: frame..<frame + 20, evidence: evidence, phones: 4)
        }
        let places = (0..<60).map { place($0 * 20, (20..<40).contains($0) ? -3 : $0 == 50 ? -6 : 0) }
        let evidence = Evidence(places)
        let marked = evidence.mismatching()
        #expect((24..<36).allSatisfy { marked[$0] } && !marked[..<15].contains(true) && !marked[45...].contains(true))
        #expect(evidence.confidence(5) > 0.9 && evidence.confidence(30) < 0.1 && evidence.confidence(50) < evidence.confidence(5))
    }
}
