/// What the words of a token stream are said to be written in.
public enum SourceVariety: String, Sendable, CaseIterable {
    /// Each utterance is classified by itself, with what those around it are as a prior.
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
        let utterances = Self.utterances(lines)
        let classes = classify(utterances.map(\.tokens), from: source)
        var generator = CandidateGenerator(options: options, forms: .shared)
        var result = [NormalizedToken?](repeating: nil, count: lines.count)
        for ((range, tokens), classification) in zip(utterances, classes) {
            for (index, token) in zip(range, normalize(tokens, classification, &generator)) { result[index] = token }
        }
        return result
    }

    /// What each utterance of a token stream is taken for, in order.
    public func classifyTokenStream(_ lines: [String], from source: SourceVariety = .auto) -> [TurnClassification] {
        classify(Self.utterances(lines).map(\.tokens), from: source)
    }

    private static func utterances(_ lines: [String]) -> [(range: Range<Int>, tokens: [String])] {
        var utterances: [(range: Range<Int>, tokens: [String])] = []
        var start = 0
        let words = lines.map { line in
            // Walking characters is slow, and most lines hold neither.
            guard line.utf8.contains(where: { $0 == 9 || $0 == 13 }) else { return line }
            return String(line.prefix { $0 != "\t" && $0 != "\r" && $0 != "\r\n" })
        }
        for index in 0...words.count where index == words.count || words[index].isEmpty {
            if start < index { utterances.append((start..<index, Array(words[start..<index]))) }
            start = index + 1
        }
        return utterances
    }

    private func classify(_ utterances: [[String]], from source: SourceVariety) -> [TurnClassification] {
        func all(_ variety: TurnVariety) -> [TurnClassification] {
            utterances.map {
                TurnClassification(
                    variety: variety, confidence: 1, stretches: [VarietyStretch(tokens: $0.indices, variety: variety)])
            }
        }
        if source == .nynorsk { return all(.nynorsk) }
        if source == .phonetic { return all(.phonetic) }
        if source == .bokmaal { return all(.bokmal) }
        var reader = EvidenceReader(classifier)
        let evidence = utterances.map { reader.evidence($0) }
        if source == .dialect {
            let total = evidence.reduce(VarietyScores()) { $0 + $1.total }
            let lead = total[.phonetic] - total[.writtenDialect]
            return all(lead > TurnClassifier.phoneticMargins.alone ? .phonetic : .writtenDialect)
        }
        let priors = TalkPrior.neighbours(evidence)
        return zip(evidence, priors).map { classifier.classify($0, prior: $1) }
    }
}
