import Bokmal

extension Detector {
    /// Offices held by one person in a place, and facts that single somebody out: "soknepresten", "rektor ved …", "den eneste legen
    /// her", "mora til ordføreren", "tvillingbroren hans", "han som vant VM".
    func facts(_ text: RuleText, names: NamedTokens) -> [Detection] { FactRules(text, names: names, words: words).found() }
}

/// Job titles by the list, in every inflection.
enum JobTitle {
    private static let endings = ["", "en", "n", "ene", "er", "ne", "a", "e", "s", "ens"]
    /// Words of the list that are everyday verbs and nouns more often than titles.
    static let common: Set<String> = [
        "sjef", "sjefen", "vakt", "baker", "pleier", "tolk", "leder", "fører", "løper", "kjører", "reiser", "maler", "selger", "bud", "hjelper", "vokter", "veier", "legger", "former", "setter",
    ]

    static func isOne(_ lower: String, _ titles: Set<String>) -> Bool {
        if leads(lower) || lower == "sjef" || lower == "sjefen" { return true }
        guard lower.count >= 4, !common.contains(lower) else { return false }
        for ending in endings where lower.hasSuffix(ending) && titles.contains(String(lower.dropLast(ending.count))) { return true }
        return FactRules.offices.contains { office in
            lower.hasPrefix(office) && ["", "en", "n", "a", "ens", "s", "ns"].contains(String(lower.dropFirst(office.count)))
        }
    }
}

/// Peoples and faiths that few in a Norwegian community belong to.
enum Ethnicity {
    private static let stems = """
        samisk sjøsamisk same samer samen samene sjøsame sjøsamer reindriftssame reindriftssamer kven kvener kvenen kvensk skogfinne skogfinner skogfinsk \
        romfolk romfolket romani tater tatere taterne tateren tatersk tigrinja tigrinya oromo hazara pashtun pasjtun tadsjik berber assyrer armener armensk yezidi jesidi rumener rumensk bulgarer bulgarsk latvier latvisk serber serbisk kroat kroatisk nepalsk burmesisk karener sudaner sudanesisk nigerianer nigeriansk kenyaner ugander rwander rwandisk burunder angolaner peruaner colombianer colombiansk tatar tatrar sigøyner sigøynar reisende somalier somalisk pakistaner pakistansk syrer syrisk afghaner afghansk eritreer \
        eritreisk iraker irakisk iraner iransk kurder kurdisk polakk polsk litauer litauisk ukrainer ukrainsk tamil tamilsk muslim muslimsk jøde jødisk hindu sikh \
        katolikk katolsk buddhist buddhistisk læstadiansk læstadianer pinsevenn vietnameser vietnamesisk chilener chilensk bosnier bosnisk kosovoalbaner albaner \
        albansk etiopier etiopisk gambisk tsjetsjener tsjetsjensk russer thailandsk thailending filippinsk filippiner marokkaner marokkansk tyrker tyrkisk \
        palestiner palestinsk ghaneser kongoleser rohingya uigur smiths-venn adventist mormoner kvekar kveker haugianer haugianar \
        bosniak georgier georgisk inuitt inuittisk ungarer ungarsk portugisar persisk romensk romanes romanifolk romanifolket sørsamisk nordsamisk lulesamisk skoltesamisk \
        pitesamisk sørsame nordsame lulesame skoltesame skogsame lutheraner lutheransk eritrear rumenar baptist metodist sjiamuslim sjia sunnimuslim sunni ahmadiyya \
        bahá'í bahai druser aymara quechua færøysk færøying grønlandsk grønlender islending hinduist hinduistisk misjonssambandar brasilianer brasiliansk argentinsk \
        argentiner meksikansk meksikaner kubansk kubaner finsk russisk irsk kineser kinesisk japaner japansk koreaner koreansk mongolsk araber arabisk libaneser libanesisk \
        egypter egyptisk kongolesisk gassisk ghanesisk urdu punjabi kurmanji sorani dari pashto farsi amharisk tibetaner tibetansk kopter koptisk romar \
        makedoner makedonsk slovak slovakisk tsjekker estisk ester hviterussisk moldovsk kasakhisk usbekisk bangladeshi singalesisk indonesisk
        """
    private static let endings = ["", "e", "en", "er", "ne", "ene", "n", "r", "a", "ane", "ar", "s"]
    private static let forms: Set<String> = {
        var out: Set<String> = []
        for stem in stems.split(whereSeparator: \.isWhitespace) {
            for ending in endings { out.insert(String(stem) + ending) }
        }
        out.subtract(["reisende", "sikher", "jøder", "daria", "dare", "sunnis", "esters", "estere", "estera"])
        return out.union(["jøder", "jødene", "sikher"])
    }()
    static func contains(_ lower: String) -> Bool { forms.contains(lower) }
}

struct FactRules {
    private let t: [TextToken]
    private let text: RuleText
    private let names: NamedTokens
    private let words: any OrdinaryWords

    init(_ text: RuleText, names: NamedTokens, words: any OrdinaryWords) {
        self.words = words
        self.text = text
        t = text.tokens
        self.names = names
    }

    private static func set(_ s: String) -> Set<String> { Set(s.split(whereSeparator: \.isWhitespace).map(String.init)) }

    /// Offices of which a place has one.
    static let offices: [String] = """
        kommuneoverlege distriktslege distriktslækjar kommunelege kommunedoktor bygdelege sokneprest prost biskop lensmann ordfører ordførar varaordfører rådmann \
        kommunedirektør kommunalsjef helsesjef brannsjef brannmester politimester politisjef fylkesmann statsforvalter rektor skolesjef skulesjef jordmor distriktsjordmor \
        klokker kirketjener kirkeverge organist kantor stasjonsmester fyrvokter fyrmester fyrassistent postmester poståpner telegrafbestyrer handelsmann \
        landhandler banksjef bygdebokforfatter havnefogd havnesjef skolestyrer bestyrer styrer sorenskriver fogd doktor kommunegartner kulturskolerektor \
        kultursjef sosialsjef barnehagestyrer reindriftssjef væreier lokfører dyrlege distriktsveterinær sogneprest kommunepsykolog helsesykepleier helsesjukepleiar helsesøster distriktslækjar skoginspektør herredsskogmester tollkasserer losoldermann kaptein skipper
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    /// Offices that say of themselves whose they are.
    private static let unique = set("""
        kommuneoverlegen distriktslegen distriktslækjaren bygdelegen kommunelegen soknepresten sokneprest lensmannen ordføreren ordføraren varaordføreren rådmannen
        kommunedirektøren politimesteren brannsjefen skolesjefen kommunalsjefen fyrvokteren stasjonsmesteren postmesteren distriktsjordmora kirkevergen banksjefen
        skolestyreren kommuneoverlege havnefogden
        """)
    private static let people = set("""
        kvinne kvinna kvinnen kvinnelige mann mannen mannlige jente jenta jenten gutt gutten guten barn barnet barnebarnet familie familien dama damen dame kar karen ungen ungdommen
        personen pasienten beboeren læreren elev eleven innvandreren innvandrerfamilien flyktningen flyktningfamilien utlendingen enka enken sønnen datteren dattera
        fargede svarte døve blinde handikappede funksjonshemmede adopterte alenemora alenemoren skilte rullestolbrukeren arvingen overlevende etterkommeren etterlatte nordmannen minoriteten homofile lesbiske transpersonen tvillingene mørkhudede
        """)
    private static let areas = set("bygda bygdi kommunen kommuna øya øyene klassen skolen skulen fylket landet tettstedet byen stedet staden grenda dalen fjorden avdelinga avdelingen teamet kontoret slekta familien menigheta menigheten distriktet området verden norge nord-norge sykehuset kullet laget bataljonen vestlandet trakten traktene grannelaget skipet båten fabrikken gata blokka oppgangen")
    private static let abstract = ["tid", "gang", "dag", "år", "uk", "måned", "del", "kveld", "natt", "måte", "grunn", "ting", "løsning", "mulighet", "forskjell", "problem", "sommer", "vinter", "høst", "periode", "samtale", "møte", "som", "jeg", "vi"]
    private static let kin = set("""
        mora moren mor faren far fara broren bror søstera søsteren søster systera sønnen sønn dattera datteren datter dottera kona kone mannen mann enka enken barnebarnet barnebarn
        svigersønnen svigersønn svigerdatteren svigerdattera nevøen nevø niesa niesen niese fetteren fetter kusina kusinen kusine onkelen onkel tanta tanten tante samboeren
        kjæresten ektemannen bestemora bestemoren bestefaren svigermora svigermoren svigerfaren oldebarnet foreldrene ungene barna søsknene gift forlova
        """)
    private static let adjectives = set("første fyrste andre siste eneste einaste eldste yngste nålevende gjenlevende")

    private static let starts = kin.union(["eneste", "einaste", "første", "fyrste", "siste", "eldste", "yngste", "eldst", "yngst", "som", "barn", "søsken", "sysken", "unger", "ungar", "onga"])

    /// Whether any rule here but those for titles and peoples begins at the word.
    static func isCue(_ lower: String) -> Bool {
        starts.contains(lower) || lower.hasPrefix("tvilling") || lower.hasPrefix("trilling") || lower.hasPrefix("enegga") || lower.hasPrefix("eneggede")
    }

    private func word(_ i: Int) -> String { i >= 0 && i < t.count && t[i].kind == .word ? t[i].lower : "" }
    private func isTitle(_ i: Int) -> Bool { i < t.count && text.cues[i].contains(.jobTitle) }
    private func isOffice(_ lower: String) -> Bool {
        Self.offices.contains { lower.hasPrefix($0) && ["", "en", "n", "a", "s", "ens"].contains(String(lower.dropFirst($0.count))) }
    }

    func found() -> [Detection] {
        var out: [Detection] = []
        func add(_ first: Int, _ end: Int, _ type: EntityType, _ score: Double, _ rule: String) {
            guard first >= 0, end <= t.count, end > first else { return }
            out.append(Detection(start: t[first].start, end: t[end - 1].end, type: type, score: score, rule: rule))
        }
        for i in t.indices where !text.cues[i].isDisjoint(with: [.fact, .ethnicity, .jobTitle]) {
            let lower = t[i].lower
            if text.cues[i].contains(.ethnicity) { if !speaksOf(i) { add(i, i + 1, .ethnicity, 0.5, "ethnicity") } }
            if text.cues[i].contains(.jobTitle) { titles(i, add) }
            switch lower {
            case "eneste", "einaste", "første", "fyrste", "siste", "eldste", "yngste", "eldst", "yngst": superlative(i, add)
            case "som": achievement(i, add)
            default: break
            }
            if Self.kin.contains(lower) { kinOfOffice(i, add) }
            if lower.hasPrefix("tvilling") || lower.hasPrefix("trilling") || lower.hasPrefix("enegga") || lower.hasPrefix("eneggede") { twin(i, add) }
            if ["barn", "søsken", "sysken", "unger", "ungar", "onga"].contains(lower) { manyChildren(i, add) }
        }
        return out
    }

    /// "snakke samisk", "på samisk": the language.
    private func speaksOf(_ i: Int) -> Bool {
        t[i].lower.hasSuffix("sk") && ["snakke", "snakka", "snakker", "snakket", "prate", "prata", "prater", "lære", "lærte", "forstår", "forstod", "kan", "kunne", "på", "skrive", "lese", "tala", "tale", "norsk"].contains(word(i - 1))
    }

    private func titles(_ i: Int, _ add: (Int, Int, EntityType, Double, String) -> Void) {
        let lower = t[i].lower
        if JobTitle.verbs.contains(lower), JobTitle.subjects.contains(word(i - 1)) { return }
        // "rektor ved Tjøtta skole", "ordføreren i X"
        if ["i", "på", "ved", "for", "hos"].contains(word(i + 1)), i + 2 < t.count, t[i + 2].kind == .word,
            names.type(i + 2).map({ $0 != .person && $0 != .country }) ?? (t[i + 2].isCapitalised && !t[i + 2].isInitial) {
            return add(i, i + 1, .jobTitle, 0.6, "job-title.of-place")
        }
        let first = startOfTitle(i)
        if let end = unitOfTitle(i + 1), JobTitle.leads(lower), !["en", "ein", "ei"].contains(word(i - 1)) || JobTitle.isRank(lower) && word(i + 1) != "i" { return add(first, end, .jobTitle, 0.5, "job-title.of-unit") }
        if Self.unique.contains(lower) { return add(first, i + 1, .jobTitle, 0.5, "job-title.unique") }
        // "havnesjefen", "helse- og omsorgssjef": few in a place hold it. Not "en biskop er vel et menneske".
        if JobTitle.isRank(lower), first < i || !["en", "ein", "ei"].contains(word(i - 1)) { return add(first, i + 1, .jobTitle, 0.45, "job-title.rank") }
        // "den nye rektoren"
        if first < i, ["den"].contains(word(first)) || ["teknisk", "assisterende", "assisterande"].contains(word(first)) { return add(first, i + 1, .jobTitle, 0.45, "job-title.the") }
        // "rektor ved skolen vår", "styrer i barnehagen"
        if lower == "rektor" || isOffice(lower) && word(i + 1) == "ved", ["ved", "på"].contains(word(i + 1)) {
            return add(i, i + 1, .jobTitle, 0.5, "job-title.office")
        }
        // "jeg er sykepleier her", "eg jobba som lærar": the speaker's own.
        if JobTitle.common.contains(lower) { return }
        var k = i - 1
        if ["en", "ei", "ein", "jo", "nå", "da", "bare", "selv"].contains(word(k)) { k -= 1 }
        if word(k) == "som" {
            k -= 1
            if ["jobber", "jobba", "jobbet", "jobbar", "arbeider", "arbeidet", "ansatt"].contains(word(k)), isFirstPerson(k - 1) || isFirstPerson(k - 2) { add(i, i + 1, .jobTitle, 0.4, "job-title.own") }
        } else if ["er", "e", "var", "va"].contains(word(k)), isFirstPerson(k - 1) {
            add(i, i + 1, .jobTitle, 0.4, "job-title.own")
        }
    }

    static let ofTitles = set("""
        ny nye gamle gamal tidligere tidlegare forrige førre teknisk daglig dagleg fungerende fungerande konstituert assisterende assisterande interkommunal regionalt ledende leiande vakthavende medisinskfaglig
        """)

    /// Where a title begins: "den nye rektoren", "helse- og omsorgssjef", "teknisk sjef".
    private func startOfTitle(_ i: Int) -> Int {
        var first = i
        if i > 2, word(i - 1) == "og", t[i - 2].text == "-", !t[i - 2].spaceBefore, t[i - 3].kind == .word { first = i - 3 }
        if Self.ofTitles.contains(word(first - 1)) {
            first -= 1
            if word(first - 1) == "den" { first -= 1 }
        }
        return first
    }

    /// Where the unit that a title is held in ends: "på slagenheten", "for næringsforeningen", "der". Nil where none is said.
    private func unitOfTitle(_ i: Int) -> Int? {
        if ["der", "deres", "dykkar"].contains(word(i)) { return i + 1 }
        guard ["på", "i", "for", "ved", "hos", "av"].contains(word(i)), i + 1 < t.count else { return nil }
        let noun = word(i + 1)
        // A unit is found as what it is, and is coded.
        if text.cues[i + 1].contains(.unit) { return i }
        guard names.type(i + 1) == nil, !t[i + 1].isCapitalised, noun.count >= 5, ["en", "et", "a", "ene", "ane"].contains(where: noun.hasSuffix), !Self.notUnits.contains(noun), !ContextWords.functionWords.contains(noun),
            (words as? WordForms).map({ $0.partsOfSpeech(noun).isEmpty || $0.partsOfSpeech(noun).contains(.noun) }) ?? true else { return nil }
        return i + 2
    }

    /// What is no unit: times, and what anybody has.
    private static let notUnits = set("""
        telefonen tlf kvelden natta natten dagen uka uken helga helgen starten slutten begynnelsen midten mange årene timen minuttet perioden sommeren vinteren høsten våren hausten gangen trappa gangene
        døra bordet veggen kontoret møtet arbeidet jobben vakta vakten bilen senga hjertet sida siden skjermen papiret lista livet verden verda øyeblikket augneblinken tida tiden hele heile andre denne dette pandemien krigen anledningen saken
        """)

    private func isFirstPerson(_ i: Int) -> Bool { ["jeg", "eg", "æ", "æg", "je"].contains(word(i)) }

    /// Where a noun phrase ends with the place it holds in: "her", "i bygda", "på hele øya".
    private func withArea(_ end: Int, names takesNames: Bool = true) -> Int {
        if ["her", "hjemme", "heime", "igjen"].contains(word(end)) { return ["ute", "oppe", "inne", "nede", "nord"].contains(word(end + 1)) ? end + 2 : end + 1 }
        guard ["i", "på", "ved", "av", "fra"].contains(word(end)) else { return end }
        var n = end + 1
        if ["hele", "heile", "den", "vår", "dette", "denne"].contains(word(n)) { n += 1 }
        if takesNames, let name = names.range(n), Self.named.contains(names.type(n)!) { return name.upperBound }
        return Self.areas.contains(word(n)) ? n + 1 : end
    }

    private static let named: Set<EntityType> = [.place, .municipality, .county, .organisation, .healthUnit, .school]
    private static let clauseStarts = set("og men så da når før fordi for at hvis mens etter enda jeg eg æ vi hun ho det")
    private static let copulas = set("er var va e ble blei vart blir vert")
    private static let subjects = set("jeg eg æ æg je han hun ho hu hainn vi me de dei dem")

    /// "hun var den siste budeia på setra", "vi er de eneste trillingene som er døpt i X": said of somebody, with the place that it
    /// holds in, up to the end of the clause.
    private func predicate(_ first: Int) -> Int? {
        guard ["den", "de", "dei", "eneste", "einaste"].contains(word(first)) else { return nil }
        var k = first - 1
        while ["jo", "vel", "nok", "da", "visst", "bare", "òg", "også", "altså", "faktisk"].contains(word(k)) { k -= 1 }
        guard Self.copulas.contains(word(k)) || Self.subjects.contains(word(k)) && Self.copulas.contains(word(k - 1)) else { return nil }
        let subject = word(k - 1)
        guard Self.subjects.contains(word(k)) || Self.subjects.contains(subject) || names.type(k - 1) == .person || ContextWords.relations.contains(subject)
            || ContextWords.possessives.contains(subject) && (ContextWords.relations.contains(word(k - 2)) || Self.kin.contains(word(k - 2))) || Self.kin.contains(subject) else { return nil }
        var end = first + 1, holds = false
        while end < t.count, t[end].kind == .word, end < first + 14, end <= first + 2 || !Self.clauseStarts.contains(t[end].lower) {
            if Self.areas.contains(t[end].lower) || names.type(end).map(Self.named.contains) == true { holds = true }
            end += 1
        }
        return holds ? end : nil
    }

    private func superlative(_ i: Int, _ add: (Int, Int, EntityType, Double, String) -> Void) {
        let lower = t[i].lower
        var first = i
        if ["aller"].contains(word(first - 1)) { first -= 1 }
        if ["den", "det", "de", "dei"].contains(word(first - 1)) { first -= 1 }
        if let end = predicate(first) { return add(first, end, .relationFact, 0.55, "fact.predicate") }
        // "den eldste av elleve søsken", "yngst av ni"
        if ["eldste", "yngste", "eldst", "yngst"].contains(lower) {
            if word(i + 1) == "av", let value = SpokenNumbers.value(i + 2 < t.count ? t[i + 2].lower : ""), value >= 5 {
                let noun = ["søsken", "sysken", "barn", "unger", "ungar", "brødre", "søstre", "stykker"].contains(word(i + 3))
                add(first, noun ? i + 4 : i + 3, .relationFact, 0.5, "fact.siblings")
            }
            return
        }
        // Adjectives, then who it is.
        var n = i + 1, adjectives = 0, telling = false
        while n < t.count, t[n].kind == .word, adjectives < 3 {
            let w = t[n].lower
            if w == "kvinnelige" || w == "mannlige" || w == "homofile" || w == "mørkhudede" || w == "utenlandske" || w == "døve" || w == "blinde" || text.cues[n].contains(.ethnicity) && w.hasSuffix("e") && !w.hasSuffix("ene") { telling = true; n += 1; adjectives += 1; continue }
            if w.count > 4, w.hasSuffix("ske") || w.hasSuffix("ige") || w == "unge" || w == "gamle" || w == "gjenlevende" || w == "nålevende" || w == "fødte" || w == "ekte" { n += 1; adjectives += 1; continue }
            break
        }
        guard n < t.count, t[n].kind == .word else { return }
        let head = t[n].lower
        // "den eneste med bil i bygda", "den første i kommunen som …": whoever it is, there is one of them in the place.
        if !Self.abstract.contains(where: head.hasPrefix), lower != "siste" || isTitle(n), ["den", "hun", "han", "de", "dei", "ho"].contains(word(first)) {
            var p = n, steps = 0
            while p < t.count, t[p].kind == .word, steps < 4 {
                let end = withArea(p, names: false)
                if end > p, p > n || ["i", "på"].contains(head) { return add(first, end, .relationFact, 0.5, "fact.one-in-place") }
                if ["og", "men", "jeg", "vi", "hun", "han", "at", "som", "da"].contains(t[p].lower) { break }
                p += 1
                steps += 1
            }
        }
        let isPerson = isTitle(n) || Self.people.contains(head) || text.cues[n].contains(.ethnicity) || isOffice(head) || ContextWords.relations.contains(head) && lower == "eneste"
        switch lower {
        case "eneste", "einaste":
            // "eneste som overlevde", "den eneste i bygda som …"
            if isPerson {
                add(first, withArea(n + 1), .relationFact, 0.55, "fact.only")
            } else if adjectives == 0, ["i", "på", "her"].contains(head), withArea(n) > n, ["den", "hun", "han", "de"].contains(word(first)) {
                add(first, withArea(n), .relationFact, 0.5, "fact.only-in")
            } else if head == "som", word(first) == "den", ["overlevde", "snakker", "snakka", "bor", "bodde", "har", "hadde", "kunne", "kan", "driver", "dreiv", "drev"].contains(word(n + 1)) {
                add(first, clauseEnd(n + 1, 5), .relationFact, 0.45, "fact.only-who")
            }
        case "første", "fyrste":
            if telling, isPerson || t[n].kind == .word {
                add(first, withArea(n + 1), .relationFact, 0.55, "fact.first")
            } else if isPerson, !ContextWords.relations.contains(head) || isTitle(n) || isOffice(head),
                ["i", "på", "her", "som", "fra"].contains(word(n + 1)), ["den", "de", "dei"].contains(word(first)) || first == i && ["kvinne", "kvinna", "kvinnen"].contains(head) {
                add(first, withArea(n + 1), .relationFact, 0.5, "fact.first")
            }
        case "siste":
            if ["den", "de", "dei"].contains(word(first)), head == "som", ["bodde", "budde", "bor", "bur", "snakket", "snakka", "snakker", "dreiv", "drev", "driver", "kunne", "flytta", "flyttet", "forlot"].contains(word(n + 1)) {
                add(first, clauseEnd(n + 1, 4), .relationFact, 0.5, "fact.last")
            } else if isTitle(n) || isOffice(head), ["i", "på", "her"].contains(word(n + 1)), ["den"].contains(word(first)) {
                add(first, withArea(n + 1), .relationFact, 0.5, "fact.last")
            }
        default: break
        }
    }

    /// The end of what follows a verb, to the next mark of punctuation or conjunction.
    private func clauseEnd(_ verb: Int, _ most: Int) -> Int {
        var end = verb + 1
        while end < t.count, end <= verb + most, t[end].kind == .word || t[end].kind == .number, !["og", "men", "for", "da", "så", "som", "at", "eller"].contains(t[end].lower) { end += 1 }
        return end
    }

    private static let victories = set("vant vunnet vann tok fikk ble blei vart satte slo hadde")
    private static let prizes = set("vm em nm ol verdensmester europamester norgesmester olympisk gull gullmedalje sølvmedalje bronse kongepokalen kongepokal medalje rekord verdensrekord norgesrekord fortjenstmedalje fortjenestemedalje krigskorset nobelprisen spellemannprisen lotto stortinget stortingsrepresentant statsråd minister")
    private static let misfortunes = set("""
        drukna druknet omkom forulykka forulykket overlevde brant skjøt skaut skutt drepte drept myrdet rømte rømt forsvant forsvunnet stakk knivstukket ranet rana stjal underslo kidnappet dømt fengslet
        arrestert pågrepet grunnla stiftet oppdaget oppfant reddet adoptert henrettet torpedert kantret forliste forlist styrtet styrta brente tente hengte
        """)
    private static let falls = set("falt ramla ramlet datt kjørte køyrde gikk gjekk seilte hoppet hoppa stupte sprang skled")
    private static let championships = set("vm em nm ol verdensmester europamester norgesmester")

    /// "han som vant VM i skiskyting", "hun som ble norgesmester", "han som vant i Lotto".
    private func achievement(_ i: Int, _ add: (Int, Int, EntityType, Double, String) -> Void) {
        // "en av de to som kom levende fra raset i Storlia"
        if word(i - 2) == "de" || word(i - 2) == "dei", word(i - 3) == "av", ["en", "ei", "ein", "to"].contains(word(i - 4)),
            word(i - 1) == "få" || SpokenNumbers.value(word(i - 1)) != nil {
            var end = i + 1, holds = false
            while end < t.count, t[end].kind == .word, end < i + 10, !Self.clauseStarts.contains(t[end].lower) {
                if Self.areas.contains(t[end].lower) || names.type(end).map(Self.named.contains) == true { holds = true }
                end += 1
            }
            if holds { return add(i - 4, end, .relationFact, 0.5, "fact.one-of-few") }
        }
        if ["han", "hun", "ho", "hu", "ham", "henne", "den", "hainn", "dem", "de"].contains(word(i - 1)) {
            // "ho som er gift med lensmannen"
            if Self.copulas.contains(word(i + 1)), let n = ((i + 2)..<min(t.count, i + 6)).first(where: { Self.kin.contains(t[$0].lower) }), ["til", "av", "åt", "med"].contains(word(n + 1)),
                let end = ((n + 2)..<min(t.count, n + 4)).first(where: { isDefiniteOffice(t[$0].lower) }) {
                return add(i - 1, end + 1, .relationFact, 0.5, "fact.kin-of-office")
            }
            // "han som falt ned fra kirketårnet", "han som gikk gjennom isen": what happens to one in a place.
            var n = i + 1
            if ["ble", "blei", "vart", "har", "hadde", "nesten"].contains(word(n)) { n += 1 }
            if Self.misfortunes.contains(word(n)) || Self.falls.contains(word(n)) && ["ned", "ut", "utfor", "utenfor", "gjennom", "over", "overbord", "i", "på"].contains(word(n + 1)) {
                return add(i - 1, clauseEnd(n, 6), .relationFact, 0.45, "fact.what-happened")
            }
        }
        guard ["han", "hun", "ho", "hu", "den", "hainn", "mannen", "kvinna", "dama", "gutten", "jenta", "karen"].contains(word(i - 1)), Self.victories.contains(word(i + 1)) || ["deltok", "spilte", "løp", "sprang"].contains(word(i + 1)) else { return }
        var n = i + 2, steps = 0
        while n < t.count, t[n].kind == .word || t[n].kind == .number, steps < 4 {
            if Self.prizes.contains(t[n].lower) { return add(i - 1, clauseEnd(n, 3), .relationFact, 0.5, "fact.achievement") }
            n += 1
            steps += 1
        }
    }

    /// "mora til ordføreren", "gift med presten", "sønn av lensmannen", "ordførerens kone".
    private func kinOfOffice(_ i: Int, _ add: (Int, Int, EntityType, Double, String) -> Void) {
        if ["til", "av", "åt", "med"].contains(word(i + 1)) {
            let n = ["den", "han", "gamle", "selve"].contains(word(i + 2)) ? i + 3 : i + 2
            let title = word(n)
            if isDefiniteOffice(title) { add(i, n + 1, .relationFact, 0.5, "fact.kin-of-office") }
        } else if word(i - 1).hasSuffix("s"), isDefiniteOffice(String(word(i - 1).dropLast())) {
            add(i - 1, i + 1, .relationFact, 0.5, "fact.kin-of-office")
        }
    }

    private func isDefiniteOffice(_ lower: String) -> Bool {
        if ["presten", "legen", "doktoren", "læreren", "klokkeren", "rektor", "lensmannen", "statsråden", "stortingsmannen", "jordmora"].contains(lower) { return true }
        return Self.offices.contains { lower.hasPrefix($0) && ["en", "n", "a"].contains(String(lower.dropFirst($0.count))) } || Self.unique.contains(lower)
    }

    private func twin(_ i: Int, _ add: (Int, Int, EntityType, Double, String) -> Void) {
        let lower = t[i].lower
        guard ["bror", "broren", "søster", "søsteren", "søstera", "systera", "syster", "brødre", "søstre", "brodern"].contains(where: lower.hasSuffix)
            || ["tvilling", "tvillinger", "tvillingar", "tvillingen", "tvillingene", "trillinger", "trillingene", "trillingar", "trilling"].contains(lower) else { return }
        let possessed = ContextWords.possessives.contains(word(i + 1))
        add(i, possessed ? i + 2 : i + 1, .relationFact, 0.5, "fact.twin")
    }

    /// "fjorten barn", "en av elleve søsken": few families have so many.
    private func manyChildren(_ i: Int, _ add: (Int, Int, EntityType, Double, String) -> Void) {
        guard i > 0, let value = SpokenNumbers.value(t[i - 1].lower) else { return }
        let many = (["barn", "unger", "ungar", "onga"].contains(t[i].lower) ? 10 : 9)
        guard (many...25).contains(value), ["fikk", "fekk", "hadde", "fødte", "av"].contains(word(i - 2)) else { return }
        add(i - 1, i + 1, .relationFact, 0.45, "fact.many-children")
    }
}
