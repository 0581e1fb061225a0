import Foundation
import GRDB

/// Cases, what belongs to them, and their traits.
extension CodingStore {
    @discardableResult
    public func addCase(_ name: String, kind: String = "participant", description: String = "", guid: String? = nil, who: String) throws -> CaseRecord {
        try operate("case.add", who: who) { journal in
            let name = try Self.checkedName(name)
            if try CaseRecord.filter(Column("name") == name).fetchCount(journal.db) > 0 { throw StoreError.alreadyThere(kind: "case", name: name) }
            return try journal.inserted(CaseRecord(guid: guid ?? GUID.named("case " + name), name: name, kind: kind, description: description))
        }
    }

    public func cases() throws -> [CaseRecord] {
        try translating { try pool.read { try CaseRecord.order(Column("name"), Column("id")).fetchAll($0) } }
    }

    public func caseSources() throws -> [CaseSourceRecord] {
        try translating { try pool.read { try CaseSourceRecord.order(Column("id")).fetchAll($0) } }
    }

    /// A case by its name or GUID.
    public func study(case name: String) throws -> CaseRecord {
        guard let found = try cases().first(where: { $0.name == name || $0.guid == GUID.normalized(name) }) else {
            throw StoreError.unknown(kind: "case", name: name)
        }
        return found
    }

    /// Says that a source, or one speaker's turns in it, belong to a case.
    public func assign(_ item: String, speaker: String = "", to found: CaseRecord, who: String) throws {
        try operate("case.assign", who: who) { journal in
            guard let source = try SourceRecord.filter(Column("item") == item).fetchOne(journal.db)?.id else { throw StoreError.unknownSource(item) }
            let there = Column("caseId") == found.id && Column("sourceId") == source && Column("speaker") == speaker
            guard try CaseSourceRecord.filter(there).fetchCount(journal.db) == 0 else { return }
            _ = try journal.inserted(CaseSourceRecord(caseId: found.id ?? 0, sourceId: source, speaker: speaker))
        }
    }

    public func unassign(_ item: String, speaker: String = "", from found: CaseRecord, who: String) throws {
        try operate("case.unassign", who: who) { journal in
            guard let source = try SourceRecord.filter(Column("item") == item).fetchOne(journal.db)?.id else { throw StoreError.unknownSource(item) }
            let there = Column("caseId") == found.id && Column("sourceId") == source && Column("speaker") == speaker
            for link in try CaseSourceRecord.filter(there).fetchAll(journal.db) { try journal.delete(link) }
        }
    }

    public func drop(_ found: CaseRecord, who: String) throws {
        try operate("case.drop", who: who) { journal in
            let db = journal.db
            for value in try AttributeValueRecord.filter(Column("caseId") == found.id).order(Column("id")).fetchAll(db) { try journal.delete(value) }
            for link in try CaseSourceRecord.filter(Column("caseId") == found.id).order(Column("id")).fetchAll(db) { try journal.delete(link) }
            try Self.forget(found.guid, journal)
            try journal.delete(found)
        }
    }

    // MARK: - traits

    public func attributes() throws -> [AttributeRecord] {
        try translating { try pool.read { try AttributeRecord.order(Column("name"), Column("id")).fetchAll($0) } }
    }

    public func attributeValues() throws -> [AttributeValueRecord] {
        try translating { try pool.read { try AttributeValueRecord.order(Column("id")).fetchAll($0) } }
    }

    @discardableResult
    public func addAttribute(
        _ name: String, kind: AttributeRecord.Kind = .text, description: String = "", guid: String? = nil, who: String
    ) throws -> AttributeRecord {
        try operate("attribute.add", who: who) { journal in
            let name = try Self.checkedName(name)
            if try AttributeRecord.filter(Column("name") == name).fetchCount(journal.db) > 0 { throw StoreError.alreadyThere(kind: "attribute", name: name) }
            return try journal.inserted(AttributeRecord(guid: guid ?? GUID.named("attribute " + name), name: name, kind: kind, description: description))
        }
    }

    /// What a value belongs to.
    public enum Bearer: Sendable, Hashable { case study(CaseRecord), source(String) }

    /// Gives a trait its value; an empty one takes it away. An attribute that is not there is made, of the type that the value looks like.
    /// - Throws: ``StoreError/wrongValue(_:)`` for a value that is not of the attribute's type.
    public func set(_ name: String, to value: String, of bearer: Bearer, wave: String = "", who: String) throws {
        try operate("attribute.set", who: who) { journal in
            let db = journal.db
            let attribute = try AttributeRecord.filter(Column("name") == name).fetchOne(db)
                ?? journal.inserted(AttributeRecord(guid: GUID.named("attribute " + name), name: Self.checkedName(name), kind: Self.kind(of: value)))
            var record = AttributeValueRecord(attributeId: attribute.id ?? 0, wave: wave, value: value)
            switch bearer {
            case .study(let found): record.caseId = found.id
            case .source(let item):
                guard let id = try SourceRecord.filter(Column("item") == item).fetchOne(db)?.id else { throw StoreError.unknownSource(item) }
                record.sourceId = id
            }
            let there = Column("attributeId") == attribute.id && Column("caseId") == record.caseId && Column("sourceId") == record.sourceId && Column("wave") == wave
            let old = try AttributeValueRecord.filter(there).fetchOne(db)
            if value.isEmpty {
                if let old { try journal.delete(old) }
                return
            }
            guard let typed = Self.canonical(value, attribute.kind) else {
                throw StoreError.wrongValue("the value of '\(name)' must be of type \(attribute.kind.rawValue)")
            }
            record.value = typed
            if let old {
                record.id = old.id
                try journal.update(old, record)
            } else {
                try journal.insert(&record)
            }
        }
    }

    /// The narrowest type that a value can have.
    static func kind(of value: String) -> AttributeRecord.Kind {
        for kind in [AttributeRecord.Kind.integer, .float, .date, .dateTime] where canonical(value, kind) != nil { return kind }
        return .text
    }

    /// A value in its type's own form; nil when it is not of the type. Norwegian decimal commas and dates (`06.12.2006`) are read.
    public static func canonical(_ value: String, _ kind: AttributeRecord.Kind) -> String? {
        let text = value.trimmingCharacters(in: .whitespaces)
        switch kind {
        case .text: return value
        case .boolean:
            return ["true", "1", "ja", "yes", "sann"].contains(text.lowercased()) ? "true"
                : ["false", "0", "nei", "no", "usann"].contains(text.lowercased()) ? "false" : nil
        case .integer: return Int(text.filter { $0 != "\u{A0}" && $0 != " " }).map(String.init)
        case .float:
            guard let number = Double(text.replacing(",", with: ".")), number.isFinite else { return nil }
            return number == number.rounded() && abs(number) < 1e15 ? String(format: "%.1f", number) : "\(number)"
        case .date:
            let parts = text.split(separator: "-", omittingEmptySubsequences: false), dots = text.split(separator: ".", omittingEmptySubsequences: false)
            if parts.count == 3, parts[0].count == 4 { return date(parts[0], parts[1], parts[2]) }
            if dots.count == 3, dots[2].count == 4 { return date(dots[2], dots[1], dots[0]) }
            return nil
        case .dateTime:
            guard let t = text.firstIndex(of: "T"), canonical(String(text[..<t]), .date) != nil else { return nil }
            let clock = text[text.index(after: t)...].prefix(8).split(separator: ":").compactMap { Int($0) }
            return clock.count >= 2 && clock[0] < 24 && clock[1] < 60 ? text : nil
        }
    }

    private static func date(_ year: Substring, _ month: Substring, _ day: Substring) -> String? {
        guard let y = Int(year), let m = Int(month), let d = Int(day), (1...12).contains(m), d >= 1 else { return nil }
        let isLeap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)
        guard d <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] else { return nil }
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return String(repeating: "0", count: max(0, 4 - "\(y)".count)) + "\(y)-\(two(m))-\(two(d))"
    }

    /// Says in which wave a source was collected.
    public func setWave(_ wave: String, of item: String, who: String) throws {
        try operate("source.wave", who: who) { journal in
            guard let old = try SourceRecord.filter(Column("item") == item).fetchOne(journal.db) else { throw StoreError.unknownSource(item) }
            var new = old
            new.wave = wave
            try journal.update(old, new)
        }
    }

    /// Says where a source's redacted sound lies, relative to the study, with its SHA-256: what exchange with other programs may point at.
    /// A source that is not there yet is left.
    /// - Returns: whether the store has the source.
    @discardableResult
    public func setMedia(_ path: String?, digest: String?, of item: String, who: String) throws -> Bool {
        try operate("source.media", who: who) { journal in
            guard let old = try SourceRecord.filter(Column("item") == item).fetchOne(journal.db) else { return false }
            var new = old
            new.media = path
            new.mediaDigest = path == nil ? nil : digest
            try journal.update(old, new)
            return true
        }
    }
}
