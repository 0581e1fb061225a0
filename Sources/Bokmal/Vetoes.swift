extension NormalizerOptions {
    /// Whether the study has ruled out this form of this word.
    func forbids(_ text: String, for token: String) -> Bool {
        vetoed[token.lowercased()]?.contains(text.lowercased()) ?? false
    }

    /// The candidates that the study allows; the word itself when it allows none.
    func withoutVetoed(_ set: CandidateSet, of token: String) -> CandidateSet {
        guard let forbidden = vetoed[token.lowercased()] else { return set }
        var allowed = set
        allowed.candidates.removeAll { $0.text != token && forbidden.contains($0.text.lowercased()) }
        if allowed.candidates.isEmpty {
            allowed.candidates = [Candidate(text: token, form: 1, cost: 0, rule: "veto")]
        } else if allowed.candidates[0].text == token, set.candidates[0].text != token, allowed.candidates.count == 1 {
            // The word as said was the next best: it stands by the study's choice, too.
            allowed.candidates[0].rule = "veto"
        }
        return allowed
    }
}
