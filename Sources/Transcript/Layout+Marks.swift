import Signal

/// What a table writes for a mark, without its place in the line.
struct MarkTexts {
    let table: NotationTable
    let rate: SampleRate
    let english: Bool

    /// One silence is written once: the longest of the pauses in a row, or the typed one where none is long enough.
    func text(ofPauses pauses: [Mark]) -> (mark: Mark, text: String)? {
        let timed = pauses.compactMap { mark in seconds(of: mark).map { (mark, $0) } }
        guard let longest = timed.max(by: { $0.1 < $1.1 }) else { return pauses.first.map { ($0, text(of: $0)) } }
        if let text = table.pause(seconds: longest.1, label: longest.0.label, beats: longest.0.evidence["beats"]) { return (longest.0, text) }
        return pauses.first { $0.source == .draft }.map { ($0, text(of: $0)) }
    }

    /// Pauses in a row from here on, and where they end; nil when none stands here.
    ///
    /// Dots that stand apart are one, too, where the table writes a pause so: nobody could tell them apart.
    /// - Parameters:
    ///   - isOpen: nothing stands right before, so that dots here stand apart whatever the draft had.
    ///   - silent: places of marks that are not written here.
    func pauses(in elements: [Element], from start: Int, isOpen: Bool, silent: Set<Int>) -> (marks: [Mark], end: Int)? {
        var marks: [Mark] = [], index = start, end = start
        while index < elements.count, let mark = elements[index].mark {
            if elements[index].isSilence {
                marks.append(mark)
                end = index + 1
            } else if mark.kind == .trailingOff, mark.label == "spaced" || isOpen && index == start, let pause = pause(writtenLike: mark) {
                marks.append(pause)
                end = index + 1
            } else if marks.isEmpty || !(silent.contains(index) || mark.kind == .intonation || mark.kind != .backchannel && text(of: mark).isEmpty) {
                break
            }
            index += 1
        }
        return marks.isEmpty ? nil : (marks, end)
    }

    private func pause(writtenLike mark: Mark) -> Mark? {
        let text = text(of: mark)
        guard let item = table.pauses.first(where: { $0.text == text && $0.unit == .seconds && !text.isEmpty }) else { return nil }
        return Mark(kind: .pause, source: .draft, text: text, label: item.label, evidence: ["least_s": item.from])
    }

    private func seconds(of mark: Mark) -> Double? {
        if let range = mark.range { return range.seconds(at: rate) }
        return mark.evidence["duration_s"] ?? mark.evidence["least_s"]
    }

    /// Empty when the table writes nothing. Not for backchannels and melodies.
    func text(of mark: Mark) -> String {
        if mark.kind == .pause, mark.label == "filled" {
            return table.pause(seconds: seconds(of: mark) ?? 0, label: "filled", beats: mark.evidence["beats"]) ?? ""
        }
        let notation = table.notation(for: mark.kind)
        let typed = mark.text.trimmed
        let raw = typed.isEmpty ? mark.label ?? "" : typed
        guard let described = notation.described, !raw.isEmpty else { return notation.plain }
        let names = described.placeholders
        var inner = raw.withoutBrackets
        if mark.kind == .overlapStart { inner = inner.filter { $0.isLetter || $0.isNumber } }
        // Dots are a trailing-off, brackets a remark; other typed signs (`#`) belong to another notation.
        if names.contains("raw") {
            switch mark.kind {
            case .trailingOff: if !typed.isTrailing { return notation.plain }
            case .pause: if !typed.isBracketed { return notation.plain }
            default: if !typed.isEmpty && !typed.isBracketed { return inner.isEmpty ? notation.plain : "(\(inner))" }
            }
        }
        if inner.isEmpty { return notation.plain }
        let label = mark.label.map { MarkVocabulary.word(for: $0, english: english) } ?? inner
        if typed.isEmpty && !names.contains("label") { return notation.plain }
        return described.filled(["raw": typed.isEmpty ? notation.plain : typed, "text": inner, "label": label])
    }

    /// A listener's token with its speaker, or, where nobody says whose it is, as a remark.
    func text(ofBackchannel said: String, by speaker: String?) -> String {
        if said.isEmpty { return "" }
        if let speaker { return table.backchannels.inline.filled(["speaker": speaker, "text": said]) }
        let comment = table.comment.described ?? "{raw}"
        return comment.placeholders.contains("text") ? comment.filled(["text": said]) : "(\(said))"
    }

    /// Who said it, as typed before a colon, and what.
    static func parts(ofBackchannel mark: Mark, names: (String) -> String) -> (speaker: String?, said: String) {
        var said = mark.text.trimmed.withoutBrackets
        var who = mark.label.map(names)
        if let colon = said.firstIndex(of: ":") {
            who = who ?? String(said[..<colon]).trimmed
            said = String(said[said.index(after: colon)...]).trimmed
        }
        if said.isEmpty, let only = who { (who, said) = (nil, only) }
        return (who?.isEmpty == true ? nil : who, said)
    }
}

extension TurnWriter {
    mutating func write(pauses: [Mark]) {
        if let pause = texts.text(ofPauses: pauses) { append(mark: pause.mark, text: pause.text) }
    }

    mutating func write(_ mark: Mark) {
        // In writing one sign is enough for what is not there.
        if view == .written, let last = lastMark?.kind, last == .unclear || last == .trailingOff { return }
        switch mark.kind {
        case .backchannel: write(inline: mark)
        case .intonation: if view != .written { write(melody: mark) }
        case .pause where mark.label == "filled":
            // A hesitation sound that nobody typed goes where typed ones go.
            if table.fillers.choice(for: view) == .keep { append(mark: mark, text: texts.text(of: mark)) }
        case .unclear where view == .written: append(mark: mark, text: "(…)")
        case .trailingOff where view == .written:
            let isCut = mark.text.trimmed.hasPrefix("(") || mark.label == "cut"
            // What trailed off before the first word shown was a hesitation sound.
            if isCut || runs.contains(where: { $0.wordID != nil }) { append(mark: mark, text: isCut ? "(…)" : "…") }
        case _ where view == .written: break
        default: append(mark: mark, text: texts.text(of: mark))
        }
    }

    /// Stands at the word it ends, in place of a full stop or comma there: in such notations these are melodies, too.
    private mutating func write(melody mark: Mark) {
        guard let sign = mark.label.flatMap({ table.intonation[$0] }), let trail = openTrail, let last = runs.indices.last,
            runs[last].wordID != nil
        else { return }
        if trail.contains(sign) { return }
        if trail.isEmpty && runs[last].style != .plain {
            runs.append(Run(sign, .plain, wordID: runs[last].wordID, range: runs[last].range))
        } else {
            if let final = trail.last, ".,".contains(final), !trail.hasSuffix("\\" + String(final)) { runs[last].text.removeLast() }
            runs[last].text += sign
        }
        openTrail = trail + sign
    }

    private mutating func append(mark: Mark, text: String) {
        guard !text.isEmpty else { return }
        // A trailing-off and the silence after it may be written alike, and dots in a row are one trailing-off.
        if let last = lastMark {
            if last.text == text, [.pause, .trailingOff].contains(last.kind), mark.kind == .pause { return }
            if last.kind == .trailingOff, mark.kind == .trailingOff { return }
        }
        switch mark.kind {
        case .trailingOff where mark.label != "spaced" && !text.hasPrefix("("):
            glue = true
            // Dots after a full stop would be counted together.
            if let trail = openTrail, trail.hasSuffix(".") { trimLast(".") }
        case .overlapEnd: glue = true
        default: break
        }
        space()
        runs.append(Run(escaped(text, of: mark), .mark, range: mark.range))
        if mark.kind == .overlapStart { glue = true }
        lastMark = (mark.kind, text)
    }

    /// Brackets inside a remark, escaped so that the outer pair is found again.
    private func escaped(_ text: String, of mark: Mark) -> String { signs == nil ? text : Self.escaped(text, of: mark) }

    static func escaped(_ text: String, of mark: Mark) -> String {
        guard !mark.text.isEmpty, text.isBracketed else { return text }
        let inner = text.withoutBrackets
        guard inner.contains(where: { Punctuation.brackets.contains($0) || $0 == "\\" }), let range = text.firstRange(of: inner) else { return text }
        return text[..<range.lowerBound] + escapedInside(inner) + text[range.upperBound...]
    }

    static func escapedInside(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if Punctuation.brackets.contains(character) || "\\/:".contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    // MARK: Backchannels

    private mutating func write(inline mark: Mark) {
        guard table.backchannels.placement != .dropped, !view.isCleaned else { return }
        let parts = MarkTexts.parts(ofBackchannel: mark, names: names.short)
        append(backchannel: parts.said, by: parts.speaker, range: mark.range)
    }

    mutating func write(backchannel turn: Turn) {
        let said = turn.words.map { view.isBokmal && !$0.isFiller ? $0.bokmal : $0.text }
        append(backchannel: said.filter { !$0.isEmpty }.joined(separator: " ").lowercased(), by: names.short(turn.speaker), range: turn.range)
    }

    private mutating func append(backchannel text: String, by speaker: String?, range: SampleRange?) {
        let escape = signs != nil
        let written = texts.text(
            ofBackchannel: escape ? Self.escapedInside(text) : text, by: escape ? speaker.map(Self.escapedInside) : speaker)
        guard !written.isEmpty else { return }
        space()
        runs.append(Run(written, .mark, range: range))
        lastMark = (.backchannel, written)
    }
}

extension String {
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }

    /// Dots, with or without brackets around them.
    var isTrailing: Bool {
        let inner = withoutBrackets
        return !inner.isEmpty && inner.allSatisfy { $0 == "." || $0 == "…" } && inner != "."
    }

    /// One pair of brackets around the whole of it.
    var isBracketed: Bool { !isEmpty && withoutBrackets.count < count }

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
