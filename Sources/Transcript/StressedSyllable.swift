/// A guess at which syllable of a Norwegian word carries the stress, by rule.
///
/// Norwegian words are stressed on the first syllable unless they begin with an unstressed prefix (`be-`, `for-`, `er-`) or end as
/// loanwords do (`-sjon`, `-itet`, `-ere`, `-isk`, `-ist`, …), after Kristoffersen, *The Phonology of Norwegian* (2000), chapter 6. Names
/// and other loanwords (`Oslo` is right, `hotell` by its ending, `banan` is not) are where it errs. Compounds take the first
/// part's stress, which the rules give for the most part.
public enum StressedSyllable {
    private static let vowels = Set("aeiouyæøåéèêôóòüöäáà")
    private static let diphthongs: Set<String> = ["ei", "øy", "au", "ai", "oi", "eu"]
    private static let onsets: Set<String> = [
        "pr", "br", "tr", "dr", "kr", "gr", "fr", "vr", "pl", "bl", "kl", "gl", "fl", "sl", "sp", "st", "sk", "sm", "sn", "sv", "tv", "kv", "kn",
        "gn", "kj", "sj", "tj", "gj", "hj", "hv", "fj", "bj", "skj", "str", "spr", "skr", "spl", "stj", "spj", "skv", "ch", "sh", "th", "ph",
    ]
    /// Endings that draw the stress: how many letters of the ending come before the stressed vowel.
    private static let endings: [(text: String, vowel: Int)] = {
        let stems: [(String, Int)] = [
            ("sjon", 2), ("tet", 1), ("isme", 0), ("ist", 0), ("ment", 1), ("ent", 0), ("ant", 0), ("ell", 0), ("ør", 0), ("eri", 2), ("logi", 3),
            ("iatri", 4), ("grafi", 4), ("ikk", 0), ("iv", 0), ("ens", 0), ("ans", 0), ("essor", 0), ("ologi", 4), ("ett", 0), ("ur", 0), ("ose", 0),
            ("tek", 1), ("krati", 4), ("onomi", 4), ("pati", 3), ("esse", 0), ("ade", 0), ("asje", 0),
        ]
        let tails = ["", "en", "et", "er", "ene", "e", "s", "ens", "enes", "t"]
        return stems.flatMap { stem in tails.map { (stem.0 + $0, stem.1) } }.sorted { ($0.0.count, $1.0) > ($1.0.count, $0.0) }
    }()
    private static let verbs = ["ere", "erer", "erte", "ert", "erende", "ering", "eringen", "eringer", "eringene"]
    private static let isk = ["isk", "iske", "ikk", "iker", "ikeren", "ikere"]
    /// Beginnings that look like a prefix and are stressed all the same.
    private static let firstAnyhow = [
        "forhold", "forsk", "fortid", "fordel", "forside", "forfall", "formann", "formål", "formidd", "fornavn", "forkjøl", "forord", "format",
        "forarbeid", "forslag", "forrige", "forut", "bedr", "best", "bekk", "bein", "ben", "beist", "belg", "berg", "beger", "bedehus",
    ]
    /// Of those beginnings, and of words in `for-` with a vowel next, the ones that are stressed after the prefix.
    private static let secondAnyhow = [
        "bestem", "bestil", "bestå", "besto", "bestyr", "bestikk", "bestand", "benytt", "forandr", "forene", "forening", "forelsk", "forakt", "foreld",
        "forutsett", "forårsak",
    ]

    /// The stressed syllable's letters; nil when the word has no vowel.
    public static func range(in word: String) -> Range<String.Index>? {
        let letters = Array(word.lowercased())
        guard letters.count == word.count else { return nil }
        let nuclei = nuclei(of: letters)
        guard !nuclei.isEmpty else { return nil }
        let prefix = unstressedPrefix(of: letters, nuclei)
        let chosen = stressed(letters, nuclei) ?? (prefix > 0 ? 1 : 0)
        let nucleus = nuclei[chosen]
        var start = chosen == 0 ? 0 : onset(of: letters, before: nucleus.lowerBound, after: nuclei[chosen - 1].upperBound)
        if prefix > 0, chosen == 1 { start = prefix }
        var end = letters.count
        if chosen + 1 < nuclei.count { end = onset(of: letters, before: nuclei[chosen + 1].lowerBound, after: nucleus.upperBound) }
        // Quotation signs, digits and hyphens at the edges are no part of a syllable.
        while start < nucleus.lowerBound, !letters[start].isLetter { start += 1 }
        if let stop = letters[nucleus.upperBound..<end].firstIndex(where: { !$0.isLetter }) { end = stop }
        let from = word.index(word.startIndex, offsetBy: start)
        return from..<word.index(from, offsetBy: end - start)
    }

    /// The word with its stressed syllable in capitals: `akZENT`. A syllable of one vowel takes the next letter along, so
    /// that `Åpen` with stress differs from `Åpen` at the start of a sentence.
    static func capitalized(_ word: String) -> String {
        guard var range = range(in: word) else { return word.uppercased() }
        if word.distance(from: range.lowerBound, to: range.upperBound) == 1, range.upperBound < word.endIndex {
            range = range.lowerBound..<word.index(after: range.upperBound)
        }
        return word[..<range.lowerBound] + word[range].uppercased() + word[range.upperBound...]
    }

    private static func nuclei(of letters: [Character]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while index < letters.count {
            guard vowels.contains(letters[index]) else {
                index += 1
                continue
            }
            let double = index + 1 < letters.count && diphthongs.contains(String(letters[index...(index + 1)]))
            found.append(index..<(index + (double ? 2 : 1)))
            index += double ? 2 : 1
        }
        return found
    }

    /// Where the syllable begins whose vowel stands at `vowel`: as many consonants as a Norwegian word may begin with, but an `s`
    /// after a vowel stays with it (`his-torisk`, `bes-te`).
    private static func onset(of letters: [Character], before vowel: Int, after floor: Int) -> Int {
        for length in stride(from: min(3, vowel - floor), to: 1, by: -1)
        where onsets.contains(String(letters[(vowel - length)..<vowel])) {
            let first = letters[vowel - length], second = letters[vowel - length + 1]
            if first == "s", !"jkh".contains(second) || second == "k" && length == 2, vowel - length == floor { continue }
            return vowel - length
        }
        return vowel > floor ? vowel - 1 : vowel
    }

    /// The syllable that an ending draws the stress to.
    private static func stressed(_ letters: [Character], _ nuclei: [Range<Int>]) -> Int? {
        guard nuclei.count > 1 else { return nil }
        let word = String(letters)
        func nucleus(at place: Int) -> Int? { nuclei.firstIndex { $0.contains(place) } }
        for ending in verbs where word.hasSuffix(ending) && letters.count - ending.count >= 3 {
            let vowel = letters.count - ending.count
            // `bruk-ere` and the like are nouns; verbs in -ere have a stem with a vowel of its own and mostly two syllables more.
            if let chosen = nucleus(at: vowel), chosen >= 1, ending != "ere" && ending != "ert" || isLoanVerb(letters, vowel) { return chosen }
        }
        for ending in isk where word.hasSuffix(ending) && nuclei.count > 2 {
            if let chosen = nucleus(at: letters.count - ending.count), chosen >= 1 { return chosen - 1 }
        }
        for ending in endings where word.hasSuffix(ending.text) && letters.count > ending.text.count + 1 {
            if let chosen = nucleus(at: letters.count - ending.text.count + ending.vowel), chosen >= 1 { return chosen }
        }
        return nil
    }

    /// Letters of an unstressed prefix; 0 when there is none.
    private static func unstressedPrefix(of letters: [Character], _ nuclei: [Range<Int>]) -> Int {
        let word = String(letters)
        for prefix in ["be", "for", "er"] where word.hasPrefix(prefix) && letters.count >= prefix.count + 3 && nuclei.count > 1 {
            if secondAnyhow.contains(where: word.hasPrefix) { return prefix.count }
            if firstAnyhow.contains(where: word.hasPrefix) { return 0 }
            // One consonant or an onset comes next: `bekker` and `berget` are no such words.
            let cluster = String(letters[prefix.count...].prefix { !vowels.contains($0) })
            if !cluster.isEmpty, prefix != "er" || nuclei.count > 2, cluster.count == 1 || onsets.contains(cluster) { return prefix.count }
        }
        return 0
    }

    /// `studere`, `fungere`: the stem before `-ere` ends in a consonant and is not a Norwegian agent noun's (`lærere`, `brukere`).
    private static func isLoanVerb(_ letters: [Character], _ vowel: Int) -> Bool {
        let stem = String(letters[..<vowel])
        return !["lær", "bruk", "arbeid", "forsk", "leder", "spill", "led", "stor", "fin", "flink", "send", "lytt", "pleie", "pasient", "sykepleie", "eld", "yngr"]
            .contains(where: stem.hasSuffix)
    }
}
