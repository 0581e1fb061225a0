import Foundation
import Testing
import Transcript

@testable import Anonymization

/// Invented talk of nurses, counsellors and social workers, with the shipped word list.
@Suite struct SpokenTalkTests {
    static let detector = Detector()

    /// Sentence, stretches that must be covered (split by `|`).
    static let identifying: [(String, String)] = [
        ("Da ringte Bjørn-Erik fra ambulansen og sto utenfor hos K.N. igjen.", "Bjørn-Erik|K.N."),
        ("Vi kalte ham bare Lille-Per, men han heter Per Olav Sandnes.", "Lille-Per|Per Olav Sandnes"),
        ("Hun bor på Øvre Haugland, rett ved gården til Tormod.", "Øvre Haugland|Tormod"),
        ("hun bor på øvre haugland, rett ved gården til tormod", "øvre haugland|tormod"),
        ("Legen i Hemsedal sa at hun måtte vente.", "Hemsedal"),
        ("Åfjord kommunes psykiatriteam er lite.", "Åfjord kommunes"),
        ("vi samarbeider med nes kommune og ås kommune", "nes kommune|ås kommune"),
        ("Kirkens Bymisjon hadde et tilbud.", "Kirkens Bymisjon"),
        ("Kari Moe ringte. NAV Sør-Varanger svarer aldri.", "Kari Moe|NAV Sør-Varanger"),
        ("Datteren min, Emma, er fjorten, og sønnen min er ni.", "Emma|fjorten|ni"),
        ("Han var vel sekstito den gangen, og kona, Gerd, var enda eldre.", "sekstito|Gerd"),
        ("Ho va vel søttifem den gongen, ho Jenny på Nergarden.", "søttifem|Jenny|Nergarden"),
        ("Vi hadde ei jente, hun Maja, femten, som skar seg.", "Maja|femten"),
        ("vi hadde ei jente, seksten, som ikke kom", "seksten"),
        ("Det var en eldre mann på åttien som bodde alene.", "åttien"),
        ("Hun på syttiåtte som bor i Moldeveien.", "syttiåtte|Moldeveien"),
        ("Hun hadde tre barn på sju, ni og elleve.", "sju|ni|elleve"),
        ("Hun har en sønn på tre og en halv, og en datter på seks år.", "tre og en halv|seks år"),
        ("Marius er tjueto nå, og Stine var vel tretti da hun døde.", "Marius|tjueto|Stine|tretti"),
        ("Personnummeret er null en null to sju fem og så fem siffer til, tre to en åtte fire.", "null en null to sju fem|tre to en åtte fire"),
        ("Send det til marte punktum lund krøllalfa sykehuset minus innlandet punktum no.", "marte punktum lund krøllalfa sykehuset minus innlandet punktum no"),
        ("Adressen er Kong Oscars gate tolv.", "Kong Oscars gate tolv"),
        ("vi bor i kong oscars gate tolv", "kong oscars gate tolv"),
        ("han bor i åsveien 14 b, 7020 trondheim", "åsveien 14 b|7020 trondheim"),
        ("Brukeren hans var kongen_av_skien97 der.", "kongen_av_skien97"),
        ("Da var det noen fra Alta, altaværinger.", "Alta,|altaværinger"),
        ("Hun ble innlagt natt til 17. mai og døde.", "17. mai"),
        ("Det var den 14. i tolvte.", "14. i tolvte"),
        ("Hun ble innlagt fredag 13. mars.", "fredag 13. mars"),
        ("vi snakka om doktor brekke og kjetil aune moen", "brekke|kjetil aune moen"),
        ("det var på træna vi bodde, og hunden, tassen, var der", "træna|tassen"),
        ("da kom ragnhild kvamsøy hit", "ragnhild kvamsøy"),
        ("vi må ringe unn tromsø", "unn tromsø"),
        ("Det var dårlig. Anne sa at hun ville slutte.", "Anne"),
        ("Ho Mor Aase, som dei kalla ho, var åttisju.", "Aase|åttisju"),
        ("Jeg har hatt vakt med Gunn Inger siden nitti åtte.", "Gunn Inger|nitti åtte"),
        ("Jeg har D-nummer 410190 12345, sa han.", "410190 12345"),
        ("Moren til Mathilde og Noah fikk diagnosen 13/3-19.", "Mathilde|Noah|13/3-19"),
        ("Jentungen til Liv Unni var bare tre da faren, Terje, døde.", "Liv Unni|tre|Terje"),
        ("presten, han stein, var grei, og han dag fra bodø kom", "stein|dag|bodø"),
        ("kåre'n og olga'n kjente passordet, torunn1975", "kåre|olga|torunn1975"),
        ("Itj veit æ, men ho Marit kjæm fra Meråker.", "Marit|Meråker"),
        ("Det var bare oss. Siv på kontoret tok imot.", "Siv"),
    ]

    @Test(arguments: identifying) func covers(_ sentence: String, _ stretches: String) {
        let scalars = Array(sentence.unicodeScalars)
        var covered = Set<Int>()
        for d in Self.detector.detect(text: sentence) { covered.formUnion(d.start..<d.end) }
        for stretch in stretches.split(separator: "|").map({ Array($0.unicodeScalars) }) {
            let places = (0...(scalars.count - stretch.count)).filter { Array(scalars[$0..<($0 + stretch.count)]) == stretch }
            // A short number may stand inside another word as well: one place wholly covered is what counts.
            #expect(places.contains { place in
                (place..<(place + stretch.count)).allSatisfy { covered.contains($0) || !(scalars[$0].properties.isAlphabetic || TextToken.isDigit(scalars[$0])) }
            }, "\(String(String.UnicodeScalarView(stretch)))")
        }
    }

    @Test(arguments: [
        "Vi pleier å si at A4-arket og D-nummeret er viktig på kontoret.",
        "De fyller ut et B-skjema og en IPLOS-rapport før ROS-analysen.",
        "Jeg har T-banekort og bor i en U-formet blokk, med C-vitamin og KIB-modellen.",
        "Vi har hatt tre ledere på fire år.", "Vi har hatt tre ledere på to år, så da begynner vi på nytt.",
        "På 17. mai er det alltid fullt hus.", "Jeg har vært her i snart tre år.", "Jeg har jobbet i over ti år med rus.",
        "Vi har ti plasser og tolv på venteliste.", "Han var fem minutter forsinka.", "Fire av ti får hjelp, og én på ti faller fra.",
        "Vi møtes klokka ni, og er ferdige klokka elleve.", "Itj veit æ.", "Datra mi går i sjette.", "Andre sier at det går bra.", "Vi var femten.", "Klokka var femten.", "Doktorn den natta kom itj.", "Ja, fem ganger i uka.",
    ]) func leavesAlone(_ sentence: String) {
        let found = Self.detector.detect(text: sentence).filter { ![.jobTitle, .relationFact].contains($0.type) }
        #expect(found.isEmpty, "\(found.map { (slice(sentence, $0), $0.type, $0.rule) })")
    }

    @Test func healthUnitsJoinedByAndAreTwo() {
        let text = "han ble sendt mellom nav hemnes og dps mosjøen hele tiden"
        #expect(Self.detector.detect(text: text).map { slice(text, $0) } == ["nav hemnes", "dps mosjøen"])
    }

    @Test func fewColleaguesIdentify() {
        let text = "Vi er fire ansatte på hele kontoret."
        #expect(Self.detector.detect(text: text).contains { $0.type == .relationFact })
    }
}

/// What stands in the text afterwards is Norwegian.
@Suite struct ReplacementGrammarTests {
    @Test(arguments: [
        ("Jeg har en dame på åttien, som bor alene.", "Jeg har en dame i 80-årene, som bor alene."),
        ("Det var en mann på 47 år.", "Det var en mann i 40-årene."),
        ("Det var en gutt på åtte.", "Det var en gutt på under 10 år."),
        ("Hun er 43 år gammel.", "Hun er i 40-årene."),
        ("Det var en tolvåring der.", "Det var en person i 10-årene der."),
        ("Jeg kjenner 43-åringen.", "Jeg kjenner personen i 40-årene."),
        ("Det var en 43-årig mann.", "Det var en (alder) mann."),
        ("Hun hadde barn på sju, ni og elleve.", "Hun hadde barn på under 10 år, under 10 år og i 10-årene."),
    ]) func ages(_ said: String, _ expected: String) throws {
        let (out, _, _) = anonymized(transcript([said]), try .shipped("standard"))
        #expect(plain(out.document) == expected)
    }

    @Test func theDroppedPrepositionLeavesItsTime() throws {
        let t = transcript(["En dame på åttien kom."])
        let (out, _, _) = anonymized(t, try .shipped("standard"))
        let words = out.document.turns[0].words
        #expect(words.map(\.id) == [1, 2, 4, 5])
        #expect(words[2].range?.start == t.turns[0].words[2].range?.start && words[2].range?.end == t.turns[0].words[3].range?.end)
    }

    @Test(arguments: [["Ragn"], ["Ra", "Ragn"]]) func aNameBrokenOffGoesWithTheName(_ starts: [String]) throws {
        var t = transcript(["Jeg kjente \(starts.joined(separator: " ")) Ragnhild da."])
        for e in 2..<(2 + starts.count) {
            guard case .word(var word) = t.turns[0].elements[e] else { continue }
            word.isCutOff = true
            t.turns[0].elements[e] = .word(word)
        }
        let (out, register, _) = anonymized(t, try .shipped("standard"))
        #expect(plain(out.document) == "Jeg kjente Person 1 da.")
        #expect(register.entries.map(\.key) == ["ragnhild"])
    }

    @Test func anOrdinaryFirstWordIsNoNameWhenBokmalKnowsIt() throws {
        var t = transcript(["Fyrvæsst kom hit."])
        guard case .word(var word) = t.turns[0].elements[0] else { return }
        let before = Detector(ordinaryWords: SomeWords()).detect(transcript: t)
        #expect(before.count == 1)
        word.normalized = Normalization(text: "Først", rule: "x", confidence: 1)
        t.turns[0].elements[0] = .word(word)
        let after = Detector().detect(transcript: t)
        #expect(after.isEmpty)
    }

    @Test func theSpokenArticleIsNoGenitive() throws {
        let (out, _, _) = anonymized(transcript(["Jeg kjente Kåre'n og Kåres bror, og Kåre selv."]), try .shipped("standard"))
        #expect(plain(out.document) == "Jeg kjente Person 1 og Person 1s bror, og Person 1 selv.")
    }

    @Test func commentsAndNamesOverTurns() throws {
        let t = transcript(["Hun heter Kari", "Ja, Nordmann, Kari Nordmann."], comments: [0: "ler mot Kari", 1: "peker på Nordmanns stol"])
        let (out, _, _) = anonymized(t, try .shipped("standard"))
        #expect(leaks(of: ["kari", "nordmann"], in: try out.encoded()).isEmpty, "\(plain(out.document))")
    }
}

@Suite struct LabelTests {
    @Test(arguments: [
        ("Informant 9", true), ("D2", true), ("B", true), ("INF2", true), ("S1", true), ("Intervjuer", true), ("Taler 2", true), ("P07", true),
        ("Bo", false), ("Bo Li", false), ("Ida2", false), ("Jo", false), ("Kari", false), ("Informant Ola", false),
    ]) func codesAndNames(_ label: String, _ isCode: Bool) {
        #expect(Detector.isCode(label: label) == isCode)
    }

    @Test(arguments: Policy.shippedNames) func noPolicyShowsAShortName(_ policy: String) throws {
        for name in ["Bo", "Ida2", "Jo"] {
            let (out, _, _) = anonymized(transcript(["Hva da?", "Ingenting."], labels: ["Intervjuer", name]), try .shipped(policy))
            #expect(!out.document.speakers[1].label.contains(name), "\(policy)")
        }
    }

    @Test(arguments: Policy.shippedNames) func codesOfTheStudyStay(_ policy: String) throws {
        for label in ["Informant 9", "D2"] {
            let (out, _, _) = anonymized(transcript(["Hva da?", "Ingenting."], labels: ["Intervjuer", label]), try .shipped(policy))
            #expect(out.document.speakers[1].label == label, "\(policy)")
        }
    }

    @Test(arguments: [
        ("intervju_kari_02", ["kari"]), ("Kari_Nordmann_Hattfjelldal", ["kari", "nordmann", "hattfjelldal"]), ("KariNordmann", ["kari", "nordmann"]),
        ("2024-03-12_karihansen", ["karihansen"]), ("intervju-SolveigBergli-2", ["solveig", "bergli"]),
    ]) func namesInRecordingIDs(_ id: String, _ names: [String]) throws {
        let (out, _, _) = anonymized(transcript(["Hva da?"], id: id), try .shipped("standard"))
        let left = NameKey.fold(out.document.recording.id)
        #expect(names.allSatisfy { !left.contains($0) }, "\(left)")
    }

    @Test(arguments: ["P07", "R09_0001", "fokusgruppe_2", "intervju_dialekt", "telefonintervju", "REC0012", "Informant-4"])
    func plainRecordingIDsStay(_ id: String) throws {
        let (out, _, _) = anonymized(transcript(["Hva da?"], id: id), try .shipped("standard"))
        #expect(out.document.recording.id == id)
    }
}
