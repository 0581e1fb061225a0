/// Phonetic dialect spelling.
extension CandidateGenerator {
    mutating func phonetic(
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
}
