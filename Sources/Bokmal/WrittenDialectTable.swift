import Foundation

/// Dialect forms of closed-class and everyday words as people write them (`æ`, `itj`, `korsn`), each with its Bokmål
/// form, or with several of which context chooses. The data file is `written-dialect.tsv`.
struct WrittenDialectTable: Sendable {
    /// Alternatives by lower-case form, commonest first.
    let alternatives: [String: [String]]

    static let shared: WrittenDialectTable = {
        guard let text = try? String(contentsOf: Resources.url("written-dialect.tsv"), encoding: .utf8) else {
            preconditionFailure("\(LexiconError.unreadable(file: "written-dialect.tsv"))")
        }
        return WrittenDialectTable(parsing: text)
    }()

    init(parsing text: String) {
        var alternatives: [String: [String]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t")
            guard fields.count >= 2 else { continue }
            let form = String(fields[0])
            if alternatives[form] == nil { alternatives[form] = fields[1].split(separator: "|").map(String.init) }
        }
        self.alternatives = alternatives
    }
}

/// Endings of written dialect and what they are in Bokmål, longest first. A rule is used only when its result is a form
/// of Bokmål and the word itself is not.
enum DialectEndings {
    static let rules: [(ending: String, replacements: [String])] = [
        ("heitan", ["hetene"]), ("heita", ["heten", "heter"]), ("heit", ["het"]), ("leikar", ["ligheter"]),
        ("nadn", ["nene"]), ("elsa", ["else", "elser"]), ("ingan", ["ingene"]), ("ingå", ["ingen", "inga"]),
        ("eng", ["ing"]), ("arne", ["erne", "ene"]), ("adn", ["ene"]), ("ann", ["ene", "en"]), ("ane", ["ene"]),
        ("ene'", ["ene"]), ("lege", ["lige"]), ("leg", ["lig"]), ("ele", ["elig"]), ("eli", ["elig"]),
        ("li", ["lig"]), ("di", ["dig"]), ("ti", ["tig"]), ("ast", ["es", "est"]), ("ar", ["er"]),
        ("an", ["ene", "en"]), ("on", ["ene", "en"]), ("en", ["ene", "er"]), ("ad", ["et"]), ("ur", ["er"]),
        ("or", ["er"]), ("ir", ["er"]), ("in", ["en", "ene"]), ("æ", ["e", "en", "et"]), ("å", ["e", "en", "a"]),
        ("a", ["e", "et", "en", "er"]), ("i", ["e", "ig", "en"]), ("o", ["e", "en", "a"]), ("u", ["e"]),
        ("nnj", ["nn"]), ("llj", ["ll"]), ("nj", ["n", "nn"]), ("lj", ["l", "ll"]), ("j", [""]), ("n", ["en", ""]),
        ("r", ["er"]), ("t", ["te", "et"]), ("d", ["de"]), ("e", ["et", "er"]),
    ]

    /// Inside a word: palatal and diphthong spellings of northern, Trøndelag and western writing.
    static let spellings: [(from: String, to: String)] = [
        ("ainn", "ann"), ("aill", "all"), ("ailt", "alt"), ("aint", "ant"), ("aind", "and"), ("einn", "enn"),
        ("eill", "ell"), ("oinn", "ond"), ("innj", "inn"), ("illj", "ill"), ("nnj", "nn"), ("llj", "ll"), ("ei", "e"),
        ("øy", "ø"), ("au", "ø"), ("kv", "hv"), ("åm", "om"), ("ø", "u"), ("ø", "y"), ("æ", "e"), ("å", "o"),
        ("rr", "r"), ("nn", "n"), ("nn", "nd"), ("sj", "rs"), ("ske", "skje"),
    ]

    /// The first rewriting that is a form of Bokmål, or nil.
    static func bokmal(of word: String, forms: WordForms) -> String? {
        guard word.unicodeScalars.count >= 3 else { return nil }
        if let form = ending(of: word, forms: forms) { return form }
        for (from, to) in spellings where word.contains(from) {
            let respelled = word.replacingOccurrences(of: from, with: to)
            if respelled.unicodeScalars.count >= 3, forms.contains(respelled) { return respelled }
            if respelled.unicodeScalars.count >= 4, let form = ending(of: respelled, forms: forms) { return form }
        }
        return nil
    }

    private static func ending(of word: String, forms: WordForms) -> String? {
        for (ending, replacements) in rules where word.hasSuffix(ending) {
            let stem = word.dropLast(ending.count)
            guard stem.count >= 3 else { continue }
            for replacement in replacements {
                let form = String(stem) + replacement
                if forms.contains(form) { return form }
            }
        }
        return nil
    }
}
