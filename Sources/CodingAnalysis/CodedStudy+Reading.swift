import Anonymization
import CodingStore
import GRDB

extension CodedStudy {
    /// The rows of a store turned into arrays that point at each other by index.
    struct Reading {
        var sources: [Source] = []
        var codes: [Code] = []
        var coders: [CoderRecord]
        var codings: [Coding] = []
        var lost = 0
        var rounds: [RoundRecord]
        var themes: [ThemeRecord]
        var members: [ThemeMemberRecord]
        var cases: [CaseRecord]
        var caseSources: [CaseSourceRecord]
        var attributes: [AttributeRecord]
        var values: [AttributeValueRecord]

        init(_ db: Database, scope: AnalysisScope) throws {
            coders = try CoderRecord.order(Column("name"), Column("id")).fetchAll(db)
            rounds = try RoundRecord.order(Column("number")).fetchAll(db)
            themes = try ThemeRecord.order(Column("position"), Column("name"), Column("id")).fetchAll(db)
            members = try ThemeMemberRecord.order(Column("id")).fetchAll(db)
            cases = try CaseRecord.order(Column("name"), Column("id")).fetchAll(db)
            caseSources = try CaseSourceRecord.order(Column("id")).fetchAll(db)
            attributes = try AttributeRecord.order(Column("name"), Column("id")).fetchAll(db)
            values = try AttributeValueRecord.order(Column("id")).fetchAll(db)
            for name in scope.coders?.sorted() ?? [] where !coders.contains(where: { $0.name == name }) {
                throw StoreError.unknown(kind: "coder", name: name)
            }
            codes = Self.inOrderOfTree(try CodeRecord.order(Column("position"), Column("name"), Column("id")).fetchAll(db))
            try readSources(db, scope)
            try readCodings(db, scope)
        }

        static func inOrderOfTree(_ records: [CodeRecord]) -> [Code] {
            let below = Dictionary(grouping: records, by: \.parentId)
            var out: [Code] = []
            // A stack of what is still to be written, the next one last.
            var waiting: [(record: CodeRecord, parent: Int?)] = (below[nil] ?? []).reversed().map { ($0, nil) }
            while let (record, parent) = waiting.popLast() {
                let above = parent.map { out[$0] }
                out.append(
                    Code(
                        id: record.id ?? 0, guid: record.guid, name: record.name, path: (above.map { $0.path + "/" } ?? "") + record.name,
                        definition: record.definition, color: record.color, parent: parent, depth: (above?.depth ?? -1) + 1))
                let index = out.count - 1
                waiting += (below[record.id] ?? []).reversed().map { ($0, index) }
            }
            return out
        }

        private mutating func readSources(_ db: Database, _ scope: AnalysisScope) throws {
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT source.id AS id, source.guid AS guid, item, kind, wave, source_version.id AS version, status
                    FROM source JOIN source_version ON source_version.sourceId = source.id
                    WHERE source_version.number = (SELECT MAX(number) FROM source_version AS other WHERE other.sourceId = source.id)
                    ORDER BY item
                    """)
            var unknown = scope.items ?? []
            while let row = try rows.next() {
                let item: String = row["item"], wave: String = row["wave"]
                unknown.remove(item)
                guard scope.items?.contains(item) ?? true, scope.waves?.contains(wave) ?? true else { continue }
                sources.append(
                    Source(
                        id: row["id"], guid: row["guid"], item: item, kind: SourceRecord.Kind(rawValue: row["kind"]) ?? .document, wave: wave, version: row["version"],
                        status: row["status"] as String == "anonymous" ? .anonymous : .deidentified))
            }
            if let item = unknown.min() { throw StoreError.unknownSource(item) }
        }

        private mutating func readCodings(_ db: Database, _ scope: AnalysisScope) throws {
            let sourceIndex = Dictionary(uniqueKeysWithValues: sources.indices.map { (sources[$0].version, $0) })
            let owner = Dictionary(uniqueKeysWithValues: sources.indices.map { (sources[$0].id, $0) })
            let codeIndex = Dictionary(uniqueKeysWithValues: codes.indices.map { (codes[$0].id, $0) })
            let coderIndex = Dictionary(
                uniqueKeysWithValues: coders.indices.filter { scope.coders?.contains(coders[$0].name) ?? true }.map { (coders[$0].id ?? 0, $0) })
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT coding.codeId, unit.versionId, unit.start, unit."end", coding.coderId, coding.round, unit.id, unit.isLost, source_version.sourceId
                    FROM coding JOIN unit ON unit.id = coding.unitId JOIN source_version ON source_version.id = unit.versionId
                    """)
            while let row = try rows.next() {
                let round: Int = row[5]
                guard let coder = coderIndex[row[4]], let code = codeIndex[row[0]], scope.rounds?.contains(round) ?? true else { continue }
                guard let source = sourceIndex[row[1]], !(row[7] as Bool) else {
                    if owner[row[8]] != nil { lost += 1 }
                    continue
                }
                codings.append(Coding(code: code, source: source, start: row[2], end: row[3], coder: coder, round: round, unit: row[6]))
            }
            codings.sort {
                ($0.source, $0.start, $0.end) != ($1.source, $1.start, $1.end)
                    ? ($0.source, $0.start, $0.end) < ($1.source, $1.start, $1.end)
                    : ($0.code, $0.coder, $0.round) < ($1.code, $1.coder, $1.round)
            }
        }
    }
}
