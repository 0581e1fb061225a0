import Foundation
import Testing
import Transcript

@testable import Anonymization

/// What rules alone find of dates, ages and titles as they are said; the taggers are left out.
@Suite struct SaidRulesTests {
    static let detector = Detector(tagger: nil, talkTagger: nil)

    private func found(_ sentence: String, _ type: EntityType) -> [String] {
        Self.detector.detect(text: sentence).filter { $0.type == type }.map { slice(sentence, $0) }
    }

    @Test(arguments: [
        ("Høsten førtisju gikk båten ned.", ["Høsten førtisju"]),
        ("Sommaren femtisju fraus vatnet.", ["Sommaren femtisju"]),
        ("Det var i romjula åttito, tror jeg.", ["romjula åttito"]),
        ("Vi kom hit våren null fire med to kofferter.", ["våren null fire"]),
        ("Ho vart gift i nittenhundreogåtte.", ["nittenhundreogåtte"]),
        ("Det må ha vært i sekstiåtta, før brua kom.", ["sekstiåtta"]),
        ("Ho reiste i syttisju første gongen.", ["syttisju"]),
        ("Isen gikk i -78 også.", ["-78"]),
        ("Det var i nittenhundre og åtte.", ["nittenhundre og åtte"]),
        ("Vi flyttet desember femtisju.", ["desember femtisju"]),
        ("I august trettifem barn fikk plass, var det trangt.", ["august"]),
        ("Det heldt på ut på åttitalet og litt inn på nittitalle.", ["åttitalet", "nittitalle"]),
        ("Kirkeboka er fra 1780-åra.", ["1780-åra"]),
        ("Hun døde fastelavnssøndag.", ["fastelavnssøndag"]),
    ]) func dates(_ sentence: String, _ expected: [String]) { #expect(found(sentence, .date) == expected) }

    @Test(arguments: [
        "Vi var i sekstito land.", "Våren femti elever begynte her, var det bråk.", "Det er minus -12 ute.", "Temperaturen gikk ned til -30.", "Fra -12 til -5 grader.",
        "Det kostet i åttito kroner.", "Ta det i tjuefem minutter.",
    ]) func noDates(_ sentence: String) { #expect(found(sentence, .date).isEmpty, "\(found(sentence, .date))") }

    @Test(arguments: [
        ("Je er førtito, og nå sitt je her.", ["førtito"]),
        ("Æ va attan å visste ingenting.", ["attan"]),
        ("Søster mi på fire spurte om det gjorde vondt.", ["fire"]),
        ("Det var en sykepleier på trettini som sa det.", ["trettini"]),
        ("Læreren vår på sekstito sa det.", ["sekstito"]),
        ("Vi hadde en bonde på sekstitre som slaktet alt.", ["sekstitre"]),
        ("Ho var seksten og trekvart då.", ["seksten og trekvart"]),
        ("Jeg har førtisju år på baken.", ["førtisju år"]),
        ("Mora mi, femtiåtte og dårlig til beins, ble med.", ["femtiåtte"]),
        ("Hun døde av kreft, bare trettini, og han ble alene.", ["trettini"]),
        ("Jeg sluttet som sekstito, etter mange år.", ["sekstito"]),
        ("Da vi var ni, flyttet alle.", ["ni"]),
        ("Hvor gammel var du da du dro?\nFemten og et halvt. Med koffert.", ["Femten og et halvt"]),
        ("Kor gamal er du no?\nEg er sekstisju.", ["sekstisju"]),
        ("Han er straks tredve, og hun ble nittisju, den oldefaren.", ["straks tredve", "nittisju"]),
    ]) func ages(_ sentence: String, _ expected: [String]) { #expect(found(sentence, .age) == expected) }

    @Test(arguments: [
        "Da vi var fire på møtet, gikk det bra.", "Tre lærere på fire år.", "Når vi er to, går det fint.", "Det var mange, nesten femti, og alle sang.", "Vi var femten.", "Det er like mye som førti.", "I ti år var jeg der borte.",
        "Hvor mange er dere?\nSeksten.", "Hvor gammelt er huset? Det vet jeg ikke. Vi var på tolv steder.",
    ]) func noAges(_ sentence: String) { #expect(found(sentence, .age).isEmpty, "\(found(sentence, .age))") }

    @Test(arguments: [
        ("Havnefogden sa nei, og byantikvaren sa ja.", ["Havnefogden", "byantikvaren"]),
        ("Helse- og omsorgssjefen ringte.", ["Helse- og omsorgssjefen"]),
        ("Med den nye rektoren gikk det fint.", ["den nye rektoren"]),
        ("Overlegen på slagenheten sa det rett ut.", ["Overlegen på slagenheten"]),
        ("Hun er leder for næringsforeningen.", ["leder"]),
        ("Hun er leder for vaktordningen.", ["leder for vaktordningen"]),
        ("Bestyreren der hadde nøkler til alt.", ["Bestyreren der"]),
        ("Det var teknisk sjef som hadde skrevet under.", ["teknisk sjef"]),
        ("Bror min er losoldermann.", ["losoldermann"]),
        ("Jeg var sekretær for Abdulkadiren i ti år.", ["sekretær"]),
    ]) func titles(_ sentence: String, _ expected: [String]) { #expect(found(sentence, .jobTitle) == expected) }

    @Test(arguments: [
        "En biskop er vel et menneske, han også.", "Vaktmesteren på skolen ga oss ball.", "Veilederen min var flink.", "Han reparerte klokker.", "Sjukepleiaren kom seint.",
        "Det var siste trimester.", "Hvert semester hørte vi kirkeklokker.", "De har hundesleder.", "Hun leder for øyeblikket gruppa.", "De som styrer i bygda, er late.", "Hun er verdensmester i å klage.", "Lederen min og sjefen hans er venner.",
    ]) func noTitles(_ sentence: String) { #expect(found(sentence, .jobTitle).isEmpty, "\(found(sentence, .jobTitle))") }

    @Test func namesFoundInPartsAreOne() {
        let said = "da kom halldis moren vesaas og kari og ola berg, nils", text = TokenizedText(said), rules = RuleText(text, lists: .shared)
        func part(_ word: String, _ type: EntityType = .person, _ rule: String = "test") -> Detection {
            let token = text.tokens.first { $0.lower == word }!
            return Detection(start: token.start, end: token.end, type: type, score: 0.5, rule: rule)
        }
        let parts = [part("halldis", .organisation, "tagger.possible"), part("moren"), part("vesaas"), part("kari"), part("ola"), part("berg"), part("nils")]
        #expect(Self.detector.fullNames(rules, parts).map { text.string($0.start, $0.end) } == ["halldis moren vesaas", "kari", "ola berg", "nils"])
        #expect(Self.detector.fullNames(rules, parts).allSatisfy { $0.type == .person })
    }

    @Test(arguments: [
        ("Høsten førtisju gikk båten ned.", "(dato) gikk båten ned."),
        ("Hun døde, bare trettini, og han ble alene.", "Hun døde, bare i 30-årene, og han ble alene."),
    ]) func reads(_ said: String, _ expected: String) throws {
        let (out, _, _) = anonymized(transcript([said]), try .shipped("standard"))
        #expect(plain(out.document) == expected)
    }
}
