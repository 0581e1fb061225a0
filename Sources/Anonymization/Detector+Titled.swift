extension Detector {
    private static let address: Set<String> = ["fru", "frøken", "frk", "herr", "hr", "madam", "jomfru"]

    private static let animals: Set<String> = ["katten", "katta", "hunden", "bikkja", "hesten", "merra", "kua", "geita", "sauen", "grisen", "kaninen", "undulaten", "papegøyen", "kattepusen", "valpen"]

    private static let sayings: Set<String> = ["er", "var", "ble", "e", "va", "blir", ","]
    private static let afterName: Set<String> = ["er", "var", "har", "hadde", "sa", "som", "kom", "ble", "bodde", "bor", "jobba", "jobber", "ringte", "døde", "fikk", "gikk", "og", "fra", "på"]

    /// What a name takes in from its left ("fru Hansen", "c/o Hansen"), and a name at the start of a sentence that only what is
    /// said of it tells from a word ("Tone er helsesykepleier", "Odd, broren min").
    func titled(_ text: RuleText, _ named: [Detection]) -> [Detection] {
        let t = text.tokens
        var out: [Detection] = []
        for d in named where d.type == .person {
            let first = text.token(at: d.start)
            guard first > 0, first < t.count else { continue }
            var k = first - 1
            if t[k].text == ".", k > 0 { k -= 1 }
            if t[k].kind == .word, Self.address.contains(t[k].lower) || ContextWords.nameTitles.contains(t[k].lower) {
                out.append(Detection(start: t[k].start, end: d.end, type: .person, score: d.score, rule: "name.addressed"))
            }
        }
        for d in named where d.type == .person {
            // "Ola N.", "Nina K": an initial after the name; "kari haugen var": a surname that is a word, before a verb.
            var last = text.token(at: d.end)
            guard last < t.count, t[last].kind == .word, t[last].spaceBefore else { continue }
            let one = t[last].text.unicodeScalars.count == 1
            if one, t[last].isCapitalised, t[last].lower != "i" {
                last += 1
                if last < t.count, t[last].text == ".", !t[last].spaceBefore { last += 1 }
                out.append(Detection(start: d.start, end: t[last - 1].end, type: .person, score: d.score, rule: "name.with-initial"))
            } else if !t[last].isCapitalised, let entry = lists.entries[t[last].lower], entry.kinds.contains(.surname), entry.ambiguity == .common,
                !t[text.token(at: d.start)].isCapitalised, t[last].text.count >= 3, !ContextWords.functionWords.contains(t[last].lower), lists.isKnownGivenName(t[last - 1].lower),
                last + 1 >= t.count || t[last + 1].kind != .word || Self.afterName.contains(t[last + 1].lower) {
                out.append(Detection(start: d.start, end: t[last].end, type: .person, score: d.score, rule: "name.surname"))
            }
        }
        for i in t.indices where i + 2 < t.count && t[i].kind == .word {
            // "Pus, katten vår": a word in first place, explained by whose it is.
            if t[i].isCapitalised, t[i + 1].text == ",", i + 3 < t.count, lists.entries[t[i].lower] == nil || text.cues[i].isEmpty, !ContextWords.functionWords.contains(t[i].lower),
                !ContextWords.relations.contains(t[i].lower), !text.cues[i].contains(.jobTitle), t[i].text.count >= 3, ContextWords.relations.contains(t[i + 2].lower) || Self.animals.contains(t[i + 2].lower),
                ContextWords.possessives.contains(t[i + 3].lower) {
                out.append(Detection(start: t[i].start, end: t[i].end, type: .person, score: 0.6, rule: "name.apposed"))
            }
            guard Self.sayings.contains(t[i + 1].lower), let entry = lists.entries[t[i].lower], !entry.kinds.isDisjoint(with: .given), entry.ambiguity == .common,
                !ContextWords.functionWords.contains(t[i].lower) || ["jo", "fra"].contains(t[i].lower) == false && t[i].lower.count > 3 else { continue }
            let verb = t[i + 1].lower
            guard t[i].isCapitalised || verb != ",", !ContextWords.possessives.contains(t[i].lower), !ContextWords.relations.contains(t[i].lower) else { continue }
            var n = i + 2
            if ["er", "var", "ble", "e", "va", "blir"].contains(verb) {
                if ["en", "ei", "min", "den", "nå", "jo", "vår"].contains(t[n].lower), n + 1 < t.count { n += 1 }
                let word = t[n].lower
                if text.cues[n].contains(.jobTitle) || ContextWords.relations.contains(word) || ["gift", "født", "skilt", "enke", "død", "gravid", "samboer"].contains(word) {
                    out.append(Detection(start: t[i].start, end: t[i].end, type: .person, score: 0.6, rule: "name.subject"))
                }
            } else if verb == ",", ContextWords.relations.contains(t[n].lower), n + 1 < t.count, ContextWords.possessives.contains(t[n + 1].lower) {
                out.append(Detection(start: t[i].start, end: t[i].end, type: .person, score: 0.6, rule: "name.subject"))
            }
        }
        return out
    }
}
