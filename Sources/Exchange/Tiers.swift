import Signal
import Transcript

/// The talk as Praat and ELAN have it: for each speaker tiers of stretches that follow each other without overlap.
///
/// Turns and words are those of the written page, so that the two agree: what the notation drops (a filler, a listener's `mm`) is
/// in neither.
struct Tiers {
    /// Times in ticks from the start of the recording; `end` is after `start`.
    struct Interval: Hashable {
        var start: Int
        var end: Int
        var text: String
    }

    /// A word, with what is measured on it.
    struct TimedWord {
        var interval: Interval
        /// Index of its turn among the speaker's.
        var turn: Int
        /// Two decimals; nil where none was measured.
        var strength: String?
        var level: Int
    }

    struct Speaker {
        /// Unique in the file.
        var name: String
        var turns: [Interval] = []
        /// Inside their turns.
        var words: [TimedWord] = []
        /// The text is the kind (``Renderer/kind(ofPause:)``).
        var pauses: [Interval] = []
        var marks: [Interval] = []
    }

    let ticksPerSecond: Int
    /// The shortest stretch, a millisecond: a word without length is shown as one.
    private var least: Int { max(1, ticksPerSecond / 1000) }
    private(set) var speakers: [Speaker] = []
    /// The recording's end, or the last stretch's where that is later; at least a millisecond.
    private(set) var end = 0
    private(set) var untimedTurns = 0
    private(set) var untimedWords = 0

    /// - Parameter ticksPerSecond: 1,000 or more.
    init(_ renderer: Renderer, ticksPerSecond: Int) {
        self.ticksPerSecond = ticksPerSecond
        let rate = renderer.transcript.recording.rate
        func ticks(_ range: SampleRange) -> (start: Int, end: Int) {
            let scale = SampleRate(ticksPerSecond)
            // A damaged file may hold positions that no recording has.
            let limit = 3_600_000 * rate.hertz
            let start = rate.convert(min(max(0, range.start), limit), to: scale)
            return (start, max(start, rate.convert(min(max(0, range.end), limit), to: scale)))
        }
        let page = Self.page(renderer)
        let shown = Dictionary(page.paragraphs.map { ($0.turnID, page.plainText(of: $0)) }) { first, _ in first }
        let words = Set(page.paragraphs.lazy.flatMap(\.runs).compactMap(\.wordID))
        var order = renderer.transcript.speakers.map(\.id)
        for turn in renderer.transcript.turns where !order.contains(turn.speaker) { order.append(turn.speaker) }
        var names: Set<String> = []
        for id in order {
            var speaker = Speaker(name: Self.unique(renderer.label(of: id), id: id, among: &names))
            var turns: [(interval: Interval, words: [TimedWord])] = [], pauses: [Interval] = [], marks: [Interval] = []
            for turn in renderer.transcript.turns where turn.speaker == id {
                guard let said = shown[turn.id] else { continue }
                var own: [TimedWord] = [], untimed = 0
                for element in turn.elements {
                    switch element {
                    case .word(let word):
                        let text = TextEscaping.line(renderer.text(of: word))
                        guard words.contains(word.id), !text.isEmpty else { continue }
                        guard let range = word.range else {
                            untimed += 1
                            continue
                        }
                        let (start, end) = ticks(range)
                        own.append(
                            TimedWord(
                                interval: Interval(start: start, end: end, text: text), turn: 0,
                                strength: word.prominence.map { Seconds.decimal($0.strength, places: 2) }.flatMap { $0.isEmpty ? nil : $0 },
                                level: word.prominence?.level ?? 0))
                    case .mark(let mark):
                        guard let range = mark.range ?? Self.covered(by: mark, in: turn) else { continue }
                        let (start, end) = ticks(range)
                        if mark.kind == .pause {
                            pauses.append(Interval(start: start, end: end, text: Renderer.kind(ofPause: mark)))
                        } else {
                            marks.append(Interval(start: start, end: end, text: Self.text(of: mark, in: turn, renderer)))
                        }
                    }
                }
                let spans = own.map { ($0.interval.start, $0.interval.end) } + (turn.range.map { [ticks($0)] } ?? [])
                guard let start = spans.map(\.0).min(), let end = spans.map(\.1).max() else {
                    untimedTurns += 1
                    continue
                }
                untimedWords += untimed
                turns.append((Interval(start: start, end: end, text: TextEscaping.line(said)), own))
            }
            turns.sort { ($0.interval.start, $0.interval.end) < ($1.interval.start, $1.interval.end) }
            speaker.turns = separated(turns.map(\.interval))
            for (index, turn) in turns.enumerated() { speaker.words += fitted(turn.words, into: speaker.turns[index], turn: index) }
            speaker.pauses = separated(pauses)
            speaker.marks = separated(marks)
            speakers.append(speaker)
        }
        end = max(ticks(SampleRange(0, renderer.transcript.recording.length)).end, least)
        for speaker in speakers {
            for tier in [speaker.turns, speaker.pauses, speaker.marks] { end = max(end, tier.last?.end ?? 0) }
        }
    }

    /// The page with every listener's `mm` as a turn of its own speaker: inside another's turn it has no time.
    private static func page(_ renderer: Renderer) -> LaidOutTranscript {
        guard renderer.notation.backchannels.placement == .inline else { return renderer.page }
        var notation = renderer.notation
        notation.backchannels.placement = .ownTurn
        return TranscriptLayout(notation: notation, options: renderer.options).layOut(renderer.transcript)
    }

    /// Stretches in order, none over another: what lasts into the next ends where that begins, and what has no length gets
    /// a millisecond.
    private func separated(_ intervals: [Interval]) -> [Interval] {
        var result = intervals.sorted { ($0.start, $0.end, $0.text) < ($1.start, $1.end, $1.text) }
        for index in result.indices.dropFirst() { result[index].start = max(result[index].start, result[index - 1].start + least) }
        for index in result.indices {
            result[index].end = max(result[index].end, result[index].start + least)
            if index + 1 < result.count { result[index].end = min(result[index].end, result[index + 1].start) }
        }
        return result
    }

    /// A turn's words inside it. Where there are more than fit at a millisecond each, the last are left out.
    private func fitted(_ words: [TimedWord], into turn: Interval, turn index: Int) -> [TimedWord] {
        let sorted = words.sorted { ($0.interval.start, $0.interval.end) < ($1.interval.start, $1.interval.end) }
        var intervals = sorted.map { Interval(start: max(turn.start, $0.interval.start), end: $0.interval.end, text: $0.interval.text) }
        // From the end backwards, so that words pressed together at the turn's end still get their millisecond.
        var limit = turn.end
        for index in intervals.indices.reversed() {
            intervals[index].start = max(turn.start, min(intervals[index].start, limit - least))
            limit = intervals[index].start
        }
        var before = turn.start, result: [TimedWord] = []
        for (position, word) in sorted.enumerated() {
            var word = word
            let start = max(before, intervals[position].start)
            var end = max(intervals[position].end, start + least)
            if position + 1 < intervals.count { end = min(end, max(start + least, intervals[position + 1].start)) }
            end = min(end, turn.end)
            guard end > start else { break }
            word.interval = Interval(start: start, end: end, text: word.interval.text)
            word.turn = index
            before = end
            result.append(word)
        }
        return result
    }

    /// The stretch of the words that a mark without times of its own covers.
    private static func covered(by mark: Mark, in turn: Turn) -> SampleRange? {
        guard let until = mark.until else { return nil }
        let at = turn.elements.firstIndex { $0.mark == mark } ?? 0
        let words = turn.elements[at...].compactMap(\.word)
        guard let last = words.firstIndex(where: { $0.id == until }) else { return nil }
        let ranges = words[...last].compactMap(\.range)
        guard let first = ranges.first else { return nil }
        return ranges.dropFirst().reduce(first) { $0.union($1) }
    }

    private static func text(of mark: Mark, in turn: Turn, _ renderer: Renderer) -> String {
        // A backchannel's label is the speaker's id, which says nothing in a tier.
        let detail = TextEscaping.line((mark.kind == .backchannel ? nil : mark.label) ?? renderer.text(of: mark, in: turn) ?? "")
        return mark.kind.rawValue + (detail.isEmpty ? "" : ": " + detail)
    }

    private static func unique(_ label: String, id: String, among names: inout Set<String>) -> String {
        var name = label, number = 2
        if names.contains(name.lowercased()) { name = "\(label) (\(TextEscaping.line(id)))" }
        while names.contains(name.lowercased()) {
            name = "\(label) (\(number))"
            number += 1
        }
        names.insert(name.lowercased())
        return name
    }
}

extension Renderer {
    /// A pause's kind: `latency` before an answer, `rhetorical`, `filled` by a sound that nobody wrote down, else `inside`.
    static func kind(ofPause mark: Mark) -> String {
        ["latency", "rhetorical", "filled"].first { $0 == mark.label } ?? "inside"
    }

    /// The name of a speaker's tier. Our own reader, as others, tells by the last word what a tier holds.
    func tierName(_ speaker: String, _ tier: TierKind) -> String {
        switch tier {
        case .turns: speaker
        case .words: speaker + say(" - ord", " - words")
        case .pauses: speaker + say(" - pauser", " - pauses")
        case .level: speaker + say(" - betoning", " - prominence")
        case .strength: speaker + say(" - betoningsstyrke", " - prominence strength")
        case .marks: speaker + say(" - kommentarer", " - comments")
        }
    }

    enum TierKind { case turns, words, pauses, level, strength, marks }

    func tierNotes(_ tiers: Tiers) -> [String] {
        var notes = untimedNote(tiers.untimedTurns, kept: false)
        if tiers.untimedWords > 0 {
            notes.append(say("\(tiers.untimedWords) ord mangler tid og står bare i replikkene", "\(tiers.untimedWords) words have no time and stand in the turns only"))
        }
        return notes
    }
}
