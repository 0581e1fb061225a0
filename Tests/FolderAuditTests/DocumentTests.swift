import Foundation
import Testing

@testable import FolderAudit

@Suite struct DocumentTests {
    static let office = ["/usr/bin/soffice", "/usr/bin/libreoffice"].contains { FileManager.default.isExecutableFile(atPath: $0) }

    private static let types = """
        <?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>
        """
    private static let w = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""

    @Test func aWordDocumentsBackstage() throws {
        let scratch = try Scratch()
        try scratch.zip("notat.docx", [
            ("[Content_Types].xml", Self.types),
            ("word/document.xml", """
                <w:document \(Self.w)><w:body>
                <w:p><w:r><w:t>Informanten sa lite.</w:t></w:r></w:p>
                <w:p><w:r><w:t>Hun kjenner </w:t></w:r><w:del w:id="1" w:author="Torbjørn Eliassen" w:date="2026-01-01T10:00:00Z"><w:r><w:delText>Solveig Hansteen</w:delText></w:r></w:del><w:r><w:t> godt.</w:t></w:r></w:p>
                <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Egentlig Ragnhild Kvamsøy</w:t></w:r></w:p>
                <w:p><w:r><w:drawing><wp:docPr id="1" name="bilde" descr="Bilde av Oddny Skogvoll"/></w:drawing></w:r></w:p>
                <w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://www.helgelandssykehuset.no/ansatte" </w:instrText></w:r></w:p>
                </w:body></w:document>
                """),
            ("word/header1.xml", "<w:hdr \(Self.w)><w:p><w:r><w:t>Intervju med Gunn Marit Helland</w:t></w:r></w:p></w:hdr>"),
            ("word/comments.xml", "<w:comments \(Self.w)><w:comment w:id=\"0\" w:author=\"Kjell Arne Fagerli\"><w:p><w:r><w:t>Dette er Turid fra Namsos</w:t></w:r></w:p></w:comment></w:comments>"),
            ("word/_rels/settings.xml.rels", "<Relationships><Relationship Id=\"r1\" Type=\"http://x/attachedTemplate\" Target=\"file:///C:/Users/karinord/Mal.dotx\" TargetMode=\"External\"/></Relationships>"),
            ("docProps/core.xml", "<cp:coreProperties xmlns:cp=\"a\" xmlns:dc=\"b\"><dc:creator>Sivert Almlid</dc:creator><cp:lastModifiedBy>Aslaug Mikkelborg</cp:lastModifiedBy></cp:coreProperties>"),
            ("docProps/app.xml", "<Properties><Application>Microsoft Office Word</Application><Company>Nordlandssykehuset</Company><Template>Normal.dotm</Template></Properties>"),
            ("docProps/thumbnail.jpeg", "ikke et bilde"),
        ])
        let (report, shown) = try scratch.audit()
        #expect(report.state("notat.docx") == .checked)
        #expect(shown.has("Solveig Hansteen", .deleted, place: "paragraph 2"))
        #expect(shown.has("Ragnhild Kvamsøy", .hidden, place: "paragraph 3"))
        #expect(shown.has("Oddny Skogvoll", .altText))
        #expect(shown.has("Gunn Marit Helland", .header))
        #expect(shown.has("Turid", .comment) && shown.has("Namsos", .comment))
        #expect(shown.has("Torbjørn Eliassen", .metadata) && shown.has("Kjell Arne Fagerli", .metadata))
        #expect(shown.has("Sivert Almlid", .metadata) && shown.has("Aslaug Mikkelborg", .metadata))
        #expect(shown.contains { $0.finding.origin == .link })
        #expect(report.notices("notat.docx").isSuperset(of: ["author", "company", "comment", "tracked-change", "hidden-text", "template", "user-path", "thumbnail"]))
        // The report never holds the words.
        let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        for name in ["Solveig", "Ragnhild", "Kvamsøy", "Fagerli", "Almlid", "Nordlandssykehuset", "karinord"] {
            #expect(!json.contains(name) && !report.render(.bokmal).contains(name) && !report.render(.english).contains(name))
        }
    }

    @Test func aWorkbooksCellsAndHiddenSheets() throws {
        let scratch = try Scratch()
        try scratch.zip("tabell.xlsx", [
            ("[Content_Types].xml", Self.types),
            ("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Svar\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"Nøkkel\" sheetId=\"2\" state=\"hidden\" r:id=\"r2\"/></sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Target=\"worksheets/sheet2.xml\"/></Relationships>"),
            ("xl/sharedStrings.xml", "<sst><si><t>kode</t></si><si><t>Ragnhild Kvamsøy</t></si><si><r><t>Gunn </t></r><r><t>Marit Helland</t></r></si></sst>"),
            ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"3\"><c r=\"B3\" t=\"s\"><v>1</v></c></row></sheetData></worksheet>"),
            ("xl/worksheets/sheet2.xml", "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>2</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>tlf 912 34 567</t></is></c></row></sheetData></worksheet>"),
        ])
        let (report, shown) = try scratch.audit()
        #expect(shown.has("Ragnhild Kvamsøy", .body, place: "Svar!B3"))
        #expect(shown.has("Gunn Marit Helland", .hidden, place: "Nøkkel!A1:B1"))
        #expect(shown.has("912 34 567", .hidden))
        #expect(report.notices("tabell.xlsx").contains("hidden-sheet"))
    }

    /// LibreOffice as an independent writer: one text, in every format it has.
    @Test(.enabled(if: office), arguments: ["docx", "odt", "rtf", "fodt"]) func whatLibreOfficeWrites(format: String) throws {
        let scratch = try Scratch()
        let page = scratch.url.deletingLastPathComponent().appendingPathComponent("kilde.html")
        try """
            <html><head><meta charset="utf-8"><meta name="author" content="Sivert Almlid"><title>Notat</title></head><body>
            <p>Informanten sa lite.</p><p>Hun bor i Hattfjelldal sammen med Ragnhild Kvamsøy.</p>
            <table><tr><td>Turid Helland</td><td>912 34 567</td></tr></table><p><a href="mailto:ingrid.dahlmo@example.no">lenke</a></p></body></html>
            """.write(to: page, atomically: true, encoding: .utf8)
        let profile = scratch.url.deletingLastPathComponent().appendingPathComponent("profil").absoluteString
        try scratch.run("soffice", ["-env:UserInstallation=\(profile)", "--headless", "--writer", "--convert-to", format, "--outdir", scratch.url.path, page.path])
        let (report, shown) = try scratch.audit()
        #expect(report.state("kilde." + format) == .checked, "\(report.files)")
        for name in ["Hattfjelldal", "Ragnhild Kvamsøy", "Turid Helland", "912 34 567", "ingrid.dahlmo@example.no"] { #expect(shown.has(name), "\(name) in \(format)") }
        #expect(shown.has("Sivert Almlid"), "author in \(format)")
    }

    @Test func anOpenDocumentsBackstage() throws {
        let scratch = try Scratch()
        try scratch.zip("notat.odt", [
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", """
                <office:document-content xmlns:office="o" xmlns:text="t" xmlns:dc="d" xmlns:xlink="x"><office:body><office:text>
                <text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>Torbjørn Eliassen</dc:creator></office:change-info><text:p>Solveig Hansteen</text:p></text:deletion></text:changed-region></text:tracked-changes>
                <text:p>Hun sa <office:annotation><dc:creator>Kjell Arne Fagerli</dc:creator><text:p>Turid fra Namsos</text:p></office:annotation>lite.</text:p>
                <text:p>Se <text:a xlink:href="file:///home/karinord/intervju.odt">her</text:a></text:p></office:text></office:body></office:document-content>
                """),
            ("styles.xml", "<office:document-styles xmlns:office=\"o\" xmlns:style=\"s\" xmlns:text=\"t\"><style:header><text:p>Gunn Marit Helland</text:p></style:header></office:document-styles>"),
            ("meta.xml", "<office:document-meta xmlns:office=\"o\" xmlns:meta=\"m\" xmlns:dc=\"d\"><meta:initial-creator>Sivert Almlid</meta:initial-creator><meta:generator>LibreOffice</meta:generator></office:document-meta>"),
            ("settings.xml", "<office:document-settings xmlns:office=\"o\" xmlns:config=\"c\"><config:config-item config:name=\"PrinterName\">Skriver hos Oddny</config:config-item></office:document-settings>"),
        ])
        let (report, shown) = try scratch.audit()
        #expect(shown.has("Solveig Hansteen", .deleted))
        #expect(shown.has("Turid", .comment) && shown.has("Kjell Arne Fagerli", .metadata) && shown.has("Torbjørn Eliassen", .metadata))
        #expect(shown.has("Gunn Marit Helland", .header) && shown.has("Sivert Almlid", .metadata))
        #expect(report.notices("notat.odt").isSuperset(of: ["author", "comment", "tracked-change", "user-path", "printer"]))
        #expect(shown.filter { $0.finding.origin == .body }.isEmpty)
    }

    @Test func webPagesShowWhatBrowsersHide() throws {
        let scratch = try Scratch()
        try scratch.file("side.html", """
            <!DOCTYPE html>
            <html><head><meta name="author" content="Sivert Almlid"></head>
            <body><p>Hun heter Ragnhild
            Kvams&oslash;y.</p><!-- egentlig Solveig Hansteen -->
            <img src="x.png" alt="Oddny Skogvoll"><span data-navn="Turid Helland">I4</span></body></html>
            """)
        let (report, shown) = try scratch.audit()
        #expect(shown.has("Ragnhild", .body, place: "line 3"))
        #expect(shown.has("Solveig Hansteen", .comment) && shown.has("Oddny Skogvoll", .altText) && shown.has("Turid Helland", .hidden) && shown.has("Sivert Almlid", .metadata))
        #expect(report.notices("side.html").isSuperset(of: ["author", "comment"]))
    }

    @Test func richTextsInfoAndHiddenRuns() throws {
        let scratch = try Scratch()
        try scratch.file("gammel.rtf", """
            {\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}{\\info{\\author Sivert Almlid}{\\operator Aslaug Mikkelborg}}
            Hun bor i Hattfjelldal med Ragnhild Kvams\\'f8y.\\par {\\v Egentlig Solveig Hansteen}\\par {\\deleted Oddny Skogvoll}\\par Tor\\u248?d og Turid.\\par}
            """)
        let (report, shown) = try scratch.audit()
        #expect(shown.has("Ragnhild Kvamsøy", .body, place: "paragraph 1"))
        #expect(shown.has("Solveig Hansteen", .hidden) && shown.has("Oddny Skogvoll", .deleted) && shown.has("Sivert Almlid", .metadata))
        #expect(report.notices("gammel.rtf").isSuperset(of: ["author", "hidden-text", "tracked-change"]))
    }
}
