/// What the words of a token stream are said to be written in.
public enum SourceVariety: String, Sendable, CaseIterable {
    /// Each utterance is classified by itself.
    case auto
    /// Dialect throughout; phonetic or written spelling is settled once, for all of it.
    case dialect
    case phonetic
    case nynorsk
    case bokmaal
}

extension Normalizer {
    /// One word a line in, one line out, a blank line between utterances: as many lines out as in. Anything after a tab
    /// is ignored.
    public func normalizeTokenStream(_ lines: [String], from source: SourceVariety = .auto) -> [String] {
        explainTokenStream(lines, from: source).map { $0?.text ?? "" }
    }

    /// The same with the rule and confidence of each word; nil for a blank line.
    public func explainTokenStream(_ lines: [String], from source: SourceVariety = .auto) -> [NormalizedToken?] {
        var utterances: [(range: Range<Int>, tokens: [String])] = []
        var start = 0
        let words = lines.map { String($0.prefix { $0 != "\t" && $0 != "\r" && $0 != "\r\n" }) }
        for index in 0...words.count where index == words.count || words[index].isEmpty {
            if start < index { utterances.append((start..<index, Array(words[start..<index]))) }
            start = index + 1
        }
        let given: TurnVariety?
        switch source {
        case .auto: given = nil
        case .phonetic: given = .phonetic
        case .nynorsk: given = .nynorsk
        case .bokmaal: given = .bokmal
        case .dialect:
            let evidence = utterances.reduce(TurnClassifier.Evidence()) { $0 + classifier.evidence($1.tokens) }
            given = evidence.phonetic > evidence.written ? .phonetic : .writtenDialect
        }
        var generator = CandidateGenerator(options: options, forms: .shared)
        var result = [NormalizedToken?](repeating: nil, count: lines.count)
        for (range, tokens) in utterances {
            let variety = given ?? classifier.classify(tokens: tokens).variety
            for (index, token) in zip(range, normalize(tokens, variety, &generator)) { result[index] = token }
        }
        return result
    }
}
