/// Titles that few in a place hold, by their form: offices, and compounds of a head that says so.
extension JobTitle {
    private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

    private static let endings = ["", "en", "n", "a", "et", "s", "ens", "as", "ets", "an"]

    private static let offices = Set(words("""
        prost biskop sokneprest sogneprest domprost klokker klokkar kantor ordfører ordførar varaordfører varaordførar fylkesordfører fylkesordførar fylkesvaraordfører fylkesvaraordførar rådmann fylkesmann statsforvalter \
        statsforvaltar sysselmann sysselmester amtmann lendmann lensmann lensmannsfullmektig lensmannsbetjent byfogd byantikvar byfut sorenskriver sorenskrivar riksadvokat statsadvokat riksmekler \
        ambassadør generalkonsul konsul losoldermann oldermann dispasjør hamnefut poståpner poståpnar telegrafbestyrer fattigforstander fattigforstandar forstander forstandar \
        bestyrerinne rikstelefonbestyrerinne distriktslege distriktslækjar kommunelege fylkeslege bydelslege tilsynslege bedriftslege bygdelege distriktsveterinær fylkesveterinær \
        kommunepsykolog distriktsjordmor fylkesjordmor overjordmor vaktjordmor oversøster oversyster oldfrue fyrvokter fyrvaktar fyrassistent damvokter damvaktar banevokter \
        kirkeverge kyrkjeverje verneombud hovedtillitsvalgt hovudtillitsvald foretakstillitsvalgt styreleder styreleiar skoledirektør studierektor prorektor sametingsråd statsråd byråd fylkesråd \
        havnekaptein distriktskaptein stasjonsmester legevaktsjef statsstipendiat naturoppsyn fjelloppsyn fjellstyreoppsynsmann jordskiftedommer bøssemaker orgelbygger fylkesgartner kommunegartner
        """))

    /// Second parts of compounds. Each takes a first part of three letters or more.
    private static let heads = words("""
        sjef direktør overlege overlækjar mester meister fogd prest prost rådmann inspektør ombud koordinator konsulent sekretær bestyrer bestyrar styrar forvalter forvaltar \
        imam agronom antikvar minister konservator leder leiar hovding høvding
        """)

    private static let everyday = Set(words("""
        vaktmester vaktmeister husmester mellomleder mellomleiar verdensmester verdsmeister norgesmester europamester læremester tryllemester byggmester byggmeister snekkermester murmester malermester rørleggermester \
        elektromester bakermester slaktermester kjøkkensjef kjøksjef yndlingssjef storsjef statsminister yppersteprest trafikkonsulent lagleder turleder speiderleder prosjektleder \
        gruppeleder teamleder arbeidsleder ordstyrar avtaleder fotleder halvleder romleder billedleder kokkemester veileder vegleder rettleder innleder utleder avleder rettleiar vegleiar semester trimester kvartmester bekleder påkleder avkleder innkleder omkleder hundesleder tømmersleder klovnemester \
        rekordmester drillmester sangmester hagekonsulent it-konsulent prestesekretær legesekretær tannlegesekretær helsesekretær advokatsekretær
        """))

    /// Those of a place or a unit: of which unit tells who.
    private static let leading = Set(words("""
        overlege overlækjar leder leiar direktør bestyrer bestyrar bestyrerinne styrer styrar formann inspektør tillitsvalgt tillitsvald kaptein rådgiver rådgjevar professor forstanderinne \
        avdelingssykepleier avdelingssjukepleiar fagsykepleier fagsjukepleiar prosjektleder prosjektleiar teamleder teamleiar redaktør oldfrue nestleder nestleiar stuertinne \
        verksmester driftsleder vararepresentant sekretær koordinator rektor imam
        """))

    /// Heads by their last three letters.
    private static let byEnd: [Substring: [(text: String, least: Int)]] = {
        var out: [Substring: [(text: String, least: Int)]] = [:]
        for head in heads { out[head.suffix(3), default: []].append((head, head.count + 3)) }
        return out
    }()

    /// Whether a word says of itself that few hold it.
    static func isRank(_ lower: String) -> Bool {
        // Clocks, and those who nurse.
        guard lower.count >= 5, lower != "klokker", !lower.hasSuffix("pleiar"), !lower.hasSuffix("pleiaren") else { return false }
        for ending in endings where lower.hasSuffix(ending) {
            let base = lower.dropLast(ending.count)
            if offices.contains(String(base)) { return true }
            guard let known = byEnd[base.suffix(3)], known.contains(where: { base.count >= $0.least && base.hasSuffix($0.text) }) else { continue }
            return !everyday.contains(String(base))
        }
        return false
    }

    /// "hun leder", "de som styrer": verbs after these.
    static let subjects = Set(words("jeg eg æ du han hun ho hu vi me dere de dei dem som å og ikke ikkje skal vil kan må den det"))
    static let verbs: Set<String> = ["leder", "styrer"]

    /// Whether a word is a title that the unit it is held in makes one of a kind: "overlegen" in "overlegen på slagenheten".
    static func leads(_ lower: String) -> Bool {
        endings.contains { lower.hasSuffix($0) && leading.contains(String(lower.dropLast($0.count))) } || isRank(lower)
    }
}
