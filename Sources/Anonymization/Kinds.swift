/// What kind of health unit, school, organisation or place a name names: what is left when the name goes.
enum Kinds {
    static let fallback: [EntityType: String] = [
        .healthUnit: "helsetjenesten", .school: "skolen", .organisation: "virksomheten", .place: "stedet", .address: "adressen",
        .municipality: "kommunen", .county: "fylket", .country: "landet", .person: "personen",
    ]

    /// - Parameter folded: the name in lower case.
    /// - Returns: the kind in the definite form; nil when the name does not tell.
    static func of(_ type: EntityType, _ folded: String) -> String? {
        let words = folded.split { !$0.isLetter }.map(String.init)
        func first(_ table: [(parts: [String], kind: String)]) -> String? {
            table.first { row in row.parts.contains { part in says(words, part) } }?.kind
        }
        switch type {
        case .healthUnit: return first(healthUnits)
        case .school: return first(schools)
        case .organisation: return first(organisations) ?? first(healthUnits.filter { $0.kind != "avdelingen" }) ?? first(schools)
        case .place: return first(places)
        default: return nil
        }
    }

    /// A short part must be the word itself; one with a hyphen before it ends a word; a longer one stands anywhere in a word.
    private static func says(_ words: [String], _ part: String) -> Bool {
        if part.hasPrefix("-") {
            let ending = part.dropFirst()
            return words.contains { $0.hasSuffix(ending) && $0.count > ending.count }
        }
        return words.contains { part.count <= 4 ? $0 == part : $0.contains(part) }
    }

    /// In order: the first that fits decides.
    private static let healthUnits: [(parts: [String], kind: String)] = [
        (["distriktspsykiatrisk", "dps", "dpsen"], "det distriktspsykiatriske senteret"),
        (["bup", "bupen", "bupa"], "poliklinikken for barn og unge"),
        (["habilitering"], "habiliteringstjenesten"),
        (["rehabilitering"], "rehabiliteringsinstitusjonen"),
        (["poliklin", "polik"], "poliklinikken"),
        (["legevakt"], "legevakten"),
        (["ambulans"], "ambulansetjenesten"),
        (["legekontor", "legesenter", "legegrupp", "legene"], "legekontoret"),
        (["helsestasjon"], "helsestasjonen"),
        (["hjemmesykeplei", "hjemmetjenest", "hjemmebasert", "heimetenest"], "hjemmetjenesten"),
        (["sykehjem", "sjukeheim", "aldershjem", "aldersheim", "omsorgssenter", "bosenter", "omsorgsbolig", "bokollektiv", "eldresenter"], "sykehjemmet"),
        (["bofellesskap", "bufellesskap"], "bofellesskapet"),
        (["apotek"], "apoteket"),
        (["tannklinikk", "tannleg"], "tannklinikken"),
        (["familievern"], "familievernkontoret"),
        (["krisesenter"], "krisesenteret"),
        (["rusklinikk", "rusinstitusjon", "behandlingssenter", "behandlingsinstitusjon", "blå kors", "avrusing"], "behandlingsinstitusjonen"),
        (["fysio", "manuellterapi", "kiropraktor"], "fysioterapien"),
        (["sykehus", "sjukehus", "hospital", "unn", "ous", "ahus", "hus", "haukeland", "ullevål", "radiumhospital", "betanien", "diakonhjemmet", "lovisenberg", "helseforetak", "sykhus", "sus"], "sykehuset"),
        (["sanatori", "kursted"], "institusjonen"),
        (["avdeling", "seksjon", "post", "sengepost"], "avdelingen"),
        (["klinikk"], "klinikken"),
    ]
    private static let schools: [(parts: [String], kind: String)] = [
        (["barnehage", "barnehag", "småbarn"], "barnehagen"),
        (["folkehøgskul", "folkehøgskol", "folkehøyskol"], "folkehøgskolen"),
        (["videregående", "vidaregåande", "vgs", "gymnas"], "den videregående skolen"),
        (["ungdomsskole", "ungdomsskule"], "ungdomsskolen"),
        (["barneskole", "barneskule", "grunnskole", "oppvekstsenter"], "barneskolen"),
        (["høgskole", "høyskole", "høgskule"], "høgskolen"),
        (["universitet", "uit", "uio", "uib", "ntnu", "nmbu", "uis", "uia", "nord"], "universitetet"),
    ]
    private static let organisations: [(parts: [String], kind: String)] = [
        (["idrettslag", "idrottslag", "il", "fotballklubb", "fk", "skiklubb", "håndballklubb", "idrettsforening", "turnforening", "sportsklubb"], "idrettslaget"),
        (["skolekorps", "musikkorps", "korps", "hornmusikk", "janitsjar"], "korpset"),
        (["kor", "mannskor", "damekor", "-kor", "-koret", "koret"], "koret"),
        (["menighet", "kyrkjelyd", "sokn", "prestegjeld", "kirke", "kyrkje", "moské", "pinsemenighet", "frikirke"], "menigheten"),
        (["nav"], "NAV-kontoret"),
        (["sanitetsforening", "røde kors", "helselag"], "den frivillige organisasjonen"),
        (["losje", "rotary", "lions"], "foreningen"),
        (["sparebank", "bank"], "banken"),
        (["avis", "tidende", "-posten", "-bladet"], "avisa"),
        (["politi", "lensmann"], "politiet"),
        (["tingrett", "lagmannsrett"], "domstolen"),
        (["barnevern"], "barneverntjenesten"),
        (["forening", "lag", "klubb", "forbund", "-lag", "-laget"], "foreningen"),
        (["parti", "-partiet"], "partiet"),
        (["hotell", "kafé", "kafe", "restaurant", "pub"], "serveringsstedet"),
        (["butikk", "coop", "rema", "kiwi", "joker", "samvirkelag"], "butikken"),
        (["as", "asa", "ans", "verft", "bedrift", "fabrikk", "industri", "bruk", "entreprenør"], "bedriften"),
    ]
    private static let places: [(parts: [String], kind: String)] = [
        (["gård", "gard", "-gården", "-garden"], "gården"),
        (["-fjorden", "-fjord"], "fjorden"),
        (["-vatnet", "-vannet", "-vatn", "-vann", "-tjern", "-tjønna"], "vannet"),
        (["-elva", "-elv", "-åa"], "elva"),
        (["-øya", "-øy", "-holmen"], "øya"),
        (["-fjellet", "-fjell", "-tinden", "-nuten", "-høgda"], "fjellet"),
        (["-dalen", "-dal"], "dalen"),
        (["-gata", "-gaten", "-gate", "-veien", "-vegen", "-vei", "-veg"], "gata"),
    ]
}
