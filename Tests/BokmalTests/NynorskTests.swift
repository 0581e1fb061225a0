import Testing
@testable import Bokmal

/// Says of each word what the table says, else nothing.
struct TableTranslator: NynorskTranslator {
    var table: [String: String]
    func translate(_ sentences: [[String]]) async throws -> [[String?]] { sentences.map { $0.map { table[$0] } } }
}

@Suite struct NynorskProposalsTests {
    func normalized(_ sentence: String, _ table: [String: String], _ options: NormalizerOptions = .init()) async throws -> [NormalizedToken] {
        var normalizer = Normalizer(options)
        normalizer.proposals = try await NynorskProposals(of: [words(sentence)], by: TableTranslator(table: table))
        return normalizer.normalize(tokens: words(sentence), variety: .nynorsk)
    }

    /// A word that nobody has attested follows the translator, and says so.
    @Test func proposalsForUnknownWordsAreFollowed() async throws {
        let result = try await normalized("Ho saknar Møkspreiaren vår .", ["saknar": "savner"])
        #expect(result[1].original == "saknar" && result[1].text == "savner" && result[1].variety == .nynorsk)
        let unknown = try await normalized("ein frurgelplugg", ["frurgelplugg": "frorgelplugg"])
        #expect(unknown[1].text == "frorgelplugg")
        #expect(unknown[1].rule == "nynorsk.apertium")
        #expect((0.5...0.95).contains(unknown[1].confidence))
    }

    /// What many pairs of texts say outweighs one proposal.
    @Test func countsOutweighAProposal() async throws {
        let result = try await normalized("eg veit ikkje", ["eg": "egg", "veit": "hveite", "ikkje": "ingen"])
        #expect(result.map(\.text) == ["jeg", "vet", "ikke"])
        #expect(result.allSatisfy { $0.rule == "nynorsk.attested" })
    }

    @Test func namesNumbersMarksAndStudyChoicesAreNeverTranslated() async throws {
        let sentence = "I Nordlandet sa Ragnhild Uglum at XXXX fekk 42 kr- # [uhørbart] EKKO heimen ikkje ."
        let tokens = words(sentence)
        let wrong = Dictionary(uniqueKeysWithValues: Set(tokens).map { ($0, "gal") })
        let result = try await normalized(sentence, wrong, NormalizerOptions(untouched: ["ikkje"], replacements: ["heimen": "hjemmet"]))
        for token in ["Nordlandet", "Ragnhild", "Uglum", "XXXX", "42", "kr-", "#", "[uhørbart]", "EKKO", "ikkje", "."] {
            #expect(result.first { $0.original == token }?.text == token)
        }
        #expect(result.first { $0.original == "heimen" }?.text == "hjemmet")
    }

    /// A capital that begins a sentence does not make a name free to translate.
    @Test func namesThatBeginASentenceStay() async throws {
        for name in ["Kåre", "Liv", "Stavanger", "Haugesund", "Bjørg", "Hortens", "Zrnka"] {
            let result = try await normalized("\(name) kjem", [name: "galt"])
            #expect(result[0].text == name)
        }
    }

    @Test func casingIsKept() async throws {
        let result = try await normalized("Frurgelplugginga . frurgelplugg", ["Frurgelplugginga": "frorgelpluggingen", "frurgelplugg": "Frorgelplugg"])
        #expect(result.map(\.text) == ["Frorgelpluggingen", ".", "frorgelplugg"])
    }

    @Test(arguments: ["", " ", "a  b", "*ukjent", "or]d", "12", "ord1", "-ord", "ord.", "a\nb", String(repeating: "lang", count: 40)])
    func proposalsThatAreNoWordsAreLeftOut(_ proposal: String) {
        #expect(NynorskProposals.form(proposal, of: "ord") == nil)
    }

    @Test(arguments: [[[String?]](), [["a"]], [["a", "b"], []], [[]]])
    func otherNumbersThrow(_ answer: [[String?]]) async {
        struct Fixed: NynorskTranslator {
            var answer: [[String?]]
            func translate(_ sentences: [[String]]) async throws -> [[String?]] { answer }
        }
        await #expect(throws: NynorskMisalignment.self) { try await NynorskProposals(of: [["eg", "veit"]], by: Fixed(answer: answer)) }
    }

    @Test func onlyNynorskIsAskedFor() {
        let lines = words("Eg veit ikkje kva ho vil .") + [""] + words("Hun fikk ikke den hjelpen hun trengte .") + [""] + words("Eg veit ikkje kva ho vil .")
        let found = Normalizer().nynorskSentences { _ = $0.normalizeTokenStream(lines) }
        #expect(found == [words("Eg veit ikkje kva ho vil .")])
    }

    /// Whatever a translator says, tokens stay apart, marks stay marks, and what is no word comes out as it went in.
    @Test func randomProposals() async throws {
        let pool = ["eg", "veit", "ikkje", "Kåre", "XXXX", "42", ".", "ord-", "#", "skulen", "møkspreiar", "(ler)", "Noreg", "EU", "blurgane", "kvar", "?"]
        let answers = ["jeg", "to ord", "", "*x", "12", "[x]", "Ord", "😀", "å-å", " "]
        var state: UInt64 = 5
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<200 {
            let tokens = (0..<1 + next(10)).map { _ in pool[next(pool.count)] }
            let table = Dictionary(tokens.map { ($0, answers[next(answers.count)]) }, uniquingKeysWith: { first, _ in first })
            var normalizer = Normalizer()
            normalizer.proposals = try await NynorskProposals(of: [tokens], by: TableTranslator(table: table))
            let result = normalizer.normalize(tokens: tokens, variety: .nynorsk)
            #expect(result.map(\.original) == tokens)
            for token in result {
                #expect((0...1).contains(token.confidence))
                #expect(!token.text.isEmpty)
                if ["XXXX", "42", ".", "ord-", "#", "(ler)", "Kåre", "EU", "?"].contains(token.original) { #expect(!token.changed) }
                if token.rule == "nynorsk.apertium" { #expect(table[token.original]?.lowercased() == token.text.lowercased()) }
            }
            #expect(result == normalizer.normalize(tokens: tokens, variety: .nynorsk))
        }
    }
}

@Suite struct OwnNynorskTests {
    @Test(arguments: [
        ("Eg kjem ikkje heim i kveld .", "Jeg kommer ikke hjem i kveld ."),
        ("Ho har vore sjuk i fleire veker .", "Hun har vært syk i flere uker ."),
        ("Dei fekk hjelp av heimesjukepleiaren .", "De fikk hjelp av hjemmesykepleieren ."),
        ("Kommunen har ansvar for skulane og barnehagane .", "Kommunen har ansvar for skolene og barnehagene ."),
        ("Me veit ikkje kvar ho bur .", "Vi vet ikke hvor hun bor ."),
        ("Noreg er eit langt land .", "Norge er et langt land ."),
    ])
    func sentences(_ nynorsk: String, _ expected: String) {
        #expect(Normalizer().normalize(tokens: words(nynorsk), variety: .nynorsk).map(\.text).joined(separator: " ") == expected)
    }

    /// The last part of a compound is inflected as by itself, gender and all.
    @Test(arguments: [("treningskjeda", "treningskjeden"), ("trafikktala", "trafikktallene"), ("smitteauke", "smitteøkning")])
    func compounds(_ nynorsk: String, _ expected: String) {
        let result = Normalizer().normalize(tokens: [nynorsk], variety: .nynorsk)[0]
        #expect(result.text == expected)
        #expect(["nynorsk.compound", "nynorsk.letters"].contains(result.rule))
    }

    @Test(arguments: ["", "a", "abcdef", "xyzxyzxyz", "12345678", "brøkshvaltaxxx"])
    func noCompounds(_ word: String) { #expect(NynorskCompound.bokmal(of: word, forms: .shared) == nil) }
}
