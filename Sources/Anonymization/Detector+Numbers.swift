extension Detector {
    /// Runs of digits with separators between them, judged by their check digits and their shape.
    func numbers(_ rules: RuleText, dates: [Detection]) -> [Detection] {
        let text = rules.text
        let s = text.scalars
        let dates = dates.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        var out: [Detection] = []
        out += ibans(text)
        out += brokenNumbers(rules)
        var i = 0
        while i < s.count {
            guard TextToken.isDigit(s[i]) else { i += 1; continue }
            let afterLetter = i > 0 && s[i - 1].properties.isAlphabetic
            // Positions of the digits of the run; a group ends where a separator follows.
            var digits: [Int] = [i]
            var end = i + 1
            run: while end < s.count {
                if TextToken.isDigit(s[end]) { digits.append(end); end += 1; continue }
                var gap = end
                while gap < s.count, gap - end < 3, Self.isSeparator(s[gap]) { gap += 1 }
                guard gap > end, gap < s.count, TextToken.isDigit(s[gap]) else { break run }
                digits.append(gap)
                end = gap + 1
            }
            if !afterLetter || digits.count >= 8 { for part in Self.parts(digits) { out += judged(rules, Array(part), dates) } }
            i = end
        }
        return out
    }

    /// A table of figures is one long run: judged in parts, since each number found has the rest judged anew. The parts overlap by
    /// more digits than any number has, and begin where a group does.
    static func parts(_ digits: [Int], length: Int = 240, overlap: Int = 24) -> [ArraySlice<Int>] {
        var out: [ArraySlice<Int>] = []
        var start = 0
        while digits.count - start > length {
            out.append(digits[start..<(start + length)])
            let next = start + length - overlap
            start = (next..<(next + overlap)).first { digits[$0] != digits[$0 - 1] + 1 } ?? next
        }
        out.append(digits[start...])
        return out
    }

    private static func isSeparator(_ s: Unicode.Scalar) -> Bool {
        switch s {
        case " ", "\u{A0}", "\u{2009}", "\u{202F}", ".", "-", "–", "—", "/", ",", "\u{2011}", "\u{2212}", "_": true
        default: false
        }
    }

    private func judged(_ text: RuleText, _ positions: [Int], _ dates: [Detection]) -> [Detection] {
        guard positions.count >= 5 else { return [] }
        let s = text.text.scalars
        let digits = positions.map { Int(s[$0].value) - 48 }
        func startsGroup(_ i: Int) -> Bool { i == 0 || positions[i] != positions[i - 1] + 1 }
        func endsGroup(_ i: Int) -> Bool { i == positions.count - 1 || positions[i + 1] != positions[i] + 1 }
        // A window of whole groups with `count` digits.
        func windows(_ count: Int) -> [Int] {
            guard positions.count >= count else { return [] }
            return (0...(positions.count - count)).filter { startsGroup($0) && endsGroup($0 + count - 1) }
        }
        func detection(_ first: Int, _ count: Int, _ type: EntityType, _ score: Double, _ rule: String) -> [Detection] {
            var start = positions[first]
            let end = positions[first + count - 1] + 1
            if type == .phone { start = phonePrefix(text.text, start) }
            return judged(text, Array(positions[..<first]), dates)
                + [Detection(start: start, end: end, type: type, score: score, rule: rule)]
                + judged(text, Array(positions[(first + count)...]), dates)
        }
        func slice(_ first: Int, _ count: Int) -> [Int] { Array(digits[first..<(first + count)]) }

        let from = positions[0], to = positions[positions.count - 1] + 1
        // A sum, two times of day or a book's number has no identifier inside it.
        if isPlainNumber(text, from, to, digits) { return [] }
        for count in stride(from: 19, through: 13, by: -1) {
            if let w = windows(count).first(where: { CheckDigits.isCard(slice($0, count)) && digits[$0] != 0 }) {
                return detection(w, count, .card, 1, "checkdigit.card")
            }
        }
        if from > 0, s[from - 1] == "+" || from > 1 && s[from - 1] == " " && s[from - 2] == "+", (6...16).contains(digits.count) {
            let start = phonePrefix(text.text, from)
            let plus = s[from - 1] == "+" ? from - 1 : from - 2
            return [Detection(start: min(start, plus), end: to, type: .phone, score: 0.95, rule: "phone.international")]
        }
        let elevens = windows(11)
        if let w = elevens.first(where: { CheckDigits.isNationalID(slice($0, 11)) }) {
            return detection(w, 11, .nationalID, 1, "checkdigit.national-id")
        }
        // Four, two and five digits are how an account is written, whatever its check digit.
        func isAccountShape(_ first: Int) -> Bool { endsGroup(first + 3) && endsGroup(first + 5) && !endsGroup(first + 1) && !endsGroup(first + 7) }
        if let w = elevens.first(where: { CheckDigits.isAccount(slice($0, 11)) || isAccountShape($0) }) {
            return detection(w, 11, .account, 0.95, "checkdigit.account")
        }
        if let w = elevens.first(where: { CheckDigits.hasNationalIDShape(slice($0, 11)) }) {
            return detection(w, 11, .nationalID, 0.9, "shape.national-id")
        }
        // The country code of a phone number, written with the number.
        for (count, prefix) in [(12, [0, 0, 4, 7]), (10, [4, 7])] {
            if let w = windows(count).first(where: { Array(digits[$0..<($0 + prefix.count)]) == prefix && digits[$0 + prefix.count] >= 2 }) {
                return detection(w, count, .phone, 0.95, "phone.country-code")
            }
        }
        if let w = elevens.first { return detection(w, 11, .nationalID, 0.7, "shape.eleven-digits") }

        let covered = { (a: Int, b: Int) in Self.lies(positions[a], positions[b], in: dates) }
        if let w = windows(8).first(where: { digits[$0] >= 2 && !covered($0, $0 + 7) }) {
            return detection(w, 8, .phone, 0.9, "phone.eight-digits")
        }
        if positions.count >= 7, !covered(0, positions.count - 1) {
            if digits.count == 9, CheckDigits.isOrganisation(digits) {
                return [Detection(start: from, end: to, type: .other, score: 0.9, rule: "checkdigit.organisation")]
            }
            return [Detection(start: from, end: to, type: .other, score: 0.6, rule: "number.long")]
        }
        if !Self.publicNumbers.contains(digits.map(String.init).joined()), saysPhone(text, before: positions[0]), !covered(0, positions.count - 1) {
            return [Detection(
                start: positions[0], end: positions[positions.count - 1] + 1, type: .phone, score: 0.7, rule: "phone.word")]
        }
        return []
    }

    /// Takes in `+47`, `(+47)` and `0047` before a number.
    private func phonePrefix(_ text: TokenizedText, _ start: Int) -> Int {
        let s = text.scalars
        var i = start - 1
        while i >= 0, " )\u{A0}-".unicodeScalars.contains(s[i]) { i -= 1 }
        var digits = ""
        while i >= 0, TextToken.isDigit(s[i]) { digits = String(s[i]) + digits; i -= 1 }
        if digits == "0047" { return i + 1 }
        if i >= 0, s[i] == "+" { return i > 0 && s[i - 1] == "(" ? i - 1 : i }
        return start
    }

    private static let publicNumbers: Set<String> = ["116117", "116111", "116123", "116006"]

    /// Whether two code points lie in one of the detections, which are in order.
    private static func lies(_ first: Int, _ last: Int, in dates: [Detection]) -> Bool {
        var low = 0, high = dates.count
        while low < high {
            let middle = (low + high) / 2
            if dates[middle].start <= first { low = middle + 1 } else { high = middle }
        }
        return dates[max(0, low - 4)..<low].contains { $0.start <= first && $0.end > last }
    }

    private static let phoneWords: Set<String> = [
        "tlf", "telefon", "telefonen", "mobil", "mobilen", "mobilnummer", "mobilnummeret", "telefonnummer", "telefonnummeret", "ring", "ringe", "ringte", "nummeret", "nummer",
        "faks", "fax", "sms", "mob", "tel", "nås", "direktenummer", "sentralbord", "sentralbordet", "vakttelefon", "vakttelefonen",
    ]

    private func saysPhone(_ text: RuleText, before position: Int) -> Bool {
        var i = text.token(at: position) - 1, seen = 0
        while i >= 0, seen < 4 {
            if text.tokens[i].kind == .word {
                seen += 1
                if Self.phoneWords.contains(text.tokens[i].lower) { return true }
            }
            i -= 1
        }
        return false
    }

    /// Talk of a number read aloud on the same line: "personnummeret er …", "… og så fem siffer".
    private func saysNumber(_ text: RuleText, _ position: Int) -> Bool {
        let line = lineAround(text, position)
        return line.contains { i in
            let token = text.tokens[i]
            return token.kind == .word && token.text.count > 4 && Self.numberNouns.contains { token.lower.hasPrefix($0) }
        }
    }

    /// The tokens of the line of a code point, forty on either side at most.
    func lineAround(_ text: RuleText, _ position: Int) -> Range<Int> {
        let here = text.token(at: position)
        var first = here, last = here
        while first > 0, here - first < 40, text.tokens[first - 1].kind != .newline { first -= 1 }
        while last < text.tokens.count, last - here < 40, text.tokens[last].kind != .newline { last += 1 }
        return first..<last
    }

    private func saysIdentity(_ text: RuleText, _ position: Int) -> Bool {
        lineAround(text, position).contains { i in
            ["personnummer", "fødselsnummer", "fødselsnr", "personnr", "d-nummer"].contains { text.tokens[i].lower.hasPrefix($0) }
        }
    }

    private static let numberNouns = [
        "personnummer", "fødselsnummer", "d-nummer", "kontonummer", "journalnummer", "saksnummer", "siffer", "sifre", "sifra", "pinkode",
    ]

    private func ibans(_ text: TokenizedText) -> [Detection] {
        let s = text.scalars
        var out: [Detection] = []
        for token in text.tokens where token.kind == .word && (token.isCapitalised || token.lower.utf8.starts(with: "no".utf8)) && token.text.unicodeScalars.count >= 2 {
            let head = Array(token.text.unicodeScalars.prefix(2))
            guard head.allSatisfy({ $0.properties.isUppercase && $0.isASCII }) || token.lower.hasPrefix("no") else { continue }
            if token.text.unicodeScalars.count > 2, !TextToken.isDigit(Array(token.text.unicodeScalars)[2]) { continue }
            var end = token.start + 2
            var compact = String(String.UnicodeScalarView(head))
            var best: Int?
            while end < s.count, compact.count <= 34 {
                let c = s[end]
                if c == " " || c == "\u{A0}" || c == "-" || c == "." { end += 1; continue }
                guard TextToken.isDigit(c) || (c.isASCII && c.properties.isUppercase) else { break }
                compact.unicodeScalars.append(c)
                end += 1
                if compact.count == 4, !compact.dropFirst(2).allSatisfy(\.isNumber) { break }
                let ends = end == s.count || !TextToken.isDigit(s[end]) && !s[end].properties.isAlphabetic
                if ends, compact.count >= 15, CheckDigits.isIBAN(compact) { best = end }
            }
            if let best { out.append(Detection(start: token.start, end: best, type: .iban, score: 1, rule: "checkdigit.iban")) }
        }
        return out
    }

    private static let articles: Set<String> = ["en", "ei", "ein", "eit", "et", "ett", "én"]

    private func isCounting(_ tokens: [TextToken]) -> Bool {
        let values = tokens.compactMap { SpokenNumbers.value($0.lower) }
        guard values.count == tokens.count, values.count > 2 else { return false }
        return zip(values, values.dropFirst()).allSatisfy { $1 == $0 + 1 } || zip(values, values.dropFirst()).allSatisfy { $1 == $0 - 1 }
    }

    /// Numbers said digit by digit or in pairs: "ni en to tre …", "nittien tjueto …".
    func spokenNumbers(_ text: RuleText) -> [Detection] {
        var out: [Detection] = []
        var run: [(token: TextToken, digits: Int)] = []
        func flush() {
            defer { run = [] }
            let digits = run.reduce(0) { $0 + $1.digits }
            guard let first = run.first, let last = run.last, run.contains(where: { $0.token.kind == .word }) else { return }
            let phone = saysPhone(text, before: first.token.start)
            // "en to tre fire fem": somebody counts.
            if !phone, isCounting(run.map(\.token)) { return }
            guard digits >= 8 && run.count >= 4 || digits >= 5 && phone || digits >= 3 && run.count >= 3 && saysNumber(text, first.token.start)
            else { return }
            let type: EntityType = digits == 11 || !phone && saysIdentity(text, first.token.start) ? .nationalID : digits == 8 || phone || digits == 10 || digits == 12 ? .phone : .other
            out.append(Detection(start: first.token.start, end: last.token.end, type: type, score: 0.85, rule: "number.spoken"))
        }
        for (i, token) in text.tokens.enumerated() {
            switch token.kind {
            case .word:
                guard text.cues[i].contains(.numberWord) || !run.isEmpty || Self.articles.contains(token.lower) else { continue }
                let parts = token.lower.split(separator: "-").map { SpokenNumbers.values[String($0)] }
                if !parts.isEmpty, parts.allSatisfy({ $0 != nil && $0! < 100 }) {
                    run.append((token, parts.reduce(0) { $0 + ($1! > 9 ? 2 : 1) }))
                } else if ["og", "eh", "pluss", "så", "øh", "bindestrek", "deretter"].contains(token.lower), !run.isEmpty {
                    continue
                } else {
                    flush()
                }
            case .number: if token.text.count <= 3 { run.append((token, token.text.count)) } else { flush() }
            case .newline: flush()
            case .punctuation: if !",-–….+".contains(token.text) { flush() }
            }
        }
        flush()
        return out
    }
}
