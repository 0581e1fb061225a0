import Signal
import Transcript

/// Where a turn and its marks lie in time: the one reading of it that figures and statistics share.
enum TurnTimes {
    /// Samples: from a turn's first timed word to the end of its last; the turn's own times where no word has any.
    static func range(of turn: Turn) -> SampleRange? {
        var span: SampleRange?
        for word in turn.words { if let range = word.range { span = span.map { $0.union(range) } ?? range } }
        return span ?? turn.range
    }

    /// The same in seconds.
    static func span(of turn: Turn, rate: SampleRate) -> ClosedRange<Double>? {
        range(of: turn).map { rate.seconds($0.start)...rate.seconds($0.end) }
    }

    /// Stretches in which `isOpen` holds, of turns that come and go: it sees how many turns each speaker has open.
    ///
    /// Everything that happens at one moment happens at once, so that turns that touch do not overlap.
    static func stretches(_ turns: [(key: Int, range: SampleRange)], where isOpen: ([Int: Int]) -> Bool) -> [SampleRange] {
        let events = turns.flatMap { [($0.range.start, $0.key, 1), ($0.range.end, $0.key, -1)] }.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
        var found: [SampleRange] = [], active: [Int: Int] = [:]
        var start: Int?
        var index = 0
        while index < events.count {
            let time = events[index].0
            while index < events.count, events[index].0 == time {
                active[events[index].1, default: 0] += events[index].2
                if active[events[index].1] == 0 { active[events[index].1] = nil }
                index += 1
            }
            if isOpen(active) {
                if start == nil { start = time }
            } else if let from = start {
                found.append(SampleRange(from, time))
                start = nil
            }
        }
        return found
    }

    /// A measured duration in seconds; nil for a mark that was typed and never measured.
    static func duration(of mark: Mark, rate: SampleRate) -> Double? {
        if let given = mark.evidence["duration_s"], given.isFinite, given >= 0 { return given }
        return mark.range.map { $0.seconds(at: rate) }
    }

    /// Whether a mark is silence. A hesitation sound (`filled`) is not.
    static func isSilence(_ mark: Mark) -> Bool {
        (mark.kind == .pause || mark.kind == .trailingOff) && mark.label != "filled"
    }

    /// Seconds that the element at `index` takes up: its own; else the moment at which the timed element before it ends, the
    /// next one starts, or the turn does. Nil where nothing in the turn has a time.
    static func place(ofElement index: Int, in turn: Turn, rate: SampleRate) -> ClosedRange<Double>? {
        let elements = turn.elements
        if let range = elements[index].range { return rate.seconds(range.start)...rate.seconds(range.end) }
        if let before = elements[..<index].last(where: { $0.range != nil })?.range {
            return rate.seconds(before.end)...rate.seconds(before.end)
        }
        let next = elements[index...].first { $0.range != nil }?.range?.start ?? turn.range?.start
        return next.map { rate.seconds($0)...rate.seconds($0) }
    }

    /// Seconds that a mark over words covers: to the end of the word that it names.
    static func cover(ofMarkAt index: Int, in turn: Turn, rate: SampleRate) -> ClosedRange<Double>? {
        guard let mark = turn.elements[index].mark else { return nil }
        if let range = mark.range { return rate.seconds(range.start)...rate.seconds(range.end) }
        let words = turn.elements[index...].compactMap(\.word)
        guard let until = mark.until, let last = words.firstIndex(where: { $0.id == until }) else {
            return place(ofElement: index, in: turn, rate: rate)
        }
        let ranges = words[...last].compactMap(\.range)
        guard let start = ranges.first?.start, let end = ranges.map(\.end).max() else { return nil }
        return rate.seconds(start)...rate.seconds(max(start, end))
    }
}
