import Bokmal

/// What is known of one token on the way to an entity.
struct NameTag: Sendable {
    var type: EntityType
    var score: Double
    var rule: String
}

/// Tags the tokens of one text that belong to names.
struct NameTagging {
    let tokens: [TextToken]
    let lists: NameLists
    let words: any OrdinaryWords
    let findsUnknown: Bool
    /// The text carries no capitals: a recogniser's output, or typed in lower case.
    let isLowercased: Bool
    var tags: [NameTag?]
    /// Tokens of typed remarks.
    private let remarkTokens: Set<Int>
    /// Tokens that a rule knows to be no names: "PTSD-pasienter", "HMS".
    private(set) var plainTokens: Set<Int> = []
    private var isPlain = false
    private var flagsUnknownLowerCase = false
    private var ordinaryCache: [String: Bool] = [:]

    init(_ text: TokenizedText, lists: NameLists, words: any OrdinaryWords, findsUnknown: Bool, remarks: [Range<Int>] = []) {
        tokens = text.tokens
        self.lists = lists
        self.words = words
        self.findsUnknown = findsUnknown
        tags = Array(repeating: nil, count: tokens.count)
        remarkTokens = Self.tokens(of: text.tokens, within: remarks)
        isLowercased = Self.isLowercased(tokens)
    }

    /// Whether capitals say nothing: fewer than one word in a hundred has one.
    static func isLowercased(_ tokens: [TextToken]) -> Bool {
        var words = 0, capitals = 0
        for token in tokens where token.kind == .word {
            words += 1
            if token.isCapitalised { capitals += 1 }
        }
        return words == 0 || Double(capitals) < 0.01 * Double(words)
    }

    mutating func isOrdinary(_ lower: String) -> Bool {
        if let known = ordinaryCache[lower] { return known }
        // Nynorsk counts too: people speak and write it, and its words are nobody's name.
        let value = words.contains(lower) || (words as? WordForms)?.isNynorsk(lower) == true
        ordinaryCache[lower] = value
        return value
    }

    /// The word right before, when only a space (or a full stop of an abbreviation) stands between.
    func before(_ i: Int) -> Int? {
        guard i > 0 else { return nil }
        if tokens[i - 1].kind == .word { return i - 1 }
        if i > 1, tokens[i - 1].text == ".", tokens[i - 2].kind == .word, !tokens[i].isInitial,
            TextToken.abbreviations.contains(tokens[i - 2].lower) || tokens[i - 2].text.count <= 2 { return i - 2 }
        return nil
    }

    func after(_ i: Int) -> Int? { i + 1 < tokens.count && tokens[i + 1].kind == .word ? i + 1 : nil }

    func hasPlaceContext(_ i: Int) -> Bool {
        guard let p = before(i) else { return false }
        return ContextWords.placePrepositions.contains(tokens[p].lower) && tokens[p].isAllCapitals == false
    }

    /// "broren min X", "fru X", "han heter X". `strong` when the word says that a name follows.
    func personContext(_ i: Int) -> (found: Bool, strong: Bool) {
        guard let p = before(i) else { return (false, false) }
        let word = tokens[p].lower
        if ContextWords.naming.contains(word) { return (true, true) }
        if ContextWords.titles.contains(word) { return (true, false) }
        if ContextWords.relations.contains(word) { return (true, false) }
        if lists.jobTitles.contains(word) { return (true, false) }
        if let pp = before(p) {
            if ContextWords.possessives.contains(word), ContextWords.relations.contains(tokens[pp].lower) { return (true, false) }
            if ["er", "var", "på"].contains(word), ["navnet", "navn"].contains(tokens[pp].lower) { return (true, true) }
            if ["jo", "da", "vel", "altså", "nå"].contains(word), ContextWords.naming.contains(tokens[pp].lower) { return (true, true) }
        }
        return (false, false)
    }

    static func placeType(_ kinds: NameKinds) -> EntityType {
        if kinds.contains(.country) { return .country }
        if kinds.contains(.municipality) { return .municipality }
        if kinds.contains(.county) { return .county }
        return .place
    }

    /// Type of a listed form by its context.
    func listedType(_ i: Int, _ kinds: NameKinds) -> EntityType {
        let place = !kinds.isDisjoint(with: .geographic), person = !kinds.isDisjoint(with: .personal)
        if personContext(i).found && person { return .person }
        if place && hasPlaceContext(i) && !(kinds.isDisjoint(with: .official) && !kinds.isDisjoint(with: .given)) { return Self.placeType(kinds) }
        if !kinds.isDisjoint(with: .given) {
            return place && !kinds.isDisjoint(with: [.municipality, .county, .country]) ? Self.placeType(kinds) : .person
        }
        if place && !kinds.isDisjoint(with: .official) { return Self.placeType(kinds) }
        if person { return .person }
        if place { return .place }
        return .organisation
    }

    /// In a text without capitals an unknown word may be a name: worth flagging while nearly all the others are known.
    private mutating func measureUnknownWords() {
        guard isLowercased, findsUnknown else { return }
        var total = 0, unknown = 0
        for t in tokens where t.kind == .word && t.text.count >= 4 {
            total += 1
            if !isOrdinary(t.lower), lists.lookup(t.lower) == nil { unknown += 1 }
        }
        flagsUnknownLowerCase = total > 0 && Double(unknown) <= max(1, 0.12 * Double(total))
    }

    mutating func run(knownNames: Set<String>) {
        measureUnknownWords()
        for i in tokens.indices where tokens[i].kind == .word {
            isPlain = false
            tags[i] = tag(i)
            if isPlain { plainTokens.insert(i) }
        }
        surnamesAfterGivenNames()
        givenNamesBeforeSurnames()
        phrases()
        organisations()
        capitalsBetweenNames()
        propagate(knownNames)
    }

    /// "Jon Helt Haarder": whatever is capitalised between two parts of a name belongs to it.
    private mutating func capitalsBetweenNames() {
        for i in tokens.indices where tags[i] == nil && tokens[i].kind == .word && tokens[i].isCapitalised && !tokens[i].isInitial {
            if let p = before(i), let n = after(i), let tag = tags[p], tags[n] != nil, tokens[p].isCapitalised, tokens[n].isCapitalised {
                tags[i] = NameTag(type: tag.type, score: 0.6, rule: "name.between")
            }
        }
    }

    private mutating func tag(_ i: Int) -> NameTag? {
        tokens[i].isCapitalised ? capitalised(i) : lowerCase(i)
    }

    private func nextIsCapital(_ i: Int) -> Bool {
        guard let n = after(i) else { return false }
        return tokens[n].isCapitalised && !ContextWords.functionWords.contains(tokens[n].lower)
    }

    private mutating func capitalised(_ i: Int) -> NameTag? {
        let t = tokens[i]
        let isRemark = remarkTokens.contains(i)
        if isRemark, isRemarkWord(t) { return nil }
        if t.text.unicodeScalars.count == 1 {
            // An initial: part of a name when a capital follows ("J. Hansen").
            let next = i + 1 < tokens.count && tokens[i + 1].text == "." ? i + 2 : i + 1
            if next < tokens.count, tokens[next].kind == .word, tokens[next].isCapitalised, !tokens[next].isInitial, t.text != "I" {
                return NameTag(type: .person, score: 0.6, rule: "name.initial")
            }
            return !t.isInitial && t.text == "Å" && hasPlaceContext(i) ? NameTag(type: .place, score: 0.6, rule: "place.list") : nil
        }
        if ContextWords.measures.contains(t.lower) { isPlain = true; return nil }
        let listed = lists.lookup(t.lower)
        if t.isAllCapitals, t.text.count <= 5 {
            if ContextWords.plainAbbreviations.contains(t.lower) { isPlain = true; return nil }
            if let health = ContextWords.healthNames.contains(t.lower) || ["dps", "bup"].contains(t.lower) ? EntityType.healthUnit : nil {
                return NameTag(type: health, score: 0.8, rule: "health.list")
            }
            if ContextWords.genericInstitutions.contains(t.lower) { return NameTag(type: .organisation, score: 0.35, rule: "organisation.generic") }
            if listed == nil || listed!.entry.kinds.isDisjoint(with: .personal.union(.geographic)) {
                if ContextWords.functionWords.contains(t.lower) { return nil }
                return NameTag(type: .organisation, score: 0.5, rule: "organisation.acronym")
            }
        }
        if ContextWords.functionWords.contains(t.lower), !(personContext(i).strong) {
            return nil
        }
        if ContextWords.healthNames.contains(t.lower), !t.isInitial || !isOrdinary(t.lower) {
            return NameTag(type: .healthUnit, score: 0.9, rule: "health.list")
        }
        if let (entry, base) = listed {
            let type = listedType(i, entry.kinds)
            let rule = type == .person ? "name.list" : type == .organisation ? "organisation.list" : "place.list"
            let ambiguity: Ambiguity =
                entry.ambiguity == .never && isOrdinary(t.lower) && base != t.lower ? .rare : entry.ambiguity
            if !t.isInitial { return NameTag(type: type, score: ambiguity == .common ? 0.7 : 0.9, rule: rule) }
            let strongKinds = !entry.kinds.isDisjoint(with: NameKinds.given.union(.official))
            switch ambiguity {
            case .never: return NameTag(type: type, score: 0.85, rule: rule)
            case .rare where strongKinds || nextIsCapital(i): return NameTag(type: type, score: 0.6, rule: rule + ".initial")
            case .rare, .common:
                if nextIsCapital(i), !entry.kinds.isDisjoint(with: NameKinds.given.union(.municipality)) {
                    return NameTag(type: type, score: 0.6, rule: rule + ".initial")
                }
                return personContext(i).found || opensAsSubject(i, entry) ? NameTag(type: .person, score: 0.7, rule: "name.context") : nil
            }
        }
        if let compound = compound(t) { return compound }
        guard findsUnknown, !isPlain else { return nil }
        let ordinary = isOrdinary(t.lower)
        if t.isInitial {
            if ordinary || t.text.count < 3 || ContextWords.relations.contains(t.lower) { return nil }
            if isRemark ? isPlainRemark(t.lower) : isInflectedOrdinary(t.lower) { return nil }
            return NameTag(type: unknownType(i), score: 0.5, rule: "proper-noun.initial")
        }
        return NameTag(type: unknownType(i), score: ordinary ? 0.45 : 0.65, rule: "proper-noun.unknown")
    }

    /// A compound of ordinary words is not in the lexicon and yet ordinary ("Ettermiddagsmøtet").
    mutating func isInflectedOrdinary(_ lower: String) -> Bool {
        let letters = Array(lower)
        // Endings of the spoken language: "doktorn", "kommuna", "kjerringan".
        for ending in ["'n", "n", "a", "an", "en", "in", "ern", "ane", "an", "ar", "or"] where lower.hasSuffix(ending) && letters.count - ending.count >= 5 {
            if isOrdinary(String(lower.dropLast(ending.count))) { return true }
        }
        if letters.count >= 8 {
            for cut in 3...(letters.count - 4) {
                let tail = String(letters[cut...])
                var head = String(letters[..<cut])
                guard isOrdinary(tail) else { continue }
                if isOrdinary(head) { return true }
                if head.count > 3, "se-".contains(head.last!) { head.removeLast(); if isOrdinary(head) { return true } }
            }
        }
        return false
    }

    private func unknownType(_ i: Int) -> EntityType {
        if let organisation = ContextWords.organisation(tokens[i].lower) { return organisation }
        if personContext(i).found { return .person }
        if hasPlaceContext(i) { return .place }
        return tokens[i].lower.hasSuffix("sen") || tokens[i].lower.hasSuffix("ssøn") ? .person : tokens[i].isAllCapitals ? .organisation : .person
    }

    /// "Bodø-sykehuset", "tromsøkontoret", "bodøværing": a place or a name inside a longer word.
    private mutating func compound(_ t: TextToken) -> NameTag? {
        let lower = t.lower
        if let hyphen = lower.firstIndex(of: "-") {
            let parts = lower.split(separator: "-").map(String.init)
            let head = String(lower[..<hyphen])
            // "PTSD-pasienter", "NAV-kontoret": an abbreviation that identifies nobody, and an ordinary word.
            if let last = parts.last, ContextWords.plainAbbreviations.contains(head) || ContextWords.genericInstitutions.contains(head),
                parts.count == 2, isOrdinary(last) { isPlain = true; return nil }
            if isPlainHyphenation(t, head: head, parts: parts) { isPlain = true; return nil }
            let names = parts.compactMap { lists.lookup($0)?.entry }
            if t.isCapitalised, parts.count == names.count, names.count >= 2, names.allSatisfy({ !$0.kinds.isDisjoint(with: .personal) }) {
                return NameTag(type: .person, score: 0.85, rule: "name.double")
            }
            if let entry = lists.lookup(head)?.entry, t.isCapitalised || entry.ambiguity == .never && head.count >= 3,
                !entry.kinds.isDisjoint(with: .geographic.union(.given).union(t.isCapitalised ? [.surname, .organisation] : [])) {
                let type = ContextWords.organisation(lower) ?? (entry.kinds.isDisjoint(with: .geographic) ? .person : .place)
                return NameTag(type: type, score: 0.8, rule: "compound.hyphen")
            }
            if let last = parts.last, let entry = lists.lookup(last)?.entry, entry.ambiguity == .never || t.isCapitalised,
                parts.count == 2, !entry.kinds.isDisjoint(with: .given.union(.official)) {
                return NameTag(type: entry.kinds.isDisjoint(with: .geographic) ? .person : .place, score: 0.6, rule: "compound.hyphen")
            }
            return nil
        }
        guard lower.count >= 7 else { return nil }
        let letters = Array(lower)
        if let place = inhabited(letters) { return place }
        guard !isOrdinary(lower) else { return nil }
        for cut in stride(from: letters.count - 3, through: 4, by: -1) {
            let tail = String(letters[cut...])
            let heads = letters[cut - 1] == "s" ? [String(letters[..<cut]), String(letters[..<(cut - 1)])] : [String(letters[..<cut])]
            for head in heads {
                guard let entry = lists.entries[head], entry.ambiguity == .never || t.isCapitalised && entry.ambiguity == .rare,
                    !entry.kinds.isDisjoint(with: .official) else { continue }
                if ["ing", "inger", "ingen", "enser", "ensere", "fjerding", "folk", "dialekt", "dialekten"].contains(tail) {
                    return NameTag(type: .place, score: 0.7, rule: "compound.inhabitant")
                }
                if let type = ContextWords.organisation(tail) { return NameTag(type: type, score: 0.8, rule: "compound.place") }
                if tail.count >= 4, isOrdinary(tail) { return NameTag(type: .place, score: 0.55, rule: "compound.place") }
            }
        }
        return nil
    }

    private mutating func lowerCase(_ i: Int) -> NameTag? {
        let t = tokens[i]
        guard t.text.count >= 2, !ContextWords.functionWords.contains(t.lower) else { return nil }
        if let tag = lowerCaseByNeighbours(i) { return tag }
        let context = personContext(i)
        guard let (entry, base) = lists.lookup(t.lower) else {
            if ContextWords.healthNames.contains(t.lower), t.lower.count > 3, !isOrdinary(t.lower) {
                return NameTag(type: .healthUnit, score: 0.8, rule: "health.list")
            }
            if let compound = compound(t) { return compound }
            if context.strong, t.text.count >= 3, !isOrdinary(t.lower) { return NameTag(type: .person, score: 0.6, rule: "name.context") }
            if flagsUnknownLowerCase, t.text.count >= 4, !isOrdinary(t.lower), !t.text.unicodeScalars.contains(where: TextToken.isDigit),
                SpokenNumbers.values[t.lower] == nil, (words as? WordForms)?.isNynorsk(t.lower) != true, !NameKey.withoutGenitive(t.lower).contains(where: { isOrdinary($0) }),
                !isInflectedOrdinary(t.lower) {
                return NameTag(type: unknownType(i), score: 0.35, rule: "unknown-word.lower")
            }
            return nil
        }
        let kinds = entry.kinds
        if ContextWords.healthNames.contains(t.lower), entry.ambiguity == .never, t.lower.count > 3 {
            return NameTag(type: .healthUnit, score: 0.8, rule: "health.list")
        }
        let ambiguity: Ambiguity = entry.ambiguity == .never && base != t.lower && isOrdinary(t.lower) ? .rare : entry.ambiguity
        let type = listedType(i, kinds)
        if context.found, !kinds.isDisjoint(with: .given) || ambiguity == .never && kinds.contains(.surname) {
            return NameTag(type: .person, score: ambiguity == .common ? 0.5 : 0.8, rule: "name.context")
        }
        let length = base.count
        switch ambiguity {
        case .never:
            if !kinds.isDisjoint(with: .given), length >= 3 { return NameTag(type: type, score: 0.75, rule: "name.lower") }
            if !kinds.isDisjoint(with: .official), length >= 4 || hasPlaceContext(i) { return NameTag(type: type, score: 0.75, rule: "place.lower") }
            if kinds.contains(.surname), isLowercased && length >= 4 || length >= 6 && !isOrdinary(t.lower) {
                return NameTag(type: type, score: 0.55, rule: "name.lower")
            }
            if kinds.contains(.place), hasPlaceContext(i) && length >= 4 || isLowercased && length >= 5 {
                return NameTag(type: .place, score: 0.55, rule: "place.lower")
            }
            if kinds.contains(.organisation), isLowercased, length >= 5 { return NameTag(type: .organisation, score: 0.5, rule: "organisation.lower") }
        case .rare:
            if isLowercased, !kinds.isDisjoint(with: .given), length >= 3 { return NameTag(type: type, score: 0.45, rule: "name.lower.ambiguous") }
            if hasPlaceContext(i), !kinds.isDisjoint(with: .official), length >= 2, isLowercased {
                return NameTag(type: Self.placeType(kinds), score: 0.45, rule: "place.lower.ambiguous")
            }
        case .common:
            break
        }
        return nil
    }
}
