import Foundation

/// A regular expression that finds one type. Group 1, when there is one, is the identifying part.
struct PatternRule: @unchecked Sendable {  // NSRegularExpression is immutable
    let name: String
    let type: EntityType
    let score: Double
    /// One of these stands in whatever the rule finds.
    let cues: Cues
    private let expression: NSRegularExpression?

    init(_ name: String, _ type: EntityType, _ score: Double, on cues: Cues, _ pattern: String, caseSensitive: Bool = false) {
        self.name = name
        self.type = type
        self.score = score
        self.cues = cues
        self.expression = try? NSRegularExpression(pattern: pattern, options: caseSensitive ? [] : [.caseInsensitive])
    }

    var isValid: Bool { expression != nil }

    /// Ranges of code points.
    func matches(_ text: PatternText) -> [Range<Int>] {
        guard let expression else { return [] }
        return expression.matches(in: text.string, range: NSRange(location: 0, length: text.length)).compactMap { match in
            var range = match.range
            if match.numberOfRanges > 1, match.range(at: 1).location != NSNotFound { range = match.range(at: 1) }
            while range.length > 0, Self.isSpace(text.units[range.location]) { range.location += 1; range.length -= 1 }
            guard range.location != NSNotFound, range.length > 0 else { return nil }
            return text.codePoint(range.location)..<text.codePoint(range.location + range.length)
        }
    }

    private static func isSpace(_ unit: UInt16) -> Bool { unit == 0x20 || unit == 0xA0 || unit == 0x0A || unit == 0x2009 || unit == 0x202F }

    /// Code point index of every UTF-16 unit, and of the end.
    static func offsets(_ scalars: [Unicode.Scalar]) -> [Int] {
        var out: [Int] = []
        out.reserveCapacity(scalars.count + 1)
        for (index, scalar) in scalars.enumerated() {
            out.append(index)
            if scalar.value > 0xFFFF { out.append(index) }
        }
        out.append(scalars.count)
        return out
    }
}

enum PatternRules {
    private static let letter = "[\\p{L}\\p{M}]"
    private static let notAfterWord = "(?<![\\p{L}\\p{M}\\d])"
    private static let notBeforeWord = "(?![\\p{L}\\p{M}\\d])"
    private static let space = "[ \\u00A0\\u2009\\u202F]"
    private static let month =
        "(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember|jan\\.|feb\\.|apr\\.|aug\\.|sept?\\.|okt\\.|nov\\.|des\\.)"
    private static let season = "(?:" + DateWords.alternatives(DateWords.seasons) + ")"
    /// A feast that is a day, with what tells it from its neighbours ("første søndag i advent", "tredje juledag").
    private static let feast = "(?:(?:" + SpokenNumbers.ordinalPattern + "|\\d\\.)\(space)+)?(?:(?:man|tirs|ons|tors|fre|lør|søn|laur|sun)dag(?:en)?\(space)+i\(space)+)?(?:" + DateWords.alternatives(DateWords.festivals) + ")"
    private static let weekday = "(?:man|tirs|ons|tors|fre|lør|søn|laur|sun|tys)dag(?:en)?"
    private static let year = "(?:1[89]\\d\\d|20\\d\\d)"
    private static let number = "(?:\\d{1,3}|" + SpokenNumbers.pattern + ")"
    private static let ordinal = "(?:\\d{1,2}\\.|" + SpokenNumbers.ordinalPattern + ")"
    /// A capitalised word, or an abbreviation with its full stop ("St.", "Kr.").
    private static let streetWord = "(?:[A-ZÆØÅ]\(letter){0,2}\\.|[A-ZÆØÅ]\(letter)*)"
    private static let tensWords = "(?:tjue|tyve|tretti|tredve|førti|femti|seksti|sytti|åtti|nitti)"
    private static let decades = "(?:ti|tjue|tyve|tretti|tredve|førti|femti|seksti|sytti|åtti|nitti)"

    /// Words between a verb and an age that say how exact it is.
    private static let hedge =
        "(?:vel|jo|nok|da|bare|berre|kanskje|rundt|omkring|cirka|ca\\.?|omtrent|om\(space)lag|sikkert|litt|godt|over|under|knapt|nå|no|snart|nesten|sånn|nærmere|nettopp|akkurat)"
    private static let relations = ContextWords.relations.sorted { ($0.count, $0) > ($1.count, $1) }.joined(separator: "|")
    /// People one can be "på åtti år" of.
    private static let peopleWords =
        "(?:gutt(?:en|er|ene)?|jent(?:e|a|en|er|ene)|mann(?:en)?|menn|dam(?:e|a|en|er|ene)|kvinn(?:e|a|en|er|ene)|kar(?:en|er)?|ung(?:e|en|er|ene)|barn(?:et|a)?|sønn(?:en|er)?|datter(?:en|a)?|datra|døtre|dotter|ungdom(?:men|mer)?|pasient(?:en|er)?|bruker(?:en|e)?|bror(?:en)?|søster(?:en|a)?|fyr(?:en)?|person(?:en|er)?|tvilling(?:er|ene)?|elev(?:en|er)?|beboer(?:en|e)?|klient(?:en|er)?|mor|far|bestemor|bestefar)"
    private static let smallNumbers = "null|en|ett|én|ei|ein|eitt|to|tre|fire|fem|seks|sju|syv|åtte|ni"
    /// Between the parts of an address said aloud.
    private static let saidMark = "(?:punktum|punkt|dot|prikk|minus|strek|bindestrek|understrek)"

    static let contact: [PatternRule] = [
        PatternRule("email", .email, 1, on: .at, "[\\p{L}\\p{M}\\d._%+\\-]+\(space)?@\(space)?[\\p{L}\\p{M}\\d\\-]+(?:\\.[\\p{L}\\p{M}\\d\\-]+)+"),
        PatternRule(
            "email.spoken", .email, 0.95, on: [.saidAddress, .domain], "\(notAfterWord)[\\p{L}\\p{M}\\d._\\-]+(?:\(space)+\(saidMark)\(space)+[\\p{L}\\p{M}\\d_\\-]+)*\(space)+(?:krøllalfa|kr[øo]ll[- ]?alfa|alfakrøll|snabel-?a|at)\(space)+[\\p{L}\\p{M}\\d\\-]+(?:(?:\(space)+\(saidMark)\(space)+|\(space)*\\.\(space)*)[\\p{L}\\p{M}\\d\\-]+)+"),
        PatternRule("email.bare", .email, 0.8, on: .at, "[\\p{L}\\p{M}\\d._%+\\-]+@[\\p{L}\\p{M}\\d\\-]+"),
        PatternRule("email.krøllalfa", .email, 0.7, on: .saidAddress, "\(notAfterWord)[\\p{L}\\p{M}\\d._\\-]+\(space)+(?:krøllalfa|alfakrøll|snabel-?a)(?:\(space)+[\\p{L}\\p{M}\\d\\-]+)?"),
        PatternRule("url", .url, 1, on: .web, "(?:https?://|www\\.)[^\\s<>«»\"]*[^\\s<>«»\".,;:!?)\\]]"),
        PatternRule("url.domain", .url, 0.9, on: .domain, "\(notAfterWord)[\\p{L}\\d][\\p{L}\\d\\-]*(?:\\.[\\p{L}\\d\\-]+)*\\.(?:no|com|net|org|info|eu|se|dk|uk|de|io|fi)(?:/[^\\s<>«»\",;]*)?\(notBeforeWord)"),
        PatternRule("url.spoken", .url, 0.8, on: .web, "\(notAfterWord)(?:www|ve ve ve|dobbel-?ve dobbel-?ve dobbel-?ve)\(space)+(?:punktum|punkt|dot|prikk)\(space)+[\\p{L}\\d\\-]+(?:\(space)+(?:punktum|punkt|dot|prikk)\(space)+[\\p{L}\\d]+)?"),
        PatternRule("handle", .url, 0.8, on: .at, "(?<![\\p{L}\\d._%+\\-])@[\\p{L}\\d_.]{2,}[\\p{L}\\d_]"),
        PatternRule("handle.underscore", .url, 0.7, on: .underscore, "\(notAfterWord)[\\p{L}\\d.]+(?:_[\\p{L}\\d.]+)+\(notBeforeWord)"),
        PatternRule("initials", .person, 0.6, on: .initial, "\(notAfterWord)[A-ZÆØÅ]\\.\(space)?[A-ZÆØÅ]\\.(?:\(space)?[A-ZÆØÅ]\\.)?\(notBeforeWord)", caseSensitive: true),
        PatternRule("plate", .plate, 0.9, on: .digit, "\(notAfterWord)[A-ZÆØÅ]{2}[ \\u00A0\\-]?\\d{2}[ \\u00A0]?\\d{3}\(notBeforeWord)", caseSensitive: true),
        PatternRule("plate.lower", .plate, 0.7, on: .digit, "(?:skilt|registrering|regnummer|bilen|bil)\\w*\(space)+(?:er\(space)+)?([a-zæøå]{2}[ \\u00A0\\-]?\\d{2}[ \\u00A0]?\\d{3})\(notBeforeWord)"),
        PatternRule("plate.old", .plate, 0.6, on: .digit, "\(notAfterWord)[A-Z]{1,2}-\\d{4,6}\(notBeforeWord)", caseSensitive: true),
        PatternRule("case.slash", .caseNumber, 0.9, on: .digit, "\(notAfterWord)(?:19|20)\\d\\d/\\d{1,7}(?:[-–]\\d{1,4})?\(notBeforeWord)"),
        PatternRule("case.padded", .caseNumber, 0.8, on: .digit, "(?<![\\p{L}\\d/.,-])\\d{2}/\\d{5,7}(?:[-–]\\d{1,4})?(?![\\d/])"),
        PatternRule("case.short-year", .caseNumber, 0.8, on: .digit, "\(notAfterWord)(?:sak|saken|saka|vedtak|journal)\(space)+(?:nr\\.?\(space)+|nummer\(space)+)?(\\d{2}/\\d{2,7}(?:[-–]\\d{1,4})?)\(notBeforeWord)"),
        PatternRule("case.court", .caseNumber, 0.9, on: .digit, "\(notAfterWord)\\d{2}-\\d{4,6}[A-ZÆØÅ]{2,4}-[A-ZÆØÅ]{3,4}(?:/\\w+)?", caseSensitive: true),
        PatternRule("case.word", .caseNumber, 0.9, on: .digit,
            "\(notAfterWord)(?:\(caseWords))(?:et|en)?(?:\(space)+(?:mitt|hans|hennes|deres|ditt|vårt))?\(space)*(?:er|var|:|=|#)?\(space)*((?:[\\p{L}]{1,4}[ \\-/]?)?\\d[\\d/.\\- ]*[\\d]|\\d+)\(notBeforeWord)"),
    ]

    private static let caseWords =
        "(?:arkiv)?saks?-?(?:nummer|nr\\.?|id)|sak(?:en)?\(space)+(?:nummer|nr\\.?)|journal-?(?:nummer|nr\\.?|id)|jnr\\.?|j\\.nr\\.?|pasient-?(?:nummer|nr\\.?|id)|pas\\.?nr\\.?|npr-?\(space)?(?:nummer|nr\\.?|id)|npr|dips-?(?:nummer|nr\\.?|id)?|referanse-?(?:nummer|nr\\.?|kode)?|ref\\.?\(space)?nr\\.?|(?:vår|deres|dykkar)\(space)+ref(?:eranse)?\\.?|arkivref\\.?|kunde-?(?:nummer|nr\\.?)|medlems-?(?:nummer|nr\\.?)|klient-?(?:nummer|nr\\.?)|bruker-?(?:nummer|nr\\.?|id)|personal-?(?:nummer|nr\\.?)|ansatt-?(?:nummer|nr\\.?|id)|tjeneste-?(?:nummer|nr\\.?)|student-?(?:nummer|nr\\.?)|hpr-?\(space)?(?:nummer|nr\\.?)?|anmeldelses?-?(?:nummer|nr\\.?)|politisak(?:en)?|polise-?(?:nummer|nr\\.?)|avtale-?(?:nummer|nr\\.?)|faktura-?(?:nummer|nr\\.?)|ordre-?(?:nummer|nr\\.?)|kid(?:-?nummer|-?nr\\.?)?|rekvisisjon(?:s-?(?:nummer|nr\\.?))?|prøve-?(?:nummer|nr\\.?)|vedtaks?-?(?:nummer|nr\\.?)|løpe-?(?:nummer|nr\\.?)"

    private static let octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)"
    private static let arc = "\\d{1,3}(?:[.,]\\d+)?\(space)?°\(space)?(?:\\d{1,2}(?:[.,]\\d+)?\(space)?['’′]?\(space)?(?:\\d{1,2}(?:[.,]\\d+)?\(space)?(?:\"|″|''|’’|′′)?)?)?\(space)?[NSØEWV]\(notBeforeWord)"

    /// Documents, machines, points on the map, user names and vehicles.
    static let other: [PatternRule] = [
        PatternRule("id-document", .nationalID, 0.85, on: .digit,
            "\(notAfterWord)(?:pass(?:et)?|pass-?(?:nummer|nr\\.?)(?:et)?|id-?kort(?:et)?|id-?(?:nummer|nr\\.?)(?:et)?|førerkort(?:et)?|førerkort-?(?:nummer|nr\\.?)(?:et)?|oppholds(?:kort|tillatelse)(?:et|en)?|duf-?(?:nummer|nr\\.?)?(?:et)?|reisebevis(?:et)?)(?:\(space)+(?:mitt|hans|hennes|sitt|ditt))?(?:\(space)+(?:nr\\.?|nummer|med\(space)+nummer))?\(space)*(?:er|var|:)?\(space)*([\\p{L}]{0,3}[ \\-]?\\d(?:[ ]?\\d){5,11})\(notBeforeWord)"),
        PatternRule("ip", .url, 0.85, on: .digit, "(?<![\\d.])\(octet)(?:\\.\(octet)){3}(?:/\\d{1,2})?(?![\\d]|\\.\\d)"),
        PatternRule("ip.six", .url, 0.85, on: .digit, "(?<![\\p{L}\\d:])(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*(?![\\p{L}\\d:])"),
        PatternRule("ip.six-short", .url, 0.85, on: .digit, "(?<![\\p{L}\\d:])[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,6}::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?(?![\\p{L}\\d:])"),
        PatternRule("coordinates", .place, 0.9, on: .digit, "(?<![\\d.,])-?\\d{1,2}[.,]\\d{4,}\(space)?°?\(space)?[NSØEWV]?\(space)?[,;/]?\(space)*-?\\d{1,3}[.,]\\d{4,}(?:\(space)?°?\(space)?[NSØEWV]\(notBeforeWord))?(?![\\d])"),
        PatternRule("coordinates.degrees", .place, 0.9, on: .digit, "(?<![\\d.,])\(arc)(?:\(space)?,?\(space)?\(arc))?", caseSensitive: true),
        PatternRule("email.masked", .email, 0.9, on: [.domain, .saidAddress], "[\\p{L}\\d._%+\\-]+\(space)?[\\[(]\(space)?(?:at|krøllalfa|@)\(space)?[\\])]\(space)?[\\p{L}\\d\\-]+(?:(?:\\.|\(space)?[\\[(]\(space)?(?:dot|punktum|punkt)\(space)?[\\])]\(space)?)[\\p{L}\\d\\-]+)+"),
        PatternRule("handle.named", .url, 0.7, on: .userName, "\(notAfterWord)(?:snap(?:chat)?(?:en|-?kontoen)?|insta(?:gram)?(?:-?kontoen)?|tiktok|brukernavn(?:et)?|discord|gamertag(?:en)?|nick(?:et)?|messenger|facebook|kik)(?:\(space)+(?:mitt|min|hans|hennes|sin|sitt|er|var|heter|het|som|under|navnet|på))*\(space)*:?\(space)*(@?(?=[\\p{L}\\d._\\-]*[\\d_.])[\\p{L}][\\p{L}\\d._\\-]*[\\p{L}\\d])\(notBeforeWord)"),
        PatternRule("plate.moped", .plate, 0.7, on: .digit, "\(notAfterWord)(?!(?:EU|EM|VM|NM|OL|TV|PC|KR|NR|KL|CA|AD|ÅR|PB|FN|ND|OS|VG|IS|BC|AI|MS|MK|KG|KM|MG|ML|CM|MM|DL|PÅ|OG|EN|ET|ER|DA|VI|DE|DU|SÅ|FR|ST|AV|OM)\(notBeforeWord))[A-ZÆØÅ]{2}[ \\u00A0\\-]?(?!(?:18|19|20)\\d\\d)\\d{4}\(notBeforeWord)(?!\(space)?(?:kr|kroner|mg|ml|kg|km|meter))", caseSensitive: true),
        PatternRule("plate.word", .plate, 0.85, on: .digit, "\(notAfterWord)(?:(?:bil|moped|scooter|motorsykkel|mc|henger|traktor|båt)\\p{L}*|skilt\\p{L}*|reg\\.?\(space)?(?:nummer|nr\\.?)\\p{L}*|registreringsn\\p{L}*|kjennemerke\\p{L}*|kjenneteikn\\p{L}*)(?:\(space)+(?:min|hans|hennes|vår|sin|mi|mitt|med|hadde|har|er|var|på|det|sto|stod|nummer|nr\\.?|skilt|skiltet|registreringsnummer|registrert|som|:))*\(space)*:?\(space)*((?!på|ca|kl|nr|kr|om|av|er|og|en|et|de|vi|i|à)[\\p{L}]{1,2}[ \\u00A0\\-]?\\d(?:[ ]?\\d){2,5})\(notBeforeWord)"),
        PatternRule("org-number.word", .other, 0.9, on: .digit, "\(notAfterWord)(?:org(?:anisasjons)?\\.?-?\(space)?(?:nummer|nr\\.?)|foretaksnummer|bedriftsnummer)(?:et)?\(space)*(?:er|var|:)?\(space)*((?:NO)?\(space)?\\d(?:[ .]?\\d){8}(?:\(space)?MVA)?)\(notBeforeWord)"),
    ]

    static let addresses: [PatternRule] = [
        PatternRule(
            "address.street", .address, 0.95, on: .digit, "\(notAfterWord)(?:\(streetWord)\(space)+){0,3}[A-ZÆØÅ]\(letter)*(?:gata|gate|gaten|gt\\.?|veita|veiten|stredet|strete|promenaden|prom\\.|almenning|allmenning(?:en)?|almenningen|gården|garden|parken|platået|tråkket|tråkka|løypa|løkken|lunden|engen|enga|kollen|bekken|elva|steinen|brinken|bukta|sundet|leiret|porten|trappa|flata|flaten|ura|kleiva|kaien|vangen|skrenten|veien|vei|vegen|veg|vn\\.|bakken|stien|sti|svingen|allé|alle|alléen|plass|plassen|torg|torget|tunet|tun|kroken|lia|haugen|åsen|jordet|toppen|sletta|løkka|grenda|brygga|kaia|smuget|terrasse|ringen|faret|geilan|bryggen|linna|rabben|myra|moen|skogen|marka|stranda|vika|odden|hagen|vollen|feltet|dalen|neset|berget|hammaren|høgda|høyden)\(space)+\\d{1,4}(?:\(space)?[A-Za-z](?![\\p{L}\\d]))?",
            caseSensitive: true),
        PatternRule(
            "address.street-word", .address, 0.95, on: .streetWord, "\(notAfterWord)(?:\(streetWord)\(space)+){1,4}(?:gate|gata|vei|veg|plass|torg|allé|alle|terrasse|brygge|sti|tun|ring|kai)(?:\(space)+(?:(?:nummer|nr\\.?)\(space)+)?(?:\\d{1,4}(?:\(space)?[A-Za-z](?![\\p{L}\\d]))?|(?:" + SpokenNumbers.pattern + ")(?!\(space)+(?:år|ganger|timer|uker|dager|måneder))(?![\\p{L}])))?\(notBeforeWord)",
            caseSensitive: true),
        PatternRule(
            "address.street-bare", .address, 0.8, on: .streetEnd, "\(notAfterWord)[A-ZÆØÅ]\(letter){2,}(?:gata|gaten|gate|veien|vegen|bakken|stien|svingen|alléen)(?:\(space)+(?:nummer|nr\\.?)\(space)+\(number))?\(notBeforeWord)",
            caseSensitive: true),
        PatternRule(
            "address.lower", .address, 0.85, on: [.streetEnd, .streetWord], "\(notAfterWord)(?:(?:st\\.|sankt|nedre|øvre|nordre|søndre|vestre|østre|store|lille|gamle|indre|ytre)\(space)+)?(?:\(letter){2,}(?:gata|gaten|gate|gt|veien|vegen|vei|veg|bakken|stien|svingen|alléen|tunet|kroken|promenaden|plassen|torget|lia|ringen|haugen|åsen|brygga|løkka)|(?:\(letter)+\(space)+)?\(letter)+s\(space)(?:gate|gata|vei|veg|plass|torg|allé))\(space)+(?:(?:nummer|nr\\.?)\(space)+)?(?:\\d{1,4}(?:\(space)?[a-h](?![\\p{L}\\d]))?|(?:" + SpokenNumbers.pattern + "))\(notBeforeWord)(?!\(space)+(?:år|ganger|timer|uker|dager|måneder|prosent|personer|mennesker|stykker|minutter))"),
        PatternRule("address.unit", .address, 0.9, on: .digit, "\(notAfterWord)[HULK]0[0-9]0[0-9]\(notBeforeWord)", caseSensitive: true),
        PatternRule("address.unit-word", .address, 0.9, on: .digit, "(?:bolignummer|bruksenhet\\p{L}*|leilighet(?:en)?|h-nummer)(?:et)?\(space)+(?:er\(space)+|nr\\.?\(space)*|nummer\(space)+)?([hulk]\(space)?\\d{4})\(notBeforeWord)"),
        PatternRule("address.box", .address, 0.9, on: .digit, "\(notAfterWord)(?:postboks|pb\\.?|boks)\(space)+\\d+"),
        PatternRule("address.farm", .address, 0.7, on: .digit, "(?:gårdsnummer|gnr\\.?|gards- og bruksnummer|bruksnummer|bnr\\.?)\(space)*\\d+(?:[/, ]+(?:bnr\\.?\(space)*)?\\d+)?"),
        PatternRule(
            "postcode.place", .postcode, 0.95, on: .digit, "\(notAfterWord)(?:N-?)?\\d{4}\(space)+(?!(?:Nok|Kr|NOK|EUR|USD)\\b)[A-ZÆØÅ]\(letter)+(?:\(space)+[A-ZÆØÅ]\(letter)+){0,2}(?:\(space)i\(space)[A-ZÆØÅ]\(letter)+)?", caseSensitive: true),
        PatternRule("postcode.word", .postcode, 0.9, on: .digit, "(?:postnummer|postnr\\.?)(?:et)?\(space)*(?:er|:)?\(space)*(\\d{4})\(notBeforeWord)"),
    ]

    static let dates: [PatternRule] = [
        PatternRule("date.numeric", .date, 0.95, on: .digit, "(?<![\\d])\\d{1,2}\(space)?[./\\-–]\(space)?\\d{1,2}\(space)?[./\\-–]\(space)?(?:\\d{4}|\\d{2})(?!\\d)"),
        PatternRule("date.iso", .date, 0.95, on: .digit, "(?<!\\d)\(year)[-–./](?:0?[1-9]|1[0-2])[-–./]\\d{1,2}(?!\\d)"),
        PatternRule("date.day-month", .date, 0.7, on: .digit, "(?<![\\d.,])(?:0?[1-9]|[12]\\d|3[01])(?:\\.\(space)?|/)(?:0?[1-9]|1[0-2])\\.?(?![\\d,]|\(space)?(?:%|prosent|kr))"),
        PatternRule("date.named", .date, 0.95, on: .month, "\(notAfterWord)(?:\(weekday)\(space)+)?(?:den\(space)+)?\(ordinal)\(space)*\(month)(?:\(space)+(?:i\(space)+)?(?:\(year)|['’]?\\d\\d)(?!\\d))?"),
        PatternRule("date.spoken-numeric", .date, 0.85, on: .ordinal, "\(notAfterWord)(?:den\(space)+)(?:\(SpokenNumbers.ordinalPattern))\(space)+(?:i\(space)+)?(?:\(SpokenNumbers.ordinalPattern))(?:\(space)+(?:nitten|tjue|to\(space)tusen\(space)og)\\S*)?"),
        PatternRule("date.day-of-month", .date, 0.8, on: .digit, "\(notAfterWord)(?:den\(space)+)?\\d{1,2}\\.\(space)+i\(space)+(?:\(SpokenNumbers.ordinalPattern)|\\d{1,2}\\.)(?!\(space)*\\p{Ll}{3,})"),
        PatternRule("date.day-number", .date, 0.8, on: .month, "\(notAfterWord)\\d{1,2}\\.?\(space)+\(month)(?:\(space)+\(year))?"),
        PatternRule("date.month-year", .date, 0.9, on: .month, "\(notAfterWord)\(month)(?:\(space)+(?:i\(space)+)?(?:\(year)|['’]\\d\\d)|\(space)+i\(space)+(?:fjor|år|forfjor))"),
        PatternRule("date.month", .date, 0.5, on: .month, "\(notAfterWord)(?:i|fra|til|siden|før|etter|midten\(space)av|slutten\(space)av|starten\(space)av|begynnelsen\(space)av|hele|utpå)\(space)+(\(month))\(notBeforeWord)"),
        PatternRule("date.day", .date, 0.7, on: [.ordinal, .digit], "\(notAfterWord)(?:\(weekday)\(space)+)?den\(space)+(?:\\d{1,2}\\.|\(SpokenNumbers.ordinalPattern.replacingOccurrences(of: "|andre|", with: "|").replacingOccurrences(of: "|første|", with: "|")))(?!\(space)*\\p{Ll}{2,}(?:en|et|a)\\b)\(notBeforeWord)"),
        PatternRule("date.weekday", .date, 0.7, on: .weekday, "\(notAfterWord)\(weekday)\(space)+(?:den\(space)+)?(?:\(ordinal)|\\d{1,2}[./]\\d{1,2})"),
        PatternRule("date.season-year", .date, 0.9, on: [.season, .decade], "\(notAfterWord)(?:(?:slutten|begynnelsen|starten|midten)\(space)+av\(space)+)?(?:\(season)|\(feast)|[12]\\d{3}-tallet)\(space)+(?:i\(space)+)?\(year)(?:\(space)?[-–/]\(space)?(?:\(year)|\\d\\d))?(?!\\d)"),
        PatternRule("date.season-short", .date, 0.85, on: .season, "\(notAfterWord)(?:\(season)|\(feast))\(space)+(?:i\(space)+)?(?:[-–'’]\(space)?\\d\\d(?:\(space)?[-–/]\(space)?\\d\\d)?|\\d\\d\(space)?[-–/]\(space)?\\d\\d|(?:[3-9]\\d|0\\d)(?=\(space)*(?:[.,;!?]|$|(?:da|så|og|men|var|ble|kom|fikk|hadde|flytta|flyttet|døde)\(notBeforeWord))))(?!\\d|\\p{L})"),
        PatternRule("date.feast-past", .date, 0.8, on: .season, "\(notAfterWord)(?:natt\(space)+til\(space)+(?:\(feast)|\(weekday))|\(feast)\(space)+i\(space)+(?:fjor|forfjor|\(tensWords)\\p{L}*|nitten\\p{L}+))\(notBeforeWord)"),
        PatternRule("date.night", .date, 0.8, on: .weekday, "\(notAfterWord)natt\(space)+til\(space)+(?:den\(space)+)?\(weekday)\(notBeforeWord)"),
        PatternRule("date.month-short", .date, 0.85, on: .month, "\(notAfterWord)\(month)\(space)+(?:i\(space)+)?[-–'’]\(space)?\\d\\d(?!\\d)"),
        PatternRule("date.week-of-month", .date, 0.85, on: .month, "\(notAfterWord)(?:siste|neste|forrige|midterste|\(SpokenNumbers.ordinalPattern)|\\d\\.)\(space)+(?:uk[ae]|uken|vek[ae]|helg[ae]?|helgen|del(?:en)?|dag(?:en)?|halvdel(?:en)?|\(weekday))\(space)+(?:i|av)\(space)+\(month)(?:\(space)+(?:i\(space)+)?(?:\(year)|fjor|forfjor|i\(space)+(?:fjor|forfjor)))?\(notBeforeWord)"),
        PatternRule("date.ago-month", .date, 0.85, on: [.month, .season], "\(notAfterWord)for\(space)+(?:\(number)|noen|nokre|et\(space)+par|halvannet)\(space)+(?:år|måneder|månader|uker|veker)\(space)+(?:siden|sidan|sia)\(space)*,?\(space)+(?:(?:i|på|en\(space)+gang\(space)+i)\(space)+)?(?:\(month)|\(season))\(notBeforeWord)"),
        PatternRule("date.war", .date, 0.7, on: .war, "\(notAfterWord)(?:da|då|når|etter\(space)+at|før)\(space)+krigen\(space)+(?:brøt\(space)+ut|braut\(space)+ut|kom|begynte|begynna|starta|startet|slutta|sluttet|tok\(space)+slutt|var\(space)+slutt|var\(space)+over)\(space)*(?:,\(space)*)?(?:i\(space)+)?\(year)(?!\\d)"),
        PatternRule("date.week-number", .date, 0.6, on: .digit, "\(notAfterWord)(?:uke|uka|veke|veka)\(space)+(?:nr\\.?\(space)*|nummer\(space)+)?([1-5]?\\d\(space)+(?:i\(space)+(?:fjor|forfjor)|\(year)))\(notBeforeWord)"),
        PatternRule("date.years", .date, 0.95, on: .digit, "(?<![\\d./])\(year)\(space)?[-–/]\(space)?(?:\(year)|\\d\\d)(?![\\d/-])"),
        PatternRule("date.relative-season", .date, 0.8, on: [.season, .pastTime], "\(notAfterWord)(?:i\(space)+(?:fjor|forfjor)(?:\(space)+\(season))?|(?:forrige|sist|siste)\(space)+(?:\(season)|\(month))|\(season)\(space)+(?:i\(space)+(?:fjor|forfjor)))\(notBeforeWord)"),
        PatternRule("date.weekday-of", .date, 0.7, on: [.month, .season], "\(notAfterWord)(?:\(weekday)|helg[ae]|uk[ae]|vek[ae]|kvelden|natta|morgenen|dagen|like|rett)\(space)+(?:i|før|etter|over)\(space)+(?:\(month)|\(feast)|jul[ae]?|julen|påsk[ae]|påsken|pins[ae]|pinsen|sankthans|fastelavn)\(notBeforeWord)"),
        PatternRule("date.season-spoken", .date, 0.8, on: .season, "\(notAfterWord)(?:\(season)|\(feast))\(space)+(?:i\(space)+)?(?:nitten)?(?:\(tensWords))\(space)?(?:" + SpokenNumbers.pattern + ")?(?=\(space)*(?:[.,;!?]|$|(?:da|så|og|men|var|ble|kom|fikk|til|vart|hadde|før|etter|på|i)\\b))"),
        PatternRule("date.spoken-thousand", .date, 0.8, on: .century, "\(notAfterWord)(?:to\(space)?tusen|totusen)\(space)+og\(space)+(?:" + SpokenNumbers.pattern + ")(?=\(space)*(?:[.,;!?]|$|(?:da|så|og|men|var|ble|kom|fikk|til|vart|hadde|før|etter|på|i)\\b))"),
        PatternRule("date.born-spoken", .date, 0.9, on: .ordinal, "\(notAfterWord)(?:født|fødd)\(space)+((?:\(SpokenNumbers.ordinalPattern))\(space)+i\(space)+(?:\(SpokenNumbers.ordinalPattern))(?:\(space)+(?:\(tensWords))\\p{L}*)?)\(notBeforeWord)"),
        PatternRule("date.relative-week", .date, 0.6, on: .pastTime, "\(notAfterWord)(?:i\(space)+)?(forrige\(space)+(?:uk[ae]|uken|vek[ae]|helg[ae]?|helgen|måned(?:en)?|månad|\(weekday)))\(notBeforeWord)"),
        PatternRule("date.year", .date, 0.7, on: .digit, "(?<![\\d.,/\\-])\(year)(?![\\d/]|[.,]\\d|\(space)?(?:kr|kroner|meter|gram|stykker|personer|innbyggere))"),
        PatternRule("date.short-year", .date, 0.6, on: .digit, "\(notAfterWord)(?:i|siden|sidan|født\(space)i)\(space)+([3-9]\\d|0\\d)(?![.:,]\\d)(?=\(space)*(?:[.,;!?]|$|da\\b|så\\b|og\\b|var\\b))|\(notAfterWord)fra\(space)+([4-9]\\d)(?![.:,]\\d)(?=\(space)*(?:[.,;!?]|$))|(?<![\\p{L}\\d])['’]\\d\\d(?!\\d)"),
        PatternRule("date.spoken-year", .date, 0.85, on: .century, "\(notAfterWord)(?:nitten(?:hundre)?(?:\(space)*og)?|tjue|to\(space)*tusen\(space)*og|totusenog)\(space)*(?:hundre\(space)*og\(space)*)?(?:ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten|tjue|(?:tjue|tyve|tretti|tredve|førti|femti|seksti|sytti|åtti|nitti)\(letter)*)(?!\(space)+(?:år|stykker|kroner|prosent))\(notBeforeWord)"),
        PatternRule("date.spoken-year-old", .date, 0.85, on: .century, "\(notAfterWord)nitten(?:hundre)?(?:\(space)*og)?\(space)*\\p{L}{2,5}\(space)?og\(space)?\(tensWords)\(notBeforeWord)"),
        PatternRule("date.spoken-short-year", .date, 0.6, on: .numberWord, "\(notAfterWord)(?:i|fra|siden)\(space)+((?:\(tensWords)\(space)?(?:" + SpokenNumbers.pattern + ")|\\p{L}{2,5}og\(tensWords)))(?=\(space)*(?:[.,;!?]|$|da\\b|så\\b|og\\b|var\\b|kom\\b))"),
        PatternRule("date.decade", .date, 0.6, on: .decade, "\(notAfterWord)((?:\(year)|(?:nitten|atten)?\(decades)|\\d0)-?(?:" + DateWords.decadeEnds.joined(separator: "|") + "))\(notBeforeWord)"),
        PatternRule("date.months", .date, 0.85, on: .month, "\(notAfterWord)\(month)\(space)?[-–/]\(space)?\(month)(?:\(space)+\(year))?(?!\\d)"),
        PatternRule("date.days", .date, 0.95, on: .month, "\(notAfterWord)\\d{1,2}\\.?\(space)?(?:og|eller|til|-|–)\(space)?\\d{1,2}\\.?\(space)?\(month)(?:\(space)+\(year))?(?!\\d)"),
        PatternRule("date.feast-event", .date, 0.6, on: .season, "\(notAfterWord)(?:(?:" + SpokenNumbers.ordinalPattern + "|\\d\\.)\(space)+(?:juledag|påskedag|pinsedag|nyttårsdag|søndag\(space)+i\(space)+advent)|nyttårsaften|nyttårsdag|julaften|lille\(space)?julaften|langfredag|skjærtorsdag|påskeaften|pinseaften|palmesøndag|sankthansaften)\(notBeforeWord)"),
        PatternRule("date.birth", .date, 0.9, on: .born, "født\(space)+(?:i\(space)+|den\(space)+)?((?:\\d{1,2}|" + SpokenNumbers.pattern + ")(?:\(space)+(?:" + SpokenNumbers.pattern + "))?)\(notBeforeWord)"),
    ]

    static let ages: [PatternRule] = [
        PatternRule("age.old", .age, 0.95, on: .old, "\(notAfterWord)\(number)(?:\(space)+og\(space)+et\(space)+halvt)?\(space)+(?:og\(space)+\(number)\(space)+)?(?:år|måneder|månader|uker|veker)s?\(space)+(?:gammel|gamle|gammal|gammelt|gamalt|gaml)"),
        PatternRule("age.compound", .age, 0.95, on: .ageWord, "\(notAfterWord)(?:i\(space)+(?=\\S*alderen))?(?:\\d{1,3}\(space)?-?\(space)?|(?:" + SpokenNumbers.pattern + ")-?)(?:åring(?:er|en|ene|ar|ane|s)?|årig(?:e)?|årsdag(?:en)?|årsalder(?:en)?|årsalderen|årslag(?:et)?|års-?alderen)\(notBeforeWord)"),
        PatternRule("age.turned", .age, 0.9, on: [.numberWord, .digit], "\(notAfterWord)(?:fylte|fyller|fylt|fyllte|fyle|fyller|rundet|runda|runder|bikket|bikka|passert|passerte|nærmer\(space)seg|nærmet\(space)seg|nærma\(space)seg)\(space)+(?:snart\(space)+|nettopp\(space)+|akkurat\(space)+|de\(space)+)?(\(number)(?:\(space)+år)?)\(notBeforeWord)(?!\(space)+(?:ganger|timer|uker|dager|prosent|stykker|personer|barn|ansatte|kroner|av|til|som|måneder))"),
        PatternRule("age.when", .age, 0.9, on: [.numberWord, .digit], "\(notAfterWord)(?:da|då|når|før|til|fra|frå|siden|sidan|mens|etter|at|som)\(space)+(?:jeg|eg|æ|e|han|hun|ho|hu|hainn|du|barna|ungene|a|n)\(space)+(?:var|va|er|e|ble|blei|blir|vart|fylte)\(space)+(?:rundt\(space)+|cirka\(space)+|ca\\.?\(space)+|omtrent\(space)+|bare\(space)+|sånn\(space)+|kanskje\(space)+)*(\(number)(?:[- ]+(?:eller\(space)+)?\(number))?(?:\(space)+år)?)\(notBeforeWord)(?!\(space)+(?:ganger|timer|uker|dager|prosent|stykker|personer|ansatte|kroner|av|stk|som))"),
        PatternRule("age.is", .age, 0.85, on: [.numberWord, .digit], "\(notAfterWord)(?<!\\b(?:i|på|om|for|etter|gjennom)\(space))(?:er|var|vært|va|alder|alderen|aldersgruppa|rundt|omtrent|cirka|ca\\.?|over|under|snart|nesten|nå|,)\(space)*(?:bare\(space)+|nå\(space)+|snart\(space)+|nesten\(space)+|rundt\(space)+|over\(space)+|på\(space)+)*(\(number)(?:\(space)*(?:-|–|til|og|eller)\(space)*\(number))?\(space)+år)\(notBeforeWord)(?!\(space)+(?:siden|sidan|sia|etter|før|med|i|på|fram|erfaring|fengsel|tilbake|til\(space)+(?!våren|sommeren|sommaren|høsten|hausten|vinteren|jul|jula|påske|neste|uka|helga|\(month))\\p{L}))"),
        PatternRule("age.person-of", .age, 0.85, on: [.numberWord, .digit], "\(notAfterWord)\(peopleWords)\(space)+(?:(?:min|mi|mitt|mine|vår|hans|hennes)\(space)+)?på\(space)+(?:\(hedge)\(space)+)*(\(number)(?:\(space)+og\(space)+(?:en|et)\(space)+halvt?|\(space)+(?:og|eller)\(space)+\(number))?(?:\(space)+år)?)\(notBeforeWord)"),
        PatternRule("age.one-of", .age, 0.7, on: [.numberWord, .digit], "\(notAfterWord)(?:en|ei|ein|hun|han|ho|hu)\(space)+på\(space)+(?:\(hedge)\(space)+)*((?:[2-9]\\d|1[1-9]|(?!(?:hundre|ti|\(smallNumbers))\\b)(?:" + SpokenNumbers.pattern + "))(?:\(space)+år)?)(?=\(space)*(?:[.,;:!?…]|$|(?:som|og|men|med|i|fra|hos)\\b))"),
        PatternRule("age.was-i", .age, 0.85, on: [.numberWord, .digit], "\(notAfterWord)(?:er|var|ble|blei|blir|vart)\(space)+(?:jeg|eg|æ|e|han|hun|ho|hu|vi|de)\(space)+(?:jo|vel|nok|da|bare|kanskje|rundt|cirka|omtrent|sikkert|litt|over|under|nå|snart|nesten|sånn|\(space))*(\(number)\(space)+år)\(notBeforeWord)(?!\(space)+(?:siden|sidan|etter|før|med))"),
        PatternRule("age.decade", .age, 0.9, on: .ageWord, "\(notAfterWord)(?:(?:midt|tidlig|sent|langt|godt|oppe|ute|godt\(space)+ute|langt\(space)+oppe|høyt\(space)+oppe)?\(space)*(?:i|oppi|uti)\(space)+)?(?:begynnelsen\(space)+av\(space)+|slutten\(space)+av\(space)+|midten\(space)+av\(space)+|starten\(space)+av\(space)+)?(?:\\d0\(space)?-?\(space)?|\(decades)-?|ten)(?:åra|åran|årene|årane)\(notBeforeWord)"),
        PatternRule("age.decade-tall", .age, 0.5, on: .digit, "\(notAfterWord)\\d0\(space)?\\+\(notBeforeWord)"),
        PatternRule("age.parenthesis", .age, 0.8, on: .digit, "[A-ZÆØÅ]\(letter)+\(space)*\\((\\d{1,3})(?:\(space)*år)?\\)", caseSensitive: true),
        PatternRule("age.label", .age, 0.9, on: .old, "\(notAfterWord)alder(?:en)?\(space)*(?:er|:|på)\(space)*(\(number))\(notBeforeWord)"),
        PatternRule("age.class", .age, 0.8, on: .born, "\(notAfterWord)(?:årgang|årskull(?:et)?)\(space)+(?:fra\(space)+)?['’]?(?:19|20)?\\d\\d(?!\\d)"),
        PatternRule("age.model", .age, 0.8, on: .digit, "\(notAfterWord)['’]?(?:(?:19|20)\\d\\d|\\d\\d)\(space)?-\(space)?(?:modell(?:en|er)?|årgang(?:en)?|kull(?:et)?)\(notBeforeWord)"),
        PatternRule("date.born-short", .date, 0.85, on: .born, "\(notAfterWord)(?:født|fødd)\(space)+(?:i\(space)+|året\(space)+)?([-–'’]?\\d\\d)(?!\\d|[.:/,-]\\d|\(space)*(?:uker|måneder|dager|år|gram))"),
    ]

    static let facts: [PatternRule] = [
        PatternRule("fact.few", .relationFact, 0.5, on: [.numberWord, .digit], "\(notAfterWord)(?:vi|de|dei|dem)\(space)+(?:er|var)\(space)+(?:bare|kun|berre)\(space)+(?:en|to|tre|fire|fem|[1-5])\(notBeforeWord)"),
        PatternRule("fact.few-staff", .relationFact, 0.5, on: [.numberWord, .digit], "\(notAfterWord)(?:vi|de|dei|dem)\(space)+(?:er|var|va)\(space)+(?:jo\(space)+|nå\(space)+|bare\(space)+|kun\(space)+)*(?:to|tre|fire|fem|[2-5])\(space)+(?:ansatte|tilsette|stillinger|årsverk|sykepleiere|leger|psykologer|veiledere|saksbehandlere|fagfolk)\(notBeforeWord)"),
    ]

    static let all: [PatternRule] = contact + other + addresses + dates + saidDates + ages + facts
}
