import Bokmal

extension Detector {
    private static let yearPrepositions: Set<String> = ["i", "siden", "sidan", "våren", "høsten", "hausten", "sommeren", "sommaren", "vinteren", "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember", "jula", "påska"]
    private static let afterYear: Set<String> = ["da", "så", "og", "men", "var", "kom", "ble", "blei", "fikk", "flytta", "flyttet", "døde", "begynte", "tok", "tror", "eller", "hadde", "vart", "reiste", "gikk", "som", "på", "i", "da", "då", "jeg", "han", "hun", "vi", "ho"]
    private static let counted: Set<String> = ["år", "minutter", "timer", "dager", "uker", "måneder", "kilo", "meter", "mil", "kilometer", "kroner", "prosent", "grader", "stykker", "ganger", "døgn"]

    /// Years said as two digits ("i femtiseks", "våren sekstito"), and six digits of a birth date beside a word that tells.
    func partialDates(_ text: RuleText) -> [Detection] {
        let t = text.tokens
        var out: [Detection] = []
        for i in t.indices.dropFirst() where text.cues[i].contains(.numberWord) && t[i].kind == .word && t[i - 1].kind == .word && Self.yearPrepositions.contains(t[i - 1].lower) {
            guard let value = SpokenNumbers.values[t[i].lower], (20..<100).contains(value), value % 10 != 0 || t[i - 1].lower != "i" else { continue }
            var end = i + 1
            // "i seksti åtte" is one year, too; "i seksti" alone may be a speed.
            if value % 10 == 0, end < t.count, let ones = SpokenNumbers.values[t[end].lower], (1...9).contains(ones) { end += 1 }
            let closes = end >= t.count || t[end].kind == .newline || t[end].kind == .punctuation && ".,;:!?…)".contains(t[end].text) || Self.afterYear.contains(t[end].lower)
                || (words as? WordForms).map { !$0.partsOfSpeech(t[end].lower).isEmpty && $0.partsOfSpeech(t[end].lower).isDisjoint(with: [.noun, .adjective]) } == true
            guard closes, end >= t.count || !Self.counted.contains(t[end].lower) else { continue }
            out.append(Detection(start: t[i].start, end: t[end - 1].end, type: .date, score: 0.6, rule: "date.spoken-short-year"))
        }
        return out
    }
}
