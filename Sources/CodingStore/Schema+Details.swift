import GRDB

extension Schema {
    /// What searches ask of a transcript and its text does not say: who speaks, when it was recorded, and its marks by kind. All of it is
    /// read from the sealed document, and goes with the turns.
    static func addDetails(_ db: Database) throws {
        try db.create(table: "version_detail") { table in
            table.primaryKey("versionId", .integer).references("source_version", onDelete: .cascade)
            // As the sealed document has it after anonymisation: a day, a month, a year or nothing.
            table.column("recordedAt", .text)
        }
        try db.create(table: "version_speaker") { table in
            table.column("versionId", .integer).notNull().references("source_version", onDelete: .cascade)
            table.column("label", .text).notNull()
            table.column("role", .text)
            table.column("participant", .text)
            table.primaryKey(["versionId", "label"])
        }
        try db.create(table: "version_mark") { table in
            table.column("versionId", .integer).notNull().references("source_version", onDelete: .cascade)
            table.column("turn", .integer).notNull()
            table.column("kind", .text).notNull()
            table.column("label", .text)
            table.column("start", .integer).notNull()
            table.column("end", .integer).notNull()
        }
        try db.create(index: "version_mark_kind", on: "version_mark", columns: ["versionId", "kind"])
        // Where somebody's turns leave a version, all that was read from it is read anew.
        try db.execute(
            sql: """
                CREATE TRIGGER turn_details_leave AFTER DELETE ON turn BEGIN
                    DELETE FROM version_mark WHERE versionId = old.versionId;
                    DELETE FROM version_speaker WHERE versionId = old.versionId;
                    DELETE FROM version_detail WHERE versionId = old.versionId;
                END
                """)
    }
}
