/// How many syllables a written Norwegian word has, by its vowel letters.
///
/// Neighbouring vowels are syllables of their own (`fa-mi-li-e`), except the diphthongs `ai au ei eu oi øi øy æi` and the
/// old spelling `aa`. It errs where a diphthong's letters meet across a seam (`be-in-ne-her` counts 3), and where a talker
/// swallows a syllable; over a turn that matters little.
public enum SyllableCount {
    private static let vowels: Set<Character> = [
        "a", "e", "i", "o", "u", "y", "æ", "ø", "å", "é", "è", "ê", "ó", "ò", "ô", "à", "á", "ä", "ö", "ü", "í", "ú",
    ]
    private static let pairs: Set<String> = ["ai", "au", "ei", "eu", "oi", "øi", "øy", "æi", "aa"]

    /// - Returns: 0 without letters and digits; at least 1 with (`mm`, `hm`). Letters spelled out (`NRK`) and digits count one
    ///   each, which is near the truth for digits: `1998` is said in six.
    public static func of(_ word: String) -> Int {
        var count = 0, digits = 0, letters = 0
        var previous: Character?
        for character in word.lowercased() {
            if character.isNumber { digits += 1 }
            if character.isLetter { letters += 1 }
            guard vowels.contains(character) else {
                previous = nil
                continue
            }
            if let before = previous, pairs.contains(String([before, character])) {
                // The second half of a diphthong opens no third: `eie` is two.
                previous = nil
            } else {
                count += 1
                previous = character
            }
        }
        if count > 0 { return count + digits }
        let isSpelledOut = letters > 1 && !word.contains { $0.isLowercase }
        return digits + (isSpelledOut ? letters : min(1, letters))
    }
}
