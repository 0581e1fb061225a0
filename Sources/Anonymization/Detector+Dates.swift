import Bokmal

extension Detector {
    private static let yearPrepositions: Set<String> = ["i", "siden", "sidan", "våren", "høsten", "hausten", "sommeren", "sommaren", "vinteren", "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember", "jula", "påska"]
    private static let afterYear: Set<String> = ["da", "så", "og", "men", "var", "kom", "ble", "blei", "fikk", "flytta", "flyttet", "døde", "begynte", "tok", "tror", "eller", "hadde", "vart", "reiste", "gikk", "gjekk", "satt", "sat", "første", "fyrste", "siste", "som", "på", "i", "da", "då", "jeg", "han", "hun", "vi", "ho"]
    private static let counted: Set<String> = ["år", "minutter", "timer", "dager", "uker", "måneder", "kilo", "meter", "mil", "kilometer", "kroner", "prosent", "grader", "stykker", "ganger", "døgn", "barn", "elever", "elevar", "personer", "folk", "mennesker", "menneske", "pasienter", "pasientar", "unger", "ungar"]

    /// What a year is said after, in place of "i".
    private static let partsOfYear = Set((DateWords.seasons + " " + DateWords.months + " " + """
        vårparten haustparten høstparten forsommeren forsommaren ettersommeren ettersommaren seinsommeren seinvinteren seinvinter seinhøsten seinhausten \
        sommerferien sommarferien fellesferien høstferien haustferien vinterferien påskeferien juleferien mellomjula mellomjulen romjula romjulen påskeveka påskeuka påskehelga \
        pinsa pinsehelga nyttår julaften julafta sankthans jonsok onna slåtten slåttonna regntida regntiden tørketida advent adventa krigsvinteren krigsvåren
        """).split(whereSeparator: \.isWhitespace).map(String.init))

    /// Years said as two digits ("i femtiseks", "våren sekstito"), and six digits of a birth date beside a word that tells.
    func partialDates(_ text: RuleText) -> [Detection] {
        let t = text.tokens
        var out: [Detection] = []
        for i in t.indices.dropFirst() where text.cues[i].contains(.numberWord) && t[i].kind == .word && t[i - 1].kind == .word {
            let before = t[i - 1].lower, isPart = Self.partsOfYear.contains(before)
            guard isPart || Self.yearPrepositions.contains(before) else { continue }
            // "våren null sju"
            if isPart, t[i].lower == "null", i + 1 < t.count, let ones = SpokenNumbers.values[t[i + 1].lower], (1...9).contains(ones) {
                out.append(Detection(start: t[i - 1].start, end: t[i + 1].end, type: .date, score: 0.7, rule: "date.spoken-short-year"))
                continue
            }
            guard let value = SpokenNumbers.values[t[i].lower], ((isPart ? 10 : 20)..<100).contains(value), value % 10 != 0 || before != "i" else { continue }
            var end = i + 1
            // "i seksti åtte" is one year, too; "i seksti" alone may be a speed.
            if value % 10 == 0, end < t.count, let ones = SpokenNumbers.values[t[end].lower], (1...9).contains(ones) { end += 1 }
            guard end >= t.count || !Self.counted.contains(t[end].lower), isPart && !text.cues[i - 1].contains(.month) && value > 20 && value % 10 != 0 || closesYear(t, end) else { continue }
            out.append(Detection(start: t[isPart ? i - 1 : i].start, end: t[end - 1].end, type: .date, score: 0.6, rule: "date.spoken-short-year"))
        }
        return out
    }

    /// Whether what begins at a token cannot be what the number before it counts.
    private func closesYear(_ t: [TextToken], _ i: Int) -> Bool {
        guard i < t.count, t[i].kind != .newline else { return true }
        if t[i].kind == .punctuation { return ".,;:!?…)".contains(t[i].text) }
        if Self.afterYear.contains(t[i].lower) { return true }
        guard let parts = (words as? WordForms)?.partsOfSpeech(t[i].lower), !parts.isEmpty, !parts.contains(.noun) else { return false }
        // A participle that is a past tense, too: "giftet", "brukte".
        return !parts.contains(.adjective) || parts.contains(.verb)
    }
}
