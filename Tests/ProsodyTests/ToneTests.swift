import Foundation
import Signal
import Testing
import Transcript

@testable import Prosody

@Suite struct MaximalSegmentsTests {
    /// By the definition: the best segment of all, then the same to the left and to the right of it.
    func slow(_ scores: [Double], _ range: Range<Int>) -> [Range<Int>] {
        var best: Range<Int>?, most = 0.0
        for start in range {
            var sum = 0.0
            for end in start..<range.upperBound {
                sum += scores[end]
                if sum > most + 1e-12 { (best, most) = (start..<end + 1, sum) }
            }
        }
        guard let best else { return [] }
        return slow(scores, range.lowerBound..<best.lowerBound) + [best] + slow(scores, best.upperBound..<range.upperBound)
    }

    @Test func agreesWithTheDefinition() {
        var draw = RobustRegressionTests.Draw()
        for count in 0..<60 {
            let scores = (0..<count).map { _ in draw.next() }
            #expect(MaximalSegments.find(scores) == slow(scores, 0..<count))
        }
        // The example of the paper.
        #expect(MaximalSegments.find([4, -5, 3, -3, 1, 2, -2, 2, -2, 1, 5]) == [0..<1, 2..<3, 4..<11])
    }
}

@Suite struct ToneTests {
    /// Ninety words in five turns; words 40 to 49 (in one turn) are changed.
    /// Marks with the word that each stands before.
    func stretches(
        gain: Float = 0.15, hertz: Double = 120, seconds: Double = 0.25, whisper: Bool = false, creak: Bool = false
    ) throws -> [(first: Int, mark: Mark)] {
        var talk = TestTalk()
        talk.silence(0.5)
        for index in 0..<90 {
            let isChanged = (40..<50).contains(index)
            // Ordinary variation, so that there is something to stand out from.
            let ordinary = Float(1 + 0.06 * Double(index * 7 % 11 - 5)), melody = 120 + Double(index * 5 % 9 - 4) * 1.5
            let length = 0.25 + 0.012 * Double(index * 3 % 7 - 3)
            if isChanged && whisper {
                var state: UInt64 = UInt64(index)
                talk.words.append(talk.sound(length) { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return Double(Int64(bitPattern: state) >> 11) / Double(1 << 52) * 0.05
                })
            } else if isChanged && creak {
                talk.words.append(talk.sound(length) { time in
                    // 30 pulses a second, each ringing at 700 Hz for some milliseconds.
                    let since = time.truncatingRemainder(dividingBy: 1.0 / 30)
                    return 0.5 * exp(-since / 0.004) * sin(2 * .pi * 700 * since)
                })
            } else {
                talk.word(isChanged ? seconds : length, gain: (isChanged ? gain : 0.15) * ordinary, hertz: isChanged ? hertz : melody)
            }
            talk.silence(0.04)
        }
        let words = (0..<90).map { Word(id: $0 + 1, text: "ordet") }
        let transcript = talk.transcript((0..<5).map { ("S1", Array(words[$0 * 18..<$0 * 18 + 18])) })
        var source = ArraySource(talk.samples, rate: .analysis)
        let marked = try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech)
        return marked.turns.flatMap { turn in
            turn.elements.indices.compactMap { place -> (first: Int, mark: Mark)? in
                guard let mark = turn.elements[place].mark, mark.kind == .toneOfVoice else { return nil }
                return (turn.elements[place...].lazy.compactMap(\.word).first?.id ?? 0, mark)
            }
        }
    }

    func marks(
        gain: Float = 0.15, hertz: Double = 120, seconds: Double = 0.25, whisper: Bool = false, creak: Bool = false
    ) throws -> [Mark] {
        try stretches(gain: gain, hertz: hertz, seconds: seconds, whisper: whisper, creak: creak).map(\.mark)
    }

    @Test func ordinaryTalkHasNoMarks() throws { #expect(try marks().isEmpty) }

    @Test func stretchesAreFoundWithTheirWordsAndValues() throws {
        for (label, mark) in [
            ("loud", try stretches(gain: 0.5)), ("soft", try stretches(gain: 0.045)), ("high", try stretches(hertz: 190)),
            ("low", try stretches(hertz: 84)), ("slow", try stretches(seconds: 0.5)), ("fast", try stretches(seconds: 0.13)),
            ("whisper", try stretches(whisper: true)), ("creaky", try stretches(creak: true)),
        ] {
            let own = mark.filter { $0.mark.label == label }
            #expect(own.count == 1, "\(label): \(mark.map { $0.mark.label ?? "" })")
            guard let (first, one) = own.first else { continue }
            #expect((40...42).contains(first), "\(label) from \(first)")
            #expect((48...50).contains(one.until ?? 0), "\(label) until \(one.until ?? 0)")
            #expect(one.source == .measured && (one.confidence ?? 0) >= 0.5 && !one.evidence.isEmpty)
        }
    }

    @Test func evidenceIsWhatWasDone() throws {
        let loud = try #require(try marks(gain: 0.5).first { $0.label == "loud" })
        #expect(abs((loud.evidence["level_db"] ?? 0) - 20 * log10(0.5 / 0.15)) < 1.5)
        let high = try #require(try marks(hertz: 190).first { $0.label == "high" })
        #expect(abs((high.evidence["f0_st"] ?? 0) - 12 * log2(190.0 / 120)) < 0.7)
        let slow = try #require(try marks(seconds: 0.5).first { $0.label == "slow" })
        #expect(abs((slow.evidence["rate_ratio"] ?? 0) - 0.5) < 0.06)
    }

    @Test func anotherSpeakersLoudVoiceIsOrdinaryForThem() throws {
        var talk = TestTalk()
        talk.silence(0.5)
        for index in 0..<80 {
            talk.word(0.25, gain: index < 40 ? 0.05 : 0.3, hertz: index < 40 ? 110 : 210 + Double(index % 5))
            talk.silence(0.04)
        }
        let words = (0..<80).map { Word(id: $0 + 1, text: "ordet") }
        let transcript = talk.transcript([("S1", Array(words[..<40])), ("S2", Array(words[40...]))])
        var source = ArraySource(talk.samples, rate: .analysis)
        let marked = try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech)
        #expect(!marked.turns.flatMap(\.marks).contains { $0.kind == .toneOfVoice })
    }
}

@Suite struct RisingEndTests {
    /// Eight sentences of four words; the last syllable of some rises by seven semitones.
    func rising(_ raised: Set<Int>, questions: Set<Int> = []) throws -> [Int] {
        var talk = TestTalk()
        talk.silence(0.4)
        var words: [Word] = []
        for sentence in 0..<8 {
            for word in 0..<4 {
                let end = word == 3
                let start = talk.samples.count
                var phase = 0.0
                _ = talk.sound(end ? 0.6 : 0.25) { time in
                    let fall = 120 * exp2(-(Double(word) + time) / 12)
                    let rise = end && raised.contains(sentence) ? 7 * max(0, (time - 0.3) / 0.3) : 0
                    phase += fall * exp2(rise / 12) / 16_000
                    var value = 0.0
                    for k in 1...20 { value += sin(2 * .pi * phase * Double(k)) / Double(k).squareRoot() }
                    return 0.05 * value
                }
                talk.words.append(SampleRange(start, talk.samples.count))
                talk.silence(0.03)
                words.append(Word(id: words.count + 1, text: "ordet", trail: end ? (questions.contains(sentence) ? "?" : ".") : ""))
            }
            talk.silence(0.5)
        }
        let transcript = talk.transcript([("S1", words)])
        var source = ArraySource(talk.samples, rate: .analysis)
        let marked = try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech)
        var found: [Int] = [], last = 0
        for element in marked.turns[0].elements {
            if let word = element.word { last = word.id }
            if element.mark?.kind == .intonation { found.append((last - 1) / 4) }
        }
        return found
    }

    @Test func aStatementThatRisesIsMarkedAndAQuestionIsNot() throws {
        #expect(try rising([]) == [])
        #expect(try rising([2, 5]) == [2, 5])
        #expect(try rising([2, 5], questions: [5]) == [2])
    }

    @Test func anothersLowVoiceJustBeforeIsNoRise() throws {
        var talk = TestTalk()
        talk.silence(0.4)
        var turns: [(String, [Word])] = []
        var id = 0
        for _ in 0..<8 {
            for index in 0..<4 { talk.word(0.25, hertz: 110 - Double(index)); talk.silence(0.02) }
            turns.append(("S1", (0..<4).map { Word(id: id + $0 + 1, text: "ordet", trail: $0 == 3 ? "." : "") }))
            talk.word(0.25, hertz: 150)
            talk.silence(0.4)
            turns.append(("S2", [Word(id: id + 5, text: "ja", trail: ".")]))
            id += 5
        }
        let transcript = talk.transcript(turns.map { (speaker: $0.0, words: $0.1) })
        var source = ArraySource(talk.samples, rate: .analysis)
        let marked = try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech)
        #expect(!marked.turns.flatMap(\.marks).contains { $0.kind == .intonation })
    }

    @Test func noPauseWhereSomebodyElseHasTheFloor() throws {
        var talk = TestTalk()
        talk.silence(0.4)
        for index in 0..<8 { talk.word(0.3, hertz: 110 + Double(index)); talk.silence(index == 1 || index == 5 ? 0.5 : 0.05) }
        // The words in order of time: two of S1, four of S2, two of S1's same turn.
        var transcript = talk.transcript([("S1", (0..<2).map { Word(id: $0 + 1, text: "ordet") }), ("S2", (2..<6).map { Word(id: $0 + 1, text: "ordet") }), ("S1", (6..<8).map { Word(id: $0 + 1, text: "ordet") })])
        transcript.turns[0].elements += transcript.turns[2].elements
        transcript.turns.remove(at: 2)
        var source = ArraySource(talk.samples, rate: .analysis)
        let marked = try ProsodyAnalyzer().annotate(transcript: transcript, source: &source, speech: talk.speech)
        #expect(marked.turns[0].marks.allSatisfy { $0.kind != .pause || $0.label == "latency" })
    }

    @Test func whoAlwaysRisesIsNotMarked() throws { #expect(try rising(Set(0..<8)) == []) }
}
