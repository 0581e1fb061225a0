import DSP
import Foundation
import Signal
import Testing

@testable import Speech

private func detect(
    _ samples: [Float], options: VoiceActivityDetector.Options = .init(), block: Int = 65_536
) throws -> VoiceActivity {
    var source = ArraySource(samples, rate: .analysis, blockLength: block)
    return try VoiceActivityDetector(options).detect(source: &source)
}

private func noise(_ count: Int, level: Float, seed: UInt64 = 5) -> [Float] {
    var random = Noise(seed: seed)
    return (0..<count).map { _ in random.next() * level }
}

@Suite struct VoiceActivityDetectorTests {
    /// Clean, noisy, and far below the level of a well set recorder.
    @Test(arguments: [(0.0002, 0.05), (0.005, 0.05), (0.00001, 0.0005)])
    func findsAVoiceBetweenSilences(noise: Double, level: Double) throws {
        let scene = SyntheticVoice.scene(silence: 2, speech: 3, noise: noise, speechLevel: level)
        let found = try detect(scene.samples)
        #expect(SyntheticVoice.disagreement(found.segments, scene.truth, count: scene.samples.count) < 0.08)
        #expect(found.probability.count == (scene.samples.count + 159) / 160)
        #expect(found.probability.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(abs(Double(found.noiseFloor) - 20 * log10(noise)) < 3)
    }

    @Test func surroundedByDigitalSilence() throws {
        let scene = SyntheticVoice.scene(silence: 2, speech: 3, noise: 0)
        let found = try detect(scene.samples)
        #expect(SyntheticVoice.disagreement(found.segments, scene.truth, count: scene.samples.count) < 0.08)
    }

    @Test func humDoesNotHideOrMakeSpeech() throws {
        let scene = SyntheticVoice.scene(silence: 2, speech: 3, noise: 0.0005)
        let samples = scene.samples.enumerated().map { i, x in
            x + Float(0.02 * sin(2 * .pi * 50 * Double(i) / 16_000) + 0.01 * sin(2 * .pi * 150 * Double(i) / 16_000))
        }
        let found = try detect(samples)
        #expect(SyntheticVoice.disagreement(found.segments, scene.truth, count: samples.count) < 0.1)
    }

    @Test(arguments: [Float(0), 0.25]) func constantsHoldNoSpeech(value: Float) throws {
        let found = try detect([Float](repeating: value, count: 48_000))
        #expect(found.segments.isEmpty)
        if value == 0 { #expect(found.notes == [.digitalSilence] && found.noiseFloor == -.infinity) }
    }

    @Test(arguments: [Float(0.00003), 0.01, 0.3]) func steadyNoiseHoldsNoSpeech(level: Float) throws {
        let found = try detect(noise(96_000, level: level))
        #expect(found.segments.isEmpty && found.notes.contains(.noSpeech))
    }

    @Test(arguments: [100.0, 440, 1000]) func steadyTonesHoldNoSpeech(hertz: Double) throws {
        let hiss = noise(96_000, level: 0.0003)
        let found = try detect((0..<96_000).map { hiss[$0] + Float(0.1 * sin(2 * .pi * hertz * Double($0) / 16_000)) })
        #expect(found.segments.isEmpty)
    }

    @Test func knocksAreNotSpeech() throws {
        var samples = noise(96_000, level: 0.0005), random = Noise(seed: 3)
        for at in stride(from: 9000, to: 90_000, by: 21_000) {
            for k in 0..<1200 { samples[at + k] += 0.3 * random.next() * Float(exp(-Double(k) / 150)) }
        }
        let found = try detect(samples)
        #expect(found.speechSeconds < 0.5)
    }

    @Test(arguments: [0, 1, 79, 160, 399, 401, 1600, 16_001]) func anyLengthWorks(count: Int) throws {
        let found = try detect(noise(count, level: 0.01))
        #expect(found.sampleCount == count && found.probability.count == (count + 159) / 160)
        #expect(found.segments.allSatisfy { $0.start >= 0 && $0.end <= count && !$0.isEmpty })
        if count == 0 { #expect(found.notes == [.empty]) }
    }

    /// Long enough for the network to run in several pieces and for old seconds to be forgotten.
    @Test func blocksDoNotMatter() throws {
        let samples = SyntheticVoice.scene(silence: 3, speech: 4, noise: 0.002, repeats: 5).samples
        let whole = try detect(samples, block: samples.count)
        #expect(try detect(samples, block: 1237) == whole)
        #expect(whole.segments.count >= 5)
    }

    @Test func damagedSamplesDoNoHarm() throws {
        var samples = SyntheticVoice.scene(silence: 1, speech: 2, noise: 0.001).samples
        samples[100] = .nan
        samples[20_000] = .infinity
        #expect(try detect(samples).probability.allSatisfy { $0.isFinite })
    }

    @Test func anotherRateIsRefused() throws {
        var source = ArraySource([0], rate: SampleRate(8000))
        #expect(throws: DSPError.self) { _ = try VoiceActivityDetector().detect(source: &source) }
    }

    @Test func progressCanCancel() throws {
        var source = ArraySource(noise(64_000, level: 0.01), rate: .analysis, blockLength: 8000)
        #expect(throws: CancellationError.self) {
            _ = try VoiceActivityDetector().detect(source: &source) { if $0 > 0.4 { throw CancellationError() } }
        }
    }

    @Test(arguments: [
        { (o: inout VoiceActivityDetector.Options) in o.threshold = 0 }, { $0.threshold = 1 }, { $0.threshold = .nan },
        { $0.persistence = -1 }, { $0.persistence = .nan }, { $0.minimumSpeech = -1 }, { $0.minimumPause = .infinity }, { $0.hangover = 11 },
    ] as [@Sendable (inout VoiceActivityDetector.Options) -> Void])
    func refusesInvalidOptions(change: @Sendable (inout VoiceActivityDetector.Options) -> Void) {
        var options = VoiceActivityDetector.Options()
        change(&options)
        #expect(throws: VoiceActivityError.self) { _ = try VoiceActivityDetector(options) }
    }
}

@Suite struct SpeechSegmenterTests {
    private func segments(_ p: [Float], _ change: (inout VoiceActivityDetector.Options) -> Void = { _ in }) -> [SampleRange] {
        var options = VoiceActivityDetector.Options()
        options.threshold = 0.5
        options.persistence = 2
        options.minimumSpeech = 0.03
        options.minimumPause = 0.03
        change(&options)
        return SpeechSegmenter(options: options).segments(probability: p, sampleCount: p.count * 160)
    }

    @Test func surePausesAreKeptAndDoubtfulOnesJoined() {
        // A change costs 2: a pause needs log odds of 4 against it, 4.6 in one sure frame, 0.4 in one doubtful one.
        let sure: [Float] = [0, 0.99, 0.99, 0.99, 0.01, 0.01, 0.01, 0.99, 0.99, 0.99, 0]
        #expect(segments(sure) == [SampleRange(1 * 160, 4 * 160), SampleRange(7 * 160, 10 * 160)])
        let doubtful = sure.map { $0 == 0.01 ? 0.4 : $0 }
        #expect(segments(doubtful) == [SampleRange(1 * 160, 10 * 160)])
    }

    /// The path against the best of all paths, tried one by one.
    @Test(arguments: 0..<8) func pathIsTheBestOfAll(seed: Int) {
        var random = Noise(seed: UInt64(seed + 1))
        let p = (0..<11).map { _ in 1 / (1 + exp(-2 * random.next())) }
        let odds = p.map { log(Double($0) / (1 - Double($0))) }
        var best = -Double.infinity, winner = 0
        for word in 0..<(1 << p.count) {
            var score = 0.0
            for i in p.indices {
                score += (word >> i & 1 == 1 ? odds[i] : -odds[i]) / 2
                if i > 0, word >> i & 1 != word >> (i - 1) & 1 { score -= 2 }
            }
            if score > best { (best, winner) = (score, word) }
        }
        let found = segments(p) {
            $0.minimumSpeech = 0
            $0.minimumPause = 0
        }
        let frames = p.indices.map { i in found.contains { $0.contains(i * 160) } }
        #expect(frames == p.indices.map { winner >> $0 & 1 == 1 })
    }

    @Test func shortPausesCloseAndShortSpeechGoes() {
        let one: Float = 1
        let p: [Float] = [one, one, one, 0, 0, one, one, one, 0, 0, 0, 0, one, 0, 0, 0, one, one, one]
        #expect(segments(p) == [SampleRange(0, 8 * 160), SampleRange(16 * 160, 19 * 160)])
    }

    @Test func wideningStaysInsideAndApart() {
        let p: [Float] = [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0]
        let wide = segments(p) {
            $0.leadIn = 0.1
            $0.hangover = 0.1
        }
        #expect(wide.count == 2)
        #expect(wide[0].start == 0 && wide[1].end == 15 * 160)
        #expect(wide[0].end < wide[1].start && wide[0].end >= 5 * 160 && wide[1].start <= 10 * 160)
    }
}

@Suite struct VoiceActivityNetworkTests {
    /// The same sums in plain loops, over the whole recording at once.
    private func slow(_ input: [[Double]], weights: [Float]) -> [Double] {
        let w = weights.map(Double.init), n = input.count, width = 32, inputs = 66
        var at = 0
        var h = (0..<n).map { t in
            (0..<width).map { c in
                var sum = w[3 * inputs * width + c]
                for tap in 0..<3 where (0..<n).contains(t + tap - 1) {
                    for i in 0..<inputs { sum += w[(tap * inputs + i) * width + c] * input[t + tap - 1][i] }
                }
                return max(0, sum)
            }
        }
        at = 3 * inputs * width + width
        for dilation in [1, 2, 4, 8, 16, 32] {
            let d = (0..<n).map { t in
                (0..<width).map { c in
                    var sum = w[at + 5 * width + c]
                    for tap in 0..<5 where (0..<n).contains(t + (tap - 2) * dilation) {
                        sum += w[at + tap * width + c] * h[t + (tap - 2) * dilation][c]
                    }
                    return max(0, sum)
                }
            }
            at += 6 * width
            for t in 0..<n {
                let old = h[t]
                for c in 0..<width {
                    var sum = w[at + width * width + c] + old[c]
                    for i in 0..<width { sum += w[at + i * width + c] * d[t][i] }
                    h[t][c] = max(0, sum)
                }
            }
            at += width * width + width
        }
        return h.map { row in
            1 / (1 + exp(-(w[at + width] + (0..<width).reduce(0) { $0 + row[$1] * w[at + $1] })))
        }
    }

    @Test func agreesWithPlainLoops() throws {
        var random = Noise(seed: 8)
        let weights = (0..<VoiceActivityNetwork.weightCount).map { _ in random.next() * 0.1 }
        let network = try #require(VoiceActivityNetwork(weights: weights))
        let rows = (0..<40).map { _ in (0..<66).map { _ in Double(random.next()) } }
        let fast = network.probabilities(rows.flatMap { $0.map { Float($0) } }, valid: 0..<40)
        for (a, b) in zip(fast, slow(rows, weights: weights)) { #expect(abs(Double(a) - b) < 1e-4) }
    }

    @Test func shippedWeightsAreWhole() {
        #expect(VoiceActivityNetwork.shipped != nil)
        #expect(VoiceActivityNetwork(weights: [1, 2, 3]) == nil)
    }
}
