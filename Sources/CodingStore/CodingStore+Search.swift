import Foundation
import GRDB
import Transcript

/// What to look for, and where.
public struct SearchQuery: Sendable, Hashable {
    /// As ``SearchTerms`` reads it; empty for no words.
    public var text = ""
    public var scope = Scope()
    /// Codes' paths: all of them must be on the place, each by itself or by a code under it.
    public var codes: [String] = []
    public var withSubcodes = true
    /// Only what no code is on.
    public var isUncoded = false
    /// Whose codings, and of which rounds; empty for all.
    public var coders: [String] = []
    public var rounds: [Int] = []
    public var marks: [Mark.Kind] = []
    /// A finer kind of mark: `rhetorical`, `loud`.
    public var markLabel: String?
    /// Turns that are told of; the rest is counted.
    public var limit = 50

    public init(_ text: String = "") { self.text = text }

    var asksForCodings: Bool { !codes.isEmpty || isUncoded || !coders.isEmpty || !rounds.isEmpty }
}

/// One turn that holds what was looked for.
public struct SearchHit: Sendable, Hashable {
    public struct Match: Sendable, Hashable {
        /// Code points of the version's text.
        public var range: Range<Int>
        /// Milliseconds from the start of the recording; nil for what is not placed in the sound.
        public var milliseconds: Range<Int>?
    }

    public var source: String
    public var version: Int64
    public var turn: Int
    /// Empty in notes and documents.
    public var speaker: String
    /// Who it is, as far as the transcript says.
    public var person: Speaker?
    public var recordedAt: String?
    /// What was said: code points of the version's text, and the text.
    public var body: Range<Int>
    public var text: String
    /// Seconds; nil for talk not placed in the sound.
    public var start: Double?
    public var matches: [Match]
}

public struct SearchResult: Sendable, Hashable {
    public var hits: [SearchHit] = []
    /// Turns in all.
    public var count = 0
}

extension CodingStore {
    /// Looks through the newest version of every source, in the order of their names.
    /// - Throws: ``StoreError`` for codes, sources, cases, coders or traits that are not there, and for a text without letters.
    public func search(_ query: SearchQuery) throws -> SearchResult {
        let terms = SearchTerms(query.text)
        if terms.isEmpty, !query.text.trimmingCharacters(in: .whitespaces).isEmpty {
            throw StoreError.wrongValue(
                terms.without.isEmpty ? "there are no letters or digits to look for" : "say what is to be there, too: words after '-' only take away")
        }
        try readDetails()
        return try translating { try pool.read { try Search(query, terms, $0).run() } }
    }
}

/// One search under way.
private struct Search {
    let query: SearchQuery
    let terms: SearchTerms
    let db: Database
    let scope: ResolvedScope
    private let codeSets: [Set<Int64>]
    private let coders: Set<Int64>

    struct TurnRow { var number: Int, speaker: String, start: Double?, body: Range<Int>, text: String }

    init(_ query: SearchQuery, _ terms: SearchTerms, _ db: Database) throws {
        self.query = query
        self.terms = terms
        self.db = db
        scope = try ResolvedScope(query.scope, db)
        let all = query.codes.isEmpty ? [] : try CodingStore.codes(db)
        codeSets = try query.codes.map { try CodingStore.ids(of: CodingStore.code($0, among: all), among: all, withSubcodes: query.withSubcodes) }
        coders = try CodingStore.coderIds(query.coders, db)
    }

    func run() throws -> SearchResult {
        var result = SearchResult()
        let isWholeTurns = !query.asksForCodings && query.marks.isEmpty && !query.scope.isOfSpeakers
        // Without conditions on single turns the index counts, and only what is shown is read; at once where no older text is kept.
        let all = isWholeTurns && !terms.isEmpty ? try countOfAll() : nil
        for version in scope.versions {
            let room = query.limit - result.hits.count
            if all != nil, room <= 0 { break }
            if isWholeTurns, !terms.isEmpty {
                guard let ids = try bounds(version.id) else { continue }
                if all == nil {
                    let count = try count(version.id, ids)
                    result.count += count
                    guard count > 0 else { continue }
                }
                guard room > 0 else { continue }
                var hits: [SearchHit] = []
                for turn in try turns(version.id, ids, limit: room) { if let hit = hit(turn, version, matches(turn)) { hits.append(hit) } }
                result.hits += try timed(hits, version)
            } else {
                let found = try filtered(version)
                result.count += found.count
                if room > 0 { result.hits += try timed(Array(found.prefix(room)), version) }
            }
        }
        if let all { result.count = all }
        return result
    }

    // MARK: - turns

    /// Turns in the whole store that fit; nil when the store holds texts that are not searched.
    private func countOfAll() throws -> Int? {
        guard try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM source_version") == scope.versions.count else { return nil }
        return try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM turn_search WHERE turn_search MATCH ?", arguments: [terms.pattern])
    }

    /// First and last row of a version's turns; whether they lie together, as an import leaves them.
    private func bounds(_ version: Int64) throws -> (first: Int64, last: Int64, isDense: Bool)? {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT (SELECT MIN(id) FROM turn WHERE versionId = v.id) AS low, (SELECT MAX(id) FROM turn WHERE versionId = v.id) AS high, turnCount
                        FROM source_version AS v WHERE id = ?
                        """), arguments: [version]),
            let low: Int64 = row["low"], let high: Int64 = row["high"]
        else { return nil }
        return (low, high, high - low + 1 == row["turnCount"] as Int64)
    }

    private func count(_ version: Int64, _ ids: (first: Int64, last: Int64, isDense: Bool)) throws -> Int {
        let sql = ids.isDense
            ? "SELECT COUNT(*) FROM turn_search WHERE turn_search MATCH ? AND rowid BETWEEN ? AND ?"
            : "SELECT COUNT(*) FROM turn_search JOIN turn ON turn.id = turn_search.rowid WHERE turn_search MATCH ? AND turn_search.rowid BETWEEN ? AND ? AND versionId = \(version)"
        return try Int.fetchOne(db.cachedStatement(sql: sql), arguments: [terms.pattern, ids.first, ids.last]) ?? 0
    }

    private func turns(_ version: Int64, _ ids: (first: Int64, last: Int64, isDense: Bool), limit: Int?) throws -> [TurnRow] {
        let columns = "turn.number, turn.speaker, turn.start, turn.body, turn.last, turn.text"
        let rows: [Row]
        if terms.isEmpty {
            rows = try Row.fetchAll(db.cachedStatement(sql: "SELECT \(columns) FROM turn WHERE versionId = ? ORDER BY id"), arguments: [version])
        } else {
            rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(columns) FROM turn_search JOIN turn ON turn.id = turn_search.rowid
                        WHERE turn_search MATCH ? AND turn_search.rowid BETWEEN ? AND ? AND versionId = ? ORDER BY turn_search.rowid LIMIT ?
                        """), arguments: [terms.pattern, ids.first, ids.last, version, limit ?? -1])
        }
        return rows.map { row in
            let first: Int = row["body"], last: Int = row["last"]
            return TurnRow(number: row["number"], speaker: row["speaker"], start: row["start"], body: first..<max(first, last), text: row["text"])
        }
    }

    /// Where the words stand; the whole turn where the index found what cannot be placed (letters newer than it), or nothing is asked for.
    private func matches(_ turn: TurnRow) -> [Range<Int>] {
        guard !terms.isEmpty else { return turn.body.isEmpty ? [] : [turn.body] }
        let found = terms.places(in: turn.text) ?? []
        return found.isEmpty ? [turn.body] : found.map { $0.lowerBound + turn.body.lowerBound..<$0.upperBound + turn.body.lowerBound }
    }

    private func hit(_ turn: TurnRow, _ version: ResolvedScope.Version, _ matches: [Range<Int>]) -> SearchHit? {
        guard !matches.isEmpty else { return nil }
        return SearchHit(
            source: version.source.item, version: version.id, turn: turn.number, speaker: turn.speaker, recordedAt: version.recordedAt, body: turn.body,
            text: turn.text, start: turn.start, matches: matches.map { .init(range: $0) })
    }

    // MARK: - conditions on turns

    private func filtered(_ version: ResolvedScope.Version) throws -> [SearchHit] {
        guard let ids = try bounds(version.id) else { return [] }
        var coded: [[Range<Int>]] = []
        if query.asksForCodings, !query.isUncoded {
            for codes in codeSets.isEmpty ? [nil] : codeSets.map(Optional.some) {
                let ranges = try CodingStore.codedRanges(version.id, codes: codes, coders: coders, rounds: query.rounds, db)
                if ranges.isEmpty { return [] }
                coded.append(ranges)
            }
        }
        let taken = query.isUncoded ? try CodingStore.codedRanges(version.id, codes: nil, coders: coders, rounds: query.rounds, db) : []
        let marks = try marksByTurn(version.id)
        if !query.marks.isEmpty, marks.isEmpty { return [] }
        var allowed: [String: Bool] = [:]
        var hits: [SearchHit] = []
        for turn in try turns(version.id, ids, limit: nil) {
            if query.scope.isOfSpeakers {
                let isAllowed = allowed[turn.speaker] ?? scope.allows(turn.speaker, in: version)
                allowed[turn.speaker] = isAllowed
                guard isAllowed else { continue }
            }
            var places: [Range<Int>]
            if query.marks.isEmpty {
                places = matches(turn)
            } else {
                guard let here = marks[turn.number] else { continue }
                places = terms.isEmpty ? here : SearchTerms.united(matches(turn) + here)
            }
            for ranges in coded {
                // Where nothing else is asked for, the coded stretch is what was looked for.
                places = places.flatMap { place in
                    let over = CodingStore.overlapping(ranges, place)
                    if over.isEmpty { return [Range<Int>]() }
                    return terms.isEmpty && query.marks.isEmpty ? over.map { $0.clamped(to: place) } : [place]
                }
            }
            if query.isUncoded { places = places.filter { CodingStore.overlapping(taken, $0).isEmpty } }
            if let hit = hit(turn, version, SearchTerms.united(places)) { hits.append(hit) }
        }
        return hits
    }

    private func marksByTurn(_ version: Int64) throws -> [Int: [Range<Int>]] {
        guard !query.marks.isEmpty else { return [:] }
        let kinds = query.marks.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        var out: [Int: [Range<Int>]] = [:]
        for row in try Row.fetchAll(
            db, sql: "SELECT turn, start, \"end\" FROM version_mark WHERE versionId = ? AND kind IN (\(kinds)) AND (? IS NULL OR label = ?) ORDER BY start",
            arguments: [version, query.markLabel, query.markLabel])
        {
            out[row["turn"], default: []].append((row["start"] as Int)..<(row["end"] as Int))
        }
        return out
    }

    /// With the times of the matches, and who speaks.
    private func timed(_ hits: [SearchHit], _ version: ResolvedScope.Version) throws -> [SearchHit] {
        guard !hits.isEmpty else { return [] }
        let words = PackedWords(try Data.fetchOne(db.cachedStatement(sql: "SELECT words FROM source_version WHERE id = ?"), arguments: [version.id]) ?? Data())
        let speakers = try CodingStore.speakers(ofVersion: version.id, db)
        return hits.map { hit in
            var hit = hit
            hit.person = speakers.first { $0.label == hit.speaker }
            for index in hit.matches.indices { hit.matches[index].milliseconds = words.milliseconds(of: hit.matches[index].range) }
            return hit
        }
    }
}

/// ``SourceText``'s words as they are stored: asked for single places without being unpacked.
struct PackedWords {
    private let data: Data
    private let count: Int

    init(_ data: Data) {
        self.data = data
        count = data.count / 20
    }

    private func value(_ word: Int, _ field: Int) -> Int {
        data.withUnsafeBytes { Int(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: word * 20 + field * 4, as: Int32.self))) }
    }

    /// As ``SourceText/milliseconds(of:)``.
    func milliseconds(of range: Range<Int>) -> Range<Int>? {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if value(middle, 2) > range.lowerBound { high = middle } else { low = middle + 1 }
        }
        var first: Int?, last: Int?
        while low < count, value(low, 1) < range.upperBound {
            let start = value(low, 3)
            if start >= 0 {
                first = min(first ?? start, start)
                last = max(last ?? start, max(start, value(low, 4)))
            }
            low += 1
        }
        guard let first, let last else { return nil }
        return first..<last
    }
}
