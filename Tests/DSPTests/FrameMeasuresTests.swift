import DSP
import Foundation
import Testing

private func power(_ x: [Float]) throws -> [Float] {
    var fft = try RealFFT(size: 512)
    let window = Window.hann.values(count: x.count)
    var out = [Float](repeating: 0, count: 257)
    zip(x, window).map { $0 * $1 }.withUnsafeBufferPointer { w in
        out.withUnsafeMutableBufferPointer { fft.powerSpectrum(of: w, into: $0) }
    }
    return out
}

@Suite struct FrameMeasuresTests {
    @Test func energyOfASineIsThreeDecibelsBelowItsPeak() {
        let e = tone(1000, count: 1600, amplitude: 1).withUnsafeBufferPointer { FrameMeasures.energy($0) }
        #expect(abs(e + 3.0103) < 1e-3)
        #expect([Float](repeating: 0, count: 10).withUnsafeBufferPointer { FrameMeasures.energy($0) } == -120)
        #expect([Float]().withUnsafeBufferPointer { FrameMeasures.energy($0) } == -120)
    }

    @Test func zeroCrossingsOfATone() {
        let rate = tone(1003, count: 16_000).withUnsafeBufferPointer { FrameMeasures.zeroCrossingRate($0) }
        #expect(abs(rate * 15_999 - 2006) <= 2)
    }

    @Test func shapeTellsToneFromNoise() throws {
        let sine = try power(tone(1000, count: 512)), hiss = try power(noise(512))
        sine.withUnsafeBufferPointer { sine in
            hiss.withUnsafeBufferPointer { hiss in
                #expect(abs(FrameMeasures.spectralCentroid(sine, binWidth: 31.25) - 1000) < 5)
                #expect(abs(FrameMeasures.spectralCentroid(hiss, binWidth: 31.25) - 4000) < 600)
                #expect(FrameMeasures.spectralFlatness(sine) < 0.01 && FrameMeasures.spectralFlatness(hiss) > 0.4)
                #expect(FrameMeasures.spectralEntropy(sine) < 0.3 && FrameMeasures.spectralEntropy(hiss) > 0.85)
                #expect(FrameMeasures.spectralFlux(sine, after: sine) == 0)
                #expect(FrameMeasures.spectralFlux(sine, after: hiss) > 0.1)
            }
        }
        let flat = [Float](repeating: 2, count: 100)
        flat.withUnsafeBufferPointer {
            #expect(abs(FrameMeasures.spectralFlatness($0) - 1) < 1e-6)
            #expect(abs(FrameMeasures.spectralEntropy($0) - 1) < 1e-6)
        }
    }

    @Test func divergenceIsTheEnvelopeOverTheNoise() {
        // Three frames of two bins: the envelope is 100 and 10 times the noise, 55 on average.
        let frames: [Float] = [1, 10, 100, 1, 1, 1], noise: [Float] = [1, 1]
        let d = frames.withUnsafeBufferPointer { f in
            noise.withUnsafeBufferPointer { FrameMeasures.longTermSpectralDivergence(frames: f, noise: $0) }
        }
        #expect(abs(d - 10 * log10(55)) < 1e-4)
    }

    @Test func harmonicityOfVoiceNoiseAndSilence() throws {
        var meter = try HarmonicityMeter(frameLength: 640, sampleRate: 16_000)
        let voice = harmonicComplex([Double](repeating: 130, count: 640))
        #expect(voice.withUnsafeBufferPointer { meter.measure($0) } > 0.95)
        #expect(noise(640, seed: 5).withUnsafeBufferPointer { meter.measure($0) } < 0.5)
        #expect([Float](repeating: 0.3, count: 640).withUnsafeBufferPointer { meter.measure($0) } == 0)
        #expect(throws: DSPError.self) { _ = try HarmonicityMeter(frameLength: 200, sampleRate: 16_000) }
    }
}
