/// Dialect as people write it.
extension CandidateGenerator {
    /// The table of closed-class words goes first, then attested spellings, then what Bokmål has, then rewriting; where
    /// several rewritings are forms of Bokmål, the more frequent form has the better of it.
    mutating func written(_ lower: String, isFirst: Bool, _ model: VarietyModel) -> CandidateSet {
        let isAccepted = forms.contains(lower)
        let counted = attested(lower, model, rule: "dialect.attested")?.candidates ?? []
        if let alternatives = dialect.alternatives[lower] {
            let isLetter = lower == "e" || lower == "æ"
            if !(isAccepted && !isLetter && options.keepsAcceptedForms && !alternatives.contains(lower)) {
                // A verb that opens a sentence is an imperative or asks: `Finn en plass` is no present tense cut short.
                let isImperative = isFirst && alternatives[0] == lower && forms.partsOfSpeech(lower).contains(.verb)
                let candidates = alternatives.enumerated().map { rank, text in
                    let attested = counted.first { $0.text == text }.map(\.cost) ?? 0
                    let cost = isImperative ? (rank == 0 ? 0 : 1_024) : max(Int32(rank) * 192, attested)
                    return Candidate(text: text, form: model.formRow(text, text), cost: cost, rule: "dialect.table")
                }
                return CandidateSet(word: model.wordRow(lower), candidates: candidates)
            }
        }
        if let set = attestedWriting(lower, isAccepted: isAccepted, isFirst: isFirst, counted, model) { return set }
        if isAccepted { return fixed(lower, rule: "kept", id: lower, model) }
        if let set = attested(lower, .nynorsk, rule: "nynorsk.attested"), isBokmal(set.candidates[0].text) {
            return fixed(set.candidates[0].text, rule: "nynorsk.attested", id: set.candidates[0].text, model)
        }
        if let set = attested(lower, .phonetic, rule: "phonetic.attested"),
            let best = set.candidates.first(where: { isBokmal($0.text) }) {
            return fixed(moderated(best.text), rule: best.rule, id: best.text, model)
        }
        if let best = respelling(of: lower) { return fixed(best.text, rule: best.rule, id: best.text, model) }
        if let text = compound(lower, model) { return fixed(text, rule: "dialect.compound", id: text, model) }
        return fixed(lower, rule: "left", id: lower, model)
    }

    /// A closed-class word of dialect among Bokmål (`jeg veit ikkje`): a word that Bokmål has not and the table has.
    func isStrayDialect(_ lower: String, _ casing: TokenShape.Casing, isFirst: Bool) -> Bool {
        guard casing == .lower || (casing == .initial && isFirst), lower.unicodeScalars.count > 1 else { return false }
        return !forms.contains(lower) && !forms.isName(lower) && dialect.alternatives[lower] != nil
    }

    /// What keeping an ordinary word is worth beside its counts, in steps of 1/256: texts hold more standard spelling than
    /// those the counts were made from.
    private static let preference: Int32 = 128

    private func attestedWriting(
        _ lower: String, isAccepted: Bool, isFirst: Bool, _ counted: [Candidate], _ model: VarietyModel
    ) -> CandidateSet? {
        var candidates = counted.filter { isBokmal($0.text) }
        guard !candidates.isEmpty else { return nil }
        if isAccepted {
            // In the radical style what is accepted stays.
            if options.keepsAcceptedForms, candidates[0].text != lower { return nil }
            let isImperative = isFirst && forms.partsOfSpeech(lower).contains(.verb)
            for index in candidates.indices where candidates[index].text != lower {
                candidates[index].cost += isImperative ? 1_024 : Self.preference
            }
            if !candidates.contains(where: { $0.text == lower }) {
                candidates.append(Candidate(text: lower, form: model.formRow(lower, lower), cost: 640, rule: "dialect.attested"))
            }
        }
        for index in candidates.indices where candidates[index].text != lower {
            candidates[index].text = moderated(candidates[index].text)
        }
        return CandidateSet(word: model.wordRow(lower), candidates: candidates)
    }

    /// The counts know the Bokmål of their transcribers (`veit`, `sjøl`); the moderate style has the usual form.
    private func moderated(_ form: String) -> String {
        guard options.style == .moderate, let usual = dialect.alternatives[form], usual.count == 1 else { return form }
        return usual[0]
    }

    /// The likeliest rewriting that is a form of Bokmål, by rules of endings and letters learnt.
    private mutating func respelling(of lower: String) -> (text: String, rule: String)? {
        var best: (text: String, rule: String)?
        var top = -Double.infinity
        func offer(_ text: String, _ rule: String, _ score: Double) {
            let value = score + Self.weightOfFrequency * WrittenLexicon.shared.frequency(text)
            if value > top || (value == top && text < (best?.text ?? "")) { (best, top) = ((text, rule), value) }
        }
        for (text, cost) in DialectEndings.candidates(of: lower, forms: forms) { offer(text, "dialect.ending", -cost) }
        guard lower.unicodeScalars.count >= Self.shortest else { return best }
        for (model, rule, least) in [
            (WrittenLexicon.shared.model, "dialect.letters", -9.0), (VarietyModel.nynorsk, "nynorsk.letters", -6),
        ] {
            for rewriting in model.rewriting.rewritings(of: lower) where rewriting.score >= least {
                if !rewriting.text.isEmpty, isBokmal(rewriting.text) { offer(rewriting.text, rule, rewriting.score) }
            }
        }
        return best
    }

    private static let weightOfFrequency = 0.4

    /// A compound whose last part is dialect (`skulevegan`): the parts before it must be words as they stand.
    private mutating func compound(_ lower: String, _ model: VarietyModel) -> String? {
        let letters = Array(lower)
        guard letters.count >= 8, letters.count <= 40 else { return nil }
        // The longest last part that can be read, for that has the fewest joints.
        for split in 3...(letters.count - 4) {
            let head = String(letters[..<split])
            let joined = split > 3 && (head.hasSuffix("s") || head.hasSuffix("e")) && forms.contains(String(head.dropLast()))
            guard joined || forms.contains(head) else { continue }
            let tail = String(letters[split...])
            if forms.contains(tail) { continue }
            let counted = attested(tail, model, rule: "")?.candidates.first { isBokmal($0.text) }?.text
            if let text = counted ?? DialectEndings.bokmal(of: tail, forms: forms), !text.contains(" "),
                forms.partsOfSpeech(text).contains(.noun) {
                return head + text
            }
        }
        return nil
    }
}
