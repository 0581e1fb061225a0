import Signal

/// Writes one turn as styled runs, with spaces where they belong.
struct TurnWriter {
    typealias Run = LaidOutTranscript.Run

    private let layout: TranscriptLayout
    private let names: SpeakerNames
    private let rate: SampleRate
    private let english: Bool
    private var runs: [Run] = []
    /// The next piece follows without a space.
    private var glue = true
    /// A dropped word began with a capital: the next one takes it over.
    private var owesCapital = false
    /// Opening punctuation of dropped words.
    private var owedLead = ""
    private var lastMark: (kind: Mark.Kind, text: String)?
    private var lastTime: Double?

    init(layout: TranscriptLayout, names: SpeakerNames, rate: SampleRate, language: String) {
        self.layout = layout
        self.names = names
        self.rate = rate
        self.english = language.hasPrefix("en")
    }

    private var table: NotationTable { layout.notation }

    func runs(of turn: Turn, backchannels: [Turn]) -> [Run] {
        var writer = self
        writer.write(turn, backchannels: backchannels)
        return writer.runs
    }

    private mutating func write(_ turn: Turn, backchannels: [Turn]) {
        lastTime = turn.range.map { rate.seconds($0.start) }
        var waiting = backchannels[...]
        var index = 0
        while index < turn.elements.count {
            let element = turn.elements[index]
            while let next = waiting.first, let start = next.range?.start, let here = element.range?.start, start < here {
                write(backchannel: next)
                waiting = waiting.dropFirst()
            }
            switch element {
            case .word(let word): write(word)
            case .mark(let mark) where mark.kind == .pause:
                let end = turn.elements[index...].firstIndex { $0.mark?.kind != .pause } ?? turn.elements.count
                write(pauses: turn.elements[index..<end].compactMap(\.mark))
                index = end - 1
            case .mark(let mark): write(mark)
            }
            index += 1
        }
        for turn in waiting { write(backchannel: turn) }
        if !owedLead.isEmpty { owedLead = "" }
    }

    // MARK: Words

    private func isDropped(_ word: Word, shown: String) -> Bool {
        if shown.isEmpty { return true }
        guard word.isFiller, table.fillers.choice(for: layout.options.view) == .drop else { return false }
        return !table.fillers.always.contains(word.text.lowercased())
    }

    private mutating func write(_ word: Word) {
        var shown = layout.options.view == .bokmal ? word.bokmal : word.text
        if isDropped(word, shown: shown) { return drop(word) }
        if owesCapital, let first = shown.first, first.isLowercase { shown = first.uppercased() + shown.dropFirst() }
        owesCapital = false
        if word.isCutOff, !table.cutOff.isEmpty, !shown.hasSuffix(table.cutOff) { shown += table.cutOff }
        if word.isUnclear { shown = table.unclearWord.filled(["word": shown]) }
        writeTime(before: word.range)

        let emphasis = table.emphasis
        let stands = emphasis.style != .none && (word.prominence?.level ?? 0) >= emphasis.level
        let style: Run.Style =
            switch emphasis.style {
            case _ where !stands: .plain
            case .none, .capitals: .plain
            case .italic: .emphasis
            case .bold: .strong
            case .underline: .underline
            }
        if stands && emphasis.style == .capitals { shown = shown.uppercased() }

        let lead = owedLead + word.lead
        owedLead = ""
        space()
        let before = spaced(lead: lead), after = spaced(trail: word.trail)
        if style == .plain {
            runs.append(Run(before + shown + after, .plain, wordID: word.id, range: word.range))
        } else {
            if !before.isEmpty { runs.append(Run(before, .plain, wordID: word.id, range: word.range)) }
            runs.append(Run(shown, style, wordID: word.id, range: word.range))
            if !after.isEmpty { runs.append(Run(after, .plain, wordID: word.id, range: word.range)) }
        }
        lastMark = nil
    }

    /// A dropped word leaves its sentence end, closing marks and capital to its neighbours, and takes its commas along.
    private mutating func drop(_ word: Word) {
        if word.text.first?.isUppercase == true && opensSentence { owesCapital = true }
        let opening = word.lead.filter { "«\"“(".contains($0) }
        let closing = word.trail.filter { "»\"”)".contains($0) }
        let closes = closing.count > 0 && opening.count > 0
        if !closes { owedLead += opening }
        let ends = word.trail.filter { ".?!".contains($0) }
        guard let last = runs.indices.last, runs[last].wordID != nil else { return }
        var text = runs[last].text
        if !ends.isEmpty, let final = text.last, !".?!…".contains(final) {
            while let final = text.last, ",;:".contains(final) { text.removeLast() }
            text += ends
        }
        if !closes { text += closing }
        if text.isEmpty { return }
        if runs[last].style == .plain {
            runs[last].text = text
        } else if text.count > runs[last].text.count {
            runs.append(Run(String(text.dropFirst(runs[last].text.count)), .plain, wordID: runs[last].wordID, range: runs[last].range))
        }
    }

    private var opensSentence: Bool {
        guard let text = runs.last(where: { $0.wordID != nil })?.text.last else { return true }
        return ".?!".contains(text)
    }

    /// Dashes stand apart from words.
    private func spaced(lead: String) -> String { lead.last.map { "–—".contains($0) } == true ? lead + " " : lead }
    private func spaced(trail: String) -> String {
        guard let dash = trail.firstIndex(where: { "–—".contains($0) }) else { return trail }
        return trail[..<dash] + " " + trail[dash...]
    }

    // MARK: Marks

    private mutating func write(pauses: [Mark]) {
        let timed = pauses.compactMap { mark in seconds(of: mark).map { (mark, $0) } }
        guard let longest = timed.max(by: { $0.1 < $1.1 }) else {
            if let mark = pauses.first { write(mark) }
            return
        }
        if let text = table.pause(seconds: longest.1, label: longest.0.label) {
            append(mark: longest.0, text: text)
        } else if let typed = pauses.first(where: { $0.source == .draft }) {
            write(typed)
        }
    }

    private func seconds(of mark: Mark) -> Double? {
        if let range = mark.range { return range.seconds(at: rate) }
        return mark.evidence["duration_s"]
    }

    private mutating func write(_ mark: Mark) {
        if mark.kind == .backchannel { return write(inline: mark) }
        let notation = table.notation(for: mark.kind)
        let raw = mark.text.isEmpty ? mark.label ?? "" : mark.text
        guard let described = notation.described, !raw.isEmpty else { return append(mark: mark, text: notation.plain) }
        let inner = raw.withoutBrackets
        let label = mark.label.map { english ? $0 : Self.bokmalLabels[$0] ?? $0 } ?? inner
        let text = described.filled(["raw": mark.text.isEmpty ? notation.plain : mark.text, "text": inner, "label": label])
        append(mark: mark, text: mark.text.isEmpty && !described.contains("{label}") ? notation.plain : text)
    }

    private static let bokmalLabels = [
        "low": "lavt", "loud": "høyt", "whisper": "hvisker", "fast": "fort", "slow": "langsomt", "high": "lyst", "creaky": "knirk",
        "soft": "lavt", "monotone": "ensformig", "lively": "livlig", "tense": "anspent",
    ]

    private mutating func append(mark: Mark, text: String) {
        guard !text.isEmpty else { return }
        // A trailing-off and the silence after it may be written alike: once is enough.
        if let last = lastMark, last.text == text, [.pause, .trailingOff].contains(last.kind), mark.kind == .pause { return }
        switch mark.kind {
        case .trailingOff where mark.label != "spaced" && !text.hasPrefix("("): glue = true
        case .overlapEnd: glue = true
        default: break
        }
        space()
        runs.append(Run(text, .mark, range: mark.range))
        if mark.kind == .overlapStart { glue = true }
        lastMark = (mark.kind, text)
    }

    // MARK: Backchannels

    private mutating func write(inline mark: Mark) {
        guard table.backchannels.placement != .dropped else { return }
        var said = mark.text.withoutBrackets
        var who = mark.label.map(names.short)
        if let colon = said.firstIndex(of: ":") {
            who = who ?? String(said[..<colon])
            said = String(said[said.index(after: colon)...].drop { $0 == " " })
        }
        append(backchannel: said, by: who, range: mark.range)
    }

    private mutating func write(backchannel turn: Turn) {
        let said = turn.words.map { layout.options.view == .bokmal && !$0.isFiller ? $0.bokmal : $0.text }
        append(backchannel: said.filter { !$0.isEmpty }.joined(separator: " ").lowercased(), by: names.short(turn.speaker), range: turn.range)
    }

    private mutating func append(backchannel text: String, by speaker: String?, range: SampleRange?) {
        guard !text.isEmpty else { return }
        space()
        let written = speaker.map { table.backchannels.inline.filled(["speaker": $0, "text": text]) } ?? "(\(text))"
        runs.append(Run(written, .mark, range: range))
        lastMark = (.backchannel, written)
    }

    // MARK: Spaces and times

    private mutating func space() {
        if !glue && !runs.isEmpty { runs.append(Run(" ")) }
        glue = false
    }

    private mutating func writeTime(before range: SampleRange?) {
        guard let every = layout.options.timesEvery, every > 0, let range else { return }
        let now = rate.seconds(range.start)
        guard let last = lastTime else {
            lastTime = now
            return
        }
        guard now - last >= every else { return }
        space()
        runs.append(Run("[\(now.clock)]", .time, range: range))
        lastTime = now
    }
}

extension String {
    /// Without matching outer brackets, however many, and the spaces inside them.
    var withoutBrackets: String {
        var rest = self[...]
        let pairs: [Character: Character] = ["(": ")", "[": "]", "{": "}", "<": ">"]
        while let first = rest.first, let close = pairs[first], rest.count >= 2, rest.last == close {
            rest = rest.dropFirst().dropLast()
            while rest.first == " " { rest = rest.dropFirst() }
            while rest.last == " " { rest = rest.dropLast() }
        }
        return String(rest)
    }
}
