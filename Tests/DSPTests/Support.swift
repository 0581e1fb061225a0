import Foundation
import Testing
import Signal

/// A seeded generator (SplitMix64), so that tests see the same noise on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func uniform(_ range: ClosedRange<Float> = -1...1) -> Float { Float.random(in: range, using: &self) }
    /// Gaussian by the sum of twelve uniforms.
    mutating func gaussian() -> Float { (0..<12).reduce(Float(0)) { sum, _ in sum + uniform(0...1) } - 6 }
}

func noise(_ count: Int, amplitude: Float = 1, seed: UInt64 = 1) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.gaussian() * amplitude }
}

/// Σ of harmonics k of amplitude 1/k below 7 kHz, with the fundamental given sample by sample, root mean square 0.1.
func harmonicComplex(_ f0: [Double], rate: Double = 16_000) -> [Float] {
    var phase = 0.0
    let raw: [Double] = f0.map { f in
        phase += f / rate
        var sum = 0.0, k = 1.0
        while k * f < min(7000, rate * 0.45), k < 25 {
            sum += cos(2 * .pi * k * phase) / k
            k += 1
        }
        return sum
    }
    let power = raw.reduce(0) { $0 + $1 * $1 } / Double(max(1, raw.count))
    return raw.map { Float($0 / power.squareRoot() * 0.1) }
}

func tone(_ hertz: Double, count: Int, amplitude: Double = 0.5, rate: Double = 16_000) -> [Float] {
    (0..<count).map { Float(amplitude * sin(2 * .pi * hertz * Double($0) / rate)) }
}

func cents(_ a: Double, _ b: Double) -> Double { 1200 * log2(a / b) }

/// Noise between −½ and ½, the same as in Scripts/reference/make_dsp_reference.py.
struct ReferenceNoise {
    private var state: UInt32 = 12345
    mutating func next() -> Double {
        state = 1_664_525 &* state &+ 1_013_904_223
        return Double(state >> 16) / 65536 - 0.5
    }
}

/// The `signal` of Scripts/reference/make_dsp_reference.py.
func referenceSignal(_ count: Int = 2400) -> [Float] {
    var noise = ReferenceNoise()
    return (0..<count).map { n in
        Float((Double(n % 100) / 100 - 0.5) * (Double(n) / Double(count)) * 0.5 + noise.next() * 0.05)
    }
}

/// The lines called `name` in a reference file.
func reference(_ name: String, in file: String) throws -> [[Float]] {
    let url = try #require(Bundle.module.url(forResource: file, withExtension: "tsv", subdirectory: "Resources"))
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { line in
        let fields = line.split(separator: "\t")
        return fields[0] == name ? fields.dropFirst().compactMap { Float($0) } : nil
    }
}
