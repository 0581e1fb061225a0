import DSP
import Foundation
import Signal
import Testing

@Suite struct MelTests {
    @Test(arguments: MelScale.allCases) func scaleRoundTrips(scale: MelScale) {
        for hertz in [0.0, 20, 440, 999, 1000, 1001, 4000, 8000] {
            #expect(abs(scale.hertz(fromMel: scale.mel(fromHertz: hertz)) - hertz) < 1e-6)
        }
    }

    @Test func publishedAnchors() {
        #expect(abs(MelScale.htk.mel(fromHertz: 1000) - 1000) < 0.1)
        #expect(abs(MelScale.slaney.mel(fromHertz: 1000) - 15) < 1e-9)
        #expect(abs(MelScale.slaney.mel(fromHertz: 6400) - 42) < 1e-9)
    }

    @Test(arguments: MelScale.allCases) func filtersFollowTheFormula(scale: MelScale) throws {
        let options = MelFilterBank.Options(count: 26, lowestFrequency: 50, highestFrequency: 7000, scale: scale)
        let bank = try MelFilterBank(options: options, transformSize: 512, rate: .analysis)
        let low = scale.mel(fromHertz: 50), high = scale.mel(fromHertz: 7000)
        let edges = (0..<28).map { scale.hertz(fromMel: low + (high - low) * Double($0) / 27) }
        for m in 0..<26 {
            for bin in 0..<257 {
                let f = Double(bin) * 31.25
                let rise = (f - edges[m]) / (edges[m + 1] - edges[m]), fall = (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1])
                #expect(abs(Double(bank.weight(filter: m, bin: bin)) - max(0, min(rise, fall))) < 1e-5)
            }
        }
    }

    /// Also where filters are narrower than a bin, and where they fill the spectrum up to its last bin.
    @Test(arguments: [(40, 512, 20.0, 8000.0), (100, 256, 0, 8000), (3, 8, 0, 8000), (1, 2, 0, 8000), (26, 400, 4000, 8000)])
    func energiesAreWeightedSums(count: Int, size: Int, low: Double, high: Double) throws {
        let options = MelFilterBank.Options(count: count, lowestFrequency: low, highestFrequency: high)
        let bank = try MelFilterBank(options: options, transformSize: size, rate: .analysis)
        let power = noise(bank.binCount, seed: 2).map { $0 * $0 }
        var out = [Float](repeating: -1, count: count)
        power.withUnsafeBufferPointer { p in out.withUnsafeMutableBufferPointer { bank.apply(p, into: $0) } }
        for m in 0..<count {
            let slow = power.indices.reduce(0.0) { $0 + Double(bank.weight(filter: m, bin: $1)) * Double(power[$1]) }
            #expect(abs(Double(out[m]) - slow) < 1e-4 * max(1, slow))
        }
    }

    @Test func areaNormalisedFiltersFlattenAFlatSpectrum() throws {
        let options = MelFilterBank.Options(count: 20, areaNormalized: true)
        let bank = try MelFilterBank(options: options, transformSize: 4096, rate: .analysis)
        var out = [Float](repeating: 0, count: 20)
        let flat = [Float](repeating: 1, count: 2049)
        flat.withUnsafeBufferPointer { f in out.withUnsafeMutableBufferPointer { bank.apply(f, into: $0) } }
        // A triangle of unit area holds 1/binWidth bins' worth of weight.
        for value in out { #expect(abs(value * 16_000 / 4096 - 1) < 0.02) }
    }

    @Test(arguments: [
        MelFilterBank.Options(count: 0), .init(count: 2000), .init(lowestFrequency: -1),
        .init(lowestFrequency: 5000, highestFrequency: 4000), .init(highestFrequency: 8001),
        .init(lowestFrequency: .nan),
    ]) func refusesInvalidOptions(options: MelFilterBank.Options) {
        #expect(throws: DSPError.self) { try MelFilterBank(options: options, transformSize: 512, rate: .analysis) }
    }
}
