extension Detector {
    /// Runs of digits with separators between them, judged by their check digits and their shape.
    func numbers(_ text: TokenizedText, dates: [Detection]) -> [Detection] {
        let s = text.scalars
        var out: [Detection] = []
        out += ibans(text)
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
            if !afterLetter || digits.count >= 8 { out += judged(text, digits, dates) }
            i = end
        }
        return out
    }

    private static func isSeparator(_ s: Unicode.Scalar) -> Bool {
        switch s {
        case " ", "\u{A0}", "\u{2009}", "\u{202F}", ".", "-", "–", "—", "/", ",", "\u{2011}", "\u{2212}", "_": true
        default: false
        }
    }

    private func judged(_ text: TokenizedText, _ positions: [Int], _ dates: [Detection]) -> [Detection] {
        guard !positions.isEmpty else { return [] }
        let s = text.scalars
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
            if type == .phone { start = phonePrefix(text, start) }
            return judged(text, Array(positions[..<first]), dates)
                + [Detection(start: start, end: end, type: type, score: score, rule: rule)]
                + judged(text, Array(positions[(first + count)...]), dates)
        }
        func slice(_ first: Int, _ count: Int) -> [Int] { Array(digits[first..<(first + count)]) }

        for count in stride(from: 19, through: 13, by: -1) {
            if let w = windows(count).first(where: { CheckDigits.isCard(slice($0, count)) && digits[$0] != 0 }) {
                return detection(w, count, .card, 1, "checkdigit.card")
            }
        }
        let elevens = windows(11)
        if let w = elevens.first(where: { CheckDigits.isNationalID(slice($0, 11)) }) {
            return detection(w, 11, .nationalID, 1, "checkdigit.national-id")
        }
        if let w = elevens.first(where: { CheckDigits.isAccount(slice($0, 11)) }) {
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

        let covered = { (a: Int, b: Int) in dates.contains { $0.start <= positions[a] && $0.end >= positions[b] } }
        if let w = windows(8).first(where: { digits[$0] >= 2 && !covered($0, $0 + 7) }) {
            return detection(w, 8, .phone, 0.9, "phone.eight-digits")
        }
        if positions.count >= 7, !covered(0, positions.count - 1) {
            let plus = positions[0] > 0 && s[positions[0] - 1] == "+"
            return [Detection(
                start: plus ? positions[0] - 1 : positions[0], end: positions[positions.count - 1] + 1,
                type: plus ? .phone : .other, score: plus ? 0.9 : 0.6, rule: plus ? "phone.international" : "number.long")]
        }
        if positions.count >= 5, saysPhone(text, before: positions[0]) {
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

    private func saysPhone(_ text: TokenizedText, before position: Int) -> Bool {
        let near = text.tokens.filter { $0.kind == .word && $0.end <= position }.suffix(4)
        return near.contains { t in ["tlf", "telefon", "mobil", "mobilnummer", "telefonnummer", "ring", "nummeret", "nummer", "faks"].contains(t.lower) }
    }

    /// Talk of a number read aloud on the same line: "personnummeret er …", "… og så fem siffer".
    private func saysNumber(_ text: TokenizedText, _ position: Int) -> Bool {
        var said = false
        for token in text.tokens {
            if token.kind == .newline {
                if token.start > position { break }
                said = false
            } else if token.kind == .word, token.text.count > 4 {
                said = said || Self.numberNouns.contains { token.lower.hasPrefix($0) }
            }
        }
        return said
    }

    private static let numberNouns = [
        "personnummer", "fødselsnummer", "d-nummer", "kontonummer", "journalnummer", "saksnummer", "siffer", "sifre", "sifra", "pinkode",
    ]

    private func ibans(_ text: TokenizedText) -> [Detection] {
        let s = text.scalars
        var out: [Detection] = []
        for token in text.tokens where token.kind == .word && token.text.unicodeScalars.count >= 2 {
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

    /// Numbers said digit by digit or in pairs: "ni en to tre …", "nittien tjueto …".
    func spokenNumbers(_ text: TokenizedText) -> [Detection] {
        var out: [Detection] = []
        var run: [(token: TextToken, digits: Int)] = []
        func flush() {
            defer { run = [] }
            let digits = run.reduce(0) { $0 + $1.digits }
            guard let first = run.first, let last = run.last, run.contains(where: { $0.token.kind == .word }) else { return }
            let phone = saysPhone(text, before: first.token.start)
            guard digits >= 8 && run.count >= 4 || digits >= 5 && phone || digits >= 3 && run.count >= 3 && saysNumber(text, first.token.start)
            else { return }
            let type: EntityType = digits == 11 ? .nationalID : digits == 8 || phone || digits == 10 || digits == 12 ? .phone : .other
            out.append(Detection(start: first.token.start, end: last.token.end, type: type, score: 0.85, rule: "number.spoken"))
        }
        for token in text.tokens {
            switch token.kind {
            case .word:
                let parts = token.lower.split(separator: "-").map { SpokenNumbers.values[String($0)] }
                if !parts.isEmpty, parts.allSatisfy({ $0 != nil && $0! < 100 }) {
                    run.append((token, parts.reduce(0) { $0 + ($1! > 9 ? 2 : 1) }))
                } else if token.lower == "og" || token.lower == "eh" || token.lower == "pluss", !run.isEmpty {
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
