import Foundation
import GRDB
import Testing
@testable import Anonymization
@testable import CodingExchange
@testable import CodingStore

@Suite struct OtherProgramTests {
    let folder: URL
    init() throws { folder = try ExchangeFixture.folder() }

    private var voucher: TextVouching.Voucher? { .init(name: "Leder", reason: "eksempler uten personer") }

    /// (source, words, code, coder) of every coding.
    private func coded(_ store: CodingStore) throws -> Set<[String]> {
        try store.snapshot { s in
            var out: Set<[String]> = []
            let codes = Dictionary(uniqueKeysWithValues: try s.codes().map { ($0.id!, $0.name) }), coders = Dictionary(uniqueKeysWithValues: try s.coders().map { ($0.id!, $0.name) })
            let versions = try s.newestVersions()
            for source in try s.sources() {
                let version = versions[source.id!]!.id, points = CodePoints(try s.text(ofVersion: version)), codings = try s.codings(ofVersion: version)
                for unit in try s.units(ofVersion: version) {
                    for coding in codings[unit.id!] ?? [] { out.insert([source.item, points[unit.start..<unit.end], codes[coding.codeId]!, coders[coding.coderId]!]) }
                }
            }
            return out
        }
    }

    @Test func taguetteProjectsComeWithTheirHighlights() throws {
        let url = folder.appendingPathComponent("p.sqlite3")
        let html = "<h1>Intervju</h1>\n<p>Vi f&aring;r det <b>til</b> &amp; 😀 mer</p>\n<p>ny linje her</p>"
        // What the program counts: the bytes of the words, tags away, entities meant.
        let counted = "Intervju\nVi får det til & 😀 mer\nny linje her"
        func bytes(_ words: String) -> (Int, Int) {
            let range = counted.range(of: words)!
            return (counted[..<range.lowerBound].utf8.count, counted[..<range.upperBound].utf8.count)
        }
        let queue = try DatabaseQueue(path: url.path)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT, description TEXT, created TEXT);
                    CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT, description TEXT, filename TEXT, created TEXT, project_id INTEGER, text_direction TEXT, contents TEXT);
                    CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER, end_offset INTEGER, snippet TEXT);
                    CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path TEXT, description TEXT);
                    CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
                    CREATE TABLE commands (id INTEGER PRIMARY KEY, date TEXT, user_login TEXT, project_id INTEGER, document_id INTEGER, payload TEXT);
                    INSERT INTO projects VALUES (1, 'Studie', 'om', '2026-01-02 03:04:05.000000');
                    INSERT INTO tags VALUES (1, 1, 'samarbeid', 'beskrevet'), (2, 1, 'tid', '');
                    INSERT INTO commands VALUES (1, '2026-01-03 03:04:05.000000', 'anne', 1, 1, '{"type": "highlight_add", "highlight_id": 1}');
                    """)
            try db.execute(sql: "INSERT INTO documents VALUES (1, 'intervju', '', 'a.docx', '2026-01-02 03:04:05', 1, 'LEFT_TO_RIGHT', ?)", arguments: [html])
            for (id, words) in [(1, "får det til"), (2, "😀 mer\nny"), (3, "mer")] {
                let (start, end) = bytes(words)
                try db.execute(sql: "INSERT INTO highlights VALUES (?, 1, ?, ?, '')", arguments: [id, start, end])
            }
            try db.execute(sql: "INSERT INTO highlight_tags VALUES (1, 1), (1, 2), (2, 2), (3, 1)")
        }
        try queue.close()
        let store = try CodingStore(folder.appendingPathComponent("s.sqlite"))
        let before = try Data(contentsOf: url)
        let report = try ProjectExchange.take(url, into: store, who: "Bo", options: .init(voucher: voucher))
        #expect(try Data(contentsOf: url) == before)
        #expect(report.origin == "Taguette")
        #expect(try store.text(of: "intervju").text.text == "Intervju\nVi får det til & 😀 mer\nny linje her\n")
        #expect(try coded(store) == [
            ["intervju", "får det til", "samarbeid", "anne"], ["intervju", "får det til", "tid", "anne"], ["intervju", "😀 mer\nny", "tid", "Bo"], ["intervju", "mer", "samarbeid", "Bo"],
        ])
        #expect(try store.code("samarbeid").definition == "beskrevet")
        // Taken twice, it is there once.
        _ = try ProjectExchange.take(url, into: store, who: "Bo", options: .init(voucher: voucher))
        #expect(try store.codings().count == 4)
    }

    @Test func qualCoderProjectsComeWithTheirCodings() throws {
        let project = folder.appendingPathComponent("studie.qda")
        try FileManager.default.createDirectory(at: project, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: project.appendingPathComponent("data.qda").path)
        let text = "Vi får 😀 det til\r\nhver uke"
        func place(_ words: String) -> (Int, Int) {
            let scalars = Array(text.unicodeScalars), wanted = Array(words.unicodeScalars)
            let start = scalars.indices.first { scalars[$0...].starts(with: wanted) }!
            return (start, start + wanted.count)
        }
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE project (databaseversion TEXT, date TEXT, memo TEXT, about TEXT, codername TEXT);
                    CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, fulltext TEXT, mediapath TEXT, memo TEXT, owner TEXT, date TEXT, av_text_id INTEGER);
                    CREATE TABLE code_cat (catid INTEGER PRIMARY KEY, name TEXT, owner TEXT, date TEXT, memo TEXT, supercatid INTEGER);
                    CREATE TABLE code_name (cid INTEGER PRIMARY KEY, name TEXT, memo TEXT, catid INTEGER, owner TEXT, date TEXT, color TEXT);
                    CREATE TABLE code_text (ctid INTEGER PRIMARY KEY, cid INTEGER, fid INTEGER, seltext TEXT, pos0 INTEGER, pos1 INTEGER, owner TEXT, date TEXT, memo TEXT);
                    CREATE TABLE annotation (anid INTEGER PRIMARY KEY, fid INTEGER, pos0 INTEGER, pos1 INTEGER, memo TEXT, owner TEXT, date TEXT);
                    CREATE TABLE cases (caseid INTEGER PRIMARY KEY, name TEXT, memo TEXT, owner TEXT, date TEXT);
                    CREATE TABLE case_text (id INTEGER PRIMARY KEY, caseid INTEGER, fid INTEGER, pos0 INTEGER, pos1 INTEGER, owner TEXT, date TEXT, memo TEXT);
                    CREATE TABLE attribute_type (name TEXT PRIMARY KEY, date TEXT, owner TEXT, memo TEXT, caseOrFile TEXT, valuetype TEXT);
                    CREATE TABLE attribute (attrid INTEGER PRIMARY KEY, name TEXT, attr_type TEXT, value TEXT, id INTEGER, date TEXT, owner TEXT);
                    CREATE TABLE journal (jid INTEGER PRIMARY KEY, name TEXT, jentry TEXT, date TEXT, owner TEXT);
                    INSERT INTO project VALUES ('v10', '2026-01-01 10:00:00', 'prosjektmemo', '', 'anne');
                    INSERT INTO code_cat VALUES (1, 'hoved', 'anne', '', '', NULL), (2, 'under', 'anne', '', 'mål', 1);
                    INSERT INTO code_name VALUES (1, 'får til', 'definert', 2, 'anne', '', '#AA0011'), (2, 'tid', '', NULL, 'anne', '', '');
                    INSERT INTO cases VALUES (1, 'D1', '', 'anne', '');
                    INSERT INTO case_text VALUES (1, 1, 1, 0, 27, 'anne', '', '');
                    INSERT INTO attribute_type VALUES ('alder', '', '', '', 'case', 'numeric');
                    INSERT INTO attribute VALUES (1, 'alder', 'case', '42', 1, '', '');
                    INSERT INTO journal VALUES (1, 'dagbok', 'i dag', '2026-01-01 10:00:00', 'bo');
                    """)
            try db.execute(sql: "INSERT INTO source VALUES (1, 'i1.txt', ?, NULL, 'kildememo', 'anne', '2026-01-01 10:00:00', NULL), (2, 'b.jpg', NULL, '/images/b.jpg', '', 'anne', '', NULL)", arguments: [text])
            for (id, code, words, owner) in [(1, 1, "det til", "anne"), (2, 1, "det til", "bo"), (3, 2, "hver uke", "anne")] {
                let (start, end) = place(words)
                try db.execute(sql: "INSERT INTO code_text VALUES (?, ?, 1, ?, ?, ?, ?, '2026-01-01 10:00:00', ?)", arguments: [id, code, words, start, end, owner, id == 1 ? "fordi" : ""])
            }
            let (start, end) = place("uke")
            try db.execute(sql: "INSERT INTO annotation VALUES (1, 1, ?, ?, 'merket', 'bo', '')", arguments: [start, end])
        }
        try queue.close()
        let store = try CodingStore(folder.appendingPathComponent("s.sqlite"))
        let report = try ProjectExchange.take(project, into: store, who: "Bo", options: .init(voucher: voucher))
        #expect(try coded(store) == [["i1.txt", "det til", "får til", "anne"], ["i1.txt", "det til", "får til", "bo"], ["i1.txt", "hver uke", "tid", "anne"]])
        let codes = try store.codes()
        #expect(codes.map(\.name) == ["hoved", "under", "får til", "tid"])
        #expect(codes.map(\.isCodable) == [false, false, true, true])
        #expect(codes[2].parentId == codes[1].id)
        #expect(codes[2].color == "#aa0011")
        #expect(Set(try store.memos().map(\.text)) == ["fordi", "merket", "i dag"])
        #expect(try store.memos().first { $0.text == "fordi" }?.target == store.codings().first { $0.createdAt == "2026-01-01T10:00:00Z" }?.guid)
        #expect(try store.caseSources().count == 1)
        #expect(try store.attributes().map(\.kind) == [.integer])
        #expect(report.notices.contains { $0.code == .mediaStay })
    }

    @Test func flatTablesHoldWhatIsCoded() throws {
        let store = try ExchangeFixture.full(folder.appendingPathComponent("s.sqlite")), tables = folder.appendingPathComponent("tabeller")
        let report = try ProjectExchange.export(store, as: .csv, to: tables)
        let codings = try String(contentsOf: tables.appendingPathComponent("codings.csv"), encoding: .utf8).components(separatedBy: "\r\n").dropLast()
        #expect(codings.count == 8)
        #expect(codings.first == "coding,unit,source,wave,case,speaker,code,code_name,code_path,coder,round,created_at,start,end,words,start_s,end_s,text")
        let line = try #require(codings.first { $0.contains("samarbeid/ansvar") && $0.contains("Bjørg") && $0.contains(",P01,2006,D1,Informant 4,") })
        #expect(line.hasSuffix("0.100,0.480,vi får det til") || line.contains("blåbærtunet"))
        #expect(report.counts["values"] == 7)
        let values = try String(contentsOf: tables.appendingPathComponent("attributes.csv"), encoding: .utf8)
        #expect(values.contains("innbyggere,Integer,kommune A,,2003,4200\r\n"))
        for file in FlatTables.files {
            let mode = (try FileManager.default.attributesOfItem(atPath: tables.appendingPathComponent(file).path)[.posixPermissions] as? NSNumber)?.intValue
            #expect(mode == 0o600)
        }
        // Written again over the old.
        _ = try ProjectExchange.export(store, as: .csv, to: tables)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(".") }.isEmpty)
    }
}
