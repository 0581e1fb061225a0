import CodingStore

/// Whose codings of which texts are compared, and how those texts are cut into units.
struct AgreementBasis {
    let study: CodedStudy
    let options: Agreement.Options
    /// Indices into the study's coders and sources.
    let coders: [Int]
    let sources: [Int]
    let leftOut: [Int]
    /// For each of `sources` a bit for each of `coders`: who has read it.
    let readers: [UInt64]
    let grids: [Grid]
    /// The codings that count: place in `sources`, place in `coders`, code, units.
    let marks: [Mark]

    struct Mark {
        var source: Int
        var coder: Int
        var code: Int
        var units: Range<Int>
    }

    /// A source's units, 0 ..< count, in blocks that are drawn together.
    struct Grid {
        var count: Int
        /// Where each block begins, ascending from 0.
        var blocks: [Int]
    }

    init(_ study: CodedStudy, options: Agreement.Options) throws {
        self.study = study
        self.options = options
        var used = Set<Int>(), reads: [Int: Set<Int>] = [:]
        let wanted = try options.coders.map { try Set($0.map(study.coder)) }
        let codings = study.codings.filter { (wanted?.contains($0.coder) ?? true) && (options.rounds?.contains($0.round) ?? true) }
        for coding in codings {
            used.insert(coding.coder)
            reads[coding.source, default: []].insert(coding.coder)
        }
        let coders = (wanted ?? used).sorted()
        self.coders = coders
        let names = coders.map { study.coders[$0].name }
        guard coders.count > 1 else { throw AnalysisError.tooFewCoders(names) }
        guard coders.count <= 60 else { throw AnalysisError.tooManyCoders }
        if case .given(let items) = options.sources, let item = items.subtracting(study.sources.map(\.item)).min() {
            throw StoreError.unknownSource(item)
        }
        let place = Dictionary(uniqueKeysWithValues: coders.enumerated().map { ($1, $0) })
        var sources: [Int] = [], readers: [UInt64] = [], leftOut: [Int] = []
        let everybody: UInt64 = (1 << UInt64(coders.count)) - 1
        for source in study.sources.indices {
            let who = (reads[source] ?? []).reduce(UInt64(0)) { $0 | 1 << UInt64(place[$1] ?? 0) }
            let counts: UInt64 =
                switch options.sources {
                case .codedByAll: who == everybody ? everybody : 0
                case .codedByTwo: who.nonzeroBitCount > 1 ? who : 0
                case .given(let items): items.contains(study.sources[source].item) ? everybody : 0
                }
            if counts != 0 {
                sources.append(source)
                readers.append(counts)
            } else if who != 0 {
                leftOut.append(source)
            }
        }
        guard !sources.isEmpty else { throw AnalysisError.noCommonSources(names) }
        (self.sources, self.readers, self.leftOut) = (sources, readers, leftOut)
        let at = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, $0) })
        var marks: [Mark] = [], grids: [Grid] = [Grid](repeating: Grid(count: 0, blocks: []), count: sources.count)
        func add(_ coding: CodedStudy.Coding, _ source: Int, _ units: Range<Int>) {
            guard !units.isEmpty, let coder = place[coding.coder] else { return }
            marks.append(Mark(source: source, coder: coder, code: coding.code, units: units))
        }
        let bySource = Dictionary(grouping: codings, by: \.source)
        let units = options.unit == .meaningUnit ? Dictionary(grouping: try study.units(), by: \.source) : [:]
        for source in sources {
            guard let index = at[source] else { continue }
            let layout = options.unit == .meaningUnit ? nil : try study.store.layout(ofVersion: study.sources[source].version)
            switch options.unit {
            case .character:
                grids[index] = Grid(count: try study.length(ofSource: source), blocks: Self.blocks(layout?.turns.map(\.first) ?? []))
                for coding in bySource[source] ?? [] { add(coding, index, coding.range) }
            case .word:
                guard let layout else { continue }
                grids[index] = Grid(
                    count: layout.starts.count, blocks: Self.blocks(layout.turns.map { layout.words(in: $0.first..<max($0.first + 1, $0.last)).lowerBound }))
                for coding in bySource[source] ?? [] { add(coding, index, layout.words(in: coding.range)) }
            case .meaningUnit:
                let matching = UnitMatching((units[source] ?? []).map(\.range) + (bySource[source] ?? []).map(\.range))
                grids[index] = Grid(count: matching.count, blocks: Array(0..<matching.count))
                for coding in bySource[source] ?? [] {
                    if let unit = matching.unit(of: coding.range) { add(coding, index, unit..<unit + 1) }
                }
            }
        }
        guard grids.contains(where: { $0.count > 0 }) else { throw AnalysisError.noUnits }
        self.grids = grids
        self.marks = marks
    }

    private static func blocks(_ starts: [Int]) -> [Int] {
        var out = [0]
        for start in starts where start > (out.last ?? 0) { out.append(start) }
        return out
    }
}

/// Which stretches, by different hands, are one and the same meaning unit: those that share at least half of the longer one.
///
/// From the start of the text each stretch joins the unit whose first stretch it shares most with, or begins one of its own.
struct UnitMatching {
    private var units: [Range<Int>] = []
    private var places: [Range<Int>: Int] = [:]

    var count: Int { units.count }
    func unit(of range: Range<Int>) -> Int? { places[range] }

    init(_ ranges: [Range<Int>]) {
        var open: [Int] = []
        for range in Set(ranges).sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            open.removeAll { units[$0].upperBound <= range.lowerBound }
            var best: (unit: Int, shared: Int)?
            for unit in open {
                let shared = units[unit].clamped(to: range).count
                if 2 * shared >= max(units[unit].count, range.count), shared > best?.shared ?? 0 { best = (unit, shared) }
            }
            if let best {
                places[range] = best.unit
            } else {
                places[range] = units.count
                open.append(units.count)
                units.append(range)
            }
        }
    }
}
