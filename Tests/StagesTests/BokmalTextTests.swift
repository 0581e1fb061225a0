import Foundation
import Testing

@testable import Stages

/// Running text through `ordrett bokmal`.
@Suite struct BokmalTextTests {
    private func line(_ text: String, from: String) throws -> [String] {
        var choices = BokmalChoices()
        choices.from = from
        return try BokmalTool(choices).text([text])
    }

    /// A sentence inside the line starts anew: its first word is no name.
    @Test func everySentenceOfALineIsRead() throws {
        #expect(try line("Æ veit itj. Ka trur du?  «Ikkje no», sa ho.", from: "dialect") == ["Jeg vet ikke. Hva tror du?  «Ikke nå», sa hun."])
        #expect(try line("", from: "auto") == [""])
        #expect(try line(" … 12, 13!", from: "auto") == [" … 12, 13!"])
    }

    @Test func varietiesOneAnUtterance() throws {
        let tool = try BokmalTool(BokmalChoices())
        let tokens = ["æ", "veit", "itj", "ka", "æ", "ska", "gjør", "", "Jeg", "vet", "ikke", "hva", "jeg", "skal", "."]
        let lines = tool.varieties(tokens, tokens: true)
        #expect(lines.count == 2 && lines[0].hasPrefix("writtenDialect\t") && lines[1].hasPrefix("bokmal\t"))
        let mixed = tool.varieties(
            ["Jeg spurte henne hva hun mente, og da sa hun: «æ veit itj ka æ ska si», og så gikk hun."], tokens: false)
        #expect(mixed.count == 1 && mixed[0].split(separator: "\t").count == 3)
        #expect(mixed[0].contains(":writtenDialect") && mixed[0].contains(":bokmal"))
    }

    /// A transcript that was cut off is no running text.
    @Test func aCutOffTranscriptIsRefused() throws {
        let data = Data("{\n  \"turns\" : [ { \"elements\"".utf8)
        #expect(BokmalTool.isTranscript(data) && !BokmalTool.isTranscript(Data("{latter} ja".utf8)))
        #expect(throws: (any Error).self) { try BokmalTool(BokmalChoices()).transcript(data) }
    }
}
