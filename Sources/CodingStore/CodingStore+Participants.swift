import Foundation
import GRDB

/// A participant as the study's own file describes one.
public struct Participation: Sendable, Hashable {
    /// The case's name.
    public var code: String
    public var kind: String
    public var traits: [String: String]
    /// The label that the participant's turns have; empty for the whole source.
    public var speaker: String

    public init(code: String, kind: String = "participant", traits: [String: String], speaker: String) {
        self.code = code
        self.kind = kind
        self.traits = traits
        self.speaker = speaker
    }
}

extension CodingStore {
    /// Makes a study's participants cases, says what belongs to them and what traits they have, and in which wave a source was collected.
    ///
    /// What somebody has changed or removed by hand stays as that person left it; what this function wrote itself is kept in step.
    /// - Parameter sourceTraits: traits of the source itself, such as its date.
    /// - Returns: whether anything was written.
    @discardableResult
    public func follow(
        _ participants: [Participation], of item: String, wave: String = "", sourceTraits: [String: String] = [:], who: String = "ordrett"
    ) throws -> Bool {
        let isDue = try translating { try pool.read { try !Follower(participants, item, wave, sourceTraits, who, $0).steps().isEmpty } }
        guard isDue else { return false }
        return try operate("study.follow", who: who) { journal in
            // Once more: another program may have written meanwhile.
            let steps = try Follower(participants, item, wave, sourceTraits, who, journal.db).steps()
            for step in steps { try Self.take(step, journal) }
            return !steps.isEmpty
        }
    }

    fileprivate enum FollowStep {
        case study(CaseRecord)
        case link(case: String, source: Int64, speaker: String)
        /// Of a case by its name, else of a source.
        case trait(name: String, case: String?, source: Int64?, value: String)
        case wave(source: SourceRecord, wave: String)
    }

    private static func take(_ step: FollowStep, _ journal: Journal) throws {
        let db = journal.db
        func id(_ name: String) throws -> Int64? { try CaseRecord.filter(Column("name") == name).fetchOne(db)?.id }
        switch step {
        case .study(let record): _ = try journal.inserted(record)
        case .link(let name, let source, let speaker):
            guard let found = try id(name) else { return }
            _ = try journal.inserted(CaseSourceRecord(caseId: found, sourceId: source, speaker: speaker))
        case .trait(let name, let owner, let source, let value):
            let found = try owner.flatMap(id)
            guard found != nil || source != nil else { return }
            var attribute = try AttributeRecord.filter(Column("name") == name).fetchOne(db)
                ?? journal.inserted(AttributeRecord(guid: GUID.named("attribute " + name), name: checkedName(name), kind: kind(of: value)))
            if canonical(value, attribute.kind) == nil {
                // What began as numbers and is not: text holds both.
                let old = attribute
                attribute.kind = .text
                try journal.update(old, attribute)
            }
            let typed = canonical(value, attribute.kind) ?? value
            let there = Column("attributeId") == attribute.id && Column("caseId") == found && Column("sourceId") == source && Column("wave") == ""
            if let old = try AttributeValueRecord.filter(there).fetchOne(db) {
                var new = old
                new.value = typed
                try journal.update(old, new)
            } else {
                _ = try journal.inserted(AttributeValueRecord(attributeId: attribute.id ?? 0, caseId: found, sourceId: source, wave: "", value: typed))
            }
        case .wave(let old, let wave):
            var new = old
            new.wave = wave
            try journal.update(old, new)
        }
    }

    /// What is to be done, by what is there and what hands have touched.
    private struct Follower {
        let participants: [Participation]
        let item: String
        let wave: String
        let sourceTraits: [String: String]
        let who: String
        let db: Database

        init(_ participants: [Participation], _ item: String, _ wave: String, _ sourceTraits: [String: String], _ who: String, _ db: Database) {
            (self.participants, self.item, self.wave, self.sourceTraits, self.who, self.db) = (participants, item, wave, sourceTraits, who, db)
        }

        func steps() throws -> [FollowStep] {
            guard let source = try SourceRecord.filter(Column("item") == item).fetchOne(db), let sourceId = source.id else { return [] }
            var out: [FollowStep] = []
            if source.wave != wave, !wave.isEmpty, try !isTouched("source \(sourceId)", column: "wave") { out.append(.wave(source: source, wave: wave)) }
            for participant in participants {
                let guid = GUID.named("case " + participant.code)
                let found = try CaseRecord.filter(Column("name") == participant.code || Column("guid") == guid).fetchOne(db)
                if found == nil {
                    // Dropped by hand: it stays away.
                    if try wasRemoved("case", ["guid": guid]) { continue }
                    out.append(.study(CaseRecord(guid: guid, name: participant.code, kind: participant.kind)))
                }
                let name = found?.name ?? participant.code
                let isThere = try found.map { try CaseSourceRecord.filter(Column("caseId") == $0.id && Column("sourceId") == sourceId).fetchCount(db) > 0 } ?? false
                let wasUnassigned = try found.map { try wasRemoved("case_source", ["caseId": "\($0.id ?? 0)", "sourceId": "\(sourceId)"]) } ?? false
                if !isThere, !wasUnassigned { out.append(.link(case: name, source: sourceId, speaker: participant.speaker)) }
                for (trait, value) in participant.traits.sorted(by: { $0.key < $1.key }) {
                    let isNew = found == nil
                    if try isNew || isDue(trait, value, "caseId", found?.id) { out.append(.trait(name: trait, case: name, source: nil, value: value)) }
                }
            }
            for (trait, value) in sourceTraits.sorted(by: { $0.key < $1.key }) where try isDue(trait, value, "sourceId", sourceId) {
                out.append(.trait(name: trait, case: nil, source: sourceId, value: value))
            }
            return out
        }

        /// Whether a value is another than the store has, and nobody has had a hand in it.
        private func isDue(_ trait: String, _ value: String, _ column: String, _ owner: Int64?) throws -> Bool {
            guard !value.isEmpty else { return false }
            guard let attribute = try AttributeRecord.filter(Column("name") == trait).fetchOne(db) else { return true }
            let typed = CodingStore.canonical(value, attribute.kind)
            // The type that somebody chose stays.
            if typed == nil, try isTouched("attribute \(attribute.id ?? 0)") { return false }
            let there = Column("attributeId") == attribute.id && Column(column) == owner && Column("wave") == ""
            if let old = try AttributeValueRecord.filter(there).fetchOne(db) {
                return try old.value != (typed ?? value) && !isTouched("attribute_value \(old.id ?? 0)")
            }
            return try !wasRemoved("attribute_value", ["attributeId": "\(attribute.id ?? 0)", column: "\(owner ?? 0)"])
        }

        /// Whether somebody else has written a row, or one column of it.
        private func isTouched(_ target: String, column: String? = nil) throws -> Bool {
            let lines = try HistoryRecord.filter(Column("target") == target && Column("who") != who).fetchAll(db)
            guard let column else { return !lines.isEmpty }
            return lines.contains { $0.old != nil && ($0.new ?? "").contains("\"\(column)\":") }
        }

        /// Whether somebody else has removed a row with these values.
        private func wasRemoved(_ table: String, _ values: [String: String]) throws -> Bool {
            let conditions = values.keys.sorted().map { "CAST(json_extract(old, '$.\($0)') AS TEXT) = ?" }.joined(separator: " AND ")
            return try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM history WHERE target LIKE '\(table) %' AND who <> ? AND new IS NULL AND json_valid(old) AND \(conditions))",
                arguments: StatementArguments([who] + values.keys.sorted().map { values[$0] ?? "" })) ?? false
        }
    }
}
