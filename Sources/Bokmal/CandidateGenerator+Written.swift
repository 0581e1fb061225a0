/// Dialect as people write it.
extension CandidateGenerator {
    /// `model` is the phonetic model: its context weights choose between forms, here of the written words.
    mutating func written(_ lower: String, _ model: VarietyModel) -> CandidateSet {
        let isAccepted = forms.contains(lower)
        if let alternatives = dialect.alternatives[lower] {
            let isLetter = lower == "e" || lower == "æ"
            if !(isAccepted && !isLetter && options.keepsAcceptedForms && !alternatives.contains(lower)) {
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
