import Foundation
import Signal
import Testing

@testable import Speech

/// What a room, a recorder or a line does to a voice; each maker is seeded, so every run hears the same sound.
private enum Disturbance: String, CaseIterable, CustomTestStringConvertible {
    case roomNoise, hum, knocks, breathing, music, reverberation, telephone, quiet, clipped, offset

    var testDescription: String { rawValue }

    /// The largest share of 10 ms frames of speech missed, and of the rest taken for speech.
    var bounds: (miss: Double, falseAlarm: Double) {
        switch self {
        case .knocks, .music, .reverberation: (0.08, 0.12)
        // The soft ends of the syllables drown.
        case .roomNoise: (0.2, 0.03)
        default: (0.08, 0.06)
        }
    }

    /// The largest share taken for speech where there is no voice to compare with. Breathing is then the loudest sound of
    /// the recording and shaped like syllables: what is asked is that most of it is left out.
    var boundAlone: Double { self == .breathing ? 0.3 : 0.1 }

    func apply(to voice: [Float]) -> [Float] {
        var random = Noise(seed: 41)
        let hiss = voice.map { $0 + 0.0002 * random.next() }
        switch self {
        case .roomNoise:  // 12 dB below the voice, falling with frequency
            var slow: Float = 0
            return voice.map { x in
                slow += 0.2 * (random.next() - slow)
                return x + slow * 0.0375
            }
        case .hum:  // as loud as the voice
            return hiss.enumerated().map { i, x in
                let t = 2 * Double.pi * Double(i) / 16_000
                return x + Float(0.06 * sin(50 * t) + 0.03 * sin(100 * t + 1) + 0.02 * sin(150 * t + 2))
            }
        case .knocks:  // a short one every 0.7 s, twenty decibels above the voice's level
            var samples = hiss
            for at in stride(from: 3000, to: samples.count - 1200, by: 11_200) {
                for k in 0..<1200 {
                    let t = Double(k) / 16_000
                    samples[at + k] += 0.4 * Float(exp(-90 * t)) * (Float(sin(2 * .pi * 160 * t)) + 0.3 * random.next())
                }
            }
            return samples
        case .breathing:  // through the nose, between and under the words, 20 dB below the voice
            var low: Float = 0, lower: Float = 0
            return hiss.enumerated().map { i, x in
                let puff = random.next()
                low += 0.6 * (puff - low)
                lower += 0.15 * (puff - lower)
                let swell = max(0, sin(2 * .pi * 0.45 * Double(i) / 16_000))
                return x + Float(swell * swell) * (low - lower) * 0.012
            }
        case .music:  // chords through a wall, 20 dB below the voice
            return hiss.enumerated().map { i, x in
                let chord = i / 8000, t = Double(i % 8000) / 16_000
                let root = [110.0, 146.83, 164.81, 130.81][chord % 4]
                var sum = 0.0
                for interval in [1.0, 1.26, 1.498, 2.0] { sum += sin(2 * .pi * root * interval * Double(i) / 16_000) }
                return x + Float(sum * exp(-2 * t) * 0.005)
            }
        case .reverberation:  // RT60 0.4 s, weaker than the direct sound
            var tail: [(delay: Int, gain: Float)] = []
            for k in 1...40 {
                let delay = k * 151 + Int(abs(random.next()) * 60)
                tail.append((delay, 0.12 * random.next() * Float(pow(10, -3 * Double(delay) / 6400))))
            }
            var samples = hiss
            for (delay, gain) in tail { for i in delay..<samples.count { samples[i] += gain * voice[i - delay] } }
            return samples
        case .telephone:  // 300 to 3400 Hz and mu-law steps
            return Self.muLaw(Self.band(hiss, from: 300, to: 3400))
        case .quiet:  // speech at -60 dB, the recorder's hiss 30 dB below it
            return voice.map { $0 * 0.02 + 0.00003 * random.next() }
        case .clipped:
            return hiss.map { min(0.06, max(-0.06, $0)) * 10 }
        case .offset:
            return hiss.map { $0 + 0.1 }
        }
    }

    private static func band(_ x: [Float], from low: Double, to high: Double) -> [Float] {
        func pass(_ x: [Float], at hertz: Double, high: Bool) -> [Float] {
            // A second-order Butterworth section by the bilinear transform.
            let k = tan(.pi * hertz / 16_000), n = 1 / (1 + k * 2.0.squareRoot() + k * k)
            let b = high ? [n, -2 * n, n] : [k * k * n, 2 * k * k * n, k * k * n]
            let a1 = 2 * (k * k - 1) * n, a2 = (1 - k * 2.0.squareRoot() + k * k) * n
            var x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0
            return x.map { value in
                let v = Double(value), y = b[0] * v + b[1] * x1 + b[2] * x2 - a1 * y1 - a2 * y2
                (x2, x1, y2, y1) = (x1, v, y1, y)
                return Float(y)
            }
        }
        var y = x
        for _ in 0..<2 { y = pass(pass(y, at: low, high: true), at: high, high: false) }
        return y
    }

    private static func muLaw(_ x: [Float]) -> [Float] {
        x.map { value in
            let coded = (log(1 + 255 * Double(min(1, abs(value)))) / log(256) * 127).rounded() / 127
            return Float(Double(value < 0 ? -1 : 1) * (pow(256, coded) - 1) / 255)
        }
    }
}

@Suite struct VoiceActivityRobustnessTests {
    private func segments(_ samples: [Float]) throws -> [SampleRange] {
        var source = ArraySource(samples, rate: .analysis)
        return try VoiceActivityDetector().detect(source: &source).segments
    }

    private func shares(_ found: [SampleRange], _ truth: [SampleRange], count: Int) -> (miss: Double, falseAlarm: Double) {
        var missed = 0, speech = 0, wrong = 0, rest = 0
        for frame in 0..<count / 160 {
            let at = frame * 160 + 80
            let isFound = found.contains { $0.contains(at) }
            if truth.contains(where: { $0.contains(at) }) {
                speech += 1
                if !isFound { missed += 1 }
            } else {
                rest += 1
                if isFound { wrong += 1 }
            }
        }
        return (Double(missed) / Double(max(1, speech)), Double(wrong) / Double(max(1, rest)))
    }

    @Test(arguments: Disturbance.allCases) fileprivate func findsTheVoice(disturbance: Disturbance) throws {
        let scene = SyntheticVoice.scene(silence: 1.5, speech: 3, noise: 0, repeats: 1)
        let samples = disturbance.apply(to: scene.samples)
        let (miss, falseAlarm) = shares(try segments(samples), scene.truth, count: samples.count)
        #expect(miss <= disturbance.bounds.miss, "missed \(miss)")
        #expect(falseAlarm <= disturbance.bounds.falseAlarm, "false \(falseAlarm)")
    }

    /// The same sounds without a voice hold no speech to speak of.
    @Test(arguments: [Disturbance.roomNoise, .hum, .knocks, .breathing, .music, .telephone])
    fileprivate func aloneIsNotSpeech(disturbance: Disturbance) throws {
        let samples = disturbance.apply(to: [Float](repeating: 0, count: 80_000))
        let (_, falseAlarm) = shares(try segments(samples), [], count: samples.count)
        #expect(falseAlarm <= disturbance.boundAlone, "false \(falseAlarm)")
    }

    /// Turning the recording up or down changes nothing but the level reported.
    @Test(arguments: [Float(0.003), 4]) func levelDoesNotMatter(gain: Float) throws {
        let scene = SyntheticVoice.scene(silence: 1, speech: 2, noise: 0.001, repeats: 1)
        let plain = try segments(scene.samples), scaled = try segments(scene.samples.map { $0 * gain })
        #expect(SyntheticVoice.disagreement(plain, scaled, count: scene.samples.count) < 0.01)
    }

    /// Pauses between stretches of speech are told apart, and their length is right to a few frames.
    @Test(arguments: [0.4, 0.8]) func pausesAreExact(pause: Double) throws {
        var samples = [Float](repeating: 0, count: 24_000)
        for k in 0..<3 {
            samples += SyntheticVoice.speech(seconds: 1.68, seed: UInt64(k + 1))
            samples += [Float](repeating: 0, count: Int(pause * 16_000))
        }
        samples += [Float](repeating: 0, count: 24_000)
        var random = Noise(seed: 12)
        let found = try segments(samples.map { $0 + 0.0003 * random.next() })
        #expect(found.count == 3)
        for (a, b) in zip(found, found.dropFirst()) {
            #expect(abs(Double(b.start - a.end) / 16_000 - pause) < 0.12)
        }
    }
}
