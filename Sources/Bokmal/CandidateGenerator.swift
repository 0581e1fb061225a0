/// Proposes Bokmål forms of single words: from the study's choices, the tables, the attested forms, the endings, and
/// letter rewriting, in that order.
struct CandidateGenerator {
    let options: NormalizerOptions
    let forms: WordForms
    let dialect: WrittenDialectTable
    private let untouched: Set<String>
    private let replacements: [String: String]
    /// Letter rewriting is slow, and talk repeats itself.
    private var rewritten: [String: [Candidate]] = [:]
    private var known: [Query: CandidateSet] = [:]
    /// What the ranker of phonetic dialect has worked out.
    let cache: RankerCache?

    private struct Query: Hashable {
        var token: String
        var isFirst: Bool
        var variety: TurnVariety
    }

    init(options: NormalizerOptions, forms: WordForms) {
        self.options = options
        self.forms = forms
        cache = VarietyModel.phonetic.ranker.map { RankerCache($0, forms: forms) }
        dialect = .shared
        untouched = Set(options.untouched.map { $0.lowercased() })
        var replacements: [String: String] = [:]
        for (word, replacement) in options.replacements.sorted(by: { $0.key < $1.key }) {
            replacements[word.lowercased()] = replacement
        }
        self.replacements = replacements
    }

    /// A set with the single candidate `text`.
    func fixed(_ text: String, rule: String, id lower: String, _ model: VarietyModel) -> CandidateSet {
        CandidateSet(
            word: model.wordRow(lower),
            candidates: [Candidate(text: text, form: model.formRow(text, lower), cost: 0, rule: rule)])
    }

    mutating func candidates(_ token: String, isFirst: Bool, variety: TurnVariety, model: VarietyModel) -> CandidateSet {
        let query = Query(token: token, isFirst: isFirst, variety: variety)
        if let set = known[query] { return set }
        var set = propose(token, isFirst: isFirst, variety: variety, model: model)
        if model.ranker != nil { cache?.prepare(&set, token: token) }
        known[query] = set
        return set
    }

    /// The only form of a word that its looks, its variety or the study settle; nil for a word to be looked up.
    func settled(_ token: String, isFirst: Bool, variety: TurnVariety, model: VarietyModel) -> CandidateSet? {
        guard TokenShape.isWord(token) || (variety == .phonetic && TokenShape.isCutOff(token)) else {
            return fixed(token, rule: "kept", id: token, model)
        }
        let lower = token.lowercased()
        if untouched.contains(lower) { return fixed(token, rule: "veto", id: lower, model) }
        if let replacement = replacements[lower] {
            return fixed(replacement, rule: "study", id: replacement.lowercased(), model)
        }
        let casing = TokenShape.casing(token)
        if variety == .other || (variety == .bokmal && !isStrayDialect(lower, casing, isFirst: isFirst)) {
            return fixed(token, rule: "kept", id: lower, model)
        }
        if casing == .initial,
            !isFirst || dialect.names.contains(lower) || (isNameOnly(lower) && !isListed(lower, variety)) {
            // A name, as far as the casing says. Phonetic spelling writes names by sound too, save those that are known; the capital
            // stays in any case, for it is what tells a name.
            if variety == .phonetic, !forms.isName(withoutGenitive(lower)) || model.words.id(of: token) != nil {
                var set = phonetic(token, lower, casing, model, isName: true)
                for index in set.candidates.indices {
                    set.candidates[index].text = TokenShape.recased(set.candidates[index].text, as: .initial)
                }
                return set
            }
            if !(variety == .nynorsk && lower.hasSuffix("noreg")) { return fixed(token, rule: "kept", id: lower, model) }
        }
        // Abbreviations and trade names (`EU`, `iPad`); words in capitals for emphasis are in the tables or the lexicon.
        if variety != .phonetic, casing == .mixed || (casing == .upper && !isListed(lower, variety)) {
            return fixed(token, rule: "kept", id: lower, model)
        }
        return nil
    }

    private mutating func propose(
        _ token: String, isFirst: Bool, variety: TurnVariety, model: VarietyModel
    ) -> CandidateSet {
        if let set = settled(token, isFirst: isFirst, variety: variety, model: model) { return set }
        let lower = token.lowercased(), casing = TokenShape.casing(token)
        var set: CandidateSet
        switch variety {
        case .phonetic: set = phonetic(token, lower, casing, model)
        case .nynorsk: set = nynorsk(lower, model)
        default: set = written(lower, isFirst: isFirst, model)
        }
        if set.candidates[0].rule == "left" {
            set.candidates[0].text = token
        } else if casing == .initial || casing == .upper {
            for index in set.candidates.indices {
                set.candidates[index].text = TokenShape.recased(set.candidates[index].text, as: casing)
            }
        }
        return set
    }

    /// A name's genitive is a name (`Kvams`); a word that is a name itself loses nothing (`Lars`).
    private func withoutGenitive(_ lower: String) -> String {
        guard lower.last == "s", !forms.isName(lower), forms.isName(String(lower.dropLast())) else { return lower }
        return String(lower.dropLast())
    }

    private func isNameOnly(_ lower: String) -> Bool {
        !forms.contains(lower) && forms.isNameOnly(withoutGenitive(lower))
    }

    /// Whether a table or the attested forms hold the word.
    private func isListed(_ lower: String, _ variety: TurnVariety) -> Bool {
        lower.unicodeScalars.count > 1
            && (dialect.alternatives[lower] != nil || VarietyModel.nynorsk.words.id(of: lower) != nil)
    }

    func attested(_ word: String, _ model: VarietyModel, rule: String) -> CandidateSet? {
        guard let id = model.words.id(of: word) else { return nil }
        var candidates: [Candidate] = []
        for (_, form, cost) in model.candidates(word: id) {
            let text = model.forms[form]
            candidates.append(Candidate(text: text, form: model.formRow(text, text.lowercased()), cost: cost, rule: rule))
        }
        return candidates.isEmpty ? nil : CandidateSet(word: model.wordRow(word), candidates: candidates)
    }

    /// Rewritings, best first, each with its cost below the best; those in the lexicon come with a bonus.
    ///
    /// - Parameters:
    ///   - keep: which rewritings may stand; nil for all.
    ///   - least: log probability below which a rewriting is a guess.
    mutating func rewritings(
        _ word: String, _ model: VarietyModel, rule: String, keep: ((String) -> Bool)?, least: Double
    ) -> [Candidate] {
        let key = rule + "\u{1}" + word
        if let known = rewritten[key] { return known }
        var scored: [(text: String, score: Double, form: UInt32)] = []
        for rewriting in model.rewriting.rewritings(of: word) where rewriting.score >= least && !rewriting.text.isEmpty {
            if let keep, !keep(rewriting.text) { continue }
            let form = model.formRow(rewriting.text, rewriting.text.lowercased())
            var score = rewriting.score
            if isBokmal(rewriting.text) { score += 3 }
            if form != 1 { score += 1 }
            scored.append((rewriting.text, score, form))
        }
        scored.sort { $0.score != $1.score ? $0.score > $1.score : $0.text < $1.text }
        let top = scored.first?.score ?? 0
        let candidates = scored.prefix(3).map {
            Candidate(text: $0.text, form: $0.form, cost: Int32(min(16, top - $0.score) * 256), rule: rule)
        }
        rewritten[key] = candidates
        return candidates
    }

    func isBokmal(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: " ")) else { return forms.contains(text.lowercased()) }
        return text.split(separator: " ").allSatisfy { forms.contains($0.lowercased()) }
    }

    /// Shorter words than this are too little for letter rewriting where the spelling is not by sound.
    static let shortest = 4
}
