import Anonymization
import Foundation
import Testing

@testable import FolderAudit

@Suite struct FolderAuditTests {
    @Test func aCleanFolderIsClean() throws {
        let scratch = try Scratch()
        try scratch.file("notater.txt", "Informanten sa at det var fint der.\nDet ble sagt lite om det.\n")
        try scratch.file("tabell.csv", "kode,svar\nI4,ja\nI5,nei\n")
        let (report, shown) = try scratch.audit()
        #expect(report.verdict == .clean, "\(shown.map(\.text))")
        #expect(report.files.count == 2 && report.files.allSatisfy { $0.state == .checked })
    }

    @Test func placesAreLines() throws {
        let scratch = try Scratch()
        try scratch.file("a.txt", "Ingenting her.\n\nHun heter Ragnhild Kvamsøy.\r\nRing 912 34 567.\n")
        try scratch.file("b.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Solveig>Jeg bor i Hattfjelldal.\n")
        try scratch.file("c.json", "{\"ord\":[{\"text\":\"Ragnhild\"},{\"text\":\"Kvams\\u00f8y\"}],\"hvem\":\"Turid Helland\"}")
        try scratch.file("d.eaf", "<?xml version=\"1.0\"?>\n<ANNOTATION_DOCUMENT AUTHOR=\"Sivert Almlid\">\n<TIER PARTICIPANT=\"Oddny Skogvoll\"><ANNOTATION_VALUE>Hun bor i Namsos</ANNOTATION_VALUE></TIER></ANNOTATION_DOCUMENT>")
        let (report, shown) = try scratch.audit()
        #expect(shown.has("Ragnhild Kvamsøy", place: "line 3") && shown.has("912 34 567", place: "line 4"))
        #expect(shown.has("Solveig", place: "line 4") && shown.has("Hattfjelldal", place: "line 4"))
        #expect(shown.has("Ragnhild Kvamsøy", place: "ord[0].text – ord[1].text") && shown.has("Turid Helland", place: "hvem"))
        #expect(shown.has("Sivert Almlid", .metadata) && shown.has("Oddny Skogvoll") && shown.has("Namsos", place: "line 3"))
        #expect(report.verdict == .findings)
    }

    @Test func namesOfFilesAndFoldersCount() throws {
        let scratch = try Scratch()
        try scratch.file("Kvamsøy_Ragnhild/Intervju-Solveig-Hansteen.txt", "Ja.")
        try scratch.file("I4/12830564169.txt", "Ja.")
        let (report, shown) = try scratch.audit()
        #expect(shown.contains { $0.finding.file.hasSuffix("Kvamsøy_Ragnhild/") && $0.text.contains("Ragnhild") })
        #expect(shown.contains { $0.finding.file.hasSuffix("Hansteen.txt") && $0.text.contains("Solveig") })
        #expect(shown.contains { $0.finding.type == .nationalID && $0.finding.origin == .name })
        #expect(report.findings.allSatisfy { $0.origin == .name })
    }

    @Test func theRegistersNamesAreFoundHoweverTheyAreWritten() throws {
        let scratch = try Scratch()
        try scratch.file("a.txt", "så sa cari at det gikk bra, og Karis mann var der. nummeret er 48 19 26 17.\n")
        let register = KeyRegister(entries: [
            .init(type: .person, key: "kari", code: "Person 1"), .init(type: .phone, key: "48192617", code: "XXXX"),
        ])
        let (report, _) = try scratch.audit(FolderAudit(register: register))
        #expect(report.usedRegister)
        #expect(report.findings.contains { $0.rule == "register" && $0.score == 1 })
        #expect(report.findings.contains { $0.rule == "register.sound" })
        #expect(report.findings.contains { $0.rule == "register.number" && $0.type == .phone })
    }

    @Test func archivesAreOpenedAndNamed() throws {
        let scratch = try Scratch()
        let inner = try scratch.zip("indre.zip", [("Notat.txt", "Hun heter Ragnhild Kvamsøy.")])
        try scratch.run("python3", ["-c", "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w')\nz.write(sys.argv[2],'indre.zip')\nz.writestr('prosjekt.txt','ja')", scratch.url.appendingPathComponent("ytre.zip").path, inner.path])
        try FileManager.default.removeItem(at: inner)
        let (_, shown) = try scratch.audit()
        #expect(shown.contains { $0.finding.file.hasSuffix("ytre.zip > indre.zip > Notat.txt") && $0.text == "Ragnhild Kvamsøy" })
    }

    @Test func aProjectsUsersPathsAndSources() throws {
        let scratch = try Scratch()
        try scratch.zip("studie.qdpx", [
            ("project.qde", """
                <?xml version="1.0" encoding="utf-8"?><Project name="Studie" basePath="C:\\Users\\karinord\\studie" xmlns="urn:QDA-XML:project:1.0"><Users><User guid="6ba7b810-9dad-11d1-80b4-00c04fd430c8" name="Sivert Almlid" id="SA"/></Users>
                <CodeBook><Codes><Code guid="6ba7b811-9dad-11d1-80b4-00c04fd430c8" name="om Ragnhild Kvamsøy"/></Codes></CodeBook></Project>
                """),
            ("sources/6ba7b812-9dad-11d1-80b4-00c04fd430c8.txt", "Jeg bor i Hattfjelldal."),
        ])
        let (report, shown) = try scratch.audit()
        #expect(shown.has("Sivert Almlid", .metadata) && shown.has("Ragnhild Kvamsøy") && shown.has("Hattfjelldal"))
        #expect(report.notices().contains("author"))
    }

    /// Damaged and hostile files are reported, and the others go on.
    @Test func whatCannotBeReadIsSaidAndTheRestGoesOn() throws {
        let scratch = try Scratch()
        try scratch.file("a.docx", "ikke et dokument")
        try scratch.zip("b.docx", [("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w:document><w:body><w:p>")])
        let whole = try Data(contentsOf: try scratch.zip("c.zip", [("x.txt", String(repeating: "abc ", count: 5_000))]))
        try scratch.file("c.zip", whole.prefix(whole.count / 2))
        try scratch.zip("d.docx", [
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]><w:document><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"),
        ])
        try scratch.file("e.pdf", "%PDF-1.4 avbrutt")
        try scratch.file("f.xyz", Data([0, 1, 2, 3, 0, 255]))
        try scratch.file("g.txt", "Hun heter Ragnhild Kvamsøy.")
        try FileManager.default.createSymbolicLink(atPath: scratch.url.appendingPathComponent("h.txt").path, withDestinationPath: "/etc/passwd")
        let audit = FolderAudit(pdf: { _ in throw ReadingFault(.damaged) })
        let (report, shown) = try scratch.audit(audit)
        for name in ["a.docx", "b.docx", "c.zip", "d.docx", "e.pdf"] { #expect(report.state(name) == .unreadable, "\(name)") }
        for name in ["f.xyz", "h.txt"] { #expect(report.state(name) == .notChecked, "\(name)") }
        #expect(shown.has("Ragnhild Kvamsøy"))
        #expect(report.verdict == .incomplete)
        #expect(report.files.allSatisfy { $0.state == .checked || $0.reason != nil })
    }

    @Test func bombsDoNotGoOff() throws {
        let scratch = try Scratch()
        // 200 MB of zeros in a few hundred kB; and archives in archives in archives.
        try scratch.run("python3", ["-c", """
            import sys,zipfile,io
            z=zipfile.ZipFile(sys.argv[1]+'/stor.zip','w',zipfile.ZIP_DEFLATED)
            with z.open('null.txt','w') as f:
                for _ in range(200): f.write(bytes(1<<20))
            z.close()
            data=b'ja'
            for i in range(8):
                b=io.BytesIO(); z=zipfile.ZipFile(b,'w'); z.writestr('dyp.zip' if i else 'x.txt',data); z.close(); data=b.getvalue()
            open(sys.argv[1]+'/dyp.zip','wb').write(data)
            z=zipfile.ZipFile(sys.argv[1]+'/mange.zip','w')
            for i in range(300): z.writestr('%d.txt'%i,'')
            z.close()
            """, scratch.url.path])
        var options = FolderAudit.Options()
        options.partLimit = 16 << 20
        options.unpackLimit = 64 << 20
        let (report, _) = try scratch.audit(FolderAudit(options: options))
        #expect(report.state("stor.zip") == .unreadable)
        #expect(report.files.contains { $0.file.contains("dyp.zip > ") && $0.state == .unreadable })
        #expect(report.state("mange.zip") == .checked)
    }

    /// One of the two would go unread.
    @Test func twoFilesOfOneNameAreNoArchiveToTrust() throws {
        let scratch = try Scratch()
        try scratch.zip("a.zip", [("x.txt", "ingenting her"), ("x.txt", "Kari Nordmann ringer")])
        #expect(try scratch.audit().report.state("a.zip") == .unreadable)
    }

    @Test func encryptedArchivesAreUnreadable() throws {
        let scratch = try Scratch()
        // The flag that says so, set by hand in both of its places.
        let url = try scratch.zip("hemmelig.zip", [("a.txt", "hemmelig tekst")])
        var bytes = [UInt8](try Data(contentsOf: url))
        bytes[6] |= 1
        if let central = Data(bytes).range(of: Data([0x50, 0x4B, 1, 2])) { bytes[central.lowerBound + 8] |= 1 }
        try Data(bytes).write(to: url)
        #expect(try scratch.audit().report.state("hemmelig.zip") == .unreadable)
    }

    @Test func picturesAndSoundSayWhatIsBesideThem() throws {
        let scratch = try Scratch()
        func be(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        // EXIF with an artist and a GPS directory, as the standard has it.
        let artist = Array("Sivert Almlid\0".utf8)
        var tiff: [UInt8] = Array("MM".utf8) + be(42, 2) + be(8, 4) + be(2, 2)
        tiff += be(0x013B, 2) + be(2, 2) + be(artist.count, 4) + be(38, 4)
        tiff += be(0x8825, 2) + be(4, 2) + be(1, 4) + be(60, 4) + be(0, 4) + artist
        let exif = Array("Exif\0\0".utf8) + tiff
        try scratch.file("bilde.jpg", Data([0xFF, 0xD8, 0xFF, 0xE1] + be(exif.count + 2, 2) + exif + [0xFF, 0xD9]))
        func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] { be(body.count, 4) + Array(kind.utf8) + body + [0, 0, 0, 0] }
        try scratch.file("figur.png", Data([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + chunk("IHDR", [UInt8](repeating: 1, count: 13)) + chunk("tEXt", Array("Author\0Oddny Skogvoll".utf8)) + chunk("IEND", [])))
        try scratch.file("ren.png", Data([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + chunk("IHDR", [UInt8](repeating: 1, count: 13)) + chunk("IEND", [])))
        let frame = [UInt8(3)] + Array("Turid Helland".utf8)
        try scratch.file("opptak.mp3", Data(Array("ID3".utf8) + [4, 0, 0] + [0, 0, 0, UInt8(10 + frame.count)] + Array("TPE1".utf8) + [0, 0, 0, UInt8(frame.count), 0, 0] + frame + [UInt8](repeating: 0, count: 64)))
        let (report, shown) = try scratch.audit()
        #expect(report.notices("bilde.jpg").isSuperset(of: ["image-metadata", "location"]) && shown.has("Sivert Almlid"))
        #expect(report.notices("figur.png") == ["image-metadata"] && shown.has("Oddny Skogvoll"))
        #expect(report.notices("ren.png").isEmpty)
        #expect(report.notices("opptak.mp3").isSuperset(of: ["raw-audio", "audio-metadata"]) && shown.has("Turid Helland"))
    }

    @Test func theSameReportEveryTime() throws {
        let scratch = try Scratch()
        for name in ["b.txt", "a.txt", "c/d.txt"] { try scratch.file(name, "Ragnhild Kvamsøy bor i Namsos.") }
        let first = try scratch.audit().report
        #expect(try scratch.audit().report == first)
        #expect(first.render(.bokmal) == (try scratch.audit().report.render(.bokmal)))
    }

    @Test func whatThePolicyKeepsIsLeftOut() throws {
        let scratch = try Scratch()
        try scratch.file("a.txt", "Hun kom fra Polen og heter Ragnhild Kvamsøy.")
        var policy = Policy(name: "prøve")
        policy.actions[.country] = .keep
        policy.actions[.person] = .keep
        let (report, shown) = try scratch.audit(FolderAudit(policy: policy))
        #expect(!shown.has("Polen"))
        // Who is named is found whatever a policy says.
        #expect(shown.has("Ragnhild Kvamsøy"))
        #expect(report.policy == "prøve")
    }

    /// What packers write beside the files, where no program shows it.
    @Test func commentsAndExtraFieldsOfArchivesAreRead() throws {
        let scratch = try Scratch()
        try scratch.run("python3", ["-c", """
            import sys,zipfile,struct
            z=zipfile.ZipFile(sys.argv[1]+'/a.zip','w')
            def add(name,comment=b'',fields=[]):
                i=zipfile.ZipInfo(name); i.comment=comment
                i.extra=b''.join(struct.pack('<HH',k,len(d))+d for k,d in fields)
                z.writestr(i,'ingenting her')
            add('x.txt','pakket av Sivert Almlid'.encode())
            add('y.txt',fields=[(0x7a7a,b'Ragnhild Kvamsoy\\0\\0'),(0x5455,b'\\x01abcd'),(0xa220,b'\\x28\\xa0\\x00\\x00'+bytes(30))])
            add('z.txt',fields=[(0x7b7b,'Turid Helland'.encode('utf-16-le')),(0x7c7c,bytes(range(128,160)))])
            add('Oddny Skogvoll/')
            z.comment='til Solveig Hansteen'.encode()
            z.close()
            """, scratch.url.path])
        try scratch.zip("stille.zip", [("x.txt", "ingenting her")])
        let (report, shown) = try scratch.audit()
        #expect(shown.has("Solveig Hansteen", .comment, place: "archive comment"))
        #expect(shown.has("Sivert Almlid", .comment, place: "archive comment on x.txt"))
        #expect(shown.has("Ragnhild", .metadata, place: "extra field 0x7a7a of y.txt") && shown.has("Turid Helland", .metadata))
        #expect(shown.contains { $0.finding.file.hasSuffix("Oddny Skogvoll/") && $0.finding.origin == .name }, "a folder without files has a name, too")
        #expect(report.gaps.map(\.place) == ["extra field 0x7c7c of z.txt"], "times and room to grow say nothing; what is no text was not read")
        #expect(report.notices("a.zip").contains("comment") && report.notices("stille.zip").isEmpty)
    }

    /// What Office writes in every document is no finding and no gap.
    @Test func whatEveryDocumentHoldsIsNotReported() throws {
        let scratch = try Scratch()
        let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"
        let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme\" Target=\"theme/theme1.xml\"/></Relationships>"
        let theme = "<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"Office Theme\"><a:latin typeface=\"Calibri Light\"/><a:font script=\"Jpan\" typeface=\"Yu Mincho\"/></a:theme>"
        try scratch.zip("a.docx", [
            ("[Content_Types].xml", types), ("_rels/.rels", relations), ("word/_rels/document.xml.rels", relations), ("word/theme/theme1.xml", theme),
            ("word/document.xml", "<w:document xmlns:w=\"http://w\"><w:body><w:p><w:r><w:t>Ingenting her.</w:t></w:r></w:p></w:body></w:document>"),
            ("customXml/item1.xml", "<b:Sources SelectedStyle=\"/APA.XSL\" StyleName=\"APA\" xmlns:b=\"http://schemas.openxmlformats.org/officeDocument/2006/bibliography\"/>"),
            ("customXml/itemProps1.xml", "<ds:datastoreItem ds:itemID=\"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}\" xmlns:ds=\"http://x\"><ds:schemaRefs><ds:schemaRef ds:uri=\"http://schemas.openxmlformats.org/officeDocument/2006/bibliography\"/></ds:schemaRefs></ds:datastoreItem>"),
        ])
        try scratch.zip("b.pptx", [
            ("[Content_Types].xml", types), ("_rels/.rels", relations), ("ppt/theme/theme1.xml", theme),
            ("docProps/app.xml", "<Properties><PresentationFormat>On-screen Show (4:3)</PresentationFormat><TitlesOfParts><vt:vector xmlns:vt=\"http://y\"><vt:lpstr>Calibri Light</vt:lpstr><vt:lpstr>Office Theme</vt:lpstr></vt:vector></TitlesOfParts></Properties>"),
        ])
        let (report, shown) = try scratch.audit()
        #expect(report.verdict == .clean, "\(shown.map { ($0.finding.place, $0.text) })")
        #expect(report.gaps.isEmpty, "\(report.gaps)")
        // A title of a part that is no font's is looked at.
        try scratch.zip("c.pptx", [("[Content_Types].xml", types), ("docProps/app.xml", "<Properties><TitlesOfParts><lpstr>Samtale med Ragnhild Kvamsøy</lpstr></TitlesOfParts></Properties>")])
        #expect(try scratch.audit().shown.has("Ragnhild Kvamsøy", .metadata))
    }

    @Test func everyReasonHasItsWordsInBothLanguages() throws {
        let all = UnreadReason.allPlain + [.larger(3 << 20), .tooMany(4), .tooDeep(5), .partLarger(6 << 20), .partMissing("a.xml")]
        #expect(Set(all.map(\.english)).count == all.count && Set(all.map(\.bokmal)).count == all.count)
        for reason in all {
            #expect(reason.english != reason.bokmal && reason.english != "not read")
            let back = try JSONDecoder().decode([UnreadReason].self, from: JSONEncoder().encode([reason]))
            #expect(back[0].english == reason.english)
        }
    }
}
