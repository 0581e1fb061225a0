import Foundation
import Testing
@testable import Bokmal

@Suite struct WordFormsTests {
    let forms = WordForms.shared

    @Test(arguments: ["hverdagen", "kommune", "og", "ikke", "sykepleieren", "jenta", "kasta", "hun", "samarbeidet", "vanskelig"])
    func bokmalFormsAreKnown(_ form: String) {
        #expect(forms.contains(form))
        #expect(!forms.isNameOnly(form))
    }

    @Test(arguments: ["ikkje", "itj", "korsen", "eg", "hvrdagen", "kvardagen", "væit", "", "qzx", "Ikke"])
    func otherFormsAreNotBokmal(_ form: String) {
        #expect(!forms.contains(form))
    }

    @Test func namesAndWords() {
        #expect(forms.isNameOnly("oslo"))
        #expect(forms.isNameOnly("hansen"))
        // A man's name and an imperative.
        #expect(forms.isName("finn"))
        #expect(!forms.isNameOnly("finn"))
        #expect(!forms.isName("hverdagen"))
    }

    @Test func nynorsk() {
        #expect(forms.isNynorsk("ikkje"))
        #expect(forms.isNynorsk("kva"))
        #expect(!forms.isNynorsk("hvordan"))
    }

    @Test func partsOfSpeech() {
        #expect(forms.partsOfSpeech("hverdagen") == [.noun])
        #expect(forms.partsOfSpeech("snakket").contains(.verb))
        #expect(forms.partsOfSpeech("vanskelig").contains(.adjective))
        #expect(forms.partsOfSpeech("jeg").isEmpty == false)
        #expect(forms.partsOfSpeech("finn").isSuperset(of: [.verb, .properName]))
        #expect(forms.partsOfSpeech("qzxw").isEmpty)
    }

    /// Random letters are hardly ever taken for words: the hashed set may err once in 700,000.
    @Test func randomStringsAreUnknown() {
        var state: UInt64 = 42
        var known = 0
        for _ in 0..<20_000 {
            var word = ""
            for _ in 0..<14 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                word.append(Array("bcdfghjklmnpqrstvwxz")[Int(state >> 33) % 20])
            }
            if forms.attributes(word) != 0 { known += 1 }
        }
        #expect(known <= 1)
    }

    @Test func damagedFilesAreRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bokmal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: LexiconError.unreadable(file: "none.bin")) {
            try WordForms(contentsOf: folder.appendingPathComponent("none.bin"))
        }
        let whole = try Data(contentsOf: Resources.url("wordforms.bin"))
        var wrongSize = whole.prefix(60)
        wrongSize.append(contentsOf: [UInt8](repeating: 0xFF, count: 64))
        for (index, content) in [Data(), Data("OLX1".utf8), Data("XXXX0000".utf8), Data(whole.prefix(1000)), wrongSize].enumerated() {
            let url = folder.appendingPathComponent("\(index).bin")
            try content.write(to: url)
            #expect(throws: LexiconError.self) { try WordForms(contentsOf: url) }
            #expect(throws: LexiconError.self) { try VarietyModel(contentsOf: url) }
            #expect(throws: LexiconError.self) { try EqualForms(contentsOf: url) }
            #expect(throws: LexiconError.self) { try VarietyWeights(contentsOf: url) }
            #expect(throws: LexiconError.self) { try WrittenLexicon(contentsOf: url) }
        }
    }

    /// Every id of a string table finds itself, and neighbours of its strings are not found.
    @Test func stringTablesFindTheirStrings() {
        let table = VarietyModel.nynorsk.words
        for id in stride(from: 0, to: table.count, by: 37) {
            #expect(table.id(of: table[id]) == id)
            #expect(table.id(of: table[id] + "\u{1}") == nil)
        }
        #expect(table.id(of: "") == nil)
        // Sorted by bytes, as the search needs.
        for id in 1..<200 { #expect(Array(table[id - 1].utf8).lexicographicallyPrecedes(Array(table[id].utf8))) }
    }
}

@Suite struct CompoundTests {
    @Test(arguments: [
        ("samarbeidsmøtet", true), ("hjemmesykepleier", true), ("kommunetorget", true), ("korsn", false), ("ikkje", false),
        ("væitittje", false), ("qwrtmøtet", false), ("", false),
    ])
    func compounds(_ word: String, _ expected: Bool) {
        #expect(WordForms.shared.isCompound(word) == expected)
    }
}
