/// Words that tell what their neighbours are.
enum ContextWords {
    private static func set(_ text: String) -> Set<String> { Set(text.split(whereSeparator: \.isWhitespace).map(String.init)) }

    static let placePrepositions = set("i på fra frå til ved mot over rundt utenfor nær omkring innenfor mellom oppe nede ute inne opp ned gjennom via heime hjemme")
    static let titles = set("""
        fru frøken frk herr hr doktor dr professor prof prest pastor biskop statsråd minister statsminister president kong dronning
        prins prinsesse onkel tante bestemor bestefar mormor morfar farmor farfar oldemor gamle lille vesle adv overlege
        """)
    /// What somebody is called by together with the name: "bestemor Gudny", "sykepleier Trude".
    static let nameTitles = set("""
        fru frøken frk herr hr doktor dokter dr professor prof prest sokneprest kapellan prost pastor biskop onkel tante bestemor bestefar besta bestemora besten mormor
        morfar farmor farfar oldemor oldefar faster moster overlege lege distriktslege kommunelege fastlege sykepleier sjukepleiar hjelpepleier helsefagarbeider jordmor
        psykolog fysioterapeut lærer lærar lærarinne lærerinne rektor lensmann ordfører kaptein skipper klokker organist kjøpmann handelsmann søster adv advokat konsul major løytnant oberst kontorsjef disponent direktør ingeniør forvalter amtmann sogneprest misjonær styrmann formann enkefru familien
        """)
    /// Titles that nearly always stand before a surname.
    static let surnameTitles = set("fru frøken frk herr hr doktor dr professor prof prest pastor biskop overlege adv")
    static let settling = set("""
        bor bodde bodd budde flytter flyttet flytta kommer kom kjem oppvokst vokste vokst født fødd jobber jobba jobbet jobbar arbeider arbeidet er
        """)
    /// Ends of names of farms and small places.
    static let placeEndings = ["dalen", "dal", "garden", "gården", "gard", "neset", "nes", "vika", "vik", "bukta", "åsen", "haugen", "moen", "lia", "bakken", "myra", "tunet", "grenda", "bygda", "øya", "holmen", "odden", "sletta", "vollen", "veien", "vegen", "gata", "svingen", "fjorden", "elva", "hagen", "bråten", "rud", "stad", "heim", "vær", "viken", "egga", "hella", "berget", "skogen", "vannet", "vatnet", "tjønna", "tjern", "sundet", "stranda", "brekka", "kleiva", "løkka", "jordet", "kaia", "setra", "fossen", "hammaren", "skaret"]
    /// Municipalities whose names are words of everyday talk: "på ski", "i sola".
    static let everydayMunicipalities = set("berg bø eid fjell fjord gran heim hol kinn re røyken sel ski sola stad strand stranda sund time øyer ås")
    static let personVerbs = set("""
        sa sier mente mener ringte ringer spurte spør svarte svarer jobber jobba jobbet bor bodde heter sluttet slutta fortalte forteller ville
        gråt lo smilte syntes synes trodde tenkte flyttet flytta sitter satt kjente visste kom gikk døde
        """)
    /// Verbs that things do, too.
    static let beingVerbs = set("er var hadde har ble fikk skulle måtte kunne tok ga gav lærte hjalp reiste spilte likte elska elsket pleide begynte jobber født vokste")
    /// Services that everybody uses.
    static let worldServices = set("snapchat facebook messenger instagram google youtube teams zoom skype tiktok whatsapp word excel powerpoint outlook netflix")
    static let relations = set("""
        bror broren brødrene bror'n søster søstera søsteren syster systera mor mora moren far faren pappa mamma sønn sønnen datter dattera
        datteren dotter dottera mann mannen kone kona kjæreste kjæresten samboer samboeren ektemann ektefelle eksmann eksmannen ekskona
        venn vennen kamerat kameraten kompis kompisen venninne venninna venninnen bestevenn bestevenninne kollega kollegaen sjef sjefen
        leder lederen nabo naboen lege legen fastlege fastlegen psykolog psykologen behandler behandleren saksbehandler saksbehandleren
        veileder veilederen lærer læreren rektor hund hunden katt katten hest hesten barnebarn barnebarnet niese niesa nevø nevøen fetter
        fetteren kusine kusina svoger svogeren svigerinne svigerinna svigermor svigerfar tvilling tvillingen baby babyen gutten jenta
        datra dattra fara bestemora bestefaren mormora ungen pasienten pasient brukeren bruker beboer beboeren klient klienten informanten deltakeren
        """)
    static let possessives = set("min mi mitt mine din di ditt hans hennes hennar vår vårt våre deres dykkar sin si sitt")
    static let naming = set("heter heite heiter hette het hetende heitte kalles kalt kaltes døpt navn navnet ved-navn oppkalt signert hilsen")
    static let particles = set("van von de den der af av da di dos el al bin ibn ben la le du")
    static let functionWords = set("""
        jeg eg æ e i vi han hun ho hu det de dem den du dere dykk deg meg seg og men eller så at som for å er var har hadde ble blei blir
        ja nei nja jo da no nå når hva kva hvem kven hvor kor hvordan hvorfor hvis om ikke ikkje bare også vil skal kan må ville skulle
        kunne måtte kom gikk sa si sier på til fra frå med av ved over under etter før mot en ei et ein eit min mi mitt mine din sin hans
        hennes vår deres dette denne disse der her alt alle noe noen mange mye litt veldig helt jaha mhm mm eh øh hm ok okei takk hei
        fra var gang ganger mener tror synes vet ser får fikk gjør gjorde tok går står sitter herren gud fordi mens
        hain itj ikkj itte ittj ittno ka kem ker koss kordan korsn korleis kvifor kofor mæ dæ sæ dåkk dåkker dokker dokke oss åss nån nåen nokka nokke
        nåken nåkken nåka nokon noko ska sku skull kunn hadd vart sia sida ifrå te åt dennan dinna hainn hannj hu mytji mykje møe litt å åsså sånt sjø
        selv sjøl sjølv begge både enn nok vel altså liksom egentlig kanskje derfor samtidig først siden sånn slik nesten aldri alltid
        """)
    /// Abbreviations that identify nobody.
    static let plainAbbreviations = set("""
        tv pc ok cv it hr bmi crp hb inr ldl hdl psa mrsa eu eøs nato who vm em nm ol mri pet isbn issn gaf madrs phq gad dudit epds moca mmse cpap tsh gp ssri nou adhd add ptsd kols hiv aids mr ct ekg eeg sms mms gps hms dvd cd icd dsm kbt emdr mst fact act ips bpa aap ip iq
        os obs nb ps vs ca kg km cm ma phd id pdf usb wc vg1 vg2 vg3 covid covid-19 corona ltd as asa ba nn x xx xxx xxxx
        """)
    /// Measures and catalogues that are written with a capital.
    static let measures = set("hb hba1c icd-10 icd-11 dsm-5 dsm-iv icd ph windows covid covid-19")
    static let genericInstitutions = set("nav dps bup ppt fhi hdir udi imdi bufetat bufdir helsedirektoratet barnevernet politiet stortinget regjeringen")

    static let healthNames = set("""
        haukeland ullevål rikshospitalet radiumhospitalet ahus unn ous nlsh hus sus shf gaustad dikemark blakstad lovisenberg
        diakonhjemmet østmarka åsgård modum sandviken reinsvoll sunnaas catosenteret aker kalfaret betanien nordlandssykehuset
        helgelandssykehuset finnmarkssykehuset hammerfest-sykehuset olavs riksen radiumen sørlandssykehuset
        beitostølen glittreklinikken kysthospitalet trasoppklinikken tyrili riisby hauglandsenteret kongsgårdsenteret
        """)
    static let healthStems = [
        "sykehus", "sjukehus", "sykehjem", "sjukeheim", "hospital", "poliklinikk", "klinikk", "legekontor", "legesenter", "legevakt",
        "helsestasjon", "helsesenter", "helsehus", "helseforetak", "behandlingssenter", "rehabiliteringssenter", "distriktspsykiatrisk", "psykiatri",
        "dps", "bup", "omsorgssenter", "bosenter", "bofellesskap", "eldresenter", "ruspoliklinikk", "ambulans", "tannlegekontor", "apotek",
        "polikl", "sengepost", "døgnpost", "akuttpost", "bokollektiv", "hjemmesykepleie", "heimesjukepleie", "hjemmetjeneste", "heimeteneste", "hjemmehjelp",
        "sykestue", "sykestua", "sjukestue", "sjukestova", "fødestue", "fødestua", "fødeavdeling", "helsetun", "omsorgsbolig", "aldershjem", "aldersheim", "gamlehjem", "gamleheim",
        "pleiehjem", "pleieheim", "sanatori", "sanatorium", "psykiske helsevern", "dagsenter", "rusteam", "behandlingshjem", "rehabilitering", "fysioterapi", "hospits", "helseheim", "psykiatritjeneste", "psykiatriteam", "rustjeneste", "ambulanseteam", "bu- og omsorgssenter",
    ]
    static let schoolStems = ["skole", "skule", "barnehage", "universitet", "gymnas", "vgs", "sfo", "studentsamskipnad", "voksenopplæring", "vaksenopplæring"]
    /// Ends of nouns for organisations; also as parts of compounds, indefinite and definite.
    static let organisationStems = [
        "kommune", "fylkeskommune", "bydel", "tingrett", "lagmannsrett", "høyesterett", "politidistrikt", "politikammer", "lensmannskontor",
        "barnevernvakt", "barnevernsvakt", "losje", "loge", "forening", "forbund", "lag", "råd", "rådet", "institutt", "departement", "direktorat", "tilsyn", "vesen", "verk", "etat", "byrå",
        "bispedømme", "menighet", "kirke", "avis", "blad", "tidende", "museum", "bibliotek", "senter", "sentral", "klubb", "parti", "teater",
        "selskap", "stiftelse", "komité", "komite", "utvalg", "nemnd", "ombud", "bank", "sparebank", "forlag", "fond", "banken", "akademi",
        "korps", "kor", "orkester", "hotell", "fengsel", "kontor", "avdeling", "tjeneste", "team", "gruppe", "gruppen", "konsern", "bedrift",
        "rederi", "linje", "havn", "lufthavn", "flyplass", "stasjon", "festival", "organisasjon", "union", "fagforbund", "idrettslag",
        "fotballklubb", "barnevern", "introduksjonsprogram", "flyktningmottak", "asylmottak", "krisesenter", "misjon", "hjem", "bedehus", "regiment", "bataljon", "brigade",
    ] + healthStems + schoolStems

    private static let definiteEndings = ["", "et", "en", "a", "n", "ene", "t", "er", "s", "ets", "ens", "as", "ns", "ts", "met", "men", "mene", "mets", "mens"]

    /// Every ending of such a noun, with its type; a health unit's before a school's before any other's.
    private static let organisationEnds: [String: EntityType] = {
        var out: [String: EntityType] = [:]
        for (stems, type) in [(organisationStems, EntityType.organisation), (schoolStems, .school), (healthStems, .healthUnit)] {
            for stem in stems {
                for ending in definiteEndings { out[stem + ending] = type }
            }
        }
        return out
    }()
    private static let longestEnd = organisationEnds.keys.map(\.utf8.count).max() ?? 0

    /// Whether a lower-case word is a noun for an organisation, and of which type.
    static func organisation(_ lower: String) -> EntityType? {
        var best: EntityType?
        var i = lower.startIndex
        let length = lower.utf8.count
        if length > longestEnd { i = lower.utf8.index(i, offsetBy: length - longestEnd) }
        let scalars = lower.unicodeScalars
        // A byte in the middle of a letter starts no ending.
        while i < lower.endIndex, lower.utf8[i] & 0xC0 == 0x80 { i = lower.utf8.index(after: i) }
        while i < lower.endIndex {
            if let type = organisationEnds[String(lower[i...])] {
                if type == .healthUnit { return type }
                if best == nil || type == .school { best = type }
            }
            scalars.formIndex(after: &i)
        }
        return best
    }
}
