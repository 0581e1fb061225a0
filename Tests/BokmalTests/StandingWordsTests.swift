import Foundation
import Testing
import Transcript

@testable import Bokmal

/// What the layer must leave alone, and what it must not miss.
@Suite struct StandingWordsTests {
    private func text(_ sentence: String, _ variety: TurnVariety, _ options: NormalizerOptions = .init()) -> String {
        Normalizer(options).normalize(tokens: words(sentence), variety: variety).map(\.text).joined(separator: " ")
    }

    /// A verb after a modal gets its ending back, unless the study has settled it.
    @Test func theStudysWordsWinAfterAModal() {
        #expect(text("æ ska kjør heim", .writtenDialect) == "jeg skal kjøre hjem")
        #expect(text("æ ska kjør heim", .writtenDialect, NormalizerOptions(untouched: ["kjør"])) == "jeg skal kjør hjem")
        #expect(text("æ ska kjør heim", .writtenDialect, NormalizerOptions(replacements: ["kjør": "dra"])) == "jeg skal dra hjem")
        var options = NormalizerOptions()
        options.vetoed = ["kjør": ["kjøre"]]
        #expect(text("æ ska kjør heim", .writtenDialect, options) == "jeg skal kjør hjem")
    }

    @Test(arguments: TurnVariety.allCases)
    func letterAndRingAreOneLetter(_ variety: TurnVariety) {
        let sentence = "Vi måtte dra båten på land , og på åtte dager så vi ikke båten igjen ."
        let composed = Normalizer().normalize(tokens: words(sentence), variety: variety)
        let said = words(sentence.decomposedStringWithCanonicalMapping)
        let decomposed = Normalizer().normalize(tokens: said, variety: variety)
        #expect(decomposed.map(\.text) == composed.map(\.text) && decomposed.map(\.rule) == composed.map(\.rule))
        // What stands, stands to the byte.
        for (token, said) in zip(decomposed, said) where !token.changed { #expect(Array(token.text.utf8) == Array(said.utf8)) }
        #expect(Normalizer().classifier.classify(tokens: said).variety == .bokmal)
    }

    /// A capital after a quotation mark begins a sentence.
    @Test(arguments: ["«", "\"", "“", "„"])
    func quotationsAreRead(_ mark: String) {
        #expect(text("ho sa \(mark) Dåkker må kom no", .writtenDialect).contains("Dere"))
        #expect(text("ho sa \(mark) Ikkje gjer det", .nynorsk).contains("Ikke"))
    }

    /// Inside a sentence a capital is a name's: it stays, and with the lists' names so does the word, in the genitive, too.
    @Test(arguments: TurnVariety.allCases)
    func namesStay(_ variety: TurnVariety) {
        for name in ["Kari", "Håkon", "Ragnhild", "Kvams", "Mæhles", "Oslo"] {
            #expect(text("i går kom \(name) hit", variety).contains(name))
        }
        for name in ["Sjøen", "Tjønn", "Vegen", "Brua"] {
            let result = words(text("i går kom Kari \(name) hit", variety))
            // A name that no list has is respelled where spelling is by sound; it stays a name.
            #expect(result.contains { $0 != "Kari" && $0.first?.isUppercase == true })
        }
    }

    /// Next best where the study rules out a form of Nynorsk, and accepted forms where it wants them.
    @Test func nynorskKeepsToTheStudy() {
        var options = NormalizerOptions(style: .asSaid)
        #expect(text("eg såg at jenta kasta boka heime", .nynorsk, options).contains("jenta kasta boka heime"))
        options = NormalizerOptions()
        options.vetoed = ["kva": ["hva"]]
        #expect(!words(text("eg veit ikkje kva det er", .nynorsk, options)).contains("hva"))
    }

    /// After a pronoun, a question word or a name `e` is a verb.
    @Test(arguments: ["kor e dem henne", "ho e snill", "Ragnhild e snill"])
    func eAfterASubject(_ sentence: String) {
        #expect(words(text(sentence, .writtenDialect))[1] == "er")
    }
}
