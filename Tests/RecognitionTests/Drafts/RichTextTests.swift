import Foundation
import Recognition
import Testing
import Transcript

@Suite("Rich text")
struct RichTextTests {
    private func read(_ body: String) throws -> Draft { try Draft(data: Data(("{\\rtf1\\ansi\\ansicpg1252\\deff0" + body + "}").utf8), name: "a.rtf") }
    private func lines(_ made: Draft) -> [String] { made.pieces.map { "\($0.label ?? "–")|\($0.line)" } }

    @Test("paragraphs, letters in every spelling, and destinations that are no talk")
    func basics() throws {
        let made = try read(
            #"{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fcharset77 Geneva;}}{\colortbl;\red0\green0\blue0;}{\info{\title hemmelig}}"#
                + #"{\*\generator Et program;}{\header topp\par}\pard I:\tab Hvordan g\'e5r det?\par D2: J\u248\'f8, \u229?h \endash {\f1 bl\'8cb\'bek}. \lquote hei\rquote\par"#
                + #"{\pict\picprop 0102}{\footnote nei}{\*\annotation nei}I: \{klamme\} \'c6\_b\~c{\fldinst HYPERLINK}{\fldrslt lenke}\par"#)
        #expect(made.format == .richText)
        #expect(lines(made) == ["I|Hvordan går det?", "D2|Jø, åh –blåbæk. ‘hei’", "I|{comment} Æ-b clenke"])
    }

    @Test("letters outside the code page, with fallbacks of any length and in pairs")
    func unicode() throws {
        let made = try read(#"\uc1 I: \u8230?ja \uc2\u8230 xxnei \uc0\u8230 jo \uc1 \u-10179?\u-8704? {\uc3\u229abc}t\par"#)
        // Between the halves of a letter, as LibreOffice writes them.
        #expect(try read(#"I: \uc0 \u55357\uc1 \u56832\'3fja\par"#).pieces[0].line == "😀ja")
        #expect(made.pieces[0].line == "{trailingOff} ja {trailingOff} nei {trailingOff} jo😀 åt")
    }

    @Test("Mac's code page, and a line break written as a backslash at the end of the line")
    func mac() throws {
        let made = try Draft(data: Data("{\\rtf1\\mac I: bl\\'8cb\\'be\\\nD2: r\\'bfd\\\n}".utf8), name: "a.rtf")
        #expect(lines(made) == ["I|blåbæ", "D2|rød"])
    }

    @Test("bold and italics in a part of a turn are emphasis; bold labels are labels")
    func emphasis() throws {
        let made = try read(#"{\b Kari:} det var {\i veldig} bra\par\b Ola:\b0  ja \ul helt\ulnone  klart\par"#)
        #expect(made.pieces.map(\.label) == ["Kari", "Ola"])
        #expect(made.pieces[0].elements.compactMap(\.word).map { $0.prominence?.level } == [nil, nil, 2, nil])
        #expect(made.pieces[1].elements.compactMap(\.word).map { $0.prominence?.level } == [nil, 2, nil])
    }

    @Test("deleted and hidden text is not talk; headings by their style's name are not")
    func skipped() throws {
        let made = try read(
            #"{\stylesheet{\s0 Normal;}{\s1\b Heading 1;}{\*\cs10 Default;}}\pard\s1 Tema\par\pard I: hei {\deleted\revauthdel1 slettet }{\revised du }{\v skjult }der\par"#)
        #expect(lines(made) == ["I|hei du der"])
        #expect(made.preamble == ["Tema"])
        // The numbers of a list's paragraphs are set in a group with paragraph settings of its own.
        #expect(try read(#"{\stylesheet{\s1 heading 2;}}\pard\s1{\listtext\pard\plain 1.\tab}Tema\par\pard I: hei\par"#).preamble == ["Tema"])
    }

    @Test("a table's row is a turn")
    func tables() throws {
        func row(_ speaker: String, _ talk: String) -> String { #"\trowd\cellx100\cellx200\pard\intbl "# + speaker + #"\cell "# + talk + #"\cell\row"# }
        let made = try read(row("I", "Hei.\\par Du?") + row("D2", "Ja.") + row("I", "Så.") + row("D2", "Nei.") + "\\pard")
        #expect(lines(made) == ["I|Hei. Du?", "D2|Ja.", "I|Så.", "D2|Nei."])
    }

    @Test("f4's time stamps at the ends of paragraphs")
    func f4() throws {
        let made = try read(#"\pard I: Hei du. #00:00:03-5#\par B: Hallo (ler litt) \'85 #00:01:02-3#\par"#)
        #expect(made.pieces.map(\.end) == [3.5, 62.3])
        #expect(made.pieces[1].start == 3.5)
        #expect(made.pieces[1].line == "Hallo {laughter} {trailingOff}")
    }

    @Test("groups without end and lies about binary data end the reading, not the program")
    func broken() throws {
        #expect(throws: DraftError.damaged(part: "RTF")) { try read(String(repeating: "{", count: 5000)) }
        #expect(try read("I: hei\\par\\bin999999999 x}").pieces.map(\.line) == ["hei"])
        #expect(throws: DraftError.empty) { try read("{\\fonttbl") }
    }
}
