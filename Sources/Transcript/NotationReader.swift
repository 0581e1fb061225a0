/// Reads a line that a notation table wrote back into words and marks.
///
/// The line is the plain-text form of one turn (``LaidOutTranscript/plainText(of:)``), without speaker and times. What the table says
/// comes back; what it does not say (times, Bokmål forms, pauses it leaves out) does not, and a pause comes back in its class.
/// ``NotationContent`` is what a table can say of a turn. A word that looks like a sign is read as that sign unless a backslash
/// stands before it (``TranscriptLayout/escapesLookalikes``). Any text at all can be read.
public struct NotationReader: Sendable {
    let signs: NotationSigns
    private let speakers: [String: String]

    /// - Parameter speakers: those whose names may stand in inline backchannels.
    public init(_ table: NotationTable, speakers: [Speaker] = []) {
        signs = NotationSigns(table)
        let names = SpeakerNames(speakers)
        self.speakers = Dictionary(speakers.map { (names.short($0.id), $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    init(_ signs: NotationSigns) {
        self.signs = signs
        speakers = [:]
    }

    /// Words and marks in order; word ids count from `firstID`. Every mark is a draft's: somebody wrote it.
    public func elements(of line: String, firstID: Int = 1) -> [Element] {
        var scan = NotationScan(reader: self, line: line, nextID: firstID)
        return scan.run()
    }

    /// Ids of the words that a layout without backslashes would make look like signs of this table, in order.
    public static func lookalikes(in transcript: Transcript, notation: NotationTable, view: TranscriptView = .verbatim) -> [Int] {
        var layout = TranscriptLayout(notation: notation, options: LayoutOptions(view: view))
        let plain = layout.layOut(transcript).paragraphs.flatMap(\.runs)
        layout.escapesLookalikes = true
        let escaped = layout.layOut(transcript).paragraphs.flatMap(\.runs)
        var seen: Set<Int> = []
        return zip(plain, escaped).compactMap { plain, escaped in
            guard plain.text != escaped.text, let id = plain.wordID, seen.insert(id).inserted else { return nil }
            return id
        }
    }

    func speaker(named name: String) -> String { speakers[name] ?? name }
}

extension NotationReader {
    /// The mark that stands by itself here, and where it ends.
    func freeMark(in glyphs: [Glyph], at start: Int, open: [String]) -> (end: Int, mark: Mark)? {
        if let token = inlineBackchannel(in: glyphs, at: start) { return token }
        for (text, meaning) in signs.fixed where glyphs.has(text, at: start) && ends(glyphs, at: start + text.count) {
            let end = start + text.count
            switch meaning {
            case .pause(let index): return (end, pause(in: index, text: String(text)))
            case .mark(.trailingOff): return (end, Mark(kind: .trailingOff, source: .draft, text: String(text), label: "spaced"))
            case .mark(let kind):
                let label = kind == .toneOfVoice ? MarkVocabulary.kind(of: String(text))?.label : nil
                return (end, Mark(kind: kind, source: .draft, text: String(text), label: label))
            }
        }
        for item in signs.counted {
            if let (end, seconds) = count(item, in: glyphs, at: start), ends(glyphs, at: end) {
                return (end, pause(in: item.index, text: glyphs[start..<end].string, seconds: seconds))
            }
        }
        if let end = dots(in: glyphs, at: start) {
            return (end, Mark(kind: .trailingOff, source: .draft, text: glyphs[start..<end].string, label: "spaced"))
        }
        return remark(in: glyphs, at: start)
    }

    /// Whether a mark may end here: nothing, a space, punctuation or another sign follows.
    private func ends(_ glyphs: [Glyph], at place: Int) -> Bool {
        guard place < glyphs.count, !glyphs[place].isSpace else { return true }
        if Punctuation.closing.contains(glyphs[place].character) { return true }
        let signs = [self.signs.overlapStart, self.signs.overlapEnd, self.signs.trailing] + self.signs.toneEnds.values
        return signs.contains { glyphs.has($0, at: place) }
    }

    /// Dots of a trailing-off written as typed: two or more, or an ellipsis.
    func dots(in glyphs: [Glyph], at start: Int) -> Int? {
        guard signs.trailsAsTyped else { return glyphs.has(signs.trailing, at: start) ? start + signs.trailing.count : nil }
        var end = start
        while end < glyphs.count, glyphs.has(["."], at: end) || glyphs.has(["…"], at: end) { end += 1 }
        if end - start > 1 || end > start && glyphs[start].character == "…" { return end }
        return glyphs.has(signs.trailing, at: start) ? start + signs.trailing.count : nil
    }

    // MARK: Pauses

    private func count(_ item: (index: Int, frame: NotationSigns.Frame, dots: Bool), in glyphs: [Glyph], at start: Int) -> (end: Int, seconds: Double)? {
        guard item.frame.before.isEmpty || glyphs.has(item.frame.before, at: start) else { return nil }
        let from = start + item.frame.before.count
        var end = from
        let separator: Character = signs.table.decimalSeparator == "," ? "," : "."
        func belongs(_ glyph: Glyph) -> Bool {
            if glyph.isEscaped { return false }
            if item.dots { return glyph.character == "." }
            return glyph.character.isASCII && glyph.character.isNumber || glyph.character == separator && end > from
        }
        while end < glyphs.count, end - from < 61, belongs(glyphs[end]) { end += 1 }
        guard end > from, item.frame.after.isEmpty || glyphs.has(item.frame.after, at: end) else { return nil }
        let text = glyphs[from..<end].string.replacing(",", with: ".")
        guard let seconds = item.dots ? Double(text.count) : Double(text), seconds <= 36_000 else { return nil }
        return (end + item.frame.after.count, seconds)
    }

    /// A pause of a class: its length when written, else the least that the class takes, so that it is written so again.
    private func pause(in index: Int, text: String, seconds: Double? = nil) -> Mark {
        let item = signs.table.pauses[index]
        var evidence: [String: Double] = [:]
        switch (item.unit, seconds) {
        case (.seconds, let seconds?): evidence["duration_s"] = max(item.from, item.to.map { min(seconds, $0.nextDown) } ?? seconds)
        case (.seconds, nil): evidence["least_s"] = item.from
        case (.beats, let seconds): (evidence["beats"], evidence["least_s"]) = (item.from, seconds ?? 0)
        }
        return Mark(kind: .pause, source: .draft, text: text, label: item.label, evidence: evidence)
    }

    // MARK: Remarks

    /// `(I: mm)`: the speaker's name holds no other sign.
    private func inlineBackchannel(in glyphs: [Glyph], at start: Int) -> (end: Int, mark: Mark)? {
        guard let inline = signs.inline, glyphs.has(inline.before, at: start) else { return nil }
        let from = start + inline.before.count
        var colon = from
        func isName(_ glyph: Glyph) -> Bool {
            glyph.isEscaped || glyph.character.isLetter || glyph.character.isNumber || " _.-".contains(glyph.character)
        }
        while colon < glyphs.count, colon - from <= 60, !glyphs.has(inline.between, at: colon), isName(glyphs[colon]) { colon += 1 }
        guard colon > from, glyphs.has(inline.between, at: colon) else { return nil }
        var end = colon + inline.between.count
        let said = end
        while end < glyphs.count, end - said <= 300, !glyphs.has(inline.after, at: end) { end += 1 }
        guard end > said, inline.after.isEmpty || glyphs.has(inline.after, at: end) else { return nil }
        let name = glyphs[from..<colon].string
        return (end + inline.after.count, Mark(kind: .backchannel, source: .draft, text: glyphs[said..<end].string, label: speaker(named: name)))
    }

    /// Where the bracket that opens here closes.
    private func bracketEnd(in glyphs: [Glyph], at start: Int) -> Int? {
        let pairs: [Character: Character] = ["(": ")", "[": "]", "{": "}"]
        guard start < glyphs.count, !glyphs[start].isEscaped, let close = pairs[glyphs[start].character] else { return nil }
        var depth = 0
        for place in start..<min(glyphs.count, start + 300) where !glyphs[place].isEscaped {
            if glyphs[place].character == glyphs[start].character { depth += 1 }
            if glyphs[place].character == close { depth -= 1 }
            if depth == 0 { return place + 1 }
        }
        return nil
    }

    /// A mark in brackets or between a table's own signs: which kind, its words say.
    private func remark(in glyphs: [Glyph], at start: Int) -> (end: Int, mark: Mark)? {
        guard !glyphs.has(signs.overlapStart, at: start) else { return nil }
        if let end = bracketEnd(in: glyphs, at: start) {
            let piece = Array(glyphs[start..<end])
            if signs.trailsAsTyped, piece.string.isTrailing {
                return (end, Mark(kind: .trailingOff, source: .draft, text: piece.string, label: "cut"))
            }
            if let unclear = signs.unclear, piece.has(unclear.before, at: 0), piece.count > unclear.before.count + unclear.after.count,
                unclear.after.isEmpty || piece.has(unclear.after, at: piece.count - unclear.after.count), !piece.contains(where: \.isSpace),
                !(piece.count > 1 && piece[1].character == piece[0].character && !piece[1].isEscaped)
            {
                return nil
            }
            return classify(piece).map { (end, $0) }
        }
        for case let (kind, frame?) in signs.described where !frame.before.isEmpty && !frame.after.isEmpty && glyphs.has(frame.before, at: start) {
            guard let first = frame.before.first, !Punctuation.brackets.contains(first) else { continue }
            let from = start + frame.before.count
            guard let close = (from..<min(glyphs.count, from + 300)).first(where: { $0 > from && glyphs.has(frame.after, at: $0) }) else { continue }
            return (close + frame.after.count, Mark(kind: kind, source: .draft, text: glyphs[from..<close].string))
        }
        return nil
    }

    private func classify(_ piece: [Glyph]) -> Mark? {
        let candidates = signs.described.filter { item in
            guard let frame = item.frame else { return true }
            return piece.count > frame.before.count + frame.after.count && piece.has(frame.before, at: 0)
                && piece.has(frame.after, at: piece.count - frame.after.count)
        }.map(\.kind)
        guard let first = candidates.first else { return nil }
        let text = piece.string
        let said = MarkVocabulary.kind(of: text.withoutBrackets)
        var kind = candidates.contains(.comment) ? .comment : first
        if let said, candidates.contains(said.kind) || said.kind == .backchannel { kind = said.kind }
        return Mark(kind: kind, source: .draft, text: text, label: kind == .toneOfVoice ? said?.label : nil)
    }
}
