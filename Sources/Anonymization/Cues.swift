/// What a word can begin or belong to. A rule asks for its cues before it looks closer, so that most words cost a table lookup.
struct Cues: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    static let digit = Cues(rawValue: 1), numberWord = Cues(rawValue: 2), ordinal = Cues(rawValue: 4)
    static let month = Cues(rawValue: 8), season = Cues(rawValue: 16), weekday = Cues(rawValue: 32)
    /// "fjor", "forrige", "sist".
    static let pastTime = Cues(rawValue: 64)
    /// "nitten", "tusen": what a year said aloud begins with.
    static let century = Cues(rawValue: 128)
    /// "1960-tallet".
    static let decade = Cues(rawValue: 256)
    static let born = Cues(rawValue: 512)
    /// "gammel" and "alder".
    static let old = Cues(rawValue: 1024)
    /// "tolvåring", "førtiårene".
    static let ageWord = Cues(rawValue: 2048)
    static let at = Cues(rawValue: 4096), saidAddress = Cues(rawValue: 8192), web = Cues(rawValue: 16384)
    static let domain = Cues(rawValue: 32768), underscore = Cues(rawValue: 65536)
    static let streetEnd = Cues(rawValue: 1 << 17), streetWord = Cues(rawValue: 1 << 18), initial = Cues(rawValue: 1 << 19)
    static let war = Cues(rawValue: 1 << 20), userName = Cues(rawValue: 1 << 21), only = Cues(rawValue: 1 << 22)
    /// Words that a rule for units or for facts begins at.
    static let unit = Cues(rawValue: 1 << 26), fact = Cues(rawValue: 1 << 27)
    static let week = Cues(rawValue: 1 << 28), feastDay = Cues(rawValue: 1 << 29)
    /// What a year of an earlier century, or one said in full, begins with.
    static let oldYear = Cues(rawValue: 1 << 30)
    static let jobTitle = Cues(rawValue: 1 << 23), ethnicity = Cues(rawValue: 1 << 24), careOf = Cues(rawValue: 1 << 25)

    private static func table(_ text: String, _ cue: Cues, into table: inout [String: Cues]) {
        for word in text.split(whereSeparator: \.isWhitespace) { table[String(word), default: []].insert(cue) }
    }

    private static let listed: [String: Cues] = {
        var out: [String: Cues] = [:]
        for (word, _) in SpokenNumbers.values { out[word, default: []].insert(.numberWord) }
        // Articles, far more often than numbers.
        for article in ["en", "ei", "ein", "et", "eit"] { out[article] = nil }
        for (word, _) in SpokenNumbers.ordinals { out[word, default: []].insert(.ordinal) }
        table("halvannet halvannen halvanna halvtanna halvtannet halvtanna", .numberWord, into: &out)
        table(DateWords.months + " jan feb apr aug sep sept okt nov des", .month, into: &out)
        table(DateWords.seasons + " " + DateWords.festivals, .season, into: &out)
        table(DateWords.feastDays, .feastDay, into: &out)
        table("uke veke", .week, into: &out)
        for stem in ["man", "tirs", "ons", "tors", "fre", "lør", "søn", "laur", "sun", "tys"] {
            for end in ["dag", "dagen"] { out[stem + end, default: []].insert(.weekday) }
        }
        table("fjor forfjor forrige sist siste", .pastTime, into: &out)
        table("nitten nittenhundre tjue to tusen totusen totusenog", .century, into: &out)
        table("født fødd fødde fødselsdato personnummer personnummeret fødselsnummer fødselsnummeret årgang årskull årskullet", .born, into: &out)
        table("gammel gamle gammal gammelt gamalt gammalt gamal gaml alder alderen", .old, into: &out)
        table("krøllalfa krøll kroll krollalfa alfakrøll snabel snabela snabel-a punktum punkt dot prikk minus strek bindestrek understrek", .saidAddress, into: &out)
        table("http https www ve dobbelve dobbel-ve", .web, into: &out)
        table("gate gata vei veg plass torg allé alle terrasse brygge sti tun ring kai", .streetWord, into: &out)
        table("krigen", .war, into: &out)
        table("snap snapchat insta instagram tiktok brukernavn brukernavnet brukeren discord gamertag nick messenger facebook kik", .userName, into: &out)
        table("eneste einaste", .only, into: &out)
        return out
    }()

    private static let domains: Set<String> = ["no", "com", "net", "org", "info", "eu", "se", "dk", "uk", "de", "io", "fi"]
    private static let streetEnds = ["gata", "gaten", "gate", "veien", "vegen", "vei", "veg", "bakken", "stien", "svingen", "alléen", "tunet", "kroken", "gt", "promenaden", "plassen", "torget", "lia", "ringen", "haugen", "åsen", "brygga", "løkka"]
    private static let ageEnds = [
        "åring", "åringer", "åringen", "åringene", "åringar", "åringane", "åringens", "årings", "årig", "årige", "årsdag", "årsdagen", "årsalder",
        "årsalderen", "alderen", "årslag", "årslaget", "åra", "åran", "årene", "årane",
    ]

    /// Of a word by its form alone.
    init(word lower: String, text: String, jobTitles: Set<String>) {
        var cues = Self.listed[lower] ?? []
        var digits = false, hyphen = false
        for byte in lower.utf8 {
            if byte >= 48 && byte <= 57 { digits = true } else if byte == 45 { hyphen = true }
        }
        if digits { cues.insert(.digit) }
        if hyphen {
            for part in lower.split(separator: "-") { cues.formUnion(Self.listed[String(part)] ?? []) }
        }
        if DateWords.decadeEnds.contains(where: lower.hasSuffix) { cues.insert(.decade) }
        if Self.ageEnds.contains(where: lower.hasSuffix) { cues.insert(.ageWord) }
        if Self.streetEnds.contains(where: lower.hasSuffix) { cues.insert(.streetEnd) }
        if lower.utf8.count > 5, lower.hasPrefix("null") { cues.insert(.oldYear) }
        if ["nitten", "atten", "sytten", "seksten", "femten"].contains(where: lower.hasPrefix) { cues.insert(.oldYear) }
        if lower.hasPrefix("nittenhundre") || lower.hasPrefix("totusen") || lower.hasPrefix("tjue") || lower.hasPrefix("nitten") { cues.insert(.century) }
        if UnitRules.isCue(lower) { cues.insert(.unit) }
        if FactRules.isCue(lower) { cues.insert(.fact) }
        if AgeRules.isOrdinal(lower) { cues.insert(.ordinal) }
        if Ethnicity.contains(lower) { cues.insert(.ethnicity) }
        if JobTitle.isOne(lower, jobTitles) { cues.insert(.jobTitle) }
        self = cues
    }

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Of every token of a text.
    static func of(_ tokens: [TextToken], jobTitles: Set<String>) -> [Cues] {
        var known: [String: Cues] = [:]
        known.reserveCapacity(min(tokens.count, 20_000))
        var out: [Cues] = []
        out.reserveCapacity(tokens.count)
        for (i, token) in tokens.enumerated() {
            switch token.kind {
            case .newline: out.append([])
            case .number: out.append(.digit)
            case .word:
                var cues: Cues
                if let value = known[token.lower] { cues = value } else {
                    cues = Cues(word: token.lower, text: token.text, jobTitles: jobTitles)
                    known[token.lower] = cues
                }
                // "side.no": the full stop stands against both.
                if i > 1, !token.spaceBefore, tokens[i - 1].text == ".", !tokens[i - 1].spaceBefore, domains.contains(token.lower) { cues.insert(.domain) }
                if token.isCapitalised, token.text.unicodeScalars.count == 1 { cues.insert(.initial) }
                out.append(cues)
            case .punctuation:
                switch token.text {
                case "@": out.append(.at)
                case "_": out.append(.underscore)
                case "°", "½": out.append(.digit)
                default: out.append([])
                }
            }
        }
        // "c/o".
        for i in tokens.indices.dropFirst(2) where tokens[i].lower == "o" && tokens[i - 1].text == "/" && tokens[i - 2].lower == "c" { out[i].insert(.careOf) }
        return out
    }
}

/// Months, seasons and feasts, separated by spaces.
enum DateWords {
    static let months = "januar februar mars april mai juni juli august september oktober november desember"
    static let seasons = "vår våren sommer sommeren sommar sommaren høst høsten haust hausten vinter vinteren jul jula julen påske påska påsken pinse pinsen"
    /// Feasts that are one day of the year.
    static let feastDays = """
        nyttårsaften nyttårsaftan nyttårskvelden nyttårsdag julaften julaftan julafta julekvelden lillejulaften juledag juledagen langfredag skjærtorsdag skjertorsdag \
        palmesøndag påskeaften påskeaftan påskedag pinseaften pinseaftan pinsedag himmelfartsdag sankthans sankthansaften sankthanskvelden jonsok jonsokaftan olsok \
        mikkelsmess mortensmess allehelgensdag allehelgenssøndag fastelavn fastelavnssøndag askeonsdag kristihimmelfartsdag kristihimmelfart luciadagen lucianatta \
        luciakvelden nyttårsnatta nyttårsnatten julenatta julenatten sankthansnatta sankthansnatten jonsokkvelden jonsoknatta olsokdagen nasjonaldagen grunnlovsdagen
        """
    static let festivals = """
        nyttår nyttårsaften nyttårsaftan nyttårsdag nyttårskvelden julaften julaftan julafta julekvelden juledag juledagen romjula romjulen \
        lillejulaften langfredag skjærtorsdag påskeaften påskeaftan påskeafta påskedag pinseaften pinseaftan pinsedag palmesøndag palmehelga \
        himmelfartsdag sankthans sankthansaften sankthanskvelden jonsok jonsokaftan olsok mikkelsmess mortensmess allehelgensdag allehelgen \
        advent adventstida adventstiden fastelavn askeonsdag frigjøringsdagen frigjøringa frigjøringen
        """
    /// Of a decade or a century, as written and as said: "åttitallet", "åttitalet", "åttitalle".
    static let decadeEnds = ["tallet", "talet", "talle"]
    static func alternatives(_ words: String) -> String {
        words.split(whereSeparator: \.isWhitespace).map(String.init).sorted { ($0.count, $0) > ($1.count, $1) }.joined(separator: "|")
    }
}

/// A text with the cues of its tokens and its lines: what every rule starts from.
struct RuleText: Sendable {
    let text: TokenizedText
    let cues: [Cues]
    /// Tokens of each line, without its end.
    let lines: [Range<Int>]

    var tokens: [TextToken] { text.tokens }

    init(_ text: TokenizedText, lists: NameLists) {
        self.text = text
        cues = Cues.of(text.tokens, jobTitles: lists.jobTitles)
        var lines: [Range<Int>] = []
        var start = 0
        for (i, token) in text.tokens.enumerated() where token.kind == .newline {
            if i > start { lines.append(start..<i) }
            start = i + 1
        }
        if text.tokens.count > start { lines.append(start..<text.tokens.count) }
        self.lines = lines
    }

    /// The first token that starts at or after a code point.
    func token(at position: Int) -> Int {
        var low = 0, high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle].start < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The tokens that a detection touches.
    func tokens(of d: Detection) -> Range<Int> {
        var first = token(at: d.start)
        if first > 0, tokens[first - 1].end > d.start { first -= 1 }
        return first..<max(first, token(at: d.end))
    }
}
