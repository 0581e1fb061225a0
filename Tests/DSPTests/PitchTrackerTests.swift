import DSP
import Foundation
import Signal
import Testing

private func track(_ x: [Float], _ options: PitchTracker.Options = .init(floor: 60, ceiling: 500, step: 0.01), block: Int = 65_536) throws -> PitchTrack {
    var source = ArraySource(x, rate: .analysis, blockLength: block)
    return try PitchTracker(options).track(source: &source)
}

private func adding(_ x: [Float], _ y: [Float]) -> [Float] { zip(x, y).map { $0 + $1 } }

@Suite struct PitchTrackerTests {
    /// At 20 dB signal to noise.
    @Test(arguments: [62.0, 90, 131, 220, 333, 490]) func harmonicComplexWithinFiveCents(hertz: Double) throws {
        let x = adding(harmonicComplex([Double](repeating: hertz, count: 8000)), noise(8000, amplitude: 0.01))
        let result = try track(x)
        #expect(result.count == result.grid.frameCount(sampleCount: 8000))
        for f in result.f0 { #expect(f > 0 && abs(cents(Double(f), hertz)) < 5) }
        for v in result.voicing { #expect(v > 0.9 && v <= 1) }
    }

    @Test(arguments: [62.0, 90, 131, 220, 333, 490]) func withoutRefinementWithinAThirdOfASemitone(hertz: Double) throws {
        var options = PitchTracker.Options(floor: 60, ceiling: 500, step: 0.01)
        options.isRefined = false
        let x = adding(harmonicComplex([Double](repeating: hertz, count: 8000)), noise(8000, amplitude: 0.01))
        let rough = try track(x, options), fine = try track(x)
        #expect(rough.count == fine.count && rough.voicing == fine.voicing)
        for f in rough.f0 { #expect(f > 0 && abs(cents(Double(f), hertz)) < 33) }
    }

    @Test(arguments: [100.0, 440]) func sine(hertz: Double) throws {
        for f in try track(tone(hertz, count: 6000)).f0 { #expect(abs(cents(Double(f), hertz)) < 5) }
    }

    @Test func chirpIsFollowed() throws {
        let count = 48_000
        let f0 = (0..<count).map { 65 * pow(480.0 / 65, Double($0) / Double(count)) }
        let result = try track(adding(harmonicComplex(f0), noise(count, amplitude: 0.01)))
        for i in 0..<result.count {
            #expect(abs(cents(Double(result.f0[i]), f0[result.position(ofFrame: i)])) < 5)
        }
    }

    /// Chirps that rise and fall, and a voice that swings by half a semitone, at 20 dB: what nine in ten frames keep to, and all.
    @Test(arguments: [(false, 3.0, 5.0), (true, 2.2, 4.0)]) func changingPitchAtTwentyDecibels(isVoice: Bool, most: Double, all: Double) throws {
        let count = 32_000
        let up = (0..<count).map { 65 * pow(480.0 / 65, Double($0) / Double(count)) }
        let swing = (0..<count).map { 160 * exp2(50 / 1200 * sin(2 * .pi * 5 * Double($0) / 16_000)) }
        for f0 in [up, Array(up.reversed()), swing] {
            var phase = 0.0
            let sine = f0.map { f -> Float in
                phase += 2 * .pi * f / 16_000
                return Float(0.1 * 2.0.squareRoot() * sin(phase))
            }
            let x = adding(isVoice ? harmonicComplex(f0) : sine, noise(count, amplitude: 0.01, seed: 12))
            let result = try track(x)
            #expect(result.f0.allSatisfy { $0 > 0 })
            let errors = (0..<result.count).map { abs(cents(Double(result.f0[$0]), f0[result.position(ofFrame: $0)])) }.sorted()
            #expect(errors[errors.count * 9 / 10] < most && (errors.last ?? 0) < all)
        }
    }

    @Test(arguments: [61.0, 70, 150, 480]) func sineAtTwentyDecibels(hertz: Double) throws {
        let x = adding(tone(hertz, count: 16_000, amplitude: 0.1 * 2.0.squareRoot()), noise(16_000, amplitude: 0.01, seed: 3))
        let errors = try track(x).f0.map { abs(cents(Double($0), hertz)) }.sorted()
        #expect(errors[errors.count * 9 / 10] < 3.5 && errors[errors.count / 2] < 1.6)
    }

    /// Mains hum below the floor, alone and with its odd and even harmonics, is no voice; nor does a weaker one disturb a voice.
    @Test func humIsUnvoiced() throws {
        let fifty = tone(50, count: 32_000, amplitude: 0.01)
        let hiss = noise(32_000, amplitude: 2e-4)
        let odd = adding(tone(150, count: 32_000, amplitude: 0.003), tone(250, count: 32_000, amplitude: 0.001))
        let even = tone(100, count: 32_000, amplitude: 0.003)
        for hum in [fifty, adding(fifty, hiss), adding(adding(fifty, odd), hiss), adding(adding(fifty, even), hiss)] {
            #expect(try track(hum).f0.allSatisfy { $0 == 0 })
        }
        let voice = harmonicComplex([Double](repeating: 120, count: 32_000))
        for f in try track(adding(voice, tone(50, count: 32_000, amplitude: 0.02))).f0 { #expect(abs(cents(Double(f), 120)) < 5) }
    }

    /// Hiss that a fricative's band lets through, beside a vowel of the same level.
    @Test func fricativesAreUnvoiced() throws {
        var x = noise(32_000, amplitude: 0.1, seed: 9)
        // Twice differentiated: most of its power lies above 4 kHz.
        for _ in 0..<2 { for i in stride(from: x.count - 1, to: 0, by: -1) { x[i] = (x[i] - x[i - 1]) / 2 } }
        let voice = harmonicComplex([Double](repeating: 180, count: 8000))
        for i in 0..<8000 { x[i + 12_000] = voice[i] }
        let result = try track(x)
        for i in 0..<result.count {
            let place = result.position(ofFrame: i)
            if abs(place - 16_000) < 3500 { #expect(result.f0[i] > 0) }
            if abs(place - 16_000) > 4600 { #expect(result.f0[i] == 0) }
        }
    }

    @Test func missingFundamentalIsFound() throws {
        let x = adding(adding(tone(600, count: 6000, amplitude: 0.2), tone(800, count: 6000, amplitude: 0.2)), tone(1000, count: 6000, amplitude: 0.2))
        for f in try track(x).f0 { #expect(abs(cents(Double(f), 200)) < 5) }
    }

    @Test func noiseAndSilenceAreUnvoiced() throws {
        let hiss = try track(noise(32_000, amplitude: 0.1))
        #expect(hiss.f0.filter { $0 > 0 }.count * 50 < hiss.count)
        for constant: Float in [0, 0.3] {
            let silence = try track([Float](repeating: constant, count: 16_000))
            #expect(silence.count > 0 && silence.f0.allSatisfy { $0 == 0 } && silence.voicing.allSatisfy { $0 < 0.01 })
        }
    }

    @Test func voicedStretchIsBoundedWhereItIs() throws {
        var x = noise(32_000, amplitude: 0.003)
        let voice = harmonicComplex([Double](repeating: 150, count: 8000))
        for i in 0..<8000 { x[12_000 + i] += voice[i] }
        let result = try track(x)
        let voiced = (0..<result.count).filter { result.f0[$0] > 0 }
        let first = try #require(voiced.first), last = try #require(voiced.last)
        #expect(abs(result.position(ofFrame: first) - 12_000) < 600)
        #expect(abs(result.position(ofFrame: last) - 20_000) < 600)
        #expect(voiced.count == last - first + 1)
    }

    /// Longer than the lag of the path several times over, and in odd blocks.
    @Test func longRecordingsAreDecidedInPieces() throws {
        let count = 16_000 * 9
        let f0 = (0..<count).map { 150 + 40 * sin(2 * .pi * Double($0) / 16_000 / 1.7) }
        let x = harmonicComplex(f0), options = PitchTracker.Options(floor: 100, ceiling: 400, step: 0.01)
        let result = try track(x, options, block: 777)
        #expect(result.count == result.grid.frameCount(sampleCount: count))
        for i in 0..<result.count { #expect(abs(cents(Double(result.f0[i]), f0[result.position(ofFrame: i)])) < 30) }
        #expect(try track(x, options) == result)
    }

    /// Frames of 7.5 ms every 0.1 s.
    @Test func framesMayLieApart() throws {
        let x = adding(tone(613, count: 48_000, amplitude: 0.2), tone(1226, count: 48_000, amplitude: 0.1))
        let result = try track(x, .init(floor: 400, ceiling: 900, step: 0.1), block: 5000)
        #expect(result.grid.hop == 1600 && result.grid.length == 120 && result.count == 30)
        for f in result.f0 { #expect(abs(cents(Double(f), 613)) < 5) }
    }

    /// Samples are kept for refinement until their frames are decided, however the recording is cut.
    @Test(arguments: [1.0 / 3, 7]) func blocksDoNotMatter(seconds: Double) throws {
        let count = Int(16_000 * seconds), options = PitchTracker.Options(floor: 80, ceiling: 300, step: 0.02)
        let x = adding(tone(140, count: count, amplitude: 0.2), tone(280, count: count, amplitude: 0.1))
        let whole = try track(x, options, block: count)
        #expect(whole.f0.allSatisfy { $0 > 0 })
        for block in [161, 16_000] { #expect(try track(x, options, block: block) == whole) }
    }

    @Test func framesAndPositions() throws {
        let result = try track(tone(200, count: 8000))
        #expect(result.grid.hop == 160 && result.grid.length == 800)
        #expect(result.time(ofFrame: 3) == (3 * 160 + 400) / 16_000.0)
        for i in 0..<result.count { #expect(result.frame(nearest: result.position(ofFrame: i)) == i) }
        #expect(result.frame(nearest: -5) == 0 && result.frame(nearest: 1_000_000) == result.count - 1)
        #expect(result.frames(in: SampleRange(400, 720)) == 0..<2)
        #expect(result.frames(in: SampleRange(401, 721)) == 1..<3)
    }

    @Test(arguments: [0, 1, 500, 799, 800]) func shortRecordings(count: Int) throws {
        #expect(try track([Float](repeating: 0.1, count: count)).count == (count < 800 ? 0 : 1))
    }

    @Test(arguments: [
        { (o: inout PitchTracker.Options) in o.floor = 0 }, { $0.floor = .nan }, { $0.ceiling = 60 }, { $0.ceiling = 5000 },
        { $0.step = 0 }, { $0.step = 1 }, { $0.maximumCandidates = 1 }, { $0.octaveCost = -1 },
        { $0.voicingThreshold = .infinity },
    ] as [@Sendable (inout PitchTracker.Options) -> Void])
    func refusesInvalidOptions(change: @Sendable (inout PitchTracker.Options) -> Void) {
        var options = PitchTracker.Options()
        change(&options)
        #expect(throws: DSPError.self) { _ = try PitchTracker(options) }
    }

    @Test func tooLowARateIsRefused() throws {
        var source = ArraySource([0, 0], rate: SampleRate(4000))
        #expect(throws: DSPError.self) { _ = try PitchTracker().track(source: &source) }
    }
}
