/// How many share what is known of each: equivalence classes over quasi-identifiers.
///
/// A table is k-anonymous when every combination of its quasi-identifiers is shared by at least k records (Sweeney, «k-anonymity: a model
/// for protecting privacy», 2002). A minimal unique is a smallest combination that points at one record alone (Elliot et al., «SUDA», 2005).
/// Both speak of the study only: they say who can be told from whom in it, and nothing of how many outside it have the same traits.
public struct KAnonymity: Sendable {
    /// Nothing should be linkable to a group of five or fewer.
    public static let wanted = 6
    /// Combinations of more attributes than this are not looked at one by one: the whole is, in any case.
    public static let widest = 4

    public struct Record: Sendable, Hashable {
        public var id: String
        /// By name; a missing one is a value of its own, "not said".
        public var values: [String: String]

        public init(id: String, values: [String: String]) {
            self.id = id
            self.values = values
        }
    }

    public struct Class: Codable, Sendable, Hashable {
        public var values: [String: String]
        public var members: [String]

        public init(values: [String: String], members: [String]) {
            self.values = values
            self.members = members
        }

        public var size: Int { members.count }
    }

    public struct Combination: Codable, Sendable, Hashable {
        public var attributes: [String]
        /// Size of its smallest class.
        public var k: Int
        /// Records that are alone.
        public var unique: Int
        /// Records in classes below ``KAnonymity/wanted``.
        public var exposed: Int
    }

    public struct MinimalUnique: Codable, Sendable, Hashable {
        public var id: String
        public var attributes: [String]
    }

    public let records: [Record]
    /// Names of all attributes, sorted.
    public let attributes: [String]

    public init(_ records: [Record]) {
        self.records = records
        attributes = Set(records.flatMap(\.values.keys)).sorted()
    }

    /// Classes over some attributes, the smallest first.
    public func classes(over names: [String]) -> [Class] {
        let groups = Dictionary(grouping: records) { record in names.map { record.values[$0] ?? "" } }
        return groups.map { values, members in
            Class(
                values: Dictionary(zip(names, values).filter { !$0.1.isEmpty }, uniquingKeysWith: { a, _ in a }), members: members.map(\.id).sorted())
        }.sorted { ($0.size, $0.members.first ?? "") < ($1.size, $1.members.first ?? "") }
    }

    /// The size of the smallest class over all attributes; nil without records.
    public var k: Int? { classes(over: attributes).first?.size }

    /// Every combination of up to ``widest`` attributes, and all of them together; those that expose most first, small ones before large.
    public func combinations() -> [Combination] {
        var out = subsets().map(combination)
        if attributes.count > Self.widest { out.append(combination(attributes)) }
        return out.sorted { ($1.unique, $1.exposed, $0.attributes.count, $0.attributes.joined()) < ($0.unique, $0.exposed, $1.attributes.count, $1.attributes.joined()) }
    }

    private func combination(_ names: [String]) -> Combination {
        let sizes = classes(over: names).map(\.size)
        return Combination(
            attributes: names, k: sizes.min() ?? 0, unique: sizes.count { $0 == 1 }, exposed: sizes.filter { $0 < Self.wanted }.reduce(0, +))
    }

    /// For each record that something tells from all others, the smallest combinations that do.
    public func minimalUniques() -> [MinimalUnique] {
        var found: [String: [[String]]] = [:]
        for names in subsets() {
            for one in classes(over: names) where one.size == 1 {
                let id = one.members[0]
                if found[id, default: []].contains(where: { Set($0).isSubset(of: names) }) { continue }
                found[id, default: []].append(names)
            }
        }
        return found.keys.sorted().flatMap { id in (found[id] ?? []).map { MinimalUnique(id: id, attributes: $0) } }
    }

    /// Combinations of 1 … ``widest`` attributes, the smaller first.
    private func subsets() -> [[String]] {
        var all: [[String]] = [[]]
        for name in attributes { all += all.filter { $0.count < Self.widest }.map { $0 + [name] } }
        return all.filter { !$0.isEmpty }.sorted { ($0.count, $0.joined(separator: "\u{1}")) < ($1.count, $1.joined(separator: "\u{1}")) }
    }
}
