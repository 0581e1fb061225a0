/// One line of a draft with the typography that may carry meaning, and what the file's format says of it.
struct StyledLine {
    var text: [Character] = []
    /// For each character, whether it stands out (italic, bold or underlined).
    var stands: [Bool] = []
    /// For each character, whether it is bold.
    var bold: [Bool] = []
    /// A heading or another paragraph that is not talk.
    var isHeading = false
    /// Seconds, from the format (subtitle cues).
    var start: Double?
    var end: Double?
    /// Speaker, from the format (`<v Name>`).
    var voice: String?

    init(_ text: String = "") { append(text) }

    mutating func append(_ more: String, stands: Bool = false, bold: Bool = false) {
        for character in more {
            text.append(character)
            self.stands.append(stands)
            self.bold.append(bold)
        }
    }

    var isBlank: Bool { text.allSatisfy(\.isWhitespace) }

    /// The line without everything before `index` and the white space after it.
    func dropping(to index: Int) -> StyledLine {
        var start = min(index, text.count)
        while start < text.count, text[start].isWhitespace { start += 1 }
        return slice(start..<text.count)
    }

    func slice(_ range: Range<Int>) -> StyledLine {
        var line = self
        line.text = Array(text[range])
        line.stands = Array(stands[range])
        line.bold = Array(bold[range])
        return line
    }

    /// Whether every letter of it satisfies a flag; false without letters.
    func all(_ flags: KeyPath<StyledLine, [Bool]>) -> Bool {
        var any = false
        for (character, flag) in zip(text, self[keyPath: flags]) where character.isLetter {
            if !flag { return false }
            any = true
        }
        return any
    }
}
