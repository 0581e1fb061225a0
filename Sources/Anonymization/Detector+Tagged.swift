/// The statistical tagger's part: names that rules and lists do not know, and the type of what they only guess.
extension Detector {
    /// A stretch beside the best reading counts from this probability of belonging to a name, in ordinary text and in text without
    /// capitals: one name too many costs a look, one too few a person's anonymity.
    static let possible = 0.15, possibleInLowerCase = 0.08
    /// Belief from which the tagger's type replaces one that a rule guessed, and one that a list holds.
    static let surerThanAGuess = 0.6, surerThanAList = 0.9

    /// The tagger's names as code points, for measuring it by itself: the best reading only.
    public func taggedNames(in text: String) -> [(range: Range<Int>, type: NameClass, score: Double)] {
        let text = TokenizedText(text)
        return tagger?.tag(text.tokens, lowercased: NameTagging.isLowercased(text.tokens), threshold: 1).names.map {
            (text.tokens[$0.tokens.lowerBound].start..<text.tokens[$0.tokens.upperBound - 1].end, $0.type, $0.score)
        } ?? []
    }

    /// What the tagger says of a text, with all that is possible.
    func tagging(_ tokens: [TextToken]) -> NameTagger.Tagging? {
        let isLowercased = NameTagging.isLowercased(tokens)
        return tagger?.tag(tokens, lowercased: isLowercased, threshold: isLowercased ? Self.possibleInLowerCase : Self.possible)
    }

    /// The names that rules found and the tagger's own, with what the tagger knows better of the rules' guesses.
    /// - Parameters:
    ///   - plain: tokens that a rule knows to be no names.
    ///   - remarks: code points of typed remarks: a word or two, no sentence to judge by, so they are left to the rules.
    func tagged(_ text: TokenizedText, _ rules: [Detection], _ tagging: NameTagger.Tagging, plain: Set<Int>, remarks: [Range<Int>]) -> [Detection] {
        let isLowercased = NameTagging.isLowercased(text.tokens)
        var names = tagging.names, beliefs = tagging.beliefs
        let unread = NameTagging.tokens(of: text.tokens, within: remarks)
        for i in unread { beliefs[i] = 1 }
        names.removeAll { name in
            name.tokens.contains(where: unread.contains)
                || name.tokens.allSatisfy { plain.contains($0) || saysNothing(text.tokens[$0], isBest: name.isBest, isLowercased) }
        }
        var found = rules.filter { !isUnlikely($0, text.tokens, beliefs) }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        var own: [Detection] = []
        var next = 0
        for name in names {
            let tokens = Array(text.tokens[name.tokens])
            guard let type = entityType(name, tokens) else { continue }
            let start = tokens[0].start, end = tokens[tokens.count - 1].end
            while next < found.count, found[next].end <= start { next += 1 }
            let inside = (next..<found.count).prefix { found[$0].start < end }
            if name.isBest, Self.nameTypes.contains(type) { settle(&found, inside, type, start..<end, name.score) }
            // "Gunvor og Torbjørn": two known people stay two, whatever the tagger joins.
            let people = inside.filter { found[$0].type == .person && found[$0].score >= 0.7 }
            let score = min(0.95, max(0.3, name.score)), rule = name.isBest ? "tagger.name" : "tagger.possible"
            if people.count < 2 {
                own.append(Detection(start: start, end: end, type: type, score: score, rule: rule))
            } else {
                for token in tokens where token.isCapitalised && !inside.contains(where: { found[$0].start <= token.start && token.end <= found[$0].end }) {
                    own.append(Detection(start: token.start, end: token.end, type: type, score: score, rule: rule))
                }
            }
        }
        return found + own
    }

    /// Whether a token cannot by itself make a name of a stretch: a mark, a function word, a broken word of a letter or two; and where
    /// the stretch is only possible, in a text with capitals, any ordinary word without one.
    private func saysNothing(_ token: TextToken, isBest: Bool, _ isLowercased: Bool) -> Bool {
        guard token.kind == .word else { return true }
        if token.isCapitalised { return false }
        let letters = token.end - token.start
        if letters < 2 || letters < 3 && !isLowercased || ContextWords.functionWords.contains(token.lower) { return true }
        return !isBest && (letters < 3 || !isLowercased && words.contains(token.lower))
    }

    private static let nameTypes: Set<EntityType> = [.person, .place, .municipality, .county, .country, .organisation]

    /// A rule that takes any unknown word, or any capital, for a name is overruled where the tagger is next to certain.
    private func isUnlikely(_ d: Detection, _ tokens: [TextToken], _ beliefs: [Float]) -> Bool {
        let limits: [String: Float] = ["proper-noun.initial": 0.02, "unknown-word.lower": 0.02, "proper-noun.unknown": 0.005]
        guard d.score <= 0.65, let limit = limits[d.rule] else { return false }
        var low = 0, high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle].start < d.start { low = middle + 1 } else { high = middle }
        }
        return (low..<tokens.count).prefix { tokens[$0].end <= d.end }.allSatisfy { beliefs[$0] < limit }
    }

    /// Gives what rules found within a name the tagger's type, where the tagger is surer than the rule.
    private func settle(_ found: inout [Detection], _ inside: Range<Int>.SubSequence, _ type: EntityType, _ name: Range<Int>, _ score: Double) {
        for i in inside where found[i].start >= name.lowerBound && found[i].end <= name.upperBound {
            guard Self.nameTypes.contains(found[i].type), !Self.isSameKind(found[i].type, type) else { continue }
            if score >= (Self.isGuess(found[i].rule) ? Self.surerThanAGuess : Self.surerThanAList) { found[i].type = type }
        }
    }

    private static func isGuess(_ rule: String) -> Bool {
        rule.hasPrefix("proper-noun") || rule.hasPrefix("document") || rule.hasPrefix("unknown") || rule == "name.between"
            || rule == "organisation.acronym"
    }

    private static func isSameKind(_ rule: EntityType, _ tagger: EntityType) -> Bool {
        let places: Set<EntityType> = [.place, .municipality, .county, .country]
        return rule == tagger || places.contains(rule) && places.contains(tagger)
    }

    /// What a tagged name is for the policy; nil where it says too little to count.
    private func entityType(_ name: TaggedName, _ tokens: [TextToken]) -> EntityType? {
        if let last = tokens.last?.lower, tokens.count > 1 {
            if EntityKeys.municipalWords.contains(last) { return .municipality }
            if EntityKeys.countyWords.contains(last) { return .county }
        }
        switch name.type {
        case .person: return .person
        case .place, .politicalPlace, .politicalOrganisation:
            let form = tokens.map(\.lower).joined(separator: " ")
            guard let kinds = lists.lookup(form)?.entry.kinds, !kinds.isDisjoint(with: .official) else { return .place }
            return NameTagging.placeType(kinds)
        case .organisation: return tokens.last.flatMap { ContextWords.organisation($0.lower) } ?? .organisation
        case .event, .product: return name.isBest ? .other : nil
        // Compounds ("IPLOS-rapport") are for the rules, which know the places and people in them.
        case .derived: return name.isBest && options.findsQuasiIdentifiers && !tokens.contains { $0.text.contains("-") } ? .ethnicity : nil
        }
    }
}
