import Signal
import Transcript

extension Normalizer {
    /// The transcript with `Word.normalized` set on each word that Bokmål writes otherwise, and a finding `dialect-left` for
    /// each turn with words for which no Bokmål form was found.
    ///
    /// Turns are classified one by one, with the speaker's other turns as a prior. Normalisations already there, and findings of
    /// an earlier run, are replaced.
    /// - Parameters:
    ///   - variety: what all turns are written in; nil to find out.
    ///   - explain: told of every word, by its id: what it became and why.
    public func normalize(
        transcript: Transcript, variety: TurnVariety? = nil, progress: Progress = { _ in },
        explain: (Int, NormalizedToken) -> Void = { _, _ in }
    ) throws -> Transcript {
        var result = transcript
        result.findings.removeAll { $0.stage == Self.stage && DialectFindings.codes.contains($0.code) }
        var reader = EvidenceReader(classifier)
        let evidence = transcript.turns.map { (speaker: $0.speaker, evidence: reader.evidence(Self.tokens(of: $0).map(\.text))) }
        let priors = TalkPrior.speakers(evidence)
        var generator = CandidateGenerator(options: options, forms: .shared)
        for index in result.turns.indices {
            try progress(Double(index) / Double(result.turns.count))
            let classification =
                variety.map { TurnClassification(variety: $0, confidence: 1) }
                ?? classifier.classify(evidence[index].evidence, prior: priors[index])
            let left = apply(classification, to: &result.turns[index], &generator, explain)
            if !left.isEmpty {
                let turn = result.turns[index]
                result.findings.append(Finding(
                    stage: Self.stage, code: DialectFindings.left, severity: .review,
                    message: "No Bokmål form is known for some words here. Dialect can identify a speaker: write them over, "
                        + "or add them to the study's words.",
                    range: turn.range, turn: turn.id, words: left))
            }
        }
        result.findings += DialectFindings(options: options, forms: .shared).findings(in: result)
        try progress(1)
        return result
    }

    static let stage = "bokmal"

    /// The words of a turn as tokens, with marks where a clause, a sentence or a quotation begins or ends; `element` is nil
    /// for those.
    private static func tokens(of turn: Turn) -> [(text: String, element: Int?)] {
        var tokens: [(text: String, element: Int?)] = []
        for (index, element) in turn.elements.enumerated() {
            guard let word = element.word else { continue }
            if word.lead.contains(where: { "«\"“„".contains($0) }) { tokens.append(("«", nil)) }
            // A cut-off word is a piece: as a token with a hyphen it is left alone.
            tokens.append((word.isCutOff && !word.text.hasSuffix("-") ? word.text + "-" : word.text, index))
            if word.trail.contains(where: { ".?!:…".contains($0) }) {
                tokens.append((".", nil))
            } else if word.trail.contains(where: { ",;–—".contains($0) }) {
                tokens.append((",", nil))
            }
            if word.trail.contains(where: { "»\"”".contains($0) }) { tokens.append(("»", nil)) }
        }
        return tokens
    }

    /// Sets the normalised forms of a turn; returns the ids of words left as they are.
    private func apply(
        _ classification: TurnClassification, to turn: inout Turn, _ generator: inout CandidateGenerator,
        _ explain: (Int, NormalizedToken) -> Void
    ) -> [Int] {
        let tokens = Self.tokens(of: turn)
        let normalized = normalize(tokens.map(\.text), classification, &generator)
        var left: [Int] = []
        for (token, form) in zip(tokens, normalized) {
            guard let index = token.element, case .word(var word) = turn.elements[index] else { continue }
            explain(word.id, form)
            word.normalized = nil
            if form.changed, !word.isCutOff {
                // Fillers and doubtful words are the writer's own; only a study's replacement goes before that.
                if !word.isFiller || form.rule == "study" {
                    word.normalized = Normalization(text: form.text, rule: form.rule, confidence: form.confidence)
                }
            } else if form.rule == "left", !word.isFiller, !word.isCutOff {
                left.append(word.id)
            }
            turn.elements[index] = .word(word)
        }
        return left
    }
}
