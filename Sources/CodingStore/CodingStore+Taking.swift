import Anonymization
import Foundation
import GRDB

extension CodingStore {
    /// What a project from elsewhere brought.
    public struct TakingReport: Codable, Sendable, Hashable {
        /// Rows that are new here, by table.
        public var added: [String: Int] = [:]
        /// What was here already, by table; ours stands.
        public var there: [String: Int] = [:]
        /// What had to be called otherwise, because the name was taken: from, to.
        public var renamed: [Renaming] = []
        /// Units that stand as lost: their text did not come along, or their place is not in it.
        public var lost = 0
        /// Values that are not of their attribute's type: attribute names.
        public var wrongValues: [String: Int] = [:]
        /// Codings, members, links and values that pointed at nothing, by table.
        public var dangling: [String: Int] = [:]
        /// What new versions of texts did to what was coded here.
        public var versions: [String: ImportReport] = [:]

        public struct Renaming: Codable, Sendable, Hashable {
            public var table: String
            public var from: String
            public var to: String
        }
    }

    /// Takes a project from elsewhere in, as one operation. Things are the same when their GUIDs are; coders, sources, cases and
    /// attributes also when their names are, codes when their places in the tree are. What is here stands; nothing is removed.
    ///
    /// With texts it cannot be taken back, so a backup is made first; without (a codebook) it can.
    public func take(_ project: ProjectContent, action: String = "import.project", who: String) throws -> TakingReport {
        let hasTexts = !project.sources.isEmpty
        if hasTexts { try translating { try backUpBeforeBulkChange() } }
        return try operate(action, who: who, isReversible: !hasTexts) { journal in
            var taking = Taking(journal, who: who)
            try taking.run(project)
            return taking.report
        }
    }
}

/// One project being taken in: its GUIDs translated into rows here.
private struct Taking {
    let journal: Journal
    let who: String
    var report = CodingStore.TakingReport()
    var coders: [String: Int64] = [:], codes: [String: Int64] = [:], sources: [String: (id: Int64, version: Int64)] = [:], attributes: [String: AttributeRecord] = [:]
    /// GUIDs from there to those of the same thing here.
    var known: [String: String] = [:]
    var db: Database { journal.db }

    init(_ journal: Journal, who: String) {
        self.journal = journal
        self.who = who
    }

    mutating func run(_ project: ProjectContent) throws {
        try takeStudy(project)
        for coder in project.coders { try take(coder) }
        for round in project.rounds where try RoundRecord.filter(Column("number") == round.number).fetchCount(db) == 0 {
            try add(RoundRecord(guid: free(round.guid, "round"), number: round.number, name: round.name, startedAt: round.startedAt, finishedAt: round.finishedAt))
        }
        try takeCodes(project.codes)
        for attribute in project.attributes { try take(attribute) }
        for source in project.sources { try take(source) }
        for (source, values) in project.sourceValues.sorted(by: { $0.key < $1.key }) {
            if let id = sources[source]?.id { try take(values, caseId: nil, sourceId: id) } else { dangle("attribute_value", values.count) }
        }
        for found in project.cases { try take(found) }
        try takeThemes(project.themes)
        for memo in project.memos { try take(memo) }
        for link in project.links where try !isThere(LinkRecord.self, link.guid) {
            try add(
                LinkRecord(
                    guid: link.guid, name: link.name, direction: link.direction, color: link.color, origin: known[link.origin] ?? link.origin,
                    target: known[link.target] ?? link.target))
        }
        for graph in project.graphs where try !isThere(GraphRecord.self, graph.guid) {
            var drawing = graph.graph
            for v in drawing.vertices.indices { drawing.vertices[v].represented = drawing.vertices[v].represented.map { known[$0] ?? $0 } }
            try add(GraphRecord(guid: graph.guid, name: graph.name, content: drawing.encoded))
        }
    }

    // MARK: - bookkeeping

    @discardableResult
    private mutating func add<R: StoreRecord>(_ record: R) throws -> Int64 {
        var record = record
        try journal.insert(&record)
        report.added[R.databaseTableName, default: 0] += 1
        return record.id ?? 0
    }

    private mutating func stands<R: StoreRecord>(_ : R.Type) { report.there[R.databaseTableName, default: 0] += 1 }
    private mutating func dangle(_ table: String, _ count: Int = 1) { if count > 0 { report.dangling[table, default: 0] += count } }

    private mutating func isThere<R: StoreRecord>(_ type: R.Type, _ guid: String) throws -> Bool {
        guard try R.filter(Column("guid") == guid).fetchCount(db) > 0 else { return false }
        stands(type)
        return true
    }

    /// A GUID that no row of the table has: programs give the same one twice.
    private func free(_ guid: String, _ table: String) throws -> String {
        var free = guid, number = 1
        while try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \"\(table)\" WHERE guid = ?", arguments: [free]) ?? 0 > 0 {
            number += 1
            free = GUID.named("again \(number) \(table) \(guid)")
        }
        return free
    }

    private mutating func freeName(_ name: String, _ table: String, fallback: String, where isTaken: (String) throws -> Bool) throws -> String {
        let plain = String(String.UnicodeScalarView(name.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
            .trimmingCharacters(in: .whitespaces)
        let base = plain.isEmpty ? fallback : plain
        var free = base, number = 1
        while try isTaken(free) {
            number += 1
            free = "\(base) (\(number))"
        }
        if free != name { report.renamed.append(.init(table: table, from: name, to: free)) }
        return free
    }

    // MARK: - study, coders, codes

    private mutating func takeStudy(_ project: ProjectContent) throws {
        guard let old = try StudyRecord.fetchOne(db) else { return }
        let isNew = try SourceRecord.fetchCount(db) == 0 && CodeRecord.fetchCount(db) == 0 && CaseRecord.fetchCount(db) == 0
        var new = old
        // An empty store becomes the project; one with something in it stays the study that it is.
        if isNew, let guid = project.study.guid { new.guid = guid }
        if new.name.isEmpty { new.name = project.study.name }
        if new.description.isEmpty { new.description = project.study.description }
        if let guid = project.study.guid { known[guid] = new.guid }
        try journal.update(old, new)
    }

    private mutating func take(_ coder: ProjectContent.Coder) throws {
        let name = coder.name.trimmingCharacters(in: .whitespacesAndNewlines)
        let found = try CoderRecord.filter(Column("guid") == coder.guid).fetchOne(db) ?? CoderRecord.filter(Column("name") == name).fetchOne(db)
        if let found {
            stands(CoderRecord.self)
            coders[coder.guid] = found.id
            known[coder.guid] = found.guid
            return
        }
        // As the journal makes them: a coder's row stays when the operation is taken back.
        var row = CoderRecord(guid: coder.guid, name: name.isEmpty ? coder.guid : name)
        try row.insert(db)
        report.added["coder", default: 0] += 1
        coders[coder.guid] = row.id
    }

    private func coder(_ guid: String?) throws -> Int64 { try guid.flatMap { coders[$0] } ?? journal.coder() }

    private mutating func takeCodes(_ list: [ProjectContent.Code]) throws {
        for code in list {
            let parent = code.parent.flatMap { codes[$0] }
            if let found = try CodeRecord.filter(Column("guid") == code.guid).fetchOne(db) {
                stands(CodeRecord.self)
                codes[code.guid] = found.id
                continue
            }
            let parentColumn = Column("parentId") == parent
            if let same = try CodeRecord.filter(parentColumn && Column("name") == code.name).fetchOne(db), !codes.values.contains(same.id ?? 0) {
                stands(CodeRecord.self)
                codes[code.guid] = same.id
                known[code.guid] = same.guid
                continue
            }
            let db = db
            let name = try freeName(code.name, "code", fallback: "kode") { try CodeRecord.filter(parentColumn && Column("name") == $0).fetchCount(db) > 0 }
            let position = try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(position), 0) + 1 FROM code WHERE parentId IS ?", arguments: [parent]) ?? 1
            codes[code.guid] = try add(
                CodeRecord(
                    guid: code.guid, parentId: parent, name: name, definition: code.definition, color: try? CodingStore.checkedColor(code.color),
                    examples: code.examples, position: position, isCodable: code.isCodable))
        }
    }

    // MARK: - sources

    private mutating func take(_ source: ProjectContent.Source) throws {
        let byGUID = try SourceRecord.filter(Column("guid") == source.guid).fetchOne(db)
        var row: SourceRecord
        if let found = try byGUID ?? SourceRecord.filter(Column("item") == source.name).fetchOne(db), byGUID != nil || !sources.values.contains(where: { $0.id == found.id }) {
            stands(SourceRecord.self)
            known[source.guid] = found.guid
            row = found
        } else {
            let db = db
            let item = try freeName(source.name, "source", fallback: "kilde") { try SourceRecord.filter(Column("item") == $0).fetchCount(db) > 0 }
            row = SourceRecord(
                guid: source.guid, item: item, kind: source.kind, wave: source.wave, description: source.description, media: source.media,
                mediaDigest: source.mediaDigest)
            row.id = try add(row)
        }
        guard let id = row.id else { return }
        if let text = source.text {
            let laid = SourceText(exactly: text.text).naming(source.speakers, times: source.syncPoints.map { ($0.position, $0.milliseconds) })
            let newest = try CodingStore.newestVersion(of: row.item, db)
            let isSame = try newest.map { try String.fetchOne(db, sql: "SELECT text FROM source_version WHERE id = ?", arguments: [$0]) == text.text } ?? false
            if !isSame {
                let result = try CodingStore.importText(text, laid, item: row.item, kind: row.kind, isAnonymous: source.isAnonymous, journal)
                if case .newVersion = result.outcome { report.versions[row.item] = result.report }
                report.added["source_version", default: 0] += 1
                if let at = source.createdAt {
                    try db.execute(sql: "UPDATE source_version SET importedAt = ? WHERE id = ?", arguments: [at, CodingStore.newestVersion(of: row.item, db)])
                }
            }
        } else if try CodingStore.newestVersion(of: row.item, db) == nil {
            _ = try CodingStore.importVersion(
                item: row.item, kind: row.kind, text: SourceText(exactly: ""), digest: CodingStore.digest(Data()), document: Data(), policy: "missing",
                status: AnonymizedTranscript.Status.deidentified.rawValue, journal
            ) { _ in false }
            if let at = source.createdAt {
                try db.execute(sql: "UPDATE source_version SET importedAt = ? WHERE id = ?", arguments: [at, CodingStore.newestVersion(of: row.item, db)])
            }
        }
        guard let version = try CodingStore.newestVersion(of: row.item, db) else { return }
        sources[source.guid] = (id, version)
        for point in source.syncPoints where try SyncPointRecord.filter(Column("guid") == point.guid).fetchCount(db) == 0 {
            var record = SyncPointRecord(guid: point.guid, versionId: version, milliseconds: point.milliseconds, position: point.position)
            try record.insert(db)
            report.added["sync_point", default: 0] += 1
        }
        let length = try String.fetchOne(db, sql: "SELECT text FROM source_version WHERE id = ?", arguments: [version])?.unicodeScalars.count ?? 0
        for unit in source.units { try take(unit, version: version, length: length) }
    }

    private mutating func take(_ unit: ProjectContent.Unit, version: Int64, length: Int) throws {
        var row: UnitRecord
        let isPlaced = unit.start >= 0 && unit.start < unit.end && unit.end <= length
        if let found = try UnitRecord.filter(Column("guid") == unit.guid && Column("versionId") == version).fetchOne(db) {
            stands(UnitRecord.self)
            row = found
        } else if isPlaced,
            let same = try UnitRecord.filter(Column("versionId") == version && Column("start") == unit.start && Column("end") == unit.end).fetchOne(db)
        {
            stands(UnitRecord.self)
            known[unit.guid] = same.guid
            row = same
            if same.condensed.isEmpty, !unit.condensed.isEmpty {
                row.condensed = unit.condensed
                try journal.update(same, row)
            }
        } else {
            let isLost = unit.isLost || !isPlaced
            if isLost { report.lost += 1 }
            row = UnitRecord(
                guid: try free(unit.guid, "unit"), versionId: version, start: max(0, unit.start), end: max(0, unit.start) < unit.end ? unit.end : max(0, unit.start) + 1, condensed: unit.condensed,
                name: unit.name, coderId: try coder(unit.coder ?? unit.codings.first?.coder), round: unit.round, createdAt: unit.createdAt ?? journal.now,
                isMarked: unit.isMarked ?? unit.codings.isEmpty, isLost: isLost)
            if row.guid != unit.guid { known[unit.guid] = row.guid }
            row.id = try add(row)
        }
        for coding in unit.codings {
            guard let code = codes[coding.code] else {
                dangle("coding")
                continue
            }
            let coder = try coder(coding.coder)
            let same = Column("unitId") == row.id && Column("codeId") == code && Column("coderId") == coder && Column("round") == coding.round
            if let there = try CodingRecord.filter(same).fetchOne(db) {
                stands(CodingRecord.self)
                known[coding.guid] = there.guid
                continue
            }
            let guid = try free(coding.guid, "coding")
            if guid != coding.guid, try CodingRecord.filter(Column("guid") == coding.guid && Column("unitId") == row.id).fetchCount(db) > 0 {
                stands(CodingRecord.self)
                continue
            }
            try add(
                CodingRecord(guid: guid, codeId: code, unitId: row.id ?? 0, coderId: coder, round: coding.round, createdAt: coding.createdAt ?? journal.now))
        }
    }

    // MARK: - cases, themes, memos

    private mutating func take(_ attribute: ProjectContent.Attribute) throws {
        if let found = try AttributeRecord.filter(Column("guid") == attribute.guid).fetchOne(db) ?? AttributeRecord.filter(Column("name") == attribute.name).fetchOne(db) {
            stands(AttributeRecord.self)
            attributes[attribute.guid] = found
            return
        }
        let db = db
        let name = try freeName(attribute.name, "attribute", fallback: "egenskap") { try AttributeRecord.filter(Column("name") == $0).fetchCount(db) > 0 }
        var row = AttributeRecord(guid: attribute.guid, name: name, kind: attribute.kind, description: attribute.description)
        row.id = try add(row)
        attributes[attribute.guid] = row
    }

    private mutating func take(_ values: [ProjectContent.Value], caseId: Int64?, sourceId: Int64?) throws {
        for value in values {
            guard let attribute = attributes[value.attribute] else {
                dangle("attribute_value")
                continue
            }
            guard let typed = CodingStore.canonical(value.value, attribute.kind) else {
                report.wrongValues[attribute.name, default: 0] += 1
                continue
            }
            let there = Column("attributeId") == attribute.id && Column("caseId") == caseId && Column("sourceId") == sourceId && Column("wave") == value.wave
            if try AttributeValueRecord.filter(there).fetchCount(db) > 0 {
                stands(AttributeValueRecord.self)
                continue
            }
            try add(AttributeValueRecord(attributeId: attribute.id ?? 0, caseId: caseId, sourceId: sourceId, wave: value.wave, value: typed))
        }
    }

    private mutating func take(_ found: ProjectContent.Case) throws {
        let id: Int64
        if let there = try CaseRecord.filter(Column("guid") == found.guid).fetchOne(db) ?? CaseRecord.filter(Column("name") == found.name).fetchOne(db), !found.name.isEmpty {
            stands(CaseRecord.self)
            known[found.guid] = there.guid
            id = there.id ?? 0
        } else {
            let db = db
            let name = try freeName(found.name, "case", fallback: "kasus") { try CaseRecord.filter(Column("name") == $0).fetchCount(db) > 0 }
            id = try add(CaseRecord(guid: found.guid, name: name, kind: found.kind, description: found.description))
        }
        for link in found.sources {
            guard let source = sources[link.source]?.id else {
                dangle("case_source")
                continue
            }
            let there = Column("caseId") == id && Column("sourceId") == source && Column("speaker") == link.speaker
            if try CaseSourceRecord.filter(there).fetchCount(db) == 0 { try add(CaseSourceRecord(caseId: id, sourceId: source, speaker: link.speaker)) }
        }
        try take(found.values, caseId: id, sourceId: nil)
    }

    private mutating func takeThemes(_ list: [ProjectContent.Theme]) throws {
        var rows: [String: Int64] = [:]
        // Other programs hand sets back in an order of their own: what lies under another waits for it.
        var ordered: [ProjectContent.Theme] = [], waiting = list, placed: Set<String> = []
        let inList = Set(list.map(\.guid))
        while !waiting.isEmpty {
            let ready = waiting.filter { theme in theme.parent.map { placed.contains($0) || !inList.contains($0) } ?? true }
            // Themes that lie under each other in a ring: taken as they come, without those above them.
            let next = ready.isEmpty ? waiting : ready
            ordered += next
            placed.formUnion(next.map(\.guid))
            waiting.removeAll { placed.contains($0.guid) }
        }
        for theme in ordered {
            if let found = try ThemeRecord.filter(Column("guid") == theme.guid).fetchOne(db) {
                stands(ThemeRecord.self)
                rows[theme.guid] = found.id
                continue
            }
            let parent = theme.parent.flatMap { rows[$0] }
            if theme.parent != nil, parent == nil { dangle("theme") }
            let db = db, level = theme.level.rawValue
            let name = try freeName(theme.name, "theme", fallback: "tema") {
                try ThemeRecord.filter(Column("name") == $0 && Column("parentId") == parent && Column("level") == level).fetchCount(db) > 0
            }
            let position = try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(position), 0) + 1 FROM theme WHERE parentId IS ?", arguments: [parent]) ?? 1
            rows[theme.guid] = try add(
                ThemeRecord(
                    guid: theme.guid, parentId: parent, level: theme.level, name: name, definition: theme.definition, color: try? CodingStore.checkedColor(theme.color),
                    position: position))
        }
        for theme in list {
            guard let id = rows[theme.guid] else { continue }
            for member in theme.members {
                let guid = known[member.guid] ?? member.guid
                let there = Column("themeId") == id && Column("kind") == member.kind.rawValue && Column("member") == guid
                if try ThemeMemberRecord.filter(there).fetchCount(db) == 0 { try add(ThemeMemberRecord(themeId: id, kind: member.kind, member: guid)) }
            }
        }
    }

    private mutating func take(_ memo: ProjectContent.Memo) throws {
        guard try !isThere(MemoRecord.self, memo.guid) else { return }
        try add(
            MemoRecord(
                guid: memo.guid, target: memo.target.map { known[$0] ?? $0 }, title: memo.title, text: memo.text, coderId: coder(memo.coder),
                createdAt: memo.createdAt ?? journal.now))
    }
}

extension SourceText {
    /// The same text, where lines that begin with one of the labels and a colon are that speaker's, and lines that begin at a place in
    /// the sound have its time.
    func naming(_ speakers: Set<String>, times: [(position: Int?, milliseconds: Int)]) -> SourceText {
        let points = CodePoints(text)
        var starts: [Int: Int] = [:]
        for time in times { if let position = time.position, starts[position] == nil { starts[position] = time.milliseconds } }
        let ordered = times.map(\.milliseconds).sorted()
        return SourceText(
            text: text, words: words,
            turns: turns.map { turn in
                var turn = turn
                let line = points[turn.start..<turn.end]
                if let colon = line.range(of: ": "), speakers.contains(String(line[..<colon.lowerBound])) {
                    turn.speaker = String(line[..<colon.lowerBound])
                    turn.body = turn.start + line[..<colon.upperBound].unicodeScalars.count
                }
                if let start = starts[turn.start] {
                    let end = ordered.first { $0 > start } ?? start
                    turn.time = Double(start) / 1000..<Double(end) / 1000
                }
                return turn
            })
    }
}
