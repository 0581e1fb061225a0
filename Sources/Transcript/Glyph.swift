/// A character of a written-out transcript, and whether a backslash before it says that it is no sign of the notation.
struct Glyph: Hashable {
    var character: Character
    var isEscaped = false

    static func glyphs(of text: String) -> [Glyph] {
        var result: [Glyph] = []
        var escapes = false
        for character in text {
            if !escapes, character == "\\" {
                escapes = true
                continue
            }
            result.append(Glyph(character: character, isEscaped: escapes))
            escapes = false
        }
        if escapes { result.append(Glyph(character: "\\")) }
        return result
    }

    var isSpace: Bool { character.isWhitespace && !isEscaped }
}

extension Collection where Element == Glyph {
    var string: String { String(map(\.character)) }
}

extension Array where Element == Glyph {
    /// Whether an unescaped sign stands here.
    func has(_ sign: [Character], at place: Int) -> Bool {
        guard !sign.isEmpty, place >= 0, place + sign.count <= count else { return false }
        for step in 0..<sign.count where self[place + step].isEscaped || self[place + step].character != sign[step] { return false }
        return true
    }
}

/// Punctuation around words, as a transcript keeps it in ``Word/lead`` and ``Word/trail``.
enum Punctuation {
    static let opening = Set<Character>("«\"“„‘'([{‹¿¡–—")
    static let closing = Set<Character>(",.?!:;»\"”“’')]}›…–—")
    /// What stands at a word's edges without being part of it.
    private static let edges = opening.union(closing)
    static let brackets = Set<Character>("()[]{}")

    /// Splits a piece without spaces into what opens it, the word and what closes it; the word is empty when all is punctuation.
    static func split(_ glyphs: ArraySlice<Glyph>, keeping kept: Set<Character>) -> (lead: ArraySlice<Glyph>, core: ArraySlice<Glyph>, trail: ArraySlice<Glyph>) {
        var core = glyphs
        while let first = core.first, edges.contains(first.character) { core = core.dropFirst() }
        while let last = core.last, edges.contains(last.character), !kept.contains(last.character) { core = core.dropLast() }
        return (glyphs[..<core.startIndex], core, glyphs[core.endIndex...])
    }

    /// Dashes stand apart from words.
    static func spaced(lead: String) -> String { lead.last.map { "–—".contains($0) } == true ? lead + " " : lead }
    static func spaced(trail: String) -> String {
        guard let dash = trail.firstIndex(where: { "–—".contains($0) }) else { return trail }
        return trail[..<dash] + " " + trail[dash...]
    }
}
