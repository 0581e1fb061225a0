import Foundation
import GRDB

/// Where two codes are together.
public enum Togetherness: String, Sendable, CaseIterable {
    /// Stretches that share a character.
    case overlap
    /// The same meaning unit.
    case unit
    case turn
    case source
}

/// How often two codes are together.
public struct CodePair: Codable, Sendable, Hashable {
    public var first: String
    public var second: String
    /// Places where both are: pairs of stretches that overlap, units, turns or sources.
    public var together: Int
    /// Stretches, units, turns or sources with each.
    public var firstCount: Int
    public var secondCount: Int
    /// Jaccard's coefficient, together / (first + second - together), 0 … 1. Pairs of overlapping stretches may be more than
    /// the stretches: it is 1 at most.
    public var coefficient: Double
}

/// Figures of one code.
public struct CodeStatistics: Codable, Sendable, Hashable {
    public var path: String
    public var guid: String
    /// Meaning units, sources, coders with it; codings count each coder and round.
    public var units = 0, codings = 0, sources = 0, coders = 0
    /// Words under it, each once.
    public var words = 0
    /// Units with it or with a code under it.
    public var unitsWithSubcodes = 0
}

/// Figures of the whole store.
public struct StoreStatistics: Codable, Sendable, Hashable {
    public var sources = 0, cases = 0, turns = 0, words = 0, codes = 0, unusedCodes = 0, units = 0, codings = 0, lost = 0, condensed = 0, themes = 0, memos = 0
    /// Words under any code, each once.
    public var codedWords = 0
    public var coders: [String: Int] = [:]
    /// Codings by round.
    public var rounds: [String: Int] = [:]
    public var perCode: [CodeStatistics] = []
}

extension CodingStore {
    private struct Stretch {
        var code: Int64, unit: Int64, version: Int64, source: Int64, start: Int, end: Int
    }

    /// Every code on every unit once, in order of source and place.
    private static func stretches(_ scope: ResolvedScope?, coders: Set<Int64>, rounds: [Int], _ db: Database) throws -> [Stretch] {
        var conditions = ["1"]
        if let scope { conditions.append("v.sourceId IN (\(scope.versions.compactMap(\.source.id).map(String.init).joined(separator: ", ")))") }
        if !coders.isEmpty { conditions.append("coding.coderId IN (\(coders.sorted().map(String.init).joined(separator: ", ")))") }
        if !rounds.isEmpty { conditions.append("coding.round IN (\(rounds.map(String.init).joined(separator: ", ")))") }
        return try Row.fetchCursor(
            db,
            sql: """
                SELECT DISTINCT coding.codeId, unit.id AS unitId, unit.versionId, v.sourceId, unit.start, unit."end" FROM coding
                JOIN unit ON unit.id = coding.unitId JOIN source_version AS v ON v.id = unit.versionId
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY unit.versionId, unit.start, unit."end", unit.id, coding.codeId
                """
        ).collect().map {
            Stretch(code: $0["codeId"], unit: $0["unitId"], version: $0["versionId"], source: $0["sourceId"], start: $0["start"], end: $0["end"])
        }
    }

    /// Codes that are together, most often first.
    /// - Parameters:
    ///   - codes: paths; empty for all. With one, its pairs; with more, the pairs among them.
    ///   - withSubcodes: a code stands for those under it, too. Only where codes are named.
    public func cooccurrence(
        of codes: [String] = [], within: Togetherness = .overlap, withSubcodes: Bool = false, scope: Scope = Scope(), coders: [String] = [], rounds: [Int] = []
    ) throws -> [CodePair] {
        try readDetails()
        return try translating {
            try pool.read { db in
                let all = try Self.codes(db), paths = Self.paths(of: all)
                let named = try codes.map { try Self.code($0, among: all) }
                // What a coding's code counts as.
                var counts: [Int64: Set<Int64>] = [:]
                for code in all { counts[code.id ?? 0] = [code.id ?? 0] }
                if withSubcodes {
                    for code in named { for id in Self.ids(of: code, among: all, withSubcodes: true) { counts[id, default: []].insert(code.id ?? 0) } }
                }
                let coderIds = try Self.coderIds(coders, db)
                let rows = try Self.stretches(ResolvedScope(scope, db), coders: coderIds, rounds: rounds, db)
                var expanded: [Stretch] = []
                for row in rows {
                    for code in (counts[row.code] ?? []).sorted() {
                        var copy = row
                        copy.code = code
                        expanded.append(copy)
                    }
                }
                let (together, single) = try Self.tally(expanded, within, db)
                let wanted = Set(named.compactMap(\.id))
                var out: [CodePair] = []
                for (pair, count) in together {
                    switch wanted.count {
                    case 0: break
                    case 1: guard wanted.contains(pair.a) || wanted.contains(pair.b) else { continue }
                    default: guard wanted.contains(pair.a), wanted.contains(pair.b) else { continue }
                    }
                    let a = single[pair.a] ?? 0, b = single[pair.b] ?? 0
                    let path = (paths[pair.a] ?? "", paths[pair.b] ?? "")
                    let isTurned = wanted.count == 1 ? wanted.contains(pair.b) && !wanted.contains(pair.a) : path.1 < path.0
                    out.append(
                        CodePair(
                            first: isTurned ? path.1 : path.0, second: isTurned ? path.0 : path.1, together: count, firstCount: isTurned ? b : a,
                            secondCount: isTurned ? a : b, coefficient: min(1, Double(count) / Double(max(1, a + b - count)))))
                }
                return out.sorted { ($1.together, $0.first, $0.second) < ($0.together, $1.first, $1.second) }
            }
        }
    }

    struct IdPair: Hashable {
        var a: Int64, b: Int64
        init(_ x: Int64, _ y: Int64) { (a, b) = (min(x, y), max(x, y)) }
    }

    private static func tally(_ stretches: [Stretch], _ within: Togetherness, _ db: Database) throws -> (together: [IdPair: Int], single: [Int64: Int]) {
        var together: [IdPair: Int] = [:], single: [Int64: Int] = [:]
        if within == .overlap {
            // The same code on the same stretch is one, and those that are open when the next begins overlap it.
            struct Place: Hashable { var code: Int64, version: Int64, start: Int, end: Int }
            var open: [Place] = [], seen: Set<Place> = []
            for row in stretches {
                let place = Place(code: row.code, version: row.version, start: row.start, end: row.end)
                guard seen.insert(place).inserted else { continue }
                single[row.code, default: 0] += 1
                open.removeAll { $0.version != row.version || $0.end <= row.start }
                for other in open where other.code != row.code { together[IdPair(other.code, row.code), default: 0] += 1 }
                open.append(place)
            }
            return (together, single)
        }
        var groups: [Int64: Set<Int64>] = [:]
        switch within {
        case .unit: for row in stretches { groups[row.unit, default: []].insert(row.code) }
        case .source: for row in stretches { groups[row.source, default: []].insert(row.code) }
        case .turn, .overlap:
            var bounds: [Int64: [(id: Int64, from: Int, to: Int)]] = [:]
            for version in Set(stretches.map(\.version)).sorted() {
                bounds[version] = try Row.fetchAll(db, sql: "SELECT id, body, last FROM turn WHERE versionId = ? ORDER BY id", arguments: [version])
                    .map { (id: $0["id"], from: $0["body"], to: $0["last"]) }
            }
            for row in stretches {
                let turns = bounds[row.version] ?? []
                var low = 0, high = turns.count
                while low < high {
                    let middle = (low + high) / 2
                    if turns[middle].to > row.start { high = middle } else { low = middle + 1 }
                }
                for turn in turns[low...].prefix(while: { $0.from < row.end }) { groups[turn.id, default: []].insert(row.code) }
            }
        }
        for codes in groups.values {
            let sorted = codes.sorted()
            for (index, code) in sorted.enumerated() {
                single[code, default: 0] += 1
                for other in sorted[(index + 1)...] { together[IdPair(code, other), default: 0] += 1 }
            }
        }
        return (together, single)
    }

    /// Figures of the newest versions; units whose words are gone are counted apart.
    public func statistics(scope: Scope = Scope(), coders: [String] = [], rounds: [Int] = []) throws -> StoreStatistics {
        try readDetails()
        return try translating {
            try pool.read { db in
                let all = try Self.codes(db), paths = Self.paths(of: all), scope = try ResolvedScope(scope, db)
                let coderIds = try Self.coderIds(coders, db), names = try Self.names(ofCoders: db)
                let ids = scope.versions.map { String($0.id) }.joined(separator: ", "), sources = scope.versions.map { String($0.source.id ?? 0) }.joined(separator: ", ")
                func number(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
                var out = StoreStatistics()
                out.sources = scope.versions.count
                out.cases = try number("SELECT COUNT(*) FROM \"case\"")
                out.turns = try number("SELECT COALESCE(SUM(turnCount), 0) FROM source_version WHERE id IN (\(ids))")
                out.words = try number("SELECT COALESCE(SUM(wordCount), 0) FROM source_version WHERE id IN (\(ids))")
                out.codes = all.count
                out.themes = try number("SELECT COUNT(*) FROM theme")
                out.memos = try number("SELECT COUNT(*) FROM memo")
                out.units = try number("SELECT COUNT(*) FROM unit JOIN source_version AS v ON v.id = versionId WHERE v.sourceId IN (\(sources)) AND NOT isLost")
                out.lost = try number("SELECT COUNT(*) FROM unit JOIN source_version AS v ON v.id = versionId WHERE v.sourceId IN (\(sources)) AND isLost")
                out.condensed = try number(
                    "SELECT COUNT(*) FROM unit JOIN source_version AS v ON v.id = versionId WHERE v.sourceId IN (\(sources)) AND condensed <> ''")
                let codings = try CodingRecord.fetchAll(
                    db,
                    sql: """
                        SELECT coding.* FROM coding JOIN unit ON unit.id = unitId JOIN source_version AS v ON v.id = versionId
                        WHERE v.sourceId IN (\(sources)) ORDER BY coding.id
                        """
                ).filter { (coderIds.isEmpty || coderIds.contains($0.coderId)) && (rounds.isEmpty || rounds.contains($0.round)) }
                out.codings = codings.count
                for coding in codings {
                    out.coders[names[coding.coderId] ?? "", default: 0] += 1
                    out.rounds[String(coding.round), default: 0] += 1
                }
                let rows = try Self.stretches(scope, coders: coderIds, rounds: rounds, db)
                let words = try Self.wordCounts(rows, db)
                out.codedWords = words.all
                let byCode = Dictionary(grouping: rows, by: \.code), codingsByCode = Dictionary(grouping: codings, by: \.codeId)
                for code in all {
                    let id = code.id ?? 0, here = byCode[id] ?? [], own = codingsByCode[id] ?? []
                    let under = Self.ids(of: code, among: all, withSubcodes: true)
                    out.perCode.append(
                        CodeStatistics(
                            path: paths[id] ?? "", guid: code.guid, units: Set(here.map(\.unit)).count, codings: own.count, sources: Set(here.map(\.source)).count,
                            coders: Set(own.map(\.coderId)).count, words: words.perCode[id] ?? 0,
                            unitsWithSubcodes: under.count == 1 ? Set(here.map(\.unit)).count : Set(under.flatMap { byCode[$0] ?? [] }.map(\.unit)).count))
                }
                out.unusedCodes = out.perCode.count { $0.unitsWithSubcodes == 0 }
                return out
            }
        }
    }

    /// Words under each code and under any, each word once.
    private static func wordCounts(_ rows: [Stretch], _ db: Database) throws -> (perCode: [Int64: Int], all: Int) {
        var perCode: [Int64: Int] = [:], all = 0
        for (version, stretches) in Dictionary(grouping: rows, by: \.version).sorted(by: { $0.key < $1.key }) {
            guard let packed = try Data.fetchOne(db, sql: "SELECT words FROM source_version WHERE id = ?", arguments: [version]) else { continue }
            let words = SourceText(text: "", packedWords: packed, turns: [])
            func count(_ stretches: [Stretch]) -> Int {
                var sum = 0, reached = 0
                for stretch in stretches.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
                    let here = words.words(in: stretch.start..<stretch.end)
                    sum += max(0, here.upperBound - max(reached, here.lowerBound))
                    reached = max(reached, here.upperBound)
                }
                return sum
            }
            all += count(stretches)
            for (code, own) in Dictionary(grouping: stretches, by: \.code) { perCode[code, default: 0] += count(own) }
        }
        return (perCode, all)
    }
}

extension CodingStore {
    /// One source as lists show it.
    public struct SourceOverview: Sendable, Hashable {
        public var item: String
        public var kind: String
        public var wave: String
        /// Number of the newest version.
        public var version: Int
        public var turns: Int
        public var words: Int
        /// Meaning units on any kept version.
        public var units: Int
        /// `deidentified` or `anonymous`.
        public var status: String
    }

    /// Every source with its newest version's figures, by name.
    public func overview() throws -> [SourceOverview] {
        try translating {
            try pool.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT s.item, s.kind, s.wave, v.number, v.turnCount, v.wordCount, v.status,
                            (SELECT COUNT(*) FROM unit JOIN source_version AS w ON w.id = unit.versionId WHERE w.sourceId = s.id) AS units
                        FROM source AS s JOIN source_version AS v ON v.sourceId = s.id
                        WHERE v.number = (SELECT MAX(number) FROM source_version WHERE sourceId = s.id) ORDER BY s.item
                        """
                ).map {
                    SourceOverview(
                        item: $0["item"], kind: $0["kind"], wave: $0["wave"], version: $0["number"], turns: $0["turnCount"], words: $0["wordCount"], units: $0["units"],
                        status: $0["status"])
                }
            }
        }
    }
}
