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

    private struct Query: Hashable {
        var token: String
        var isFirst: Bool
        var variety: TurnVariety
    }

    init(options: NormalizerOptions, forms: WordForms) {
        self.options = options
        self.forms = forms
        dialect = .shared
        untouched = Set(options.untouched.map { $0.lowercased() })
        var replacements: [String: String] = [:]
        for (word, replacement) in options.replacements.sorted(by: { $0.key < $1.key }) {
            replacements[word.lowercased()] = replacement
        }
        self.replacements = replacements
    }

    /// A set with the single candidate `text`.
    private func fixed(_ text: String, rule: String, id lower: String, _ model: VarietyModel) -> CandidateSet {
        CandidateSet(
            word: model.wordID(lower),
            candidates: [Candidate(text: text, form: model.formID(lower), cost: 0, rule: rule)])
    }

    mutating func candidates(_ token: String, isFirst: Bool, variety: TurnVariety, model: VarietyModel) -> CandidateSet {
        let query = Query(token: token, isFirst: isFirst, variety: variety)
        if let set = known[query] { return set }
        let set = propose(token, isFirst: isFirst, variety: variety, model: model)
        known[query] = set
        return set
    }

    private mutating func propose(
        _ token: String, isFirst: Bool, variety: TurnVariety, model: VarietyModel
    ) -> CandidateSet {
        guard TokenShape.isWord(token) else { return fixed(token, rule: "kept", id: token, model) }
        let lower = token.lowercased()
        if untouched.contains(lower) { return fixed(token, rule: "veto", id: lower, model) }
        if let replacement = replacements[lower] {
            return fixed(replacement, rule: "study", id: replacement.lowercased(), model)
        }
        if variety == .bokmal || variety == .other { return fixed(token, rule: "kept", id: lower, model) }
        let casing = TokenShape.casing(token)
        if casing == .initial, !isFirst || (forms.isNameOnly(lower) && !isListed(lower, variety)) {
            // A name, as far as the casing says; phonetic spelling has attested names, and they are kept too.
            if variety == .phonetic, let set = attested(token, model, rule: "phonetic.attested") { return set }
            if !(variety == .nynorsk && lower.hasSuffix("noreg")) { return fixed(token, rule: "kept", id: lower, model) }
        }
        // Abbreviations and trade names (`EU`, `iPad`); words in capitals for emphasis are in the tables or the lexicon.
        if variety != .phonetic, casing == .mixed || (casing == .upper && !isListed(lower, variety)) {
            return fixed(token, rule: "kept", id: lower, model)
        }
        var set: CandidateSet
        switch variety {
        case .phonetic: set = phonetic(token, lower, casing, model)
        case .nynorsk: set = nynorsk(lower, model)
        default: set = written(lower, model)
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

    /// Whether a table or the attested forms hold the word.
    private func isListed(_ lower: String, _ variety: TurnVariety) -> Bool {
        lower.unicodeScalars.count > 1
            && (dialect.alternatives[lower] != nil || VarietyModel.nynorsk.words.id(of: lower) != nil)
    }

    private func attested(_ word: String, _ model: VarietyModel, rule: String) -> CandidateSet? {
        guard let id = model.words.id(of: word) else { return nil }
        var candidates: [Candidate] = []
        for (form, cost) in model.candidates(word: id) {
            candidates.append(Candidate(text: model.forms[form], form: UInt32(form + 2), cost: cost, rule: rule))
        }
        return candidates.isEmpty ? nil : CandidateSet(word: UInt32(id + 2), candidates: candidates)
    }

    // MARK: Phonetic dialect spelling

    private mutating func phonetic(
        _ token: String, _ lower: String, _ casing: TokenShape.Casing, _ model: VarietyModel
    ) -> CandidateSet {
        let rule = "phonetic.attested"
        if let set = attested(token, model, rule: rule) { return set }
        if casing != .lower, casing != .mixed, let set = attested(lower, model, rule: rule) { return set }
        if forms.contains(lower) { return fixed(lower, rule: "kept", id: lower, model) }
        let source = casing == .mixed ? token : lower
        let found = rewritings(source, model, rule: "phonetic.letters", keep: nil, least: -30)
        if !found.isEmpty { return CandidateSet(word: 1, candidates: found) }
        return fixed(token, rule: "left", id: lower, model)
    }

    /// Rewritings, best first, each with its cost below the best; those in the lexicon come with a bonus.
    ///
    /// - Parameters:
    ///   - keep: which rewritings may stand; nil for all.
    ///   - least: log probability below which a rewriting is a guess.
    private mutating func rewritings(
        _ word: String, _ model: VarietyModel, rule: String, keep: ((String) -> Bool)?, least: Double
    ) -> [Candidate] {
        let key = rule + "\u{1}" + word
        if let known = rewritten[key] { return known }
        var scored: [(text: String, score: Double, form: UInt32)] = []
        for rewriting in model.rewriting.rewritings(of: word) where rewriting.score >= least && !rewriting.text.isEmpty {
            if let keep, !keep(rewriting.text) { continue }
            let form = model.formID(rewriting.text)
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

    private func isBokmal(_ text: String) -> Bool {
        text.split(separator: " ").allSatisfy { forms.contains($0.lowercased()) }
    }

    /// Shorter words than this are too little for letter rewriting where the spelling is not by sound.
    private static let shortest = 4

    // MARK: Nynorsk

    private mutating func nynorsk(_ lower: String, _ model: VarietyModel) -> CandidateSet {
        if let set = attested(lower, model, rule: "nynorsk.attested") { return set }
        if forms.contains(lower) { return fixed(lower, rule: "kept", id: lower, model) }
        if lower.hasSuffix("noreg") {
            return fixed(lower.dropLast(5) + "norge", rule: "nynorsk.attested", id: "norge", model)
        }
        if lower.hasSuffix("noregs") {
            return fixed(lower.dropLast(6) + "norges", rule: "nynorsk.attested", id: "norges", model)
        }
        if lower.unicodeScalars.count < Self.shortest { return fixed(lower, rule: "left", id: lower, model) }
        if let form = NynorskRules.bokmal(of: lower, forms: forms) {
            return fixed(form, rule: "nynorsk.rule", id: form, model)
        }
        let found = rewritings(lower, model, rule: "nynorsk.letters", keep: isBokmal, least: -9)
        if let best = found.first { return CandidateSet(word: 1, candidates: [best]) }
        // A compound with a hyphen: only its last part is inflected.
        if let hyphen = lower.lastIndex(of: "-"), hyphen != lower.startIndex {
            let tail = String(lower[lower.index(after: hyphen)...])
            if forms.contains(tail) { return fixed(lower, rule: "kept", id: lower, model) }
            if !tail.isEmpty, !tail.contains("-") {
                let set = nynorsk(tail, model)
                if set.candidates[0].text != tail {
                    return fixed(lower[...hyphen] + set.candidates[0].text, rule: set.candidates[0].rule, id: lower, model)
                }
            }
        }
        // The lexicon does not list every compound.
        let sure = rewritings(lower, model, rule: "nynorsk.letters.unlisted", keep: forms.isCompound, least: -2)
        if let best = sure.first, lower.count > 6 { return CandidateSet(word: 1, candidates: [best]) }
        return fixed(lower, rule: "left", id: lower, model)
    }

    // MARK: Written dialect

    /// `model` is the phonetic model: its context weights choose between forms, here of the written words.
    private mutating func written(_ lower: String, _ model: VarietyModel) -> CandidateSet {
        let isAccepted = forms.contains(lower)
        if let alternatives = dialect.alternatives[lower] {
            let isLetter = lower == "e" || lower == "æ"
            if !(isAccepted && !isLetter && options.style == .radical && !alternatives.contains(lower)) {
                // Where the phonetic words attest the same spelling, their counts say how rare a reading is: the weights
                // were trained beside those costs.
                let counted = attested(lower, model, rule: "")?.candidates ?? []
                let candidates = alternatives.enumerated().map { rank, text in
                    let attestedCost = counted.first { $0.text == text }.map { $0.cost }
                    return Candidate(
                        text: text, form: model.formID(text), cost: max(Int32(rank) * 192, attestedCost ?? 0),
                        rule: "dialect.table")
                }
                return CandidateSet(word: model.wordID(lower), candidates: candidates)
            }
        }
        if isAccepted { return fixed(lower, rule: "kept", id: lower, model) }
        let nynorskModel = VarietyModel.nynorsk
        if let set = attested(lower, nynorskModel, rule: "nynorsk.attested"), isBokmal(set.candidates[0].text) {
            let best = set.candidates[0]
            return fixed(best.text, rule: best.rule, id: best.text, model)
        }
        if var set = attested(lower, model, rule: "phonetic.attested") {
            set.candidates.removeAll { !isBokmal($0.text) }
            if !set.candidates.isEmpty { return set }
        }
        if let form = DialectEndings.bokmal(of: lower, forms: forms) {
            return fixed(form, rule: "dialect.ending", id: form, model)
        }
        if lower.unicodeScalars.count < Self.shortest { return fixed(lower, rule: "left", id: lower, model) }
        let letters = rewritings(lower, nynorskModel, rule: "nynorsk.letters", keep: isBokmal, least: -6)
        if let best = letters.first { return fixed(best.text, rule: best.rule, id: best.text, model) }
        let sounds = rewritings(lower, model, rule: "dialect.letters", keep: isBokmal, least: -7)
        if let best = sounds.first { return fixed(best.text, rule: best.rule, id: best.text, model) }
        return fixed(lower, rule: "left", id: lower, model)
    }
}
