import Signal
import Transcript

/// Counts a transcript's talk, speaker by speaker.
struct TalkCount {
    typealias SpeakerStatistics = TalkStatistics.SpeakerStatistics

    /// A turn with times: samples.
    struct TimedTurn {
        var speaker: String
        var start: Int
        var end: Int
    }

    private(set) var speakers: [SpeakerStatistics]
    private let rate: SampleRate
    /// By start; the order of the talk where starts are equal.
    private let timed: [TimedTurn]

    init(_ transcript: Transcript) {
        rate = transcript.recording.rate
        speakers = []
        let turns = transcript.turns.compactMap { turn -> TimedTurn? in
            guard !turn.isBackchannel, let range = TurnTimes.range(of: turn) else { return nil }
            return TimedTurn(speaker: turn.speaker, start: range.start, end: range.end)
        }
        timed = turns.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(\.element)
        let order = Self.order(transcript)
        let offsets = transferOffsets(), overlap = overlaps(order), starts = overlapStarts()
        for speaker in order {
            var made = SpeakerStatistics(speaker: speaker)
            let known = transcript.speaker(speaker)
            made.label = known?.label ?? speaker
            made.role = known?.role
            count(transcript.turns.filter { $0.speaker == speaker }, into: &made)
            made.backchannels += transcript.turns.reduce(0) { sum, turn in
                sum + turn.marks.count { $0.kind == .backchannel && $0.label == speaker }
            }
            made.transferOffsets = Distribution(offsets[speaker] ?? [])
            made.overlaps = overlap[speaker]?.count ?? 0
            made.overlapTime = overlap[speaker]?.reduce(0, +) ?? 0
            made.overlapStarts = starts[speaker]?.count ?? 0
            made.interruptions = starts[speaker]?.count { $0 } ?? 0
            speakers.append(made)
        }
        let all = speakers.reduce(0) { $0 + $1.talkTime }
        if all > 0 { for index in speakers.indices { speakers[index].share = speakers[index].talkTime / all } }
    }

    /// Speakers as the transcript lists them, then those that only turns name.
    static func order(_ transcript: Transcript) -> [String] {
        var order: [String] = []
        for id in transcript.speakers.map(\.id) + transcript.turns.map(\.speaker) where !order.contains(id) { order.append(id) }
        return order
    }

    private func count(_ turns: [Turn], into made: inout SpeakerStatistics) {
        var lengths: [Double] = [], pauses: [Double] = [], latencies: [Double] = []
        var timedWords = 0, syllables = 0, floorWords = 0, silent = 0.0
        for turn in turns {
            made.words += turn.words.count
            made.laughs += turn.marks.count { $0.kind == .laughter }
            for mark in turn.marks where TurnTimes.isSilence(mark) && mark.label == "latency" {
                if let duration = TurnTimes.duration(of: mark, rate: rate) { latencies.append(duration) }
            }
            if turn.isBackchannel {
                made.backchannels += 1
                continue
            }
            made.turns += 1
            floorWords += turn.words.count
            made.emphasized += turn.words.count { ($0.prominence?.level ?? 0) >= 2 }
            made.questions += turn.words.count { $0.trail.contains("?") }
            made.filledPauses += turn.words.count(where: \.isFiller) + turn.marks.count { $0.kind == .pause && $0.label == "filled" }
            let inside = turn.marks.filter { TurnTimes.isSilence($0) && $0.label != "latency" }
                .compactMap { mark in TurnTimes.duration(of: mark, rate: rate).map { (mark, $0) } }
            pauses += inside.map(\.1)
            made.rhetoricalPauses += inside.count { $0.0.label == "rhetorical" }
            guard let span = TurnTimes.span(of: turn, rate: rate) else { continue }
            lengths.append(span.upperBound - span.lowerBound)
            timedWords += turn.words.count
            syllables += turn.words.reduce(0) { $0 + SyllableCount.of($1.text) }
            // A pause after the last word ends the turn and is no part of its length.
            silent += inside.reduce(0) { sum, pause in
                guard let range = pause.0.range else { return sum + pause.1 }
                let start = max(rate.seconds(range.start), span.lowerBound), end = min(rate.seconds(range.end), span.upperBound)
                return sum + max(0, end - start)
            }
        }
        made.turnLengths = Distribution(lengths)
        made.pauseLengths = Distribution(pauses)
        made.latencyLengths = Distribution(latencies)
        made.talkTime = made.turnLengths.total
        made.speechTime = max(0, made.talkTime - silent)
        (made.pauses, made.meanPause) = (pauses.count, made.pauseLengths.mean)
        (made.latencies, made.medianLatency) = (latencies.count, made.latencyLengths.median)
        if made.talkTime > 0 {
            let minutes = made.talkTime / 60
            // Turns nobody has written out yet have no tempo.
            if timedWords > 0 {
                made.wordsPerMinute = Double(timedWords) / minutes
                made.syllablesPerSecond = Double(syllables) / made.talkTime
            }
            made.pausesPerMinute = Double(pauses.count) / minutes
            made.filledPausesPerMinute = Double(made.filledPauses) / minutes
        }
        if made.speechTime > 0, timedWords > 0 { made.articulationRate = Double(syllables) / made.speechTime }
        if floorWords > 0 { made.emphasizedPer100Words = 100 * Double(made.emphasized) / Double(floorWords) }
    }

    private var leastOverlap: Int { rate.position(seconds: TalkStatistics.leastOverlap) }

    /// From the end of the talk before each change of speaker, by whoever comes in: seconds.
    private func transferOffsets() -> [String: [Double]] {
        var found: [String: [Double]] = [:]
        var holder: TimedTurn?
        for turn in timed {
            // A turn inside another's does not end it, and takes no floor.
            if let before = holder, before.speaker != turn.speaker, turn.end > before.end {
                let offset = rate.seconds(turn.start - before.end)
                if abs(offset) <= TalkStatistics.longestOffset { found[turn.speaker, default: []].append(offset) }
            }
            if holder.map({ turn.end > $0.end }) ?? true { holder = turn }
        }
        return found
    }

    /// Lengths of the stretches in which a speaker and somebody else both hold a turn: seconds.
    private func overlaps(_ order: [String]) -> [String: [Double]] {
        var key: [String: Int] = [:], found: [String: [Double]] = [:]
        for (index, speaker) in order.enumerated() { key[speaker] = index }
        let turns = timed.map { (key: key[$0.speaker] ?? -1, range: SampleRange($0.start, $0.end)) }
        for (index, speaker) in order.enumerated() {
            let shared = TurnTimes.stretches(turns) { $0.count > 1 && $0[index] != nil }
            found[speaker] = shared.filter { $0.count >= leastOverlap }.map { rate.seconds($0.count) }
        }
        return found
    }

    /// Turns begun while another's goes on: whether each outlasts it.
    private func overlapStarts() -> [String: [Bool]] {
        var found: [String: [Bool]] = [:], open: [TimedTurn] = []
        for turn in timed {
            open.removeAll { $0.end - turn.start < leastOverlap }
            let others = open.filter { $0.speaker != turn.speaker }
            if turn.end - turn.start >= leastOverlap, let last = others.map(\.end).max() {
                found[turn.speaker, default: []].append(turn.end > last)
            }
            open.append(turn)
        }
        return found
    }
}
