import Bokmal

extension Detector {
    /// Ages that lean on who is spoken of: "ho vart nittifire", "den yngste trettiseks", "på sitt femtiende", "3 år og 4 måneder".
    func ages(_ text: RuleText, people: Set<Int>) -> [Detection] { AgeRules(text, words: words, people: people).found() }
}

/// Reads ages off the tokens of a text.
///
/// A number is an age when somebody is, was or becomes it, and nothing is counted by it.
struct AgeRules {
    private let t: [TextToken]
    private let text: RuleText
    private let words: any OrdinaryWords
    /// Tokens that end a person's name.
    private let people: Set<Int>

    init(_ text: RuleText, words: any OrdinaryWords, people: Set<Int>) {
        self.text = text
        t = text.tokens
        self.words = words
        self.people = people
    }

    private static func set(_ s: String) -> Set<String> { Set(s.split(whereSeparator: \.isWhitespace).map(String.init)) }
    private static let units = set("år års måneder månader måned månad mnd mnder uker veker uke veke dager dagar døgn md")
    private static let old = set("gammel gamle gammal gammelt gammalt gamalt gamal gaml")
    private static let copulas = set("er var va e ble blei vart blir vert bli vært blitt vorte vorten vore fylte fyller fylt runda rundet runder bikka bikket passerte passert")
    private static let auxiliaries = set("har hadde hadd skal skulle må måtte kan kunne ville vil")
    private static let pronouns = set("jeg eg æ æg je i han hun ho hu hainn hainnj hann hannj honn an a n hen du e")
    /// "e" and "i" are verbs and prepositions too: only before a verb are they somebody.
    private static let doubtful = set("e i a n")
    private static let nouns = ContextWords.relations.union(set("""
        jente jenta jenten gutt gutten guttungen jentungen mann mannen dame dama damen kvinne kvinna kvinnen kar karen kara ungdom ungdommen barnet barnebarnet
        attpåklatten attpåklatt storesøsteren storebroren lillebroren lillesøsteren eldstesøstera ongen onga guten hainn samboeren nevøen niesa fetteren kusina jubilanten oldinga sønn datter dotter dottera faren moren farfar farmor mormor morfar bestemor bestefar oldefar oldemor besta besten tante tanta onkel onkelen ungen
        guten guten jento gubben kjerringa kona mannfolket enka enkemannen eleven elev soldaten personen vedkommende svigersønnen svigerdatteren eldstemann
        yngstemann minstemann eldstejenta yngstejenta eldstegutten yngstegutten minstejenta minstegutten eldstesønnen eldstedatteren tvillingene storebror
        son sonen soni gut dotra mødrene storebroren oldefaren oldemora oldemoren morfaren mormoren farfaren farmora farmoren bestemor'n bestefar'n oldemor svigermora svigermoren svigerfaren
        tipoldefar tippoldefar tipoldemor tippoldemor stesønnen stedatteren bonusdattera bonussønnen innsatt innsatte fange fangen pasient klient mannen kvinnfolk mannfolk konfirmanten gutunge gutungen jentunge
        lillebror storesøster lillesøster storesøstera lillesøstera veslebror veslesøster stebroren stesøsteren fosterbarnet fostersønnen fosterdatteren baby babyen
        """))
    private static let superlatives = set("eldste yngste minste mellomste midterste eldst yngst eldstemann yngstemann minstemann eldstejenta eldstegutten minstejenta minstegutten førstefødte")
    private static let several = set("de dei dem dæm barna ungene ungan onga ongan jentene guttene døtrene sønnene barnebarna tvillingene søsknene sysknene")
    private static let hedges = set("""
        vel jo nok da då bare berre bærre kanskje rundt omkring cirka ca omtrent sikkert litt godt over under knapt nå no snart nesten sånn nærmere nettopp akkurat
        allerede alt først minst høyst straks nyss nyleg nylig ikke ikkje mer enn vel fulle hele en ein altså visst bortimot blitt vorte da bare liksom selv sjøl enda ennå fortsatt rundt om lag
        """)
    /// What may follow an age that names no unit.
    private static let closers = set("""
        år og eller men som den da når nå no då så for fordi at om hvis mens før etter siden i på med hos til fra ved uten jeg han hun ho hu vi de det
        gang gangen å åsså sat satt stod sto gjekk låg såg tok når'n da'n så'n som'n nettopp allerede snart kanskje tror ja nei altså vel jo eh sa ikke ikkje første denne dette der her bodde flytta flyttet kom døde fikk hadde
        """)

    /// The end of the number that starts at a token, and its value; a decimal or an ordinal is none.
    func number(_ i: Int) -> (end: Int, value: Int)? {
        guard i < t.count else { return nil }
        var end = i + 1
        var value: Int
        if t[i].kind == .number {
            guard t[i].text.count <= 3, let v = Int(t[i].text) else { return nil }
            if i > 0, !t[i].spaceBefore, ".,:/§+-–'’#_°".contains(t[i - 1].text), !(t[i - 1].text == "-" || t[i - 1].text == "–") || i > 1 && t[i - 2].kind == .number && !t[i - 1].spaceBefore { return nil }
            value = v
            if end < t.count, !t[end].spaceBefore {
                if t[end].text == "½" { return (end + 1, v) }
                if [",", "."].contains(t[end].text), end + 1 < t.count, t[end + 1].kind == .number, !t[end + 1].spaceBefore {
                    guard t[end + 1].text == "5", t[end].text == "," || v < 20 else { return nil }
                    return (end + 2, v)
                }
                // "3. klasse" counts a place in a row.
                if t[end].text == ".", end + 1 < t.count, t[end + 1].kind == .word, !t[end + 1].isCapitalised { return nil }
                if ["/", ":", "%", "'", "°"].contains(t[end].text) || t[end].kind == .word { return nil }
            }
        } else if t[i].kind == .word {
            let lower = t[i].lower
            if lower.hasPrefix("halvann") || lower.hasPrefix("halvtann") { return (end, 1) }
            guard let v = spoken(lower) else { return nil }
            value = v
            if v == 100, end + 1 < t.count, t[end].lower == "og", let ones = spoken(t[end + 1].lower), ones < 10 { value += ones; end += 2 }
            else if v >= 20, v < 100, v % 10 == 0, end < t.count, let ones = spoken(t[end].lower), (1...9).contains(ones) { value += ones; end += 1 }
            else if v < 10, end + 1 < t.count, t[end].lower == "og", let tens = spoken(t[end + 1].lower), tens >= 20, tens % 10 == 0, tens < 100 { value += tens; end += 2 }
        } else { return nil }
        if end + 1 < t.count, t[end].lower == "og", ["halvt", "halv", "trekvart"].contains(t[end + 1].lower) { end += 2 }
        else if end + 2 < t.count, t[end].lower == "og", t[end + 1].lower == "tre", ["kvart", "kvarter"].contains(t[end + 2].lower) { end += 3 }
        else if end + 2 < t.count, t[end].lower == "og", ["et", "en", "eit", "ein", "ett"].contains(t[end + 1].lower), ["halvt", "halv"].contains(t[end + 2].lower) { end += 3 }
        return (end, value)
    }

    private func spoken(_ lower: String) -> Int? {
        if ["en", "ei", "ein", "et", "eit"].contains(lower) { return nil }
        if let value = SpokenNumbers.values[lower] { return value }
        let parts = lower.split(separator: "-").map { SpokenNumbers.values[String($0)] }
        guard parts.count == 2, let first = parts[0], let second = parts[1] else { return nil }
        if first >= 20, first % 10 == 0, second < 10 { return first + second }
        // "fem-seks år"
        return second == first + 1 ? first : nil
    }

    /// Takes in a second number: "sju–åtte", "tolv eller tretten", "14 og 15".
    private func range(_ end: Int) -> Int {
        guard end + 1 < t.count else { return end }
        if t[end].text == "-" || t[end].text == "–" || ["eller", "til"].contains(t[end].lower), let second = number(end + 1) { return second.end }
        return end
    }

    private func unit(_ i: Int) -> Int? {
        guard i < t.count, Self.units.contains(t[i].lower) else { return nil }
        if ["mnd", "md"].contains(t[i].lower), i + 1 < t.count, t[i + 1].text == ".", !t[i + 1].spaceBefore, i + 2 < t.count, t[i + 2].kind == .word, !t[i + 2].isCapitalised { return i + 2 }
        return i + 1
    }

    /// A number with its unit, a second number with another, and "gammel".
    private func extent(_ i: Int) -> (end: Int, value: Int, hasUnit: Bool, isOld: Bool)? {
        guard let (first, value) = number(i) else { return nil }
        var end = range(first), hasUnit = false, isOld = false
        if let u = unit(end) {
            end = u
            hasUnit = true
            if end + 1 < t.count, t[end].lower == "og", let (n, _) = number(end + 1), let second = unit(n) { end = second }
        }
        if end < t.count, Self.old.contains(t[end].lower) { end += 1; isOld = true }
        if !hasUnit, value >= 20, end < t.count, t[end].lower == "pluss" { end += 1 }
        return (end, value, hasUnit, isOld)
    }

    private func isClause(_ i: Int) -> Bool { i >= t.count || t[i].kind == .newline || t[i].kind == .punctuation && !["%", "/", "-", "–", "°", "§", "+", "="].contains(t[i].text) }

    /// Whether nothing is counted by a number that ends before a token.
    private func closes(_ i: Int) -> Bool {
        if isClause(i) {
            // "3,4", "12.30", "10:15": no clause ends inside a number.
            return !(i + 1 < t.count && !t[i].spaceBefore && t[i + 1].kind == .number && !t[i + 1].spaceBefore)
        }
        guard t[i].kind == .word, t[i].lower != "av" else { return false }
        if Self.closers.contains(t[i].lower) { return true }
        guard let forms = words as? WordForms else { return false }
        let parts = forms.partsOfSpeech(t[i].lower)
        // A participle that is a past tense, too: "spurte", "brukte".
        return !parts.isEmpty && !parts.contains(.noun) && (!parts.contains(.adjective) || parts.contains(.verb)) && !Self.units.contains(t[i].lower)
    }

    /// "år" that measures a time and no age: "sju år siden", "to år på skolen".
    private func measuresTime(_ i: Int) -> Bool {
        guard i < t.count, t[i].kind == .word else { return false }
        let next = t[i].lower
        if next == "på", i + 1 < t.count, t[i + 1].lower == "baken" { return false }
        if ["siden", "sidan", "sia", "etter", "før", "med", "på", "hos", "ved", "fram", "fremover", "framover", "tilbake", "sammen", "uten", "borte"].contains(next) { return true }
        guard ["i", "til", "av"].contains(next), i + 1 < t.count else { return false }
        let cue = text.cues[i + 1]
        return cue.isDisjoint(with: [.month, .season, .pastTime, .digit, .weekday]) && !["dag", "år", "går", "neste", "uka", "helga"].contains(t[i + 1].lower)
    }

    /// Whether somebody is what ends before token `i`: the copula and its subject, looking back over words that hedge.
    private func isSaidOfSomebody(_ i: Int) -> Bool {
        var k = i - 1, skipped = 0
        while k >= 0, t[k].kind == .word, Self.hedges.contains(t[k].lower), skipped < 4 { k -= 1; skipped += 1 }
        guard k >= 0, t[k].kind == .word else { return false }
        // "da var jeg sju", "da var Kari sju", "da var broren min sju"
        func somebody(_ j: Int, beforeVerb: Bool) -> Int? {
            guard j >= 0, t[j].kind == .word else { return nil }
            if people.contains(j) { return j - 1 }
            let lower = t[j].lower
            if Self.pronouns.contains(lower) { return beforeVerb || !Self.doubtful.contains(lower) ? j - 1 : nil }
            if Self.nouns.contains(lower) || Self.superlatives.contains(lower) { return j - 1 }
            if ContextWords.possessives.contains(lower), j > 0, Self.nouns.contains(t[j - 1].lower) { return j - 2 }
            if lower == "som", j > 0 { return somebody(j - 1, beforeVerb: true) ?? (j > 1 && t[j - 1].text == "," ? somebody(j - 2, beforeVerb: true) : nil) }
            return nil
        }
        if let before = somebody(k, beforeVerb: false), before >= 0, Self.copulas.contains(t[before].lower) || Self.auxiliaries.contains(t[before].lower) { return true }
        var verbs = 0
        var j = k
        while j >= 0, t[j].kind == .word, Self.copulas.contains(t[j].lower) || verbs > 0 && Self.auxiliaries.contains(t[j].lower) || Self.hedges.contains(t[j].lower) && verbs > 0 {
            // "e" is a verb of the dialects only after a subject.
            if Self.copulas.contains(t[j].lower) { verbs += 1 }
            j -= 1
        }
        guard verbs > 0, j >= 0 else { return false }
        if somebody(j, beforeVerb: true) != nil { return true }
        // "som nå er ti", "Kari, som er ti": a comma between.
        if t[j].text == ",", j > 0, people.contains(j - 1) || Self.pronouns.contains(t[j - 1].lower) && !Self.doubtful.contains(t[j - 1].lower) { return true }
        // "hunden … til den var fjorten", and "hun er født der og er altså 60".
        if t[j].lower == "den", j > 0, ["da", "då", "når", "til", "fra", "før", "siden"].contains(t[j - 1].lower) { return true }
        if ["og", "men"].contains(t[j].lower) {
            for q in stride(from: j - 1, through: max(0, j - 9), by: -1) where t[q].kind == .word {
                if ["vi", "de", "dei", "det", "den", "dere"].contains(t[q].lower) { break }
                if Self.pronouns.contains(t[q].lower), !Self.doubtful.contains(t[q].lower) || people.contains(q) { return true }
            }
        }
        // Inverted with more between: "var jeg blitt sju" has the pronoun between two verbs.
        if Self.pronouns.contains(t[j].lower) { return true }
        return false
    }

    func found() -> [Detection] {
        var out: [Detection] = []
        func add(_ first: Int, _ end: Int, _ score: Double, _ rule: String) {
            // "rundt førti", "godt over åtti": how exact it is belongs to it.
            var first = first
            if first > 0, Self.approximations.contains(t[first - 1].lower) { first -= t[first - 1].lower == "over" && first > 1 && t[first - 2].lower == "godt" ? 2 : 1 }
            out.append(Detection(start: t[first].start, end: t[end - 1].end, type: .age, score: score, rule: rule))
        }
        var i = 0
        while i < t.count {
            if !text.cues[i].isDisjoint(with: [.numberWord, .digit]), let e = extent(i), e.value <= 115 {
                if e.isOld, e.hasUnit { add(i, e.end, 0.95, "age.old"); i = e.end; continue }
                // "i ti år var jeg der" measures a time, too.
                let time = e.hasUnit && measuresTime(e.end) || e.hasUnit && i > 0 && t[i - 1].lower == "i" && comesBeforeItsVerb(e.end)
                if !time, e.value >= 1, e.hasUnit || closes(e.end) || comesBeforeItsVerb(e.end) {
                    if isSaidOfSomebody(i) {
                        add(i, e.end, 0.85, "age.of-somebody")
                        out += list(e.end)
                        i = e.end
                        continue
                    }
                    if onPerson(i) || fulfilled(i, e.end, e.value) || afterSuperlative(i) || inAnAge(i) {
                        add(i, e.end, 0.8, "age.of-person")
                        out += list(e.end)
                        i = e.end
                        continue
                    }
                    if comesBeforeItsVerb(e.end) { add(i, e.end, 0.85, "age.of-somebody"); i = e.end; continue }
                    if let end = ofSeveral(i) { add(i, end, 0.75, "age.of-several"); i = end; continue }
                    if whenWeWere(i, e.end) || answers(i, e.end) || inPassing(i, e.end, e.value) || asAnAge(i, e.value) || e.hasUnit && e.end + 1 < t.count && t[e.end].lower == "på" && t[e.end + 1].lower == "baken" {
                        add(i, e.end, 0.6, "age.in-passing")
                        i = e.end
                        continue
                    }
                }
            }
            if !text.cues[i].isDisjoint(with: [.ordinal, .digit]), let (first, end) = ordinalAge(i) { add(first, end, 0.85, "age.ordinal"); i = end; continue }
            i += 1
        }
        return out
    }

    /// "en gutt på ni mnd", "jenta mi på halvannet", "hun på førtito".
    private func onPerson(_ i: Int) -> Bool {
        var k = i - 1, skipped = 0
        while k >= 0, Self.hedges.contains(t[k].lower), skipped < 3 { k -= 1; skipped += 1 }
        guard k > 0, t[k].lower == "på", t[k - 1].kind == .word else { return false }
        var noun = t[k - 1].lower
        var at = k - 1
        if ContextWords.possessives.contains(noun), k > 1 { at = k - 2; noun = t[at].lower }
        if Self.nouns.contains(noun) || people.contains(k - 1) { return true }
        return text.cues[at].contains(.jobTitle) && !["ere", "ene", "ane", "arar"].contains(where: noun.hasSuffix) || ["hun", "han", "ho", "hu", "jente", "barn", "unger", "ungar", "sønner", "døtre", "døtrer", "barnebarn", "gutter", "jenter", "guttar", "jentar", "barna", "ungene", "guttene", "jentene", "tvillinger", "elever"].contains(noun)
    }

    /// "fyller hundre", "blir tretti i mars": what only an age does.
    private func fulfilled(_ i: Int, _ end: Int, _ value: Int) -> Bool {
        var k = i - 1
        while k >= 0, t[k].kind == .word, Self.hedges.contains(t[k].lower) { k -= 1 }
        guard k >= 0, t[k].kind == .word else { return false }
        if ["fylte", "fyller", "fylle", "fylt", "runda", "rundet", "runder", "runde"].contains(t[k].lower) { return true }
        return value >= 10 && ["ble", "blir", "blei", "vart", "vert", "bli"].contains(t[k].lower) && end + 1 < t.count && t[end].lower == "i" && !text.cues[end + 1].isDisjoint(with: [.month, .season, .pastTime])
    }

    private static let approximations = set("over under rundt omtrent nær nærmere snart straks nesten knapt drøyt bortimot")

    /// "Åtti fyller ho", "tjue var jeg da".
    private func comesBeforeItsVerb(_ end: Int) -> Bool {
        end + 1 < t.count && Self.copulas.contains(t[end].lower) && Self.pronouns.contains(t[end + 1].lower) && !Self.doubtful.contains(t[end + 1].lower)
    }

    /// "da vi var ni".
    private func whenWeWere(_ i: Int, _ end: Int) -> Bool {
        // "da vi var fire på møtet" counts who was there.
        guard i > 2, end >= t.count || !["på", "i", "til", "ved", "fra", "om"].contains(t[end].lower), ["var", "va", "ble", "blei", "vart"].contains(t[i - 1].lower),
            number(i).map({ $0.value >= 5 }) == true else { return false }
        let two = (t[i - 3].lower, t[i - 2].lower)
        return ["da", "då"].contains(two.0) && ["vi", "me", "dei", "de", "dem"].contains(two.1)
    }

    private static let fillers = set("ja nei nå no jo eh øh hm vel tja nja da altså jeg eg æ er var va hun han ho rundt omtrent sånn cirka nesten snart bare godt kanskje")

    /// "Hvor gammel var du da? – Seksten.": the number that a question about somebody's age is answered by.
    private func answers(_ i: Int, _ end: Int) -> Bool {
        guard isClause(end) || Self.fillers.contains(t[end].lower) else { return false }
        var k = i - 1, skipped = 0
        while k >= 0, t[k].kind == .punctuation && t[k].text != "?" || t[k].kind == .newline || Self.fillers.contains(t[k].lower) && skipped < 4 {
            if t[k].kind == .word { skipped += 1 }
            k -= 1
        }
        guard k > 1, t[k].text == "?" else { return false }
        var asksHow = false, asksAge = false
        k -= 1
        while k >= 0, t[k].kind != .newline, !["?", ".", "!"].contains(t[k].text) {
            if ["hvor", "kor", "koss", "kva", "hva", "åssen", "hvilken"].contains(t[k].lower) { asksHow = true }
            if Self.old.contains(t[k].lower) || ["alder", "alderen"].contains(t[k].lower) { asksAge = true }
            k -= 1
        }
        return asksHow && asksAge
    }

    private static let only = set("bare berre bærre blott knapt knappe nesten snart straks nær omtrent nyss attpå over rundt")

    /// ", bare førtito, og …", ", nesten fjorten,": between two commas or stops nothing is counted.
    private func inPassing(_ i: Int, _ end: Int, _ value: Int) -> Bool {
        guard value >= 13, i > 1, Self.only.contains(t[i - 1].lower), isClause(end) || end < t.count && t[end].lower == "og" else { return false }
        var before = i - 2
        if t[before].lower == "godt", before > 0 { before -= 1 }
        guard t[before].text == "," else { return false }
        // "det var mange, nesten femti, og alle": of somebody, or only a number.
        return ["bare", "berre", "bærre", "blott", "nyss"].contains(t[i - 1].lower)
            || (max(0, before - 6)..<before).contains { people.contains($0) || Self.nouns.contains(t[$0].lower) || Self.pronouns.contains(t[$0].lower) && !Self.doubtful.contains(t[$0].lower) }
    }

    /// "sluttet som sekstito", "som førtiseks ble jeg gravid".
    private func asAnAge(_ i: Int, _ value: Int) -> Bool {
        guard value >= 12, value < 100, i > 1, t[i - 1].lower == "som" else { return false }
        if isClause(i - 2) { return i - 2 >= 0 && t[i - 2].kind != .newline && comesBeforeVerb(i + 1) }
        guard t[i - 2].kind == .word, !["så", "like", "same", "samme", "slik", "sånn", "mer", "nummer"].contains(t[i - 2].lower), i < 3 || !["så", "like"].contains(t[i - 3].lower),
            let parts = (words as? WordForms)?.partsOfSpeech(t[i - 2].lower) else { return false }
        return parts.contains(.verb) || ["heim", "hjem", "alt", "allerede", "først", "da", "då"].contains(t[i - 2].lower)
    }

    private func comesBeforeVerb(_ i: Int) -> Bool {
        guard i + 1 < t.count, t[i].kind == .word else { return false }
        return Self.pronouns.contains(t[i + 1].lower) && !Self.doubtful.contains(t[i + 1].lower)
    }

    /// "den yngste trettiseks", "eldstemann er fire".
    private func afterSuperlative(_ i: Int) -> Bool {
        var k = i - 1
        while k >= 0, Self.hedges.contains(t[k].lower) || Self.copulas.contains(t[k].lower) { k -= 1 }
        guard k >= 0 else { return false }
        if Self.superlatives.contains(t[k].lower) { return true }
        // "eldste datter er førtito", "den eldste av dem er ti"
        return (max(0, k - 2)..<k).contains { Self.superlatives.contains(t[$0].lower) } && (Self.nouns.contains(t[k].lower) || ["dem", "de", "ungene"].contains(t[k].lower))
    }

    /// "i en alder av 85", "alderen var førti".
    private func inAnAge(_ i: Int) -> Bool {
        guard i > 1 else { return false }
        if t[i - 1].lower == "av", t[i - 2].lower == "alder" { return true }
        return ["alder", "alderen"].contains(t[i - 1].lower) || ["alder", "alderen"].contains(t[i - 2].lower) && ["på", "er", "var", "fra", ":"].contains(t[i - 1].lower)
    }

    /// "Ungene er fem, åtte og elleve": two numbers at least.
    private func ofSeveral(_ i: Int) -> Int? {
        var k = i - 1
        while k >= 0, Self.hedges.contains(t[k].lower) { k -= 1 }
        guard k > 0, Self.copulas.contains(t[k].lower), Self.several.contains(t[k - 1].lower) || ContextWords.possessives.contains(t[k - 1].lower) && k > 1 && Self.several.contains(t[k - 2].lower),
            let first = number(i) else { return nil }
        var end = first.end, count = 1
        while end + 1 < t.count, t[end].text == "," || t[end].lower == "og", let next = number(end + 1) { end = next.end; count += 1 }
        if let u = unit(end) { return measuresTime(u) ? nil : u }
        return count > 1 && closes(end) ? end : nil
    }

    /// The numbers that follow an age without a noun of their own.
    private func list(_ start: Int) -> [Detection] {
        var out: [Detection] = []
        var end = start
        while end + 1 < t.count, t[end].text == "," || ["og", "eller"].contains(t[end].lower), let next = extent(end + 1), next.hasUnit || closes(next.end), !(next.hasUnit && measuresTime(next.end)) {
            out.append(Detection(start: t[end + 1].start, end: t[next.end - 1].end, type: .age, score: 0.6, rule: "age.listed"))
            end = next.end
        }
        return out
    }

    private static let tensOrdinals = ["tjuende", "tyvende", "trettiende", "tredevte", "førtiende", "femtiende", "sekstiende", "syttiende", "åttiende", "nittiende", "hundrede", "tjuande", "trettiande", "førtiande", "femtiande", "sekstiande", "syttiande", "åttiande", "nittiande"]
    private static let onesOrdinals = Array(set("første fyrste andre tredje fjerde femte sjette sjuende syvende sjuande åttende åttande niende niande"))

    static func isOrdinal(_ lower: String) -> Bool {
        if SpokenNumbers.ordinals[lower] != nil || Self.tensOrdinals.contains(lower) { return true }
        return Self.onesOrdinals.contains { one in
            lower.hasSuffix(one) && SpokenNumbers.values[String(lower.dropLast(one.count))].map { $0 >= 20 && $0 % 10 == 0 } == true
        }
    }

    /// "på sitt femtiende", "i sitt nittiførste år", "på mitt 43. år".
    private func ordinalAge(_ i: Int) -> (Int, Int)? {
        guard i > 1, t[i].kind != .punctuation, t[i].kind != .newline, ["sitt", "mitt", "ditt", "hans", "hennes"].contains(t[i - 1].lower), ["på", "i", "inn"].contains(t[i - 2].lower) else { return nil }
        var end: Int
        if t[i].kind == .number, i + 1 < t.count, t[i + 1].text == ".", !t[i + 1].spaceBefore { end = i + 2 } else if Self.isOrdinal(t[i].lower) { end = i + 1 } else { return nil }
        if end < t.count, ["år", "leveår", "livsår"].contains(t[end].lower) { end += 1 } else if t[i].kind == .number || SpokenNumbers.ordinals[t[i].lower].map({ $0 < 12 }) == true { return nil }
        return (i, end)
    }
}
