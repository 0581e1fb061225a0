/// The statistical tagger's part: names that rules and lists do not know, and the type of what they only guess.
extension Detector {
    /// A stretch beside the best reading counts from this probability of belonging to a name: one name too many costs a look, one too
    /// few a person's anonymity.
    static let possible = 0.15
    /// Belief from which the tagger's type replaces one that a rule guessed, and one that a list holds.
    static let surerThanAGuess = 0.5, surerThanAList = 0.9

    /// The tagger's names as code points, for measuring it by itself: the best reading only.
    public func taggedNames(in text: String) -> [(range: Range<Int>, type: NameClass, score: Double)] {
        let text = TokenizedText(text)
        return tagger?.tag(text.tokens, lowercased: NameTagging.isLowercased(text.tokens), threshold: 1).map {
            (text.tokens[$0.tokens.lowerBound].start..<text.tokens[$0.tokens.upperBound - 1].end, $0.type, $0.score)
        } ?? []
    }

    /// Adds the tagger's names to what the rules found, and lets it settle the types of guesses.
    func tagged(_ text: TokenizedText, _ found: inout [Detection]) {
        guard let tagger else { return }
        var own: [(detection: Detection, isBest: Bool)] = []
        for name in tagger.tag(text.tokens, lowercased: NameTagging.isLowercased(text.tokens), threshold: Self.possible) {
            guard name.isBest || name.type.identifies else { continue }
            let tokens = text.tokens[name.tokens]
            guard let type = entityType(name.type, Array(tokens)), tokens.contains(where: { $0.kind == .word }) else { continue }
            own.append((
                Detection(
                    start: tokens.first!.start, end: tokens.last!.end, type: type, score: min(0.95, max(0.3, name.score)),
                    rule: name.isBest ? "tagger.name" : "tagger.possible"), name.isBest))
        }
        var next = 0
        for i in found.indices.sorted(by: { found[$0].start < found[$1].start }) where Self.nameTypes.contains(found[i].type) {
            while next < own.count, own[next].detection.end <= found[i].start { next += 1 }
            guard next < own.count else { break }
            let (name, isBest) = own[next]
            guard isBest, name.start <= found[i].start, found[i].end <= name.end, !Self.isSameKind(found[i].type, name.type) else { continue }
            if name.score >= (Self.isGuess(found[i].rule) ? Self.surerThanAGuess : Self.surerThanAList) { found[i].type = name.type }
        }
        found += own.map(\.detection)
    }

    private static let nameTypes: Set<EntityType> = [.person, .place, .municipality, .county, .country, .organisation]

    private static func isGuess(_ rule: String) -> Bool {
        rule.hasPrefix("proper-noun") || rule.hasPrefix("document") || rule.hasPrefix("unknown") || rule == "name.between"
            || rule == "organisation.acronym"
    }

    private static func isSameKind(_ rule: EntityType, _ tagger: EntityType) -> Bool {
        let places: Set<EntityType> = [.place, .municipality, .county, .country]
        return rule == tagger || places.contains(rule) && places.contains(tagger)
    }

    private func entityType(_ name: NameClass, _ tokens: [TextToken]) -> EntityType? {
        switch name {
        case .person: return .person
        case .place, .politicalPlace, .politicalOrganisation:
            let form = tokens.map(\.lower).joined(separator: " ")
            guard let kinds = lists.lookup(form)?.entry.kinds, !kinds.isDisjoint(with: .official) else { return .place }
            return NameTagging.placeType(kinds)
        case .organisation: return tokens.last.flatMap { ContextWords.organisation($0.lower) } ?? .organisation
        case .event, .product: return .other
        case .derived: return options.findsQuasiIdentifiers ? .ethnicity : nil
        }
    }
}
