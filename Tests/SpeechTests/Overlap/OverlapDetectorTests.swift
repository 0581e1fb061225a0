import DSP
import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct OverlapDetectorTests {
    /// Speakers one after another, then the first two at once.
    private static let samples: [Float] = {
        var generator = SeededGenerator(seed: 3)
        var samples = [Float](repeating: 0, count: 8_000)
        samples += SyntheticSpeaker.speak(speaker: 0, seconds: 2, generator: &generator)
        samples += SyntheticSpeaker.speak(speaker: 1, seconds: 2, generator: &generator)
        let a = SyntheticSpeaker.speak(speaker: 0, seconds: 2, generator: &generator)
        let b = SyntheticSpeaker.speak(speaker: 1, seconds: 2, generator: &generator)
        samples += zip(a, b).map { $0 + $1 }
        samples += [Float](repeating: 0, count: 8_000)
        return samples.map { $0 + Float.random(in: -0.001...0.001, using: &generator) }
    }()
    private static let result = Result {
        var source = ArraySource(samples, rate: .analysis)
        return try OverlapDetector().detect(source: &source)
    }

    private func detect(_ samples: [Float], block: Int = 65_536) throws -> OverlapActivity {
        var source = ArraySource(samples, rate: .analysis, blockLength: block)
        return try OverlapDetector().detect(source: &source)
    }

    @Test func twoVoicesAreMoreThanOne() throws {
        let found = try Self.result.get()
        // From second to second, 0.2 s inside.
        func mean(from start: Double) -> Double {
            let first = Int((start + 0.2) * 100), part = found.probability[first..<first + 160]
            return part.reduce(0.0) { $0 + Double($1) } / Double(part.count) / 255
        }
        let one = mean(from: 0.5), other = mean(from: 2.5), two = mean(from: 4.5)
        #expect(two > 2 * max(one, other) && two > 0.3, "\(one) \(other) \(two)")
    }

    @Test(arguments: [333, 16_000]) func blocksDoNotMatter(block: Int) throws {
        #expect(try detect(Self.samples, block: block) == Self.result.get())
    }

    /// However many frames the network is run over at a time.
    @Test func networkBlocksDoNotMatter() throws {
        let listener = try OverlapListener(block: 71)
        try listener.append(AudioBlock(start: 5_000, samples: Self.samples))
        #expect(try listener.finish() == Self.result.get())
    }

    @Test func tapHearsWhatTheSourceGives() throws {
        var tap = OverlapTap(ArraySource(Self.samples, rate: .analysis, blockLength: 777), listener: try OverlapListener())
        #expect(tap.rate == .analysis && tap.expectedCount == Self.samples.count)
        var heard: [Float] = []
        while let block = try tap.nextBlock() { heard += block.samples }
        #expect(heard == Self.samples)
        #expect(try tap.listener.finish() == Self.result.get())
    }

    @Test(arguments: [0, 1, 159, 160, 161, 320, 799, 16_001]) func everyLengthHasItsFrames(count: Int) throws {
        let found = try detect([Float](repeating: 0.1, count: count))
        #expect(found.sampleCount == count)
        #expect(found.probability.count == (count + 159) / 160)
    }

    @Test func levelDoesNotMatter() throws {
        let loud = try Self.result.get(), quiet = try detect(Self.samples.map { $0 * 0.05 })
        let apart = zip(loud.probability, quiet.probability).filter { abs(Int($0) - Int($1)) > 26 }.count
        #expect(apart * 50 < loud.probability.count)
    }

    @Test func silenceAndDamageAreNoOverlap() throws {
        #expect(try detect([Float](repeating: 0, count: 80_000)).probability.allSatisfy { $0 < 128 })
        var broken = [Float](repeating: 0, count: 48_000)
        broken[20_000] = .nan
        broken[30_000] = .infinity
        #expect(try detect(broken).probability.count == 300)
    }

    @Test func otherRatesAndGapsAreRefused() throws {
        var source = ArraySource([0, 0], rate: SampleRate(8_000))
        #expect(throws: DSPError.self) { try OverlapDetector().detect(source: &source) }
        let listener = try OverlapListener()
        try listener.append(AudioBlock(start: 1_000, samples: [0, 0]))
        #expect(throws: DSPError.self) { try listener.append(AudioBlock(start: 1_003, samples: [0])) }
    }

    @Test func progressMayStopTheWork() {
        var source = ArraySource([Float](repeating: 0, count: 200_000), rate: .analysis)
        #expect(throws: CancellationError.self) {
            try OverlapDetector().detect(source: &source) { _ in throw CancellationError() }
        }
    }

    /// Against plain loops in Double.
    @Test(arguments: [1, 2, 75]) func networkAgainstSlow(count: Int) throws {
        var generator = SeededGenerator(seed: 5)
        let weights = (0..<OverlapNetwork.weightCount).map { _ in Float.random(in: -0.12...0.12, using: &generator) }
        var data = Data("OROV".utf8)
        for word in [1, OverlapNetwork.inputs, 96, 48, 5] { withUnsafeBytes(of: UInt32(word).littleEndian) { data.append(contentsOf: $0) } }
        for w in weights { withUnsafeBytes(of: w.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
        let network = try OverlapNetwork(data: data)
        let inputs = OverlapNetwork.inputs
        let input = (0..<count * inputs).map { _ in Float.random(in: -1...2, using: &generator) }
        let found = input.withUnsafeBufferPointer { network.probabilities($0) }

        var at = 0
        func take(_ n: Int) -> [Double] {
            defer { at += n }
            return weights[at..<at + n].map(Double.init)
        }
        func dense(_ x: [[Double]], _ outputs: Int) -> [[Double]] {
            let n = x[0].count, w = take(n * outputs), bias = take(outputs)
            return x.map { row in (0..<outputs).map { o in (0..<n).reduce(bias[o]) { $0 + row[$1] * w[$1 * outputs + o] } } }
        }
        func relu(_ x: [[Double]]) -> [[Double]] { x.map { $0.map { max(0, $0) } } }
        var h = (0..<count).map { t in (0..<inputs).map { Double(input[t * inputs + $0]) } }
        h = relu(dense(relu(dense(h, 96)), 48))
        for dilation in [1, 2, 4, 8, 16] {
            let w = take(5 * 48), bias = take(48)
            let d = (0..<count).map { t in
                (0..<48).map { c in
                    (0..<5).reduce(bias[c]) { sum, tap in
                        let s = t + (tap - 2) * dilation
                        return h.indices.contains(s) ? sum + w[tap * 48 + c] * h[s][c] : sum
                    }
                }
            }
            let p = dense(relu(d), 48)
            h = relu((0..<count).map { t in zip(h[t], p[t]).map { $0 + $1 } })
        }
        let last = take(48), bias = take(1)[0]
        for t in 0..<count {
            let z = zip(h[t], last).reduce(bias) { $0 + $1.0 * $1.1 }
            #expect(abs(Double(found[t]) - 1 / (1 + exp(-z))) < 1e-4)
        }
        data[4] = 2
        #expect(throws: OverlapError.self) { try OverlapNetwork(data: data) }
        #expect(throws: OverlapError.self) { try OverlapNetwork(data: data.prefix(100)) }
        #expect(throws: OverlapError.self) { try OverlapNetwork(data: Data()) }
    }

    /// The fine spectrum shows the harmonics of a tone complex and nothing of its level; the mel bands stand out of the floor.
    @Test func featuresOfAPulseTrain() throws {
        var features = try OverlapFeatures()
        var rows: [Float] = []
        let f0 = 156.25  // every tenth bin
        let samples = (0..<64_000).map { i -> Float in
            let level = i < 32_000 ? 0.0 : 0.2
            let tone = (1...11).reduce(0.0) { $0 + cos(2 * .pi * f0 * Double($1) * Double(i) / 16_000) }
            return Float(level * tone / 11) + 0.0005 * Float((i * 7_919) % 101 - 50) / 50
        }
        samples.withUnsafeBufferPointer { samples in
            for i in 0..<(samples.count - 800) / 320 + 1 {
                features.append(frame: UnsafeBufferPointer(rebasing: samples[i * 320..<i * 320 + 800]), to: &rows)
            }
        }
        features.finish(to: &rows)
        let columns = OverlapFeatures.columns
        #expect(rows.count % columns == 0 && rows.allSatisfy(\.isFinite))
        let row = Array(rows[150 * columns..<151 * columns])
        let fine = row[(OverlapFeatures.bands + 2)...].map { Double($0) }
        // Bins 10, 20, 30 … are peaks: 6, 16, 26 … of the fine spectrum, which starts at bin 4.
        for k in stride(from: 6, to: 106, by: 10) {
            #expect(fine[k] > 0.5 && fine[k] > fine[k + 5] + 1, "bin \(k + 4)")
        }
        #expect(row[OverlapFeatures.bands] > 1.5)  // the level, far above the floor
        #expect(abs(row[OverlapFeatures.bands + 1]) < 0.1)  // and at the ceiling
    }
}
