import Foundation
import Testing

@testable import Anonymization

@Suite struct GeneralisationTests {
    private let lists = NameLists.shared

    private func text(_ template: String, _ type: EntityType, _ original: String) -> String {
        Generalisation.text(template, type: type, original: original, lists: lists)
    }

    @Test(arguments: [
        ("Vardø", "en liten kommune i Nord-Norge"), ("Tromsø kommune", "en stor kommune i Nord-Norge"), ("Bodøs", "en stor kommune i Nord-Norge"),
        // By its other name, and by a place that lies in it.
        ("Kautokeino", "en liten kommune i Nord-Norge"), ("Nesttun", "en kommune i Vestlandet"),
        // Four large municipalities in a part of the country are too few to say it of any there.
        ("Trondheim", "en kommune i Trøndelag"), ("Snåsa", "en kommune i Trøndelag"), ("Langtvekkistan", "en kommune i landsdelen"),
    ]) func municipalitiesBySize(_ name: String, _ expected: String) {
        let found = text("en {size} kommune i {region}", .municipality, name)
        // Post places are only known where one municipality holds them.
        #expect(found == expected || name == "Nesttun" && found.hasPrefix("en "), "\(found)")
    }

    /// By counting what all 357 become: whatever a template says, six municipalities or more share it.
    @Test(arguments: [
        "en {size} kommune i {region}", "en {size}, {centrality} kommune i {region}", "en {centrality} kommune i {region}", "en {size} og {centrality} kommune", "en {size} kommune",
    ]) func noDescriptionPointsAtFewerThanSix(_ template: String) {
        var shared: [String: Int] = [:]
        for municipality in lists.municipalities where lists.municipality(named: municipality.name) != nil { shared[text(template, .municipality, municipality.name), default: 0] += 1 }
        #expect(shared.values.min() ?? 0 >= 6, "\(shared)")
        #expect(shared.count > 2)
    }

    /// Within one county the smallest groups are what the county is: there, a word that would tell five or fewer apart goes for all.
    @Test func countiesKeepNoSmallGroups() {
        for county in Set(lists.municipalities.map(\.county)) {
            let own = lists.municipalities.filter { $0.county == county && lists.municipality(named: $0.name) != nil }
            let texts = Dictionary(grouping: own) { text("en {size} kommune i {county}", .municipality, $0.name) }
            #expect(texts.count == 1 || texts.values.allSatisfy { $0.count >= 6 }, "\(county)")
        }
    }

    @Test func aNameOfTwoMunicipalitiesSaysNothing() {
        #expect(text("{county}", .municipality, "Herøy") == "fylket" && text("en {size} kommune i {region}", .municipality, "Våler") == "en kommune i landsdelen")
    }

    @Test func everyMunicipalityHasItsFigures() {
        #expect(lists.municipalities.count == 357)
        #expect(lists.municipalities.map(\.population).reduce(0, +) == 5_550_203)
        #expect(lists.municipalities.allSatisfy { (1...6).contains($0.centrality) })
        #expect(lists.municipality(named: "Oslo")?.centrality == 1 && lists.municipality(named: "Karasjok")?.centrality == 6)
    }

    @Test(arguments: [
        (EntityType.healthUnit, "UNN Harstad", "sykehuset"), (.healthUnit, "Haukeland", "sykehuset"), (.healthUnit, "Bodø-sykehuset", "sykehuset"),
        (.healthUnit, "DPS-en på Finnsnes", "det distriktspsykiatriske senteret"), (.healthUnit, "legekontoret på Otta", "legekontoret"),
        (.healthUnit, "Solgården bo- og omsorgssenter", "sykehjemmet"), (.healthUnit, "BUP Alta", "poliklinikken for barn og unge"),
        (.healthUnit, "polikl. i Narvik", "poliklinikken"), (.healthUnit, "Solbakken", "helsetjenesten"),
        (.school, "Nordstrand videregående", "den videregående skolen"), (.school, "UiT", "universitetet"), (.school, "Furuset skole", "skolen"),
        (.school, "Espira Solbakken barnehage", "barnehagen"),
        (.organisation, "Alta IL", "idrettslaget"), (.organisation, "Skjervøy mannskor", "koret"), (.organisation, "Fosen menighet", "menigheten"),
        (.organisation, "Equinor", "virksomheten"), (.place, "Saltfjorden", "fjorden"), (.place, "Mo", "stedet"),
    ]) func kinds(_ type: EntityType, _ name: String, _ expected: String) {
        #expect(text("{kind}", type, name) == expected)
    }

    @Test(arguments: [
        ("sykepleier", "helsearbeider"), ("sykepleieren", "helsearbeideren"), ("avdelingssykepleierne", "helsearbeiderne"), ("kommuneoverlegen", "helsearbeideren"),
        ("fastleger", "helsearbeidere"), ("fastlegens", "helsearbeideren"), ("ordføreren", "politikeren"), ("bussjåfør", "ansatt i transport"),
        ("soknepresten", "den ansatte i trossamfunnet"), ("rektor", "ansatt i skole eller barnehage"), ("enhetslederne", "lederne"), ("bønder", "yrkesutøver"),
    ]) func titles(_ title: String, _ expected: String) {
        #expect(text("{title}", .jobTitle, title) == expected)
    }

    @Test(arguments: [
        ("43 år", "i 40-årene", "40–44 år", "voksen"), ("sju år", "under 10 år", "5–9 år", "i barneårene"), ("åttifire", "i 80-årene", "80–84 år", "i pensjonsalder"),
        ("70-årene", "i 70-årene", "i 70-årene", "i pensjonsalder"), ("tre måneder", "under 10 år", "under 5 år", "i barneårene"),
        ("93 år gammel", "over 90 år", "over 90 år", "i pensjonsalder"), ("sekstenåringen", "personen i 10-årene", "personen 15–19 år", "personen i ungdomsårene"),
        ("ukjent", "(alder)", "(alder)", "(alder)"),
    ]) func ages(_ age: String, _ decade: String, _ five: String, _ life: String) {
        #expect([text("{decade}", .age, age), text("{age5}", .age, age), text("{life}", .age, age)] == [decade, five, life])
    }

    @Test(arguments: [
        ("17. mai 2013", "2013", "mai 2013", "våren 2013"), ("17.05.13", "2013", "mai 2013", "våren 2013"), ("2013-05-17", "2013", "mai 2013", "våren 2013"),
        ("den syttende mai", "(dato)", "(dato)", "om våren"), ("sommeren 2013", "2013", "2013", "sommeren 2013"), ("høsten -98", "1998", "1998", "høsten 1998"),
        ("desember 2019", "2019", "desember 2019", "vinteren 2019"), ("nittenåttifire", "1984", "1984", "1984"), ("i fjor sommer", "(dato)", "(dato)", "om sommeren"),
        ("tjuetretten", "2013", "2013", "2013"), ("forrige onsdag", "(dato)", "(dato)", "(dato)"),
    ]) func dates(_ date: String, _ year: String, _ month: String, _ season: String) {
        #expect([text("{year}", .date, date), text("{month}", .date, date), text("{season}", .date, date)] == [year, month, season])
    }
}

@Suite struct DateShiftTests {
    /// Days counted by hand in a calendar.
    @Test(arguments: [
        ("17. mai 2013", 49, "5. juli 2013"), ("17.05.2013", 49, "05.07.2013"), ("17.5.13", -49, "29.03.2013"), ("2012-02-20", 14, "05.03.2012"),
        ("den syttende mai", 28, "14. juni"), ("mai 2013", 56, "juli 2013"), ("desember 2013", 35, "januar 2014"), ("2013", 182, "2014"), ("2013", 28, "2013"),
        ("sommeren 2013", 91, "høsten 2013"), ("24.12.", 7, "31.12."), ("vinteren 2013", -84, "høsten 2012"),
    ]) func movesAsWritten(_ date: String, _ days: Int, _ expected: String) {
        #expect(DateShift.text(date, days: days) == expected)
    }

    @Test(arguments: ["i fjor sommer", "forrige uke", "31.02.2013", "45.13.2013"]) func whatCannotBeMovedIsNotGuessed(_ date: String) {
        #expect(DateShift.text(date, days: 49) == nil)
    }

    /// There and back, and as far apart as before, over random days.
    @Test func differencesStay() throws {
        var random = Generator(state: 7)
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "dd.MM.yyyy"
        for _ in 0..<300 {
            let days = DateShift.days(seed: random.next(), most: 364)
            #expect(days % 7 == 0 && abs(days) >= 28 && abs(days) <= 364)
            let date = Date(timeIntervalSince1970: Double(Int.random(in: 0..<18_000, using: &random)) * 86_400)
            let moved = try #require(DateShift.text(format.string(from: date), days: days))
            let back = try #require(format.date(from: moved))
            #expect(back.timeIntervalSince(date) == Double(days) * 86_400)
        }
    }

    @Test func oneShiftForAParticipantOverTheStudy() throws {
        let policy = try Policy.shipped("pseudonymer")
        var first = transcript(["Når var det?", "Det var 3. mars 2014 og så 10. mars 2014."], id: "P01a")
        first.speakers[1].participant = "P01"
        let (_, register, _) = anonymized(first, policy)
        #expect(register.secret?.count == 32)
        func dates(_ t: AnonymizedTranscript) -> [String] {
            plain(t.document).split(separator: " ").map(String.init).filter { $0.contains("201") || $0.contains(".") }
        }
        let again = anonymized(first, policy, register: register)
        #expect(again.1 == register)
        let one = plain(again.0.document)
        #expect(!one.contains("3. mars 2014") && !one.contains("(dato)"))
        // Another recording of the same participant, and one of somebody else.
        var second = first
        second.recording.id = "P01b"
        #expect(plain(anonymized(second, policy, register: register).0.document) == one)
        let others = (2..<12).map { n in
            var other = first
            other.speakers[1].participant = "P\(n)"
            return plain(anonymized(other, policy, register: register).0.document)
        }
        #expect(Set(others).count > 3)
        // A register without the secret cannot tell.
        #expect(KeyRegister().dateShift(of: "P01", most: 182) == nil)
    }
}

@Suite struct PseudonymTests {
    private func codes(_ keys: [String], register: KeyRegister = KeyRegister()) -> KeyRegister {
        let policy = Policy(name: "p", actions: [.person: .pseudonym])
        let found = keys.enumerated().map { TranscriptDetection(turn: 1, wordIDs: [$0.offset], type: .person, key: $0.element, score: 1, rule: "test") }
        return KeyRegister.assign(register: register, detections: [("P01", found)], policy: policy)
    }

    @Test func wordByWordOverTheStudy() {
        let register = codes(["kari nordmann", "ola nordmann", "kari hansen", "nordmann", "fatima hussein", "jan kowalski"])
        let by = Dictionary(uniqueKeysWithValues: register.entries.map { ($0.key, $0.code.split(separator: " ").map(String.init)) })
        func word(_ key: String, _ i: Int) -> String? { by[key].flatMap { $0.indices.contains(i) ? $0[i] : nil } }
        #expect(word("kari nordmann", 0) == word("kari hansen", 0))
        #expect(word("kari nordmann", 1) == word("ola nordmann", 1))
        #expect(word("kari nordmann", 0) != word("ola nordmann", 0) && word("kari hansen", 1) != word("kari nordmann", 1))
        #expect(word("nordmann", 0) == word("kari nordmann", 1))
        // Of the same gender and origin, by lists made elsewhere.
        let lists = NameLists.shared
        func kinds(_ name: String?) -> NameKinds { name.flatMap { lists.entries[$0.lowercased()]?.kinds } ?? [] }
        #expect(kinds(word("kari nordmann", 0)).contains(.female) && kinds(word("ola nordmann", 0)).contains(.male))
        #expect(word("kari hansen", 1)?.hasSuffix("sen") == true)
        #expect(["Amina", "Fatima", "Layla", "Mariam", "Noor", "Rania", "Samira", "Zahra", "Yasmin", "Hanan", "Nadia", "Salma", "Iman", "Huda", "Lina", "Souad"].contains(word("fatima hussein", 0)))
        // Nobody gets a name that somebody in the study has.
        let real: Set = ["kari", "nordmann", "ola", "hansen", "fatima", "hussein", "jan", "kowalski"]
        #expect(register.entries.allSatisfy { $0.code.lowercased().split(separator: " ").allSatisfy { !real.contains(String($0)) } })
        // Later names do not move the first.
        let later = codes(["per nordmann"], register: register)
        #expect(Array(later.entries.prefix(register.entries.count)) == register.entries)
        #expect(later.entries.last?.code.split(separator: " ").last.map(String.init) == word("kari nordmann", 1))
    }

    @Test func aPseudonymOfSomebodyWhoLeftIsNotGivenAgain() throws {
        var register = codes(["turid aasgard"])
        let left = try #require(register.entries.first?.code.split(separator: " ").map(String.init))
        register.remove(type: .person, key: "turid aasgard")
        // The same words meet the same list at the same place: they would get the same names.
        let later = try #require(codes(["turid aasgard"], register: register).entries.first?.code.split(separator: " ").map(String.init))
        #expect(Set(left).isDisjoint(with: later))
    }

    @Test func asMuchOfTheNameAsWasSaid() {
        let policy = Policy(name: "p", actions: [.person: .pseudonym])
        let t = transcript(["Hvem?", "Jeg snakka med Kari Nordmann. Kari var syk, og fru Nordmann ringte. Karis bror kom."])
        let (result, register, _) = anonymized(t, policy)
        let full = register.entries.first { $0.key == "kari nordmann" }?.code ?? ""
        let words = full.split(separator: " ").map(String.init)
        let text = plain(result.document)
        #expect(words.count == 2)
        #expect(text.contains("med \(full).") && text.contains(". \(words[0]) var syk") && text.contains("\(words[1]) ringte"))
        #expect(!text.lowercased().contains("kari") && !text.contains("Nordmann"))
    }

    @Test func manyPeopleAllApart() {
        let lists = NameLists.shared
        let names = lists.entries.filter { $0.value.kinds.contains(.female) && $0.value.ambiguity == .never && !$0.key.contains(" ") && !$0.key.contains("-") }.keys.sorted()
        var seen: Set<String> = []
        let some = names.filter { seen.insert(NameKey.phonetic($0)).inserted && $0.count > 3 }.prefix(150)
        let register = codes(Array(some))
        #expect(Set(register.entries.map(\.code)).count == register.entries.count)
    }
}
