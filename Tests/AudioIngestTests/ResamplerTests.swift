import Foundation
import Signal
import Testing

@testable import AudioIngest

struct ResamplerTests {
    /// A tone must come out as the same tone at the new rate, sample for sample: that is amplitude, pitch and delay at once.
    @Test(arguments: [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000])
    func keepsToneAndTime(_ rate: Int) throws {
        let input = sine(1_000, rate: rate, count: rate * 2, amplitude: 0.5)
        let expected = sine(1_000, rate: 16_000, count: 32_000, amplitude: 0.5)
        let resampler = try Resampler(from: SampleRate(rate), to: .analysis)
        var output: [Float] = []
        var generator = Seeded(UInt64(rate))
        var position = 0
        while position < input.count {
            let end = min(input.count, position + Int(generator.next() % 5_000) + 1)
            try resampler.process(Array(input[position..<end]), appendingTo: &output)
            position = end
        }
        try resampler.finish(appendingTo: &output)
        #expect(output.count == 32_000)
        // The ends see the signal's sudden start.
        let worst = (1_000..<31_000).map { abs(output[$0] - expected[$0]) }.max() ?? 1
        #expect(worst < 2e-4)
    }

    @Test(arguments: [1, 2, 7, 100, 441, 44_099, 44_101])
    func givesTheRoundedNumberOfSamples(_ count: Int) throws {
        let resampler = try Resampler(from: SampleRate(44_100), to: .analysis)
        var output: [Float] = []
        try resampler.process([Float](repeating: 0.25, count: count), appendingTo: &output)
        try resampler.finish(appendingTo: &output)
        #expect(output.count == Int((Double(count) * 16_000 / 44_100).rounded()))
    }

    @Test func suppressesWhatWouldAlias() throws {
        // 10 kHz lies above the new Nyquist frequency; unfiltered it would fold to 6 kHz.
        let input = sine(10_000, rate: 48_000, count: 48_000, amplitude: 0.5)
        let resampler = try Resampler(from: SampleRate(48_000), to: .analysis)
        var output: [Float] = []
        try resampler.process(input, appendingTo: &output)
        try resampler.finish(appendingTo: &output)
        let rest = output[1_000..<15_000].map { abs($0) }.max() ?? 1
        #expect(rest < 1e-5)
    }

    @Test func equalRatesPassThrough() throws {
        let resampler = try Resampler(from: .analysis, to: .analysis)
        var output: [Float] = []
        try resampler.process([0.1, -2, 0.3], appendingTo: &output)
        try resampler.finish(appendingTo: &output)
        #expect(output == [0.1, -2, 0.3])
    }
}
