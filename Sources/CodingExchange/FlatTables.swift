import CodingStore
import Exchange
import Foundation

/// The analysis as flat tables for R, pandas and spreadsheets, by the rules of `docs/formats/tables.md`: one file a table, 0600.
enum FlatTables {
    static let files = ["codings.csv", "units.csv", "codes.csv", "sources.csv", "cases.csv", "attributes.csv", "memos.csv", "themes.csv", "theme-members.csv"]

    private struct Table: ~Copyable {
        private var table: CSVTable
        private let handle: FileHandle
        var rows = 0
        private var pending = 0

        init(_ name: String, _ columns: [String], in folder: URL) throws {
            let url = folder.appendingPathComponent(name)
            guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]), let handle = FileHandle(forWritingAtPath: url.path)
            else { throw ExchangeError.cannotWrite(file: name, reason: "it cannot be made") }
            self.handle = handle
            table = CSVTable(columns)
        }

        mutating func add(_ cells: [CSVTable.Cell]) throws {
            table.add(cells)
            rows += 1
            pending += 1
            if pending == 2_000 { try flush() }
        }

        private mutating func flush() throws {
            do { try handle.write(contentsOf: Data(table.takeText().utf8)) } catch { throw ExchangeError.cannotWrite(file: "csv", reason: "the disk refuses") }
            pending = 0
        }

        consuming func finish() throws -> Int {
            try flush()
            try? handle.close()
            return rows
        }
    }

    static func write(_ snapshot: StoreSnapshot, to folder: URL, progress: (Double) -> Void) throws -> ExchangeReport {
        var report = ExchangeReport()
        let coders = Dictionary(uniqueKeysWithValues: try snapshot.coders().map { ($0.id ?? 0, $0.name) })
        let codes = try snapshot.codes(), paths = Self.paths(codes)
        let codeById = Dictionary(uniqueKeysWithValues: codes.map { ($0.id ?? 0, $0) })
        let sources = try snapshot.sources(), versions = try snapshot.newestVersions()
        let caseSources = try snapshot.caseSources(), cases = try snapshot.cases()
        let caseName = Dictionary(uniqueKeysWithValues: cases.map { ($0.id ?? 0, $0.name) })
        var codings = try Table(
            "codings.csv",
            [
                "coding", "unit", "source", "wave", "case", "speaker", "code", "code_name", "code_path", "coder", "round", "created_at", "start", "end", "words",
                "start_s", "end_s", "text",
            ], in: folder)
        var units = try Table(
            "units.csv",
            ["unit", "source", "wave", "case", "speaker", "coder", "round", "created_at", "start", "end", "words", "start_s", "end_s", "lost", "codes", "name", "condensed", "text"],
            in: folder)
        for (index, source) in sources.enumerated() {
            progress(Double(index) / Double(max(1, sources.count)))
            guard let id = source.id, let version = versions[id] else { continue }
            let rows = try snapshot.units(ofVersion: version.id)
            guard !rows.isEmpty else { continue }
            let text = try snapshot.sourceText(ofVersion: version.id), points = CodePoints(text.text), byUnit = try snapshot.codings(ofVersion: version.id)
            for unit in rows {
                let range = unit.start..<max(unit.start, unit.end)
                let speaker = text.turns(in: range).first?.speaker ?? ""
                let owner = caseSources.first { $0.sourceId == id && $0.speaker == speaker && !speaker.isEmpty } ?? caseSources.first { $0.sourceId == id && $0.speaker.isEmpty }
                let time = unit.isLost ? nil : text.milliseconds(of: range), own = byUnit[unit.id ?? 0] ?? []
                let place: [CSVTable.Cell] = [
                    .whole(unit.start), .whole(unit.end), .whole(text.words(in: range).count), .seconds(time.map { Double($0.lowerBound) / 1000 }),
                    .seconds(time.map { Double($0.upperBound) / 1000 }),
                ]
                let words = CSVTable.Cell.text(unit.isLost ? "" : points[range])
                let beginning: [CSVTable.Cell] = [.text(source.item), .text(source.wave), .text(owner.flatMap { caseName[$0.caseId] } ?? ""), .text(speaker)]
                try units.add(
                    [.text(unit.guid)] + beginning + [.text(coders[unit.coderId] ?? ""), .whole(unit.round), .text(unit.createdAt)] + place
                        + [.flag(unit.isLost), .whole(Set(own.map(\.codeId)).count), .text(unit.name), .text(unit.condensed), words])
                for coding in own {
                    let code = codeById[coding.codeId]
                    try codings.add(
                        [.text(coding.guid), .text(unit.guid)] + beginning
                            + [
                                .text(code?.guid ?? ""), .text(code?.name ?? ""), .text(paths[coding.codeId] ?? ""), .text(coders[coding.coderId] ?? ""),
                                .whole(coding.round), .text(coding.createdAt),
                            ] + place + [words])
                }
            }
        }
        report.counts["units"] = try units.finish()
        report.counts["codings"] = try codings.finish()
        try writeCodes(codes, paths, folder, &report)
        try writeSources(snapshot, sources, versions, folder)
        try writeCases(snapshot, cases, sources, folder, &report)
        try writeMemos(snapshot, coders, folder, &report)
        try writeThemes(snapshot, folder, &report)
        report.note(.leftOut, .oldVersionsStay, try snapshot.countOnOlderVersions().units)
        progress(1)
        return report
    }

    private static func paths(_ codes: [CodeRecord]) -> [Int64: String] {
        var paths: [Int64: String] = [:]
        for code in codes { paths[code.id ?? 0] = (code.parentId.flatMap { paths[$0] }.map { $0 + "/" } ?? "") + code.name }
        return paths
    }

    private static func writeCodes(_ codes: [CodeRecord], _ paths: [Int64: String], _ folder: URL, _ report: inout ExchangeReport) throws {
        var table = try Table("codes.csv", ["code", "name", "path", "parent", "codable", "color", "definition", "examples"], in: folder)
        let guids = Dictionary(uniqueKeysWithValues: codes.map { ($0.id ?? 0, $0.guid) })
        for code in codes {
            try table.add([
                .text(code.guid), .text(code.name), .text(paths[code.id ?? 0] ?? ""), .text(code.parentId.flatMap { guids[$0] } ?? ""), .flag(code.isCodable),
                .text(code.color ?? ""), .text(code.definition), .text(code.examples),
            ])
        }
        report.counts["codes"] = try table.finish()
    }

    private static func writeSources(_ snapshot: StoreSnapshot, _ sources: [SourceRecord], _ versions: [Int64: StoreSnapshot.Version], _ folder: URL) throws {
        var table = try Table("sources.csv", ["source", "guid", "kind", "wave", "version", "status", "imported_at", "turns", "words", "description"], in: folder)
        for source in sources {
            let version = versions[source.id ?? 0]
            try table.add([
                .text(source.item), .text(source.guid), .text(source.kind.rawValue), .text(source.wave), .whole(version?.number), .text(version?.status ?? ""),
                .text(version?.importedAt ?? ""), .whole(version?.turnCount), .whole(version?.wordCount), .text(source.description),
            ])
        }
        _ = try table.finish()
    }

    private static func writeCases(
        _ snapshot: StoreSnapshot, _ cases: [CaseRecord], _ sources: [SourceRecord], _ folder: URL, _ report: inout ExchangeReport
    ) throws {
        let items = Dictionary(uniqueKeysWithValues: sources.map { ($0.id ?? 0, $0.item) }), links = try snapshot.caseSources()
        var table = try Table("cases.csv", ["case", "guid", "kind", "source", "speaker", "description"], in: folder)
        for found in cases {
            let own = links.filter { $0.caseId == found.id }
            let beginning: [CSVTable.Cell] = [.text(found.name), .text(found.guid), .text(found.kind)]
            if own.isEmpty { try table.add(beginning + [.text(""), .text(""), .text(found.description)]) }
            for link in own { try table.add(beginning + [.text(items[link.sourceId] ?? ""), .text(link.speaker), .text(found.description)]) }
        }
        _ = try table.finish()
        report.counts["cases"] = cases.count
        let attributes = Dictionary(uniqueKeysWithValues: try snapshot.attributes().map { ($0.id ?? 0, $0) })
        let names = Dictionary(uniqueKeysWithValues: cases.map { ($0.id ?? 0, $0.name) })
        var values = try Table("attributes.csv", ["attribute", "type", "case", "source", "wave", "value"], in: folder)
        for value in try snapshot.attributeValues() {
            guard let attribute = attributes[value.attributeId] else { continue }
            try values.add([
                .text(attribute.name), .text(attribute.kind.rawValue), .text(value.caseId.flatMap { names[$0] } ?? ""), .text(value.sourceId.flatMap { items[$0] } ?? ""),
                .text(value.wave), .text(value.value),
            ])
        }
        report.counts["values"] = try values.finish()
    }

    private static func writeMemos(_ snapshot: StoreSnapshot, _ coders: [Int64: String], _ folder: URL, _ report: inout ExchangeReport) throws {
        var table = try Table("memos.csv", ["memo", "target", "title", "coder", "created_at", "text"], in: folder)
        for memo in try snapshot.memos() {
            try table.add([.text(memo.guid), .text(memo.target ?? ""), .text(memo.title), .text(coders[memo.coderId] ?? ""), .text(memo.createdAt), .text(memo.text)])
        }
        report.counts["memos"] = try table.finish()
    }

    private static func writeThemes(_ snapshot: StoreSnapshot, _ folder: URL, _ report: inout ExchangeReport) throws {
        let themes = REFIProject.ordered(try snapshot.themes()), guids = Dictionary(uniqueKeysWithValues: themes.map { ($0.id ?? 0, $0.guid) })
        var table = try Table("themes.csv", ["theme", "name", "level", "parent", "color", "definition"], in: folder)
        for theme in themes {
            try table.add([
                .text(theme.guid), .text(theme.name), .text(theme.level.rawValue), .text(theme.parentId.flatMap { guids[$0] } ?? ""), .text(theme.color ?? ""),
                .text(theme.definition),
            ])
        }
        report.counts["sets"] = try table.finish()
        var members = try Table("theme-members.csv", ["theme", "kind", "member"], in: folder)
        for member in try snapshot.themeMembers() { try members.add([.text(guids[member.themeId] ?? ""), .text(member.kind.rawValue), .text(member.member)]) }
        report.counts["members"] = try members.finish()
    }
}
