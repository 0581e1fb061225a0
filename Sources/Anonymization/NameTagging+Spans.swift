extension NameTagging {
    /// A listed or unlisted word right after a given name is its surname: "kari nordmann".
    mutating func surnamesAfterGivenNames() {
        for i in tokens.indices where tags[i] == nil && tokens[i].kind == .word {
            guard let p = before(i), let tag = tags[p], tag.type == .person, tokens[p].kind == .word,
                !ContextWords.functionWords.contains(tokens[i].lower), isGivenName(p) || isLowercased && isMiddleName(p)
            else { continue }
            let entry = lists.lookup(tokens[i].lower)?.entry
            if let entry, entry.kinds.contains(.surname), entry.ambiguity != .common, tokens[i].text.count >= 3 {
                tags[i] = NameTag(type: .person, score: 0.6, rule: "name.surname")
            } else if entry == nil, tokens[i].text.count >= 5, isLowercased, !isOrdinary(tokens[i].lower) {
                tags[i] = NameTag(type: .person, score: 0.5, rule: "name.surname")
            }
        }
    }

    private func isGivenName(_ i: Int) -> Bool {
        guard let given = lists.lookup(tokens[i].lower), given.base == tokens[i].lower else { return false }
        return !given.entry.kinds.isDisjoint(with: .given)
    }

    /// A surname right after a given name, with more of the name to follow: "kjetil aune moen".
    private func isMiddleName(_ i: Int) -> Bool {
        guard let p = before(i), tags[p]?.type == .person, isGivenName(p) else { return false }
        return lists.entries[tokens[i].lower]?.kinds.contains(.surname) == true
    }

    /// "finn gustavsen", "per olsen": an ordinary word that is a given name too, right before a surname.
    mutating func givenNamesBeforeSurnames() {
        for i in tokens.indices.reversed() where tags[i] == nil && tokens[i].kind == .word && !tokens[i].isCapitalised {
            guard let n = after(i), tags[n]?.type == .person, !ContextWords.functionWords.contains(tokens[i].lower),
                let given = lists.entries[tokens[i].lower], !given.kinds.isDisjoint(with: .given),
                let family = lists.lookup(tokens[n].lower)?.entry, !family.kinds.isDisjoint(with: .personal)
            else { continue }
            tags[i] = NameTag(type: .person, score: 0.6, rule: "name.before-surname")
        }
    }

    /// Names of several words from the lists: "sør-varanger", "mo i rana", "st. olavs hospital".
    mutating func phrases() {
        for i in tokens.indices where tokens[i].kind == .word {
            guard let longest = lists.phraseStarts[tokens[i].lower] else { continue }
            for count in stride(from: longest, through: 2, by: -1) where i + count <= tokens.count {
                let slice = tokens[i..<(i + count)]
                guard slice.allSatisfy({ $0.kind == .word }) else { continue }
                var forms = slice.map(\.lower)
                var entry = lists.entries[forms.joined(separator: " ")]
                if entry == nil, let last = forms.last, let base = NameKey.withoutGenitive(last).last, base != last {
                    forms[count - 1] = base
                    entry = lists.entries[forms.joined(separator: " ")]
                }
                guard let entry, entry.ambiguity != .common else { continue }
                let capital = slice.first!.isCapitalised
                guard capital || !entry.kinds.isDisjoint(with: .official) || isLowercased else { continue }
                let type = listedType(i, entry.kinds)
                for j in i..<(i + count) { tags[j] = NameTag(type: type, score: 0.9, rule: "phrase.list") }
                break
            }
        }
    }

    /// "Oslo kommune", "Norges teknisk-naturvitenskapelige universitet", "Universitetet i Oslo", "Den norske kirke".
    mutating func organisations() {
        var i = 0
        while i < tokens.count {
            defer { i += 1 }
            guard tokens[i].kind == .word else { continue }
            // A capitalised noun for an organisation, "i", and a name.
            if tokens[i].isCapitalised, let type = ContextWords.organisation(tokens[i].lower), let p = after(i),
                ["i", "på", "for", "ved", "av", "mot"].contains(tokens[p].lower), let n = after(p), tokens[n].isCapitalised,
                tokens[p].lower == "i" || !tokens[i].isInitial, tags[n]?.type != .person || tags[i] != nil {
                for j in [i, p] { tags[j] = NameTag(type: type, score: 0.8, rule: "organisation.in-place") }
                if tags[n] == nil || tags[n]!.type != .person { tags[n] = NameTag(type: type, score: 0.8, rule: "organisation.in-place") }
            }
            // A health word before a name: "DPS Lofoten", "sykehuset i …" stays a word and a place.
            if ["dps", "bup", "nav", "poliklinikk", "poliklinikken"].contains(tokens[i].lower)
                || !tokens[i].isCapitalised && ContextWords.healthNames.contains(tokens[i].lower), let n = after(i),
                let tag = tags[n], tag.type != .person {
                let type: EntityType = tokens[i].lower == "nav" ? .organisation : .healthUnit
                for j in [i, n] { tags[j] = NameTag(type: type, score: 0.85, rule: "organisation.unit") }
            }
            guard let tag = tags[i] else { continue }
            let isGiven = tag.type == .person && !(lists.lookup(tokens[i].lower)?.entry.kinds.isDisjoint(with: .given) ?? true)
            if isGiven && !tokens[i].lower.hasSuffix("s") { continue }
            if !tokens[i].isCapitalised && tag.type == .person { continue }
            // Up to three adjectives and a noun for an organisation after a name.
            var j = i
            for _ in 0..<4 {
                guard let n = after(j) else { break }
                let word = tokens[n].lower
                if tokens[n].isCapitalised { break }
                if var type = ContextWords.organisation(word), !ContextWords.functionWords.contains(word) {
                    // "Vestvågøy kommune" is the municipality, "Nordland fylkeskommune" the county.
                    if j == i, EntityKeys.municipalWords.contains(word) { type = .municipality }
                    if j == i, EntityKeys.countyWords.contains(word) { type = .county }
                    if tag.type == .person && isGiven { break }
                    for k in (i + 1)...n { tags[k] = NameTag(type: type, score: 0.8, rule: "organisation.noun") }
                    if tag.type != .person || !isGiven {
                        var first = i
                        while let b = before(first), let t = tags[b], t.type != .person { first = b }
                        for k in first...i { tags[k] = NameTag(type: type, score: 0.8, rule: "organisation.noun") }
                    }
                    break
                }
                guard word.hasSuffix("e") || word.hasSuffix("-") || word == "og" && j != i, word != "ble", word != "var", !["de", "ikke", "hadde", "skulle", "ville", "kunne", "måtte", "alle", "noe", "denne", "dette", "disse", "mange"].contains(word)
                else { break }
                j = n
            }
        }
    }

    /// Once a name, always a name: every other writing of what was taken for a name.
    mutating func propagate(_ knownNames: Set<String>) {
        var sure: [String: EntityType] = [:]
        for i in tokens.indices {
            guard let tag = tags[i], tag.score >= 0.55, tokens[i].text.count >= 3, !tag.rule.hasPrefix("organisation") else { continue }
            guard tokens[i].isCapitalised && !tokens[i].isInitial || tag.score >= 0.7 else { continue }
            let base = lists.lookup(tokens[i].lower)?.base ?? tokens[i].lower
            if ContextWords.functionWords.contains(base) { continue }
            sure[base] = min(sure[base] ?? tag.type, tag.type)
        }
        for name in knownNames { sure[name] = sure[name] ?? .person }
        guard !sure.isEmpty else { return }
        var bySound: [String: EntityType] = [:]
        for name in sure.keys.sorted() where name.count >= 3 { bySound[NameKey.phonetic(name)] = sure[name] }
        let people = sure.filter { $0.value == .person && $0.key.count >= 5 }.keys.sorted().map { ($0, NameKey.phonetic($0)) }

        for i in tokens.indices where tags[i] == nil && tokens[i].kind == .word {
            let t = tokens[i]
            guard t.text.count >= 3, !ContextWords.functionWords.contains(t.lower) else { continue }
            let entry = lists.lookup(t.lower)?.entry
            for form in NameKey.withoutGenitive(t.lower) {
                if let type = sure[form] {
                    let clear = t.isCapitalised || isLowercased ? entry?.ambiguity != .common || t.isCapitalised
                        : entry.map { $0.ambiguity != .common } ?? !isOrdinary(t.lower)
                    if clear { tags[i] = NameTag(type: type, score: 0.6, rule: "document.same") }
                } else if !isOrdinary(t.lower), entry == nil || t.isCapitalised || entry!.ambiguity == .never {
                    let sound = NameKey.phonetic(form)
                    if let type = bySound[sound] {
                        tags[i] = NameTag(type: type, score: 0.55, rule: "document.sound")
                    } else if form.count >= 5, entry == nil,
                        people.contains(where: { $0.1.first == sound.first && NameKey.distance($0.1, sound, limit: 1) <= 1 }) {
                        tags[i] = NameTag(type: .person, score: 0.45, rule: "document.spelling")
                    }
                }
                if tags[i] != nil { break }
            }
        }
    }

    /// Runs of tagged tokens as detections.
    func spans() -> [Detection] {
        var out: [Detection] = []
        var i = 0
        while i < tokens.count {
            guard tags[i] != nil, tokens[i].kind == .word else { i += 1; continue }
            var members = [i]
            var j = i
            while true {
                var n = j + 1
                // The full stop of an initial or a title.
                if n < tokens.count, tokens[n].text == ".", tokens[j].text.count <= 2, tokens[j].isCapitalised { n += 1 }
                guard n < tokens.count else { break }
                if tokens[n].kind == .word, tags[n] != nil, joins(j, n) { members.append(n); j = n; continue }
                // "van", "de", "el" between two parts of a person's name; "&" and a hyphen in an organisation's.
                var next = n
                while next < tokens.count, next < n + 2, tokens[next].kind == .word, tags[j]?.type == .person,
                    ContextWords.particles.contains(tokens[next].lower) { next += 1 }
                if next == n, tokens[n].text == "&" || tokens[n].text == "/" && !tokens[n].spaceBefore { next += 1 }
                if next > n, next < tokens.count, tags[next] != nil, tokens[next].isCapitalised {
                    members.append(next)
                    j = next
                    continue
                }
                break
            }
            out.append(detection(members))
            i = j + 1
        }
        return out
    }

    private func joins(_ a: Int, _ b: Int) -> Bool {
        guard let x = tags[a], let y = tags[b] else { return false }
        if !tokens[a].isCapitalised && !tokens[b].isCapitalised {
            if x.rule == "phrase.list" { return y.rule == x.rule || x.type == .person && y.type == .person }
            if x.rule.hasPrefix("organisation") { return y.rule == x.rule }
            // A place right after a given name is its surname: "ragnhild kvamsøy".
            if x.type == .person, isGivenName(a), y.type == .place || y.type == .municipality, !y.rule.hasPrefix("compound") { return true }
            return x.type == .person && y.type == .person && lists.lookup(tokens[a].lower)?.base == tokens[a].lower
        }
        return true
    }

    private func detection(_ members: [Int]) -> Detection {
        let inner = members.compactMap { tags[$0] }
        var best = inner[0]
        let types = Set(inner.map(\.type))
        if types.contains(.healthUnit) {
            best.type = .healthUnit
        } else if types.contains(.school) {
            best.type = .school
        } else if inner.contains(where: { $0.rule.hasPrefix("organisation.noun") || $0.rule.hasPrefix("organisation.in") }) {
            if best.type != .municipality && best.type != .county { best.type = .organisation }
        } else if members.count > 1, members.contains(where: { m in
            tags[m]?.type == .person && !(lists.lookup(tokens[m].lower)?.entry.kinds.isDisjoint(with: .given) ?? true)
        }) {
            best.type = .person
        } else if types.contains(.municipality) || types.contains(.place), types.contains(.organisation) {
            best.type = .organisation
        }
        best.score = inner.map(\.score).max() ?? best.score
        return Detection(
            start: tokens[members[0]].start, end: tokens[members[members.count - 1]].end, type: best.type, score: best.score,
            rule: best.rule)
    }
}

extension Detector {
    func names(_ text: TokenizedText, knownNames: Set<String>, remarks: [Range<Int>], tagging: NameTagger.Tagging?) -> [Detection] {
        var rules = NameTagging(text, lists: lists, words: words, findsUnknown: options.findsUnknownProperNouns, remarks: remarks)
        rules.run(knownNames: knownNames)
        guard let tagging else { return rules.spans() }
        return tagged(text, rules.spans(), tagging, plain: rules.plainTokens, remarks: remarks)
    }
}
