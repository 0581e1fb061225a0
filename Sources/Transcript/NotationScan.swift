/// One line on its way from text to words and marks.
struct NotationScan {
    private let reader: NotationReader
    private let glyphs: [Glyph]
    private var nextID: Int
    private var index = 0
    private var elements: [Element] = []
    /// Places of words in capitals.
    private var capitals: Set<Int> = []
    /// Tones that have begun: label, and the place of the mark.
    private var open: [(label: String, place: Int)] = []
    private var waiting: [String] = []
    private var overlaps = false
    /// Punctuation for the next word.
    private var lead = ""

    private var signs: NotationSigns { reader.signs }

    init(reader: NotationReader, line: String, nextID: Int) {
        self.reader = reader
        glyphs = Glyph.glyphs(of: line)
        self.nextID = nextID
    }

    mutating func run() -> [Element] {
        while index < glyphs.count {
            if glyphs[index].isSpace {
                index += 1
            } else if takeTime() || takeOverlap(alone: true) || takeTone() {
                continue
            } else if let (end, mark) = reader.freeMark(in: glyphs, at: index, open: open.map(\.label)) {
                elements.append(.mark(mark))
                index = end
                takeEnds()
            } else {
                takeWord()
                takeEnds()
            }
        }
        if let last = lastWordID { while !open.isEmpty { end(toneAt: open.count - 1, word: last) } }
        return withMelodies(withCapitals(elements))
    }

    private var lastWordID: Int? { elements.last { $0.word != nil }?.word?.id }

    // MARK: Signs

    /// `[00:10:00]`, a time inside a turn.
    private mutating func takeTime() -> Bool {
        guard glyphs.has(["["], at: index), let close = glyphs[index...].firstIndex(where: { $0.character == "]" && !$0.isEscaped }) else { return false }
        let parts = glyphs[(index + 1)..<close].string.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.count >= 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }) else { return false }
        index = close + 1
        return true
    }

    /// - Parameter alone: before a word; else straight after one, where a start is not looked for.
    private mutating func takeOverlap(alone: Bool) -> Bool {
        func add(_ kind: Mark.Kind, _ end: Int) -> Bool {
            elements.append(.mark(Mark(kind: kind, source: .draft, text: glyphs[index..<end].string)))
            overlaps = kind == .overlapStart
            index = end
            return true
        }
        if alone {
            // A listener's token may begin with the same sign: `//I: mm//`.
            if let inline = signs.inline, inline.before == signs.overlapStart, let (_, mark) = reader.freeMark(in: glyphs, at: index, open: []),
                mark.kind == .backchannel
            {
                return false
            }
            if let frame = signs.labelledOverlap, glyphs.has(frame.before, at: index) {
                let from = index + frame.before.count
                let end = from + glyphs[from...].prefix { !$0.isEscaped && ($0.character.isLetter || $0.character.isNumber) }.count
                if end > from, glyphs.has(frame.after, at: end) { return add(.overlapStart, end + frame.after.count) }
            }
        }
        if signs.overlapAlternates {
            guard glyphs.has(signs.overlapStart, at: index) else { return false }
            return add(overlaps ? .overlapEnd : .overlapStart, index + signs.overlapStart.count)
        }
        if alone, glyphs.has(signs.overlapStart, at: index) { return add(.overlapStart, index + signs.overlapStart.count) }
        if glyphs.has(signs.overlapEnd, at: index) { return add(.overlapEnd, index + signs.overlapEnd.count) }
        return false
    }

    private mutating func takeTone() -> Bool {
        for (label, sign) in signs.toneStarts where glyphs.has(sign, at: index) {
            // What looks like a breath or a pause and stands alone is that: `°h` beside `°`.
            if let (end, _) = reader.freeMark(in: glyphs, at: index, open: []), end > index + sign.count { continue }
            waiting.append(label)
            index += sign.count
            return true
        }
        return false
    }

    /// What stands straight after a word or mark.
    private mutating func takeEnds() {
        while index < glyphs.count, !glyphs[index].isSpace {
            if let end = reader.dots(in: glyphs, at: index) {
                elements.append(.mark(Mark(kind: .trailingOff, source: .draft, text: glyphs[index..<end].string)))
                index = end
            } else if let tone = endingTone(at: index), let word = lastWordID {
                index += signs.toneEnds[open[tone].label]?.count ?? 1
                end(toneAt: tone, word: word)
            } else if takeOverlap(alone: false) {
                continue
            } else if let (label, sign) = signs.intonation.first(where: { glyphs.has($0.sign, at: index) }) {
                elements.append(.mark(Mark(kind: .intonation, source: .draft, label: label)))
                index += sign.count
            } else if !glyphs[index].isEscaped, ",.?!:;»”’".contains(glyphs[index].character) {
                attach(trail: String(glyphs[index].character))
                index += 1
            } else {
                return
            }
        }
    }

    /// The open tone that ends here: the one with the longest sign, of equal signs the last begun.
    private func endingTone(at place: Int) -> Int? {
        let ending = open.indices.filter { glyphs.has(signs.toneEnds[open[$0].label] ?? [], at: place) }
        return ending.max { (signs.toneEnds[open[$0].label]?.count ?? 0, $0) < (signs.toneEnds[open[$1].label]?.count ?? 0, $1) }
    }

    private mutating func end(toneAt place: Int, word: Int) {
        let tone = open.remove(at: place)
        guard case .mark(var mark) = elements[tone.place] else { return }
        mark.until = word
        elements[tone.place] = .mark(mark)
    }

    // MARK: Words

    private func stops(at place: Int) -> Bool {
        if glyphs[place].isSpace { return true }
        if reader.dots(in: glyphs, at: place) != nil { return true }
        if glyphs.has(signs.overlapStart, at: place) || glyphs.has(signs.overlapEnd, at: place) { return true }
        if open.contains(where: { glyphs.has(signs.toneEnds[$0.label] ?? [], at: place) })
            || waiting.contains(where: { glyphs.has(signs.toneEnds[$0] ?? [], at: place) })
        {
            return true
        }
        return signs.intonation.contains { glyphs.has($0.sign, at: place) && !Punctuation.closing.contains(glyphs[place].character) }
    }

    private mutating func takeWord() {
        // Each glyph with whether it stands inside the emphasis, and inside doubt.
        var piece: [Glyph] = [], stands: [Bool] = [], doubted: [Bool] = []
        func add(_ glyphs: some Collection<Glyph>, stands isStanding: Bool = false, doubted isDoubted: Bool = false) {
            piece += glyphs
            stands += Array(repeating: isStanding, count: glyphs.count)
            doubted += Array(repeating: isDoubted, count: glyphs.count)
        }
        func onlyOpens() -> Bool { piece.allSatisfy { Punctuation.opening.contains($0.character) } }
        let start = index
        while index < glyphs.count {
            if !stands.contains(true), onlyOpens(), let end = frame(signs.emphasis, at: index, spaces: true) {
                var inside = end.inside.lowerBound
                while inside < end.inside.upperBound {
                    let doubt = frame(signs.unclear, at: inside, spaces: false)
                    if let doubt, doubt.after <= end.inside.upperBound {
                        add(glyphs[doubt.inside], stands: true, doubted: true)
                        inside = doubt.after
                    } else {
                        add(glyphs[inside...inside], stands: true)
                        inside += 1
                    }
                }
                index = end.after
            } else if !doubted.contains(true), onlyOpens(), let end = frame(signs.unclear, at: index, spaces: false) {
                add(glyphs[end.inside], doubted: true)
                index = end.after
            } else if index > start && stops(at: index) {
                break
            } else {
                add(glyphs[index...index])
                index += 1
            }
        }
        for part in piece.indices.split(whereSeparator: { piece[$0].isSpace }) {
            word(piece[part.startIndex..<part.endIndex], stands: stands[part].contains(true), unclear: doubted[part].contains(true))
        }
    }

    /// A framed word: what is inside, and where it ends.
    private func frame(_ frame: NotationSigns.Frame?, at place: Int, spaces: Bool) -> (inside: Range<Int>, after: Int)? {
        guard let frame, !frame.before.isEmpty, !frame.after.isEmpty, glyphs.has(frame.before, at: place) else { return nil }
        let from = place + frame.before.count
        for end in from..<min(glyphs.count, from + 120) {
            if glyphs[end].isSpace, !spaces || end == from { return nil }
            if end > from, glyphs.has(frame.after, at: end) { return (from..<end, end + frame.after.count) }
        }
        return nil
    }

    private mutating func word(_ piece: ArraySlice<Glyph>, stands: Bool, unclear: Bool) {
        let cut = Array(signs.table.cutOff)
        let parts = Punctuation.split(piece, keeping: Set(cut))
        guard !parts.core.isEmpty else { return loose(piece.string) }
        var core = Array(parts.core)
        var isCutOff = false
        while !cut.isEmpty, core.count > cut.count, core.has(cut, at: core.count - cut.count) {
            isCutOff = true
            core.removeLast(cut.count)
        }
        let inCapitals = signs.usesCapitals && NotationSigns.looksCapital(core)
        let emphasized = stands || inCapitals && signs.table.emphasis.style == .capitals
        for label in waiting {
            open.append((label, elements.count))
            elements.append(.mark(Mark(kind: .toneOfVoice, source: .draft, label: label)))
        }
        waiting = []
        if inCapitals && signs.table.emphasis.style != .capitals { capitals.insert(elements.count) }
        let level = signs.table.emphasis.level
        let text = inCapitals ? core.string.lowercased() : core.string
        elements.append(
            .word(
                Word(
                    id: nextID, text: text, lead: lead + parts.lead.string, trail: parts.trail.string,
                    prominence: emphasized ? Prominence(strength: Double(level), level: level) : nil, isCutOff: isCutOff,
                    isFiller: Hesitation.isOne(text), isUnclear: unclear)))
        lead = ""
        nextID += 1
    }

    /// Punctuation without a word: to the word before when it stands right there, else to the next.
    private mutating func loose(_ text: String) {
        if elements.last?.word != nil, !text.allSatisfy({ "«“„(‹".contains($0) }) {
            attach(trail: text)
        } else {
            lead += text
        }
    }

    private mutating func attach(trail: String) {
        guard let last = elements.lastIndex(where: { $0.word != nil }), case .word(var word) = elements[last] else { return }
        word.trail += trail
        elements[last] = .word(word)
    }

    // MARK: After the line

    /// Words in capitals in a row are one loud stretch.
    private func withCapitals(_ elements: [Element]) -> [Element] {
        guard let label = signs.capitalTones.first, !capitals.isEmpty else { return elements }
        var result: [Element] = []
        var mark: Int?
        for (place, element) in elements.enumerated() {
            if let word = element.word {
                if !capitals.contains(place) {
                    mark = nil
                } else if let begun = mark, case .mark(var tone) = result[begun] {
                    tone.until = word.id
                    result[begun] = .mark(tone)
                } else {
                    mark = result.count
                    result.append(.mark(Mark(kind: .toneOfVoice, source: .draft, label: label, until: word.id)))
                }
            }
            result.append(element)
        }
        return result
    }

    /// A melody's sign among a word's punctuation is a melody.
    private func withMelodies(_ elements: [Element]) -> [Element] {
        elements.flatMap { element -> [Element] in
            guard case .word(var word) = element else { return [element] }
            var melodies: [Element] = []
            for (label, sign) in signs.intonation where word.trail.contains(String(sign)) {
                word.trail = word.trail.replacing(String(sign), with: "")
                melodies.append(.mark(Mark(kind: .intonation, source: .draft, label: label)))
            }
            return [.word(word)] + melodies
        }
    }
}
