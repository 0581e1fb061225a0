import Foundation
import Signal
import Transcript

/// Writes measured pauses into turns.
struct PauseMarker: Sendable {
    let finder: PauseFinder
    let options: ProsodyOptions
    /// The recording's own rate.
    let rate: SampleRate
    /// Seconds of each speaker's mean syllable.
    let beats: [String: Double]

    /// Pauses between the words of each turn.
    ///
    /// None is marked where somebody else takes the floor in between: that silence, if there is one, is a latency. A listener's
    /// token does not take it.
    func markPauses(_ turns: inout [Turn]) {
        let talk = Floor(turns)
        // Where nobody wrote where clauses end, as some recognisers do not, only a word that is surely emphasised says that a pause
        // is for effect.
        let leastLevel = Self.isPunctuated(turns) ? 1 : 2
        for turn in turns.indices {
            var elements = turns[turn].elements
            let beat = beats[turns[turn].speaker]
            let least = options.leastPauseBeats.map { $0 * (beat ?? SyllableRate.usual) } ?? options.leastPause
            var before: Int?
            var index = 0
            while index < elements.count {
                guard let word = elements[index].word, let range = word.range else {
                    index += 1
                    continue
                }
                if let first = before, let previous = elements[first].word, let start = previous.range,
                    !talk.isTaken(between: start.end, and: range.start, from: turn), let pause = silence(start, range, least: least)
                {
                    let label = isRhetorical(previous, word, leastLevel: leastLevel) ? "rhetorical" : nil
                    if insert(pause, label: label, beat: beat, between: first, and: index, in: &elements) { index += 1 }
                }
                before = index
                index += 1
            }
            turns[turn].elements = elements
        }
    }

    /// Silences between the end of one speaker's turn and the start of another's answer.
    func markLatencies(_ turns: inout [Turn]) {
        var last: (speaker: String, range: SampleRange)?
        for turn in turns.indices {
            let placed = turns[turn].words.compactMap(\.range)
            guard let first = placed.first, let final = placed.last else { continue }
            if turns[turn].isBackchannel { continue }
            if let question = last, question.speaker != turns[turn].speaker, question.range.end <= first.start + rate.hertz / 10,
                let silence = pause(question.range, first, least: options.leastLatency),
                rate.seconds(silence.count) <= options.longestLatency
            {
                let opening = turns[turn].elements.firstIndex { $0.word?.range != nil } ?? 0
                let typed = turns[turn].elements[..<opening].firstIndex { $0.mark.map(Self.isTypedPause) ?? false }
                if let typed, var mark = turns[turn].elements[typed].mark {
                    mark.measured(range: silence, evidence: ["duration_s": seconds(silence)], label: "latency")
                    turns[turn].elements[typed] = .mark(mark)
                } else {
                    turns[turn].elements.insert(.mark(measured(silence, label: "latency")), at: 0)
                }
            }
            if last.map({ final.end >= $0.range.end }) ?? true { last = (turns[turn].speaker, final) }
        }
    }

    /// - Returns: whether an element was added.
    private func insert(
        _ pause: PauseFinder.Silence, label: String?, beat: Double?, between first: Int, and index: Int, in elements: inout [Element]
    ) -> Bool {
        if let typed = (first + 1..<index).first(where: { elements[$0].mark.map(Self.isTypedPause) ?? false }),
            var mark = elements[typed].mark
        {
            mark.measured(range: pause.range, evidence: evidence(pause, beat), label: label)
            elements[typed] = .mark(mark)
            return false
        }
        // An ellipsis kept as punctuation says the same.
        if elements[first].word?.trail.contains("…") ?? false { return false }
        var mark = measured(pause.range, label: label)
        mark.evidence = evidence(pause, beat)
        // The silence is over when a stretch in another tone begins.
        var index = index
        while index > first + 1, let before = elements[index - 1].mark, before.kind == .toneOfVoice, before.source == .measured { index -= 1 }
        elements.insert(.mark(mark), at: index)
        return true
    }

    private func evidence(_ pause: PauseFinder.Silence, _ beat: Double?) -> [String: Double] {
        var values = ["duration_s": seconds(pause.range)]
        if pause.breath > 0 { values["breath_s"] = pause.breath }
        if let beat { values["beats"] = Self.beats(pause.range, beat, rate) }
        return values
    }

    private static func beats(_ range: SampleRange, _ beat: Double, _ rate: SampleRate) -> Double {
        (rate.seconds(range.count) / beat * 10).rounded() / 10
    }

    private static func isTypedPause(_ mark: Mark) -> Bool {
        mark.source == .draft && (mark.kind == .pause || mark.kind == .trailingOff)
    }

    private func measured(_ range: SampleRange, label: String?) -> Mark {
        Mark(kind: .pause, source: .measured, range: range, label: label, evidence: ["duration_s": seconds(range)])
    }

    private func seconds(_ range: SampleRange) -> Double { (rate.seconds(range.count) * 1000).rounded() / 1000 }

    /// The silence between two words, at the recording's rate.
    private func pause(_ before: SampleRange, _ after: SampleRange, least: Double) -> SampleRange? {
        silence(before, after, least: least)?.range
    }

    private func silence(_ before: SampleRange, _ after: SampleRange, least: Double) -> PauseFinder.Silence? {
        var found = finder.silence(
            between: before.converted(from: rate, to: .analysis), and: after.converted(from: rate, to: .analysis), least: least)
        if let range = found?.range { found?.range = range.converted(from: .analysis, to: rate) }
        return found
    }

    /// A pause for effect: no punctuation stands there, and a prominent word stands beside it.
    private func isRhetorical(_ before: Word, _ after: Word, leastLevel: Int) -> Bool {
        guard !before.trail.contains(where: { ".,;:?!…–—)".contains($0) }), !after.lead.contains(where: { "(–—".contains($0) }),
            !before.isFiller, !after.isFiller, !before.isCutOff
        else { return false }
        return (before.prominence?.level ?? 0) >= leastLevel || (after.prominence?.level ?? 0) >= leastLevel
    }

    /// Whether one word in forty has punctuation after it; a text too short to tell counts as punctuated.
    private static func isPunctuated(_ turns: [Turn]) -> Bool {
        let words = turns.flatMap(\.words)
        return words.count < 50 || words.count { $0.trail.contains { ".,;:?!…–—".contains($0) } } * 40 >= words.count
    }
}

/// Who says words when: listeners' tokens left out.
private struct Floor {
    private var words: [(start: Int, end: Int, turn: Int)] = []
    /// The latest end of any word up to each.
    private var ends: [Int] = []

    init(_ turns: [Turn]) {
        for (number, turn) in turns.enumerated() where !turn.isBackchannel {
            for range in turn.words.compactMap(\.range) where !range.isEmpty { words.append((range.start, range.end, number)) }
        }
        words.sort { $0 < $1 }
        ends = words.reduce(into: []) { $0.append(max($0.last ?? 0, $1.end)) }
    }

    /// Whether a word of another turn lies between two positions, by its middle.
    func isTaken(between start: Int, and end: Int, from turn: Int) -> Bool {
        guard start < end else { return false }
        // The first word that may reach into the gap.
        var low = 0, high = words.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= start { low = middle + 1 } else { high = middle }
        }
        while low < words.count, words[low].start < end {
            let middle = words[low].start + (words[low].end - words[low].start) / 2
            if words[low].turn != turn, middle > start, middle < end { return true }
            low += 1
        }
        return false
    }
}
