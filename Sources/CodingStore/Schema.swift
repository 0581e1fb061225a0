import GRDB

/// The store's tables, as migrations that are never edited once released.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 sources, codes, codings, history") { db in
            try db.create(table: "source") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("item", .text).notNull().unique()
                table.column("kind", .text).notNull()
            }
            try db.create(table: "source_version") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("sourceId", .integer).notNull().references("source", onDelete: .restrict)
                table.column("number", .integer).notNull()
                table.column("digest", .text).notNull()
                table.column("policy", .text).notNull()
                table.column("status", .text).notNull().check(sql: "status IN ('deidentified', 'anonymous')")
                table.column("importedAt", .text).notNull()
                table.column("document", .blob).notNull()
                table.column("turnCount", .integer).notNull()
                table.column("wordCount", .integer).notNull()
                table.uniqueKey(["sourceId", "number"])
            }
            try db.create(table: "turn") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("versionId", .integer).notNull().indexed()
                    .references("source_version", onDelete: .cascade)
                table.column("number", .integer).notNull()
                table.column("speaker", .text).notNull()
                table.column("start", .double)
                table.column("end", .double)
                table.column("text", .text).notNull()
            }
            try db.create(table: "code") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("guid", .text).notNull().unique()
                table.column("parentId", .integer).indexed().references("code", onDelete: .restrict)
                table.column("name", .text).notNull()
                table.column("definition", .text).notNull().defaults(to: "")
                table.column("color", .text)
            }
            try db.create(table: "coding") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("guid", .text).notNull().unique()
                table.column("codeId", .integer).notNull().indexed().references("code", onDelete: .restrict)
                table.column("versionId", .integer).notNull().indexed()
                    .references("source_version", onDelete: .restrict)
                table.column("firstWord", .integer).notNull()
                table.column("lastWord", .integer).notNull()
                table.column("coder", .text).notNull()
                table.column("round", .integer).notNull().defaults(to: 1)
                table.column("createdAt", .text).notNull()
            }
            try db.create(table: "history") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("at", .text).notNull()
                table.column("who", .text).notNull()
                table.column("action", .text).notNull()
                table.column("target", .text).notNull()
                table.column("old", .text)
                table.column("new", .text)
            }
            // The history is append-only by the database's own hand, not by agreement.
            try db.execute(
                sql: """
                    CREATE TRIGGER history_keeps_lines BEFORE DELETE ON history
                    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
                    CREATE TRIGGER history_keeps_words BEFORE UPDATE ON history
                    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
                    """)
        }
        migrator.registerMigration("2 meaning units, cases, themes, memos, rounds, operations") { try addAnalysis($0) }
        migrator.registerMigration("3 who answers for texts from elsewhere") { try addVouchings($0) }
        migrator.registerMigration("4 who speaks when, and marks by kind") { try addDetails($0) }
        return migrator
    }
}
