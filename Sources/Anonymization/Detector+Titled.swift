extension Detector {
    private static let address: Set<String> = ["fru", "frøken", "frk", "herr", "hr", "madam", "jomfru"]

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
            if t[k].kind == .word, Self.address.contains(t[k].lower) {
                out.append(Detection(start: t[k].start, end: d.end, type: .person, score: d.score, rule: "name.addressed"))
            }
        }
        for i in t.indices where t[i].isInitial && t[i].isCapitalised && i + 2 < t.count {
            guard let entry = lists.entries[t[i].lower], !entry.kinds.isDisjoint(with: .given), entry.ambiguity == .common,
                !ContextWords.functionWords.contains(t[i].lower) || ["jo", "fra"].contains(t[i].lower) == false && t[i].lower.count > 3 else { continue }
            let verb = t[i + 1].lower
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
