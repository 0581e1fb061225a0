import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct SpeakerSegmenterTests {
    private let turns: [(speaker: Int, seconds: Double)] = [
        (0, 2.5), (1, 5), (0, 1.5), (1, 4), (0, 2), (1, 3), (0, 3),
    ]

    private func segment(
        _ samples: [Float], _ speech: [SampleRange], speakers: Int? = nil, blockLength: Int = 65_536
    ) throws -> SpeakerSegmentation {
        var source = ArraySource(samples, rate: .analysis, blockLength: blockLength)
        return try SpeakerSegmenter().segment(source: &source, speech: speech, speakers: speakers)
    }

    @Test(arguments: [2, nil]) func separatesTwoVoices(speakers: Int?) throws {
        let (samples, reference) = SyntheticSpeaker.conversation(turns, seed: 1)
        let result = try segment(samples, reference.map(\.range), speakers: speakers)
        let score = DiarizationScore(reference: reference, hypothesis: result.segments, rate: .analysis)
        #expect(score.errorRate < 0.02)
        #expect(result.speakerCount == 2)
        #expect(result.countWasGiven == (speakers != nil))
        #expect(result.segments.first?.label == "S1")
        #expect(result.segments.allSatisfy { ($0.confidence ?? -1) > 0.5 && ($0.confidence ?? 2) <= 1 })
    }

    /// Turns without a pause between them, so the border has to come from the voices.
    @Test func findsBordersInsideSpeech() throws {
        let (samples, reference) = SyntheticSpeaker.conversation(turns, seed: 2)
        let whole = SampleRange(reference[0].range.start, samples.count)
        let result = try segment(samples, [whole], speakers: 2)
        let edges = reference.dropFirst().map(\.range.start)
        for edge in edges {
            let nearest = result.segments.map { abs($0.range.start - edge) }.min() ?? .max
            #expect(nearest < 8_000)  // 0.5 s: the pause before may go to either
        }
        #expect(result.segments.first?.range.start == whole.start && result.segments.last?.range.end == whole.end)
        for (a, b) in zip(result.segments, result.segments.dropFirst()) {
            #expect(a.range.end == b.range.start && a.label != b.label)
        }
    }

    @Test func segmentsCoverSpeechExactly() throws {
        let (samples, reference) = SyntheticSpeaker.conversation(turns, seed: 3)
        // Unordered, overlapping, empty, tiny, before the start, and past the end.
        var speech = reference.map(\.range).reversed() + [SampleRange(40, 40), SampleRange(-90, 3), SampleRange(500, 530)]
        speech.append(SampleRange(samples.count - 9_000, samples.count + 50_000))
        let result = try segment(samples, Array(speech), speakers: 2)
        let wanted = SampleRangeSet(speech.map { SampleRange(max(0, $0.start), max(0, $0.end)) })
        #expect(SampleRangeSet(result.segments.map(\.range)).ranges == wanted.ranges)
        #expect(result.segments.reduce(0) { $0 + $1.range.count } == wanted.count)
    }

    @Test func sameBytesWhateverTheBlocks() throws {
        let (samples, reference) = SyntheticSpeaker.conversation(turns, seed: 4)
        let a = try segment(samples, reference.map(\.range))
        let b = try segment(samples, reference.map(\.range), blockLength: 777)
        #expect(a == b)
    }

    @Test func noSpeechHasNoSpeakers() throws {
        let result = try segment([Float](repeating: 0, count: 16_000), [], speakers: 2)
        #expect(result.segments.isEmpty && result.speakerCount == 0 && !result.notes.isEmpty)
    }

    @Test func littleSpeechSaysSo() throws {
        var generator = SeededGenerator(seed: 5)
        let samples = SyntheticSpeaker.speak(speaker: 0, seconds: 0.3, generator: &generator)
        for speech in [SampleRange(0, 4_800), SampleRange(100, 130), SampleRange(90_000, 99_000)] {
            for speakers in [nil, 1, 2, 8] as [Int?] {
                let result = try segment(samples, [speech], speakers: speakers)
                #expect(result.segments.map(\.range) == [speech])
                #expect(result.speakerCount == 1)
                // One speaker where one was asked for needs no explanation, unless there was nothing to analyse.
                #expect(!result.notes.isEmpty || speakers == 1)
            }
        }
    }

    @Test func oneVoiceIsOneSpeaker() throws {
        let (samples, reference) = SyntheticSpeaker.conversation([(0, 6), (0, 5), (0, 7)], seed: 6)
        let result = try segment(samples, reference.map(\.range))
        #expect(result.speakerCount == 1)
        let given = try segment(samples, reference.map(\.range), speakers: 1)
        #expect(given.speakerCount == 1 && given.segments.count == 3 && given.segments[0].confidence == nil)
    }

    @Test func silenceAndNoiseDoNotBreakIt() throws {
        let silence = [Float](repeating: 0, count: 160_000)
        let result = try segment(silence, [SampleRange(0, 160_000)], speakers: 3)
        #expect(SampleRangeSet(result.segments.map(\.range)).ranges == [SampleRange(0, 160_000)])
        var bad = silence
        for i in stride(from: 0, to: bad.count, by: 17) { bad[i] = i % 2 == 0 ? .nan : .infinity }
        #expect(try !segment(bad, [SampleRange(0, 160_000)]).segments.isEmpty)
    }

    @Test func refusesWhatItCannotDo() {
        var eight = ArraySource([Float](repeating: 0, count: 800), rate: SampleRate(8_000))
        #expect(throws: SpeakerSegmentationError.wrongRate(SampleRate(8_000))) {
            try SpeakerSegmenter().segment(source: &eight, speech: [SampleRange(0, 800)])
        }
        for count in [0, -1, 21] {
            #expect(throws: SpeakerSegmentationError.invalidSpeakerCount(count)) {
                try segment([0], [SampleRange(0, 1)], speakers: count)
            }
        }
    }

    @Test func progressRisesAndCanCancel() throws {
        let (samples, reference) = SyntheticSpeaker.conversation([(0, 3), (1, 3)], seed: 7)
        let seen = Recorder()
        var source = ArraySource(samples, rate: .analysis, blockLength: 8_000)
        _ = try SpeakerSegmenter().segment(source: &source, speech: reference.map(\.range), speakers: 2) { seen.add($0) }
        #expect(seen.values == seen.values.sorted() && seen.values.last == 1 && seen.values.count > 10)
        for stop in [0.1, 0.45, 0.9] {
            var again = ArraySource(samples, rate: .analysis, blockLength: 8_000)
            #expect(throws: CancellationError.self) {
                try SpeakerSegmenter().segment(source: &again, speech: reference.map(\.range), speakers: 2) {
                    if $0 >= stop { throw CancellationError() }
                }
            }
        }
    }

    private final class Recorder: @unchecked Sendable {
        var values: [Double] = []
        func add(_ value: Double) { values.append(value) }
    }
}

@Suite struct ChannelSegmentationTests {
    /// Two voices with cross-talk 18 dB down and channel 2 recorded 10 dB softer; then a stretch where both speak.
    @Test func givesSpeechToTheLouderChannel() throws {
        var generator = SeededGenerator(seed: 8)
        let a = SyntheticSpeaker.speak(speaker: 0, seconds: 3, generator: &generator)
        let b = SyntheticSpeaker.speak(speaker: 1, seconds: 3, generator: &generator)
        let both = (
            SyntheticSpeaker.speak(speaker: 0, seconds: 2, generator: &generator),
            SyntheticSpeaker.speak(speaker: 1, seconds: 2, generator: &generator)
        )
        let silent = [Float](repeating: 0, count: 48_000), short = [Float](repeating: 0, count: 8_000)
        let first = a + short + silent + short + both.0, second = silent + short + b + short + both.1
        let left = zip(first, second).map { $0 + 0.125 * $1 }, right = zip(first, second).map { 0.316 * ($1 + 0.125 * $0) }
        let speech = [SampleRange(0, 48_000), SampleRange(56_000, 104_000), SampleRange(112_000, 144_000)]
        var one = ArraySource(left, rate: .analysis), two = ArraySource(right, rate: .analysis)
        let result = try SpeakerSegmenter().segmentChannels(
            first: &one, second: &two, firstSpeech: speech, secondSpeech: speech, labels: ("A", "B"))
        let reference = [
            LabeledSegment(range: speech[0], label: "A"), LabeledSegment(range: speech[1], label: "B"),
            LabeledSegment(range: speech[2], label: "A"), LabeledSegment(range: speech[2], label: "B"),
        ]
        let score = DiarizationScore(reference: reference, hypothesis: result.segments, rate: .analysis)
        #expect(score.errorRate < 0.12)
        #expect(score.confusion < 0.1)
        #expect(result.segments.filter { $0.range.end <= 104_000 }.map(\.label) == ["A", "B"])
        #expect(result.notes.isEmpty && result.speakerCount == 2)
    }

    @Test func oneVoiceAndTheSameSound() throws {
        var generator = SeededGenerator(seed: 9)
        let voice = SyntheticSpeaker.speak(speaker: 0, seconds: 4, generator: &generator), all = [SampleRange(0, 64_000)]
        var one = ArraySource(voice.map { 0.1 * $0 }, rate: .analysis), two = ArraySource(voice, rate: .analysis)
        let only = try SpeakerSegmenter().segmentChannels(first: &one, second: &two, firstSpeech: all, secondSpeech: all)
        #expect(only.segments.map(\.label) == ["S2"] && only.notes.count == 1)
        var same = ArraySource(voice, rate: .analysis), copy = ArraySource(voice, rate: .analysis)
        let mono = try SpeakerSegmenter().segmentChannels(first: &same, second: &copy, firstSpeech: all, secondSpeech: all)
        #expect(mono.segments.map(\.label) == ["S1"] && mono.notes.count == 1)
        var none = ArraySource([], rate: .analysis), nothing = ArraySource([], rate: .analysis)
        let empty = try SpeakerSegmenter().segmentChannels(first: &none, second: &nothing, firstSpeech: [], secondSpeech: all)
        #expect(empty.segments.isEmpty && empty.speakerCount == 0)
    }
}

@Suite struct SpeakerRolesTests {
    private func segments(_ list: [(Int, String)]) -> [LabeledSegment] {
        var position = 0
        return list.map { seconds, label in
            let start = position
            position += seconds * 16_000 + 8_000
            return LabeledSegment(range: SampleRange(start, start + seconds * 16_000), label: label)
        }
    }

    @Test func theOneWhoSpeaksLessAsks() {
        let roles = SpeakerRoles(
            segments: segments([(4, "S1"), (40, "S2"), (3, "S1"), (25, "S2"), (30, "S2"), (5, "S1"), (20, "S2")]), rate: .analysis)
        #expect(roles.interviewer == "S1")
        #expect(roles.guesses.map(\.turns) == [3, 3])
        #expect(roles.guesses[0].confidence > 0.8 && roles.guesses[1].role == .participant)
    }

    @Test func questionsOutweighLength() {
        let even = segments([(10, "S1"), (10, "S2"), (10, "S1"), (10, "S2")])
        let blind = SpeakerRoles(segments: even, rate: .analysis)
        #expect(blind.guesses.allSatisfy { $0.confidence < 0.65 })
        let told = SpeakerRoles(segments: even, rate: .analysis, questionShare: ["S1": 0.05, "S2": 0.6])
        #expect(told.interviewer == "S2" && told.guesses[1].confidence > blind.guesses[1].confidence)
    }

    @Test func passerByAndLoneSpeaker() {
        let roles = SpeakerRoles(
            segments: segments([(10, "S1"), (60, "S2"), (1, "S3"), (12, "S1"), (60, "S2")]), rate: .analysis)
        #expect(roles.interviewer == "S1" && roles.guesses.count == 3)
        let alone = SpeakerRoles(segments: segments([(10, "S1")]), rate: .analysis)
        #expect(alone.interviewer == nil && alone.guesses.count == 1)
        #expect(SpeakerRoles(segments: [], rate: .analysis).guesses.isEmpty)
    }
}
