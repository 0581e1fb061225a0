/// A table's signs, as whoever reads or escapes a written-out transcript needs them.
struct NotationSigns {
    /// Text around a placeholder.
    struct Frame: Hashable {
        var before: [Character]
        var after: [Character]

        /// nil when the pattern has no such placeholder, or nothing around it.
        init?(_ pattern: String, _ name: String) {
            let place = "{" + name + "}"
            // Of nested braces the innermost pair counts.
            guard let range = pattern.firstRange(of: place) else { return nil }
            before = Array(pattern[..<range.lowerBound])
            after = Array(pattern[range.upperBound...])
            if before.isEmpty && after.isEmpty { return nil }
        }
    }

    let table: NotationTable
    /// Starts of tones, the longest first.
    let toneStarts: [(label: String, sign: [Character])]
    let toneEnds: [String: [Character]]
    let capitalTones: [String]
    let overlapStart: [Character]
    let overlapEnd: [Character]
    let labelledOverlap: Frame?
    let trailing: [Character]
    /// A trailing-off may be written with as many dots as it was typed with.
    let trailsAsTyped: Bool
    let emphasis: Frame?
    let unclear: Frame?
    /// Before the speaker, between speaker and text, after the text.
    let inline: (before: [Character], between: [Character], after: [Character])?
    let intonation: [(label: String, sign: [Character])]
    /// Fixed texts that stand for themselves, the longest first.
    let fixed: [(text: [Character], meaning: Meaning)]
    /// Pause classes with a number or dots in them.
    let counted: [(index: Int, frame: Frame, dots: Bool)]
    /// Kinds that may be written with a text, and what stands around it; nil for the mark as typed.
    let described: [(kind: Mark.Kind, frame: Frame?)]
    /// Signs that end a word or begin something wherever they stand.
    private var anywhere: [[Character]] = []

    enum Meaning: Hashable {
        case pause(Int)
        case mark(Mark.Kind)
    }

    init(_ table: NotationTable) {
        self.table = table
        toneStarts = table.tones.filter { !$0.value.capitals }.map { ($0.key, Array($0.value.start)) }
            .sorted { ($0.1.count, $1.0) > ($1.1.count, $0.0) }
        toneEnds = table.tones.filter { !$0.value.capitals }.mapValues { Array($0.end) }
        capitalTones = table.tones.filter(\.value.capitals).keys.sorted()
        overlapStart = Array(table.overlapStart.plain)
        overlapEnd = Array(table.overlapEnd.plain)
        labelledOverlap = table.overlapStart.described.flatMap { Frame($0, "label") }
        trailing = Array(table.trailingOff.plain)
        trailsAsTyped = table.trailingOff.described?.placeholders.contains("raw") ?? false
        emphasis = [.none, .capitals].contains(table.emphasis.style) ? nil : Frame(table.emphasis.plainText, "word")
        unclear = Frame(table.unclearWord, "word")
        intonation = table.intonation.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value)) }

        if let head = Frame(table.backchannels.inline, "speaker"), let tail = Frame(String(head.after), "text"), !head.before.isEmpty {
            inline = (head.before, tail.before, tail.after)
        } else {
            inline = nil
        }

        var fixed: [([Character], Meaning)] = [], counted: [(Int, Frame, Bool)] = []
        for (index, item) in table.pauses.enumerated() {
            if let frame = Frame(item.text, "seconds") {
                counted.append((index, frame, false))
            } else if let frame = Frame(item.text, "dots") {
                counted.append((index, frame, true))
            } else if item.text.placeholders.isEmpty, !item.text.isEmpty {
                fixed.append((Array(item.text), .pause(index)))
            }
        }
        let kinds: [Mark.Kind] = [.pause, .laughter, .breath, .cough, .unclear, .trailingOff, .comment, .toneOfVoice]
        var described: [(Mark.Kind, Frame?)] = []
        for kind in kinds {
            let notation = table.notation(for: kind)
            if !notation.plain.isEmpty { fixed.append((Array(notation.plain), .mark(kind))) }
            guard let pattern = notation.described, kind != .trailingOff else { continue }
            if let frame = Frame(pattern, "text") ?? Frame(pattern, "label") {
                described.append((kind, frame))
            } else if pattern.placeholders.contains("raw") {
                described.append((kind, nil))
            }
        }
        // Pauses were appended first: of two equal texts the sort keeps them first, since it compares places, too.
        self.fixed = fixed.enumerated().sorted { ($0.element.0.count, $1.offset) > ($1.element.0.count, $0.offset) }.map(\.element)
        self.counted = counted
        self.described = described
        anywhere = collected()
    }

    /// Overlap starts and ends with the same sign: the first opens, the second closes.
    var overlapAlternates: Bool { overlapStart == overlapEnd }
    var usesCapitals: Bool { !capitalTones.isEmpty || table.emphasis.style == .capitals }

    /// Whether a word reads as one in capitals: two capital letters or more, or nothing but one.
    static func looksCapital(_ core: some Collection<Glyph>) -> Bool {
        // A letter needs a backslash only to say that it is no sign.
        guard !core.contains(where: { $0.isEscaped && $0.character.isLetter }) else { return false }
        let capitals = core.count { $0.character.isUppercase }
        return capitals >= 2 || capitals == 1 && core.count { $0.character.isLetter } == 1
    }

    // MARK: Escaping

    private func collected() -> [[Character]] {
        var signs = [overlapStart, overlapEnd, trailing]
        signs += toneStarts.map { Array($0.sign.prefix { !$0.isWhitespace }) } + Array(toneEnds.values)
        for frame in [emphasis, unclear] { signs += [frame?.before ?? [], frame?.after ?? []] }
        if let inline { signs.append(inline.before) }
        signs += described.compactMap { $0.frame?.before }
        signs += intonation.map(\.sign).filter { $0.contains { !Punctuation.closing.contains($0) } }
        return Array(Set(signs.filter { !$0.isEmpty && $0.contains { !$0.isLetter && !$0.isNumber } }))
    }

    /// A piece of a word or its punctuation with a backslash before whatever would be read as a sign.
    /// - Parameter next: what follows without a space.
    func escaped(_ text: String, before next: String = "") -> String {
        let glyphs = (text + next).map { Glyph(character: $0) }
        // `//I: mm//` is a listener's token: after an overlap, `I:` must not look like its speaker.
        let colon = inline.map { $0.before == overlapStart } ?? false
        var result = ""
        for (index, glyph) in glyphs.prefix(text.count).enumerated() {
            let character = glyph.character
            let dots = character == "." && (glyphs.has(["."], at: index + 1) || glyphs.has(["…"], at: index + 1))
            if character == "\\" || Punctuation.brackets.contains(character) || dots || character == "…" || colon && character == ":"
                || anywhere.contains(where: { glyphs.has($0, at: index) })
            {
                result.append("\\")
            }
            result.append(character)
        }
        return result
    }

    /// A word's core, escaped: its last character, too, where that would read as broken off.
    func escaped(core: String, before next: String) -> String {
        var text = escaped(core, before: next)
        if !table.cutOff.isEmpty, core.hasSuffix(table.cutOff), core.count > table.cutOff.count {
            let tail = escaped(table.cutOff)
            if text.hasSuffix(tail), !tail.hasPrefix("\\") { text = text.dropLast(tail.count) + "\\" + tail }
        }
        return text
    }
}
