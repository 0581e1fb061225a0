import Signal
import Transcript

/// Where a turn and its marks lie in time: the one reading of it that figures and statistics share.
enum TurnTimes {
    /// Seconds: from a turn's first timed word to the end of its last; the turn's own times where no word has any.
    static func span(of turn: Turn, rate: SampleRate) -> ClosedRange<Double>? {
        var span: SampleRange?
        for word in turn.words { if let range = word.range { span = span.map { $0.union(range) } ?? range } }
        guard let range = span ?? turn.range else { return nil }
        return rate.seconds(range.start)...rate.seconds(range.end)
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
