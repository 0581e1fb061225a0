import Foundation
import Signal
import Testing

@testable import Alignment

/// Where a word ends before a pause, on sounds whose ends are known to the sample.
@Suite struct WordEdgesTests {
    /// Two seconds of room noise at −60 dB with a word of hiss from 0.5 s to 1 s, and what `tail` adds.
    /// - Parameter tail: amplitude at a time in seconds, from 1 s on; drawn as high-passed noise where `isSharp`.
    private func sound(isSharp: Bool = false, tail: (Double) -> Double) throws -> SpeechFrames {
        var state: UInt64 = 5
        func noise() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
        var last: Float = 0
        let samples = (0..<32_000).map { index -> Float in
            let time = Double(index) / 16_000, fresh = noise()
            let amplitude = time < 0.5 ? 0 : time < 1 ? 0.2 : tail(time)
            let source = isSharp && time >= 1 ? (fresh - last) / 2 : fresh
            last = fresh
            return 0.0005 * noise() + Float(amplitude) * source
        }
        var source = ArraySource(samples, rate: .analysis)
        let features = try AlignmentFeatures.recording(&source) { _ in }
        return SpeechFrames(ranges: [SampleRange(8_000, 16_000)], features: features, length: samples.count)
    }

    private func end(_ sound: SpeechFrames, next: Range<Int>? = nil) throws -> Double {
        var places: [AlignmentPass.Place?] = [.init(frames: 50..<99, evidence: 0, phones: 4)]
        if let next { places.append(.init(frames: next, evidence: 0, phones: 4)) }
        let words = WordEdges(sound: sound).finish(places, phones: places.map { _ in 4 })
        return Double(try #require(words.first?.range).end) / 16_000
    }

    @Test func abruptEndStays() throws {
        #expect(abs(try end(sound { _ in 0 }) - 1) <= 0.02)
    }

    /// 50 dB in 0.2 s: a third of the fall is left after 0.13 s.
    @Test func fadingVoiceEndsWhereItNearsTheFloor() throws {
        let found = try end(sound { 0.2 * pow(10, -2.5 * ($0 - 1) / 0.2) })
        #expect(found > 1.1 && found < 1.16, "\(found)")
    }

    /// A final fricative that the detector leaves out belongs to the word, to its last sample.
    @Test func fricativeEndsWhereTheHissStops() throws {
        let found = try end(sound(isSharp: true) { $0 < 1.12 ? 0.05 : 0 })
        #expect(abs(found - 1.12) <= 0.02, "\(found)")
    }

    @Test func breathAfterTheWordIsNotItsEnd() throws {
        let found = try end(sound { $0 > 1.15 && $0 < 1.35 ? 0.01 : 0 })
        #expect(abs(found - 1) <= 0.02, "\(found)")
    }

    /// A sound that goes on is a noise of the room, not a fade: the word is not drawn over it for long.
    @Test func endStaysNearTheDetectedSpeech() throws {
        #expect(try end(sound { $0 < 1.6 ? 0.05 : 0 }) <= 1.21)
    }

    @Test func nextWordIsNotRunInto() throws {
        #expect(try end(sound { 0.2 * pow(10, -2.5 * ($0 - 1) / 0.2) }, next: 105..<130) <= 1.065)
    }
}
