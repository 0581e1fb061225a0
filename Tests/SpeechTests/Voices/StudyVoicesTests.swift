import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct StudyVoicesTests {
    @Test func aVoiceInAllRecordingsIsFound() throws {
        for count in [3, 6, 12] {
            var right = 0, all = 0, confidence = 0.0
            for seed in 1...8 as ClosedRange<UInt64> {
                var draw = try DrawnVoices(seed: seed)
                let asker = draw.voice()
                // In every third recording the other one behaves more like an interviewer.
                let recordings = (0..<count).map { draw.recording("r\($0)", asker: asker, behaviour: $0 % 3 == 2 ? 0.25 : 0.6) }
                for guess in try StudyVoices(recordings).guesses {
                    all += 1
                    right += guess.label == "S1" ? 1 : 0
                    confidence += guess.confidence
                }
            }
            #expect(Double(right) >= 0.95 * Double(all), "\(count) recordings: \(right) of \(all)")
            #expect(confidence / Double(all) > 0.8)
        }
    }

    @Test func withoutACommonVoiceConfidenceIsThatOfBehaviour() throws {
        var confidence = 0.0, all = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            var draw = try DrawnVoices(seed: seed)
            let recordings = (0..<6).map { draw.recording("r\($0)", asker: draw.voice()) }
            for guess in try StudyVoices(recordings).guesses {
                confidence += guess.confidence
                all += 1
            }
        }
        // Whoever is named is right half of the time here; the confidence must not claim much more.
        #expect(confidence / Double(all) < 0.7)
    }

    @Test func twoInterviewersOfHalfTheStudyEachAreBothFound() throws {
        var right = 0, different = 0
        for seed in 1...6 as ClosedRange<UInt64> {
            var draw = try DrawnVoices(seed: seed)
            let askers = [draw.voice(), draw.voice()]
            let study = try StudyVoices((0..<8).map { draw.recording("r\($0)", asker: askers[$0 % 2]) })
            right += study.guesses.count { $0.label == "S1" }
            let numbers = study.guesses.map { $0.voice ?? 0 }
            different += Set([numbers[0], numbers[2], numbers[4]]) != Set([numbers[1], numbers[3], numbers[5]]) ? 1 : 0
        }
        #expect(right >= 43)
        #expect(different >= 5)
    }

    @Test func aPersonsWordWinsAlways() throws {
        var draw = try DrawnVoices(seed: 3)
        let asker = draw.voice()
        var recordings = (0..<5).map { draw.recording("r\($0)", asker: asker, behaviour: 0.9) }
        recordings[2].voices[1].known = .init(isInterviewer: true, belief: 1)
        recordings[2].voices[0].known = .init(isInterviewer: false, belief: 1)
        let guess = try #require(try StudyVoices(recordings)[recording: "r2"])
        #expect(guess.label == "S2" && guess.confidence == 1 && guess.reasons.first == .set)
        #expect(try StudyVoices(recordings)[recording: "r0"]?.label == "S1")
    }

    @Test func oneLabelledTurnTeachesTheOtherRecordings() throws {
        var right = 0, all = 0
        for seed in 1...8 as ClosedRange<UInt64> {
            var draw = try DrawnVoices(seed: seed)
            // Both voices come back, as in two rounds with one participant: only the label tells who asks.
            let asker = draw.voice(), other = draw.voice()
            var recordings = (0..<4).map { index in
                StudyVoices.Recording(
                    id: "r\(index)",
                    voices: [
                        .init(label: "S1", print: draw.heard(asker, label: "S1"), behaviour: 0.4),
                        .init(label: "S2", print: draw.heard(other, label: "S2"), behaviour: 0.6),
                    ])
            }
            recordings[1].voices[0].known = .init(isInterviewer: true, belief: 0.98)
            recordings[1].voices[1].known = .init(isInterviewer: false, belief: 0.98)
            for guess in try StudyVoices(recordings).guesses {
                right += guess.label == "S1" ? 1 : 0
                all += 1
            }
        }
        #expect(Double(right) >= 0.9 * Double(all))
    }

    @Test func theOrderOfRecordingsDoesNotMatter() throws {
        var draw = try DrawnVoices(seed: 9)
        let asker = draw.voice()
        let recordings = (0..<7).map { draw.recording("r\($0)", asker: asker, behaviour: 0.55) }
        let straight = try StudyVoices(recordings), turned = try StudyVoices(recordings.reversed())
        for recording in recordings {
            #expect(straight[recording: recording.id]?.label == turned[recording: recording.id]?.label)
        }
        #expect(try StudyVoices(recordings) == straight)
    }

    @Test func strangeInputIsNoCrash() throws {
        #expect(try StudyVoices([]).guesses.isEmpty)
        let broken = VoicePrint(label: "S1", seconds: 9, cepstrum: [.nan, 1])
        let recordings = [
            StudyVoices.Recording(id: "a", voices: []),
            StudyVoices.Recording(id: "b", voices: [.init(label: "S1", print: broken, behaviour: .nan)]),
            StudyVoices.Recording(
                id: "c", voices: [.init(label: "S1", behaviour: 0.7), .init(label: "S2", print: broken, behaviour: 0.3)]),
        ]
        let guesses = try StudyVoices(recordings).guesses
        #expect(guesses.map(\.recording) == ["b", "c"])
        #expect(guesses[1].label == "S1" && abs(guesses[1].confidence - 0.7) < 0.01)
    }

    /// The gain against the ratio of two Gaussian densities written out in full.
    @Test func gainIsTheRatioOfTheDensities() throws {
        var draw = try DrawnVoices(seed: 4)
        let b = draw.statistics.variances, places = (0..<2).map { _ in draw.voice() }
        var cluster = VoiceCluster(draw.statistics)
        #expect(cluster.gain(places[0]) == 0)
        cluster.add(places[0])
        var expected = 0.0
        for d in b.indices {
            // Two prints of one voice: covariance [[1+b, b], [b, 1+b]]; of two voices: its diagonal.
            let v = 1 + b[d], det = v * v - b[d] * b[d], x = places[0][d], y = places[1][d]
            expected += -0.5 * (log(det) + (v * x * x - 2 * b[d] * x * y + v * y * y) / det)
            expected += 0.5 * (2 * log(v) + (x * x + y * y) / v)
        }
        #expect(abs(cluster.gain(places[1]) - expected) < 1e-9 * max(1, abs(expected)))
        cluster.add(places[1])
        cluster.remove(places[0])
        #expect(cluster.count == 1)
    }

    @Test func damagedStatisticsAreRefused() throws {
        #expect(throws: SpeakerSegmentationError.self) { try VoiceStatistics(data: Data("ORVS".utf8)) }
        #expect(throws: SpeakerSegmentationError.self) { try VoiceStatistics(data: Data(count: 1512)) }
    }
}
