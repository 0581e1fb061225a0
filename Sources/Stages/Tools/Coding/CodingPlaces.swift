import CodingStore
import Foundation
import Pipeline

/// Where a command puts or takes a code, as somebody wrote it.
public struct CodingPlaces: Sendable {
    public var sources: [String] = []
    /// Words that stand together; exact: letter by letter.
    public var phrase: String?
    public var isExact = false
    /// The n-th of the phrase's places, from 1; nil for the only one.
    public var nth: Int?
    public var takesAll = false
    /// `mm:ss-mm:ss`.
    public var time: String?
    /// `12-30`, ids of words; `7-9`, numbers of turns; `120-340`, code points, end exclusive.
    public var words: String?
    public var turns: String?
    public var characters: String?
    public var search: SearchQuery?
    public var extent = Extent.match

    public init() {}

    /// One place that something is to be done with.
    public struct Row: Codable, Sendable, Hashable {
        public var source: String
        /// Code points of the newest version's text, end exclusive.
        public var start: Int
        public var end: Int
        public var turn: Int
        public var speaker: String
        /// From the start of the recording.
        public var seconds: Double?
        public var text: String
        public var range: Range<Int> { start..<end }
    }

    /// - Throws: ``RequestFault`` for places that are written wrong, for more or fewer kinds of place than one, and for a phrase that
    ///   stands in several places when it is not said which; ``StoreError`` for what is not there.
    public func find(in store: CodingStore) throws -> [Row] {
        let kinds = [phrase, time, words, turns, characters].compactMap { $0 }.count + (search == nil ? 0 : 1)
        guard kinds == 1 else {
            throw RequestFault("say where in one way: --text, --time, --words, --turn, --characters or --search")
        }
        var found: [FoundPlace]
        if let search {
            found = try store.places(of: search, extent: extent)
        } else if let phrase {
            found = try store.places(of: phrase, in: sources, exact: isExact, extent: extent)
            if found.isEmpty { throw StageFault("these words are not in \(named); without --exact case and marks do not count") }
            if let nth {
                guard found.indices.contains(nth - 1) else { throw RequestFault("there are only \(found.count) places with these words in \(named)") }
                found = [found[nth - 1]]
            } else if !takesAll, found.count > 1 {
                let shown = found.prefix(10).enumerated().map { index, place in
                    "  \(index + 1): \(place.source), turn \(place.turn)" + (place.milliseconds.map { ", " + Self.clock(Double($0.lowerBound) / 1000) } ?? "")
                }
                let more = found.count > 10 ? ["  …"] : []
                throw RequestFault(
                    (["these words stand in \(found.count) places of \(named); say which with --nth N, or --all:"] + shown + more).joined(separator: "\n"))
            }
        } else {
            guard sources.count == 1 else { throw RequestFault("say in which source: --in P07") }
            found = [FoundPlace(source: sources[0], range: try range(store), turn: 0, speaker: "")]
        }
        return try Self.rows(found, store)
    }

    private var named: String { sources.isEmpty ? "the store's sources" : sources.joined(separator: ", ") }

    private func range(_ store: CodingStore) throws -> Range<Int> {
        let text = try store.text(of: sources[0]).text
        if let time { return try CodingStore.range(of: .milliseconds(Self.milliseconds(time)), in: text) }
        if let words {
            let ends = try Self.numbers(words, "--words")
            return try CodingStore.range(of: .words(ends.0, ends.1), in: text)
        }
        if let characters {
            let ends = try Self.numbers(characters, "--characters")
            guard ends.0 < ends.1 else { throw StoreError.wordsOutsideVersion }
            return try CodingStore.range(of: .characters(ends.0..<ends.1), in: text)
        }
        let ends = try Self.numbers(turns ?? "", "--turn")
        let first = try CodingStore.range(of: .turn(ends.0), in: text), last = try CodingStore.range(of: .turn(ends.1), in: text)
        guard first.lowerBound <= last.lowerBound else { throw RequestFault("--turn: the first number is the greater one") }
        return first.lowerBound..<last.upperBound
    }

    private static func rows(_ places: [FoundPlace], _ store: CodingStore) throws -> [Row] {
        var rows: [Row] = []
        for (source, own) in Dictionary(grouping: places, by: \.source).sorted(by: { $0.key < $1.key }) {
            let text = try store.text(of: source).text, points = CodePoints(text.text)
            for place in own {
                let turn = text.turns(in: place.range).first, time = text.milliseconds(of: place.range)
                rows.append(
                    Row(
                        source: source, start: place.range.lowerBound, end: place.range.upperBound, turn: turn?.number ?? 0, speaker: turn?.speaker ?? "",
                        seconds: time.map { Double($0.lowerBound) / 1000 } ?? turn?.time?.lowerBound, text: points[place.range]))
            }
        }
        return rows
    }

    // MARK: - reading what was written

    /// `mm:ss-mm:ss`, `hh:mm:ss-hh:mm:ss` or seconds, as milliseconds.
    public static func milliseconds(_ text: String) throws -> Range<Int> {
        let ends = text.replacing("–", with: "-").split(separator: "-").map { seconds($0.trimmingCharacters(in: .whitespaces)) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first < last else {
            throw RequestFault("'\(text)' is no stretch of time; write 1:05-1:12, 00:01:05-00:01:12 or 65-72")
        }
        return Int((first * 1000).rounded())..<Int((last * 1000).rounded())
    }

    static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0.replacing(",", with: ".")) }
        guard (1...3).contains(parts.count), parts.allSatisfy({ ($0 ?? -1) >= 0 && ($0 ?? .infinity) < 1e6 }) else { return nil }
        guard parts.dropFirst().allSatisfy({ ($0 ?? 60) < 60 }) else { return nil }
        return parts.reduce(0) { $0 * 60 + ($1 ?? 0) }
    }

    /// `12-30`, or `12` for itself.
    static func numbers(_ text: String, _ option: String) throws -> (Int, Int) {
        let parts = text.replacing("–", with: "-").split(separator: "-").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts.last ?? nil else {
            throw RequestFault("\(option): '\(text)' is no stretch; write two numbers, 12-30")
        }
        return (first, last)
    }

    public static func clock(_ seconds: Double) -> String {
        let total = Int(seconds), two = { (n: Int) in n < 10 ? "0\(n)" : "\(n)" }
        return total >= 3600 ? "\(total / 3600):\(two(total / 60 % 60)):\(two(total % 60))" : "\(two(total / 60)):\(two(total % 60))"
    }
}

/// What `code apply` and `code remove` do.
public enum CodingHands {
    /// More places than this are coded at once only after a copy of the store.
    public static let bulk = 20

    public struct Applied: Codable, Sendable {
        public var code: String
        public var places: [CodingPlaces.Row]
        /// Codings that were not there before.
        public var added: Int
        public var isTrial: Bool
        public var backup: String?
    }

    /// - Parameter isTrial: nothing is written.
    public static func apply(_ path: String, to places: CodingPlaces, desk: CodingDesk, round: Int?, isTrial: Bool) throws -> Applied {
        let code = try desk.store.code(path)
        guard code.isCodable else { throw RequestFault("'\(code.name)' is a heading that is not put on text; choose a code under it, or 'ordrett code define --codable yes'") }
        let rows = try places.find(in: desk.store), shown = try desk.store.paths()[code.id ?? 0] ?? code.name
        guard !isTrial, !rows.isEmpty else { return Applied(code: shown, places: rows, added: 0, isTrial: isTrial) }
        let who = try desk.who()
        let backup = rows.count > bulk ? try desk.store.backUpBeforeBulkChange().lastPathComponent : nil
        let before = Set(try desk.store.codings().map(\.guid))
        let made = try desk.store.apply(code, to: rows.map { ($0.source, .characters($0.range)) }, coder: who, round: round)
        return Applied(code: shown, places: rows, added: Set(made.map(\.guid)).subtracting(before).count, isTrial: false, backup: backup)
    }

    public struct Removed: Codable, Sendable {
        public var code: String
        public var codings: Int
        public var sources: [String]
        public var isTrial: Bool
        public var backup: String?
    }

    /// Takes a code off what overlaps the places, or off everything of the sources when no place is given.
    /// - Parameter ofAll: other coders' codings, too.
    public static func remove(_ path: String, from places: CodingPlaces?, sources: [String], desk: CodingDesk, ofAll: Bool, isTrial: Bool) throws -> Removed {
        let store = desk.store, code = try store.code(path), who = try desk.who()
        let shown = try store.paths()[code.id ?? 0] ?? code.name
        var wanted: [String: [Range<Int>]]?
        if let places { wanted = Dictionary(grouping: try places.find(in: store), by: \.source).mapValues { $0.map(\.range) } }
        var query = RetrievalQuery()
        query.codes = [code.guid]
        query.withSubcodes = false
        query.scope.sources = sources
        query.coders = ofAll ? [] : try store.coders().contains { $0.name == who } ? [who] : []
        guard ofAll || !query.coders.isEmpty else { return Removed(code: shown, codings: 0, sources: [], isTrial: isTrial) }
        let extracts = try store.retrieve(query).filter { extract in
            guard let wanted else { return true }
            return !extract.unit.isLost && (wanted[extract.source] ?? []).contains { $0.overlaps(extract.unit.start..<extract.unit.end) }
        }
        let units = Set(extracts.compactMap(\.unit.id)), coders = Dictionary(uniqueKeysWithValues: try store.coders().map { ($0.id ?? 0, $0.name) })
        let gone = try store.codings().filter { $0.codeId == code.id && units.contains($0.unitId) && (ofAll || coders[$0.coderId] == who) }
        var backup: String?
        if !isTrial, !gone.isEmpty {
            if gone.count > bulk { backup = try store.backUpBeforeBulkChange().lastPathComponent }
            try store.remove(gone, who: who)
        }
        return Removed(code: shown, codings: gone.count, sources: Set(extracts.map(\.source)).sorted(), isTrial: isTrial, backup: backup)
    }
}
