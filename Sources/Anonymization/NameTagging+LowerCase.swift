import Bokmal

extension NameTagging {
    /// Names without a capital that the words beside them give away, though they are ordinary words too or in no list.
    mutating func lowerCaseByNeighbours(_ i: Int) -> NameTag? {
        let t = tokens[i]
        let entry = lists.lookup(t.lower)?.entry
        // "nes kommune", "ås kommunes".
        if let n = after(i), EntityKeys.municipalWords.contains(tokens[n].lower), entry?.kinds.contains(.municipality) == true {
            return NameTag(type: .municipality, score: 0.7, rule: "place.before-kommune")
        }
        // A user name or a password: "kari1975".
        if entry == nil, let digit = t.lower.firstIndex(where: \.isNumber), t.lower[digit...].allSatisfy(\.isNumber),
            let named = lists.entries[String(t.lower[..<digit])], named.ambiguity == .never, !named.kinds.isDisjoint(with: .given),
            t.lower[..<digit].count >= 4 {
            return NameTag(type: .person, score: 0.5, rule: "name.digits")
        }
        if isLowercased, let entry, followsPronoun(i, entry) { return NameTag(type: .person, score: 0.45, rule: "name.pronoun") }
        guard let p = before(i) else { return isLowercased && standsApart(i, entry) ? NameTag(type: .person, score: 0.45, rule: "name.apposition") : nil }
        if ContextWords.surnameTitles.contains(tokens[p].lower), t.text.count >= 3 {
            if entry?.kinds.contains(.surname) == true || entry == nil && !isOrdinary(t.lower) {
                return NameTag(type: .person, score: 0.65, rule: "name.title")
            }
        }
        if isLowercased, ContextWords.nameTitles.contains(tokens[p].lower), t.text.count >= 4, !ContextWords.functionWords.contains(t.lower), !ContextWords.possessives.contains(t.lower),
            entry?.kinds.contains(.surname) == true, entry?.ambiguity != .common || tokens[p].lower == "lærer" {
            return NameTag(type: .person, score: 0.6, rule: "name.title")
        }
        guard isLowercased, hasPlaceContext(i) else { return nil }
        // "bor i ås": a municipality whose name is a word.
        if let entry, entry.kinds.contains(.municipality),
            !ContextWords.everydayMunicipalities.contains(t.lower) || before(p).map({ ContextWords.settling.contains(tokens[$0].lower) }) == true,
            ["i", "på", "fra", "frå", "til"].contains(tokens[p].lower) {
            return NameTag(type: .municipality, score: 0.45, rule: "place.lower.settled")
        }
        if entry == nil, findsUnknown, t.text.count >= 7, !isOrdinary(t.lower), ContextWords.placeEndings.contains(where: t.lower.hasSuffix),
            !t.text.unicodeScalars.contains(where: TextToken.isDigit), ["i", "på", "fra", "frå", "til", "ved"].contains(tokens[p].lower) {
            return NameTag(type: .place, score: 0.4, rule: "place.lower.ending")
        }
        return nil
    }

    /// "han dag fra os", "presten, han stein,": the pronoun of the spoken language before a given name that is a word too.
    private func followsPronoun(_ i: Int, _ entry: NameLists.Entry) -> Bool {
        guard let p = before(i), ["han", "hun", "ho", "hu", "hainn"].contains(tokens[p].lower), !entry.kinds.isDisjoint(with: .given),
            i + 1 < tokens.count else { return false }
        return ["fra", "frå", ","].contains(tokens[i + 1].lower)
    }

    /// "kollegaen min, liv, slutta", "hunden, tassen.": a name set between commas after whom it names.
    private func standsApart(_ i: Int, _ entry: NameLists.Entry?) -> Bool {
        guard i > 1, tokens[i - 1].text == ",", tokens[i - 2].kind == .word,
            i + 1 >= tokens.count || tokens[i + 1].kind == .newline || [",", "."].contains(tokens[i + 1].text) else { return false }
        var noun = i - 2
        if ContextWords.possessives.contains(tokens[noun].lower), let p = before(noun) { noun = p }
        let word = tokens[noun].lower
        if ["hunden", "katten", "katta", "hesten", "marsvinet", "kaninen", "undulaten"].contains(word) { return true }
        let isJob = ["n", "en", "a"].contains { word.hasSuffix($0) && lists.jobTitles.contains(String(word.dropLast($0.count))) }
        return (isJob || ContextWords.relations.contains(word)) && entry.map { !$0.kinds.isDisjoint(with: .given) } == true
    }

    /// "Anne sa at": a given name that is a word too opens the sentence, and does what only people do.
    func opensAsSubject(_ i: Int, _ entry: NameLists.Entry) -> Bool {
        guard !entry.kinds.isDisjoint(with: .given), let n = after(i), !["andre", "andres", "alla", "anna", "annar", "den", "vår", "var", "er"].contains(tokens[i].lower)
        else { return false }
        if ContextWords.personVerbs.contains(tokens[n].lower) { return true }
        // A bare noun seldom opens a sentence; a name does.
        guard ContextWords.beingVerbs.contains(tokens[n].lower), !ContextWords.relations.contains(tokens[i].lower), let forms = words as? WordForms else { return false }
        let parts = forms.partsOfSpeech(tokens[i].lower)
        return parts.contains(.noun) && parts.isDisjoint(with: [.adverb, .other])
    }

    /// "D-nummeret", "A4-ark", "DPS-en", "ROS-analysen": a letter or an abbreviation that is nobody's name, and an ordinary word
    /// or an ending.
    mutating func isPlainHyphenation(_ t: TextToken, head: String, parts: [String]) -> Bool {
        guard parts.count == 2, let last = parts.last else { return false }
        if ContextWords.worldServices.contains(head) { return isOrdinary(last) || isInflectedOrdinary(last) }
        let scalars = Array(t.text.unicodeScalars.prefix(head.unicodeScalars.count))
        let letters = scalars.filter { $0.properties.isAlphabetic }
        guard !letters.isEmpty, letters.count <= 5, letters.allSatisfy({ $0.properties.isUppercase }),
            t.text.unicodeScalars.dropFirst(scalars.count + 1).allSatisfy({ !$0.properties.isUppercase }) else { return false }
        let tailIsWord = isOrdinary(last) || isInflectedOrdinary(last)
            || ["en", "et", "a", "ene", "er", "ens", "ets", "s", "n"].contains(last)
        guard tailIsWord else { return false }
        if letters.count == 1 { return true }
        if ContextWords.healthNames.contains(head) || ContextWords.organisation(last) != nil { return false }
        guard let entry = lists.lookup(head)?.entry else { return true }
        return entry.kinds.isDisjoint(with: NameKinds.geographic.union(.organisation)) && entry.ambiguity == .common
    }

    /// "altaværinger", "bodøfjerding": whoever comes from a listed place, though its name may be a word.
    func inhabited(_ letters: [Character]) -> NameTag? {
        for cut in stride(from: letters.count - 6, through: 3, by: -1) {
            guard ["væring", "væringen", "væringer", "væringene", "væringar", "fjerding", "fjerdingen", "fjerdinger"].contains(String(letters[cut...]))
            else { continue }
            if let entry = lists.entries[String(letters[..<cut])], !entry.kinds.isDisjoint(with: .official) {
                return NameTag(type: .place, score: 0.7, rule: "compound.inhabitant")
            }
        }
        return nil
    }
}
