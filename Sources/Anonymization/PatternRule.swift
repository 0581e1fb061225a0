import Foundation

/// A regular expression that finds one type. Group 1, when there is one, is the identifying part.
struct PatternRule: @unchecked Sendable {  // NSRegularExpression is immutable
    let name: String
    let type: EntityType
    let score: Double
    private let expression: NSRegularExpression?

    init(_ name: String, _ type: EntityType, _ score: Double, _ pattern: String, caseSensitive: Bool = false) {
        self.name = name
        self.type = type
        self.score = score
        self.expression = try? NSRegularExpression(pattern: pattern, options: caseSensitive ? [] : [.caseInsensitive])
    }

    var isValid: Bool { expression != nil }

    /// Ranges of code points.
    func matches(_ text: NSString, _ offsets: [Int]) -> [Range<Int>] {
        guard let expression else { return [] }
        return expression.matches(in: text as String, range: NSRange(location: 0, length: text.length)).compactMap { match in
            var range = match.range
            if match.numberOfRanges > 1, match.range(at: 1).location != NSNotFound { range = match.range(at: 1) }
            while range.length > 0, Self.isSpace(text.character(at: range.location)) { range.location += 1; range.length -= 1 }
            guard range.location != NSNotFound, range.length > 0 else { return nil }
            return offsets[range.location]..<offsets[range.location + range.length]
        }
    }

    private static func isSpace(_ unit: unichar) -> Bool { unit == 0x20 || unit == 0xA0 || unit == 0x0A || unit == 0x2009 || unit == 0x202F }

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
    private static let season = "(?:vår|våren|sommer|sommeren|sommar|sommaren|høst|høsten|haust|hausten|vinter|vinteren|jul|jula|julen|påske|påska|påsken|pinse|pinsen)"
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
        PatternRule("email", .email, 1, "[\\p{L}\\p{M}\\d._%+\\-]+\(space)?@\(space)?[\\p{L}\\p{M}\\d\\-]+(?:\\.[\\p{L}\\p{M}\\d\\-]+)+"),
        PatternRule(
            "email.spoken", .email, 0.95,
            "\(notAfterWord)[\\p{L}\\p{M}\\d._\\-]+(?:\(space)+\(saidMark)\(space)+[\\p{L}\\p{M}\\d_\\-]+)*\(space)+(?:krøllalfa|kr[øo]ll[- ]?alfa|alfakrøll|snabel-?a|at)\(space)+[\\p{L}\\p{M}\\d\\-]+(?:(?:\(space)+\(saidMark)\(space)+|\(space)*\\.\(space)*)[\\p{L}\\p{M}\\d\\-]+)+"),
        PatternRule("email.bare", .email, 0.8, "[\\p{L}\\p{M}\\d._%+\\-]+@[\\p{L}\\p{M}\\d\\-]+"),
        PatternRule("email.krøllalfa", .email, 0.7, "\(notAfterWord)[\\p{L}\\p{M}\\d._\\-]+\(space)+(?:krøllalfa|alfakrøll|snabel-?a)(?:\(space)+[\\p{L}\\p{M}\\d\\-]+)?"),
        PatternRule("url", .url, 1, "(?:https?://|www\\.)[^\\s<>«»\"]*[^\\s<>«»\".,;:!?)\\]]"),
        PatternRule("url.domain", .url, 0.9, "\(notAfterWord)[\\p{L}\\d][\\p{L}\\d\\-]*(?:\\.[\\p{L}\\d\\-]+)*\\.(?:no|com|net|org|info|eu|se|dk|uk|de|io|fi)(?:/[^\\s<>«»\",;]*)?\(notBeforeWord)"),
        PatternRule("url.spoken", .url, 0.8, "\(notAfterWord)(?:www|ve ve ve|dobbel-?ve dobbel-?ve dobbel-?ve)\(space)+(?:punktum|punkt|dot|prikk)\(space)+[\\p{L}\\d\\-]+(?:\(space)+(?:punktum|punkt|dot|prikk)\(space)+[\\p{L}\\d]+)?"),
        PatternRule("handle", .url, 0.8, "(?<![\\p{L}\\d._%+\\-])@[\\p{L}\\d_.]{2,}[\\p{L}\\d_]"),
        PatternRule("handle.underscore", .url, 0.7, "\(notAfterWord)[\\p{L}\\d.]+(?:_[\\p{L}\\d.]+)+\(notBeforeWord)"),
        PatternRule("initials", .person, 0.6, "\(notAfterWord)[A-ZÆØÅ]\\.\(space)?[A-ZÆØÅ]\\.(?:\(space)?[A-ZÆØÅ]\\.)?\(notBeforeWord)", caseSensitive: true),
        PatternRule("plate", .plate, 0.9, "\(notAfterWord)[A-ZÆØÅ]{2}[ \\u00A0\\-]?\\d{2}[ \\u00A0]?\\d{3}\(notBeforeWord)", caseSensitive: true),
        PatternRule("plate.lower", .plate, 0.7, "(?:skilt|registrering|regnummer|bilen|bil)\\w*\(space)+(?:er\(space)+)?([a-zæøå]{2}[ \\u00A0\\-]?\\d{2}[ \\u00A0]?\\d{3})\(notBeforeWord)"),
        PatternRule("plate.old", .plate, 0.6, "\(notAfterWord)[A-Z]{1,2}-\\d{4,6}\(notBeforeWord)", caseSensitive: true),
        PatternRule("case.slash", .caseNumber, 0.9, "\(notAfterWord)(?:19|20)\\d\\d/\\d{1,7}(?:[-–]\\d{1,4})?\(notBeforeWord)"),
        PatternRule("case.short-year", .caseNumber, 0.8, "\(notAfterWord)(?:sak|saken|saka|vedtak|journal)\(space)+(?:nr\\.?\(space)+|nummer\(space)+)?(\\d{2}/\\d{2,7}(?:[-–]\\d{1,4})?)\(notBeforeWord)"),
        PatternRule("case.court", .caseNumber, 0.9, "\(notAfterWord)\\d{2}-\\d{4,6}[A-ZÆØÅ]{2,4}-[A-ZÆØÅ]{3,4}(?:/\\w+)?", caseSensitive: true),
        PatternRule(
            "case.word", .caseNumber, 0.9,
            "(?:saksnummer|saksnr\\.?|saks-?id|journalnummer|journalnr\\.?|pasientnummer|referansenummer|ref\\.?nr\\.?|kundenummer|medlemsnummer|klientnummer|personalnummer|ansattnummer|hpr-?nummer|hpr-?nr\\.?)(?:et|et mitt)?\(space)*(?:er|var|:)?\(space)*([\\p{L}]{0,4}[ \\-]?\\d[\\d/.\\- ]*\\d|\\d+)"),
    ]

    static let addresses: [PatternRule] = [
        PatternRule(
            "address.street", .address, 0.95,
            "\(notAfterWord)(?:\(streetWord)\(space)+){0,3}[A-ZÆØÅ]\(letter)*(?:gata|gate|gaten|gt\\.|veien|vei|vegen|veg|vn\\.|bakken|stien|sti|svingen|allé|alle|alléen|plass|plassen|torg|torget|tunet|tun|kroken|lia|haugen|åsen|jordet|toppen|sletta|løkka|grenda|brygga|kaia|smuget|terrasse|ringen|faret|geilan|bryggen|linna|rabben|myra|moen|skogen|marka|stranda|vika|odden|hagen|vollen|feltet|dalen|neset|berget|hammaren|høgda|høyden)\(space)+\\d{1,4}(?:\(space)?[A-Za-z](?![\\p{L}\\d]))?",
            caseSensitive: true),
        PatternRule(
            "address.street-word", .address, 0.95,
            "\(notAfterWord)(?:\(streetWord)\(space)+){1,4}(?:gate|gata|vei|veg|plass|torg|allé|alle|terrasse|brygge|sti|tun|ring|kai)(?:\(space)+(?:(?:nummer|nr\\.?)\(space)+)?(?:\\d{1,4}(?:\(space)?[A-Za-z](?![\\p{L}\\d]))?|(?:" + SpokenNumbers.pattern + ")(?!\(space)+(?:år|ganger|timer|uker|dager|måneder))(?![\\p{L}])))?\(notBeforeWord)",
            caseSensitive: true),
        PatternRule(
            "address.street-bare", .address, 0.8,
            "\(notAfterWord)[A-ZÆØÅ]\(letter){2,}(?:gata|gaten|gate|veien|vegen|bakken|stien|svingen|alléen)(?:\(space)+(?:nummer|nr\\.?)\(space)+\(number))?\(notBeforeWord)",
            caseSensitive: true),
        PatternRule(
            "address.lower", .address, 0.85,
            "\(notAfterWord)(?:\(letter){2,}(?:gata|gaten|gate|veien|vegen|bakken|stien|svingen|alléen|tunet|kroken)|(?:\(letter)+\(space)+)?\(letter)+s\(space)(?:gate|gata|vei|veg|plass|torg|allé))\(space)+(?:(?:nummer|nr\\.?)\(space)+)?(?:\\d{1,4}(?:\(space)?[a-h](?![\\p{L}\\d]))?|(?:" + SpokenNumbers.pattern + "))\(notBeforeWord)(?!\(space)+(?:år|ganger|timer|uker|dager|måneder|prosent|personer|mennesker|stykker|minutter))"),
        PatternRule("address.box", .address, 0.9, "\(notAfterWord)(?:postboks|pb\\.?|boks)\(space)+\\d+"),
        PatternRule("address.farm", .address, 0.7, "(?:gårdsnummer|gnr\\.?|gards- og bruksnummer|bruksnummer|bnr\\.?)\(space)*\\d+(?:[/, ]+(?:bnr\\.?\(space)*)?\\d+)?"),
        PatternRule(
            "postcode.place", .postcode, 0.95,
            "\(notAfterWord)(?:N-?)?\\d{4}\(space)+(?!(?:Nok|Kr|NOK|EUR|USD)\\b)[A-ZÆØÅ]\(letter)+(?:\(space)+[A-ZÆØÅ]\(letter)+){0,2}(?:\(space)i\(space)[A-ZÆØÅ]\(letter)+)?", caseSensitive: true),
        PatternRule("postcode.word", .postcode, 0.9, "(?:postnummer|postnr\\.?)(?:et)?\(space)*(?:er|:)?\(space)*(\\d{4})\(notBeforeWord)"),
    ]

    static let dates: [PatternRule] = [
        PatternRule("date.numeric", .date, 0.95, "(?<![\\d])\\d{1,2}\(space)?[./\\-–]\(space)?\\d{1,2}\(space)?[./\\-–]\(space)?(?:\\d{4}|\\d{2})(?!\\d)"),
        PatternRule("date.iso", .date, 0.95, "(?<!\\d)\(year)[-–./](?:0?[1-9]|1[0-2])[-–./]\\d{1,2}(?!\\d)"),
        PatternRule("date.day-month", .date, 0.7, "(?<![\\d.,])(?:0?[1-9]|[12]\\d|3[01])(?:\\.\(space)?|/)(?:0?[1-9]|1[0-2])\\.?(?![\\d,]|\(space)?(?:%|prosent|kr))"),
        PatternRule("date.named", .date, 0.95, "\(notAfterWord)(?:\(weekday)\(space)+)?(?:den\(space)+)?\(ordinal)\(space)*\(month)(?:\(space)+(?:i\(space)+)?(?:\(year)|['’]?\\d\\d)(?!\\d))?"),
        PatternRule("date.spoken-numeric", .date, 0.85, "\(notAfterWord)(?:den\(space)+)(?:\(SpokenNumbers.ordinalPattern))\(space)+(?:i\(space)+)?(?:\(SpokenNumbers.ordinalPattern))(?:\(space)+(?:nitten|tjue|to\(space)tusen\(space)og)\\S*)?"),
        PatternRule("date.day-of-month", .date, 0.8, "\(notAfterWord)(?:den\(space)+)?\\d{1,2}\\.\(space)+i\(space)+(?:\(SpokenNumbers.ordinalPattern)|\\d{1,2}\\.)(?!\(space)*\\p{Ll}{3,})"),
        PatternRule("date.day-number", .date, 0.8, "\(notAfterWord)\\d{1,2}\\.?\(space)+\(month)(?:\(space)+\(year))?"),
        PatternRule("date.month-year", .date, 0.9, "\(notAfterWord)\(month)(?:\(space)+(?:i\(space)+)?(?:\(year)|['’]\\d\\d)|\(space)+i\(space)+(?:fjor|år|forfjor))"),
        PatternRule("date.month", .date, 0.5, "\(notAfterWord)(?:i|fra|til|siden|før|etter|midten\(space)av|slutten\(space)av|starten\(space)av|begynnelsen\(space)av|hele|utpå)\(space)+(\(month))\(notBeforeWord)"),
        PatternRule("date.day", .date, 0.7, "\(notAfterWord)(?:\(weekday)\(space)+)?den\(space)+(?:\\d{1,2}\\.|\(SpokenNumbers.ordinalPattern.replacingOccurrences(of: "|andre|", with: "|").replacingOccurrences(of: "|første|", with: "|")))(?!\(space)*\\p{Ll}{2,}(?:en|et|a)\\b)\(notBeforeWord)"),
        PatternRule("date.weekday", .date, 0.7, "\(notAfterWord)\(weekday)\(space)+(?:den\(space)+)?(?:\(ordinal)|\\d{1,2}[./]\\d{1,2})"),
        PatternRule("date.season-year", .date, 0.9, "\(notAfterWord)(?:\(season)|[12]\\d{3}-tallet)\(space)+(?:i\(space)+)?\(year)(?!\\d)"),
        PatternRule("date.relative-season", .date, 0.8, "\(notAfterWord)(?:i\(space)+(?:fjor|forfjor)(?:\(space)+\(season))?|(?:forrige|sist|siste)\(space)+(?:\(season)|\(month))|\(season)\(space)+(?:i\(space)+(?:fjor|forfjor)))\(notBeforeWord)"),
        PatternRule("date.year", .date, 0.7, "(?<![\\d.,/\\-])\(year)(?![\\d/]|[.,]\\d|\(space)?(?:kr|kroner|meter|gram|stykker|personer|innbyggere))"),
        PatternRule("date.short-year", .date, 0.6, "\(notAfterWord)(?:i|fra|siden|født\(space)i)\(space)+(['’]?\\d\\d)(?=\(space)*(?:[.,;!?]|$|da\\b|så\\b|og\\b|var\\b))|(?<!\\w)['’]\\d\\d\\b"),
        PatternRule("date.spoken-year", .date, 0.85, "\(notAfterWord)(?:nitten(?:hundre)?(?:\(space)*og)?|tjue|to\(space)*tusen\(space)*og|totusenog)\(space)*(?:hundre\(space)*og\(space)*)?(?:ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten|tjue|(?:tjue|tyve|tretti|tredve|førti|femti|seksti|sytti|åtti|nitti)\(letter)*)(?!\(space)+(?:år|stykker|kroner|prosent))\(notBeforeWord)"),
        PatternRule("date.spoken-year-old", .date, 0.85, "\(notAfterWord)nitten(?:hundre)?(?:\(space)*og)?\(space)*\\p{L}{2,5}\(space)?og\(space)?\(tensWords)\(notBeforeWord)"),
        PatternRule("date.spoken-short-year", .date, 0.6, "\(notAfterWord)(?:i|fra|siden)\(space)+((?:\(tensWords)\(space)?(?:" + SpokenNumbers.pattern + ")|\\p{L}{2,5}og\(tensWords)))(?=\(space)*(?:[.,;!?]|$|da\\b|så\\b|og\\b|var\\b|kom\\b))"),
        PatternRule("date.decade", .date, 0.6, "\(notAfterWord)(?:\(year)-tallet|(?:på|i|utpå|tidlig\(space)på|sent\(space)på|slutten\(space)av|begynnelsen\(space)av|midten\(space)av)\(space)+(?:\(decades)|\\d0-)-?tallet)"),
        PatternRule("date.birth", .date, 0.9, "født\(space)+(?:i\(space)+|den\(space)+)?((?:\\d{1,2}|" + SpokenNumbers.pattern + ")(?:\(space)+(?:" + SpokenNumbers.pattern + "))?)\(notBeforeWord)"),
    ]

    static let ages: [PatternRule] = [
        PatternRule("age.old", .age, 0.95, "\(notAfterWord)\(number)(?:\(space)+og\(space)+et\(space)+halvt)?\(space)+(?:og\(space)+\(number)\(space)+)?(?:år|måneder|månader|uker|veker)s?\(space)+(?:gammel|gamle|gammal|gammelt|gamalt|gaml)"),
        PatternRule("age.compound", .age, 0.95, "\(notAfterWord)(?:\\d{1,3}(?:\(space)?-\(space)?)?|(?:" + SpokenNumbers.pattern + ")-?)(?:åring(?:er|en|ene|ar|ane|s)?|årig(?:e)?|årsdag(?:en)?|årsalder(?:en)?|årsalderen|årslag(?:et)?|års-?alderen)\(notBeforeWord)"),
        PatternRule("age.turned", .age, 0.9, "\(notAfterWord)(?:fylte|fyller|fylt|fyllte|rundet|runder|rundt|blir|ble|blei|vart|bikket|passert|passerte|nærmer\(space)seg)\(space)+(?:snart\(space)+|nettopp\(space)+|akkurat\(space)+)?(\(number)(?:\(space)+år)?)\(notBeforeWord)(?!\(space)+(?:ganger|timer|uker|dager|prosent|stykker|personer|barn|ansatte|kroner|av|til|som|måneder))"),
        PatternRule("age.when", .age, 0.9, "\(notAfterWord)(?:da|når|før|til|fra|siden|mens|etter|at)\(space)+(?:jeg|eg|æ|e|han|hun|ho|hu|du|barna|ungene)\(space)+(?:var|er|ble|blei|blir|vart)\(space)+(?:rundt\(space)+|cirka\(space)+|ca\\.?\(space)+|omtrent\(space)+|bare\(space)+|sånn\(space)+|kanskje\(space)+)*(\(number)(?:[- ]+(?:eller\(space)+)?\(number))?(?:\(space)+år)?)\(notBeforeWord)(?!\(space)+(?:ganger|timer|uker|dager|prosent|stykker|personer|ansatte|kroner|av|stk|som))"),
        PatternRule("age.is", .age, 0.85, "\(notAfterWord)(?<!\\b(?:i|på|om|for|etter|gjennom)\(space))(?:er|var|vært|va|alder|alderen|aldersgruppa|rundt|omtrent|cirka|ca\\.?|over|under|snart|nesten|nå|,)\(space)*(?:bare\(space)+|nå\(space)+|snart\(space)+|nesten\(space)+|rundt\(space)+|over\(space)+|på\(space)+)*(\(number)(?:\(space)*(?:-|–|til|og|eller)\(space)*\(number))?\(space)+år)\(notBeforeWord)(?!\(space)+(?:siden|sidan|etter|før|med|i|på|fram|til|til|erfaring|fengsel|tilbake))"),
        PatternRule("age.i-am", .age, 0.7, "\(notAfterWord)(?:jeg|eg|æ|e|han|hun|ho|hu|du|n|a|barnet|\(relations))(?:\(space)+(?:min|mi|vår|vårt|mitt|din|hans|hennes|hennar|sin))?\(space)+(?:er|var|va|e|ble|blei|blir|vart|hadde\(space)blitt|har\(space)blitt)\(space)+(?:\(hedge)\(space)+)*((?:\\d{1,3}|(?!(?:en|et|ei|ein|to|tre)\\b)(?:" + SpokenNumbers.pattern + ")))(?=\(space)*(?:[.,;:!?…]|$|(?:og|men|da|nå|no|år|når|den|som|i\(space)(?:\(month)|dag|fjor|år|går|sommer|vinter|høst|vår))\(notBeforeWord)))"),
        PatternRule("age.person-of", .age, 0.85, "\(notAfterWord)\(peopleWords)\(space)+(?:(?:min|mi|mitt|mine|vår|hans|hennes)\(space)+)?på\(space)+(?:\(hedge)\(space)+)*(\(number)(?:\(space)+og\(space)+(?:en|et)\(space)+halvt?|\(space)+(?:og|eller)\(space)+\(number))?(?:\(space)+år)?)\(notBeforeWord)"),
        PatternRule("age.one-of", .age, 0.7, "\(notAfterWord)(?:en|ei|ein|hun|han|ho|hu)\(space)+på\(space)+(?:\(hedge)\(space)+)*((?:[2-9]\\d|1[1-9]|(?!(?:hundre|ti|\(smallNumbers))\\b)(?:" + SpokenNumbers.pattern + "))(?:\(space)+år)?)(?=\(space)*(?:[.,;:!?…]|$|(?:som|og|men|med|i|fra|hos)\\b))"),
        PatternRule("age.is-bare", .age, 0.5, "\(notAfterWord)(?:er|var|blir|ble)\(space)+(?:nå\(space)+|snart\(space)+)?(\\d{1,2}(?:\(space)+og\(space)+\\d{1,2})?)(?=\(space)*(?:[.,;!?]|$))"),
        PatternRule("age.is-bare-word", .age, 0.5, "(?<!(?:vi|de|dem|det|dei|dere|klokka|klokken|som|der|her)\(space))(?<![\\p{L}\\p{M}\\d])(?:er|var|va)\(space)+(?:\(hedge)\(space)+)*((?!(?:ti|elleve|tolv|hundre|\(smallNumbers))\\b)(?:" + SpokenNumbers.pattern + "))(?=\(space)*(?:[.;!?…]|$))"),
        PatternRule("age.was-i", .age, 0.85, "\(notAfterWord)(?:er|var|ble|blei|blir|vart)\(space)+(?:jeg|eg|æ|e|han|hun|ho|hu|vi|de)\(space)+(?:jo|vel|nok|da|bare|kanskje|rundt|cirka|omtrent|sikkert|litt|over|under|nå|snart|nesten|sånn|\(space))*(\(number)\(space)+år)\(notBeforeWord)(?!\(space)+(?:siden|sidan|etter|før|med))"),
        PatternRule("age.decade", .age, 0.9, "\(notAfterWord)(?:(?:midt|tidlig|sent|langt|godt|oppe|ute)?\(space)*i\(space)+)?(?:begynnelsen\(space)+av\(space)+|slutten\(space)+av\(space)+|midten\(space)+av\(space)+|starten\(space)+av\(space)+)?(?:\\d0\(space)?-?\(space)?|\(decades)-?)(?:åra|årene|årane)\(notBeforeWord)"),
        PatternRule("age.decade-tall", .age, 0.5, "\(notAfterWord)\\d0\(space)?\\+\(notBeforeWord)"),
        PatternRule("age.parenthesis", .age, 0.8, "[A-ZÆØÅ]\(letter)+\(space)*\\((\\d{1,3})(?:\(space)*år)?\\)", caseSensitive: true),
        PatternRule("age.label", .age, 0.9, "\(notAfterWord)alder(?:en)?\(space)*(?:er|:|på)\(space)*(\(number))\(notBeforeWord)"),
        PatternRule("age.class", .age, 0.5, "\(notAfterWord)(?:født|årgang|årskull(?:et)?)\(space)+(?:i\(space)+)?((?:19|20)?\\d\\d)(?!\\d)"),
    ]

    static let facts: [PatternRule] = [
        PatternRule("fact.only", .relationFact, 0.5, "\(notAfterWord)(?:den|det|de|dei)\(space)+(?:aller\(space)+)?eneste\(space)+\(letter)+(?:\(space)+(?:i|på|ved)\(space)+(?:kommunen|kommuna|bygda|avdelinga|avdelingen|fylket|landet|teamet|kontoret|tettstedet))?"),
        PatternRule("fact.few", .relationFact, 0.5, "\(notAfterWord)(?:vi|de|dei|dem)\(space)+(?:er|var)\(space)+(?:bare|kun|berre)\(space)+(?:en|to|tre|fire|fem|[1-5])\(notBeforeWord)"),
        PatternRule("fact.few-staff", .relationFact, 0.5, "\(notAfterWord)(?:vi|de|dei|dem)\(space)+(?:er|var|va)\(space)+(?:jo\(space)+|nå\(space)+|bare\(space)+|kun\(space)+)*(?:to|tre|fire|fem|[2-5])\(space)+(?:ansatte|tilsette|stillinger|årsverk|sykepleiere|leger|psykologer|veiledere|saksbehandlere|fagfolk)\(notBeforeWord)"),
        PatternRule("ethnicity", .ethnicity, 0.5, "\(notAfterWord)(?:samisk(?:e)?|same(?:r|n|ne)?|kven(?:er|en)?|kvensk(?:e)?|rom(?:folk|folket|ani)|tater(?:e|en|ne)?|somalier(?:e|en)?|somalisk(?:e)?|pakistaner(?:e|en)?|pakistansk(?:e)?|syrer(?:e|en)?|syrisk(?:e)?|afghaner(?:e|en)?|afghansk(?:e)?|eritreer(?:e|en)?|eritreisk(?:e)?|iraker(?:e|en)?|irakisk(?:e)?|iraner(?:e|en)?|kurder(?:e|en)?|kurdisk(?:e)?|polakk(?:er|en)?|polsk(?:e)?|litauer(?:e|en)?|litauisk(?:e)?|ukrainer(?:e|en)?|ukrainsk(?:e)?|tamil(?:er|en)?|tamilsk(?:e)?|muslim(?:er|en|sk|ske)?|jøde(?:r|n)?|jødisk(?:e)?|hindu(?:er|en)?|sikh(?:er|en)?|katolikk(?:er|en)?|katolsk(?:e)?|buddhist(?:er|en|isk)?|læstadiansk(?:e)?|læstadianer(?:e|en)?|pinsevenn(?:er|en)?|jehovas\(space)vitne(?:r)?)\(notBeforeWord)"),
    ]

    static let all: [PatternRule] = contact + addresses + dates + ages + facts
}
