import Foundation
import Signal
import Testing
import Transcript
@testable import Bokmal

/// Tokens of running text: words with their apostrophes and hyphens, each mark by itself.
func tokens(_ text: String) -> [String] {
    var result: [String] = []
    for piece in text.split(separator: " ") {
        var word = ""
        for character in piece {
            if character.isLetter || character.isNumber || "-'’".contains(character) {
                word.append(character)
            } else {
                if !word.isEmpty { result.append(word) }
                word = ""
                result.append(String(character))
            }
        }
        if !word.isEmpty { result.append(word) }
    }
    return result
}

@Suite struct CleanBokmalTests {
    static let turns: [[String]] = {
        let url = Bundle.module.url(forResource: "prosa", withExtension: "txt", subdirectory: "Fixtures")
        guard let url, let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { tokens(String($0)) }
    }()

    /// Prose and an interview, with radical and old-fashioned forms and turns of one word.
    @Test func proseIsLeftAlone() {
        let all = Self.turns.flatMap(\.self)
        #expect(all.count > 2_000)
        let normalizer = Normalizer()
        var alone = 0
        for turn in Self.turns { alone += normalizer.normalize(tokens: turn).count(where: \.changed) }
        #expect(Double(alone) <= 0.003 * Double(all.count))
        let stream = Self.turns.flatMap { $0 + [""] }
        let changed = normalizer.explainTokenStream(stream).count { $0?.changed == true }
        #expect(Double(changed) <= 0.003 * Double(all.count))
    }

    /// The same turns, each between turns of dialect: what others speak is no reason to change it.
    @Test func dialectBesideLeavesProseAlone() {
        var stream: [String] = []
        var isProse: [Bool] = []
        for turn in Self.turns {
            stream += turn + [""] + words("æ veit itj ka dæm ska gjør") + [""]
            isProse += turn.map { _ in true } + [false] + words("æ veit itj ka dæm ska gjør").map { _ in false } + [false]
        }
        let result = Normalizer().explainTokenStream(stream)
        let changed = zip(result, isProse).count { $1 && $0?.changed == true }
        #expect(Double(changed) <= 0.01 * Double(isProse.count { $0 }))
        #expect(zip(result, isProse).count { !$1 && $0?.changed == true } > 4 * Self.turns.count)
    }
}

@Suite struct TurnVarietyTests {
    let classifier = TurnClassifier()

    @Test(arguments: [
        // Nord, Trøndelag, Vest, Øst
        ("korsen kan æ få tak i han legen som va her i går", TurnVariety.writtenDialect),
        ("ka dokker trur om at hu ikkje kjem i kveld", .writtenDialect),
        ("hossen ska me få da te når ingen vil vera me", .writtenDialect),
        ("jæ veit itte åssen dom har fått tel detta her", .writtenDialect),
        ("hu sa at øss måtte komma når klokka var fem , men je glømte det", .writtenDialect),
        ("vi måtte berre vente heilt til dei kom attende frå ferien sin", .nynorsk),
        ("ho fortalde at ungane hadde det bra på skulen , og at ingen plaga dei lenger", .nynorsk),
        ("nårr hann kåmm jemm så va de så seint att alle hadde lakkt sæi", .phonetic),
        ("jei tror ikke de er nåe å bry seg om , sa hun og gikk", .writtenDialect),
        ("Det er klart at vi må snakke om hvordan dette skal gjøres neste år .", .bokmal),
        ("Han henta boka si og gikk heim , for det var blitt seint , og han var aleine .", .bokmal),
        ("Efter middagen blev vi sittende og tale sammen til langt ut på natten .", .bokmal),
        ("I could not believe what they told me about the hospital .", .other),
    ])
    func turns(_ sentence: String, _ expected: TurnVariety) {
        #expect(classifier.classify(tokens: tokens(sentence)).variety == expected)
    }

    /// Dense dialect without a spelling that is by sound alone can be either.
    @Test(arguments: [
        "ska vi itj berre ta å gå heim att no , spurt æ", "æ hi itj vorre der sia æ va lita", "koffor har eg ikkje fått lønå mi te rett ti",
        "hossn ska æ få gjort det her når dåkk itj e hjæm", "vi sku ha vørre der i går , men ongan va sjuk",
    ])
    func dialect(_ sentence: String) {
        #expect([.writtenDialect, .phonetic].contains(classifier.classify(tokens: tokens(sentence)).variety))
    }

    @Test(arguments: ["Ja .", "Nei .", "Mm .", "Å ?", "Hæ ?", "Nei da .", "Ikke sant .", "Oslo .", "Kåre ?"])
    func shortTurnsAreNoDialect(_ turn: String) {
        #expect([.bokmal, .other].contains(classifier.classify(tokens: words(turn)).variety))
        #expect(Normalizer().normalize(tokens: words(turn)).allSatisfy { !$0.changed })
    }

    /// Stretches cover the tokens in order, whatever the tokens are.
    @Test func stretchesTileTheTurn() {
        let pool = ["æ", "veit", "itj", "jeg", "vet", "ikke", "eg", "kva", "dei", "the", "never", "would", "såmm", "fårr", ".", ",", "«", "»", "12", "Oslo", "XXXX"]
        var state: UInt64 = 5
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<400 {
            let turn = (0..<next(40)).map { _ in pool[next(pool.count)] }
            let result = classifier.classify(tokens: turn)
            #expect(result.stretches.flatMap(\.tokens) == Array(turn.indices))
            #expect((0...1).contains(result.confidence))
            #expect(zip(result.stretches, result.stretches.dropFirst()).allSatisfy { $0.variety != $1.variety })
        }
    }
}

@Suite struct MixedTurnTests {
    func bokmal(_ sentence: String) -> String { Normalizer().normalize(tokens: tokens(sentence)).map(\.text).joined(separator: " ") }

    /// Each stretch as its own variety: a quotation in dialect or Nynorsk, English, and Bokmål within dialect.
    @Test(arguments: [
        (
            "Jeg spurte henne hva hun mente, og da sa hun: «æ veit itj ka æ ska si», og så gikk hun.",
            "Jeg spurte henne hva hun mente , og da sa hun : « jeg vet ikke hva jeg skal si » , og så gikk hun ."
        ),
        (
            "Jeg leste brevet høyt for dem. «Eg veit ikkje kva de vil ha, men eg har ikkje tenkt å gje meg», sto det der. Så ble det helt stille i rommet.",
            "Jeg leste brevet høyt for dem . « Jeg vet ikke hva de vil ha , men jeg har ikke tenkt å gi meg » , sto det der . Så ble det helt stille i rommet ."
        ),
        (
            "Jeg tenkte det var rart. We never talked about it and I did not know what to say. Men så ringte de meg dagen etter.",
            "Jeg tenkte det var rart . We never talked about it and I did not know what to say . Men så ringte de meg dagen etter ."
        ),
        (
            "Æ veit itj ka dæm tenkt. We never talked about it and I did not know what to say. Å så for dæm heim.",
            nil
        ),
    ] as [(String, String?)])
    func stretches(_ sentence: String, _ expected: String?) {
        let result = bokmal(sentence)
        if let expected { #expect(result == expected) }
        if sentence.contains("We never") {
            #expect(result.contains("We never talked about it and I did not know what to say"))
        }
        if expected == nil { #expect(result.hasPrefix("Jeg vet ikke hva ")) }
        #expect(Normalizer().classifier.classify(tokens: tokens(sentence)).stretches.count > 1)
    }

    /// A title, a name or a loan is no stretch of another language.
    @Test(arguments: [
        "Han pleide å si at work hard, play hard var det viktigste i livet, men det trodde jeg aldri noe på.",
        "Jeg var på Black Sabbath-konserten i Oslo Spektrum sammen med Kåre, og vi sang Paranoid hele veien hjem.",
        "Vi hadde en workshop om compliance og et webinar om feedback, og det var ganske kjedelig.",
    ])
    func loansAreNoStretch(_ sentence: String) {
        #expect(bokmal(sentence) == tokens(sentence).joined(separator: " "))
        #expect(Normalizer().classifier.classify(tokens: tokens(sentence)).variety == .bokmal)
    }
}

@Suite struct QuotationInTranscriptTests {
    /// Marks around the words of a transcript bound stretches, too.
    @Test func aQuotationIsNormalisedAlone() throws {
        let said = words("Da sa hun : « æ veit itj ka æ ska si » , og så gikk hun hjem uten å si noe mer om det .")
        var elements: [Element] = []
        var lead = ""
        for (index, text) in said.enumerated() {
            if text == "«" {
                lead = "«"
            } else if text.allSatisfy({ ":»,.".contains($0) }) {
                guard case .word(var word)? = elements.popLast() else { continue }
                word.trail += text
                elements.append(.word(word))
            } else {
                var word = Word(id: index + 1, text: text)
                word.lead = lead
                lead = ""
                elements.append(.word(word))
            }
        }
        let recording = RecordingReference(id: "P01", digest: "0", rate: SampleRate(16_000), length: 16_000, channels: 1)
        let source = Transcript(recording: recording, turns: [Turn(id: 1, speaker: "S1", elements: elements)])
        let result = try Normalizer().normalize(transcript: source).turns[0].words.map { $0.normalized?.text ?? $0.text }
        #expect(result.joined(separator: " ") == "Da sa hun jeg vet ikke hva jeg skal si og så gikk hun hjem uten å si noe mer om det")
    }
}

@Suite struct TalkPriorTests {
    /// Forms that several varieties share are read as the speaker's other turns are.
    @Test func neighboursSettleShortUtterances() {
        let dialect = words("æ veit itj ka dæm ska gjør") + [""]
        let short = words("de e no bra") + [""]
        let among = Normalizer().classifyTokenStream(dialect + dialect + short + dialect)
        #expect(among[2].variety == .writtenDialect || among[2].variety == .phonetic)
        let bokmal = words("Jeg vet ikke hva de skal gjøre med det .") + [""]
        let word = words("Men så gikk han hjem .") + [""]
        #expect(Normalizer().classifyTokenStream(dialect + word + dialect)[1].variety == .bokmal)
        #expect(Normalizer().classifyTokenStream(bokmal + dialect + bokmal)[1].variety == .writtenDialect)
    }

    @Test func priorsAreLimited() {
        var reader = EvidenceReader(TurnClassifier())
        let turns = (0..<50).map { _ in reader.evidence(words("æ veit itj ka dæm ska gjør me de")) }
        for prior in TalkPrior.neighbours(turns) + TalkPrior.speakers(turns.map { ("S1", $0) }) {
            #expect((0..<4).allSatisfy { abs(prior.odds[$0]) <= TalkPrior.most })
            #expect(prior.odds[3] <= 0)
        }
        // One turn knows nothing of others.
        #expect(TalkPrior.speakers([("S1", turns[0]), ("S2", turns[1])]).allSatisfy { $0 == VarietyScores() })
    }
}
