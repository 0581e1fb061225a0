import Foundation
import Signal
import Testing

@testable import Speech

@Suite("Telephone band")
struct TelephoneBandTests {
    /// White noise, or the same through a steep low pass at 3.4 kHz (windowed sinc), heard by the listener.
    private func activity(lowPass: Bool) throws -> OverlapActivity {
        var generator = SplitMix64(seed: 5)
        let noise = (0..<64_000).map { _ in Float(generator.next() >> 40) / Float(1 << 24) - 0.5 }
        var samples = noise
        if lowPass {
            let reach = 128, cut = 3_400.0 / 16_000
            let taps = (-reach...reach).map { n -> Float in
                let x = Double(n), hann = 0.5 + 0.5 * cos(.pi * x / Double(reach + 1))
                return Float(hann * (n == 0 ? 2 * cut : sin(2 * .pi * cut * x) / (.pi * x)))
            }
            samples = noise.indices.map { i in
                var sum: Float = 0
                for (k, tap) in taps.enumerated() {
                    let at = i + k - reach
                    if noise.indices.contains(at) { sum += tap * noise[at] }
                }
                return sum
            }
        }
        let listener = try OverlapListener()
        for start in stride(from: 0, to: samples.count, by: 4_096) {
            try listener.append(AudioBlock(start: start, samples: Array(samples[start..<min(samples.count, start + 4_096)])))
        }
        return try listener.finish()
    }

    @Test("sound that ends at 3.4 kHz is a telephone's, sound up to 8 kHz is not")
    func tellsBands() throws {
        #expect(try activity(lowPass: true).isTelephoneBand)
        #expect(try !activity(lowPass: false).isTelephoneBand)
    }
}
