import Signal
import Transcript

/// Marks that another program measured, as labels along the recording, written into a transcript with timed words.
public struct GivenMarks: Sendable {
    /// A label over a stretch of time.
    public struct Label: Sendable, Hashable {
        /// At 16 kHz.
        public var range: SampleRange
        /// One of ``GivenMarks/names``.
        public var name: String
        /// The speaker's id whose it is; nil for whoever speaks there.
        public var speaker: String?

        public init(range: SampleRange, name: String, speaker: String? = nil) {
            self.range = range
            self.name = name
            self.speaker = speaker
        }
    }

    static let pauses = ["pause", "rhetorical-pause", "filled"]
    static let sounds: [String: Mark.Kind] = ["laughter": .laughter, "breath": .breath, "cough": .cough]
    static let levels = ["prominent": 1, "emphasis": 2]

    /// What a label may be: silences and sounds between words, how much words stand out, tones of voice over words, and `rising` ends.
    public static let names = pauses + sounds.keys.sorted() + levels.keys.sorted() + Mark.toneLabels + Mark.intonationLabels

    public let labels: [Label]
    public init(_ labels: [Label]) { self.labels = labels }

    /// The transcript with these marks instead of what was measured before; what the draft has stays.
    ///
    /// A label that is about words (emphasis, tone, melody) goes to the words whose middle lies in it; one that is about the time
    /// between words (pauses, sounds) after the last word that begins before its middle, in the turn that is spoken then. Between two
    /// turns a laugh belongs to the one before, a breath to the one after, and a pause to the one after as its latency.
    /// - Returns: the transcript, and how many labels found no word to be about.
    public func applied(to transcript: Transcript) -> (transcript: Transcript, unused: Int) {
        var result = transcript, unused = 0
        for index in result.turns.indices {
            result.turns[index].forgetMeasured()
            result.turns[index].elements = result.turns[index].elements.compactMap { element in
                if let mark = element.mark { return mark.source == .measured && Self.measured.contains(mark.kind) ? nil : element }
                guard case .word(var word) = element else { return element }
                word.prominence = nil
                return .word(word)
            }
        }
        let rate = transcript.recording.rate
        // The order of the file does not count.
        for label in labels.sorted(by: { ($0.range, $0.name, $0.speaker ?? "") < ($1.range, $1.name, $1.speaker ?? "") }) {
            let range = label.range.converted(from: .analysis, to: rate)
            let isBetween = Self.pauses.contains(label.name) || Self.sounds[label.name] != nil
            let isUsed = isBetween ? between(label, range, &result, rate) : over(label, range, &result)
            if !isUsed { unused += 1 }
        }
        for index in result.turns.indices { result.turns[index].orderMarks() }
        return (result, unused)
    }

    private static let measured: Set<Mark.Kind> = [.pause, .laughter, .breath, .cough, .toneOfVoice, .intonation]

    // MARK: Over words

    private func over(_ label: Label, _ range: SampleRange, _ transcript: inout Transcript) -> Bool {
        var isUsed = false
        for index in transcript.turns.indices where label.speaker == nil || transcript.turns[index].speaker == label.speaker {
            let elements = transcript.turns[index].elements
            let covered = elements.indices.filter { elements[$0].word?.range.map { Self.middle($0, in: range) } ?? false }
            guard let first = covered.first, let last = covered.last, let start = elements[first].word?.range, let end = elements[last].word?.range else { continue }
            isUsed = true
            if let level = Self.levels[label.name] {
                for place in covered {
                    guard case .word(var word) = elements[place], level > word.prominence?.level ?? 0 else { continue }
                    word.prominence = Prominence(strength: Double(level), level: level)
                    transcript.turns[index].elements[place] = .word(word)
                }
            } else if Mark.intonationLabels.contains(label.name) {
                transcript.turns[index].elements.insert(.mark(Mark(kind: .intonation, source: .measured, range: end, label: label.name)), at: last + 1)
            } else {
                transcript.turns[index].elements.insert(
                    .mark(Mark(kind: .toneOfVoice, source: .measured, range: start.union(end), label: label.name, until: elements[last].word?.id)), at: first)
            }
        }
        return isUsed
    }

    private static func middle(_ word: SampleRange, in range: SampleRange) -> Bool { range.contains(word.start + word.count / 2) }

    // MARK: Between words

    private func between(_ label: Label, _ range: SampleRange, _ transcript: inout Transcript, _ rate: SampleRate) -> Bool {
        let middle = range.start + range.count / 2
        let own = transcript.turns.indices.filter { index in
            transcript.turns[index].words.contains { $0.range != nil } && (label.speaker == nil || transcript.turns[index].speaker == label.speaker)
        }
        func placed(_ index: Int) -> [SampleRange] { transcript.turns[index].words.compactMap(\.range) }
        // Inside a turn; of two at once the one that holds the floor, then the longer.
        let inside = own.filter { placed($0)[0].start <= middle && middle < (placed($0).map(\.end).max() ?? 0) }
        let within = inside.max { a, b in
            func rank(_ index: Int) -> (Int, Int) { (transcript.turns[index].isBackchannel ? 0 : 1, placed(index).map(\.end).max()! - placed(index)[0].start) }
            return rank(a) < rank(b)
        }
        var mark = Mark(
            kind: Self.sounds[label.name] ?? .pause, source: .measured, range: range,
            label: label.name == "filled" ? "filled" : label.name == "rhetorical-pause" ? "rhetorical" : nil,
            evidence: ["duration_s": (rate.seconds(range.count) * 1000).rounded() / 1000])
        if let turn = within {
            let elements = transcript.turns[turn].elements
            guard let before = elements.lastIndex(where: { $0.word?.range.map { $0.start < middle } ?? false }) else { return false }
            insert(mark, after: before, &transcript.turns[turn])
            return true
        }
        let before = own.filter { !transcript.turns[$0].isBackchannel }.filter { (placed($0).map(\.end).max() ?? 0) <= middle }
            .max { (placed($0).map(\.end).max() ?? 0) < (placed($1).map(\.end).max() ?? 0) }
        let after = own.filter { !transcript.turns[$0].isBackchannel }.filter { placed($0)[0].start > middle }.min { placed($0)[0].start < placed($1)[0].start }
        guard before != nil || after != nil else { return false }
        let goesBefore = after == nil || mark.kind == .laughter && before != nil
        if goesBefore, let turn = before, let last = transcript.turns[turn].elements.lastIndex(where: { $0.word?.range != nil }) {
            insert(mark, after: last, &transcript.turns[turn])
        } else if let turn = after, let first = transcript.turns[turn].elements.firstIndex(where: { $0.word?.range != nil }) {
            // Whose it is does not say whom it answers.
            let asked = transcript.turns.filter { turn in !turn.isBackchannel && turn.words.compactMap(\.range).map(\.end).max().map { $0 <= middle } ?? false }
                .max { ($0.words.compactMap(\.range).map(\.end).max() ?? 0) < ($1.words.compactMap(\.range).map(\.end).max() ?? 0) }
            if let asked, mark.kind == .pause, mark.label == nil, asked.speaker != transcript.turns[turn].speaker { mark.label = "latency" }
            insert(mark, after: first - 1, &transcript.turns[turn])
        }
        return true
    }

    /// Whoever trails off falls silent.
    private static func isSame(_ typed: Mark.Kind, _ measured: Mark.Kind) -> Bool { typed == measured || typed == .trailingOff && measured == .pause }

    /// Puts a mark after an element; where the draft has the same thing between the same two words, that one gets the place instead.
    private func insert(_ mark: Mark, after index: Int, _ turn: inout Turn) {
        var place = index + 1
        // Back over marks that stand before a turn's first word.
        var start = place
        while start > 0, turn.elements[start - 1].mark != nil { start -= 1 }
        var end = place
        while end < turn.elements.count, turn.elements[end].mark != nil { end += 1 }
        for typed in start..<end {
            guard case .mark(var own) = turn.elements[typed], own.source == .draft, Self.isSame(own.kind, mark.kind), !own.isMeasuredTyped, let range = mark.range else { continue }
            own.measured(range: range, evidence: mark.evidence, label: mark.label)
            turn.elements[typed] = .mark(own)
            return
        }
        while place < turn.elements.count, turn.elements[place].mark?.kind == .intonation { place += 1 }
        turn.elements.insert(.mark(mark), at: place)
    }
}
