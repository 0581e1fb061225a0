import Foundation
import Recognition
import Testing
import Transcript

@Suite("OpenDocument")
struct OpenDocumentTests {
    private static let styles = """
        <office:automatic-styles><style:style style:name="T1" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>\
        <style:style style:name="T2" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>\
        <style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/></office:automatic-styles>
        """

    private func read(_ body: String, mimetype: String = "application/vnd.oasis.opendocument.text") throws -> Draft {
        try Draft(
            data: StoredZip.archive([
                ("mimetype", mimetype),
                ("content.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:style=\"s\" xmlns:fo=\"f\" xmlns:table=\"b\" xmlns:draw=\"d\">\(Self.styles)<office:body><office:text>\(body)</office:text></office:body></office:document-content>"),
            ]), name: "a.odt")
    }
    private func lines(_ made: Draft) -> [String] { made.pieces.map { "\($0.label ?? "–")|\($0.line)" } }

    @Test("paragraphs, spaces, tabs, breaks, lists and white space as ODF counts it")
    func basics() throws {
        let made = try read(
            "<text:p text:style-name=\"P1\">Intervju</text:p><text:h>Tema</text:h><text:p>  I:<text:tab/>Hvor<text:span>dan</text:span>\n    går<text:s text:c=\"3\"/>det?</text:p>"
                + "<text:p>D2: Bra.<text:line-break/>I: Ja.</text:p><text:list><text:list-item><text:p>D2: blå &amp; ærlig</text:p></text:list-item></text:list>")
        #expect(made.format == .openDocument)
        #expect(lines(made) == ["I|Hvordan går det?", "D2|Bra.", "I|Ja.", "D2|blå & ærlig"])
        #expect(made.preamble == ["Intervju", "Tema"])
    }

    @Test("a flat document")
    func flat() throws {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document xmlns:office=\"o\" xmlns:text=\"t\"><office:body><office:text><text:p>I: hei på deg</text:p></office:text></office:body></office:document>"
        #expect(try draft(text, name: "a.fodt").pieces.map(\.line) == ["hei på deg"])
    }

    @Test("bold and italics through styles")
    func emphasis() throws {
        let made = try read(
            "<text:p><text:span text:style-name=\"T2\">Kari:</text:span> det var <text:span text:style-name=\"T1\">veldig</text:span> bra</text:p>"
                + "<text:p><text:span text:style-name=\"T2\">Ola:</text:span> ja</text:p>")
        #expect(made.pieces.map(\.label) == ["Kari", "Ola"])
        #expect(made.pieces[0].elements.compactMap(\.word).map { $0.prominence?.level } == [nil, nil, 2, nil])
    }

    @Test("tracked deletions, comments, notes and frames are not talk")
    func skipped() throws {
        let made = try read(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>slettet</text:p></text:deletion></text:changed-region></text:tracked-changes>"
                + "<text:p>I: hei <text:change text:change-id=\"1\"/>du<office:annotation><text:p>merknad</text:p></office:annotation>"
                + "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note>"
                + "<draw:frame><draw:text-box><text:p>boks</text:p></draw:text-box></draw:frame> der</text:p>")
        #expect(lines(made) == ["I|hei du der"])
    }

    @Test("tables give a turn a row, by the names of their columns")
    func tables() throws {
        func row(_ cells: String...) -> String {
            "<table:table-row>" + cells.map { "<table:table-cell><text:p>\($0)</text:p></table:table-cell>" }.joined() + "</table:table-row>"
        }
        let made = try read(
            "<table:table>" + row("Timespan", "Content", "Speaker") + row("0:00:01.0-0:00:04.0", "Hei: du.", "Kari") + row("0:00:04.5-0:01:05.0", "Hallo.", "Ola")
                + "</table:table>")
        #expect(lines(made) == ["Kari|Hei: du.", "Ola|Hallo."])
        #expect(made.pieces.map(\.start) == [1, 4.5] && made.pieces.map(\.end) == [4, 65])
    }

    @Test("locked, other and broken documents say so")
    func errors() {
        #expect(throws: DraftError.notTranscript(kind: "an OpenDocument file, but no text document")) {
            try read("", mimetype: "application/vnd.oasis.opendocument.spreadsheet")
        }
        #expect(throws: DraftError.damaged(part: "content.xml")) { try read("<text:p>") }
        #expect(throws: DraftError.passwordProtected) {
            try Draft(data: StoredZip.archive([("META-INF/manifest.xml", "<manifest:encryption-data/>"), ("content.xml", "x")]), name: "a.odt")
        }
        #expect(throws: DraftError.notTranscript(kind: "no OpenDocument text, whatever its name")) { try Draft(data: Data("hei".utf8), name: "a.odt") }
        #expect(throws: DraftError.tooLarge(limit: 4 << 20)) {
            // A run of spaces costs a few bytes to write.
            try read("<text:p>" + String(repeating: "<text:s text:c=\"2000000000\"/>", count: 30_000) + "</text:p>")
        }
    }
}
