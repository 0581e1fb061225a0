extension Detector {
    private static func set(_ s: String) -> Set<String> { Set(s.split(whereSeparator: \.isWhitespace).map(String.init)) }

    /// What is counted or measured: a number before it is an amount.
    private static let measures = set("""
        kr kroner krone kronene nok euro eur dollar usd pund millioner million mill milliarder milliard tusen mrd prosent promille grader
        mg mcg µg ug g gram kg kilo kilogram tonn ml cl dl l liter mmol mm cm m meter km kilometer mil kvm kvadratmeter dekar mål hektar kubikk watt kwh mw volt
        kcal kalorier joule pasienter personer mennesker innbyggere innbyggjarar ansatte årsverk brukere barn stykker stk ganger poeng timer minutter sekunder dager døgn uker
        måneder år skritt steg stemmer medlemmer døde liter eksemplarer besøkende tilskuere soldater skip fat flyktninger gb mb kb hz piksler x
        """)
    private static let money = set("kr nok eur usd sek dkk gbp € $ £ beløp beløpet prisen sum summen")
    private static let clock = set("kl klokka klokken klokkå kl.")
    /// Words before a number of a book, a law or a list.
    private static let references = set("""
        kapittel kapitlet kap punkt punktet pkt avsnitt versjon versjonen paragraf paragrafen § §§ artikkel art side sidene s tabell figur fig bilag vedlegg del bind nr nummer
        utgave dosering dose ph bmi hba1c crp snitt karakter karakteren rom rommet seksjon modul forskrift lov ledd bokstav standard iso ns skala trinn nivå vers salme bok
        """)
    private static let events = set("""
        født fødd død døde dødd døydde funnet funne drept skjedde hendte innlagt operert gift gifta giftet skilt ulykka ulykken ulykke arrestert flyktet rømte slag hjerteinfarkt
        besvimte begravd begravet forlova forlovet brann brannen brant drukna druknet omkom voldtatt kræsja kræsjet forlot stakk utskrevet hentet henta bortført skutt
        """)
    private static let dateWords = set("""
        den dato datoen fra til født fødd siden sidan før etter innen pr per innlagt operert død døde utskrevet kom skjedde møte møtet time timen avtale avtalen mandag tirsdag
        onsdag torsdag fredag lørdag søndag datert frist fristen brev brevet journalnotat notat konsultasjon bursdag mellom og på
        """)

    /// What follows a code point: a word's lower-case form or a sign.
    private func next(_ text: RuleText, _ position: Int) -> String {
        let i = text.token(at: position)
        guard i < text.tokens.count, text.tokens[i].kind != .newline else { return "" }
        return text.tokens[i].lower
    }

    /// The word or sign before a code point; over a full stop after an abbreviation.
    private func previous(_ text: RuleText, _ position: Int, _ back: Int = 1) -> String {
        var i = text.token(at: position) - 1, left = back
        while i >= 0 {
            if text.tokens[i].text == "." || text.tokens[i].text == ":", i > 0, text.tokens[i - 1].kind == .word { i -= 1; continue }
            left -= 1
            if left == 0 { return text.tokens[i].kind == .newline ? "" : text.tokens[i].lower }
            i -= 1
        }
        return ""
    }

    /// Whether what a pattern found only looks like what the pattern seeks.
    func isLookalike(_ d: Detection, _ text: RuleText) -> Bool {
        switch d.rule {
        case "date.numeric": // "09.15–20.30": the hours of a day.
            let i = text.token(at: d.end)
            if i + 1 < text.tokens.count, [".", ":"].contains(text.tokens[i].text), !text.tokens[i].spaceBefore, text.tokens[i + 1].kind == .number, !text.tokens[i + 1].spaceBefore { return true }
            return !isPlausibleDate(text.text, d.start..<d.end) || Self.references.contains(previous(text, d.start))
        case "date.day-month":
            let written = text.text.string(d.start, d.end)
            let before = previous(text, d.start), after = next(text, d.end)
            if Self.clock.contains(before) || Self.references.contains(before) || Self.measures.contains(after) || Self.money.contains(before) { return true }
            if ["%", "-", "–", "/", "x", "°", ":"].contains(after) { return true }
            let parts = written.split { !$0.isNumber }
            let padded = parts.contains { $0.hasPrefix("0") }
            let isDate = Self.dateWords.contains(before)
            if written.contains("/") { return !isDate && !padded && (Int(parts[0]) ?? 0) <= 4 }
            // "7.5" is a number with a decimal point before anything else.
            return !(isDate && !["pr", "per", "og", "på", "mellom"].contains(before)) && !padded && !(written.hasSuffix(".") && written.filter { $0 == "." }.count == 2)
        case "case.slash":
            // "2013/14", "2013/2014": two years, unless a word says that it is a case.
            let parts = text.text.string(d.start, d.end).split { !$0.isNumber }.compactMap { Int($0) }
            guard parts.count == 2 else { return false }
            let follows = parts[1] == (parts[0] + 1) % 100 || parts[1] == parts[0] + 1
            return follows && !["sak", "saken", "saka", "saksnummer", "saksnr", "nr", "journal"].contains(previous(text, d.start))
        case "postcode.place":
            let i = text.token(at: d.start)
            guard i < text.tokens.count, let year = Int(text.tokens[i].text), (1800...2099).contains(year), i + 1 < text.tokens.count else { return false }
            return lists.lookup(text.tokens[i + 1].lower)?.entry.kinds.contains(.postPlace) != true || ["i", "fra", "siden", "til", "før", "etter", "året", "år"].contains(previous(text, d.start))
        case "ip":
            // "kapittel 3.2.1.4": a chain of small numbers is a heading.
            let parts = text.text.string(d.start, d.end).split { !$0.isNumber }.compactMap { Int($0) }
            // "20.21.89.92" is how a telephone number is written.
            if parts.allSatisfy({ (10...99).contains($0) || $0 == 0 }), parts[0] >= 20, !["ip", "ip-adresse", "ip-adressen"].contains(previous(text, d.start)) { return true }
            return parts.allSatisfy { $0 < 20 } && !["ip", "ip-adresse", "ip-adressen", "adressen", "server", "serveren"].contains(previous(text, d.start)) && !["ip-adressen", "ip-adresse", "ip"].contains(previous(text, d.start, 2))
        // A feast is everybody's until something happened on it.
        case "date.feast-event":
            return !lineAround(text, d.start).contains { Self.events.contains(text.tokens[$0].lower) }
                || lineAround(text, d.start).contains { ["hver", "hvert", "alltid", "pleier", "pleide", "feire", "feirer", "feira", "feiret", "tradisjon"].contains(text.tokens[$0].lower) }
        case "date.year", "date.iso", "date.years":
            let before = previous(text, d.start), after = next(text, d.end)
            return Self.money.contains(before) || Self.measures.contains(after) || ["§", "side", "rom", "nr", "nummer", "konto", "iso", "ns", "modell"].contains(before) && d.rule == "date.year"
        case "plate", "plate.old":
            let letters = text.text.string(d.start, min(d.end, d.start + 2))
            if d.rule == "plate.old", letters == "N-" { return true }
            return ["KR", "NR", "NO", "TV", "PC", "CA", "KL", "NS", "EU", "TF", "MB", "GB"].contains(letters) || Self.measures.contains(next(text, d.end))
        case "case.padded": return Self.measures.contains(next(text, d.end))
        case "address.street-bare":
            // "Bankgata skole" is a school.
            return ContextWords.organisation(next(text, d.end)) != nil
        case "address.street", "address.lower": return Self.measures.contains(next(text, d.end)) && !["s", "l", "m", "g", "x"].contains(next(text, d.end))
        case "email.spoken":
            // "sa at ja. Men": the conjunction "at".
            let said = text.text.string(d.start, d.end).lowercased()
            return said.contains(" at ") && !["punktum", "punkt", "dot", "prikk"].contains(where: said.contains) && !Self.domainEnds.contains(where: said.hasSuffix)
        default: return false
        }
    }

    private static let selves: Set<String> = [
        "jeg", "eg", "æ", "meg", "mæ", "han", "ham", "hun", "ho", "hu", "henne", "hainn", "min", "mi", "mitt", "mine", "hans", "hennes", "hennar", "vi", "me", "oss", "du", "deg", "din", "gift", "flytta", "flyttet", "bodde",
    ]

    /// Whether the sentence of a detection speaks of somebody's life. A year in it dates that life; any other is history.
    func isPersonal(_ d: Detection, _ text: RuleText, _ names: NamedTokens) -> Bool {
        let line = lineAround(text, d.start), here = text.token(at: d.start)
        func ends(_ i: Int) -> Bool { [".", "!", "?"].contains(text.tokens[i].text) }
        var first = min(here, line.upperBound), last = first
        while first > line.lowerBound, !ends(first - 1) { first -= 1 }
        while last < line.upperBound, !ends(last) { last += 1 }
        return (first..<last).contains { i in
            let lower = text.tokens[i].lower
            return names.type(i) == .person || Self.selves.contains(lower) || Self.events.contains(lower) || ContextWords.relations.contains(lower)
        }
    }

    private static let domainEnds = [".no", ".com", ".net", ".org", ".info", ".eu", ".se", ".dk", ".uk", ".de", ".io", ".fi"]

    private func isPlausibleDate(_ text: TokenizedText, _ range: Range<Int>) -> Bool {
        let parts = text.string(range.lowerBound, range.upperBound).split { !$0.isNumber }.compactMap { Int($0) }
        guard parts.count == 3 else { return false }
        return (1...31).contains(parts[0]) && (1...31).contains(parts[1]) && (parts[1] <= 12 || parts[0] <= 12 && text.string(range.lowerBound, range.upperBound).contains("/"))
    }

    /// Sums ("12 000 000 kroner"), times of day ("20.30–22.00"), years ("2013–2015") and books ("ISBN 978-…"): digits that are no
    /// identifier though they are as many.
    func isPlainNumber(_ text: RuleText, _ start: Int, _ end: Int, _ digits: [Int]) -> Bool {
        let written = text.text.string(start, end), before = previous(text, start), after = next(text, end)
        if ["isbn", "issn", "isbn-nummer", "ean", "ean-kode"].contains(before) || before.hasPrefix("isbn") || ["isbn", "isbn-nummer"].contains(previous(text, start, 2)) { return true }
        let groups = written.split { !$0.isNumber }.map(String.init)
        let thousands = groups.count > 1 && groups[0].count <= 3 && groups.dropFirst().allSatisfy { $0.count == 3 }
        // "1.250.000,50", "349,00 kroner"
        let decimals = groups.count > 1 && written.contains(",") && groups.dropLast().dropFirst().allSatisfy { $0.count == 3 } && groups[0].count <= 3
        if thousands || decimals || groups.count == 1 {
            if Self.measures.contains(after) || after == "%" || Self.money.contains(before) || before == "€" || before == "$" { return true }
        }
        if digits.count == 8, groups.count == 4, groups.allSatisfy({ $0.count == 2 }) {
            let v = groups.compactMap { Int($0) }
            let middle = written.dropFirst(5).prefix { !$0.isNumber }
            let inner = written.dropFirst(2).prefix { !$0.isNumber }
            if v[0] < 24, v[1] < 60, v[2] <= 24, v[3] < 60, inner == "." || inner == ":", middle.contains("-") || middle.contains("–") { return true }
        }
        if groups.count == 2, groups.allSatisfy({ $0.count == 4 }), written.contains("–") || written.contains("-") || written.contains("/"),
            groups.compactMap({ Int($0) }).allSatisfy({ (1500...2100).contains($0) }) { return true }
        return false
    }
}
