import Foundation
import Signal
import Testing
import Transcript

@testable import Prosody

/// Levels drawn frame by frame, so that every edge is known.
@Suite struct PauseEdgeTests {
    /// Two words of 300 ms at -20 dB with `between`, dB a frame of 10 ms, from one to the other; background -70 dB.
    func silence(_ between: [Float], least: Double = 0.25) -> PauseFinder.Silence? {
        let quiet = [Float](repeating: -70, count: 60), word = [Float](repeating: -20, count: 30)
        let levels = quiet + word + between + word + quiet
        let contours = SpeechContours(powers: levels.map { pow(10, $0 / 10) })
        let first = SpeechContours.samples(ofFrames: 60..<90)
        let second = SpeechContours.samples(ofFrames: 90 + between.count..<120 + between.count)
        let speech = [SpeechContours.samples(ofFrames: 60..<120 + between.count)]
        return PauseFinder(contours: contours, speech: speech, options: .init()).silence(between: first, and: second, least: least)
    }

    @Test(arguments: [25, 26, 40, 90, 200])
    func abruptSilenceIsMeasuredToTheFrame(frames: Int) {
        let found = silence([Float](repeating: -70, count: frames))
        #expect(found == .init(range: SpeechContours.samples(ofFrames: 90..<90 + frames), breath: 0))
    }

    @Test func aWordsDecayBelongsToTheWord() {
        // 40 ms of decay below the level that finds silence, and 30 ms of a weak onset.
        let found = silence([-60, -62, -64, -66] + [Float](repeating: -70, count: 40) + [-66, -64, -60])
        #expect(found?.range == SpeechContours.samples(ofFrames: 94..<134))
    }

    @Test func edgesMoveNoFurtherThanFiftyMilliseconds() {
        let found = silence([Float](repeating: -62, count: 12) + [Float](repeating: -70, count: 40))
        #expect(found?.range == SpeechContours.samples(ofFrames: 95..<142))
    }

    @Test(arguments: [3, 8, 15, 24])
    func aClosureIsNoPause(frames: Int) {
        #expect(silence([Float](repeating: -70, count: frames)) == nil)
    }

    @Test func aBreathStaysInsideAndIsNoted() {
        let quiet = [Float](repeating: -70, count: 15)
        let found = silence(quiet + [Float](repeating: -45, count: 20) + quiet)
        #expect(found == .init(range: SpeechContours.samples(ofFrames: 90..<140), breath: 0.2))
    }

    @Test func aWordAsLoudAsTheOthersEndsThePause() {
        let quiet = [Float](repeating: -70, count: 20)
        #expect(silence(quiet + [Float](repeating: -25, count: 20) + quiet) == nil)
    }

    @Test func aClickIsNoBreath() {
        let quiet = [Float](repeating: -70, count: 20)
        let found = silence(quiet + [-30, -30] + quiet)
        #expect(found?.breath == 0 && found?.range.count == 42 * SpeechContours.hop)
    }
}
