import Foundation
import Testing

@testable import Anonymization

@Suite struct DetectorTests {
    /// Sentence, the stretch, its type.
    static let cases: [(String, String, EntityType)] = [
        ("Broren min Bjørn jobber hjemme.", "Bjørn", .person),
        ("Han heter Stein og er gammel.", "Stein", .person),
        ("han heter dag og er gammel", "dag", .person),
        ("Jeg snakka med Åsmund Tverrfjellvik om det.", "Åsmund Tverrfjellvik", .person),
        ("Jeg møtte fru Berg i går.", "fru Berg", .person),
        ("jeg snakka med kristin om det", "kristin", .person),
        ("Det er Karis arbeid.", "Karis", .person),
        ("Vi snakka med Ahmed van der Berg om det.", "Ahmed van der Berg", .person),
        ("Det var J. P. Hansen som sa det.", "J. P. Hansen", .person),
        ("Hun jobba på Bodø-sykehuset.", "Bodø-sykehuset", .healthUnit),
        ("hun jobba på nordlandssykehuset", "nordlandssykehuset", .healthUnit),
        ("Hun var på UNN Harstad.", "UNN Harstad", .healthUnit),
        ("Vi kom til Haukeland.", "Haukeland", .healthUnit),
        ("Hun bodde i Mo i Rana da.", "Mo i Rana", .place),
        ("hun bor i tromsø", "tromsø", .municipality),
        ("Hun kom fra Nordland.", "Nordland", .county),
        ("Han flyttet til Polen.", "Polen", .country),
        ("Jeg er fra Kjerringholmsneset.", "Kjerringholmsneset", .place),
        ("Vi bor i Storgata 12 B nå.", "Storgata 12 B", .address),
        ("vi bor i solsvingen 4", "solsvingen 4", .address),
        ("Det er 8005 Bodø.", "8005 Bodø", .postcode),
        ("Ring 912 34 567 i dag.", "912 34 567", .phone),
        ("Ring +47 22 12 34 56.", "+47 22 12 34 56", .phone),
        ("Ring 0047 22123456.", "0047 22123456", .phone),
        ("nummeret er ni en to tre fire fem seks sju", "ni en to tre fire fem seks sju", .phone),
        ("nummeret er nittien tjuetre førtifem sekstisju", "nittien tjuetre førtifem sekstisju", .phone),
        ("Skriv til per.hansen@eksempel.no da.", "per.hansen@eksempel.no", .email),
        ("skriv til lise krøllalfa eksempel punktum no", "lise krøllalfa eksempel punktum no", .email),
        ("Se www.eksempel.no/side i dag.", "www.eksempel.no/side", .url),
        ("Bilen er AB 12345 tror jeg.", "AB 12345", .plate),
        ("Det er sak 2013/456 her.", "2013/456", .caseNumber),
        ("Det var 17.05.17 tror jeg.", "17.05.17", .date),
        ("Det var syttende mai.", "syttende mai", .date),
        ("Det skjedde i mai 2013.", "mai 2013", .date),
        ("Det skjedde i fjor sommer.", "i fjor sommer", .date),
        ("Det var tirsdag 3. juni.", "tirsdag 3. juni", .date),
        ("Hun er 43 år gammel.", "43 år gammel", .age),
        ("Gutten er fire år gammel.", "fire år gammel", .age),
        ("Hun er i 70-årene.", "i 70-årene", .age),
        ("Da var jeg midt i førtiåra.", "midt i førtiåra", .age),
        ("Det var da jeg var tolv.", "tolv", .age),
        ("Da var jeg vel 27 år og gammel.", "27 år", .age),
        ("Vi snakka med Vestvågøy kommune om det.", "Vestvågøy kommune", .municipality),
        ("jeg kjenner finn gustavsen", "finn gustavsen", .person),
        ("jeg kjenner stein erik pettersen", "stein erik pettersen", .person),
        ("Hun ble født i nittenseksogsytti.", "nittenseksogsytti", .date),
        ("Dattera er 12 og 14.", "12", .age),
        ("Dattera er 12 og 14.", "14", .age),
        ("Det var en gutt på åtte.", "åtte", .age),
        ("Vi møtte Kari. Karl Johans gate 3 er stor.", "Karl Johans gate 3", .address),
        ("Det er sak 17/2345 her.", "17/2345", .caseNumber),
        ("En tolvåring sa det.", "tolvåring", .age),
        ("Jeg er sykepleier her.", "sykepleier", .jobTitle),
    ]

    @Test(arguments: cases) func finds(_ sentence: String, _ stretch: String, _ type: EntityType) {
        let found = detector.detect(text: sentence)
        #expect(found.contains { slice(sentence, $0) == stretch && $0.type == type }, "\(found.map { (slice(sentence, $0), $0.type, $0.rule) })")
    }

    @Test(arguments: [
        "jeg jobber hjemme hele uka", "Hun gikk hit da.", "Det var en god dag.", "Hun har jobbet der i 12 år.", "Vi snakka om liv og arbeid.",
        "Etterpå gikk vi ut.", "Hun er ikke hjemme nå.", "vi gikk en to tre dager", "Jeg har 20 års arbeid i hus.", "det var da vi var fire på møtet", "Hun snakka om NAV-kontoret og PTSD-arbeidet.",
    ]) func leavesOrdinaryTalkAlone(_ sentence: String) {
        let found = detector.detect(text: sentence)
        #expect(found.isEmpty, "\(found.map { (slice(sentence, $0), $0.type, $0.rule) })")
    }

    @Test func aNameAtTheStartIsFoundWhenKnownElsewhere() {
        let text = "Stein kom hit.\nJeg kjente Stein."
        #expect(detector.detect(text: text).map { slice(text, $0) } == ["Stein", "Stein"])
    }

    @Test func otherSpellingsOfANameAreFound() {
        let text = "Jeg kjente Thorleifsdotra.\ntorleifsdotra gikk ut."
        #expect(detector.detect(text: text).count == 2)
    }

    @Test func offsetsCountCodePoints() {
        let text = "👩‍👩‍👧 sa e\u{301}n ting: 🇳🇴 Jeg kjente Kåre 😀."
        let decomposed = "Jeg kjente Ka\u{30A}re Bodø\u{301}vik her."
        #expect(detector.detect(text: text).map { slice(text, $0) } == ["Kåre"])
        let found = detector.detect(text: decomposed)
        #expect(found.count == 1)
        #expect(found.map { slice(decomposed, $0).precomposedStringWithCanonicalMapping } == ["Kåre Bodǿvik"])
    }

    @Test func theLineHoldsNoText() throws {
        let text = "Jeg kjente Gunvor i dag."
        let line = try JSONEncoder().encode(detector.detect(text: text))
        let object = try #require(try JSONSerialization.jsonObject(with: line) as? [[String: Any]])
        #expect(Set(object[0].keys) == ["start", "end", "length", "type", "identifier", "score", "rule"])
        #expect(object[0]["length"] as? Int == 6)
        #expect(!String(decoding: line, as: UTF8.self).contains("Gunvor"))
    }

    @Test func survivesAnyInput() {
        var generator = Generator(state: 7)
        let alphabet = Array("aA1 .-\n'’@+/,ø\u{301}🇳🇴😀\u{0}«»()Bodø Kari 12 NO")
        for _ in 0..<150 {
            let text = String((0..<60).map { _ in alphabet.randomElement(using: &generator)! })
            let count = text.unicodeScalars.count
            var last = 0
            for d in detector.detect(text: text) {
                #expect(d.start >= last && d.end > d.start && d.end <= count)
                last = d.end
            }
        }
        #expect(detector.detect(text: "").isEmpty)
    }

    @Test func listsAllowAndDeny() {
        let options = Detector.Options(allow: ["Kristin"], deny: ["huset på haugen"])
        let own = Detector(options: options, ordinaryWords: SomeWords())
        let text = "Jeg kjente Kristin i huset på haugen."
        #expect(own.detect(text: text).map { slice(text, $0) } == ["huset på haugen"])
    }

    @Test func theShippedLexiconTellsWordsFromNames() {
        let own = Detector()
        let text = "Samarbeidet fungerte dårlig. Etterpå ringte Kari Hansen. Tverrfaglig arbeid er krevende, mente Odd."
        #expect(own.detect(text: text).map { slice(text, $0) } == ["Kari Hansen", "Odd"])
    }

    @Test func theBoysListIsRepaired() {
        for name in ["bjørn", "asbjørn", "kåre", "øystein", "ørjan", "åge", "bård", "pål", "søren", "øyvind", "håkon", "ådne"] {
            #expect(NameLists.shared.lookup(name)?.entry.kinds.contains(.male) == true, "\(name)")
        }
        #expect(!NameLists.shared.entries.keys.contains { $0.contains("\u{FFFD}") })
        let broken = PatternRules.all.filter { !$0.isValid }.map(\.name)
        #expect(broken.isEmpty)
    }
}
