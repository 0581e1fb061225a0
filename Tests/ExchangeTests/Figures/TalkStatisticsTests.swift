import Signal
import Testing
import Transcript

@testable import Exchange

@Suite("Talk statistics") struct TalkStatisticsTests {
    private func word(_ id: Int, _ text: String, _ start: Int, _ end: Int, trail: String = "", level: Int? = nil, filler: Bool = false) -> Element {
        .word(
            Word(
                id: id, text: text, trail: trail, range: SampleRange(start, end), prominence: level.map { Prominence(strength: 2, level: $0) },
                isFiller: filler))
    }
    private func pause(_ start: Int, _ end: Int, label: String? = nil) -> Element {
        .mark(Mark(kind: .pause, source: .measured, range: SampleRange(start, end), label: label, evidence: ["duration_s": Double(end - start) / 1000]))
    }

    /// Milliseconds. A asks 0–2 s, B waits 1 s and answers 3–13 s with two pauses; A says mm at 5 s, and breaks in at 12 s until 15 s.
    private func talk() -> Transcript {
        Transcript(
            recording: RecordingReference(id: "P1", digest: "", rate: SampleRate(1000), length: 20_000, channels: 1),
            speakers: [Speaker(id: "A", label: "Intervjuer", role: .interviewer), Speaker(id: "B", label: "Informant", role: .participant)],
            turns: [
                Turn(id: 1, speaker: "A", elements: [word(1, "Hvordan", 0, 1000), word(2, "går", 1000, 1500), word(3, "det", 1500, 2000, trail: "?", level: 2)]),
                Turn(
                    id: 2, speaker: "B",
                    elements: [
                        pause(2000, 3000, label: "latency"), word(4, "eh", 3000, 3500, filler: true), pause(3500, 4500), word(5, "det", 4500, 5500),
                        .mark(Mark(kind: .laughter, source: .draft, text: "(ler)")), word(6, "går", 5500, 7000), pause(7000, 9000, label: "rhetorical"),
                        .mark(Mark(kind: .pause, source: .measured, range: SampleRange(9000, 9400), label: "filled")),
                        .mark(Mark(kind: .pause, source: .draft, text: "(pause)")), word(7, "bedre", 9400, 13_000, level: 2),
                    ]),
                Turn(id: 3, speaker: "A", elements: [word(8, "mm", 5000, 5300, filler: true)], isBackchannel: true),
                Turn(id: 4, speaker: "A", elements: [word(9, "men", 12_000, 15_000)]),
            ])
    }

    @Test("a small talk, by hand") func byHand() throws {
        let made = TalkStatistics(transcript: talk())
        #expect(made.recording == "P1" && made.duration == 20)
        let a = made.speakers[0], b = made.speakers[1]
        #expect(a.turns == 2 && a.words == 5 && a.backchannels == 1 && a.talkTime == 5 && a.speechTime == 5)
        #expect(b.turns == 1 && b.words == 4 && b.talkTime == 10 && b.speechTime == 7 && b.laughs == 1)
        #expect(a.share == 5.0 / 15 && b.share == 10.0 / 15)
        #expect(a.turnLengths.median == 2.5 && a.turnLengths.lowerQuartile == 2.25 && a.turnLengths.longest == 3)
        #expect(b.pauses == 2 && b.meanPause == 1.5 && b.pauseLengths.total == 3 && b.pausesPerMinute == 12 && b.rhetoricalPauses == 1)
        #expect(b.filledPauses == 2 && b.filledPausesPerMinute == 12)
        #expect(b.latencies == 1 && b.medianLatency == 1 && a.latencies == 0 && a.medianLatency == nil)
        #expect(b.transferOffsets.median == 1 && b.transferOffsets.count == 1 && a.transferOffsets.median == -1)
        #expect(a.wordsPerMinute == 48 && b.wordsPerMinute == 24)
        // hvor-dan går det men: 5 in 5 s; eh det går be-dre: 5 in 10 s, of which 7 s are speech.
        #expect(a.syllablesPerSecond == 1 && b.syllablesPerSecond == 0.5 && b.articulationRate == 5.0 / 7)
        #expect(a.overlaps == 1 && a.overlapTime == 1 && b.overlaps == 1 && b.overlapTime == 1)
        #expect(a.overlapStarts == 1 && a.interruptions == 1 && b.overlapStarts == 0)
        #expect(a.emphasized == 1 && a.emphasizedPer100Words == 25 && b.emphasizedPer100Words == 25 && a.questions == 1)
    }

    @Test("a backchannel typed inside the other's turn counts for the listener") func inlineBackchannel() {
        var talk = talk()
        talk.turns[1].elements.append(.mark(Mark(kind: .backchannel, source: .draft, text: "[mm]", label: "A")))
        #expect(TalkStatistics(transcript: talk).speakers.map(\.backchannels) == [2, 0])
    }

    @Test("without times there are counts and no rates") func untimed() {
        var talk = talk()
        for t in talk.turns.indices {
            talk.turns[t].elements = talk.turns[t].words.map { word in
                var word = word
                word.range = nil
                return .word(word)
            }
        }
        let a = TalkStatistics(transcript: talk).speakers[0]
        #expect(a.turns == 2 && a.words == 5 && a.talkTime == 0 && a.wordsPerMinute == nil && a.share == nil && a.articulationRate == nil)
        talk.turns[0].range = SampleRange(0, 3000)
        #expect(TalkStatistics(transcript: talk).speakers[0].wordsPerMinute == 60)
    }

    @Test("turns that touch neither overlap nor cut an overlap in two") func touching() {
        var talk = talk()
        func turn(_ id: Int, _ speaker: String, _ start: Int, _ end: Int) -> Turn { Turn(id: id, speaker: speaker, range: SampleRange(start, end)) }
        talk.turns = [turn(1, "A", 0, 1000), turn(2, "B", 500, 1500), turn(3, "A", 1000, 2000), turn(4, "B", 2000, 3000)]
        let made = TalkStatistics(transcript: talk).speakers
        #expect(made.map(\.overlaps) == [1, 1] && made.map(\.overlapTime) == [1, 1])
        #expect(TalkPicture(talk).overlaps == [0.5...1.5])
    }

    /// Counts millisecond by millisecond and turn against turn, with no shared code.
    @Test("a slow recount agrees on random talk", arguments: 0..<40 as Range<UInt64>) func recount(seed: UInt64) {
        let talk = randomTalk(seed), made = TalkStatistics(transcript: talk)
        #expect(Set(made.speakers.map(\.speaker)) == Set(talk.speakers.map(\.id) + talk.turns.map(\.speaker)))
        func extent(_ turn: Turn) -> (Int, Int)? {
            var low = Int.max, high = Int.min
            for element in turn.elements {
                if case .word(let word) = element, let range = word.range { (low, high) = (min(low, range.start), max(high, range.end)) }
            }
            return low < high ? (low, high) : turn.range.map { ($0.start, $0.end) }
        }
        let floor = talk.turns.filter { !$0.isBackchannel }
        let spans = floor.compactMap { turn in extent(turn).map { (who: turn.speaker, start: $0.0, end: $0.1) } }
        let length = (spans.map(\.end).max() ?? 0) + 1
        for one in made.speakers {
            var own = [Bool](repeating: false, count: length), others = own
            for span in spans { for ms in span.start..<span.end { if span.who == one.speaker { own[ms] = true } else { others[ms] = true } } }
            var runs: [Int] = [], run = 0
            for ms in 0..<length {
                if own[ms] && others[ms] { run += 1 } else if run > 0 { runs.append(run); run = 0 }
            }
            runs.removeAll { $0 < 100 }
            #expect(one.overlaps == runs.count)
            #expect(abs(one.overlapTime - Double(runs.reduce(0, +)) / 1000) < 1e-9)
            let mine = spans.filter { $0.who == one.speaker }
            #expect(abs(one.talkTime - Double(mine.reduce(0) { $0 + $1.end - $1.start }) / 1000) < 1e-9)
            #expect(one.turns == floor.count { $0.speaker == one.speaker })
            #expect(one.words == talk.turns.filter { $0.speaker == one.speaker }.flatMap(\.words).count)

            let order = spans.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(\.element)
            var starts = 0, takes = 0, offsets: [Double] = []
            for (index, turn) in order.enumerated() where turn.who == one.speaker {
                let during = order[..<index].filter { $0.who != turn.who && $0.end - turn.start >= 100 }
                if turn.end - turn.start >= 100, !during.isEmpty {
                    starts += 1
                    if during.allSatisfy({ $0.end < turn.end }) { takes += 1 }
                }
                let latest = order[..<index].map(\.end).max() ?? -1
                if let holder = order[..<index].first(where: { $0.end == latest }), holder.who != turn.who, turn.end > latest {
                    offsets.append(Double(turn.start - latest) / 1000)
                }
            }
            offsets.removeAll { abs($0) > 30 }
            #expect(one.overlapStarts == starts && one.interruptions == takes)
            #expect(one.transferOffsets.count == offsets.count)
            #expect(abs(one.transferOffsets.total - offsets.reduce(0, +)) < 1e-9)

            var pauses: [Double] = []
            for turn in floor where turn.speaker == one.speaker {
                for mark in turn.marks where mark.kind == .pause || mark.kind == .trailingOff {
                    if mark.label == "filled" || mark.label == "latency" { continue }
                    if let duration = mark.evidence["duration_s"] { pauses.append(duration) }
                }
            }
            #expect(one.pauses == pauses.count && abs(one.pauseLengths.total - pauses.reduce(0, +)) < 1e-9)
            #expect(one.speechTime >= 0 && one.speechTime <= one.talkTime)
        }
        let shares = made.speakers.compactMap(\.share)
        #expect(shares.isEmpty || abs(shares.reduce(0, +) - 1) < 1e-9)
    }

    /// numpy.percentile([1, 2, 4, 8, 16, 32], [25, 50, 75]) gives these.
    @Test("quartiles as NumPy gives them") func quartiles() {
        let made = Distribution([32, 1, 8, 2, .nan, 16, 4])
        #expect(made.count == 6 && made.lowerQuartile == 2.5 && made.median == 6 && made.upperQuartile == 14)
        #expect(Distribution([]).median == nil && Distribution([3]).upperQuartile == 3)
    }

    @Test(
        "syllables", arguments: [
            ("Hvordan", 2), ("familie", 4), ("øyeblikk", 3), ("beina", 2), ("kommunen", 3), ("radioen", 4), ("mm", 1), ("NRK", 3), ("1998", 4), ("idé", 2),
            ("Haakon", 2), ("hjemme-tjenesten", 5), ("…", 0), ("", 0), ("ja", 1), ("leende", 3), ("eie", 2),
        ])
    func syllables(word: String, count: Int) { #expect(SyllableCount.of(word) == count, "\(word)") }
}
