import Foundation
import Signal
import Testing

@testable import AudioIngest

struct InspectionTests {
    private func inspect(_ channels: [[Float]], rate: Int = 16_000) throws -> RecordingInspection {
        let scratch = try Scratch()
        let path = scratch.file("a.wav", wave16(interleave(channels), rate: rate, channels: channels.count))
        let result = try RecordingInspection(of: Recording(path: path))
        // Whatever is found can be written and read again.
        let copy = try JSONDecoder().decode(RecordingInspection.self, from: JSONEncoder().encode(result))
        #expect(copy == result)
        return result
    }

    /// Half-second bursts of noise at `level` over a floor of noise, like talk with pauses.
    private func bursts(seconds: Int, level: Float, floor: Float, seed: UInt64, on: (Int) -> Bool) -> [Float] {
        var generator = Seeded(seed)
        return (0..<(seconds * 16_000)).map { index in
            generator.noise() * (on(index / 8_000) ? level : floor)
        }
    }

    @Test func levelsOfAKnownSignal() throws {
        let result = try inspect([sine(1_000, rate: 16_000, count: 160_000, amplitude: 0.5)])
        let channel = result.channels[0]
        #expect(abs(channel.peakDBFS - -6.02) < 0.01)
        #expect(abs(channel.meanDBFS - -9.03) < 0.01)
        #expect(abs(channel.offset) < 1e-4)
        #expect(channel.clippedRuns == 0 && channel.dropoutCount == 0 && !channel.isDead)
        #expect(result.layout.kind == .mono)
    }

    @Test func noiseFloorAndSignalToNoise() throws {
        // Uniform noise of amplitude a has a power of a²/3: 0.3 is −15.2 dBFS, 0.003 is −55.2.
        let result = try inspect([bursts(seconds: 9, level: 0.3, floor: 0.003, seed: 1) { $0 % 3 != 0 }])
        let channel = result.channels[0]
        #expect(abs(channel.noiseFloorDBFS - -55.2) < 1)
        #expect(abs(channel.speechDBFS - -15.2) < 1)
        #expect(abs((channel.signalToNoiseDB ?? 0) - 40) < 1.5)
        #expect(result.remarks.isEmpty)
        let noisy = try inspect([bursts(seconds: 9, level: 0.3, floor: 0.1, seed: 1) { $0 % 3 != 0 }])
        #expect(abs((noisy.channels[0].signalToNoiseDB ?? 0) - 9.0) < 1.5)
        #expect(noisy.remarks.contains { $0.contains("noisy") })
    }

    @Test func digitalSilenceDoesNotHideTheNoise() throws {
        var signal = bursts(seconds: 20, level: 0.3, floor: 0.01, seed: 2) { $0 % 3 != 0 }
        for index in 100_000..<220_000 { signal[index] = 0 }
        let result = try inspect([signal])
        #expect(abs(result.channels[0].noiseFloorDBFS - -44.8) < 1)
        #expect(abs(result.channels[0].digitalSilenceShare - 0.375) < 0.01)
        #expect(result.remarks.contains { $0.contains("digital silence") })
    }

    @Test func countsClippedRuns() throws {
        // A 100 Hz tone at twice full scale is cut at both ends of each of 1000 periods.
        let result = try inspect([sine(100, rate: 16_000, count: 160_000, amplitude: 2)])
        #expect((1_999...2_001).contains(result.channels[0].clippedRuns))
        #expect(abs(result.channels[0].clippedShare - 2.0 / 3) < 0.02)
        #expect(result.remarks.contains { $0.contains("clipped") })
        let reduced = sine(100, rate: 16_000, count: 160_000, amplitude: 2).map { max(-1, min(1, $0)) * 0.7 }
        let quiet = try inspect([reduced])
        #expect(quiet.channels[0].clippedRuns == 0)
        #expect(quiet.channels[0].flatTops >= 900)
    }

    @Test func findsDropoutsAndOnlyThose() throws {
        var signal = bursts(seconds: 10, level: 0.3, floor: 0.3, seed: 3) { _ in true }
        for index in 30_000..<30_160 { signal[index] = 0 }
        for index in 90_000..<90_400 { signal[index] = signal[90_000] }
        // Too short to count.
        for index in 120_000..<120_060 { signal[index] = 0 }
        // A long pause with a fade is no dropout.
        for index in 130_000..<160_000 { signal[index] *= max(0, 1 - Float(index - 130_000) / 4_000) }
        let found = try inspect([signal]).channels[0]
        #expect(found.dropoutCount == 2)
        #expect(found.dropouts.map(\.kind) == [.zeros, .heldSample])
        #expect(found.dropouts.map(\.position) == [30_000, 90_000])
        #expect(found.dropouts.map(\.count) == [160, 400])
    }

    @Test func findsHumAndOffset() throws {
        var generator = Seeded(4)
        let hum = sine(50, rate: 16_000, count: 160_000, amplitude: 0.01)
        let second = sine(150, rate: 16_000, count: 160_000, amplitude: 0.005)
        let clean = (0..<160_000).map { generator.noise() * ($0 / 8_000 % 2 == 0 ? 0.2 : 0.005) + 0.05 }
        let result = try inspect([(0..<160_000).map { clean[$0] + hum[$0] + second[$0] }])
        #expect(result.hum?.present == true)
        // 0.01²/2 + 0.005²/2 = −42 dBFS; the loud half's noise lifts the mean of logarithms a little.
        #expect(abs((result.hum?.levelDBFS ?? 0) - -42) < 2)
        #expect(abs(result.channels[0].offset - 0.05) < 0.001)
        #expect(result.remarks.contains { $0.contains("50, 150 Hz") })
        #expect(try inspect([clean]).hum?.present == false)
    }

    @Test func tellsTheTelephoneBand() throws {
        var generator = Seeded(6)
        let wide = (0..<160_000).map { _ in generator.noise() * 0.3 }
        #expect((try inspect([wide]).bandwidth ?? 0) > 7_500)
        let down = try Resampler(from: .analysis, to: SampleRate(8_000))
        let up = try Resampler(from: SampleRate(8_000), to: .analysis)
        var narrow: [Float] = [], again: [Float] = []
        try down.process(wide, appendingTo: &narrow)
        try down.finish(appendingTo: &narrow)
        try up.process(narrow, appendingTo: &again)
        try up.finish(appendingTo: &again)
        let phone = try inspect([again])
        #expect((3_400...4_100).contains(phone.bandwidth ?? 0))
        #expect(phone.remarks.contains { $0.contains("telephone") })
        #expect(try inspect([narrow], rate: 8_000).remarks.contains { $0.contains("telephone") })
    }

    @Test func judgesChannelLayouts() throws {
        let a = bursts(seconds: 9, level: 0.3, floor: 0.003, seed: 10) { $0 / 3 % 2 == 0 }
        let b = bursts(seconds: 9, level: 0.3, floor: 0.003, seed: 11) { $0 / 3 % 2 == 1 }
        let silence = [Float](repeating: 0, count: a.count)
        var noise = Seeded(12)
        let room = (0..<a.count).map { _ in noise.noise() * 0.002 }

        let same = try inspect([a, a.map { $0 * 0.5 }]).layout
        #expect(same.kind == .dualMono && !same.polarityInverted)
        #expect(abs((same.measures?.levelDifferenceDB ?? 0) - 6.02) < 0.05)
        let inverted = try inspect([a, a.map { -$0 }]).layout
        #expect(inverted.kind == .dualMono && inverted.polarityInverted && inverted.recommended == .channel(0))
        let dead = try inspect([silence, a]).layout
        #expect(dead.kind == .oneDeadChannel && dead.deadChannels == [0] && dead.recommended == .channel(1))
        #expect(try inspect([silence, silence]).layout.kind == .silent)

        // Clip-on microphones: the other speaker leaks in 14 dB down.
        let own = try inspect([
            (0..<a.count).map { a[$0] + 0.2 * b[$0] }, (0..<a.count).map { b[$0] + 0.2 * a[$0] },
        ]).layout
        #expect(own.kind == .oneSpeakerPerChannel)
        #expect(abs((own.measures?.firstDominates ?? 0) - 0.5) < 0.1)

        // Two microphones 20 cm apart: a is nearer the left by 8 samples (0.5 ms), b nearer the right; 3 dB differences.
        func late(_ x: [Float], _ lag: Int) -> [Float] { [Float](repeating: 0, count: lag) + x.dropLast(lag) }
        let aLate = late(a, 8), bLate = late(b, 8)
        let pair = try inspect([
            (0..<a.count).map { a[$0] + 0.7 * bLate[$0] + room[$0] }, (0..<a.count).map { 0.7 * aLate[$0] + b[$0] + room[$0] },
        ]).layout
        #expect(pair.kind == .stereoPair)
        // White noise is uncorrelated at lag 0 after half a millisecond; the lag search finds it again.
        #expect(abs(pair.measures?.correlation ?? 1) < 0.2)
        #expect((pair.measures?.laggedCorrelation ?? 0) > 0.75)
        #expect(try inspect([a, b, a]).layout.kind == .multichannel)
    }

    @Test func isTheSameForAnyBlocking() throws {
        // 30 ms frames do not divide the block length at this rate.
        let signal = bursts(seconds: 3, level: 0.4, floor: 0.01, seed: 20) { $0 % 2 == 0 }
        let one = try inspect([signal], rate: 11_025)
        let two = try inspect([signal], rate: 11_025)
        #expect(one == two)
        let exact = FrameStatisticsTests.level(signal.map { ($0 * 32_768).rounded() / 32_768 })
        #expect(abs(one.channels[0].meanDBFS - exact) < 1e-4)
    }

    @Test func canBeCancelled() throws {
        let scratch = try Scratch()
        let recording = try Recording(path: scratch.file("a.wav", wave16([Float](repeating: 0.1, count: 200_000))))
        #expect(throws: CancellationError.self) {
            _ = try RecordingInspection(of: recording) { if $0 > 0.5 { throw CancellationError() } }
        }
    }
}

struct FrameStatisticsTests {
    static func level(_ x: [Float]) -> Double {
        10 * log10(x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(x.count))
    }

    @Test(arguments: [1, 2, 7, 8, 9, 17, 480, 1_323]) func agreesWithPlainSums(_ count: Int) {
        var generator = Seeded(UInt64(count))
        var x = (0..<count).map { _ in generator.noise() }
        for index in x.indices where index > 0 && generator.next() % 4 == 0 { x[index] = x[index - 1] }
        let y = (0..<count).map { _ in generator.noise() }
        let found = x.withUnsafeBufferPointer { FrameStatistics($0) }
        let energy = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        let dot = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(found.energy - energy) < 1e-4 * max(1, energy))
        #expect(abs(found.sum - x.reduce(0.0) { $0 + Double($1) }) < 1e-3)
        #expect(found.peak == x.map { abs($0) }.max())
        #expect(found.repeats == zip(x, x.dropFirst()).filter { $0 == $1 }.count)
        let measured = x.withUnsafeBufferPointer { a in y.withUnsafeBufferPointer { FrameStatistics.dot(a, $0) } }
        #expect(abs(measured - dot) < 1e-3)
    }

    @Test func percentilesOfLevels() {
        var histogram = LevelHistogram()
        for level in 0..<100 { histogram.add(Double(level) - 100) }
        #expect(abs((histogram.percentile(0.1) ?? 0) - -91) <= 1)
        #expect(abs((histogram.percentile(0.95) ?? 0) - -6) <= 1)
        #expect(LevelHistogram().percentile(0.5) == nil)
    }
}
