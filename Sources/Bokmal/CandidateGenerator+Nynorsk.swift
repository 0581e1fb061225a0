/// Nynorsk.
extension CandidateGenerator {
    mutating func nynorsk(_ lower: String, _ model: VarietyModel) -> CandidateSet {
        if let set = attested(lower, model, rule: "nynorsk.attested") { return set }
        if forms.contains(lower) { return fixed(lower, rule: "kept", id: lower, model) }
        if lower.hasSuffix("noreg") {
            return fixed(lower.dropLast(5) + "norge", rule: "nynorsk.attested", id: "norge", model)
        }
        if lower.hasSuffix("noregs") {
            return fixed(lower.dropLast(6) + "norges", rule: "nynorsk.attested", id: "norges", model)
        }
        if lower.unicodeScalars.count < Self.shortest { return fixed(lower, rule: "left", id: lower, model) }
        if let form = NynorskDictionary.shared.bokmal(of: lower, forms: forms) {
            return fixed(form, rule: "nynorsk.dictionary", id: form, model)
        }
        if let form = NynorskRules.bokmal(of: lower, forms: forms) {
            return fixed(form, rule: "nynorsk.rule", id: form, model)
        }
        let found = rewritings(lower, model, rule: "nynorsk.letters", keep: isBokmal, least: -9)
        if let best = found.first { return CandidateSet(word: 1, candidates: [best]) }
        if let form = NynorskCompound.bokmal(of: lower, forms: forms) {
            return fixed(form, rule: "nynorsk.compound", id: form, model)
        }
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
}
