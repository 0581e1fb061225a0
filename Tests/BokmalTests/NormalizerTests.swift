import Testing
@testable import Bokmal

func words(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

@Suite struct NormalizerTests {
    let normalizer = Normalizer()

    func bokmal(_ sentence: String, _ variety: TurnVariety? = nil, _ options: NormalizerOptions = NormalizerOptions()) -> String {
        Normalizer(options).normalize(tokens: words(sentence), variety: variety).map(\.text).joined(separator: " ")
    }

    @Test(arguments: [
        // Northern
        ("æ veit ikkje ka dokker gjør på jobben", "jeg vet ikke hva dere gjør på jobben"),
        ("korsen har dokker det", "hvordan har dere det"),
        ("koffer kan ikkje æ få nokka hjelp", "hvorfor kan ikke jeg få noe hjelp"),
        ("vi snakka med ongan førr nån daga sia", nil),
        // Trøndelag
        ("æ sku itj ha sagt nå te dæm", nil),
        ("hu va itj heim , å æ vart redd", nil),
        // Western
        ("eg fekk ikkje hjelp frå kommunen", "jeg fikk ikke hjelp fra kommunen"),
        ("dokker veit ikkje koss eg hadde det", "dere vet ikke hvordan jeg hadde det"),
        // Eastern
        ("jæ veit itte åssen dom gjør det", nil),
    ] as [(String, String?)])
    func writtenDialect(_ sentence: String, _ expected: String?) {
        let result = bokmal(sentence, .writtenDialect)
        if let expected { #expect(result == expected) }
        let forbidden: Set = ["æ", "eg", "jæ", "itj", "itte", "ikkje", "ka", "korsen", "koss", "koffer", "åssen", "dokker", "nokka", "hu", "sku", "ongan", "dæm"]
        #expect(forbidden.isDisjoint(with: words(result)))
    }

    @Test(arguments: [
        ("itj", "ikke"), ("itte", "ikke"), ("ikkje", "ikke"), ("korsen", "hvordan"), ("koss", "hvordan"), ("ka", "hva"), ("kem", "hvem"),
        ("kor", "hvor"), ("kordan", "hvordan"), ("koffer", "hvorfor"), ("dåkker", "dere"), ("dokker", "dere"), ("mæ", "meg"), ("sæ", "seg"),
        ("ho", "hun"), ("hannj", "han"), ("vårres", "vår"), ("frå", "fra"), ("nokka", "noe"), ("noko", "noe"), ("nån", "noen"),
        ("mykje", "mye"), ("førr", "for"), ("berre", "bare"), ("veit", "vet"), ("sku", "skulle"), ("vart", "ble"), ("æ", "jeg"), ("eg", "jeg"),
    ])
    func closedClass(_ dialect: String, _ expected: String) {
        #expect(bokmal(dialect, .writtenDialect) == expected)
    }

    @Test(arguments: [
        ("vanskeleg", "vanskelig"), ("guttan", "guttene"), ("møtan", "møtene"), ("muligheita", "muligheten"),
    ])
    func endings(_ dialect: String, _ expected: String) {
        #expect(DialectEndings.bokmal(of: dialect, forms: .shared) == expected)
    }

    /// An ending is only used when the result is a word.
    @Test func endingsNeverInventWords() {
        for word in ["xkjwan", "blurgheita", "ab", "zzzzleg"] { #expect(DialectEndings.bokmal(of: word, forms: .shared) == nil) }
    }

    @Test(arguments: [
        ("Eg veit ikkje kva ho vil .", "Jeg vet ikke hva hun vil ."),
        ("Dei arbeider saman med kommunen .", "De arbeider sammen med kommunen ."),
        ("Kvifor skal vi ikkje spørje sjukepleiaren ?", "Hvorfor skal vi ikke spørre sykepleieren ?"),
        ("Me har vore i Noreg i mange år .", "Vi har vært i Norge i mange år ."),
    ])
    func nynorsk(_ sentence: String, _ expected: String) {
        #expect(bokmal(sentence) == expected)
        #expect(normalizer.classifier.classify(tokens: words(sentence)).variety == .nynorsk)
    }

    @Test(arguments: [
        ("æ væit ittje kåss de e", "jeg veit ikke hvordan det er"),
        ("de e så bra å væra jæmme", "det er så bra å være hjemme"),
        ("vi jore de dæmm sa", nil),
    ] as [(String, String?)])
    func phonetic(_ sentence: String, _ expected: String?) {
        let result = bokmal(sentence, .phonetic)
        if let expected { #expect(result == expected) }
        #expect(words(result).count == words(sentence).count)
    }

    /// The same spelling is settled by its neighbours.
    @Test func contextChooses() {
        #expect(bokmal("å de va fint", .phonetic) == "og det var fint")
        #expect(bokmal("å gå på tur e fint", .phonetic).hasPrefix("å gå"))
    }

    static let bokmalSentences = [
        "Jeg tror de ansatte i kommunen gjør så godt de kan .", "Hun fikk ikke den hjelpen hun trengte , og det var vanskelig .",
        "Vi hadde møter hver uke , men det var ingen som tok ansvar for samarbeidet .", "De er flinke , og de vet hva de vil .",
        "Hunden lå på golvet mens vi snakka sammen i boka hans .", "Jenta kasta ballen og sola skinte .",
        "I dag skal jeg ta toget til byen .", "Å gå alene hjem om kvelden er ikke lett .", "Da sa jeg at nå må noen gjøre noe .",
        "Jeg ringte legen , men det tok tre uker før jeg fikk time .", "Ja .", "Mm .", "Nei , det har jeg ikke tenkt på .",
        "Er det te eller kaffe på møtet ?", "Seieren var stor for alle i laget .", "Hvis du ser på e-posten fra i går , så står det der .",
    ]

    @Test(arguments: bokmalSentences)
    func bokmalIsLeftAlone(_ sentence: String) {
        #expect(bokmal(sentence) == sentence)
        #expect(normalizer.classifier.classify(tokens: words(sentence)).variety != .phonetic)
    }

    /// Sentences drawn at random from Bokmål forms come out as they went in.
    @Test func randomBokmalIsUnchanged() {
        let pool = Array(Set(Self.bokmalSentences.flatMap(words))).sorted().filter { $0.count > 2 }
        var state: UInt64 = 7
        for _ in 0..<300 {
            var tokens: [String] = []
            for _ in 0..<9 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                tokens.append(pool[Int(state >> 33) % pool.count])
            }
            #expect(normalizer.normalize(tokens: tokens).map(\.text) == tokens)
        }
    }

    @Test func untouchables() {
        let tokens = ["XXXX", "42", "2013", "ord-", "#", "…", "(ler)", "[uhørbart]", "Kåre", "", " ", "\u{301}", "12-åringen", "😀"]
        for variety in TurnVariety.allCases {
            #expect(normalizer.normalize(tokens: ["æ"] + tokens, variety: variety).dropFirst().map(\.text) == tokens)
        }
    }

    @Test func casingIsKept() {
        #expect(bokmal("Æ veit IKKJE . Ka trur du ?", .writtenDialect) == "Jeg vet IKKE . Hva tror du ?")
        #expect(bokmal("EG veit", .nynorsk).hasPrefix("JEG"))
    }

    @Test func studyChoices() {
        let options = NormalizerOptions(untouched: ["Ikkje"], replacements: ["heimen": "hjemmet", "Legekontoret": "legekontoret"])
        #expect(bokmal("eg vil ikkje til heimen", .nynorsk, options) == "jeg vil ikkje til hjemmet")
        // A replacement holds in Bokmål, too.
        #expect(bokmal("hun kom fra heimen", nil, options) == "hun kom fra hjemmet")
        let result = Normalizer(options).normalize(tokens: ["ikkje", "heimen"], variety: .nynorsk)
        #expect(result.map(\.rule) == ["veto", "study"])
    }

    @Test func styles() {
        #expect(bokmal("æ veit itj", .writtenDialect) == "jeg vet ikke")
        #expect(bokmal("æ veit itj", .writtenDialect, NormalizerOptions(style: .radical)) == "jeg veit ikke")
        // Accepted forms in -a stay in both.
        #expect(bokmal("æ kasta boka", .writtenDialect) == "jeg kasta boka")
    }

    @Test func sameTokensOutAsInAndDeterministic() {
        let alphabet = Array("aeiouæøåbdfghjklmnprstvLX-' .")
        var state: UInt64 = 99
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<60 {
            let tokens = (0..<next(12)).map { _ in String((0..<next(14)).map { _ in alphabet[next(alphabet.count)] }) }
            for variety in TurnVariety.allCases {
                let first = normalizer.normalize(tokens: tokens, variety: variety)
                #expect(first.map(\.original) == tokens)
                #expect(first == normalizer.normalize(tokens: tokens, variety: variety))
                #expect(first.allSatisfy { (0...1).contains($0.confidence) })
            }
        }
    }

    @Test func veryLongWordIsLeft() {
        let long = String(repeating: "skjæråå", count: 5_000)
        #expect(normalizer.normalize(tokens: [long], variety: .phonetic)[0].text == long)
    }
}

@Suite struct NynorskRulesTests {
    @Test(arguments: [
        ("sjukepleiaren", "sykepleieren"), ("avdelingsleiaren", "avdelingslederen"), ("moglegheita", "muligheten"),
        ("heimesjukepleiar", "hjemmesykepleier"), ("utfordringane", "utfordringene"), ("tenestene", "tjenestene"),
    ])
    func health(_ nynorsk: String, _ expected: String) {
        #expect(Normalizer().normalize(tokens: [nynorsk], variety: .nynorsk)[0].text == expected)
    }
}
