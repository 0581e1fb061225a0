import DSP
import Foundation
import Signal
import Testing

/// Power spectra of 25 ms Hann frames every 10 ms.
private func spectra(_ x: [Float]) throws -> [[Float]] {
    var fft = try RealFFT(size: 512)
    let window = Window.hann.values(count: 400), rows = (x.count - 400) / 160 + 1
    var out = [Float](repeating: 0, count: rows * 257)
    x.withUnsafeBufferPointer { x in
        window.withUnsafeBufferPointer { w in
            _ = out.withUnsafeMutableBufferPointer { fft.powerSpectra(of: x, hop: 160, window: w, into: $0) }
        }
    }
    return (0..<rows).map { Array(out[$0 * 257..<($0 + 1) * 257]) }
}

private func decibels(_ a: Float, _ b: Float) -> Float { 10 * log10(a / b) }

@Suite struct NoiseFloorTrackerTests {
    @Test func whiteNoiseIsFoundAtItsLevelAndThroughBursts() throws {
        var x = noise(16_000 * 5, amplitude: 0.01, seed: 4)
        let quiet = try spectra(x)
        let mean = quiet.reduce(Float(0)) { $0 + $1.reduce(0, +) } / Float(quiet.count * 257)
        // Half-second tones 30 dB above, every second.
        for i in x.indices where i % 16_000 < 8000 { x[i] += 0.3 * Float(sin(Double(i) * 0.4)) }
        for signal in [quiet, try spectra(x)] {
            var tracker = try NoiseFloorTracker(binCount: 257, frameRate: 100)
            for row in signal { row.withUnsafeBufferPointer { tracker.update($0) } }
            let found = tracker.noise.reduce(0, +) / 257
            #expect(abs(decibels(found, mean)) < 1.5)
        }
    }

    @Test func louderNoiseIsFollowedWithinTwoSeconds() throws {
        let x = noise(48_000, amplitude: 0.01, seed: 4) + noise(36_000, amplitude: 0.1, seed: 5)
        var tracker = try NoiseFloorTracker(binCount: 257, frameRate: 100), before: Float = 0
        for (i, row) in try spectra(x).enumerated() {
            row.withUnsafeBufferPointer { tracker.update($0) }
            if i == 280 { before = tracker.noise.reduce(0, +) }
        }
        #expect(abs(decibels(tracker.noise.reduce(0, +), before) - 20) < 2)
    }

    @Test func refusesInvalidOptions() {
        #expect(throws: DSPError.self) { _ = try NoiseFloorTracker(binCount: 0, frameRate: 100) }
        #expect(throws: DSPError.self) { _ = try NoiseFloorTracker(binCount: 5, frameRate: .infinity) }
        #expect(throws: DSPError.self) { _ = try LongTermDivergence(binCount: 5, frameRate: 100, reach: -1) }
    }
}

@Suite struct LongTermDivergenceTests {
    /// The definition over the frames −reach … reach that exist, with the noise known when the value is due.
    @Test(arguments: [0, 1, 6], [1, 4, 60]) func agreesWithASlowOne(reach: Int, count: Int) throws {
        let bins = 19
        let rows = (0..<count).map { noise(bins, seed: UInt64($0) + 7).map { $0 * $0 } }
        var meter = try LongTermDivergence(binCount: bins, frameRate: 100, reach: reach), found: [Float] = []
        var tracker = try NoiseFloorTracker(binCount: bins, frameRate: 100), noises: [[Float]] = []
        for row in rows {
            row.withUnsafeBufferPointer { row in
                if let value = meter.next(row) { found.append(value) }
                tracker.update(row)
            }
            noises.append(tracker.noise)
        }
        found += meter.finish()
        #expect(found.count == count)
        for t in 0..<count {
            let around = rows[max(0, t - reach)...min(count - 1, t + reach)], noise = noises[min(count - 1, t + reach)]
            let ratio = (0..<bins).reduce(0.0) { sum, k in
                sum + Double(around.map { $0[k] }.max() ?? 0) / max(Double(noise[k]), 1e-20)
            }
            #expect(abs(Double(found[t]) - 10 * log10(ratio / Double(bins))) < 1e-3)
        }
    }

    @Test func speechLikeSoundStandsOutOfNoise() throws {
        var x = noise(16_000 * 5, amplitude: 0.01)
        let voice = harmonicComplex([Double](repeating: 140, count: 8000))
        for i in 0..<8000 { x[48_000 + i] += voice[i] }
        var meter = try LongTermDivergence(binCount: 257, frameRate: 100), found: [Float] = []
        for row in try spectra(x) { row.withUnsafeBufferPointer { if let v = meter.next($0) { found.append(v) } } }
        let inside = found[310..<340].min() ?? 0, outside = found[200..<290].max() ?? 0
        #expect(inside > outside + 6)
    }
}
