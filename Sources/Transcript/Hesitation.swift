/// Hesitation sounds as people type them.
public enum Hesitation {
    /// Whether a word is one by its letters: `eh`, `ehm`, `em`, `øh`, `øhm`, `æh`, `hm`, `mm`, `mhm`, `uh`, `um`.
    public static func isOne(_ word: String) -> Bool {
        var rest = Substring(word.lowercased())
        guard (2...8).contains(rest.count) else { return false }
        func eat(_ letter: Character) -> Int {
            let count = rest.prefix { $0 == letter }.count
            rest = rest.dropFirst(count)
            return count
        }
        guard let first = rest.first else { return false }
        switch first {
        case "e", "ø", "æ", "ö", "ä", "u":
            let vowels = eat(first), breaths = eat("h"), nasals = eat("m")
            // `øm`, `em` and `um` only; a long vowel alone (`ee`, `øø`) counts, too.
            return rest.isEmpty && (breaths + nasals > 0 || vowels > 1)
        case "h":
            _ = eat("h")
            return eat("m") > 0 && rest.isEmpty
        case "m":
            _ = eat("m")
            _ = eat("h")
            _ = eat("m")
            return rest.isEmpty
        default: return false
        }
    }
}
