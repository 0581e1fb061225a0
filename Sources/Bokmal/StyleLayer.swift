/// Gives words the equal form that the study has chosen, after everything else has been decided.
///
/// Names, words that the study keeps or replaces, words that no Bokmål form is known for, and forms whose part of speech
/// nobody can tell are left alone. Casing is kept.
struct StyleLayer {
    private let options: NormalizerOptions
    private let forms: WordForms
    private let table: EqualForms
    /// The talk is dialect or Nynorsk: ``NormalizerOptions/style`` holds for it.
    private let isRewritten: Bool
    /// Any choice of endings may come to bear.
    private let hasEndings: Bool

    /// Nil where the study's choices ask for nothing.
    init?(_ options: NormalizerOptions, _ variety: TurnVariety, _ forms: WordForms) {
        guard variety != .other else { return nil }
        let isExplicit = options.feminine != .asSaid || options.past != .asSaid || options.plural != .asSaid || options.variants != .asSaid
        // Phonetic words are read by the forms that the corpus has for them; the usual ones among those are not ours to judge.
        let hasStyle =
            switch options.style {
            case .asSaid: false
            case .moderate: variety == .writtenDialect || variety == .nynorsk
            case .radical: variety != .bokmal
            }
        guard isExplicit || hasStyle else { return nil }
        self.options = options
        self.forms = forms
        table = .shared
        isRewritten = hasStyle
        hasEndings = options.feminine != .asSaid || options.past != .asSaid || options.plural != .asSaid || hasStyle && options.style == .radical
    }

    func applied(to tokens: [NormalizedToken]) -> [NormalizedToken] {
        var result = tokens
        var isFirst = true
        for (index, token) in tokens.enumerated() {
            guard TokenShape.isWord(token.original) else {
                if TokenShape.opensSentence(token.original) { isFirst = true }
                continue
            }
            defer { isFirst = false }
            // Across a mark there is no neighbour.
            let before = index > 0 ? lower(tokens[index - 1]) : ""
            let after = index + 1 < tokens.count ? lower(tokens[index + 1]) : ""
            guard let form = exchanged(token, before: before, after: after, isFirst: isFirst),
                !options.forbids(form.text, for: token.original)
            else { continue }
            result[index].text = form.text
            // The form chosen may be the one that was said.
            result[index].rule =
                form.text == token.original ? "kept" : token.changed ? token.rule + "+" + form.rule : form.rule
            result[index].confidence = token.confidence * form.confidence
        }
        return result
    }

    private func lower(_ token: NormalizedToken) -> String {
        TokenShape.isWord(token.original) ? token.text.lowercased() : ""
    }

    private func exchanged(
        _ token: NormalizedToken, before: String, after: String, isFirst: Bool
    ) -> (text: String, rule: String, confidence: Double)? {
        guard !["veto", "study", "left"].contains(token.rule) else { return nil }
        let casing = TokenShape.casing(token.text), word = token.text.lowercased()
        switch casing {
        case .mixed: return nil
        case .initial: if !isFirst || forms.isName(word) { return nil }
        case .lower, .upper: break
        }
        var (text, rule, confidence) = (word, "", 1.0)
        if let other = variant(of: word, token) { (text, rule, confidence) = (other, "style.variant", 0.95) }
        if hasEndings, let found = table.ending(of: text, before: before, after: after, words: forms),
            let other = self.ending(found.ending, of: text, token) {
            text = other
            rule =
                switch found.ending {
                case .feminine: "style.feminine"
                case .past: "style.past"
                case .plural: "style.plural"
                }
            confidence *= found.confidence
        }
        return text == word ? nil : (TokenShape.recased(text, as: casing), rule, confidence)
    }

    private func variant(of word: String, _ token: NormalizedToken) -> String? {
        switch options.variants {
        case .moderate: return table.moderate[word]
        case .radical: return table.radical[word]
        case .asSaid: break
        }
        guard isRewritten else { return nil }
        return switch options.style {
        case .moderate: table.unusual.contains(word) ? table.moderate[word] : nil
        case .radical: token.changed ? table.radical[word] : nil
        case .asSaid: nil
        }
    }

    private func ending(_ ending: EqualForms.Ending, of word: String, _ token: NormalizedToken) -> String? {
        let wantsRadical = isRewritten && options.style == .radical && token.changed
        func exchange(_ one: String, _ other: String) -> String? {
            word.hasSuffix(one) ? word.dropLast(one.count) + other : nil
        }
        switch (ending, options.feminine, options.past, options.plural) {
        case (.feminine, .en, _, _): return exchange("a", "en")
        // Even radical writers seldom have -heta.
        case (.feminine, .a, _, _): return word.hasSuffix("heten") ? nil : exchange("en", "a")
        case (.feminine, .asSaid, _, _): return wantsRadical && !word.hasSuffix("heten") ? exchange("en", "a") : nil
        case (.past, _, .et, _): return exchange("a", "et")
        case (.past, _, .a, _): return exchange("et", "a")
        case (.past, _, .asSaid, _): return wantsRadical ? exchange("et", "a") : nil
        case (.plural, _, _, .ene): return exchange("a", "ene")
        case (.plural, _, _, .a): return exchange("ene", "a")
        case (.plural, _, _, .asSaid): return wantsRadical ? exchange("ene", "a") : nil
        }
    }
}
