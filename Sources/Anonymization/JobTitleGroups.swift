/// Broader titles for job titles, after the groups of STYRK-08 (Statistics Norway's standard classification of occupations) drawn
/// together until each holds many thousand people.
enum JobTitleGroups {
    /// Indefinite and definite singular, then plural.
    struct Group {
        let forms: [String]
        /// Endings of titles, without endings of inflection.
        let titles: [String]
    }

    private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

    /// In order: "ordfører" is no "fører", "avdelingssykepleier" no leader.
    private static let groups: [Group] = [
        Group(forms: ["politiker", "politikeren", "politikere", "politikerne"],
            titles: words("ordfører varaordfører statsråd minister statsminister stortingsrepresentant kommunestyrerepresentant politiker byråd fylkesmann statsforvalter")),
        Group(forms: ["helsearbeider", "helsearbeideren", "helsearbeidere", "helsearbeiderne"],
            titles: words("""
                lege overlege fastlege kirurg anestesilege kommuneoverlege bydelsoverlege psykiater sykepleier sjukepleier helsesykepleier helsesøster jordmor fysioterapeut ergoterapeut psykolog
                vernepleier tannlege tannpleier tannlegesekretær bioingeniør radiograf farmasøyt apoteker helsefagarbeider hjelpepleier omsorgsarbeider pleier ambulansearbeider ambulansefagarbeider
                paramedisiner kiropraktor optiker audiograf logoped ernæringsfysiolog helsesekretær legesekretær pleieassistent terapeut portør gynekolog kardiolog onkolog nevrolog geriater
                """)),
        Group(forms: ["ansatt i sosiale tjenester", "den ansatte i sosiale tjenester", "ansatte i sosiale tjenester", "de ansatte i sosiale tjenester"],
            titles: words("sosionom barnevernspedagog barnevernskonsulent miljøterapeut miljøarbeider barnevernleder sosialkonsulent gjeldsrådgiver ruskonsulent feltarbeider støttekontakt saksbehandler veileder")),
        Group(forms: ["ansatt i skole eller barnehage", "den ansatte i skole eller barnehage", "ansatte i skole eller barnehage", "de ansatte i skole eller barnehage"],
            titles: words("lærer lektor adjunkt barnehagelærer førskolelærer pedagog rådgiver assistent skoleassistent barnehageassistent fagarbeider inspektør rektor styrer bestyrer spesialpedagog")),
        Group(forms: ["ansatt i et trossamfunn", "den ansatte i trossamfunnet", "ansatte i et trossamfunn", "de ansatte i trossamfunnet"],
            titles: words("prest sokneprest sogneprest prost biskop diakon kantor organist kateket imam pastor forstander kirkeverge klokker kirketjener")),
        Group(forms: ["ansatt i en nødetat", "den ansatte i nødetaten", "ansatte i en nødetat", "de ansatte i nødetaten"],
            titles: words("politi politibetjent lensmann politimester politimann brannmann brannkonstabel brannsjef brannmester offiser soldat fengselsbetjent toller vekter")),
        Group(forms: ["jurist", "juristen", "jurister", "juristene"], titles: words("advokat jurist dommer sorenskriver aktor statsadvokat advokatfullmektig")),
        Group(forms: ["akademiker", "akademikeren", "akademikere", "akademikerne"],
            titles: words("professor førsteamanuensis amanuensis forsker stipendiat universitetslektor høgskolelektor postdoktor dosent historiker sosiolog biolog arkeolog kjemiker fysiker geolog samfunnsøkonom økonom siviløkonom")),
        Group(forms: ["ansatt i kultur eller medier", "den ansatte i kultur eller medier", "ansatte i kultur eller medier", "de ansatte i kultur eller medier"],
            titles: words("journalist redaktør fotograf musiker dirigent skuespiller forfatter kunstner danser bibliotekar konservator kunsthåndverker designer trener fotballspiller skiløper")),
        Group(forms: ["leder", "lederen", "ledere", "lederne"],
            titles: words("leder sjef direktør rådmann kommunedirektør formann formannen bas arbeidsleder daglig-leder koordinator administrator forvalter")),
        Group(forms: ["ansatt i primærnæringene", "den ansatte i primærnæringene", "ansatte i primærnæringene", "de ansatte i primærnæringene"],
            titles: words("bonde gårdbruker fisker skipper reindriftsutøver reineier gartner skogsarbeider agronom røkter budeie avløser oppdretter gjeter småbruker")),
        Group(forms: ["håndverker", "håndverkeren", "håndverkere", "håndverkerne"],
            titles: words("snekker tømrer elektriker rørlegger murer maler mekaniker bilmekaniker sveiser smed baker slakter urmaker gullsmed skredder blikkenslager glassmester taktekker montør")),
        Group(forms: ["tekniker", "teknikeren", "teknikere", "teknikerne"],
            titles: words("ingeniør sivilingeniør arkitekt programmerer utvikler systemutvikler tekniker operatør maskinist styrmann kaptein pilot flyger flygeleder los kjemiingeniør")),
        Group(forms: ["ansatt i transport", "den ansatte i transport", "ansatte i transport", "de ansatte i transport"],
            titles: words("sjåfør bussjåfør drosjesjåfør lastebilsjåfør fører lokfører postbud bud truckfører matros båtfører fergemann konduktør")),
        Group(forms: ["kontoransatt", "den kontoransatte", "kontoransatte", "de kontoransatte"],
            titles: words("konsulent sekretær kontormedarbeider fullmektig regnskapsfører revisor bokholder arkivar controller medarbeider resepsjonist")),
        Group(forms: ["ansatt i service", "den ansatte i service", "ansatte i service", "de ansatte i service"],
            titles: words("selger ekspeditør butikkmedarbeider butikkansatt frisør kokk servitør renholder vaktmester vasker vaskehjelp bartender flyvert guide eiendomsmegler")),
        Group(forms: ["ansatt i industri eller bygg", "den ansatte i industri eller bygg", "ansatte i industri eller bygg", "de ansatte i industri eller bygg"],
            titles: words("arbeider industriarbeider fabrikkarbeider anleggsarbeider gruvearbeider lagerarbeider hjelpearbeider roughneck dekksarbeider")),
    ]

    /// Inflected endings of every title with the form they ask for: 0 indefinite, 1 definite, 2 plural, 3 definite plural.
    private static let table: [(ending: String, form: Int, group: Int)] = groups.enumerated().flatMap { index, group in
        group.titles.flatMap { title -> [(ending: String, form: Int, group: Int)] in
            let endings: [(String, Int)] =
                title.hasSuffix("er") ? [("", 0), ("en", 1), ("e", 2), ("ne", 3), ("ar", 2), ("ane", 3)]
                : title.hasSuffix("e") ? [("", 0), ("n", 1), ("r", 2), ("ne", 3)]
                : [("", 0), ("en", 1), ("a", 1), ("er", 2), ("ar", 2), ("ene", 3), ("ane", 3)]
            return endings.map { (title + $0.0, $0.1, index) }
        }
    }

    /// - Parameter folded: a title in lower case, in any form: "kommuneoverlegen", "sykepleierne".
    /// - Returns: the broader title in the same form; nil when no group has it.
    static func broader(_ folded: String) -> String? {
        // "rektor ved …", "leder i …": the title comes first, but for "den nye", "tidligere" and the first half of "helse- og omsorgssjef".
        let words = folded.split(separator: " ").map(String.init)
        guard let word = words.first(where: { $0 != "den" && $0 != "og" && !$0.hasSuffix("-") && !FactRules.ofTitles.contains($0) }) ?? words.first else { return nil }
        for form in NameKey.withoutGenitive(word) {
            if let row = table.first(where: { form.hasSuffix($0.ending) }) { return groups[row.group].forms[row.form] }
        }
        return nil
    }
}
