import Foundation
import GRDB
import Transcript

/// Which meaning units to bring out.
public struct RetrievalQuery: Sendable, Hashable {
    /// Codes' paths; empty for all. Several are alternatives.
    public var codes: [String] = []
    public var withSubcodes = true
    /// What is gathered under themes, and under what hangs on them.
    public var themes: [String] = []
    public var scope = Scope()
    public var coders: [String] = []
    public var rounds: [Int] = []
    /// Units without any code, too; only where no codes or themes are asked for.
    public var withUncoded = false
    /// Words before and after.
    public var context = 0

    public init() {}
}

/// A meaning unit with its words, where they come from, and what is on it.
public struct CodedExtract: Sendable, Hashable {
    public struct Code: Sendable, Hashable {
        public var path: String
        public var guid: String
        public var coder: String
        public var round: Int
    }

    public var unit: UnitRecord
    public var source: String
    public var wave: String
    public var text: String
    public var before: String
    public var after: String
    /// Those who speak in it, in order; empty in notes and documents.
    public var people: [Speaker]
    public var turns: [Int]
    public var recordedAt: String?
    /// From the start of the recording.
    public var milliseconds: Range<Int>?
    public var cases: [String]
    /// Those that were asked for.
    public var codes: [Code]
    public var coder: String
}

extension CodingStore {
    /// The meaning units that fit, by source and place.
    /// - Throws: ``StoreError`` for codes, themes, sources, cases, coders or traits that are not there.
    public func retrieve(_ query: RetrievalQuery) throws -> [CodedExtract] {
        try readDetails()
        return try translating { try pool.read { try Self.retrieve(query, $0) } }
    }

    private static func retrieve(_ query: RetrievalQuery, _ db: Database) throws -> [CodedExtract] {
        let all = try codes(db), paths = paths(of: all), scope = try ResolvedScope(query.scope, db)
        var wanted: Set<Int64> = [], wantedUnits: Set<String> = []
        for path in query.codes { wanted.formUnion(ids(of: try code(path, among: all), among: all, withSubcodes: query.withSubcodes)) }
        if !query.themes.isEmpty { (wanted, wantedUnits) = try members(ofThemes: query.themes, all, query, wanted, db) }
        let isOpen = query.codes.isEmpty && query.themes.isEmpty
        let coders = try coderIds(query.coders, db), coderNames = try names(ofCoders: db)
        let caseNames = Dictionary(uniqueKeysWithValues: try CaseRecord.fetchAll(db).map { ($0.id ?? 0, $0.name) })
        let belonging = Dictionary(grouping: try CaseSourceRecord.order(Column("id")).fetchAll(db), by: \.sourceId)
        let guids = Dictionary(uniqueKeysWithValues: all.map { ($0.id ?? 0, $0.guid) })
        var out: [CodedExtract] = []
        for version in scope.versions {
            // Units whose words are gone stand on older versions of the same source.
            let units = try UnitRecord.fetchAll(
                db, sql: "SELECT unit.* FROM unit JOIN source_version AS v ON v.id = unit.versionId WHERE v.sourceId = ? ORDER BY unit.start, unit.\"end\", unit.id",
                arguments: [version.source.id])
            guard !units.isEmpty else { continue }
            let codings = Dictionary(
                grouping: try CodingRecord.fetchAll(
                    db,
                    sql: """
                        SELECT coding.* FROM coding JOIN unit ON unit.id = coding.unitId JOIN source_version AS v ON v.id = unit.versionId
                        WHERE v.sourceId = ? ORDER BY coding.id
                        """, arguments: [version.source.id]), by: \.unitId)
            var pages: [Int64: Page] = [:]
            for unit in units {
                let here = codings[unit.id ?? 0] ?? []
                let fitting = here.filter { coding in
                    (coders.isEmpty || coders.contains(coding.coderId)) && (query.rounds.isEmpty || query.rounds.contains(coding.round))
                        && (isOpen || wanted.contains(coding.codeId) || wantedUnits.contains(unit.guid))
                }
                let isBare = isOpen && query.withUncoded && here.isEmpty && (coders.isEmpty || coders.contains(unit.coderId))
                    && (query.rounds.isEmpty || query.rounds.contains(unit.round))
                let isGathered = here.isEmpty && wantedUnits.contains(unit.guid)
                guard !fitting.isEmpty || isBare || isGathered else { continue }
                let page = try pages[unit.versionId] ?? Page(unit.versionId, db)
                pages[unit.versionId] = page
                let turns = page.text.turns(in: unit.start..<unit.end).filter { $0.body < unit.end && $0.end > unit.start }
                let speakers = turns.map(\.speaker).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                guard !query.scope.isOfSpeakers || speakers.contains(where: { scope.allows($0, in: version) }) || turns.isEmpty else { continue }
                let cases = (belonging[version.source.id ?? 0] ?? []).filter { $0.speaker.isEmpty || speakers.contains($0.speaker) }
                    .compactMap { caseNames[$0.caseId] }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                let around = page.context(of: unit.start..<unit.end, words: query.context)
                out.append(
                    CodedExtract(
                        unit: unit, source: version.source.item, wave: version.source.wave, text: page.points[unit.start..<unit.end], before: around.before,
                        after: around.after, people: speakers.filter { !$0.isEmpty }.map { name in page.speakers.first { $0.label == name } ?? Speaker(id: name, label: name) },
                        turns: turns.map(\.number), recordedAt: version.recordedAt, milliseconds: page.text.milliseconds(of: unit.start..<unit.end), cases: cases,
                        codes: fitting.map { .init(path: paths[$0.codeId] ?? "", guid: guids[$0.codeId] ?? "", coder: coderNames[$0.coderId] ?? "", round: $0.round) }
                            .sorted { ($0.path, $0.coder, $0.round) < ($1.path, $1.coder, $1.round) }, coder: coderNames[unit.coderId] ?? ""))
            }
        }
        return out
    }

    static func names(ofCoders db: Database) throws -> [Int64: String] {
        Dictionary(uniqueKeysWithValues: try CoderRecord.fetchAll(db).map { ($0.id ?? 0, $0.name) })
    }

    /// Codes and units gathered under themes; with codes asked for as well, those that are both.
    private static func members(
        ofThemes names: [String], _ all: [CodeRecord], _ query: RetrievalQuery, _ codes: Set<Int64>, _ db: Database
    ) throws -> (codes: Set<Int64>, units: Set<String>) {
        let themes = try ThemeRecord.order(Column("id")).fetchAll(db)
        let children = Dictionary(grouping: themes, by: \.parentId)
        var stack: [Int64] = [], ids: Set<Int64> = []
        for name in names {
            let found = themes.filter { $0.guid == GUID.normalized(name) || SearchIndex.folded($0.name) == SearchIndex.folded(name) }
            guard !found.isEmpty else { throw StoreError.unknown(kind: "theme", name: name) }
            guard found.count == 1 else { throw StoreError.wrongValue("several themes are called '\(name)'; give the identifier") }
            stack += found.compactMap(\.id)
        }
        while let next = stack.popLast() {
            ids.insert(next)
            stack += (children[next] ?? []).compactMap(\.id)
        }
        let byGuid = Dictionary(uniqueKeysWithValues: all.map { ($0.guid, $0) })
        var gathered: Set<Int64> = [], units: Set<String> = []
        for member in try ThemeMemberRecord.order(Column("id")).fetchAll(db) where ids.contains(member.themeId) {
            switch member.kind {
            case .code: if let code = byGuid[member.member] { gathered.formUnion(self.ids(of: code, among: all, withSubcodes: query.withSubcodes)) }
            case .unit: units.insert(member.member)
            case .source, .memo: break
            }
        }
        return query.codes.isEmpty ? (gathered, units) : (gathered.intersection(codes), [])
    }
}

/// A version's text, opened once for all that is taken from it.
struct Page {
    let text: SourceText
    let points: CodePoints
    let speakers: [Speaker]

    init(_ version: Int64, _ db: Database) throws {
        text = try CodingStore.text(ofVersion: version, db)
        points = CodePoints(text.text)
        speakers = try CodingStore.speakers(ofVersion: version, db)
    }

    /// So many words before and after a stretch, with the marks between.
    func context(of range: Range<Int>, words count: Int) -> (before: String, after: String) {
        guard count > 0 else { return ("", "") }
        let inside = text.words(in: range)
        let first = max(0, inside.lowerBound - count), last = min(text.words.count, inside.upperBound + count)
        let from = inside.lowerBound > first ? text.words[first].start : range.lowerBound
        var to = last > inside.upperBound ? text.words[last - 1].end : range.upperBound
        // What ends the last word's sentence belongs to it.
        while to < points.count, [".", "?", "!", "…", ","].contains(points[to..<to + 1]) { to += 1 }
        return (
            from < range.lowerBound ? points[from..<range.lowerBound] : "", to > range.upperBound ? points[range.upperBound..<to] : ""
        )
    }
}
