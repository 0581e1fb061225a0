import Foundation

/// Dialect forms of closed-class and everyday words as people write them (`æ`, `itj`, `korsn`), each with its Bokmål
/// form, or with several of which context chooses. The data file is `written-dialect.tsv`.
struct WrittenDialectTable: Sendable {
    /// Alternatives by lower-case form, commonest first.
    let alternatives: [String: [String]]
    /// Forms that are a name when they have a capital (`Anna`).
    let names: Set<String>

    static let shared: WrittenDialectTable = {
        guard let text = try? String(contentsOf: Resources.url("written-dialect.tsv"), encoding: .utf8) else {
            fatalError("\(LexiconError.unreadable(file: "written-dialect.tsv"))")
        }
        return WrittenDialectTable(parsing: text)
    }()

    init(parsing text: String) {
        var alternatives: [String: [String]] = [:]
        var names: Set<String> = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t")
            guard fields.count >= 2 else { continue }
            let form = String(fields[0])
            if alternatives[form] == nil { alternatives[form] = fields[1].split(separator: "|").map(String.init) }
            if fields.count > 2, fields[2] == "name" { names.insert(form) }
        }
        self.alternatives = alternatives
        self.names = names
    }
}

/// Endings of written dialect and what they are in Bokmål, longest first. A rule is used only when its result is a form
/// of Bokmål and the word itself is not.
enum DialectEndings {
    static let rules: [(ending: String, replacements: [String])] = [
        ("'n", ["en"]), ("'l", ["el"]), ("'r", ["er"]),
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

    /// The likeliest rewriting that is a form of Bokmål, or nil.
    static func bokmal(of word: String, forms: WordForms) -> String? {
        var best: (text: String, value: Double)?
        for (text, cost) in candidates(of: word, forms: forms) {
            let value = 0.4 * WrittenLexicon.shared.frequency(text) - cost
            if best.map({ value > $0.value }) ?? true { best = (text, value) }
        }
        return best?.text
    }

    /// Rewritings that are forms of Bokmål, each with its cost (like −log of a probability): an ending, a spelling inside
    /// the word, or both.
    static func candidates(of word: String, forms: WordForms) -> [(text: String, cost: Double)] {
        guard word.unicodeScalars.count >= 3 else { return [] }
        var found = endings(of: word, forms: forms, cost: 2)
        for (from, to) in spellings where word.contains(from) {
            let respelled = word.replacingOccurrences(of: from, with: to)
            if respelled.unicodeScalars.count >= 3, forms.contains(respelled) { found.append((respelled, 2.5)) }
            if respelled.unicodeScalars.count >= 4 { found += endings(of: respelled, forms: forms, cost: 4) }
        }
        return found
    }

    private static func endings(of word: String, forms: WordForms, cost: Double) -> [(text: String, cost: Double)] {
        var found: [(text: String, cost: Double)] = []
        // A longer ending says more than a shorter one within it.
        var steps = 0.0
        for (ending, replacements) in rules where word.hasSuffix(ending) {
            let stem = word.dropLast(ending.count)
            guard stem.count >= 3 else { continue }
            for (rank, replacement) in replacements.enumerated() {
                let form = String(stem) + replacement
                if forms.contains(form) { found.append((form, cost + steps + 0.7 * Double(rank))) }
            }
            steps += 1
        }
        return found
    }
}
