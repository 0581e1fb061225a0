import Foundation

/// Stems and endings that differ between Nynorsk and Bokmål, for words never seen in both. The result must be a form of
/// Bokmål, or put together of two; before letter rewriting, which knows no words and would make a leader of a nurse.
enum NynorskRules {
    /// Parts of words, applied in this order wherever they stand.
    static let stems: [(nynorsk: String, bokmal: String)] = [
        ("pleiar", "pleier"), ("rettleiar", "veileder"), ("vegleiar", "veileder"), ("rettleiing", "veiledning"),
        ("vegleiing", "veiledning"), ("leiar", "leder"), ("leiing", "ledelse"), ("sjuke", "syke"), ("sjuk", "syk"),
        ("skule", "skole"), ("heime", "hjemme"), ("heim", "hjem"), ("kvardag", "hverdag"), ("tryggleik", "trygghet"),
        ("moglegheit", "mulighet"), ("mogleg", "mulig"), ("bustad", "bolig"), ("tenest", "tjenest"),
        ("verksemd", "virksomhet"), ("eigen", "egen"), ("saman", "sammen"), ("vidare", "videre"),
        ("røynsle", "erfaring"), ("tilhøve", "forhold"), ("oppfølgjing", "oppfølging"), ("utgreiing", "utredning"),
        ("kjensle", "følelse"), ("einsemd", "ensomhet"), ("styresmakt", "myndighet"), ("fylgj", "følg"),
        ("følgj", "følg"), ("byggj", "bygg"), ("leik", "lek"), ("veke", "uke"), ("medarbeidar", "medarbeider"),
        ("arbeidar", "arbeider"), ("brukar", "bruker"), ("mottakar", "mottaker"), ("ungdommar", "ungdommer"),
        ("bebuar", "beboer"), ("pasientar", "pasienter"), ("lækjar", "lege"), ("draum", "drøm"), ("augne", "øye"),
        ("høyr", "hør"),
    ]

    static let endings: [(nynorsk: String, bokmal: [String])] = [
        ("arane", ["erne", "erene", "ene"]), ("erane", ["erne", "erene"]), ("heitene", ["hetene"]),
        ("heiter", ["heter"]), ("heita", ["heten"]), ("heit", ["het"]), ("ingane", ["ingene"]), ("ingar", ["inger"]),
        ("inga", ["ingen"]), ("arar", ["ere"]), ("erar", ["ere"]), ("aren", ["eren"]), ("lege", ["lige"]),
        ("leg", ["lig"]), ("ande", ["ende"]), ("ane", ["ene"]), ("ast", ["es", "est"]), ("ar", ["er"]),
        ("a", ["en", "et", "e"]), ("je", ["e"]), ("jer", ["er"]),
    ]

    /// Readings that the next word settles: `kvar` before a subject or a form of the copula asks for a place.
    static func settled(_ word: String, before next: String?) -> String? {
        guard let next, word == "kvar", placeQuestion.contains(next) else { return nil }
        return "hvor"
    }

    private static let placeQuestion: Set<String> = [
        "eg", "du", "han", "ho", "det", "vi", "me", "dei", "de", "dykk", "er", "var",
    ]

    /// The first rewriting that is a form of Bokmål, or nil.
    static func bokmal(of word: String, forms: WordForms) -> String? {
        var stem = word
        for (nynorsk, bokmal) in stems where stem.contains(nynorsk) {
            stem = stem.replacingOccurrences(of: nynorsk, with: bokmal)
        }
        // An ending alone is better left to the letter model, which weighs it with the rest of the word.
        guard stem != word else { return nil }
        if forms.contains(stem) || forms.isCompound(stem) { return stem }
        for (ending, replacements) in endings where stem.hasSuffix(ending) {
            let root = stem.dropLast(ending.count)
            guard root.count >= 2 else { continue }
            for replacement in replacements {
                let form = String(root) + replacement
                if forms.contains(form) || forms.isCompound(form) { return form }
            }
        }
        return nil
    }
}
