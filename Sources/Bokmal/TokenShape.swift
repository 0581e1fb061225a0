import Foundation

/// What a token looks like: whether it is a word at all, and its casing.
enum TokenShape {
    /// Whether a token is an ordinary word: has letters, no digits, is no masked name (`XXXX`), cut-off (`ord-`) or mark.
    static func isWord(_ token: String) -> Bool {
        var hasLetter = false
        var isMask = true
        for scalar in token.unicodeScalars {
            switch scalar {
            case "0"..."9", "#", "(", ")", "[", "]", "{", "}", "<", ">", "@", "/", "*", "_", "…": return false
            default: break
            }
            if !hasLetter, isLetter(scalar) { hasLetter = true }
            if scalar != "X" && scalar != "x" { isMask = false }
        }
        return hasLetter && !isMask && token.unicodeScalars.last != "-"
    }

    /// Whether a token is a word broken off (`sjukeh-`): spelling by sound shows in a piece, too.
    static func isCutOff(_ token: String) -> Bool {
        guard token.last == "-", let piece = token.dropLast().last, piece != "-" else { return false }
        return isWord(String(token.dropLast()))
    }

    /// Whether a token begins a sentence or a quotation: the next word's capital tells nothing.
    static func opensSentence(_ token: String) -> Bool {
        switch token {
        case ".", "?", "!", ":", "…", "«", "»", "\"", "“", "”", "„": true
        default: false
        }
    }

    /// The token with its letters composed (NFC), as the lexicon has them: some programs write å as a and a ring.
    static func composed(_ token: String) -> String {
        hasMarks(token) ? token.precomposedStringWithCanonicalMapping : token
    }

    /// Whether there may be a combining mark (U+0300 … U+036F) in it, by the first byte of those in UTF-8.
    static func hasMarks(_ token: String) -> Bool { token.utf8.contains { $0 == 0xCC || $0 == 0xCD } }

    /// The tables of Unicode are slow to ask.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? (0x61...0x7A).contains(scalar.value | 0x20) : scalar.properties.isAlphabetic
    }

    enum Casing { case lower, initial, upper, mixed }

    static func casing(_ token: String) -> Casing {
        var uppercase = 0, letters = 0
        var firstIsUpper = false
        for scalar in token.unicodeScalars where isLetter(scalar) {
            if scalar.isASCII ? scalar.value < 0x60 : scalar.properties.isUppercase {
                uppercase += 1
                if letters == 0 { firstIsUpper = true }
            }
            letters += 1
        }
        if uppercase == 0 { return .lower }
        if firstIsUpper && uppercase == 1 { return .initial }
        if uppercase == letters { return .upper }
        return .mixed
    }

    /// The text with the casing of the original.
    static func recased(_ text: String, as casing: Casing) -> String {
        switch casing {
        case .lower, .mixed: text
        case .initial: text.prefix(1).uppercased() + text.dropFirst()
        case .upper: text.uppercased()
        }
    }
}
