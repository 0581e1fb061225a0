import Foundation
import Signal
import Testing
import Transcript

@testable import Prosody

@Suite struct SoundTests {
    enum Thing { case laughter, hesitation, breath, syllables, echo, knock, nothing }

    struct Annotated {
        var transcript: Transcript
        var range: SampleRange
        var samples: [Float]
        var turns: [Turn] { transcript.turns }
    }

    func marks(_ thing: Thing, twoTurns: Bool = false, draft: Mark? = nil) throws -> (marks: [[Mark]], range: SampleRange) {
        let found = try annotated(thing, twoTurns: twoTurns, extra: draft.map { [6: .mark($0)] } ?? [:])
        return (found.turns.map { $0.marks.filter { [.laughter, .breath].contains($0.kind) || $0.label == "filled" } }, found.range)
    }

    /// Twelve words with something between the sixth and the seventh, in one turn or two.
    /// - Parameter extra: elements put into the first turn, by place.
    func annotated(_ thing: Thing, twoTurns: Bool = false, extra: [Int: Element] = [:]) throws -> Annotated {
        var talk = TestTalk()
        var state: UInt64 = 11
        func noise() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
        }
        func voice(_ time: Double, _ hertz: Double, _ formant: Double) -> Double {
            (1...30).reduce(0) { sum, k in
                let away = (hertz * Double(k) - formant) / 400
                return sum + sin(2 * .pi * hertz * Double(k) * time) * (exp(-away * away) + 0.1 / Double(k))
            }
        }
        talk.silence(0.5)
        for index in 0..<12 {
            if index == 6 {
                if thing != .echo { talk.silence(0.25) }
                let start = talk.samples.count
                switch thing {
                case .laughter:
                    for burst in 0..<6 {
                        _ = talk.sound(0.1) { sin(.pi * $0 / 0.1) * (0.06 * voice($0, 190 - 8 * Double(burst), 800) + 0.02 * noise()) }
                        talk.silence(0.09)
                    }
                case .syllables:
                    // Words that nobody wrote down: the rhythm of laughter, but another sound each time.
                    for formant in [400.0, 2200, 900, 3200, 600, 1600] {
                        _ = talk.sound(0.1) { sin(.pi * $0 / 0.1) * 0.1 * voice($0, 120, formant) }
                        talk.silence(0.09)
                    }
                case .hesitation: _ = talk.sound(0.45) { min(1, $0 / 0.05) * 0.07 * voice($0, 112, 500) }
                case .breath: _ = talk.sound(0.4) { sin(.pi * $0 / 0.4) * 0.008 * noise() }
                case .echo:
                    // A word's sound dying away by 120 dB a second.
                    _ = talk.sound(0.35) { 0.1 * pow(10, -6 * $0) * voice($0, 120, 500) }
                case .knock: _ = talk.sound(0.05) { 0.3 * exp(-$0 / 0.01) * sin(2 * .pi * 100 * $0) }
                case .nothing: talk.silence(0.5)
                }
                talk.range = SampleRange(start, talk.samples.count)
                talk.silence(0.3)
            }
            talk.word(0.3, gain: 0.2, hertz: 115 + Double(index % 3))
            talk.silence(0.05)
        }
        let words = (0..<12).map { Word(id: $0 + 1, text: "ordet") }
        var transcript = talk.transcript(
            twoTurns ? [("S1", Array(words[..<6])), ("S2", Array(words[6...]))] : [("S1", words)])
        for (place, element) in extra { transcript.turns[0].elements.insert(element, at: place) }
        var source = ArraySource(talk.samples, rate: .analysis)
        let marked = try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech)
        return Annotated(transcript: marked, range: talk.range, samples: talk.samples)
    }

    func close(_ a: SampleRange?, _ b: SampleRange) -> Bool {
        guard let a else { return false }
        return abs(a.start - b.start) < 1600 && abs(a.end - b.end) < 2400
    }

    @Test func laughterIsFoundWhereItIs() throws {
        let found = try marks(.laughter)
        #expect(found.marks[0].map(\.kind) == [.laughter])
        #expect(close(found.marks[0].first?.range, found.range))
        #expect(abs((found.marks[0].first?.evidence["rate_hz"] ?? 0) - 1 / 0.19) < 0.4)
        #expect(found.marks[0].first?.evidence["bursts"] == 6)
    }

    @Test func hesitationAndBreathAreFound() throws {
        let filled = try marks(.hesitation)
        #expect(filled.marks[0].map(\.label) == ["filled"] && filled.marks[0].first?.kind == .pause)
        #expect(close(filled.marks[0].first?.range, filled.range))
        let breath = try marks(.breath)
        #expect(breath.marks[0].map(\.kind) == [.breath])
    }

    @Test(arguments: [Thing.syllables, .echo, .knock, .nothing]) func otherSoundsAreNotTakenForThem(thing: Thing) throws {
        #expect(try marks(thing).marks[0].isEmpty)
    }

    @Test func betweenTwoTurnsWhoSpokeLastLaughsAndWhoSpeaksNextBreathes() throws {
        #expect(try marks(.laughter, twoTurns: true).marks.map(\.count) == [1, 0])
        #expect(try marks(.breath, twoTurns: true).marks.map(\.count) == [0, 1])
    }

    @Test func theDraftsOwnMarkIsPlacedInTheSound() throws {
        let typed = Mark(kind: .laughter, source: .draft, text: "(ler litt)")
        let found = try marks(.laughter, draft: typed)
        #expect(found.marks[0].count == 1)
        #expect(found.marks[0].first?.text == "(ler litt)" && found.marks[0].first?.source == .draft)
        #expect(close(found.marks[0].first?.range, found.range))
    }

    @Test func aTypedHesitationThatWasNotFoundGetsThePlace() throws {
        let found = try annotated(.hesitation, extra: [6: .word(Word(id: 99, text: "eh", placement: .unplaced, isFiller: true))])
        let typed = try #require(found.turns[0].words.first { $0.id == 99 })
        #expect(close(typed.range, found.range))
        #expect(!found.turns[0].marks.contains { $0.label == "filled" })
    }

    @Test func aTypedPauseIsASilenceAndNoHesitation() throws {
        let found = try annotated(.hesitation, extra: [6: .mark(Mark(kind: .pause, source: .draft, text: "(pause)"))])
        let typed = try #require(found.turns[0].marks.first { $0.source == .draft })
        #expect(typed.evidence["voiced_share"] == nil)
        #expect(found.turns[0].marks.contains { $0.label == "filled" })
    }

    @Test func longLaughterIsFoundWhole() throws {
        var talk = TestTalk()
        talk.silence(0.4)
        for index in 0..<12 {
            if index == 6 {
                talk.silence(0.3)
                let start = talk.samples.count
                for _ in 0..<60 {
                    _ = talk.sound(0.1) { 0.08 * sin(.pi * $0 / 0.1) * sin(2 * .pi * 200 * $0) * (1 + sin(2 * .pi * 800 * $0)) }
                    talk.silence(0.09)
                }
                talk.range = SampleRange(start, talk.samples.count)
                talk.silence(0.3)
            }
            talk.word(0.3, gain: 0.2)
            talk.silence(0.05)
        }
        let transcript = talk.transcript([("S1", (0..<12).map { Word(id: $0 + 1, text: "ordet") })])
        var source = ArraySource(talk.samples, rate: .analysis)
        let marks = try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech).turns[0].marks
        #expect(close(marks.first { $0.kind == .laughter }?.range, talk.range))
    }

    @Test func measuringOnAnotherSoundTakesBackWhatWasMeasured() throws {
        let typed = Mark(kind: .pause, source: .draft, text: "(pause)")
        let silent = try annotated(.nothing, extra: [6: .mark(typed)])
        let first = try #require(silent.turns[0].marks.first { $0.source == .draft })
        #expect(first.evidence["duration_s"] != nil)
        // The same words over sound without the silence.
        var source = ArraySource(silent.samples.map { _ in Float(0.1) }, rate: .analysis)
        let again = try ProsodyAnalyzer().annotate(transcript: silent.transcript, source: &source, speech: [])
        let second = try #require(again.turns[0].marks.first { $0.source == .draft })
        #expect(second.evidence["duration_s"] == nil && second.label == nil && second.text == "(pause)")
    }

    @Test func measuringAgainGivesTheSame() throws {
        var talk = TestTalk()
        talk.silence(0.4)
        for index in 0..<40 {
            talk.word(0.25, gain: index > 30 ? 0.5 : 0.15, hertz: 120)
            if index % 9 == 8 { talk.silence(0.4) } else { talk.silence(0.05) }
        }
        let transcript = talk.transcript([("S1", (0..<40).map { Word(id: $0 + 1, text: "ordet") })])
        func annotate(_ transcript: Transcript) throws -> Transcript {
            var source = ArraySource(talk.samples, rate: .analysis)
            return try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech)
        }
        let once = try annotate(transcript)
        #expect(once.turns[0].marks.contains { $0.kind == .pause })
        #expect(try annotate(once) == once)
    }

    @Test func pausesCanBeMeasuredInTheSpeakersOwnBeats() throws {
        /// Gaps of a third of a second between words of two syllables.
        func pauses(seconds: Double, beats: Double) throws -> [Mark] {
            var talk = TestTalk()
            talk.silence(0.4)
            for index in 0..<40 {
                talk.word(seconds, hertz: 118 + Double(index % 4))
                talk.silence(index % 5 == 4 ? 0.34 : 0.05)
            }
            let transcript = talk.transcript([("S1", (0..<40).map { Word(id: $0 + 1, text: "ordet") })])
            var options = ProsodyOptions()
            options.leastPauseBeats = beats
            var source = ArraySource(talk.samples, rate: .analysis)
            return try ProsodyAnalyzer(options: options).annotate(transcript: transcript, source: &source, speech: talk.speech)
                .turns[0].marks.filter { $0.kind == .pause }
        }
        // Two syllables a word: 0.15 s each here, so that the gap is 2.2 beats; twice as slow, it is 1.1.
        let quick = try pauses(seconds: 0.3, beats: 1.6), slow = try pauses(seconds: 0.6, beats: 1.6)
        #expect(quick.count == 7 && slow.isEmpty)
        #expect(quick.allSatisfy { abs(($0.evidence["beats"] ?? 0) - 0.32 / 0.15) < 0.3 })
    }
}
