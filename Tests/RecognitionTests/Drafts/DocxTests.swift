import Foundation
import Recognition
import Testing
import Transcript

@Suite("Word documents")
struct DocxTests {
    private func paragraph(_ runs: String, style: String? = nil) -> String {
        "<w:p>" + (style.map { "<w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs><w:pStyle w:val=\"\($0)\"/><w:rPr><w:b/></w:rPr></w:pPr>" } ?? "") + runs + "</w:p>"
    }

    private func run(_ text: String, _ properties: String = "") -> String {
        "<w:r>" + (properties.isEmpty ? "" : "<w:rPr>\(properties)</w:rPr>") + "<w:t xml:space=\"preserve\">\(text)</w:t></w:r>"
    }

    private func read(_ body: String) throws -> Draft { try Draft(data: StoredZip.docx(body), name: "utkast.docx") }

    @Test("runs, tabs, breaks and labels")
    func basics() throws {
        let made = try read(
            paragraph(run("Intervju 4"), style: "Title") + paragraph(run("I:", "<w:b/>") + "<w:r><w:tab/></w:r>" + run("Hvor") + run("dan ") + run("går det?"))
                + paragraph("<w:r><w:t>D2: Bra.</w:t><w:br/><w:t>I: Ja.</w:t></w:r>"))
        #expect(made.format == .word && made.encoding == nil)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["I|Hvordan går det?", "D2|Bra.", "I|Ja."])
        #expect(made.preamble == ["Intervju 4"])
    }

    @Test("italics and bold are emphasis in part of a turn, not all over it")
    func emphasis() throws {
        let made = try read(
            paragraph(run("D2: det var ") + run("veldig", "<w:i/>") + run(" bra ") + run("ikke", "<w:i w:val=\"0\"/>"))
                + paragraph(run("I: ") + run("Hvordan gikk det da?", "<w:i/>")))
        #expect(made.pieces[0].elements.compactMap(\.word).map { $0.prominence?.level } == [nil, nil, 2, nil, nil])
        #expect(made.pieces[1].elements.compactMap(\.word).allSatisfy { $0.prominence == nil })
    }

    @Test("bold names are labels even when they come once")
    func boldLabel() throws {
        let made = try read(paragraph(run("Kari:", "<w:b/>") + run(" Hei.")) + paragraph(run("Ola:", "<w:b/>") + run(" Hallo.")))
        #expect(made.pieces.map(\.label) == ["Kari", "Ola"])
    }

    @Test("names told apart by bold type alone are labels when they come again")
    func boldWithoutColon() throws {
        let turns = ["Intervjuer", "Informant", "Intervjuer", "Informant"].map { paragraph(run($0, "<w:b/>") + run(" Hei du.")) }.joined()
        #expect(try read(turns).pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["Intervjuer|Hei du.", "Informant|Hei du.", "Intervjuer|Hei du.", "Informant|Hei du."])
        let stressed = try read(paragraph(run("I: hei")) + paragraph(run("D2: hallo")) + paragraph(run("Veldig", "<w:b/>") + run(" mye.")))
        #expect(stressed.pieces.map(\.label) == ["I", "D2"])
    }

    @Test("bold labels on lines of their own, as for MAXQDA")
    func boldLines() throws {
        let made = try read(
            ["Kari", "Ola", "Kari", "Ola"].map { paragraph(run($0, "<w:b/>")) + paragraph(run("[00:00:01] - Hei du.")) + paragraph("") }.joined())
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["Kari|Hei du.", "Ola|Hei du.", "Kari|Hei du.", "Ola|Hei du."])
    }

    @Test("NVivo's table in Word")
    func nvivo() throws {
        func row(_ cells: String...) -> String { "<w:tr>" + cells.map { "<w:tc>" + paragraph(run($0)) + "</w:tc>" }.joined() + "</w:tr>" }
        let made = try read("<w:tbl>" + row("Timespan", "Content", "Speaker") + row("0:02:00.0-0:10:00.0", "Hei: du (ler).", "Kari") + row("0:10:00.0-0:10:05.5", "Ja.", "Ola") + "</w:tbl>")
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)|\($0.start ?? -1)|\($0.end ?? -1)" } == ["Kari|Hei: du. {laughter}|120.0|600.0", "Ola|Ja.|600.0|605.5"])
    }

    @Test("questions in bold and answers plain make two speakers, and say so")
    func styleSpeakers() throws {
        let made = try read(
            (0..<3).map { paragraph(run("Hva mener du med dette \($0)?", "<w:b/>")) + paragraph(run("Jeg vet ikke helt hva \($0).")) }.joined())
        #expect(made.pieces.map(\.label) == ["Intervjuer", "Informant", "Intervjuer", "Informant", "Intervjuer", "Informant"])
        #expect(made.notes.contains { $0.code == "speakers-from-style" })
    }

    @Test("tables give a turn a row")
    func tables() throws {
        func row(_ cells: String...) -> String { "<w:tr>" + cells.map { "<w:tc>" + paragraph(run($0)) + "</w:tc>" }.joined() + "</w:tr>" }
        let made = try read("<w:tbl>" + row("I", "Hei.") + row("D2", "Hallo.") + row("I", "Ja.") + row("D2", "Nei.") + "</w:tbl>")
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["I|Hei.", "D2|Hallo.", "I|Ja.", "D2|Nei."])
    }

    @Test("deleted text, fields, text boxes and fallbacks are not talk")
    func skipped() throws {
        let made = try read(
            paragraph(
                run("I: hei ") + "<w:del><w:r><w:delText>slettet</w:delText></w:r></w:del><w:ins>" + run("satt inn ") + "</w:ins>"
                    + "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:pict><w:txbxContent>" + paragraph(run("boks")) + "</w:txbxContent></w:pict></w:r>"
                    + "<mc:AlternateContent><mc:Choice>" + run("valg ") + "</mc:Choice><mc:Fallback>" + run("reserve") + "</mc:Fallback></mc:AlternateContent>"
                    + run("skjult ", "<w:vanish/>") + "<w:commentReference w:id=\"1\"/>" + run("du &amp; jeg")))
        #expect(made.pieces[0].line == "hei satt inn valg du & jeg")
    }

    @Test("what is not a Word document says so")
    func errors() throws {
        let zip = StoredZip.archive([("a.txt", "hei")])
        #expect(throws: DraftError.notWordDocument) { try Draft(data: zip, name: "a.docx") }
        #expect(throws: DraftError.notWordDocument) { try Draft(data: Data("I: hei".utf8), name: "a.docx") }
        let locked = Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) + Data(count: 600)
            + Data("EncryptedPackage".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        #expect(throws: DraftError.passwordProtected) { try Draft(data: locked, name: "a.docx") }
        #expect(throws: DraftError.notSupported(kind: "in the old Word format (.doc)")) { try Draft(data: locked.prefix(600), name: "a.doc") }
        #expect(throws: DraftError.damaged(part: "content.xml")) {
            try Draft(data: StoredZip.archive([("mimetype", "x"), ("content.xml", "<a/>")]), name: "a.odt")
        }
        #expect(throws: DraftError.notSupported(kind: "a PDF")) { try Draft(data: Data("%PDF-1.7".utf8), name: "a.txt") }
        #expect(throws: DraftError.damaged(part: "word/document.xml")) { try read("<w:p>") }
        #expect(throws: DraftError.damaged(part: "word/document.xml")) {
            try Draft(
                data: StoredZip.archive([
                    ("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><w:document><w:body/></w:document>"),
                ]), name: "a.docx")
        }
        #expect(throws: DraftError.empty) { try read("") }
        #expect(throws: DraftError.empty) { try Draft(data: Data(), name: "a.txt") }
        let encrypted = StoredZip.archive([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "0123456789abcdef")], flags: 1)
        #expect(throws: DraftError.passwordProtected) { try Draft(data: encrypted, name: "a.docx") }
    }

    @Test("the main part is found through the package's relations")
    func relations() throws {
        let made = try Draft(
            data: StoredZip.archive([
                ("[Content_Types].xml", "<Types/>"),
                ("_rels/.rels", "<Relationships><Relationship Type=\"http://x/officeDocument\" Target=\"/word/document2.xml\"/></Relationships>"),
                ("word/document2.xml", "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>I: hei</w:t></w:r></w:p></w:body></w:document>"),
            ]), name: "a.docx")
        #expect(made.pieces.map(\.line) == ["hei"])
    }
}

@Suite("Garbage")
struct GarbageTests {
    private func survive(_ data: Data, _ name: String) {
        // Reading may fail, with its own kind of error only; it may not crash, and what it reads has sound numbering.
        guard let made = try? Draft(data: data, name: name) else { return }
        let transcript = made.transcript(recording: recording)
        #expect(transcript.turns.flatMap(\.words).map(\.id) == Array(0..<transcript.wordCount).map { $0 + 1 })
        #expect(transcript.turns.allSatisfy { $0.range.map { $0.start >= 0 && $0.end <= recording.length } ?? true })
    }

    @Test("random bytes", arguments: 0..<40 as Range<UInt64>)
    func bytes(seed: UInt64) {
        var dice = Dice(seed)
        for name in ["a.txt", "a.docx", "a.vtt", "a.srt"] {
            survive(Data((0..<dice.next(2000)).map { _ in UInt8(dice.next(256)) }), name)
        }
    }

    @Test("random text of the signs that mean something", arguments: 0..<60 as Range<UInt64>)
    func signs(seed: UInt64) {
        var dice = Dice(seed)
        let signs = [
            "(", ")", "[", "]", "{", "}", "<", ">", "//", "#", "…", "..", "-", "–", "«", "»", ":", "\t", "\n", "\n\n", " ", "I:", "D2:", "00:01:02", "-->", "xxx",
            "pause", "ler", "&", "&amp;", "<v ", "WEBVTT\n\n", "00:01.000 --> 00:02.000\n", "eh", "æ", "*", "\u{301}", "\u{200B}", "👩‍👩‍👧", "1", ".", ",",
        ]
        for name in ["a.txt", "a.vtt", "a.srt"] {
            let text = (0..<300).map { _ in signs[dice.next(signs.count)] }.joined()
            survive(Data((name == "a.vtt" ? "WEBVTT\n\n00:01.000 --> 00:02.000\n" + text : text).utf8), name)
        }
    }

    @Test("cut and scrambled Word documents", arguments: 0..<60 as Range<UInt64>)
    func documents(seed: UInt64) {
        var dice = Dice(seed)
        var bytes = [UInt8](StoredZip.docx("<w:p><w:r><w:t>I: Hei (ler) du…</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"))
        if dice.next(2) == 0 { bytes.removeLast(dice.next(bytes.count)) }
        for _ in 0..<dice.next(12) where !bytes.isEmpty { bytes[dice.next(bytes.count)] = UInt8(dice.next(256)) }
        survive(Data(bytes), "a.docx")
    }

    @Test("every letter and digit of the talk survives reading", arguments: 0..<40 as Range<UInt64>)
    func nothingLost(seed: UInt64) throws {
        var dice = Dice(seed)
        let words = ["jeg", "Øyvind", "vet", "12", "på", "«nei»", "ja,", "da.", "hm…", "pr-", "XXXX", "(og", "så)", "–", "!", "50%", "e-post", "d'accord", "...", "“x”"]
        let text = (0..<80).map { _ in words[dice.next(words.count)] }.joined(separator: " ")
        let piece = try draft("I: hei\nD2: \(text)").pieces[1]
        // Punctuation after a mark goes to the word before it, so the order may differ.
        func signs(_ text: String) -> String { String(text.filter { $0.isLetter || $0.isNumber || "«»,!%".contains($0) }.sorted()) }
        let read = piece.elements.map { $0.word.map { $0.lead + $0.text + $0.trail } ?? $0.mark?.text ?? "" }.joined()
        #expect(signs(read) == signs(text))
    }

    @Test("brackets without end and lines without end take no quadratic time")
    func long() throws {
        for piece in ["(", "<", "[", "I: ", "[00:00:01] x ", "…", "-"] {
            survive(Data(("I: " + String(repeating: piece, count: 20_000)).utf8), "a.txt")
            survive(Data(("WEBVTT\n\n00:01.000 --> 00:02.000\n" + String(repeating: piece, count: 20_000)).utf8), "a.vtt")
        }
    }
}
