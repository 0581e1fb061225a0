/// The talk tagger's part: what rules and lists leave out, and how far what they found reaches.
extension Detector {
    /// What the talk tagger adds to what the rules found.
    /// - Parameters:
    ///   - rules: in order, not overlapping.
    ///   - remarks: code points of typed remarks: a word or two, no sentence to judge by, so they are left to the rules.
    func talk(_ text: TokenizedText, _ rules: [Detection], _ tagging: NameTagger.Tagging, remarks: [Range<Int>]) -> [Detection] {
        guard let talkTagger else { return [] }
        let tokens = text.tokens
        let features = TalkFeatures(
            tokens, names: tagging.features, rules: rules,
            tags: tagging.names.filter(\.isBest).map { (tokens[$0.tokens.lowerBound].start..<tokens[$0.tokens.upperBound - 1].end, $0.type.tag) })
        let unread = NameTagging.tokens(of: tokens, within: remarks)
        var out: [Detection] = []
        var next = 0
        /// A figure that the rules left alone: what may be a date may be a dose as well.
        func isFigure(_ i: Int) -> Bool {
            i < tokens.count && tokens[i].kind == .number && !rules[next...].prefix { $0.start < tokens[i].end }.contains { $0.end >= tokens[i].end }
        }
        for stretch in talkTagger.stretches(tokens, features, spellings: tagging.spellings, lowercased: NameTagging.isLowercased(tokens)) {
            guard let kind = TalkClass(rawValue: stretch.kind), options.findsQuasiIdentifiers || kind != .title && kind != .fact,
                !stretch.tokens.contains(where: unread.contains) else { continue }
            let start = tokens[stretch.tokens.lowerBound].start, end = tokens[stretch.tokens.upperBound - 1].end
            while next < rules.count, rules[next].end <= start { next += 1 }
            let inside = rules[next...].prefix { $0.start < end }
            if !stretch.isBest, isFigure(stretch.tokens.upperBound) || stretch.tokens.contains(where: isFigure) { continue }
            if kind == .fact, Self.counts(tokens[stretch.tokens]) { continue }
            if kind == .age, Self.isCount(tokens, stretch.tokens) || !Self.speaksOfAge(tokens[stretch.tokens]) { continue }
            let score = min(0.95, max(0.3, stretch.score))
            if stretch.isBest, kind != .fact, let known = Self.extended(inside, by: kind, start..<end) {
                let whole = Self.withoutWordsBeside(tokens, stretch.tokens, known)
                out.append(Detection(start: whole.lowerBound, end: whole.upperBound, type: known.type, score: max(score, known.score), rule: "talk.\(kind)"))
                continue
            }
            // What the rules found keeps its own type: what a policy lets stand of a fact is not to take a name along.
            for piece in Self.pieces(tokens, stretch.tokens, without: inside) where piece.count > 1 || !Self.measures.contains(tokens[piece.lowerBound].lower) {
                let type = entityType(kind, tokens[piece])
                out.append(Detection(
                    start: tokens[piece.lowerBound].start, end: tokens[piece.upperBound - 1].end, type: type, score: score, rule: "talk.\(kind)"))
            }
        }
        return out
    }

    /// Whether nothing is said but numbers, or three in a row: "to tre", "en to tre fire".
    private static func counts(_ tokens: ArraySlice<TextToken>) -> Bool {
        var row = 0, all = true
        for token in tokens where token.kind == .word {
            if SpokenNumbers.value(token.lower) == nil { row = 0; all = false } else { row += 1 }
            if row == 3 { return true }
        }
        return all
    }

    /// What a number that is nobody's is called by: of a book, or of a measurement.
    private static let measures: Set<String> = ["isbn", "issn", "doi", "bmi", "iq", "crp", "hb", "ldl", "hdl", "ph", "din", "nok", "mp3", "mp4", "usb", "pdf"]

    /// "Vi var femten", "klokka var femten": a number of people or of something else, and no age.
    private static func isCount(_ tokens: [TextToken], _ stretch: Range<Int>) -> Bool {
        guard tokens[stretch].allSatisfy({ SpokenNumbers.value($0.lower) != nil }) else { return false }
        var i = stretch.lowerBound - 1, words = 0
        while i >= 0, tokens[i].kind == .word, words < 4 {
            if counted.contains(tokens[i].lower) { return true }
            i -= 1
            words += 1
        }
        return false
    }

    private static let counted: Set<String> = [
        "vi", "de", "dei", "dem", "dere", "dykk", "me", "klokka", "klokken", "klokkå", "prisen", "tallet", "nummeret", "farten", "temperaturen", "summen", "antallet", "vekta",
    ]

    /// An age has a number in it, or a word that is made for ages.
    private static func speaksOfAge(_ tokens: ArraySlice<TextToken>) -> Bool {
        tokens.contains { token in
            token.kind == .number || SpokenNumbers.value(token.lower) != nil || ageWords.contains(where: token.lower.contains)
                || token.lower.split(separator: "-").contains { SpokenNumbers.value(String($0)) != nil }
        }
    }

    private static let ageWords = ["år", "måned", "månad", "uke", "veke", "dag", "gammel", "gamal", "alder", "åri", "født", "fødd", "halv", "tjue", "tyve", "tretti", "tredve", "førti", "femti", "seksti", "sytti", "åtti", "nitti", "hundre"]

    /// The one thing that the rules found within a stretch of its kind, which reaches further than they knew. Two stay two.
    private static func extended(_ inside: ArraySlice<Detection>, by kind: TalkClass, _ range: Range<Int>) -> Detection? {
        guard inside.count == 1, let known = inside.first, self.kind(known.type) == kind, range.lowerBound <= known.start, known.end <= range.upperBound else {
            return nil
        }
        return known
    }

    /// Code points of a stretch around what was found, without function words at its ends: "i mai 2013" is "mai 2013".
    private static func withoutWordsBeside(_ tokens: [TextToken], _ stretch: Range<Int>, _ known: Detection) -> Range<Int> {
        func isBeside(_ i: Int) -> Bool {
            (tokens[i].end <= known.start || tokens[i].start >= known.end)
                && (tokens[i].kind != .word || ContextWords.functionWords.contains(tokens[i].lower))
        }
        var first = stretch.lowerBound, last = stretch.upperBound - 1
        while first < last, isBeside(first) { first += 1 }
        while last > first, isBeside(last) { last -= 1 }
        return min(tokens[first].start, known.start)..<max(tokens[last].end, known.end)
    }

    private static func kind(_ type: EntityType) -> TalkClass {
        switch type {
        case .person: .person
        case .place, .municipality, .county, .country, .address, .postcode: .place
        case .organisation, .healthUnit, .school: .unit
        case .jobTitle: .title
        case .date: .date
        case .age: .age
        case .relationFact, .ethnicity: .fact
        default: .other
        }
    }

    /// The runs of tokens of a stretch that nothing was found in, without punctuation at their ends; not those of function words alone.
    /// Figures are left to the rules, which know a date from a dose.
    private static func pieces(_ tokens: [TextToken], _ stretch: Range<Int>, without found: ArraySlice<Detection>) -> [Range<Int>] {
        var out: [Range<Int>] = []
        var i = stretch.lowerBound
        func isFree(_ i: Int) -> Bool { tokens[i].kind != .number && !found.contains { $0.start < tokens[i].end && tokens[i].start < $0.end } }
        func isSaid(_ i: Int) -> Bool { tokens[i].kind == .word }
        while i < stretch.upperBound {
            guard isSaid(i), isFree(i) else { i += 1; continue }
            var end = i + 1, last = end
            while end < stretch.upperBound, isFree(end) {
                end += 1
                if isSaid(end - 1) { last = end }
            }
            if tokens[i..<last].contains(where: { $0.kind == .word && !ContextWords.functionWords.contains($0.lower) }) { out.append(i..<last) }
            i = end
        }
        return out
    }

    /// What a stretch that no rule found is for the policy.
    private func entityType(_ kind: TalkClass, _ tokens: ArraySlice<TextToken>) -> EntityType {
        switch kind {
        case .person: return .person
        case .place:
            let form = tokens.map(\.lower).joined(separator: " ")
            guard let kinds = lists.lookup(form)?.entry.kinds, !kinds.isDisjoint(with: .official) else { return .place }
            return NameTagging.placeType(kinds)
        case .unit:
            let types = tokens.compactMap { $0.kind == .word ? ContextWords.organisation($0.lower) : nil }
            return types.contains(.healthUnit) ? .healthUnit : types.contains(.school) ? .school : .organisation
        case .title: return .jobTitle
        case .date: return .date
        case .age: return .age
        case .fact: return .relationFact
        case .other: return .other
        }
    }
}
