extension Detector {
    /// Whether a date is a day that comes every year for everybody ("på 17. mai er det alltid …"): no year, no weekday, and talk
    /// of custom around it. A date without such talk is taken for the day something happened.
    func isHoliday(_ text: RuleText, _ range: Range<Int>) -> Bool {
        let date = NameKey.fold(text.text.string(range.lowerBound, range.upperBound))
        let words = date.split(separator: " ")
        guard Self.holidays.contains(date) || words.last.map({ Self.feastDays.contains(String($0)) }) == true else { return false }
        let t = text.tokens
        func ends(_ token: TextToken) -> Bool { token.kind == .newline || [".", "!", "?"].contains(token.text) && !range.contains(token.start) }
        var first = text.token(at: range.lowerBound), last = first
        while first > 0, !ends(t[first - 1]) { first -= 1 }
        while last < t.count, !ends(t[last]) { last += 1 }
        let sentence = t[first..<last].filter { !range.contains($0.start) }.map(\.lower)
        return !sentence.contains(where: Self.lifeEvents.contains) && sentence.contains(where: Self.customs.contains)
    }

    private static let holidays: Set<String> = [
        "1. mai", "første mai", "17. mai", "17.mai", "syttende mai", "søttende mai", "1. januar", "første januar", "24. desember", "25. desember",
        "26. desember", "31. desember",
    ]
    private static let feastDays = Set(DateWords.feastDays.split(whereSeparator: \.isWhitespace).map(String.init))
    private static let customs: Set<String> = [
        "kvart", "kvar", "alltids", "plar", "vane", "tradisjonen", "vanligvis", "pynter", "pynta",
        "hver", "hvert", "alltid", "aldri", "pleier", "pleide", "feire", "feirer", "feira", "feiret", "feiring", "feiringen", "tog", "toget", "bunad",
        "flagg", "flagget", "frokost", "frokosten", "tradisjon", "årlig",
    ]
    private static let lifeEvents: Set<String> = [
        "født", "fødd", "fødselsdag", "bursdag", "bursdagen", "død", "døde", "dødd", "gift", "skilt", "operert", "innlagt", "begravet", "begravelse",
    ]
}
