import CodingStore

/// Themes of all levels in the order of their tree, and which codes and units lie under them.
///
/// A code that nobody has put under a theme goes where the code above it goes.
struct ThemeTree {
    struct Node {
        var record: ThemeRecord
        var parent: Int?
        var depth: Int
    }

    /// A theme, then what is under it. Plain sets are not among them.
    let nodes: [Node]
    private let byCode: [[Int]]
    private let byUnit: [String: [Int]]

    init(_ study: CodedStudy) {
        var nodes: [Node] = []
        let themes = study.themes.filter { $0.level != .set }
        let there = Set(themes.compactMap(\.id))
        // What lay under a set stands at the top.
        let below = Dictionary(grouping: themes) { theme in theme.parentId.flatMap { there.contains($0) ? $0 : nil } }
        var waiting: [(record: ThemeRecord, parent: Int?)] = (below[nil] ?? []).reversed().map { ($0, nil) }
        while let (record, parent) = waiting.popLast() {
            nodes.append(Node(record: record, parent: parent, depth: parent.map { nodes[$0].depth + 1 } ?? 0))
            let index = nodes.count - 1
            waiting += (below[record.id] ?? []).reversed().map { ($0, index) }
        }
        self.nodes = nodes
        let index = Dictionary(uniqueKeysWithValues: nodes.indices.map { (nodes[$0].record.id ?? 0, $0) })
        var named: [String: [Int]] = [:], units: [String: [Int]] = [:]
        for member in study.members {
            guard let theme = index[member.themeId] else { continue }
            if member.kind == .code { named[member.member, default: []].append(theme) }
            if member.kind == .unit { units[member.member, default: []].append(theme) }
        }
        var byCode: [[Int]] = []
        for code in study.codes { byCode.append(named[code.guid].map { $0.sorted() } ?? code.parent.map { byCode[$0] } ?? []) }
        self.byCode = byCode
        byUnit = units.mapValues { $0.sorted() }
    }

    var isEmpty: Bool { nodes.isEmpty }

    func themes(ofCode code: Int) -> [Int] { byCode[code] }
    func themes(ofUnit guid: String) -> [Int] { byUnit[guid] ?? [] }

    /// The theme itself and those above it, the nearest first.
    func chain(_ theme: Int) -> [Int] {
        var out = [theme]
        while let next = nodes[out[out.count - 1]].parent { out.append(next) }
        return out
    }

    /// The nearest of a level, from the theme itself upwards.
    func name(_ theme: Int, _ levels: ThemeRecord.Level...) -> String? {
        for step in chain(theme) where levels.contains(nodes[step].record.level) { return nodes[step].record.name }
        return nil
    }

    /// Index of the nearest of a level.
    func ancestor(_ theme: Int, _ levels: Set<ThemeRecord.Level>) -> Int? { chain(theme).first { levels.contains(nodes[$0].record.level) } }

    /// The theme with all beneath it.
    func subtree(of theme: Int) -> Range<Int> {
        var end = theme + 1
        while end < nodes.count, nodes[end].depth > nodes[theme].depth { end += 1 }
        return theme..<end
    }
}
