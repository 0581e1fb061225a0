import Foundation
import GRDB

/// Meaning units and the codes on them.
extension CodingStore {
    /// Where in a source something is coded.
    public enum Place: Sendable, Hashable {
        /// Code points of the newest version's text, end exclusive.
        case characters(Range<Int>)
        /// `Word.id` of the first and the last word, both included.
        case words(Int, Int)
        /// Milliseconds from the start of the recording.
        case milliseconds(Range<Int>)
        /// One turn, without the speaker's label.
        case turn(Int)
    }

    /// Puts a code on a place of a source's newest version. The same place is one meaning unit, however many codes it gets; the same
    /// code by the same coder in the same round is there once.
    /// - Throws: ``StoreError/unknownSource(_:)``, ``StoreError/wordsOutsideVersion``, ``StoreError/noWords``.
    @discardableResult
    public func apply(_ code: CodeRecord, to place: Place, of item: String, coder: String, round: Int? = nil) throws -> CodingRecord {
        try operate("coding.add", who: coder) { journal in
            try Self.apply(code, to: [place], of: item, round: round, journal)[0]
        }
    }

    /// The same at several places, in one operation.
    @discardableResult
    public func apply(_ code: CodeRecord, to places: [(item: String, place: Place)], coder: String, round: Int? = nil) throws -> [CodingRecord] {
        try operate("coding.add", who: coder) { journal in
            var out: [CodingRecord] = []
            for (item, group) in Dictionary(grouping: places, by: \.item).sorted(by: { $0.key < $1.key }) {
                out += try Self.apply(code, to: group.map(\.place), of: item, round: round, journal)
            }
            return out
        }
    }

    /// Puts a code on the words `first ... last` (ids, both included) of a source's newest version.
    @discardableResult
    public func apply(
        _ code: CodeRecord, toWords first: Int, through last: Int, of item: String, coder: String, round: Int? = nil
    ) throws -> CodingRecord {
        try apply(code, to: .words(first, last), of: item, coder: coder, round: round)
    }

    private static func apply(_ code: CodeRecord, to places: [Place], of item: String, round: Int?, _ journal: Journal) throws -> [CodingRecord] {
        let db = journal.db
        guard let codeId = try current(code, db).id else { throw StoreError.unknownCode(code.name) }
        let (version, text) = try text(of: item, db), coder = try journal.coder()
        let round = try round ?? openRound(db)
        return try places.map { place in
            let unit = try unit(at: range(of: place, in: text), version: version, coder: coder, round: round, journal)
            let same = Column("unitId") == unit.id && Column("codeId") == codeId && Column("coderId") == coder && Column("round") == round
            if let there = try CodingRecord.filter(same).fetchOne(db) { return there }
            return try journal.inserted(
                CodingRecord(guid: GUID.random(), codeId: codeId, unitId: unit.id ?? 0, coderId: coder, round: round, createdAt: journal.now))
        }
    }

    /// The code points of a place in a text.
    /// - Throws: ``StoreError/wordsOutsideVersion``, ``StoreError/noWords``.
    public static func range(of place: Place, in text: SourceText) throws -> Range<Int> {
        switch place {
        case .characters(let range):
            guard range.lowerBound >= 0, !range.isEmpty, range.upperBound <= text.text.unicodeScalars.count else { throw StoreError.wordsOutsideVersion }
            return range
        case .words(let first, let last):
            let places = text.places
            guard let from = places[first], let to = places[last], from.lowerBound < to.upperBound else { throw StoreError.wordsOutsideVersion }
            return from.lowerBound..<to.upperBound
        case .milliseconds(let time):
            guard let range = text.range(ofMilliseconds: time) else { throw StoreError.noWords }
            return range
        case .turn(let number):
            guard let turn = text.turns.first(where: { $0.number == number }), turn.body < turn.end else { throw StoreError.noWords }
            return turn.body..<turn.end
        }
    }

    private static func unit(at range: Range<Int>, version: Int64, coder: Int64, round: Int, _ journal: Journal) throws -> UnitRecord {
        let there = Column("versionId") == version && Column("start") == range.lowerBound && Column("end") == range.upperBound
        if let unit = try UnitRecord.filter(there).fetchOne(journal.db) { return unit }
        return try journal.inserted(
            UnitRecord(
                guid: GUID.random(), versionId: version, start: range.lowerBound, end: range.upperBound, coderId: coder, round: round,
                createdAt: journal.now))
    }

    /// Marks a meaning unit before anybody knows what to call it. One that is there already is kept for its own sake from now on.
    @discardableResult
    public func markUnit(_ place: Place, of item: String, condensed: String = "", name: String = "", coder: String, round: Int? = nil) throws -> UnitRecord {
        try operate("unit.add", who: coder) { journal in
            let (version, text) = try Self.text(of: item, journal.db)
            let old = try Self.unit(
                at: Self.range(of: place, in: text), version: version, coder: journal.coder(), round: round ?? Self.openRound(journal.db), journal)
            var new = old
            new.isMarked = true
            if !condensed.isEmpty { new.condensed = condensed }
            if !name.isEmpty { new.name = name }
            try journal.update(old, new)
            return new
        }
    }

    /// Writes the condensed meaning unit, or the unit's name; nil leaves it.
    @discardableResult
    public func change(_ unit: UnitRecord, condensed: String? = nil, name: String? = nil, who: String) throws -> UnitRecord {
        try operate("unit.change", who: who) { journal in
            let old = try Self.current(unit, journal.db)
            var new = old
            if let condensed { new.condensed = condensed }
            if let name { new.name = name }
            try journal.update(old, new)
            return new
        }
    }

    /// Puts a unit on another place of its source's newest version: what re-anchoring could not do, or moved edges.
    @discardableResult
    public func move(_ unit: UnitRecord, to place: Place, who: String) throws -> UnitRecord {
        try operate("unit.move", who: who) { journal in
            let db = journal.db, old = try Self.current(unit, db)
            guard
                let item = try String.fetchOne(
                    db, sql: "SELECT item FROM source JOIN source_version ON sourceId = source.id WHERE source_version.id = ?", arguments: [old.versionId])
            else { throw StoreError.unknown(kind: "meaning unit", name: unit.guid) }
            let (version, text) = try Self.text(of: item, db), range = try Self.range(of: place, in: text)
            var new = old
            (new.versionId, new.start, new.end, new.isLost) = (version, range.lowerBound, range.upperBound, false)
            try journal.update(old, new)
            return new
        }
    }

    /// Takes codes off; a unit that had nothing but them goes with the last.
    public func remove(_ codings: [CodingRecord], who: String) throws {
        try operate("coding.remove", who: who) { journal in
            for coding in codings {
                guard let current = try CodingRecord.filter(Column("guid") == coding.guid).fetchOne(journal.db) else {
                    throw StoreError.unknown(kind: "coding", name: coding.guid)
                }
                try Self.remove(current, journal)
            }
        }
    }

    static func remove(_ coding: CodingRecord, _ journal: Journal) throws {
        let db = journal.db
        try forget(coding.guid, journal)
        try journal.delete(coding)
        guard let unit = try UnitRecord.fetchOne(db, key: coding.unitId), !unit.isMarked, unit.condensed.isEmpty, unit.name.isEmpty,
            try CodingRecord.filter(Column("unitId") == coding.unitId).fetchCount(db) == 0, try !isTalkedOf(unit.guid, db)
        else { return }
        try journal.delete(unit)
    }

    private static func isTalkedOf(_ guid: String, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM memo WHERE target = :guid) OR EXISTS (SELECT 1 FROM theme_member WHERE member = :guid)
                OR EXISTS (SELECT 1 FROM link WHERE origin = :guid OR target = :guid)
                """, arguments: ["guid": guid]) ?? false
    }

    /// Removes a meaning unit with all that is on it.
    public func drop(_ unit: UnitRecord, who: String) throws {
        try operate("unit.drop", who: who) { journal in
            let current = try Self.current(unit, journal.db)
            for coding in try CodingRecord.filter(Column("unitId") == current.id).order(Column("id")).fetchAll(journal.db) {
                try Self.forget(coding.guid, journal)
                try journal.delete(coding)
            }
            try Self.forget(current.guid, journal)
            try journal.delete(current)
        }
    }

    static func current(_ unit: UnitRecord, _ db: Database) throws -> UnitRecord {
        guard let found = try UnitRecord.filter(Column("guid") == unit.guid).fetchOne(db) else {
            throw StoreError.unknown(kind: "meaning unit", name: unit.guid)
        }
        return found
    }

    // MARK: - reading

    public func codings() throws -> [CodingRecord] {
        try translating { try pool.read { try CodingRecord.order(Column("id")).fetchAll($0) } }
    }

    public func units() throws -> [UnitRecord] {
        try translating { try pool.read { try UnitRecord.order(Column("id")).fetchAll($0) } }
    }

    /// Units whose words are gone from the newest version.
    public func lostUnits() throws -> [UnitRecord] {
        try translating { try pool.read { try UnitRecord.filter(Column("isLost")).order(Column("id")).fetchAll($0) } }
    }

    public func coders() throws -> [CoderRecord] {
        try translating { try pool.read { try CoderRecord.order(Column("name")).fetchAll($0) } }
    }

    // MARK: - rounds

    /// The number of the round that is open; 1 where rounds are not used.
    static func openRound(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT number FROM round WHERE finishedAt IS NULL ORDER BY number DESC LIMIT 1")
            ?? Int.fetchOne(db, sql: "SELECT MAX(number) FROM round") ?? 1
    }

    public func rounds() throws -> [RoundRecord] {
        try translating { try pool.read { try RoundRecord.order(Column("number")).fetchAll($0) } }
    }

    /// - Throws: ``StoreError/roundIsOpen(_:)``.
    @discardableResult
    public func startRound(_ name: String = "", who: String) throws -> RoundRecord {
        try operate("round.start", who: who) { journal in
            if let open = try RoundRecord.filter(Column("finishedAt") == nil).fetchOne(journal.db) { throw StoreError.roundIsOpen(open.number) }
            // What was coded before rounds were counted is round 1.
            let used = try Int.fetchOne(journal.db, sql: "SELECT MAX(MAX(COALESCE((SELECT MAX(round) FROM coding), 0)), COALESCE((SELECT MAX(number) FROM round), 0))") ?? 0
            let number = used + 1
            return try journal.inserted(RoundRecord(guid: GUID.named("round \(number)"), number: number, name: name, startedAt: journal.now))
        }
    }

    /// - Throws: ``StoreError/noOpenRound``.
    @discardableResult
    public func finishRound(who: String) throws -> RoundRecord {
        try operate("round.finish", who: who) { journal in
            guard let open = try RoundRecord.filter(Column("finishedAt") == nil).fetchOne(journal.db) else { throw StoreError.noOpenRound }
            var done = open
            done.finishedAt = journal.now
            try journal.update(open, done)
            return done
        }
    }
}
