extension Detector {
    private static let birthWords = ["født", "fødd", "fødselsdato", "fødselsnummer", "personnummer", "f", "fnr", "pnr", "personnr", "fødselsnr", "fdato", "f.dato", "d-nummer", "pasienten", "bursdag"]
    private static let fillers: Set<String> = ["og", "så", "eh", "ehm", "deretter", "pluss", "bindestrek", "strek", "de", "dei", "siste", "er", "fem", "siffer", "sifrene", "sifra", "personnummer", "personnummeret", "etterpå", "øh", "da", "kommer", "minus", "mellomrom", "med", "nummer", "resten", "ja", "altså"]

    /// National identity numbers that talk breaks in two ("010190 og så 12345"), birth dates of six digits, and the five digits
    /// of a "personnummer".
    func brokenNumbers(_ text: RuleText) -> [Detection] {
        let t = text.tokens
        var out: [Detection] = []
        func digits(_ range: Range<Int>) -> [Int] { t[range].filter { $0.kind == .number }.flatMap { $0.text.unicodeScalars.map { Int($0.value) - 48 } } }
        /// The end of a run of number tokens from `i` with `count` digits, joined by nothing but spaces, points and hyphens.
        func run(_ i: Int, _ count: Int) -> Int? {
            var sum = 0, j = i
            while j < t.count {
                if t[j].kind == .number { sum += t[j].text.unicodeScalars.count; j += 1; if sum >= count { break } }
                else if [".", "-", "–", "/"].contains(t[j].text), sum > 0 { j += 1 } else { break }
            }
            guard sum == count else { return nil }
            // Not the head of a longer number.
            if j < t.count, t[j].kind == .number { return nil }
            return j
        }
        func isBirthDate(_ d: [Int]) -> Bool { d.count == 6 && CheckDigits.hasNationalIDShape(d + [0, 0, 0, 0, 0]) }
        func says(_ range: Range<Int>) -> Bool {
            range.contains { i in t[i].kind == .word && Self.birthWords.contains { word in word.count < 4 ? t[i].lower == word : t[i].lower.hasPrefix(word) } }
        }
        var i = 0
        while i < t.count {
            guard t[i].kind == .number, i == 0 || t[i - 1].kind != .number || t[i].spaceBefore else { i += 1; continue }
            if let end = run(i, 6), isBirthDate(digits(i..<end)) {
                // Words, then the other five.
                var j = end, filled = 0
                while j < t.count, filled < 8, t[j].kind == .word ? Self.fillers.contains(t[j].lower) : [",", "-", "–", ".", "…", "/", ":"].contains(t[j].text) { j += 1; filled += 1 }
                if j > end, j < t.count, t[j].kind == .number, let last = run(j, 5) {
                    out.append(Detection(start: t[i].start, end: t[last - 1].end, type: .nationalID, score: 0.9, rule: "national-id.broken"))
                    i = last
                    continue
                }
                let before = max(0, i - 5)..<i, after = end..<min(t.count, end + 4)
                if says(before) || says(after) {
                    out.append(Detection(start: t[i].start, end: t[end - 1].end, type: .nationalID, score: 0.85, rule: "birth-date.six-digits"))
                    i = end
                    continue
                }
            }
            if let end = run(i, 5), says(max(0, i - 5)..<i) || i + 1 < t.count && (t[max(0, i - 3)..<i].contains { $0.lower.hasPrefix("siffer") || $0.lower.hasPrefix("sifre") }) {
                out.append(Detection(start: t[i].start, end: t[end - 1].end, type: .nationalID, score: 0.8, rule: "national-id.last-five"))
                i = end
                continue
            }
            i += 1
        }
        return out + spokenPlates(text)
    }

    private static let vehicles = ["bil", "moped", "scooter", "motorsykkel", "henger", "traktor", "skilt", "registrering", "regnummer", "kjennemerke", "kjenneteikn"]

    /// "skiltet er a b tolv tre førtifem", "bilen har EL en to tre fire fem".
    private func spokenPlates(_ text: RuleText) -> [Detection] {
        let t = text.tokens
        var out: [Detection] = []
        for i in t.indices where t[i].kind == .word && Self.vehicles.contains(where: { t[i].lower.hasPrefix($0) }) {
            var j = i + 1
            while j < min(t.count, i + 7) {
                defer { j += 1 }
                guard t[j].kind == .word else { continue }
                var letters = 0, k = j
                while k < t.count, t[k].kind == .word, letters < 2, t[k].text.unicodeScalars.count <= 2, SpokenNumbers.values[t[k].lower] == nil,
                    t[k].text.unicodeScalars.count == 1 || letters == 0 && !ContextWords.functionWords.contains(t[k].lower) || t[k].isAllCapitals {
                    letters += t[k].text.unicodeScalars.count
                    k += 1
                }
                guard (1...2).contains(letters) else { continue }
                var count = 0, end = k
                while end < t.count {
                    if t[end].kind == .number, t[end].text.count <= 5 { count += t[end].text.count; end += 1; continue }
                    if [",", "-"].contains(t[end].text), count > 0, end + 1 < t.count, SpokenNumbers.values[t[end + 1].lower] != nil { end += 1; continue }
                    guard t[end].kind == .word, let value = SpokenNumbers.values[t[end].lower], value < 100 else { break }
                    count += value > 9 ? 2 : 1
                    end += 1
                }
                if (4...7).contains(count) {
                    out.append(Detection(start: t[j].start, end: t[end - 1].end, type: .plate, score: 0.8, rule: "plate.spoken"))
                    break
                }
            }
        }
        return out
    }
}
