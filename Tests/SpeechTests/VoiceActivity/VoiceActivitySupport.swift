import Foundation
import Signal

/// A stand-in for a voice: vowels with moving formants and pitch, fricatives between them, at four syllables a second.
enum SyntheticVoice {
    /// - Parameters:
    ///   - seconds: length.
    ///   - level: root mean square.
    static func speech(seconds: Double, level: Double = 0.05, seed: UInt64 = 1) -> [Float] {
        var random = Noise(seed: seed)
        let rate = 16_000.0, count = Int(seconds * rate)
        var out = [Double](repeating: 0, count: count)
        var phase = 0.0, memory = [[Double]](repeating: [0, 0], count: 3)
        let vowels: [[Double]] = [[700, 1200, 2600], [300, 2200, 2900], [350, 800, 2400], [500, 1700, 2500]]
        for i in 0..<count {
            let t = Double(i) / rate, syllable = Int(t * 4), within = t * 4 - Double(syllable)
            let f0 = 120 + 25 * sin(2 * .pi * 0.6 * t) + 15 * sin(2 * .pi * 1.7 * t)
            phase += f0 / rate
            let voiced = within < 0.72
            let envelope = voiced ? sin(.pi * within / 0.72) : 0.35 * sin(.pi * (within - 0.72) / 0.28)
            var x = 0.0
            if voiced {
                if phase >= 1 { phase -= 1 }
                x = phase < 0.05 ? 1 : -0.05
                let formants = vowels[syllable % 4]
                for k in 0..<3 {
                    let r = exp(-.pi * (70 + 40 * Double(k)) / rate)
                    let y = x * (1 - r) * 3 + 2 * r * cos(2 * .pi * formants[k] / rate) * memory[k][0] - r * r * memory[k][1]
                    memory[k][1] = memory[k][0]
                    memory[k][0] = y
                    x = y
                }
            } else {
                x = Double(random.next()) * 0.05
            }
            out[i] = x * envelope
        }
        let power = out.reduce(0) { $0 + $1 * $1 } / Double(max(1, count))
        return out.map { Float($0 / max(power.squareRoot(), 1e-9) * level) }
    }

    /// `speech` between silences, with noise all through.
    static func scene(
        silence: Double, speech length: Double, noise level: Double, speechLevel: Double = 0.05, repeats: Int = 2
    ) -> (samples: [Float], truth: [SampleRange]) {
        let gap = Int(silence * 16_000)
        var samples = [Float](repeating: 0, count: gap), truth: [SampleRange] = []
        for k in 0..<repeats {
            let voice = speech(seconds: length, level: speechLevel, seed: UInt64(k + 1))
            truth.append(SampleRange(samples.count, samples.count + voice.count))
            samples += voice + [Float](repeating: 0, count: gap)
        }
        var random = Noise(seed: 99)
        return (samples.map { $0 + Float(level) * random.next() }, truth)
    }

    /// Share of 10 ms frames on which segments and truth differ.
    static func disagreement(_ a: [SampleRange], _ b: [SampleRange], count: Int) -> Double {
        let frames = count / 160
        let wrong = (0..<frames).filter { i in
            let at = i * 160 + 80
            return a.contains { $0.contains(at) } != b.contains { $0.contains(at) }
        }
        return Double(wrong.count) / Double(max(1, frames))
    }
}

/// Seeded Gaussian noise of unit variance.
struct Noise {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    private mutating func uniform() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24)
    }
    mutating func next() -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += uniform() }
        return sum
    }
}
