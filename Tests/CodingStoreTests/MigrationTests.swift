import Foundation
import GRDB
import Testing
@testable import Anonymization
@testable import CodingStore

@Suite struct MigrationTests {
    @Test func codesOnWordsBecomeCodesOnText() throws {
        let url = try StoreFixture.folder().appendingPathComponent("koding.sqlite")
        let sealed = try StoreFixture.transcript(["vi har det travelt her", "ja", "det er ansvar"]).encoded()
        do {
            let old = try DatabaseQueue(path: url.path)
            try Schema.migrator.migrate(old, upTo: "1 sources, codes, codings, history")
            try old.write { db in
                try db.execute(sql: "INSERT INTO source (id, item, kind) VALUES (1, 'P01', 'transcript')")
                try db.execute(
                    sql: """
                        INSERT INTO source_version (id, sourceId, number, digest, policy, status, importedAt, document, turnCount, wordCount)
                        VALUES (1, 1, 1, 'd', 'standard', 'deidentified', '2026-01-01T00:00:00Z', ?, 3, 9)
                        """, arguments: [sealed])
                try db.execute(sql: "INSERT INTO turn (versionId, number, speaker, text) VALUES (1, 1, 'Informant 4', 'vi har det travelt her')")
                try db.execute(sql: "INSERT INTO code (id, guid, name) VALUES (1, 'ABCDEFAB-0000-4000-8000-000000000001', 'travelhet')")
                for (id, first, last, coder) in [(1, 2, 4, "A"), (2, 2, 4, "B"), (3, 9, 9, "A")] {
                    try db.execute(
                        sql: "INSERT INTO coding VALUES (?, ?, 1, 1, ?, ?, ?, 1, '2026-01-01T00:00:00Z')", arguments: [id, "guid-\(id)", first, last, coder])
                }
                try db.execute(sql: "INSERT INTO history (at, who, action, target, new) VALUES ('2026-01-01T00:00:00Z', 'A', 'code.add', 'code 1', 'travelhet')")
            }
            try old.close()
        }
        let store = try CodingStore(url)
        try store.checkIntegrity()
        let text = try store.text(of: "P01").text, points = CodePoints(text.text)
        #expect(text.text == "Informant 4: vi har det travelt her\nIntervjuer: ja\nInformant 4: det er ansvar\n")
        let units = try store.units()
        #expect(units.map { points[$0.start..<$0.end] } == ["har det travelt", "ansvar"])
        #expect(try store.codings().map(\.unitId) == [units[0].id!, units[0].id!, units[1].id!])
        #expect(try store.coders().map(\.name) == ["A", "B"])
        #expect(try store.codes().map(\.guid) == ["abcdefab-0000-4000-8000-000000000001"])
        #expect(try store.history().map(\.target) == ["code 1"])
        #expect(throws: DatabaseError.self) { try store.pool.write { try $0.execute(sql: "DELETE FROM history") } }
        try store.addCode("ny", who: "A")
        #expect(throws: DatabaseError.self) { try store.pool.write { try $0.execute(sql: "UPDATE operation SET who = 'B'") } }
        // The older file stands beside it.
        let names = try FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)
        #expect(names.contains { $0.hasPrefix("koding.sqlite.sikkerhet-") })
    }

    @Test func versionFiveIdentifiersAreThoseOfTheStandard() {
        // RFC 9562, A.4: "www.example.com" in the DNS name space; ours differ only in the space.
        #expect(GUID.normalized("{2ED6657D-E927-568B-95E1-2665A8AEA6A2}") == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(GUID.normalized("P01") == nil)
        let made = GUID.named("source P01")
        #expect(made == GUID.named("source P01") && made != GUID.named("source P02"))
        #expect(made.count == 36 && Array(made)[14] == "5" && "89ab".contains(Array(made)[19]))
    }

    @Test func foldingKeepsNorwegianLettersApart() {
        #expect(SearchIndex.folded("FØR Aas, Måned, café, Øster, öster, Ærlig, ärlig, naïv") == "før ås, måned, cafe, øster, øster, ærlig, ærlig, naiv")
        #expect(SearchIndex.folded("A\u{30A}s") == "ås")
        #expect(SearchIndex.folded("for") != SearchIndex.folded("før"))
    }
}
