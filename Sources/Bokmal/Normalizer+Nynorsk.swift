import Foundation

extension Normalizer {
    /// What one proposal counts for beside the counts of attested pairs; chosen with held-out training texts and the development
    /// texts in sight.
    private static let proposalWeight = 1.0

    /// An utterance of Nynorsk: each word gets the attested form, or the translator's proposal, that counts and neighbours
    /// speak for; a word that neither knows goes to our own rules.
    func nynorsk(_ tokens: [String], _ generator: inout CandidateGenerator) -> [NormalizedToken] {
        let model = VarietyModel.nynorsk, counts = NynorskReadings.shared
        let proposals = proposals[tokens]
        let lower = tokens.map { $0.lowercased() }
        var result: [NormalizedToken] = []
        result.reserveCapacity(tokens.count)
        var isFirst = true
        for (index, token) in tokens.enumerated() {
            defer {
                if TokenShape.opensSentence(token) { isFirst = true } else if TokenShape.isWord(token) { isFirst = false }
            }
            func add(_ text: String, _ rule: String, _ confidence: Double) {
                let stands = text == token && rule != "left" && rule != "veto"
                result.append(NormalizedToken(
                    original: token, text: text, rule: stands ? "kept" : rule, confidence: stands ? max(confidence, 0.9) : confidence))
            }
            if let settled = generator.settled(token, isFirst: isFirst, variety: .nynorsk, model: model) {
                let candidate = settled.candidates[0]
                add(candidate.text, candidate.rule, 1)
                continue
            }
            // What is an accepted form stays where the study wants it so; short words are another word in each of the two.
            if options.keepsAcceptedForms, lower[index].unicodeScalars.count > 3, forms.contains(lower[index]) {
                add(token, "kept", 1)
                continue
            }
            let casing = TokenShape.casing(token)
            if let text = NynorskRules.settled(lower[index], before: index + 1 < lower.count ? lower[index + 1] : nil) {
                add(TokenShape.recased(text, as: casing), "nynorsk.rule", 0.8)
                continue
            }
            var proposal = NynorskProposals.form(proposals?[index], of: token)
            // At the start of a sentence a capital says nothing: what can be a name is not given to translation.
            if casing == .initial, forms.isName(lower[index]) { proposal = nil }
            guard let (word, readings) = counts.readings(of: lower[index]) else {
                if casing == .initial, isPerhapsName(lower[index]) {
                    add(token, "left", Self.trust("left"))
                    continue
                }
                // A translator that made up a form loses to parts that are attested.
                if let proposal, forms.contains(proposal) || NynorskCompound.bokmal(of: lower[index], forms: forms) == nil {
                    add(TokenShape.recased(proposal, as: casing), "nynorsk.apertium", 0.85)
                } else {
                    let own = generator.candidates(token, isFirst: isFirst, variety: .nynorsk, model: model).candidates[0]
                    add(own.text, own.rule, Self.trust(own.rule))
                }
                continue
            }
            // Where no translator speaks, the dictionary's form of the word by itself does.
            let isDictionary = proposal == nil
            if isDictionary { proposal = NynorskDictionary.shared.bokmal(of: lower[index], forms: forms) }
            let left = counts.neighbour(index > 0 ? lower[index - 1] : nil)
            let right = counts.neighbour(index + 1 < lower.count ? lower[index + 1] : nil)
            let proposed = isDictionary ? 1 : proposal.map(counts.form) ?? 1
            let extra = proposal == nil ? 0 : Self.proposalWeight
            let total = readings.reduce(0.0) { $0 + Double($1.count) } + extra
            var choices = readings.map { (text: $0.text, form: $0.form, count: Double($0.count)) }
            if let proposal {
                if let same = choices.firstIndex(where: { $0.text == proposal }) {
                    choices[same].count += extra
                } else {
                    choices.append((proposal, 1, extra))
                }
            }
            // The next best of what the study has not ruled out; the caller lets the word stand where nothing is left.
            let allowed = choices.filter { !options.forbids($0.text, for: token) }
            if !allowed.isEmpty { choices = allowed }
            var best = 0, scores: [Double] = []
            for option in choices {
                var score = log(option.count / total)
                score += counts.weight(.left, word: word, neighbour: left, form: option.form)
                score += counts.weight(.right, word: word, neighbour: right, form: option.form)
                if proposed != 1 { score += counts.weight(.proposed, word: word, neighbour: proposed, form: option.form) }
                scores.append(score)
                if score > scores[best] { best = scores.count - 1 }
            }
            let share = 1 / scores.reduce(0.0) { $0 + exp($1 - scores[best]) }
            let isProposed = choices[best].text == proposal
            let engine = isDictionary ? "nynorsk.dictionary" : "nynorsk.apertium"
            let isAttested = readings.contains { $0.text == choices[best].text }
            add(
                TokenShape.recased(choices[best].text, as: casing),
                isProposed && !(isDictionary && isAttested) ? engine : "nynorsk.attested", 0.95 * share)
        }
        return result
    }
    /// Whether a word with a capital, at the start of a sentence, is no word that is known to be one: a name nobody has listed,
    /// or the genitive of one. Nynorsk words are listed up to ten letters.
    private func isPerhapsName(_ lower: String) -> Bool {
        // The country is a name that Bokmål spells its own way.
        if lower.hasSuffix("noreg") || lower.hasSuffix("noregs") { return false }
        if forms.isNynorsk(lower) || forms.contains(lower) { return false }
        return lower.count <= 10 || (lower.hasSuffix("s") && forms.isName(String(lower.dropLast())))
    }
}
