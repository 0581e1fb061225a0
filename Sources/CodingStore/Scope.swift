import Foundation
import GRDB

/// A condition on a trait: `stilling = leder`, `innbyggere >= 5000`.
public struct TraitCondition: Sendable, Hashable {
    public enum Comparison: String, Sendable, CaseIterable { case equal = "=", unequal = "!=", atMost = "<=", atLeast = ">=", less = "<", more = ">", holds = "~" }
    public var name: String
    public var comparison: Comparison
    public var value: String

    public init(_ name: String, _ comparison: Comparison, _ value: String) {
        self.name = name
        self.comparison = comparison
        self.value = value
    }

    /// - Throws: ``StoreError/wrongValue(_:)`` for what is no condition.
    public init(_ text: String) throws {
        for comparison in [Comparison.unequal, .atMost, .atLeast, .equal, .less, .more, .holds] {
            guard let place = text.range(of: comparison.rawValue) else { continue }
            let name = text[..<place.lowerBound].trimmingCharacters(in: .whitespaces)
            if !name.isEmpty {
                self.init(name, comparison, text[place.upperBound...].trimmingCharacters(in: .whitespaces))
                return
            }
        }
        throw StoreError.wrongValue("a trait is asked for as name=value; !=, <, <=, >, >= and ~ (holds) may stand for =")
    }

    func isMet(by value: String, _ kind: AttributeRecord.Kind) -> Bool {
        let wanted = CodingStore.canonical(self.value, kind) ?? self.value
        if comparison == .holds { return SearchIndex.folded(value).contains(SearchIndex.folded(self.value)) }
        let order: ComparisonResult
        if kind == .integer || kind == .float, let a = Double(value), let b = Double(wanted) {
            order = a < b ? .orderedAscending : a > b ? .orderedDescending : .orderedSame
        } else {
            let (a, b) = (SearchIndex.folded(value), SearchIndex.folded(wanted))
            order = a < b ? .orderedAscending : a > b ? .orderedDescending : .orderedSame
        }
        switch comparison {
        case .equal: return order == .orderedSame
        case .unequal: return order != .orderedSame
        case .less: return order == .orderedAscending
        case .more: return order == .orderedDescending
        case .atMost: return order != .orderedDescending
        case .atLeast: return order != .orderedAscending
        case .holds: return false
        }
    }
}

/// Which talk a question is about. What is empty does not narrow; several values of one kind are alternatives, conditions on traits must
/// all be met.
public struct Scope: Sendable, Hashable {
    public var sources: [String] = []
    /// Labels as the transcript shows them, or participants' codes.
    public var speakers: [String] = []
    public var cases: [String] = []
    public var waves: [String] = []
    /// Of the case that the talk belongs to, or of the source.
    public var traits: [TraitCondition] = []
    /// First and last day of recording, both included: `2006`, `2006-12` or `2006-12-06`.
    public var from: String?
    public var until: String?

    public init() {}

    var isOfSpeakers: Bool { !speakers.isEmpty || !cases.isEmpty || !traits.isEmpty }
    var needsDetails: Bool { from != nil || until != nil || !speakers.isEmpty }
}

/// A scope, held against what the store knows of its sources.
struct ResolvedScope {
    struct Version {
        var source: SourceRecord
        var id: Int64
        var recordedAt: String?
    }

    /// The newest version of every source that may be in it, by the sources' ids.
    let versions: [Version]
    private let scope: Scope
    private let links: [Int64: [CaseSourceRecord]]
    private let caseNames: [Int64: Set<String>]
    private let attributes: [Int64: AttributeRecord]
    private let valuesOfCases: [Int64: [AttributeValueRecord]]
    private let valuesOfSources: [Int64: [AttributeValueRecord]]
    private let codes: [Int64: [String: String]]
    private let wantedSpeakers: Set<String>

    /// - Throws: ``StoreError/unknown(kind:name:)`` for a source, case or trait that is not there.
    init(_ scope: Scope, _ db: Database) throws {
        self.scope = scope
        let fold = SearchIndex.folded
        wantedSpeakers = Set(scope.speakers.map(fold))
        let sources = try SourceRecord.order(Column("item")).fetchAll(db)
        let cases = try CaseRecord.order(Column("id")).fetchAll(db), traits = try AttributeRecord.order(Column("id")).fetchAll(db)
        for name in scope.sources where !sources.contains(where: { fold($0.item) == fold(name) || $0.guid == GUID.normalized(name) }) {
            throw StoreError.unknownSource(name)
        }
        for name in scope.cases where !cases.contains(where: { fold($0.name) == fold(name) || $0.guid == GUID.normalized(name) }) {
            throw StoreError.unknown(kind: "case", name: name)
        }
        for trait in scope.traits where !traits.contains(where: { fold($0.name) == fold(trait.name) }) {
            throw StoreError.unknown(kind: "attribute", name: trait.name)
        }
        if !scope.waves.isEmpty {
            let known = try Set(String.fetchAll(db, sql: "SELECT wave FROM source UNION SELECT wave FROM attribute_value").map(fold))
            for wave in scope.waves where !known.contains(fold(wave)) { throw StoreError.unknown(kind: "wave", name: wave) }
        }
        links = Dictionary(grouping: try CaseSourceRecord.order(Column("id")).fetchAll(db), by: \.sourceId)
        caseNames = Dictionary(uniqueKeysWithValues: cases.map { ($0.id ?? 0, [fold($0.name), $0.guid]) })
        attributes = Dictionary(uniqueKeysWithValues: traits.map { ($0.id ?? 0, $0) })
        let values = scope.traits.isEmpty ? [] : try AttributeValueRecord.order(Column("id")).fetchAll(db)
        valuesOfCases = Dictionary(grouping: values.filter { $0.caseId != nil }, by: { $0.caseId ?? 0 })
        valuesOfSources = Dictionary(grouping: values.filter { $0.sourceId != nil }, by: { $0.sourceId ?? 0 })
        let wantedItems = Set(scope.sources.map(fold)), wantedGuids = Set(scope.sources.compactMap(GUID.normalized)), wantedWaves = Set(scope.waves.map(fold))
        let newest = try Row.fetchAll(
            db,
            sql: """
                SELECT v.sourceId, v.id, d.recordedAt FROM source_version AS v LEFT JOIN version_detail AS d ON d.versionId = v.id
                WHERE v.number = (SELECT MAX(number) FROM source_version WHERE sourceId = v.sourceId)
                """)
        let versionOf = Dictionary(uniqueKeysWithValues: newest.map { ($0["sourceId"] as Int64, (id: $0["id"] as Int64, recordedAt: $0["recordedAt"] as String?)) })
        var found: [Version] = []
        for source in sources {
            guard let version = versionOf[source.id ?? 0] else { continue }
            guard wantedItems.isEmpty || wantedItems.contains(fold(source.item)) || wantedGuids.contains(source.guid) else { continue }
            guard wantedWaves.isEmpty || wantedWaves.contains(fold(source.wave)) else { continue }
            guard Self.isWithin(version.recordedAt, scope.from, scope.until) else { continue }
            found.append(Version(source: source, id: version.id, recordedAt: version.recordedAt))
        }
        var codes: [Int64: [String: String]] = [:]
        if !wantedSpeakers.isEmpty {
            for row in try Row.fetchAll(db, sql: "SELECT versionId, label, participant FROM version_speaker WHERE participant IS NOT NULL") {
                codes[row["versionId"], default: [:]][row["label"]] = fold(row["participant"])
            }
        }
        self.codes = codes
        // A source that no speaker's talk can be taken from does not have to be read.
        var kept: [Version] = []
        for version in found {
            if scope.isOfSpeakers, wantedSpeakers.isEmpty {
                let belongs = links[version.source.id ?? 0] ?? []
                guard Self.mayAllow(version, belongs, scope, caseNames, attributes, valuesOfCases, valuesOfSources) else { continue }
            }
            kept.append(version)
        }
        versions = kept
    }

    /// Both as far as the shorter of two dates says.
    static func isWithin(_ date: String?, _ from: String?, _ until: String?) -> Bool {
        guard from != nil || until != nil else { return true }
        guard let date, !date.isEmpty else { return false }
        if let from, date.prefix(from.count) < from.prefix(date.count) { return false }
        if let until, date.prefix(until.count) > until.prefix(date.count) { return false }
        return true
    }

    /// Whether one speaker's talk in a version belongs to the scope.
    func allows(_ speaker: String, in version: Version) -> Bool {
        guard scope.isOfSpeakers else { return true }
        if !wantedSpeakers.isEmpty {
            let label = SearchIndex.folded(speaker)
            guard wantedSpeakers.contains(label) || codes[version.id]?[speaker].map(wantedSpeakers.contains) == true else { return false }
        }
        let belongs = (links[version.source.id ?? 0] ?? []).filter { $0.speaker.isEmpty || $0.speaker == speaker }
        return Self.mayAllow(version, belongs, scope, caseNames, attributes, valuesOfCases, valuesOfSources)
    }

    private static func mayAllow(
        _ version: Version, _ belongs: [CaseSourceRecord], _ scope: Scope, _ names: [Int64: Set<String>], _ attributes: [Int64: AttributeRecord],
        _ ofCases: [Int64: [AttributeValueRecord]], _ ofSources: [Int64: [AttributeValueRecord]]
    ) -> Bool {
        let fold = SearchIndex.folded
        var cases = Set(belongs.map(\.caseId))
        if !scope.cases.isEmpty {
            let wanted = Set(scope.cases.map(fold) + scope.cases.compactMap(GUID.normalized))
            cases = cases.filter { !(names[$0] ?? []).isDisjoint(with: wanted) }
            if cases.isEmpty { return false }
        }
        func meets(_ condition: TraitCondition, _ values: [AttributeValueRecord]?) -> Bool {
            (values ?? []).contains { value in
                guard let attribute = attributes[value.attributeId], fold(attribute.name) == fold(condition.name) else { return false }
                // A value of another wave says nothing of this source.
                guard value.wave.isEmpty || version.source.wave.isEmpty || fold(value.wave) == fold(version.source.wave) else { return false }
                return condition.isMet(by: value.value, attribute.kind)
            }
        }
        func meetsAll(_ values: [[AttributeValueRecord]?]) -> Bool { scope.traits.allSatisfy { trait in values.contains { meets(trait, $0) } } }
        if scope.traits.isEmpty { return true }
        let own = ofSources[version.source.id ?? 0]
        return cases.isEmpty ? meetsAll([own]) : cases.contains { meetsAll([ofCases[$0], own]) }
    }
}
