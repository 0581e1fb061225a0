import DSP
import Foundation
import Signal
import Testing

@testable import Redaction

private func sound(frames: Int, channels: Int) -> [Float] {
    var generator = SystemRandom(seed: 5)
    return (0..<frames * channels).map { _ in Float.random(in: -0.5...0.5, using: &generator) }
}

private func redacted(_ samples: [Float], channels: Int, mask: SoundMask, disguise: VoiceDisguise? = nil, rate: Int, block: Int = 1_000) throws -> [Float] {
    let redactor = try SoundRedactor(mask: mask, disguise: disguise, rate: SampleRate(rate), channels: channels)
    var result: [Float] = []
    for start in stride(from: 0, to: samples.count, by: block * channels) {
        result += redactor.process(Array(samples[start..<min(samples.count, start + block * channels)]))
    }
    return result + redactor.finish()
}

@Suite struct SoundRedactorTests {
    static let spans = [SampleRange(3_000, 4_000), SampleRange(9_000, 9_500)]

    @Test(arguments: SoundMask.Filling.allCases) func insideStandsTheFillingOutsideEveryBit(filling: SoundMask.Filling) throws {
        let rate = 8_000, samples = sound(frames: 16_000, channels: 2)
        let mask = SoundMask(spans: Self.spans, fade: 0.02, filling: filling, rate: SampleRate(rate))
        let result = try redacted(samples, channels: 2, mask: mask, rate: rate)
        #expect(result.count == samples.count)
        let fade = 160
        for frame in 0..<16_000 {
            let isInside = Self.spans.contains { $0.contains(frame) }
            let isNear = Self.spans.contains { frame >= $0.start - fade && frame < $0.end + fade }
            for channel in 0..<2 {
                let before = samples[2 * frame + channel], after = result[2 * frame + channel]
                if !isNear { #expect(before == after) }
                if isInside && filling == .silence { #expect(after == 0) }
                if isInside { #expect(abs(after) <= 0.1) }
            }
        }
        // The level of what was put in, by Parseval's plain sum.
        let power = (3_000..<4_000).reduce(0.0) { $0 + Double(result[2 * $1] * result[2 * $1]) } / 1_000
        switch filling {
        case .silence: #expect(power == 0)
        case .beep: #expect(abs(power - 0.005) < 0.0002)
        case .noise: #expect(abs(power - 0.0001 / 3) < 0.00001)
        }
    }

    @Test func theBeepIsOneKilohertz() throws {
        let mask = SoundMask(spans: [SampleRange(0, 48_000)], fade: 0, filling: .beep, rate: SampleRate(48_000))
        // 1,000 rising zero crossings a second.
        let values = (100_000..<148_000).map { mask.filler(at: $0) }
        #expect(abs(zip(values, values.dropFirst()).count { $0 < 0 && $1 >= 0 } - 1_000) <= 1)
    }

    @Test func fadesHaveNoSteps() throws {
        let rate = 8_000, samples = [Float](repeating: 0.5, count: 16_000)
        let mask = SoundMask(spans: Self.spans, fade: 0.02, filling: .silence, rate: SampleRate(rate))
        let result = try redacted(samples, channels: 1, mask: mask, rate: rate)
        #expect(zip(result, result.dropFirst()).allSatisfy { abs($0 - $1) < 0.01 })
        #expect(result[2_839] == 0.5 && result[2_841] < 0.5 && result[2_999] < 0.001 && result[4_000] < 0.001 && result[4_160] == 0.5)
    }

    @Test(arguments: [1, 37, 999, 16_000]) func theSameHoweverItIsCut(block: Int) throws {
        let samples = sound(frames: 16_000, channels: 2)
        let mask = SoundMask(spans: Self.spans, fade: 0.02, filling: .noise, rate: SampleRate(8_000))
        #expect(try redacted(samples, channels: 2, mask: mask, rate: 8_000, block: block) == redacted(samples, channels: 2, mask: mask, rate: 8_000, block: 4_321))
    }

    @Test func spansCloserThanTheirFadesAreJoined() {
        let mask = SoundMask(spans: [SampleRange(1_000, 2_000), SampleRange(2_100, 3_000), SampleRange(500, 700)], fade: 0.02, filling: .silence, rate: SampleRate(8_000))
        #expect(mask.spans == [SampleRange(500, 3_000)])
    }

    @Test func aDisguiseLeavesNothingInTheSpansEither() throws {
        let rate = 16_000, samples = sound(frames: 32_000, channels: 2)
        let mask = SoundMask(spans: Self.spans, fade: 0.02, filling: .silence, rate: SampleRate(rate))
        let disguise = VoiceDisguise(voice: .init(label: "A", shift: VoiceShift(pitch: 1.3, formants: 1.15)))
        let result = try redacted(samples, channels: 2, mask: mask, disguise: disguise, rate: rate)
        #expect(result.count == samples.count)
        for span in Self.spans { for frame in span.start..<span.end { #expect(result[2 * frame] == 0 && result[2 * frame + 1] == 0) } }
        #expect(result.allSatisfy { abs($0) <= 1 })
        // And it does something elsewhere.
        #expect(zip(result, samples).count { abs($0 - $1) > 0.01 } > 30_000)
    }

    /// What is said in a span cannot be told from the rest of the disguised sound: it is not there at all.
    @Test func theDisguisedSoundDoesNotDependOnWhatWasTakenOut() throws {
        let rate = 16_000, samples = sound(frames: 32_000, channels: 1)
        var other = samples
        for frame in 3_000..<4_000 { other[frame] = 0.9 * sin(Float(frame)) }
        let mask = SoundMask(spans: Self.spans, fade: 0.02, filling: .silence, rate: SampleRate(rate))
        let disguise = VoiceDisguise(voice: .init(label: "A", shift: VoiceShift(pitch: 1.3, formants: 1.15)))
        #expect(try redacted(samples, channels: 1, mask: mask, disguise: disguise, rate: rate) == redacted(other, channels: 1, mask: mask, disguise: disguise, rate: rate))
    }
}

@Suite struct VoiceDisguiseTests {
    @Test(arguments: [85.0, 110, 130, 155, 160, 175, 200, 230, 260]) func voicesMeetInTheMiddle(pitch: Double) {
        for seed in 0..<200 as Range<UInt64> {
            let shift = VoiceDisguise.shift(medianPitch: pitch, seed: seed)
            let now = pitch * shift.pitch
            #expect(abs(log2(shift.pitch)) >= log2(1.09999), "moved")
            if (115...220).contains(pitch) { #expect((130...195).contains(now), "\(pitch) → \(now)") }
            #expect((0.12...0.2001).contains(abs(shift.formants - 1)))
            #expect((shift.pitch > 1) == (shift.formants > 1), "both the same way, as in a body of another size")
        }
    }

    @Test func theSameSeedTheSameVoice() {
        #expect(VoiceDisguise.shift(medianPitch: 120, seed: 7) == VoiceDisguise.shift(medianPitch: 120, seed: 7))
        #expect(Set((0..<50).map { VoiceDisguise.shift(medianPitch: 120, seed: $0) }).count == 50)
        #expect((0.5...2).contains(VoiceDisguise.shift(medianPitch: nil, seed: 3).pitch))
    }

    @Test func everyMomentHasTheVoiceOfWhoSpeaks() {
        let a = VoiceDisguise.Voice(label: "A", shift: VoiceShift(pitch: 1.3, formants: 1.1))
        let b = VoiceDisguise.Voice(label: "B", shift: VoiceShift(pitch: 0.8, formants: 0.9))
        func segment(_ label: String, _ start: Int, _ end: Int) -> LabeledSegment { .init(range: SampleRange(start, end), label: label) }
        let disguise = VoiceDisguise(
            voices: [a, b], segments: [segment("B", 100, 200), segment("A", 300, 900), segment("B", 500, 600), segment("C", 650, 700), segment("B", 1_000, 1_100)])
        for (position, voice) in [(0, b), (199, b), (249, b), (250, a), (450, a), (500, b), (599, b), (600, a), (680, a), (949, a), (950, b), (9_999, b)] {
            #expect(disguise.shift(at: position) == voice.shift, "\(position)")
        }
    }
}
