import Foundation
import Signal
import Testing

@testable import DSP

/// A vowel of known pitch and formants: pulses through resonators, as Klatt's synthesiser makes them.
private func vowel(f0: Double, formants: [Double], rate: Double = 16_000, seconds: Double = 3) -> [Float] {
    let count = Int(rate * seconds)
    var source = [Double](repeating: 0, count: count), phase = 0.0
    for n in 0..<count {
        // The pitch wanders by a quarter, so that over time harmonics stand everywhere under a resonance, and can be told from it.
        phase += f0 * (1 + 0.25 * sin(2 * .pi * 0.7 * Double(n) / rate)) / rate
        var k = 1.0
        while k * f0 < 0.45 * rate {
            source[n] += cos(2 * .pi * k * phase) / k
            k += 1
        }
    }
    for (index, formant) in formants.enumerated() {
        let radius = exp(-.pi * (70 + 20 * Double(index)) / rate), b = 2 * radius * cos(2 * .pi * formant / rate), c = -radius * radius
        var one = 0.0, two = 0.0
        for n in 0..<count {
            let value = (1 - b - c) * source[n] + b * one + c * two
            (two, one) = (one, value)
            source[n] = value
        }
    }
    let top = source.map(abs).max() ?? 1
    return source.map { Float(0.3 * $0 / top) }
}

/// Resonances by linear prediction (autocorrelation method, Levinson–Durbin) on the whole signal at 10 kHz or so, as peaks of its
/// spectrum. Shares no code with what is tested.
private func resonances(_ signal: [Float], rate: Double, below: Double) -> [Double] {
    let order = 12, emphasised = zip(signal.dropFirst(), signal).map { Double($0) - 0.9 * Double($1) }
    var r = (0...order).map { lag in (0..<emphasised.count - lag).reduce(0.0) { $0 + emphasised[$1] * emphasised[$1 + lag] } }
    r[0] *= 1 + 1e-6
    var a = [1.0], error = r[0]
    for i in 1...order {
        let k = -(0..<i).reduce(0.0) { $0 + a[$1] * r[i - $1] } / error
        let old = a + [0]
        a = (0...i).map { old[$0] + k * old[i - $0] }
        error *= 1 - k * k
    }
    func level(_ hertz: Double) -> Double {
        var re = 0.0, im = 0.0
        for (n, value) in a.enumerated() {
            re += value * cos(2 * .pi * hertz * Double(n) / rate)
            im -= value * sin(2 * .pi * hertz * Double(n) / rate)
        }
        return -(re * re + im * im)
    }
    let grid = stride(from: 200.0, to: below, by: 5).map { ($0, level($0)) }
    return (1..<grid.count - 1).filter { grid[$0].1 > grid[$0 - 1].1 && grid[$0].1 >= grid[$0 + 1].1 }.map { grid[$0].0 }
}

private func shifted(_ signal: [Float], _ shift: VoiceShift?, rate: Int = 16_000, block: Int = 4_096) throws -> [Float] {
    var shifter = try VoiceShifter(rate: SampleRate(rate)), result: [Float] = []
    var start = 0
    while start < signal.count {
        let end = min(signal.count, start + block)
        signal.withUnsafeBufferPointer { shifter.process(.init(rebasing: $0[start..<end]), shift: { _ in shift }, into: &result) }
        start = end
    }
    shifter.finish(shift: { _ in shift }, into: &result)
    return result
}

private func medianPitch(_ signal: [Float], rate: Int = 16_000) throws -> Double {
    var source = ArraySource(signal, rate: SampleRate(rate))
    let voiced = try PitchTracker(.init(floor: 60, ceiling: 500, step: 0.01)).track(source: &source).f0.filter { $0 > 0 }.sorted()
    return voiced.isEmpty ? 0 : Double(voiced[voiced.count / 2])
}

@Suite struct VoiceShifterTests {
    static let formants = [700.0, 1_220, 2_600]

    @Test(arguments: [(110.0, 1.45, 1.0), (110, 1.45, 1.18), (95, 1.6, 1.12), (220, 0.75, 1.0), (220, 0.72, 0.84), (180, 1.0, 1.2), (180, 1.0, 0.8)])
    func pitchAndFormantsMoveApart(f0: Double, pitch: Double, formants: Double) throws {
        let before = vowel(f0: f0, formants: Self.formants)
        let after = try shifted(before, VoiceShift(pitch: pitch, formants: formants, medianPitch: f0))
        #expect(abs(cents(try medianPitch(after), try medianPitch(before) * pitch)) < 25)
        let was = resonances(before, rate: 16_000, below: 2_000).prefix(2), now = resonances(after, rate: 16_000, below: 2_200).prefix(2)
        try #require(was.count == 2 && now.count == 2)
        // The source slopes, and the envelope of a high voice is coarse: its tops are found to within a tenth.
        for (old, new) in zip(was, now) { #expect(abs(new / old / formants - 1) < 0.09, "\(old) → \(new)") }
    }

    @Test(arguments: [8_000, 44_100, 48_000]) func otherRatesToo(rate: Int) throws {
        let before = vowel(f0: 120, formants: Self.formants, rate: Double(rate), seconds: 1)
        let after = try shifted(before, VoiceShift(pitch: 1.3, formants: 1.15, medianPitch: 120), rate: rate)
        #expect(after.count == before.count)
        #expect(abs(cents(try medianPitch(after, rate: rate), try medianPitch(before, rate: rate) * 1.3)) < 25)
    }

    @Test func theSoundKeepsItsTimeAndItsLevel() throws {
        // Bursts of a voice: none begins sooner or later than before, and none is gone.
        var signal = [Float](repeating: 0, count: 32_000)
        let voice = vowel(f0: 130, formants: Self.formants, seconds: 0.3)
        for start in [4_000, 12_000, 22_000] { for (n, value) in voice.enumerated() { signal[start + n] = value } }
        let after = try shifted(signal, VoiceShift(pitch: 1.3, formants: 1.15, medianPitch: 130))
        #expect(after.count == signal.count)
        func levels(_ x: [Float]) -> [Double] {
            stride(from: 0, to: x.count, by: 400).map { start in x[start..<start + 400].reduce(0.0) { $0 + Double($1 * $1) }.squareRoot() }
        }
        let was = levels(signal), now = levels(after), top = was.max() ?? 1
        for (index, pair) in zip(was, now).enumerated() {
            let near = was[max(0, index - 2)...min(was.count - 1, index + 2)]
            if near.allSatisfy({ $0 == 0 }) { #expect(pair.1 < 0.01 * top, "sound where there was none, \(index)") }
            if near.allSatisfy({ $0 > 0.5 * top }) { #expect((0.4...2.5).contains(pair.1 / pair.0), "level at \(index)") }
        }
    }

    @Test func theSameHoweverItIsCut() throws {
        let signal = zip(vowel(f0: 140, formants: Self.formants, seconds: 1), noise(16_000, amplitude: 0.01)).map { $0 + $1 }
        let shift = VoiceShift(pitch: 0.8, formants: 0.85, medianPitch: 140)
        let whole = try shifted(signal, shift, block: 100_000)
        #expect(try shifted(signal, shift, block: 37) == whole)
        #expect(try shifted(signal, shift, block: 4_096) == whole)
    }

    @Test func withoutAShiftTheSoundIsAsItWas() throws {
        let signal = noise(20_000, amplitude: 0.2)
        let after = try shifted(signal, nil)
        #expect(after.count == signal.count)
        #expect(zip(signal, after).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func shortSoundsAndSilence() throws {
        let shift = VoiceShift(pitch: 1.3, formants: 1.1)
        for count in [0, 1, 199, 200, 801] {
            let after = try shifted(noise(count, amplitude: 0.1), shift)
            #expect(after.count == count && after.allSatisfy(\.isFinite))
        }
        #expect(try shifted([Float](repeating: 0, count: 5_000), shift).allSatisfy { $0 == 0 })
        #expect(throws: DSPError.self) { _ = try VoiceShifter(rate: SampleRate(4_000)) }
    }

    /// The old harmonics must not be left where a voice moved down has left room: a gap filled with them gives the pitch away.
    @Test func noneOfTheOldHarmonicsAreLeft() throws {
        let rate = 16_000.0, before = harmonicComplex([Double](repeating: 200, count: 32_000))
        let after = try shifted(before, VoiceShift(pitch: 0.75, formants: 1, medianPitch: 200))
        func power(_ x: [Float], _ hertz: Double) -> Double {
            var re = 0.0, im = 0.0
            for n in 4_000..<28_000 {
                re += Double(x[n]) * cos(2 * .pi * hertz * Double(n) / rate)
                im += Double(x[n]) * sin(2 * .pi * hertz * Double(n) / rate)
            }
            return re * re + im * im
        }
        // 200 · k stands among the new harmonics 150 · k wherever k is a multiple of three.
        for k in 1...24 where k % 3 != 0 {
            #expect(power(after, 200 * Double(k)) < 0.02 * power(before, 200 * Double(k)), "\(200 * k) Hz")
        }
    }
}

@Suite struct SpectralEnvelopeTests {
    @Test func liesOverTheHarmonicsAndNotBetweenThem() throws {
        // A flat row of harmonics under a known slope: the envelope is the slope.
        let size = 2_048, count = size / 2 + 1
        let slope = (0..<count).map { -3 * Float($0) / Float(count) }
        var log = [Float](repeating: -6, count: count)
        for peak in stride(from: 16, to: count, by: 16) {
            for offset in -3...3 where peak + offset < count { log[peak + offset] = slope[peak + offset] - 0.3 * Float(offset * offset) }
        }
        var estimator = try SpectralEnvelope(size: size, rounds: 10), envelope = [Float](repeating: 0, count: count)
        log.withUnsafeBufferPointer { from in envelope.withUnsafeMutableBufferPointer { estimator.estimate(from, period: 100, into: $0) } }
        var plainly = try SpectralEnvelope(size: size, rounds: 0), plain = envelope
        log.withUnsafeBufferPointer { from in plain.withUnsafeMutableBufferPointer { plainly.estimate(from, period: 100, into: $0) } }
        for peak in stride(from: 128, to: count - 128, by: 16) {
            #expect(abs(envelope[peak] - slope[peak]) < 0.6, "\(peak)")
            #expect(plain[peak] < slope[peak] - 1.5, "\(peak)")
        }
        for between in stride(from: 40, to: count - 40, by: 16) { #expect(envelope[between] > slope[between] - 2.5, "\(between)") }
    }

    @Test func aSmoothSpectrumIsItsOwnEnvelope() throws {
        let size = 512, count = 257
        let log = (0..<count).map { cosf(2 * .pi * 3 * Float($0) / Float(size)) + 0.5 * cosf(2 * .pi * 5 * Float($0) / Float(size)) }
        var estimator = try SpectralEnvelope(size: size), envelope = [Float](repeating: 0, count: count)
        log.withUnsafeBufferPointer { from in envelope.withUnsafeMutableBufferPointer { estimator.estimate(from, period: 40, into: $0) } }
        #expect(zip(log, envelope).allSatisfy { abs($0 - $1) < 1e-4 })
    }
}
