/// What the words of a turn say of its variety.
struct TurnEvidence: Sendable {
    /// One word's part.
    struct Word: Sendable {
        var scores: VarietyScores
        /// Whether it is no form of Bokmål.
        var isOutside: Bool
        /// Whether Nynorsk has it and Bokmål has not; long compounds, which the lexicon lists for Bokmål only, may be.
        var isNynorsk: Bool
        /// Whether neither Bokmål nor Nynorsk has it, and dialect has.
        var isDialect: Bool
        /// Whether no list of Norwegian words has it.
        var isUnknown: Bool
    }

    /// By token; nil for marks, numbers and names, which say nothing.
    var words: [Word?] = []
    /// By token: how much ends before it.
    var breaks: [Break] = []
    var total = VarietyScores()
    var counts = WordCounts()

    struct WordCounts: Sendable {
        var words = 0, outside = 0, nynorsk = 0, dialect = 0, unknown = 0

        mutating func add(_ word: Word) {
            words += 1
            if word.isOutside { outside += 1 }
            if word.isNynorsk { nynorsk += 1 }
            if word.isDialect { dialect += 1 }
            if word.isUnknown { unknown += 1 }
        }
    }

    enum Break: Sendable { case none, clause, sentence, quotation }

    /// The same log odds, no greater than `most` either way: what one turn says of its neighbours.
    func limited(to most: Double) -> VarietyScores {
        let odds = total.odds - max(0, total.odds.max() - most)
        return VarietyScores(odds: odds.clamped(lowerBound: SIMD4(repeating: -most), upperBound: SIMD4(repeating: most)))
    }
}

/// Reads evidence, and remembers words: talk repeats itself.
struct EvidenceReader {
    private let classifier: TurnClassifier
    private var known: [String: TurnEvidence.Word] = [:]

    init(_ classifier: TurnClassifier) { self.classifier = classifier }

    /// One word can be a name, a loan or a slip: it counts for so much and no more.
    private static let most = 12.0

    mutating func evidence(_ tokens: [String]) -> TurnEvidence {
        var result = TurnEvidence()
        result.words.reserveCapacity(tokens.count)
        result.breaks.reserveCapacity(tokens.count)
        var isFirst = true
        var pending = TurnEvidence.Break.none
        for token in tokens.lazy.map(TokenShape.composed) {
            guard TokenShape.isWord(token) else {
                switch token {
                case "«", "»", "\"", "“", "”", "„":
                    isFirst = true
                    // The mark itself goes with what it opens or closes.
                    result.breaks.append(pending)
                    pending = .quotation
                case ".", "?", "!", ":", "…":
                    isFirst = true
                    result.breaks.append(pending)
                    if pending != .quotation { pending = .sentence }
                case ",", ";", "–", "—", "(", ")", "-":
                    result.breaks.append(pending)
                    if pending == .none { pending = .clause }
                default: result.breaks.append(pending)
                }
                result.words.append(nil)
                continue
            }
            result.breaks.append(pending)
            pending = .none
            defer { isFirst = false }
            guard let word = word(token, isFirst: isFirst) else {
                result.words.append(nil)
                continue
            }
            result.words.append(word)
            result.total = result.total + word.scores
            result.counts.add(word)
        }
        return result
    }

    /// Nil for a name.
    private mutating func word(_ token: String, isFirst: Bool) -> TurnEvidence.Word? {
        let casing = TokenShape.casing(token)
        let lower = casing == .lower ? token : token.lowercased()
        if casing == .initial {
            guard isFirst else { return nil }
            // A capital at the start of a sentence is a name's where the lexicon has the word as a name, or no list has it.
            let bits = classifier.forms.attributes(lower)
            let isWord = bits & WordForms.bokmal != 0 || (bits & WordForms.nynorsk != 0 && bits & WordForms.name == 0)
            if !isWord, classifier.dialect.alternatives[lower] == nil, bits & WordForms.name != 0 || !isAttested(lower) {
                return nil
            }
        }
        let key = casing == .mixed ? token : lower
        if let word = known[key] { return word }
        let bits = classifier.forms.attributes(lower)
        let isOutside = bits & WordForms.bokmal == 0
        var scores = classifier.weights.scores(
            key, bits: bits, isListed: isOutside && classifier.dialect.alternatives[lower] != nil)
        let isStandard = bits & (WordForms.bokmal | WordForms.nynorsk) != 0
        let isDialect = !isStandard && (isAttested(key) || isAttested(lower))
        let isUnknown = bits == 0 && !isDialect && !classifier.forms.isCompound(lower)
        let readsAsNynorsk = lower.utf8.count > 10 && scores.odds[0] >= max(2, scores.odds.max())
        let isNynorsk = isOutside && (isStandard || readsAsNynorsk)
        if isUnknown {
            // A word of another language is no dialect for its strange letters.
            let most = scores.odds[3] + 1 >= max(scores.odds[1], scores.odds[2]) ? 1.0 : 3
            for lane in 0..<3 { scores.odds[lane] = min(scores.odds[lane], most) }
            scores.odds[3] += 1
        }
        // What tells dialect from Nynorsk stays when the odds against Bokmål are cut.
        scores.odds -= max(0, scores.odds.max() - Self.most)
        scores.odds.clamp(lowerBound: SIMD4(repeating: -2 * Self.most), upperBound: SIMD4(repeating: Self.most))
        let word = TurnEvidence.Word(
            scores: scores, isOutside: isOutside, isNynorsk: isNynorsk, isDialect: isDialect && !isNynorsk,
            isUnknown: isUnknown)
        known[key] = word
        return word
    }

    /// Whether dialect is attested with this spelling.
    private func isAttested(_ word: String) -> Bool {
        classifier.dialect.alternatives[word] != nil || WrittenLexicon.shared.model.words.id(of: word) != nil
            || VarietyModel.phonetic.words.id(of: word) != nil
    }
}
