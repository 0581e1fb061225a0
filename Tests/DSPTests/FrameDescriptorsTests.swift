import DSP
import Foundation
import Signal
import Testing

private typealias Column = FrameDescriptors.Column

private func extract(_ x: [Float], block: Int = 65_536) throws -> FeatureMatrix {
    var source = ArraySource(x, rate: .analysis, blockLength: block)
    return try FrameDescriptors().extract(source: &source)
}

private func values(_ matrix: FeatureMatrix, _ column: FrameDescriptors.Column) -> [Float] {
    (0..<matrix.rows).map { matrix[$0, column.rawValue] }
}

@Suite struct FrameDescriptorsTests {
    @Test(arguments: [
        ("centroid", Column.centroid, 0.5), ("flatness", .flatness, 1e-4), ("entropy", .entropy, 1e-4), ("flux", .flux, 1e-5),
        ("level", .level, 1e-3), ("crossings", .zeroCrossingRate, 1e-6),
    ] as [(String, FrameDescriptors.Column, Float)])
    func agreesWithLibrosa(name: String, column: FrameDescriptors.Column, tolerance: Float) throws {
        let expected = try #require(try reference(name, in: "measures-reference").first)
        let found = values(try extract(referenceSignal()), column)
        #expect(expected.count == 13 && found.count == 13)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) <= tolerance) }
    }

    @Test func blocksDoNotMatter() throws {
        let x = noise(20_000, amplitude: 0.1)
        #expect(try extract(x) == extract(x, block: 131))
    }

    @Test(arguments: [0, 399, 400, 560, 1200]) func shortRecordings(count: Int) throws {
        let matrix = try extract(noise(count, amplitude: 0.1))
        #expect(matrix.rows == FrameGrid.speech.frameCount(sampleCount: count))
        #expect(matrix.columns == 9 && matrix.values.allSatisfy { $0.isFinite })
    }

    @Test func silenceAndDamageStayFinite() throws {
        var x = [Float](repeating: 0, count: 8000)
        x[3000] = .nan
        x[5000] = 1e9
        #expect(try extract(x).values.allSatisfy { $0.isFinite })
    }

    @Test func refusesFramesTooShortForThePitchFloor() {
        var options = FrameDescriptors.Options()
        options.pitchFloor = 60
        var source = ArraySource([0], rate: .analysis)
        #expect(throws: DSPError.self) { _ = try FrameDescriptors(options).extract(source: &source) }
    }

    private func harmonicsToNoise(noise level: Double) throws -> Float {
        var generator = ReferenceNoise()
        let x = (0..<4000).map { Float((Double($0 % 100) / 100 - 0.5) * 0.5 + generator.next() * level) }
        var meter = try HarmonicityMeter(frameLength: 960, sampleRate: 16_000, floor: 75, ceiling: 600)
        var sum: Float = 0, frames: Float = 0
        x.withUnsafeBufferPointer { x in
            for start in stride(from: 0, through: x.count - 960, by: 160) {
                sum += HarmonicityMeter.harmonicsToNoise(meter.measure(UnsafeBufferPointer(rebasing: x[start..<start + 960])))
                frames += 1
            }
        }
        return sum / frames
    }

    @Test(arguments: ["0.03", "0.1", "0.3"]) func harmonicsToNoiseAgreesWithPraat(level: String) throws {
        let praat = try #require(try reference(level, in: "harmonicity-reference").first?.first)
        #expect(abs(try harmonicsToNoise(noise: Double(level) ?? 0) - praat) < 0.7)
    }

    /// Both the sawtooth and the noise are evenly distributed: their powers are as the squares of their ranges. (Above 30 dB
    /// the highest of several peaks that all lie near 1 says more of chance than of the voice.)
    @Test(arguments: [0.03, 0.1, 0.3, 1]) func harmonicsToNoiseIsTheRatioThatWasMade(level: Double) throws {
        #expect(abs(Double(try harmonicsToNoise(noise: level)) - 20 * log10(0.5 / level)) < 1.5)
    }

    @Test func harmonicsToNoiseOfKnownShares() {
        #expect(abs(HarmonicityMeter.harmonicsToNoise(0.5)) < 1e-5)
        #expect(abs(HarmonicityMeter.harmonicsToNoise(0.99) - 19.956) < 1e-2)
        #expect(HarmonicityMeter.harmonicsToNoise(0) == -60 && HarmonicityMeter.harmonicsToNoise(1) == 60)
        #expect(HarmonicityMeter.harmonicsToNoise(-3) == -60 && HarmonicityMeter.harmonicsToNoise(2) == 60)
    }
}

@Suite struct ModulationEnergyTests {
    private func run(_ seconds: Double, smoothing: Double = 2, _ amplitude: (Double) -> [Double]) throws -> Float {
        var options = ModulationEnergy.Options()
        options.smoothing = smoothing
        var meter = try ModulationEnergy(bandCount: amplitude(0).count, frameRate: 100, options: options), last: Float = 0
        for i in 0..<Int(seconds * 100) {
            last = amplitude(Double(i) / 100).map { Float($0 * $0) }.withUnsafeBufferPointer { meter.next($0) }
        }
        return last
    }

    @Test(arguments: [0.1, 0.5, 1]) func depthAtTheCentre(depth: Double) throws {
        let found = try run(20) { [3 * (1 + depth * cos(2 * .pi * 4 * $0))] }
        let expected = depth * depth / 2 / (1 + depth * depth / 2)
        #expect(abs(Double(found) - expected) < 0.02 * expected + 1e-4)
    }

    @Test func edgesLetHalfThroughAndFarAwayLittle() throws {
        func share(_ hertz: Double) throws -> Float { try run(20) { [1 + 0.5 * cos(2 * .pi * hertz * $0)] } }
        let centre = try share(4)
        for edge in [2.0, 8] { #expect(abs(try share(edge) / centre - 0.5) < 0.05) }
        for far in [0.2, 30] { #expect(try share(far) < 0.1 * centre) }
    }

    @Test func steadySoundAndSilenceGiveNothing() throws {
        #expect(try run(2) { _ in [1, 5] } < 1e-6)
        #expect(try run(2) { _ in [0, 0] } == 0)
    }

    @Test func agreesWithScipy() throws {
        let expected = try #require(try reference("modulation", in: "measures-reference").first)
        var meter = try ModulationEnergy(bandCount: 3, frameRate: 100), found: [Float] = []
        for i in 0..<400 {
            let t = Double(i) / 100
            let a = 1 + 0.5 * cos(2 * .pi * 4 * t), b = 1 + 0.25 * cos(2 * .pi * 2 * t)
            let value = [Float(a * a), Float(b * b), 0.5].withUnsafeBufferPointer { meter.next($0) }
            if i % 20 == 0 { found.append(value) }
        }
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-4) }
    }

    @Test func refusesInvalidOptions() {
        #expect(throws: DSPError.self) { _ = try ModulationEnergy(bandCount: 0, frameRate: 100) }
        #expect(throws: DSPError.self) { _ = try ModulationEnergy(bandCount: 1, frameRate: 16) }
        #expect(throws: DSPError.self) { _ = try ModulationEnergy(bandCount: 1, frameRate: .nan) }
    }
}
