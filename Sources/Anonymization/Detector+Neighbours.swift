extension Detector {
    /// What can be told only by standing next to a detection: an age set beside a name ("hun Maja, femten, som …"), a list of
    /// ages, and the post code of a place.
    func neighbours(_ text: RuleText, of found: [Detection]) -> [Detection] {
        let tokens = text.tokens
        func firstToken(_ d: Detection) -> Int? {
            let i = text.token(at: d.start)
            return i < tokens.count && tokens[i].start == d.start ? i : nil
        }
        func lastToken(_ d: Detection) -> Int? {
            let i = text.token(at: d.end) - 1
            return i >= 0 && tokens[i].end == d.end ? i : nil
        }
        var out: [Detection] = []
        for d in found {
            switch d.type {
            case .person:
                // A farm whose name is a surname too.
                if let first = firstToken(d), first > 0, Self.farmParts.contains(tokens[first - 1].lower) {
                    out.append(Detection(start: tokens[first - 1].start, end: d.end, type: d.type, score: d.score, rule: "place.part"))
                }
                if let last = lastToken(d), let age = appositionalAge(tokens, after: last) { out.append(age) }
            case .age:
                if let last = lastToken(d) { out += listedAges(tokens, after: last) }
            case .place, .municipality:
                if let first = firstToken(d), first > 0, Self.farmParts.contains(tokens[first - 1].lower) {
                    out.append(Detection(start: tokens[first - 1].start, end: d.end, type: d.type, score: d.score, rule: "place.part"))
                }
                if let first = firstToken(d), first > 0, tokens[first - 1].kind == .number, tokens[first - 1].text.count == 4,
                    !(1800...2099).contains(Int(tokens[first - 1].text) ?? 0) {
                    out.append(Detection(
                        start: tokens[first - 1].start, end: d.end, type: .postcode, score: 0.8, rule: "postcode.before-place"))
                }
            default: break
            }
        }
        // "en jente, seksten." has no name to stand beside, nor has "mora mi, femtisju og".
        for i in tokens.indices where tokens[i].kind == .word {
            let isPerson = Self.peopleNouns.contains(tokens[i].lower)
                || i > 0 && ContextWords.possessives.contains(tokens[i].lower) && (ContextWords.relations.contains(tokens[i - 1].lower) || Self.peopleNouns.contains(tokens[i - 1].lower))
            if isPerson, let age = appositionalAge(tokens, after: i) { out.append(age) }
        }
        return out
    }

    /// "Nedre Husvik", "øvre haugland": one of the farms of a name.
    private static let farmParts: Set<String> = [
        "øvre", "nedre", "øvste", "nedste", "nerste", "ytre", "indre", "søre", "søndre", "nordre", "nørdre", "vestre", "østre", "austre", "store", "midtre",
    ]

    private static let peopleNouns: Set<String> = [
        "jente", "jenta", "jenten", "gutt", "gutten", "mann", "mannen", "dame", "dama", "damen", "kvinne", "kvinna", "kvinnen", "kar", "karen",
        "ungdom", "pasient", "sønn", "datter", "dotter",
    ]
    private static let verbs: Set<String> = ["er", "var", "va", "e", "ble", "blei", "vart", "blir"]
    private static let hedges: Set<String> = [
        "vel", "jo", "nok", "da", "bare", "kanskje", "rundt", "omtrent", "sikkert", "litt", "godt", "over", "nå", "no", "snart", "nesten", "sånn", "cirka",
    ]

    private func isAge(_ token: TextToken) -> Bool {
        guard token.kind == .word || token.kind == .number, let value = SpokenNumbers.value(token.lower) else { return false }
        return (2...109).contains(value)
    }

    /// After an age comes the end of the clause, or a word that cannot be what it counts.
    private func closesAge(_ tokens: [TextToken], _ i: Int) -> Bool {
        guard i < tokens.count else { return true }
        switch tokens[i].kind {
        case .newline: return true
        case .number: return false
        case .punctuation: return ".,;:!?…)".contains(tokens[i].text)
        case .word: return ["år", "og", "eller", "men", "som", "den", "da", "når", "nå", "no"].contains(tokens[i].lower)
        }
    }

    private func appositionalAge(_ tokens: [TextToken], after last: Int) -> Detection? {
        var i = last + 1
        guard i < tokens.count else { return nil }
        let comma = tokens[i].text == ","
        if comma { i += 1 }
        let hasVerb = i < tokens.count && Self.verbs.contains(tokens[i].lower)
        if hasVerb { i += 1 }
        guard comma || hasVerb else { return nil }
        while i < tokens.count, Self.hedges.contains(tokens[i].lower) { i += 1 }
        guard i < tokens.count, isAge(tokens[i]) else { return nil }
        let year = i + 1 < tokens.count && tokens[i + 1].lower == "år"
        // "Kari, to, tre ganger": a row of numbers after a name is no age unless "år" follows.
        guard closesAge(tokens, i + 1), year || hasVerb || !followsNumber(tokens, i) else { return nil }
        return Detection(start: tokens[i].start, end: tokens[year ? i + 1 : i].end, type: .age, score: 0.7, rule: "age.beside-person")
    }

    private func followsNumber(_ tokens: [TextToken], _ i: Int) -> Bool {
        i + 2 < tokens.count && tokens[i + 1].text == "," && SpokenNumbers.value(tokens[i + 2].lower) != nil
    }

    /// "tre barn på sju, ni og elleve": the numbers after an age without a noun of their own.
    private func listedAges(_ tokens: [TextToken], after last: Int) -> [Detection] {
        guard isAge(tokens[last]) || tokens[last].lower == "år" else { return [] }
        var out: [Detection] = []
        var i = last + 1
        while i + 1 < tokens.count, tokens[i].text == "," || ["og", "eller"].contains(tokens[i].lower) {
            var n = i + 1
            if tokens[i].text == ",", n < tokens.count, ["og", "eller", "ja"].contains(tokens[n].lower) { n += 1 }
            if n < tokens.count, tokens[n].text == "," { n += 1 }
            guard n < tokens.count, isAge(tokens[n]), closesAge(tokens, n + 1) else { break }
            let year = n + 1 < tokens.count && tokens[n + 1].lower == "år"
            out.append(Detection(start: tokens[n].start, end: tokens[year ? n + 1 : n].end, type: .age, score: 0.6, rule: "age.listed"))
            i = year ? n + 2 : n + 1
        }
        return out
    }
}
