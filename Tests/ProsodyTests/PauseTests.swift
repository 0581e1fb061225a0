import Exchange
import Foundation
import Signal
import Testing
import Transcript

@testable import Prosody

/// A recording made of voiced "words" over a weak noise floor, with known silences.
struct TestTalk {
    var samples: [Float] = []
    var words: [SampleRange] = []
    var range = SampleRange(0, 0)
    private var state: UInt64 = 7

    mutating func noise() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
    }

    mutating func silence(_ seconds: Double, level: Float = 0.0005) {
        for _ in 0..<Int(seconds * 16_000) { samples.append(level * noise()) }
    }

    mutating func word(_ seconds: Double, gain: Float = 0.2, hertz: Double = 120) {
        let start = samples.count, count = Int(seconds * 16_000)
        for i in 0..<count {
            let t = Double(i) / 16_000
            var value = 0.0
            for k in 1...20 { value += sin(2 * .pi * hertz * Double(k) * t) / Double(k).squareRoot() }
            let edge = min(1, Float(min(i, count - 1 - i)) / 80)
            samples.append(gain * edge * Float(value) / 4 + 0.0005 * noise())
        }
        words.append(SampleRange(start, samples.count))
    }

    /// A voiced sound with one formant.
    mutating func vowel(_ seconds: Double, gain: Float, hertz: Double, formant: Double) {
        let start = samples.count, count = Int(seconds * 16_000)
        for i in 0..<count {
            let t = Double(i) / 16_000
            var value = 0.0
            for k in 1...40 where hertz * Double(k) < 7000 {
                let away = (hertz * Double(k) - formant) / 350
                value += sin(2 * .pi * hertz * Double(k) * t + Double(k * k)) * (exp(-away * away) + 0.12 / Double(k))
            }
            let edge = min(1, Float(min(i, count - 1 - i)) / 80)
            samples.append(gain * edge * Float(value) / 4 + 0.0005 * noise())
        }
        words.append(SampleRange(start, samples.count))
    }

    /// Sound that is no word: noise, or pulses.
    mutating func sound(_ seconds: Double, _ value: (Double) -> Double) -> SampleRange {
        let start = samples.count, count = Int(seconds * 16_000)
        for i in 0..<count { samples.append(Float(value(Double(i) / 16_000)) + 0.0005 * noise()) }
        return SampleRange(start, samples.count)
    }

    /// A transcript at `rate` whose turns take the words in order.
    func transcript(_ turns: [(speaker: String, words: [Word])], rate: SampleRate = .analysis) -> Transcript {
        var next = 0
        let made = turns.enumerated().map { number, turn -> Turn in
            let elements = turn.words.map { word -> Element in
                var word = word
                word.range = words[next].converted(from: .analysis, to: rate)
                word.placement = .aligned
                next += 1
                return .word(word)
            }
            return Turn(id: number + 1, speaker: turn.speaker, elements: elements)
        }
        let recording = RecordingReference(
            id: "T01", digest: "", rate: rate, length: SampleRate.analysis.convert(samples.count, to: rate), channels: 1)
        return Transcript(
            recording: recording, speakers: [Speaker(id: "S1", label: "A"), Speaker(id: "S2", label: "B")], turns: made)
    }

    var speech: [SampleRange] {
        words.map { SampleRange(max(0, $0.start - 300), $0.end + 300) }
    }
}

@Suite struct PauseTests {
    func annotate(_ talk: TestTalk, _ transcript: Transcript, options: ProsodyOptions = .init()) throws -> Transcript {
        var source = ArraySource(talk.samples, rate: .analysis)
        return try ProsodyAnalyzer(options: options).annotate(transcript: transcript, source: &source, speech: talk.speech)
    }

    @Test(arguments: [0.26, 0.4, 0.9, 2.5])
    func measuresAKnownPause(seconds: Double) throws {
        var talk = TestTalk()
        talk.silence(0.5)
        talk.word(0.3)
        talk.silence(seconds)
        talk.word(0.4)
        talk.silence(0.5)
        let result = try annotate(talk, talk.transcript([("S1", [Word(id: 1, text: "en"), Word(id: 2, text: "to")])]))
        let marks = result.turns[0].marks
        #expect(marks.count == 1)
        let pause = try #require(marks.first)
        #expect(pause.kind == .pause && pause.source == .measured)
        #expect(abs((pause.evidence["duration_s"] ?? 0) - seconds) < 0.045)
        #expect(abs((pause.range?.start ?? 0) - talk.words[0].end) < 480)
        #expect(result.turns[0].elements.map { $0.word?.id } == [1, nil, 2])
    }

    @Test func shortSilenceIsNoPause() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        talk.word(0.3)
        talk.silence(0.15)
        talk.word(0.4)
        let result = try annotate(talk, talk.transcript([("S1", [Word(id: 1, text: "en"), Word(id: 2, text: "to")])]))
        #expect(result.turns[0].marks.isEmpty)
    }

    @Test func edgesComeFromTheSoundWhenAWordIsStretchedOverThePause() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        talk.word(0.5)
        talk.silence(0.6)
        talk.word(0.4)
        talk.silence(0.5)
        let truth = SampleRange(talk.words[0].end, talk.words[1].start)
        talk.words[0].end = talk.words[1].start - 800
        let result = try annotate(talk, talk.transcript([("S1", [Word(id: 1, text: "en"), Word(id: 2, text: "to")])]))
        let pause = try #require(result.turns[0].marks.first?.range)
        #expect(abs(pause.end - truth.end) < 480)
        #expect(abs(pause.start - truth.start) < 800)
    }

    @Test func breathInsideAPauseDoesNotSplitIt() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        talk.word(0.3)
        talk.silence(0.3)
        talk.silence(0.25, level: 0.004)
        talk.silence(0.3)
        talk.word(0.4)
        talk.silence(0.5)
        let result = try annotate(talk, talk.transcript([("S1", [Word(id: 1, text: "en"), Word(id: 2, text: "to")])]))
        #expect(abs((result.turns[0].marks.first?.evidence["duration_s"] ?? 0) - 0.85) < 0.06)
    }

    @Test func typedPauseIsKeptAndGetsTheDuration() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        talk.word(0.3)
        talk.silence(0.8)
        talk.word(0.4)
        talk.silence(0.5)
        var transcript = talk.transcript([("S1", [Word(id: 1, text: "en"), Word(id: 2, text: "to")])])
        transcript.turns[0].elements.insert(.mark(Mark(kind: .pause, source: .draft, text: "(pause)")), at: 1)
        let result = try annotate(talk, transcript)
        let marks = result.turns[0].marks
        #expect(marks.count == 1)
        #expect(marks[0].source == .draft && marks[0].text == "(pause)")
        #expect(abs((marks[0].evidence["duration_s"] ?? 0) - 0.8) < 0.045)
    }

    @Test func silenceBeforeAnAnswerIsItsLatencyAndNoPause() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        talk.word(0.4)
        talk.silence(1.2)
        talk.word(0.4, hertz: 200)
        talk.silence(0.5)
        let transcript = talk.transcript([("S1", [Word(id: 1, text: "hva", trail: "?")]), ("S2", [Word(id: 2, text: "ja")])])
        let result = try annotate(talk, transcript)
        #expect(result.turns[0].marks.isEmpty)
        let mark = try #require(result.turns[1].elements.first?.mark)
        #expect(mark.label == "latency")
        #expect(abs((mark.evidence["duration_s"] ?? 0) - 1.2) < 0.045)
        let statistics = TalkStatistics(transcript: result)
        #expect(statistics.speakers.map(\.speaker) == ["S1", "S2"])
        #expect(statistics.speakers[1].latencies == 1 && statistics.speakers[1].pauses == 0)
        #expect(abs((statistics.speakers[1].medianLatency ?? 0) - 1.2) < 0.045)
        #expect(abs(statistics.speakers[0].talkTime - 0.4) < 1e-3)
    }

    @Test func secondRunChangesNothing() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        for length in [0.3, 0.5, 0.2, 0.4] {
            talk.word(length)
            talk.silence(length * 2)
        }
        let words = (1...4).map { Word(id: $0, text: "ord") }
        let once = try annotate(talk, talk.transcript([("S1", Array(words[..<2])), ("S2", Array(words[2...]))]))
        let twice = try annotate(talk, once)
        #expect(once == twice)
        #expect(once.turns.flatMap(\.marks).count == 3)
    }

    @Test func positionsCountAtTheRecordingsRate() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        talk.word(0.3)
        talk.silence(0.7)
        talk.word(0.4)
        talk.silence(0.5)
        let rate = SampleRate(44_100)
        let transcript = talk.transcript([("S1", [Word(id: 1, text: "en"), Word(id: 2, text: "to")])], rate: rate)
        let pause = try #require(try annotate(talk, transcript).turns[0].marks.first?.range)
        #expect(abs(rate.seconds(pause.start) - 0.8) < 0.03)
        #expect(abs(rate.seconds(pause.end) - 1.5) < 0.03)
    }

    @Test func withoutPunctuationOnlyEmphasisMakesAPauseRhetorical() throws {
        /// Sixty words with a pause after every sixth, most of them beside a somewhat longer and louder word.
        func rhetorical(every: Int) throws -> [(before: Int, after: Int)] {
            var talk = TestTalk()
            talk.silence(0.5)
            for index in 0..<60 {
                talk.word(index % 6 == 5 ? 0.34 : 0.2, gain: index % 6 == 5 ? 0.16 : 0.1, hertz: index % 6 == 5 ? 118 : 110 + Double(index % 3))
                talk.silence(index % 6 == 5 ? 0.5 : 0.05)
            }
            // Commas stand inside the runs, not at the pauses.
            let words = (0..<60).map { Word(id: $0, text: "ordet", trail: $0 % every == 2 ? "," : "") }
            let elements = try annotate(talk, talk.transcript([("S1", words)])).turns[0].elements
            return elements.indices.filter { elements[$0].mark?.label == "rhetorical" }.map { place in
                let before = elements[..<place].lazy.compactMap(\.word).last, after = elements[place...].lazy.compactMap(\.word).first
                return (before?.prominence?.level ?? 0, after?.prominence?.level ?? 0)
            }
        }
        let punctuated = try rhetorical(every: 6), plain = try rhetorical(every: 1000)
        #expect(punctuated.count > plain.count && punctuated.contains { max($0.before, $0.after) == 1 })
        #expect(plain.allSatisfy { max($0.before, $0.after) == 2 })
    }

    @Test func pauseInAClauseBesideAProminentWordIsRhetorical() throws {
        func label(trail: String) throws -> String? {
            var talk = TestTalk()
            talk.silence(0.5)
            for index in 0..<12 {
                if index == 7 { talk.silence(0.5) }
                talk.word(index == 7 ? 0.5 : 0.2, gain: index == 7 ? 0.6 : 0.1, hertz: index == 7 ? 180 : 110)
                talk.silence(0.05)
            }
            let words = (0..<12).map { Word(id: $0, text: "ordet", trail: $0 == 6 ? trail : "") }
            return try annotate(talk, talk.transcript([("S1", words)])).turns[0].marks.first?.label
        }
        #expect(try label(trail: "") == "rhetorical")
        #expect(try label(trail: ",") == nil)
    }

    @Test func emptyAndUnplacedInputIsHandled() throws {
        let talk = TestTalk()
        let empty = Transcript(recording: RecordingReference(id: "x", digest: "", rate: .analysis, length: 0, channels: 1))
        #expect(try annotate(talk, empty).turns.isEmpty)
        var transcript = empty
        transcript.turns = [Turn(id: 1, speaker: "S1", elements: [.word(Word(id: 1, text: "ja")), .word(Word(id: 2, text: "nei"))])]
        let result = try annotate(talk, transcript)
        #expect(result.turns == transcript.turns)
        #expect(TalkStatistics(transcript: result).speakers[0].wordsPerMinute == nil)
    }

    @Test func wrongRateIsRefused() {
        var source = ArraySource([0, 0], rate: SampleRate(8000))
        #expect(throws: ProsodyError.wrongRate(found: SampleRate(8000))) {
            _ = try ProsodyAnalyzer().prominence(words: [], source: &source)
        }
    }
}
