import Foundation

/// Phonetic dialect spelling: attested forms, or the rewritings of an unknown word.
extension CandidateGenerator {
    /// Most rewritings of an unknown word.
    private static let most = 10
    /// No context makes up for so much, in steps of 1/256 of a natural logarithm.
    private static let hopeless: Int32 = 1_280

    func phonetic(
        _ token: String, _ lower: String, _ casing: TokenShape.Casing, _ model: VarietyModel, isName: Bool = false
    ) -> CandidateSet {
        guard let weights = model.ranker else { return fixed(token, rule: "left", id: lower, model) }
        var word = token
        var id = model.words.id(of: token)
        // A capital may only begin the sentence.
        if id == nil, !isName, casing == .initial || casing == .upper, let other = model.words.id(of: lower) {
            word = lower
            id = other
        }
        // A line in everyday dialect spelling can be taken for phonetic.
        if id == nil, !isName, lower.unicodeScalars.count > 1, let alternatives = dialect.alternatives[lower] {
            let candidates = alternatives.enumerated().map { rank, text in
                Candidate(text: text, form: model.formRow(text, text), cost: Int32(rank) * 192, rule: "dialect.table")
            }
            return CandidateSet(word: 1, candidates: candidates)
        }
        var proposals = id.map { attestedProposals($0, model, weights) } ?? rewritten(word, model, weights)
        let group = id.map(weights.group(word:))
        let wordLower = word.lowercased()
        if forms.contains(wordLower), !proposals.contains(where: { $0.lower == wordLower }) {
            var standing = Proposal(text: word, lower: wordLower, rule: "kept", form: model.formID(word, wordLower))
            if let group { standing.knowledge[CandidateKnowledge.share + group] = CandidateKnowledge.unseen[group] }
            standing.knowledge[CandidateKnowledge.asItStands] = 1
            if group == nil {
                describe(&standing, said: word, score: CandidateKnowledge.unlikely, weights)
            } else if group == 0 {
                describeRare(&standing, weights)
            }
            proposals.append(standing)
        }
        guard !proposals.isEmpty else { return fixed(token, rule: "left", id: lower, model) }
        if id == nil {
            let letters = CandidateKnowledge.letters
            let rank = { (p: Proposal) in p.knowledge[letters] + p.knowledge[letters + 1] + p.knowledge[letters + 2] }
            proposals.sort { rank($0) != rank($1) ? rank($0) > rank($1) : $0.text < $1.text }
        }
        var candidates = proposals.map { proposal in
            var score: Float = 0
            for (value, weight) in zip(proposal.knowledge, weights.known) { score += value * weight }
            return Candidate(
                text: proposal.text, form: proposal.form.map(weights.row(form:)) ?? 1, cost: Int32((-score * 256).rounded()),
                rule: proposal.rule, pair: proposal.pair)
        }
        let bar = (candidates.map(\.cost).min() ?? 0) + Self.hopeless
        candidates.removeAll { $0.cost > bar }
        return CandidateSet(word: id.map(weights.row(word:)) ?? 1, candidates: candidates)
    }

    /// A candidate with what is known of it.
    private struct Proposal {
        var text: String
        var lower: String
        var rule: String
        /// Among the attested forms.
        var form: Int?
        var pair: UInt32 = 0
        var knowledge = [Float](repeating: 0, count: CandidateKnowledge.count)
    }

    private func attestedProposals(_ id: Int, _ model: VarietyModel, _ weights: RankerWeights) -> [Proposal] {
        let group = weights.group(word: id)
        return model.candidates(word: id).map { entry, form, cost in
            let text = model.forms[form]
            var proposal = Proposal(
                text: text, lower: text.lowercased(), rule: "phonetic.attested", form: form, pair: weights.row(pair: entry))
            proposal.knowledge[CandidateKnowledge.share + group] = -Float(cost) / 256
            if group == 0 { describeRare(&proposal, weights) }
            return proposal
        }
    }

    private func rewritten(_ word: String, _ model: VarietyModel, _ weights: RankerWeights) -> [Proposal] {
        let hasCapital = word.first?.isUppercase == true && word.first != "X"
        let source = hasCapital ? word.prefix(1).lowercased() + word.dropFirst() : word
        var proposals: [Proposal] = []
        for rewriting in model.rewriting.rewritings(of: source) where proposals.count < Self.most && !rewriting.text.isEmpty {
            let text = hasCapital ? rewriting.text.prefix(1).uppercased() + rewriting.text.dropFirst() : rewriting.text
            var proposal = Proposal(text: text, lower: text.lowercased(), rule: "phonetic.letters")
            guard !proposals.contains(where: { $0.lower == proposal.lower }) else { continue }
            proposal.form = model.formID(text, proposal.lower)
            describe(&proposal, said: word, score: Float(rewriting.score), weights)
            proposals.append(proposal)
        }
        return proposals
    }

    /// How often the attested data have the form, from 0 to about 3.
    private func frequency(_ proposal: Proposal, _ weights: RankerWeights) -> Float {
        Float(proposal.form.map(weights.frequency(form:)) ?? 0) / 80
    }

    private func describeRare(_ proposal: inout Proposal, _ weights: RankerWeights) {
        proposal.knowledge[CandidateKnowledge.listedRare] = isBokmal(proposal.lower) ? 1 : 0
        proposal.knowledge[CandidateKnowledge.frequencyRare] = frequency(proposal, weights)
    }

    /// Fills in what letters and lexicon say of a candidate of an unknown word.
    private func describe(
        _ proposal: inout Proposal, said: String, score: Float, _ weights: RankerWeights
    ) {
        typealias K = CandidateKnowledge
        let lower = proposal.lower
        let frequency = frequency(proposal, weights)
        let isListed = isBokmal(lower)
        let bits = forms.partsOfSpeech(lower)
        let isName = bits.contains(.properName)
        let hasCapital = said.first?.isUppercase == true
        let isSame = lower == said.lowercased()
        let flag = { (condition: Bool) -> Float in condition ? 1 : 0 }
        proposal.knowledge.replaceSubrange(
            K.letters..<K.asItStands,
            with: [
                score, flag(isListed), frequency, flag(isName && hasCapital), flag(!isListed && forms.isCompound(lower)),
                flag(bits.contains(.noun)), flag(bits.contains(.verb)), flag(bits.contains(.adjective)), flag(isSame),
                flag(isListed && isSame), flag(lower.utf8.contains(UInt8(ascii: " "))), flag(!isListed && !isName), flag(hasCapital && isListed),
                flag(frequency > 0),
            ])
    }
}
