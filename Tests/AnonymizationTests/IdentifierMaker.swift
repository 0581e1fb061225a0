/// Structured identifiers in the shapes people write and say them, and what only looks like them.
struct IdentifierMaker {
    var g: Generator
    init(seed: UInt64) { g = Generator(state: seed) }

    struct Sample {
        var kind: String
        /// The sentence, and where in it the sample stands, in code points.
        var text: String
        var range: Range<Int>
    }

    private mutating func pick<T>(_ choices: [T]) -> T { choices.randomElement(using: &g)! }
    private mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &g) }
    private mutating func digits(_ count: Int) -> String { (0..<count).map { _ in String(int(0...9)) }.joined() }
    private mutating func padded(_ range: ClosedRange<Int>) -> String { let n = int(range); return n < 10 ? "0\(n)" : "\(n)" }

    private mutating func cut(_ digits: String, _ shapes: [[Int]], _ separators: [String]) -> String {
        let sizes = pick(shapes), separator = pick(separators)
        var rest = Substring(digits), out: [Substring] = []
        for size in sizes { out.append(rest.prefix(size)); rest = rest.dropFirst(size) }
        return out.joined(separator: separator)
    }

    private static let ones = ["null", "en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni"]
    private static let teens = ["ti", "elleve", "tolv", "tretten", "fjorten", "femten", "seksten", "sytten", "atten", "nitten"]
    private static let tens = ["", "", "tjue", "tretti", "førti", "femti", "seksti", "sytti", "åtti", "nitti"]

    private mutating func said(_ text: String) -> String {
        let d = text.compactMap(\.wholeNumberValue)
        if Bool.random(using: &g) { return d.map { Self.ones[$0] }.joined(separator: pick([" ", ", "])) }
        return stride(from: 0, to: d.count, by: 2).map { i in
            guard i + 1 < d.count else { return Self.ones[d[i]] }
            switch d[i] {
            case 0: return "null " + Self.ones[d[i + 1]]
            case 1: return Self.teens[d[i + 1]]
            default: return Self.tens[d[i]] + (d[i + 1] == 0 ? "" : Self.ones[d[i + 1]])
            }
        }.joined(separator: " ")
    }

    private mutating func numbers(_ d: [Int]) -> String { d.map(String.init).joined() }

    private mutating func placed(_ kind: String, _ before: String, _ sample: String, _ frames: [String]) -> Sample {
        let parts = pick(frames).components("{}")
        let head = parts[0] + before
        let start = head.unicodeScalars.count
        return Sample(kind: kind, text: head + sample + parts[1], range: start..<(start + sample.unicodeScalars.count))
    }

    private static let frames = [
        "Det var {} som sto der.", "Hun skrev {} på lappen.", "så sa han {} og la på", "{} var det de oppga.", "vi noterte {} i boka og gikk videre",
        "– {}, svarte hun.", "Opplysningen ({}) ble sendt videre.", "De ba om {}.",
    ]

    mutating func identifier() -> Sample {
        var before = "", s = ""
        let kinds = [
            "phone", "spoken-phone", "short-phone", "foreign-phone", "national", "broken", "six", "account", "card", "iban", "organisation", "email", "spoken-email",
            "url", "handle", "address", "postcode", "plate", "spoken-plate", "case", "document", "ip", "coordinates", "date",
        ]
        let kind = pick(kinds)
        switch kind {
        case "phone":
            s = pick(["", "", "+47 ", "0047 ", "(+47) ", "+47"]) + cut(pick(["2", "3", "4", "5", "9"]) + digits(7), [[2, 2, 2, 2], [3, 2, 3], [5, 3], [8]], [" ", "\u{A0}", ".", "-"])
        case "spoken-phone": before = pick(["nummeret er ", "ring ", ""]); s = said(pick(["9", "4", "2"]) + digits(7))
        case "short-phone": before = pick(["tlf. ", "ring ", "telefonen er "]); s = pick(["0" + String(int(2...9)) + digits(3), "815 " + digits(5)])
        case "foreign-phone": s = "+" + pick(["46", "45", "44", "48", "370"]) + " " + cut(digits(9), [[3, 3, 3], [2, 3, 2, 2]], [" "])
        case "national":
            var id = Published.nationalID(&g)
            if int(0...3) == 0 { id[10] = (id[10] + 3) % 10 }
            s = cut(numbers(id), [[11], [6, 5], [6, 3, 2], [2, 2, 2, 5]], [" ", "-", ".", "\u{A0}"])
        case "broken":
            let d = numbers(Published.nationalID(&g))
            s = d.prefix(6) + pick([" og så ", ", og de siste er ", " bindestrek ", " eh "]) + d.suffix(5)
        case "six": before = pick(["født ", "personnummeret begynner på ", "fødselsdato "]); s = String(numbers(Published.nationalID(&g)).prefix(6))
        case "account": s = cut(numbers(Published.account(&g)), [[4, 2, 5], [11]], [" ", ".", "-"])
        case "card": s = cut(numbers(Published.card(&g)), [[4, 4, 4, 4], [16]], [" ", "-"])
        case "iban":
            let d = Published.iban(Published.account(&g))
            s = Bool.random(using: &g) ? d : stride(from: 0, to: 15, by: 4).map { String(d.dropFirst($0).prefix(4)) }.joined(separator: " ")
        case "organisation": before = pick(["", "org.nr. "]); s = cut(pick(["8", "9"]) + digits(8), [[3, 3, 3], [9]], [" "])
        case "email": s = pick(["kari", "ola.hansen", "per_olsen", "mona82", "jens-erik"]) + "@" + pick(["gmail.com", "eksempel.no", "sykehuset-innlandet.no"])
        case "spoken-email": s = pick(["kari punktum hansen", "ola strek berg", "siv"]) + pick([" krøllalfa ", " alfakrøll "]) + pick(["gmail punktum com", "online punktum no"])
        case "url": s = pick(["www.", "https://www.", "http://"]) + pick(["eksempel.no", "karis-blogg.no/om-meg", "facebook.com/kari.hansen.5"])
        case "handle": s = pick(["@kari_h", "@ola.berg", "@siv", "kari_hansen"])
        case "address":
            s = pick(["Storgata", "Nedre Bakkegate", "Kirkeveien", "Kong Oscars gate", "Strandpromenaden", "Lindealléen", "Rådhusplassen", "St. Olavs gate", "Nordre Ringvei"]) + " \(int(1...240))"
                + pick(["", "", " B", "a", ", H0201"])
        case "postcode": s = pick(["", "N-"]) + String(int(3...9)) + digits(3) + " " + pick(["Bodø", "Tromsø", "Mo i Rana", "Førde"])
        case "plate": s = pick(["AB", "EL", "EK", "VD", "ZY"]) + pick([" ", "", "-"]) + String(int(1...9)) + digits(pick([4, 4, 4, 3]))
            if s.hasSuffix("kr") || s.count < 7, let year = Int(s.suffix(4)), (1800...2099).contains(year) { s = "AB 12345" }
        case "spoken-plate": before = pick(["skiltet er ", "registreringsnummeret er "]); s = pick(["A B ", "EL ", "v d "]) + said(pick(["1", "2", "9"]) + digits(4)).filter { $0 != "," }
        case "case":
            (before, s) = pick([
                ("sak ", "\(int(1998...2024))/\(int(3000...9999))"), ("", "\(int(1998...2024))/\(int(3000...9999))-\(int(1...40))"), ("saksnr. ", "\(int(10...24))/\(digits(5))-\(int(1...9))"),
                ("journalnr ", digits(6)), ("NPR-nr. ", digits(7)), ("HPR-nummer ", digits(7)), ("saksnummeret er ", "\(int(15...24))/\(int(100...9999))"),
            ])
        case "document": before = pick(["passnummer ", "ID-kort ", "passet er "]); s = pick([pick(["CCA", "DHB"]) + digits(6), "2" + digits(7)])
        case "ip": s = (0..<4).map { _ in String(int(100...254)) }.joined(separator: ".")
        case "coordinates": s = pick(["67.\(digits(4)), 14.\(digits(4))", "\(int(58...71))°\(int(10...59))′N \(int(5...30))°\(int(10...59))′Ø"])
        default:
            let year = int(1920...2024)
            s = pick(["\(padded(1...28)).\(padded(1...12)).\(year)", "\(int(1...28))/\(int(1...12))-\(padded(20...99))", "\(year)-\(padded(1...12))-\(padded(1...28))", "\(int(1...28)). oktober \(year)"])
        }
        return placed(kind, before, s, Self.frames)
    }

    private static let plainFrames = [
        "Det var {} den gangen.", "Hun sa {} da jeg spurte.", "Vi hadde {} å gå på.", "de regna med {} til sammen", "Jeg leste {} i rapporten.", "Så ble det {}, og det holdt.",
        "De noterte {} og gikk videre.",
    ]

    mutating func lookalike() -> Sample {
        func three(_ n: Int) -> String { String(("00" + String(n)).suffix(3)) }
        let thousand = "\(int(1...999)) \(three(int(0...999)))", million = "\(thousand) \(three(int(0...999)))"
        let choices: [(String, [String])] = [
            ("sum", ["\(million) kroner", "\(thousand) kroner", "kr \(million)", "\(million.replacing(" ", with: ".")) kr", "\(int(10_000_000...99_999_999)) kroner", "\(int(100...9999)),50 kroner"]),
            ("dose", ["\(int(1...9))00 mg x \(int(1...4))", "\(int(1...20)),5 mg", "\(int(1...9)).5 mg", "\(int(1...40)) ml"]),
            ("law", ["§ \(int(1...30))-\(int(1...20))", "paragraf \(int(1...30))", "kapittel \(int(1...9)).\(int(1...9)).\(int(1...9)).\(int(1...9))", "punkt \(int(1...9)).\(int(1...9))"]),
            ("time", ["kl. \(int(10...23)).\(int(10...59))", "\(int(20...22)).00-\(int(22...23)).30", "0\(int(8...9)).15–\(int(12...23)).30", "klokken \(int(10...23)).05"]),
            ("measure", ["\(int(1...99)),\(int(1...9)) %", "\(int(1...200)) kilo", "\(thousand) liter", "\(int(36...41)),\(int(0...9)) i feber", "\(int(100...190))/\(int(60...110))", "BMI \(int(15...45)),\(int(0...9))"]),
            ("score", ["\(int(0...9))–\(int(0...9))", "\(int(0...30)) av \(int(31...60)) poeng", "HbA1c \(int(30...99))", "CRP \(int(1...200))"]),
            ("page", ["side \(int(1...400))", "sidene \(int(1...99))-\(int(100...200))", "rom \(int(100...499))", "tabell \(int(1...20))", "\(int(1...10)). klasse"]),
            ("book", ["ISBN 978-82-\(int(10...99))-\(int(10_000...99_999))-\(int(0...9))", "ISBN: 978 82 \(int(100...999)) \(int(1000...9999)) \(int(0...9))"]),
            ("count", ["\(million) mennesker", "\(int(2...40)) ansatte", "\(int(2...30)) minutter", "en to tre fire fem seks sju åtte ni ti", "\(int(1...3))/4 av dem", "skoleåret \(int(10...22))/23"]),
        ]
        let (kind, samples) = pick(choices)
        return placed(kind, "", pick(samples), Self.plainFrames)
    }
}

extension String {
    fileprivate func components(_ mark: String) -> [String] {
        guard let range = range(of: mark) else { return [self, ""] }
        return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
    }
    fileprivate func replacing(_ a: Character, with b: Character) -> String { String(map { $0 == a ? b : $0 }) }
    fileprivate func range(of mark: String) -> Range<String.Index>? {
        var i = startIndex
        while i < endIndex {
            if self[i...].hasPrefix(mark) { return i..<index(i, offsetBy: mark.count) }
            i = index(after: i)
        }
        return nil
    }
}
