/// Where a turn's stretches with a tone of voice begin and end, as a table can write them.
struct ToneStretches {
    /// One stretch, by places of its first and last shown word in the turn's elements.
    struct Stretch: Hashable {
        var label: String
        var first: Int
        var last: Int
    }

    /// Between signs, in the order they begin, the longer first.
    private(set) var stretches: [Stretch] = []
    /// Words in capitals, by label.
    private(set) var capitals: [String: Set<Int>] = [:]
    /// Marks that need no writing of their own.
    private(set) var written: Set<Int> = []

    init() {}

    /// - Parameter shown: places of the words that the view shows.
    init(_ turn: Turn, shown: [Int], table: NotationTable) {
        guard !table.tones.isEmpty else { return }
        var found: [Stretch] = []
        for case (let index, .mark(let mark)) in turn.elements.enumerated() where mark.kind == .toneOfVoice {
            guard let label = mark.label, let notation = table.tones[label], let until = mark.until,
                let end = turn.elements[index...].firstIndex(where: { $0.word?.id == until })
            else { continue }
            written.insert(index)
            let covered = shown.filter { $0 > index && $0 <= end }
            guard let first = covered.first, let last = covered.last else { continue }
            if notation.capitals {
                capitals[label, default: []].formUnion(covered)
            } else {
                found.append(Stretch(label: label, first: first, last: last))
            }
        }
        stretches = Self.merged(found)
        // Where two labels end with the same sign, an end closes what was opened last: stretches must not cross.
        let ends = table.tones.values.filter { !$0.capitals }.map(\.end)
        if Set(ends).count < ends.count { stretches = Self.nested(stretches, words: shown) }
    }

    func opening(at word: Int) -> [String] { stretches.filter { $0.first == word }.map(\.label) }
    func closing(at word: Int) -> [String] { stretches.filter { $0.last == word }.map(\.label).reversed() }

    /// Two stretches of one label that share words are one.
    private static func merged(_ stretches: [Stretch]) -> [Stretch] {
        var result: [Stretch] = []
        for next in stretches.sorted(by: { ($0.label, $0.first, $0.last) < ($1.label, $1.first, $1.last) }) {
            if let last = result.last, last.label == next.label, next.first <= last.last {
                result[result.count - 1].last = max(last.last, next.last)
            } else {
                result.append(next)
            }
        }
        return result.sorted(by: order)
    }

    private static func order(_ a: Stretch, _ b: Stretch) -> Bool { (a.first, -a.last, b.label) < (b.first, -b.last, a.label) }

    /// Splits a stretch where another that began before it ends inside it.
    private static func nested(_ stretches: [Stretch], words: [Int]) -> [Stretch] {
        var result: [Stretch] = [], open: [Stretch] = []
        for word in words {
            open += stretches.filter { $0.first == word }
            var again: [Stretch] = []
            while open.contains(where: { $0.last == word }), let top = open.popLast() {
                result.append(Stretch(label: top.label, first: top.first, last: word))
                if top.last != word { again.append(top) }
            }
            guard let next = words.first(where: { $0 > word }) else { continue }
            open += again.reversed().map { Stretch(label: $0.label, first: next, last: $0.last) }
        }
        return result.sorted(by: order)
    }
}
