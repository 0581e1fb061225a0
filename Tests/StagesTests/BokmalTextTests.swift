import Testing

@testable import Stages

/// Running text through `ordrett bokmal`.
@Suite struct BokmalTextTests {
    /// A sentence inside the line starts anew: its first word is no name.
    @Test func everySentenceOfALineIsRead() {
        #expect(TextTools.bokmalLine("Æ veit itj. Ka trur du?  «Ikkje no», sa ho.", from: "dialect") == "Jeg vet ikke. Hva tror du?  «Ikke nå», sa hun.")
        #expect(TextTools.bokmalLine("", from: "auto").isEmpty)
        #expect(TextTools.bokmalLine(" … 12, 13!", from: "auto") == " … 12, 13!")
    }

    @Test func varietiesOneAnUtterance() {
        let tokens = ["æ", "veit", "itj", "ka", "æ", "ska", "gjør", "", "Jeg", "vet", "ikke", "hva", "jeg", "skal", "."]
        let lines = TextTools.bokmalVarieties(tokens, tokens: true, from: "auto")
        #expect(lines.count == 2 && lines[0].hasPrefix("writtenDialect\t") && lines[1].hasPrefix("bokmal\t"))
        let mixed = TextTools.bokmalVarieties(
            ["Jeg spurte henne hva hun mente, og da sa hun: «æ veit itj ka æ ska si», og så gikk hun."], tokens: false, from: "auto")
        #expect(mixed.count == 1 && mixed[0].split(separator: "\t").count == 3)
        #expect(mixed[0].contains(":writtenDialect") && mixed[0].contains(":bokmal"))
    }
}
