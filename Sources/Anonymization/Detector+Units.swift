import Bokmal

extension Detector {
    /// Workplaces and units that a common noun names together with a name or a number: "sykehjemmet i Vik", "Solgården bo- og
    /// behandlingssenter", "avdeling 3B", "Kongsbakken videregående", "DPS-en".
    func units(_ text: RuleText, names: NamedTokens) -> [Detection] { UnitRules(text, names: names, words: words, lists: lists).found() }
}

/// Which tokens belong to a name that was found, and of what type.
struct NamedTokens: Sendable {
    /// Index into `detections` for every token, or -1.
    private let owner: [Int]
    private let detections: [Detection]
    private let ranges: [Range<Int>]

    private static let types: Set<EntityType> = [.person, .place, .municipality, .county, .country, .organisation, .healthUnit, .school, .address]

    init(_ text: RuleText, _ found: [Detection]) {
        detections = found.filter { Self.types.contains($0.type) }
        ranges = detections.map { text.tokens(of: $0) }
        var owner = Array(repeating: -1, count: text.tokens.count)
        for (d, range) in ranges.enumerated() {
            for i in range where text.tokens[i].kind == .word || text.tokens[i].kind == .number { owner[i] = d }
        }
        self.owner = owner
    }

    func type(_ i: Int) -> EntityType? { i >= 0 && i < owner.count && owner[i] >= 0 ? detections[owner[i]].type : nil }
    /// The tokens of the name that a token belongs to.
    func range(_ i: Int) -> Range<Int>? { i >= 0 && i < owner.count && owner[i] >= 0 ? ranges[owner[i]] : nil }

    /// The last tokens of people's names.
    var peopleEnds: Set<Int> {
        var out: Set<Int> = []
        for (d, range) in zip(detections, ranges) where d.type == .person && !range.isEmpty {
            if let last = range.last(where: { owner[$0] >= 0 }) { out.insert(last) }
        }
        return out
    }
}

struct UnitRules {
    private let t: [TextToken]
    private let text: RuleText
    private let names: NamedTokens
    private let words: any OrdinaryWords
    private let lists: NameLists

    init(_ text: RuleText, names: NamedTokens, words: any OrdinaryWords, lists: NameLists) {
        self.text = text
        self.lists = lists
        t = text.tokens
        self.names = names
        self.words = words
    }

    private static func set(_ s: String) -> Set<String> { Set(s.split(whereSeparator: \.isWhitespace).map(String.init)) }
    private static let prepositions = set("i på for")
    /// Units known by their abbreviation or short name wherever they are spoken of.
    private static let short = ["dps", "bup", "polikl", "poliklinikken", "poliklinikka", "vop", "ruspoliklinikken", "ruspoliklinikka", "dpsen", "bupen", "bup'en", "dps'en"]
    private static let wards = set("avdeling avdelinga avdelingen avd post posten sengepost døgnpost akuttpost seksjon fløy korttidsavdeling")
    private static let schools = set("videregående vidaregåande vgs ungdomsskole ungdomsskule barneskole barneskule folkehøgskole folkehøgskule folkehøyskole fagskole høgskole høgskule")
    /// Common nouns of clubs, congregations and firms that are no unit of their own without a name.
    private static let clubs = [
        "idrettslag", "fotballag", "fotballklubb", "skiklubb", "håndballag", "turnforening", "mannskor", "damekor", "barnekor", "ungdomskor", "kirkekor", "kor",
        "korps", "skolekorps", "skolemusikk", "skulemusikk", "musikkforening", "musikklag", "hornmusikk", "sangforening", "songlag", "sanglag", "spelemannslag", "dansarlag", "teaterlag", "revylag", "bygdelag", "grannelag", "båtforening", "fiskarlag", "hestelag", "motorklubb", "sjakklubb", "misjonsforening", "totalavholdslag", "musikkorps", "janitsjar", "menighet", "losje", "losjen", "loge", "sanitetsforening", "helselag", "bygdekvinnelag", "kvinnelag", "bondelag",
        "ungdomslag", "skytterlag", "jeger- og fiskerforening", "velforening", "grendelag", "bedehus", "misjonsforening", "pensjonistforening", "pensjonistlag",
        "husflidslag", "historielag", "revmatikerforening", "samfunnshus", "grendehus", "folkets hus", "ungdomshus", "kirke", "kapell", "frikirke", "moské",
        "prestegjeld", "sokn", "slakteri", "meieri", "fiskebruk", "mek", "verft", "skipsverft", "smelteverk", "sagbruk", "bruk", "fabrikk", "fabrikker", "hotell", "gjestgiveri", "pensjonat",
        "samvirkelag", "handelslag", "bakeri", "trevare", "mekaniske", "gruver", "gruve", "filetfabrikk", "hermetikkfabrikk", "idrettsforening", "sanitetslag", "røde kors", "lions", "rotary",
    ]
    private static let definite = ["", "et", "en", "a", "n", "ene", "s", "ets", "ens", "met", "men", "met"]
    private static let departments = set("""
        intensiven intensivavdelinga intensivavdelingen intensiv overvåkinga overvåkningen rehab rehaben rehabiliteringa rehabiliteringen akutten akuttmottaket mottaket mottakelsen medisinsk
        kirurgen kirurgisk kirurgi barneavdelinga barneavdelingen barsel føden fødeavdelinga fødeavdelingen fødestua nyfødt nyfødtintensiv kreftavdelinga kreftavdelingen stråleavdelinga
        dialysen hjerteavdelinga hjerteavdelingen lungeavdelinga lungeavdelingen nevro nevrologen nevrologisk ortopeden ortopedisk psykiatrisk psykiatrien alderspsykiatrisk geriatrien geriatrisk
        palliativ palliativen lindrende lindringa lindringen observasjonen oppvåkinga poliklinikken poliklinikka legevakta legevakten røntgen lab laben kafeen kiosken kantina vaskeriet
        """)
    private static let farms = set("gården garden gård gard gardsbruket gårdsbruket bruket plassen husmannsplassen setra seteren sætra småbruket hytta øya fjellgården")

    /// Whether any rule here begins at the word.
    static func isCue(_ lower: String) -> Bool {
        health(lower) || club(lower) != nil || schools.contains(lower) || wards.contains(lower) || farms.contains(lower) || work.contains(lower) || parts.contains(lower) || departments.contains(lower)
            || short.contains { lower == $0 || lower.hasPrefix($0 + "-") || lower.hasPrefix($0 + "'") } || ["fylkesmannen", "statsforvalteren", "sysselmannen"].contains(lower)
    }

    /// A common noun for a health unit, bare, definite or abbreviated.
    private static func health(_ lower: String) -> Bool {
        guard lower.count >= 3 else { return false }
        return ContextWords.organisation(lower) == .healthUnit
    }

    private static func club(_ lower: String) -> EntityType? {
        for stem in Self.clubs where lower.hasPrefix(stem) && Self.definite.contains(String(lower.dropFirst(stem.count))) { return .organisation }
        guard lower.count >= 6, !["ilag", "lag", "tillag", "i-lag"].contains(lower) else { return nil }
        return ContextWords.organisation(lower)
    }

    /// Where a name begins: found already, or capitalised where no sentence begins.
    private func name(_ i: Int) -> Range<Int>? {
        guard i < t.count, t[i].kind == .word else { return nil }
        if let range = names.range(i) { return i..<range.upperBound }
        if let entry = lists.lookup(t[i].lower)?.entry, entry.ambiguity != .common, !entry.kinds.isDisjoint(with: .official), !ContextWords.functionWords.contains(t[i].lower) { return i..<(i + 1) }
        guard t[i].isCapitalised, !t[i].isInitial, !ContextWords.functionWords.contains(t[i].lower) else { return nil }
        return i..<(i + 1)
    }

    func found() -> [Detection] {
        var out: [Detection] = []
        func add(_ first: Int, _ end: Int, _ type: EntityType, _ score: Double, _ rule: String) {
            out.append(Detection(start: t[first].start, end: t[end - 1].end, type: type, score: score, rule: rule))
        }
        for i in t.indices where text.cues[i].contains(.unit) {
            let lower = t[i].lower
            do {
                let isHealth = Self.health(lower)
                // "sykehuset i Levanger", "legekontoret på Otta": the noun, the preposition and the name.
                if isHealth, i + 2 < t.count, Self.prepositions.contains(t[i + 1].lower), let n = name(i + 2), names.type(i + 2) != .person {
                    // "rus- og psykiatritjenesten i Gloppen"
                    let first = i >= 3 && t[i - 1].lower == "og" && t[i - 2].text == "-" && !t[i - 2].spaceBefore && t[i - 3].kind == .word ? i - 3 : i
                    add(first, n.upperBound, .healthUnit, 0.85, "unit.health-in")
                } else if isHealth, let n = name(i + 1), names.type(i + 1) != .person, t[i + 1].spaceBefore, !(t[i].isInitial && t[i + 1].isInitial) {
                    add(i, n.upperBound, .healthUnit, 0.8, "unit.health-name")
                } else if Self.short.contains(where: { lower == $0 || lower.hasPrefix($0 + "-") || lower.hasPrefix($0 + "'") }) {
                    let full = lower == "polikl" && i + 1 < t.count && t[i + 1].text == "." && !t[i + 1].spaceBefore
                    // "dps en": the article of a recogniser's output.
                    let article = i + 1 < t.count && ["en", "et"].contains(t[i + 1].lower) && (i + 2 >= t.count || t[i + 2].kind != .word || ContextWords.functionWords.contains(t[i + 2].lower))
                    add(i, full || article ? i + 2 : i + 1, .healthUnit, 0.45, "unit.short")
                }
                if isHealth || Self.schools.contains(lower) || lower == "videregående" { named(before: i, isHealth ? .healthUnit : .school, &out) }
                else if let type = Self.club(lower) {
                    if i + 2 < t.count, ["i", "på", "ved"].contains(t[i + 1].lower), t[i].lower != "senter", let n = name(i + 2), isPlace(i + 2) {
                        // "skolen på Rindal", "samfunnshuset på Leknes"; a generic office in a town is the town.
                        if isDefinite(lower), !Self.generic.contains(lower) { add(i, n.upperBound, type, 0.7, "unit.club-in") }
                    }
                    // "Mannskoret Nordlyd", "fabrikken Titan"
                    if isDefinite(lower), !Self.generic.contains(lower), i + 1 < t.count, t[i + 1].isCapitalised, !t[i + 1].isInitial, t[i + 1].spaceBefore, let n = name(i + 1), !lists.isKnownGivenName(t[i + 1].lower) {
                        add(i, n.upperBound, type, 0.8, "unit.club-name")
                    }
                    named(before: i, type, &out)
                }
            }
            if ["fylkesmannen", "statsforvalteren", "sysselmannen"].contains(lower), i + 2 < t.count, ["i", "på"].contains(t[i + 1].lower), let n = name(i + 2) {
                add(i, n.upperBound, .organisation, 0.9, "unit.office")
            }
            if Self.parts.contains(lower), i > 0, i + 1 < t.count, ContextWords.placePrepositions.contains(t[i - 1].lower), t[i + 1].kind == .word, names.type(i + 1) == nil,
                isDefinite(t[i + 1].lower) || ContextWords.placeEndings.contains(where: t[i + 1].lower.hasSuffix), !Self.notFarms.contains(where: t[i + 1].lower.hasPrefix) {
                add(i, i + 2, .place, 0.5, "place.part")
            }
            if Self.wards.contains(lower) { ward(i, &out) }
            // "intensiven på Ahus", "rehab på kysthospitalet i Hagevik".
            if Self.departments.contains(lower), i + 2 < t.count, ["på", "ved", "i"].contains(t[i + 1].lower), names.type(i + 2) == .healthUnit || Self.health(t[i + 2].lower) || ContextWords.healthNames.contains(t[i + 2].lower) {
                add(i, names.range(i + 2)?.upperBound ?? i + 3, .healthUnit, 0.8, "unit.department")
            }
            if Self.farms.contains(lower), names.type(i + 1) != .municipality {
                if let n = name(i + 1) { add(n.lowerBound, n.upperBound, .place, 0.95, "unit.farm") }
                else if i + 1 < t.count, t[i + 1].kind == .word, t[i + 1].text.count >= 4, !ContextWords.functionWords.contains(t[i + 1].lower), !words.contains(t[i + 1].lower),
                    (words as? WordForms)?.isNynorsk(t[i + 1].lower) != true { add(i + 1, i + 2, .place, 0.6, "unit.farm") }
            }
            // "Bråten gård"
            if ["gård", "gard"].contains(lower), i > 0, t[i - 1].kind == .word, t[i - 1].text.count >= 4, !ContextWords.functionWords.contains(t[i - 1].lower),
                t[i - 1].isCapitalised && !t[i - 1].isInitial || ContextWords.placeEndings.contains(where: { t[i - 1].lower.hasSuffix($0) && $0.count >= 4 }) {
                add(i - 1, i + 1, .place, 0.8, "unit.farm")
            }
            if Self.work.contains(lower) { workplace(i, &out) }
        }
        return out
    }

    private static let work = set("jobba jobbet jobber jobbar jobben arbeidde arbeidet arbeider arbeidar ansatt tilsett begynte sluttet slutta lærling")

    /// "jobbet på Elkem", "den første jobben var på Freia": a name that is nobody's given name and in no list of places.
    private func workplace(_ i: Int, _ out: inout [Detection]) {
        for p in (i + 1)..<min(t.count, i + 4) where ["på", "hos", "for", "i"].contains(t[p].lower) {
            // Without a capital, a word that nobody else uses.
            if p + 1 < t.count, names.range(p + 1) == nil, t[p + 1].kind == .word, !t[p + 1].isCapitalised, t[p + 1].text.count >= 4, !ContextWords.functionWords.contains(t[p + 1].lower),
                !words.contains(t[p + 1].lower), (words as? WordForms)?.isNynorsk(t[p + 1].lower) != true, lists.entries[t[p + 1].lower] != nil || ["på", "hos"].contains(t[p].lower) {
                out.append(Detection(start: t[p + 1].start, end: t[p + 1].end, type: .organisation, score: 0.5, rule: "unit.workplace"))
                return
            }
            guard p + 1 < t.count, let n = names.range(p + 1), n.lowerBound == p + 1, t[p + 1].isCapitalised, [.person, .place].contains(names.type(p + 1)!),
                !lists.isKnownGivenName(t[p + 1].lower) || n.count == 1 && t[p].lower == "på" else { return }
            let kinds = lists.lookup(t[p + 1].lower)?.entry.kinds ?? []
            if kinds.isDisjoint(with: .geographic) { out.append(Detection(start: t[n.lowerBound].start, end: t[n.upperBound - 1].end, type: .organisation, score: 0.95, rule: "unit.workplace")) }
            return
        }
    }

    private static let parts = set("øvre nedre ytre indre søre søndre nordre vestre østre austre midtre nørdre nerdre")
    private static let notFarms = ["etasje", "del", "kant", "grense", "sjikt", "hjørne", "lag", "ende", "halvdel", "gang", "luftvei", "luftveg", "plan", "nivå", "ekstremitet", "side", "rekke", "delen", "terskel", "tarm", "mage", "region", "verden", "orden", "dekk"]
    private static let generic = set("kommunen kommuna fylket kirka kirken kontoret banken laget senteret hjemmet heimen stasjonen")

    private func isPlace(_ i: Int) -> Bool {
        switch names.type(i) {
        case .place, .municipality, .county: true
        case nil: t[i].isCapitalised && !t[i].isInitial
        default: false
        }
    }

    private func lower(_ k: Int) -> Bool { t[k].kind == .word && t[k].text.count >= 3 && !ContextWords.functionWords.contains(t[k].lower) && !["her", "hjem", "bare"].contains(t[k].lower) }

    private func isDefinite(_ lower: String) -> Bool { lower.hasSuffix("en") || lower.hasSuffix("et") || lower.hasSuffix("a") }

    /// "Solgården bo- og behandlingssenter", "tromsø skolekorps": from the name before, over adjectives and first halves of compounds.
    private func named(before i: Int, _ type: EntityType, _ out: inout [Detection]) {
        var k = i - 1, between = 0
        while k >= 0, between < 5, names.type(k) == nil {
            let word = t[k].lower
            if t[k].kind == .punctuation, t[k].text == "-", !t[k].spaceBefore { k -= 1; continue }
            guard t[k].kind == .word, !t[k].isCapitalised else { break }
            // "bo- og", "distriktspsykiatriske", "og"
            let half = k + 1 < i && t[k + 1].text == "-" && !t[k + 1].spaceBefore
            guard half || word == "og" && k > 0 && t[k - 1].text == "-" || word.hasSuffix("ske") || word.hasSuffix("lige") || word == "videregående" || word == "vidaregåande" || word == "private" || word == "kommunale" else { break }
            k -= 1
            between += 1
        }
        guard k >= 0, t[k].kind == .word || t[k].kind == .number else { return }
        if let range = names.range(k) {
            let kind = names.type(k)!
            // A person right before a lower-case noun owns it ("Karis kor"), unless the name is a surname or unlisted.
            if kind == .person, between == 0, !t[k].isCapitalised && (range.count > 1 || lists.isKnownGivenName(t[k].lower)) || t[k].lower.hasSuffix("s") { return }
            if kind == .country || kind == .healthUnit && type != .healthUnit { return }
            if type == .organisation, EntityKeys.municipalWords.contains(t[i].lower) || EntityKeys.countyWords.contains(t[i].lower) { return }
            out.append(Detection(start: t[range.lowerBound].start, end: t[i].end, type: type, score: 0.9, rule: "unit.named"))
        } else if between == 0, lower(k), let entry = lists.entries[t[k].lower], !entry.kinds.isDisjoint(with: .official), !isDefinite(t[i].lower) || type == .healthUnit {
            // "røyken skolekorps": a place whose name is a word, right before a noun that no article carries.
            out.append(Detection(start: t[k].start, end: t[i].end, type: type, score: 0.7, rule: "unit.named"))
        } else if between == 0, lower(k), t[k].text.count >= 5, type == .school || type == .healthUnit, !isDefinite(t[i].lower) || type == .healthUnit && !Self.generic.contains(t[i].lower),
            !words.contains(t[k].lower) && (words as? WordForms)?.isNynorsk(t[k].lower) != true || ContextWords.placeEndings.contains(where: { t[k].lower.hasSuffix($0) && t[k].text.count > $0.count + 2 }) {
            out.append(Detection(start: t[k].start, end: t[i].end, type: type, score: 0.6, rule: "unit.named"))
        } else if t[k].isCapitalised, !t[k].isInitial || !words.contains(t[k].lower), !ContextWords.functionWords.contains(t[k].lower) {
            out.append(Detection(start: t[k].start, end: t[i].end, type: type, score: 0.85, rule: "unit.named"))
        }
    }

    /// "avdeling 3B", "post C", "avd. 4".
    private func ward(_ i: Int, _ out: inout [Detection]) {
        var n = i + 1
        if n < t.count, t[n].text == ".", !t[n].spaceBefore { n += 1 }
        guard n < t.count, t[n].spaceBefore || n > i + 1 else { return }
        var end = n
        if t[n].kind == .number, t[n].text.count <= 3 {
            end = n + 1
            if end < t.count, t[end].kind == .word, !t[end].spaceBefore, t[end].text.count <= 2 { end += 1 }
            if end < t.count, [",", ".", "/"].contains(t[end].text), end + 1 < t.count, t[end + 1].kind == .number, !t[end + 1].spaceBefore { return }
        } else if t[n].kind == .word, t[n].text.unicodeScalars.count <= 3, t[n].isCapitalised, t[n].isAllCapitals || t[n].text.unicodeScalars.count == 1 {
            end = n + 1
        } else { return }
        out.append(Detection(start: t[i].start, end: t[end - 1].end, type: .healthUnit, score: 0.6, rule: "unit.ward"))
    }
}
