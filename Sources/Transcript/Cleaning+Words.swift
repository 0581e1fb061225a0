extension Cleaning {
    /// Small words that nobody doubles for effect: said twice in a row, the first was a stumble.
    ///
    /// A list of what may go, not of what must stay: a word that is not here (`veldig`, `lenge`, `aldri`, `mange`, adjectives, numbers,
    /// names) is kept however often it is said, because doubling it says something. `ja ja`, `nei nei`, `jo jo`, `men men`,
    /// `nå nå` and `ikke ikke` are kept for the same reason; dropping one of two negations could turn a sentence round.
    static let stumbled: Set<String> = [
        "jeg", "du", "vi", "dere", "dem", "meg", "deg", "oss", "man", "min", "mitt", "mine", "din", "ditt", "dine", "sin", "sitt", "sine",
        "vår", "vårt", "våre", "hans", "hennes", "deres", "en", "et", "ei", "og", "eller", "at", "å", "som", "hvis", "fordi", "når", "hva",
        "hvem", "hvor", "hvordan", "hvorfor", "hos", "mot", "mellom", "uten", "sånn", "sånne", "slik", "bare", "altså", "også",
        // As said, where no Bokmål form is known.
        "æ", "æg", "eg", "e", "mæ", "dæ", "me", "dokker", "dokk", "dåkke", "ka", "kæm", "kem", "kor", "koffer", "korsen", "korleis",
        "viss", "noko", "ein", "eit", "sånt",
    ]

    /// Small words that may rightly stand twice in a row, one at the end of a clause and one at the start of the next: `det det handler
    /// om`, `han han snakket med`, `slik det var var det`, `være med på på mandag`. They go only where a hesitation parts them, or as
    /// a part of a longer repetition (`det er det er`).
    static let ambiguous: Set<String> = [
        "det", "den", "de", "han", "hun", "der", "da", "så", "noe", "noen", "er", "var", "har", "hadde", "kan", "kunne", "skal", "skulle",
        "vil", "ville", "må", "måtte", "blir", "ble", "får", "fikk", "i", "på", "til", "med", "av", "for", "om", "fra", "opp", "ut", "inn",
        "tror", "synes", "mener", "tenker", "tenkte", "kom", "gikk", "ho", "hu", "hån", "dæm", "dei", "va", "ha", "ska", "te", "mæ", "su",
    ]

    /// Nobody writes a comma after these.
    static let prepositions: Set<String> = ["i", "på", "til", "med", "av", "for", "om", "fra", "hos", "mot", "mellom", "uten"]

    /// What a clause has as its subject.
    static let subjects: Set<String> = ["jeg", "du", "han", "hun", "vi", "dere", "de", "man", "det", "den", "æ", "eg", "ho", "hu", "dei", "me"]

    /// After these a comma belongs to what was left out.
    static let commaless = prepositions.union([
        "at", "å", "som", "hvis", "fordi", "når", "og", "eller", "men", "en", "et", "ei", "min", "mitt", "mine", "er", "var", "har", "hadde",
        "kan", "kunne", "skal", "skulle", "vil", "ville", "må", "måtte",
    ])

    /// Signs of hearing that answer a question when nothing else is said.
    static let answering: Set<String> = ["mm", "mmm", "mhm", "mm-hm", "mhmm", "hm-mm"]
}
