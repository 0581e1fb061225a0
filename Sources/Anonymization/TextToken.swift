/// A text as code points with word tokens: everything the detector works on.
struct TokenizedText: Sendable {
    let scalars: [Unicode.Scalar]
    let tokens: [TextToken]

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        self.scalars = scalars
        self.tokens = TextToken.split(scalars)
    }

    func string(_ start: Int, _ end: Int) -> String {
        var view = String.UnicodeScalarView()
        let first = min(max(0, start), scalars.count)
        view.append(contentsOf: scalars[first..<max(first, min(end, scalars.count))])
        return String(view)
    }
}

/// A word, a number, a punctuation mark or a line end.
struct TextToken: Sendable {
    enum Kind: Sendable { case word, number, punctuation, newline }
    var kind: Kind
    /// Code points, end exclusive.
    var start: Int
    var end: Int
    var text: String
    /// Lower case and composed (NFC): the form that lists hold.
    var lower: String
    var isCapitalised: Bool
    var isAllCapitals: Bool
    var spaceBefore: Bool
    /// First word of a sentence, a line or a quotation.
    var isInitial: Bool

    static func isLetter(_ s: Unicode.Scalar) -> Bool {
        let v = s.value
        if v < 0x80 { return v >= 97 && v <= 122 || v >= 65 && v <= 90 }
        if v >= 0xC0, v <= 0xFF { return v != 0xD7 && v != 0xF7 }
        return switch s.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark: !(s.value >= 0xFE00 && s.value <= 0xFE0F) && s.value != 0x20E3
        default: false
        }
    }
    static func isDigit(_ s: Unicode.Scalar) -> Bool { s.value >= 48 && s.value <= 57 }
    private static func isSpace(_ s: Unicode.Scalar) -> Bool {
        if s.value < 0x80 { return s.value == 0x20 || s.value == 9 || s.value == 11 || s.value == 12 }
        if s.value >= 0xC0, s.value <= 0xFF { return false }
        return s.properties.isWhitespace
    }
    private static func isJoiner(_ s: Unicode.Scalar) -> Bool {
        s == "-" || s == "'" || s == "’" || s == "\u{2011}" || s == "\u{AD}"
    }

    /// Scalars. No word of any language is so long: what is, is data, and rules that try every way to part a word must not meet it whole.
    static let longestWord = 64

    static func split(_ scalars: [Unicode.Scalar]) -> [TextToken] {
        var tokens: [TextToken] = []
        var i = 0
        var space = false
        var initial = true
        while i < scalars.count {
            let s = scalars[i]
            if isSpace(s) { space = true; i += 1; continue }
            var end = i + 1
            var kind = Kind.punctuation
            if s == "\n" || s == "\r" || s == "\u{2028}" || s == "\u{2029}" {
                kind = .newline
            } else if isLetter(s) {
                kind = .word
                while end < scalars.count, end - i < longestWord {
                    if isLetter(scalars[end]) || isDigit(scalars[end]) { end += 1; continue }
                    if isJoiner(scalars[end]), end + 1 < scalars.count, isLetter(scalars[end + 1]) || isDigit(scalars[end + 1]) {
                        end += 2
                        continue
                    }
                    break
                }
            } else if isDigit(s) {
                kind = .number
                while end < scalars.count, isDigit(scalars[end]) { end += 1 }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[i..<end])
            let text = String(view)
            let isWord = kind == .word
            let plain = s.value < 0x80 ? s.value <= 90 : s.value >= 0xC0 && s.value <= 0xFF ? s.value <= 0xDE : nil as Bool?
            let capital = isWord && (plain ?? (s.properties.generalCategory == .uppercaseLetter || s.properties.generalCategory == .titlecaseLetter))
            let letters = capital ? scalars[i..<end].filter { isLetter($0) } : []
            tokens.append(TextToken(
                kind: kind, start: i, end: end, text: text, lower: isWord ? NameKey.fold(text) : text,
                isCapitalised: capital,
                isAllCapitals: capital && letters.count >= 2 && !letters.contains { $0.properties.isLowercase },
                spaceBefore: space, isInitial: isWord && initial))
            switch kind {
            case .newline: initial = true
            case .word, .number: initial = false
            case .punctuation:
                if sentenceStarts.contains(s) || (s == "-" || s == "–" || s == "—") && (initial || space) {
                    initial = true
                }
                // An initial or a short abbreviation does not end a sentence: "J. Hansen", "kl. 12", "f.eks.".
                if s == ".", let last = tokens.dropLast().last, last.kind == .word, last.end == i,
                    last.text.count == 1 && last.isCapitalised || abbreviations.contains(last.lower) {
                    initial = false
                }
            }
            space = false
            i = end
        }
        return tokens
    }

    private static let sentenceStarts: Set<Unicode.Scalar> = Set(".!?…:«\"“”•".unicodeScalars)

    static let abbreviations: Set<String> = [
        "dr", "hr", "fr", "st", "kl", "bl", "ca", "nr", "tlf", "mob", "jf", "mr", "mrs", "prof", "adv", "pol", "ass", "avd", "kap",
    ]
}
