/// Dates as they are said in talk, without a year that is written.
extension PatternRules {
    private static let space = "[ \\u00A0\\u2009\\u202F]"
    private static let notAfterWord = "(?<![\\p{L}\\p{M}\\d])", notBeforeWord = "(?![\\p{L}\\p{M}\\d])"
    private static let month = "(?:" + DateWords.alternatives(DateWords.months) + ")"
    private static let season = "(?:" + DateWords.alternatives(DateWords.seasons) + ")"
    private static let ones = "(?:en|ein|to|tre|fire|fir|fem|seks|sju|syv|åtte|åtta|ni)"
    private static let tens = "(?:tjue|tyve|tretti|tredve|førti|femti|seksti|sytti|søtti|åtti|nitti)"
    private static let number = "(?:\\d{1,2}|" + SpokenNumbers.pattern + ")"
    private static let thatYear = "(?:neste\(space)+år|i\(space)+(?:fjor|forfjor|år)|året\(space)+(?:etter|før)|(?:det|same|samme|det\(space)+samme)\(space)+år(?:et)?|for\(space)+\(number)\(space)+år\(space)+(?:siden|sidan|sia))"

    static let saidDates: [PatternRule] = [
        // "andre juledag", "lille julaften", "Kristi himmelfartsdag": a day on which something happened; one that is spoken of as custom is left.
        PatternRule(
            "date.feast-day", .date, 0.6, on: .feastDay,
            "\(notAfterWord)(?:natt\(space)+til\(space)+)?(?:(?:\(SpokenNumbers.ordinalPattern)|\\d\\.|lille|litle|vesle|kristi)\(space)+)?(?:" + DateWords.alternatives(DateWords.feastDays)
                + ")(?:\(space)+\(thatYear))?\(notBeforeWord)"),
        PatternRule("date.month-that-year", .date, 0.85, on: .month, "\(notAfterWord)\(month)\(space)+\(thatYear)\(notBeforeWord)"),
        PatternRule("date.season-that-year", .date, 0.7, on: .season, "\(notAfterWord)\(season)\(space)+(?:neste\(space)+år|året\(space)+(?:etter|før)|for\(space)+\(number)\(space)+år\(space)+(?:siden|sidan|sia))\(notBeforeWord)"),
        // Not of a pregnancy, which is counted in weeks, too.
        PatternRule(
            "date.week", .date, 0.5, on: .week,
            "(?<!født\(space)i\(space))(?<!fødd\(space)i\(space))(?<!fra\(space))\(notAfterWord)((?:uke|veke)\(space)+(?:nr\\.?\(space)*|nummer\(space)+)?\(number)(?:\(space)+\(thatYear))?)\(notBeforeWord)(?!\(space)+(?:prosent|ganger|dager|timer|uker|år|i\(space)+svangerskapet))"),
        // "nullseks", "null-fire": the first years of the century.
        PatternRule("date.null-year", .date, 0.8, on: .oldYear, "\(notAfterWord)null-?\(ones)\(notBeforeWord)"),
        // "i -68", "siden '74", "1790-åra", "attensekstiåra".
        PatternRule("date.short-year", .date, 0.8, on: .digit, "(?:(?<=\\bi\(space))|(?<=\\b(?:siden|sidan)\(space)))[-–'’]\\d\\d\(notBeforeWord)(?!\\p{P}?\\d|\(space)*(?:[°%]|grader|prosent|kroner|minus|til\\b|celsius|C\\b))"),
        PatternRule("date.old-decade", .date, 0.7, on: .ageWord, "\(notAfterWord)(?:1[5-9]\\d0-?|(?:sytten|atten)\(tens))(?:åra|åran|årene|årane)\(notBeforeWord)"),
        // "nittenfem", "attentredve", "sekstenhundreognittiåtte".
        PatternRule(
            "date.old-year", .date, 0.8, on: .oldYear,
            "\(notAfterWord)(?:(?:nitten|atten)-?(?:null-?)?\(ones)|(?:nitten|atten|sytten|seksten|femten)(?:hundre\(space)?(?:og)?)?\(space)?(?:og)?\(space)?(?:\(tens)(?:\(space)?(?:og)?\(space)?\(ones))?|\(ones)og\(tens))|(?:atten|sytten|seksten|femten)hundre(?:og)?[\\p{L}]+|(?:nitten|atten)hundre\(space)?og\(space)?(?:\(ones)|\(tens)(?:\(ones))?|\(ones)og\(tens)))(?!\(space)+(?:år|kroner|stykker|meter|personer|mennesker))\(notBeforeWord)"),
    ]
}
