import Anonymization
import Foundation
import GRDB

extension Schema {
    /// From codes on words to an analysis: cases, meaning units, themes, memos, rounds, operations that can be taken back.
    static func addAnalysis(_ db: Database) throws {
        try db.execute(sql: "DROP TRIGGER history_keeps_lines; DROP TRIGGER history_keeps_words;")
        try db.create(table: "study") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("name", .text).notNull()
            table.column("description", .text).notNull()
        }
        try db.create(table: "coder") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("name", .text).notNull().unique()
        }
        try addOperations(db)
        try extendSources(db)
        try db.alter(table: "code") { table in
            table.add(column: "examples", .text).notNull().defaults(to: "")
            table.add(column: "position", .integer).notNull().defaults(to: 0)
            table.add(column: "isCodable", .boolean).notNull().defaults(to: true)
        }
        try addUnits(db)
        try addCases(db)
        try addThemes(db)
        try moveFirstCodings(db)
        try SearchIndex.create(db)
        try SearchIndex.rebuild(db)
        try db.execute(sql: "INSERT INTO study (guid, name, description) VALUES (?, '', '')", arguments: [GUID.random()])
        try keepHistory(db)
    }

    private static func addOperations(_ db: Database) throws {
        try db.create(table: "operation") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("at", .text).notNull()
            table.column("who", .text).notNull()
            table.column("action", .text).notNull()
            table.column("undoes", .integer).indexed().references("operation", onDelete: .restrict)
            table.column("isReversible", .boolean).notNull()
        }
        try db.alter(table: "history") { table in
            table.add(column: "operationId", .integer).references("operation", onDelete: .restrict)
        }
        try db.create(index: "history_operation", on: "history", columns: ["operationId"])
        try db.create(index: "history_target", on: "history", columns: ["target"])
    }

    private static func extendSources(_ db: Database) throws {
        try db.alter(table: "source") { table in
            table.add(column: "guid", .text).notNull().defaults(to: "")
            table.add(column: "wave", .text).notNull().defaults(to: "")
            table.add(column: "description", .text).notNull().defaults(to: "")
            table.add(column: "media", .text)
            table.add(column: "mediaDigest", .text)
        }
        // Built anew, with the document last: SQLite walks through a long value to reach the columns behind it.
        try db.create(table: "source_version_new") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull()
            table.column("sourceId", .integer).notNull().references("source", onDelete: .restrict)
            table.column("number", .integer).notNull()
            table.column("digest", .text).notNull()
            table.column("policy", .text).notNull()
            table.column("status", .text).notNull().check(sql: "status IN ('deidentified', 'anonymous')")
            table.column("importedAt", .text).notNull()
            table.column("turnCount", .integer).notNull()
            table.column("wordCount", .integer).notNull()
            table.column("words", .blob).notNull()
            table.column("text", .text).notNull()
            table.column("document", .blob).notNull()
            table.uniqueKey(["sourceId", "number"])
        }
        try db.execute(
            sql: """
                INSERT INTO source_version_new
                SELECT id, '', sourceId, number, digest, policy, status, importedAt, turnCount, wordCount, x'', '', document FROM source_version
                """)
        try db.drop(table: "source_version")
        // Tables that refer to it go on referring to its name: a migration runs without foreign keys and checks them at its end.
        try db.rename(table: "source_version_new", to: "source_version")
        try db.alter(table: "turn") { table in
            table.add(column: "first", .integer).notNull().defaults(to: 0)
            table.add(column: "body", .integer).notNull().defaults(to: 0)
            table.add(column: "last", .integer).notNull().defaults(to: 0)
        }
        try db.create(table: "sync_point") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("versionId", .integer).notNull().indexed().references("source_version", onDelete: .cascade)
            table.column("milliseconds", .integer).notNull()
            table.column("position", .integer)
        }
    }

    private static func addUnits(_ db: Database) throws {
        try db.create(table: "unit") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("versionId", .integer).notNull().references("source_version", onDelete: .restrict)
            table.column("start", .integer).notNull()
            table.column("end", .integer).notNull()
            table.column("condensed", .text).notNull()
            table.column("name", .text).notNull()
            table.column("coderId", .integer).notNull().references("coder", onDelete: .restrict)
            table.column("round", .integer).notNull()
            table.column("createdAt", .text).notNull()
            table.column("isMarked", .boolean).notNull()
            table.column("isLost", .boolean).notNull()
            table.check(sql: "start >= 0 AND \"end\" > start")
        }
        try db.create(index: "unit_place", on: "unit", columns: ["versionId", "start", "end"])
        try db.rename(table: "coding", to: "coding_first")
        try db.create(table: "coding") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("codeId", .integer).notNull().references("code", onDelete: .restrict)
            table.column("unitId", .integer).notNull().references("unit", onDelete: .restrict)
            table.column("coderId", .integer).notNull().references("coder", onDelete: .restrict)
            table.column("round", .integer).notNull()
            table.column("createdAt", .text).notNull()
            table.uniqueKey(["unitId", "codeId", "coderId", "round"])
        }
        try db.create(index: "coding_code", on: "coding", columns: ["codeId"])
        try db.create(table: "round") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("number", .integer).notNull().unique()
            table.column("name", .text).notNull()
            table.column("startedAt", .text).notNull()
            table.column("finishedAt", .text)
        }
    }

    private static func addCases(_ db: Database) throws {
        try db.create(table: "case") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("name", .text).notNull().unique()
            table.column("kind", .text).notNull()
            table.column("description", .text).notNull()
        }
        try db.create(table: "case_source") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("caseId", .integer).notNull().references("case", onDelete: .restrict)
            table.column("sourceId", .integer).notNull().indexed().references("source", onDelete: .restrict)
            table.column("speaker", .text).notNull()
            table.uniqueKey(["caseId", "sourceId", "speaker"])
        }
        try db.create(table: "attribute") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("name", .text).notNull().unique()
            table.column("kind", .text).notNull()
            table.column("description", .text).notNull()
        }
        try db.create(table: "attribute_value") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("attributeId", .integer).notNull().indexed().references("attribute", onDelete: .restrict)
            table.column("caseId", .integer).indexed().references("case", onDelete: .restrict)
            table.column("sourceId", .integer).indexed().references("source", onDelete: .restrict)
            table.column("wave", .text).notNull()
            table.column("value", .text).notNull()
            table.check(sql: "(caseId IS NULL) <> (sourceId IS NULL)")
            table.uniqueKey(["attributeId", "caseId", "sourceId", "wave"])
        }
    }

    private static func addThemes(_ db: Database) throws {
        try db.create(table: "theme") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("parentId", .integer).indexed().references("theme", onDelete: .restrict)
            table.column("level", .text).notNull()
            table.column("name", .text).notNull()
            table.column("definition", .text).notNull()
            table.column("color", .text)
            table.column("position", .integer).notNull()
        }
        try db.create(table: "theme_member") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("themeId", .integer).notNull().references("theme", onDelete: .restrict)
            table.column("kind", .text).notNull()
            table.column("member", .text).notNull().indexed()
            table.uniqueKey(["themeId", "kind", "member"])
        }
        try db.create(table: "memo") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("target", .text).indexed()
            table.column("title", .text).notNull()
            table.column("text", .text).notNull()
            table.column("coderId", .integer).notNull().references("coder", onDelete: .restrict)
            table.column("createdAt", .text).notNull()
        }
        try db.create(table: "link") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("name", .text).notNull()
            table.column("direction", .text).notNull()
            table.column("color", .text)
            table.column("origin", .text).notNull().indexed()
            table.column("target", .text).notNull().indexed()
        }
        try db.create(table: "graph") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("guid", .text).notNull().unique()
            table.column("name", .text).notNull()
            table.column("content", .text).notNull()
        }
    }

    /// Codings on words become codings on meaning units of the text.
    private static func moveFirstCodings(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: "SELECT id, item FROM source") {
            try db.execute(
                sql: "UPDATE source SET guid = ? WHERE id = ?",
                arguments: [GUID.named("source " + (row["item"] as String)), row["id"] as Int64])
        }
        try db.create(index: "source_guid", on: "source", columns: ["guid"], options: .unique)
        for row in try Row.fetchCursor(db, sql: "SELECT source_version.id, digest, document, item FROM source_version JOIN source ON source.id = sourceId").collect() {
            let id: Int64 = row["id"]
            let text = try SourceText(AnonymizedTranscript(decoding: row["document"]).document)
            try db.execute(
                sql: "UPDATE source_version SET guid = ?, text = ?, words = ? WHERE id = ?",
                arguments: [GUID.version(item: row["item"], digest: row["digest"]), text.text, text.packedWords, id])
            try db.execute(sql: "DELETE FROM turn WHERE versionId = ?", arguments: [id])
            for var turn in text.turnRecords(of: id) { try turn.insert(db) }
            let places = text.places
            for coding in try Row.fetchAll(db, sql: "SELECT * FROM coding_first WHERE versionId = ? ORDER BY id", arguments: [id]) {
                guard let first = places[coding["firstWord"]], let last = places[coding["lastWord"]], first.lowerBound < last.upperBound else { continue }
                let coder = try CoderRecord.ensured(coding["coder"], db), created: String = coding["createdAt"], round: Int = coding["round"]
                var unit = try UnitRecord
                    .filter(Column("versionId") == id && Column("start") == first.lowerBound && Column("end") == last.upperBound).fetchOne(db)
                    ?? UnitRecord(
                        guid: GUID.random(), versionId: id, start: first.lowerBound, end: last.upperBound, coderId: coder, round: round,
                        createdAt: created)
                if unit.id == nil { try unit.insert(db) }
                try db.execute(
                    sql: "INSERT OR IGNORE INTO coding (id, guid, codeId, unitId, coderId, round, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        coding["id"] as Int64, (coding["guid"] as String).lowercased(), coding["codeId"] as Int64, unit.id, coder, round, created,
                    ])
            }
        }
        try db.execute(sql: "UPDATE code SET guid = lower(guid)")
        try db.drop(table: "coding_first")
    }

    /// The history is append-only by the database's own hand, not by agreement.
    static func keepHistory(_ db: Database) throws {
        for table in ["history", "operation"] {
            try db.execute(
                sql: """
                    CREATE TRIGGER \(table)_keeps_lines BEFORE DELETE ON \(table)
                    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
                    CREATE TRIGGER \(table)_keeps_words BEFORE UPDATE ON \(table)
                    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
                    """)
        }
    }
}

extension RowCursor {
    /// All rows; what follows changes the tables that they came from.
    func collect() throws -> [Row] {
        var rows: [Row] = []
        while let row = try next() { rows.append(row.copy()) }
        return rows
    }
}
