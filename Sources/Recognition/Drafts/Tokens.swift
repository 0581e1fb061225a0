import Transcript

/// Splits a line of talk into words and typed marks. Word ids are given later.
enum Tokens {
    static func elements(of line: StyledLine) -> [Element] { timed(line).elements }

    /// The elements of a line and the times that the format gives each; no times when it gives none.
    static func timed(_ line: StyledLine) -> (elements: [Element], times: [Draft.Time?]) {
        // A whole answer in italics is a way to tell speakers apart, not emphasis.
        let letters = line.text.split(whereSeparator: \.isWhitespace).count
        let emphasises = !(letters >= 3 && line.all(\.stands))
        var tokenizer = Tokenizer(line: line, emphasises: emphasises)
        let elements = tokenizer.run()
        guard !line.clock.isEmpty else { return (elements, []) }
        return (elements, tokenizer.places.map(line.time(of:)))
    }

    /// A hesitation sound by its letters: `eh`, `ehm`, `em`, `øh`, `øhm`, `æh`, `hm`, `mm`, `mhm`, `uh`, `um`.
    static func isFiller(_ word: String) -> Bool { Hesitation.isOne(word) }
}

private struct Tokenizer {
    let text: [Character]
    let stands: [Bool]
    let emphasises: Bool
    let countsDots: Bool
    var elements: [Element] = []
    /// Where each element stands in the line.
    var places: [Range<Int>] = []
    var index = 0
    /// Punctuation waiting for the next word.
    var lead = ""

    init(line: StyledLine, emphasises: Bool) {
        text = line.text
        stands = line.stands
        self.emphasises = emphasises
        countsDots = line.countsDots
    }

    private static let opening = Set<Character>("«\"“„‘'(*_¿¡‹[{")
    private static let trailing = Set<Character>(",.?!:;»\"”“’')*_›]}…")
    private static let dashes = Set<Character>("-–—‑−")

    mutating func run() -> [Element] {
        while index < text.count {
            let from = index
            if text[index].isWhitespace {
                index += 1
            } else if !takeBracket() {
                takeWord()
            }
            while places.count < elements.count { places.append(from..<max(from, index)) }
        }
        if !lead.isEmpty { attach(trail: lead) }
        return elements
    }

    // MARK: Brackets

    private static let closing: [Character: Character] = ["(": ")", "[": "]", "{": "}", "<": ">", "/": "/"]

    /// A bracketed mark at the cursor.
    private mutating func takeBracket() -> Bool {
        let open = text[index]
        guard let close = Self.closing[open] else { return false }
        if open == "/" {
            guard index + 1 < text.count, text[index + 1] == "/" else { return false }
            let from = index
            index += 2
            guard !isInsideOverlap else {
                add(.init(kind: .overlapEnd, source: .draft, text: "//"))
                return true
            }
            // `//S02: mm//`: who is heard at the same time.
            let name = text[index...].prefix(16).prefix { $0.isLetter || $0.isNumber || "_ ".contains($0) }
            if !name.isEmpty, name.endIndex < text.count, text[name.endIndex] == ":" { index = name.endIndex + 1 }
            add(.init(kind: .overlapStart, source: .draft, text: String(text[from..<index])))
            return true
        }
        var depth = 0, end = index
        while end < text.count, end - index <= 120 {
            if text[end] == open { depth += 1 }
            if text[end] == close { depth -= 1 }
            if depth == 0 { break }
            end += 1
        }
        guard end < text.count, depth == 0, text[end] == close else { return false }
        let raw = String(text[index...end])
        guard let mark = BracketMark.mark(raw, countsDots: countsDots) else { return false }
        index = end + 1
        add(mark)
        // What is stuck to the bracket belongs to the word before: `ja (ler).`
        var tail = ""
        while index < text.count, ",.?!:;»”".contains(text[index]), !isEllipsis(at: index) {
            tail.append(text[index])
            index += 1
        }
        if !tail.isEmpty { attach(trail: tail) }
        return true
    }

    private var isInsideOverlap: Bool {
        elements.last { [.overlapStart, .overlapEnd].contains($0.mark?.kind) }?.mark?.kind == .overlapStart
    }

    private mutating func add(_ mark: Mark) { elements.append(.mark(mark)) }

    // MARK: Words

    private func isEllipsis(at position: Int) -> Bool {
        text[position] == "…" || text[position] == "." && position + 1 < text.count && text[position + 1] == "."
    }

    private func ellipsisEnd(from position: Int) -> Int {
        var end = position
        while end < text.count, text[end] == "." || text[end] == "…" { end += 1 }
        return end
    }

    private mutating func takeWord() {
        let start = index
        if isEllipsis(at: index) {
            let spaced = index > 0 && text[index - 1].isWhitespace
            index = ellipsisEnd(from: index)
            add(Mark(kind: .trailingOff, source: .draft, text: String(text[start..<index]), label: spaced ? "spaced" : nil))
            return
        }
        var end = index
        while end < text.count, !text[end].isWhitespace, !isEllipsis(at: end), !(end > start && (opensMark(at: end) || closesOverlap(at: end))) { end += 1 }
        // Always move on, whatever the characters are.
        if end == start { end += 1 }
        index = end
        var first = start, last = end
        while first < last, Self.opening.contains(text[first]) { first += 1 }
        while last > first, Self.trailing.contains(text[last - 1]) { last -= 1 }
        var opened = String(text[start..<first]), closed = String(text[last..<end])
        var core = Array(text[first..<last])

        if core.isEmpty { return loose(opened + closed) }
        if core.allSatisfy({ Self.dashes.contains($0) }) { return loose(opened + "–" + closed) }
        if core.allSatisfy({ $0 == "#" }) {
            return add(Mark(kind: .pause, source: .draft, text: String(core), label: core.count > 1 ? "long" : "short"))
        }
        if core.count >= 3, core.allSatisfy({ $0 == "x" }) {
            add(Mark(kind: .unclear, source: .draft, text: String(core)))
            if !closed.isEmpty { attach(trail: closed) }
            return
        }
        while core.count > 1, let dash = core.first, "–—".contains(dash) {
            opened.append(core.removeFirst())
        }
        var isCutOff = false
        if core.count > 1, let dash = core.last, Self.dashes.contains(dash) {
            if isSuspended(after: end) && closed.isEmpty && dash == "-" {
                // `psykiatri- og rusfeltet`: the hyphen is spelling.
            } else {
                isCutOff = true
                while core.count > 1, let dash = core.last, Self.dashes.contains(dash) { core.removeLast() }
            }
        }
        // Signs that are read aloud (`50 %`, `A & B`) stay words of their own.
        if !core.contains(where: { $0.isLetter || $0.isNumber || "&%+=§€$£@°<>/#".contains($0) }) {
            return loose(opened + String(core) + closed)
        }
        let word = String(core)
        let flagged = zip(text[first..<last], stands[first..<last]).filter { $0.0.isLetter }
        let stressed = emphasises && !flagged.isEmpty && flagged.allSatisfy(\.1)
        elements.append(
            .word(
                Word(
                    id: 0, text: word, lead: lead + opened, trail: closed,
                    prominence: stressed ? Prominence(strength: 2, level: 2, evidence: ["draft": 1]) : nil,
                    isCutOff: isCutOff, isFiller: Tokens.isFiller(word))))
        lead = ""
    }

    /// Whether a bracket inside a run of letters starts a mark: `ja(ler)`.
    private func opensMark(at position: Int) -> Bool {
        guard "([{".contains(text[position]), let close = Self.closing[text[position]] else { return false }
        guard let end = text[position...].prefix(40).firstIndex(of: close) else { return false }
        let raw = String(text[position...end])
        guard let mark = BracketMark.mark(raw, countsDots: countsDots) else { return false }
        return mark.kind != .comment
    }

    /// `mm//`: the end of talk at the same time, stuck to its last word.
    private func closesOverlap(at position: Int) -> Bool {
        text[position] == "/" && position + 1 < text.count && text[position + 1] == "/" && isInsideOverlap
    }

    private func isSuspended(after position: Int) -> Bool {
        let next = text[position...].drop(while: \.isWhitespace).prefix(while: { !$0.isWhitespace })
        return ["og", "eller", "samt", "og/eller"].contains(String(next).lowercased())
    }

    /// Punctuation that stands alone goes to the word before, an opening sign or first dash to the word after.
    private mutating func loose(_ signs: String) {
        if !elements.contains(where: { $0.word != nil }) || signs.allSatisfy({ "«“„(‹".contains($0) }) {
            lead += signs
        } else {
            attach(trail: signs)
        }
    }

    private mutating func attach(trail: String) {
        guard let last = elements.lastIndex(where: { $0.word != nil }), case .word(var word) = elements[last] else {
            lead += trail
            if index >= text.count { lead = "" }
            return
        }
        word.trail += trail
        elements[last] = .word(word)
    }
}
