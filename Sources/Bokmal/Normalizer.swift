/// Gives words of dialect and Nynorsk their Bokmål form, word by word, leaving ordinary Bokmål alone.
///
/// The variety of each turn, and of each stretch of one that mixes several, is settled first (`TurnClassifier`): a model of
/// dialect run over ordinary spelling breaks it.
/// Names, numbers, masked names (`XXXX`), cut-offs and marks are never changed; casing is kept. The same input and
/// options give the same output.
public struct Normalizer: Sendable {
    public var options: NormalizerOptions
    public var classifier: TurnClassifier
    /// What a translator says about the sentences of Nynorsk; empty: our own lexicon and rules alone.
    public var proposals = NynorskProposals()
    /// Set while sentences are only taken down.
    var collector: SentenceCollector?
    let forms: WordForms

    public init(_ options: NormalizerOptions = NormalizerOptions(), forms: WordForms = .shared) {
        self.options = options
        self.forms = forms
        classifier = TurnClassifier(forms: forms)
    }

    /// One utterance, word by word: as many tokens out as in.
    /// - Parameter variety: what the utterance is written in; nil to find out.
    public func normalize(tokens: [String], variety: TurnVariety? = nil) -> [NormalizedToken] {
        var generator = CandidateGenerator(options: options, forms: forms)
        if let variety { return normalize(tokens, variety, &generator) }
        return normalize(tokens, classifier.classify(tokens: tokens), &generator)
    }

    /// Each stretch as what it is written in.
    func normalize(
        _ tokens: [String], _ classification: TurnClassification, _ generator: inout CandidateGenerator
    ) -> [NormalizedToken] {
        if classification.stretches.count <= 1 { return normalize(tokens, classification.variety, &generator) }
        return classification.stretches.flatMap { stretch in
            normalize(Array(tokens[stretch.tokens]), stretch.variety, &generator)
        }
    }

    /// What the lexicon makes of a stretch, and then what the study has chosen.
    func normalize(
        _ said: [String], _ variety: TurnVariety, _ generator: inout CandidateGenerator
    ) -> [NormalizedToken] {
        let isDecomposed = said.contains(where: TokenShape.hasMarks)
        let tokens = isDecomposed ? said.map(TokenShape.composed) : said
        if let collector {
            if variety == .nynorsk { collector.add(tokens) }
            return said.map { NormalizedToken(original: $0, text: $0, rule: "kept", confidence: 1) }
        }
        var result = decide(tokens, variety, &generator)
        for index in result.indices {
            result[index].variety = variety
            // Whoever proposed it, also one that knows no study.
            if !options.vetoed.isEmpty, result[index].changed, options.forbids(result[index].text, for: tokens[index]) {
                result[index].text = tokens[index]
                result[index].rule = "veto"
                result[index].confidence = 1
            }
        }
        if let styled = StyleLayer(options, variety, forms)?.applied(to: result) { result = styled }
        // What stands, stands to the byte.
        for index in result.indices where isDecomposed {
            if result[index].text == said[index] { result[index].text = said[index] }
            result[index].original = said[index]
        }
        return result
    }

    private func decide(
        _ tokens: [String], _ variety: TurnVariety, _ generator: inout CandidateGenerator
    ) -> [NormalizedToken] {
        if variety == .nynorsk { return nynorsk(tokens, &generator) }
        let model = variety == .writtenDialect || variety == .bokmal ? WrittenLexicon.shared.model : VarietyModel.phonetic
        var sets: [CandidateSet] = []
        sets.reserveCapacity(tokens.count)
        var isFirst = true
        for token in tokens {
            let set = generator.candidates(token, isFirst: isFirst, variety: variety, model: model)
            sets.append(options.vetoed.isEmpty ? set : options.withoutVetoed(set, of: token))
            if TokenShape.opensSentence(token) { isFirst = true } else if isFirst, TokenShape.isWord(token) { isFirst = false }
        }
        if variety == .writtenDialect {
            WrittenContext.adjust(&sets, tokens: tokens, forms: forms)
            WrittenContext.completeInfinitives(&sets, model: model, forms: forms)
        }
        let choices: [ContextDecoder.Choice]
        if model.ranker != nil, let cache = generator.cache {
            choices = ContextDecoder.choose(sets, model.context, cache)
        } else {
            choices = ContextDecoder.choose(sets, model.context)
        }
        return zip(tokens, choices).map { token, choice in
            var rule = choice.candidate.rule
            // A compound that no lexicon lists stands as well as any word.
            if rule == "left", forms.isCompound(token.lowercased()) { rule = "kept" }
            let trust = Self.trust(rule)
            // An ordinary word that stands is kept, whatever table it was found in.
            if choice.candidate.text == token, rule != "left", rule != "veto" { rule = "kept" }
            return NormalizedToken(
                original: token, text: choice.candidate.text, rule: rule, confidence: choice.confidence * trust)
        }
    }

    /// How often a rule's choice is right on data not seen, roughly: 0 … 1.
    static func trust(_ rule: String) -> Double {
        switch rule {
        case "kept", "veto", "study": 1
        // The ranker's shares are measured against what happens; a word with one candidate was never measured.
        case "phonetic.attested", "phonetic.letters": 0.99
        case "dialect.table", "dialect.attested", "nynorsk.attested": 0.95
        case "nynorsk.letters": 0.8
        case "left": 0.3
        default: 0.6
        }
    }
}
