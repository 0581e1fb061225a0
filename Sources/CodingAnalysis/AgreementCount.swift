import CodingStore

/// Counts, code by code, who has it where.
struct AgreementCount {
    let basis: AgreementBasis
    private let coders: Int
    /// Marks by code; within a code by source.
    private let byCode: [[AgreementBasis.Mark]]

    init(_ basis: AgreementBasis) {
        self.basis = basis
        coders = basis.coders.count
        var byCode = [[AgreementBasis.Mark]](repeating: [], count: basis.study.codes.count)
        for mark in basis.marks { byCode[mark.code].append(mark) }
        self.byCode = byCode
    }

    /// One row's counts: units by who has read and who has the code; and the blocks in which anybody has it.
    struct Tally {
        struct Key: Hashable {
            var readers: UInt64
            var having: UInt64
        }
        var units: [Key: Int] = [:]
        /// Coincidences in each block that somebody put the code in.
        var blocks: [Block] = []
        /// What the other blocks hold together, and how many they are.
        var rest = Block()
        var restCount = 0
    }

    /// A block's part of the coincidence matrix: unequal pairs, ratings "has it" and "has it not".
    struct Block {
        var unequal = 0.0
        var ones = 0.0
        var zeros = 0.0

        static func += (a: inout Block, b: Block) {
            a.unequal += b.unequal
            a.ones += b.ones
            a.zeros += b.zeros
        }

        mutating func add(_ units: Int, raters m: Int, having k: Int) {
            guard m > 1 else { return }
            unequal += Double(units * 2 * k * (m - k)) / Double(m - 1)
            ones += Double(units * k)
            zeros += Double(units * (m - k))
        }
    }

    func rows() throws -> [Agreement.Row] {
        var rows: [Agreement.Row] = []
        let codes = basis.study.codes
        var all = Tally(), allBlocks: [Int: Block] = [:], used = 0
        for code in codes.indices {
            let below = basis.study.subtree(of: code)
            let isTree = basis.options.tree && below.count > 1 && below.dropFirst().contains { !byCode[$0].isEmpty }
            if isTree { rows.append(row(.tree(code), tally(below.flatMap { byCode[$0] }))) }
            guard !byCode[code].isEmpty else { continue }
            let tally = tally(byCode[code], into: &allBlocks)
            rows.append(row(.code(code), tally))
            for (key, count) in tally.units { all.units[key, default: 0] += count }
            used += 1
        }
        guard used > 0 else { throw AnalysisError.nothingCoded }
        // Codes on top of each other: a block of all of them is a turn.
        let whole = wholeBlocks()
        for (index, block) in whole.enumerated() {
            var zeros = Block()
            zeros.zeros = block.zeros * Double(used)
            if let own = allBlocks[index] {
                var sum = own
                sum.zeros = zeros.zeros - own.ones
                all.blocks.append(sum)
            } else {
                all.rest += zeros
                all.restCount += 1
            }
        }
        return [row(.allCodes, all), row(.codedAtAll, tally(basis.marks))] + rows
    }

    /// Each block of each source as if nobody had coded anything.
    private func wholeBlocks() -> [Block] {
        var out: [Block] = []
        for (source, grid) in basis.grids.enumerated() {
            let m = basis.readers[source].nonzeroBitCount
            for (index, start) in grid.blocks.enumerated() {
                let end = index + 1 < grid.blocks.count ? grid.blocks[index + 1] : grid.count
                var block = Block()
                block.add(max(0, end - start), raters: m, having: 0)
                out.append(block)
            }
        }
        return out
    }

    private func tally(_ marks: [AgreementBasis.Mark]) -> Tally {
        var none: [Int: Block] = [:]
        return tally(marks, into: &none)
    }

    /// - Parameter together: for each block, counted through all sources, the coincidences of all codes so far (unequal and ones only).
    private func tally(_ marks: [AgreementBasis.Mark], into together: inout [Int: Block]) -> Tally {
        var bySource = [Int: [AgreementBasis.Mark]]()
        for mark in marks { bySource[mark.source, default: []].append(mark) }
        var tally = Tally(), firstBlock = 0
        for (source, grid) in basis.grids.enumerated() {
            let readers = basis.readers[source], m = readers.nonzeroBitCount
            defer { firstBlock += grid.blocks.count }
            var covered = 0, whole = Block(), touched = 0
            whole.add(grid.count, raters: m, having: 0)
            var current: (index: Int, units: Int, block: Block)?
            func close() {
                guard let (index, units, counted) = current else { return }
                var block = counted
                let end = index + 1 < grid.blocks.count ? grid.blocks[index + 1] : grid.count
                block.add(end - grid.blocks[index] - units, raters: m, having: 0)
                tally.blocks.append(block)
                var sum = together[firstBlock + index] ?? Block()
                sum.unequal += block.unequal
                sum.ones += block.ones
                together[firstBlock + index] = sum
                whole.zeros -= Double((end - grid.blocks[index]) * (m > 1 ? m : 0))
                touched += 1
                current = nil
            }
            for segment in Self.segments(bySource[source] ?? [], coders: coders) {
                let having = segment.having & readers, k = having.nonzeroBitCount
                guard k > 0 else { continue }
                tally.units[.init(readers: readers, having: having), default: 0] += segment.units.count
                covered += segment.units.count
                var at = segment.units.lowerBound
                while at < segment.units.upperBound {
                    let index = Self.block(of: at, in: grid.blocks)
                    let end = min(segment.units.upperBound, index + 1 < grid.blocks.count ? grid.blocks[index + 1] : grid.count)
                    if current?.index != index { close() }
                    if current == nil { current = (index, 0, Block()) }
                    current?.units += end - at
                    current?.block.add(end - at, raters: m, having: k)
                    at = end
                }
            }
            close()
            if grid.count > covered { tally.units[.init(readers: readers, having: 0), default: 0] += grid.count - covered }
            tally.rest += whole
            tally.restCount += grid.blocks.count - touched
        }
        return tally
    }

    private static func block(of unit: Int, in starts: [Int]) -> Int {
        var low = 0, high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] > unit { high = middle } else { low = middle + 1 }
        }
        return max(0, low - 1)
    }

    struct Segment {
        var units: Range<Int>
        var having: UInt64
    }

    /// The text between the edges of marks, in order, with who has a mark there; neighbours are joined where it is the same.
    static func segments(_ marks: [AgreementBasis.Mark], coders: Int) -> [Segment] {
        guard !marks.isEmpty else { return [] }
        var edges: [(at: Int, coder: Int, step: Int)] = []
        for mark in marks {
            edges.append((mark.units.lowerBound, mark.coder, 1))
            edges.append((mark.units.upperBound, mark.coder, -1))
        }
        edges.sort { $0.at < $1.at }
        var depth = [Int](repeating: 0, count: coders), having: UInt64 = 0, out: [Segment] = [], at = edges[0].at, index = 0
        while index < edges.count {
            let next = edges[index].at
            if next > at {
                if let last = out.last, last.having == having, last.units.upperBound == at {
                    out[out.count - 1].units = last.units.lowerBound..<next
                } else {
                    out.append(Segment(units: at..<next, having: having))
                }
                at = next
            }
            while index < edges.count, edges[index].at == next {
                let edge = edges[index]
                depth[edge.coder] += edge.step
                let bit: UInt64 = 1 << UInt64(edge.coder)
                having = depth[edge.coder] > 0 ? having | bit : having & ~bit
                index += 1
            }
        }
        return out
    }

    private func row(_ subject: Agreement.Row.Subject, _ tally: Tally) -> Agreement.Row {
        let keys = tally.units.sorted { ($0.key.readers, $0.key.having) < ($1.key.readers, $1.key.having) }
        let ratings = NominalRatings(
            raters: coders, categories: 2,
            patterns: keys.map { key, count in
                .init(
                    values: (0..<coders).map { coder in
                        let bit: UInt64 = 1 << UInt64(coder)
                        return key.readers & bit == 0 ? -1 : key.having & bit == 0 ? 0 : 1
                    }, weight: Double(count))
            })
        var pairs: [Agreement.Pair] = []
        let names = basis.coders.map { basis.study.coders[$0].name }
        for a in 0..<coders {
            for b in (a + 1)..<max(a + 1, coders) {
                let x: UInt64 = 1 << UInt64(a), y: UInt64 = 1 << UInt64(b)
                func sum(_ isIn: (UInt64) -> Bool) -> Int {
                    keys.reduce(0) { $0 + ($1.key.readers & (x | y) == x | y && isIn($1.key.having & (x | y)) ? $1.value : 0) }
                }
                pairs.append(
                    .init(
                        first: names[a], second: names[b], kappa: ratings.cohenKappa(a, b), both: sum { $0 == x | y }, onlyFirst: sum { $0 == x },
                        onlySecond: sum { $0 == y }, neither: sum { $0 == 0 }))
            }
        }
        let interval = AlphaBootstrap(tally, resamples: basis.options.resamples, seed: basis.options.seed ^ seed(subject)).interval
        return Agreement.Row(
            subject: subject, units: keys.reduce(0) { $0 + $1.value },
            coded: (0..<coders).map { coder in keys.reduce(0) { $0 + ($1.key.having & 1 << UInt64(coder) != 0 ? $1.value : 0) } },
            percentAgreement: ratings.percentAgreement, kappa: ratings.meanKappa, pairs: pairs, alpha: ratings.krippendorffAlpha,
            alphaLow: interval?.lowerBound, alphaHigh: interval?.upperBound, brennanPrediger: ratings.brennanPrediger, gwetAC1: ratings.gwetAC1)
    }

    /// A row's draws hang on its code alone: other codes neither move them nor are moved by them. FNV-1a of the code's GUID.
    private func seed(_ subject: Agreement.Row.Subject) -> UInt64 {
        let text =
            switch subject {
            case .code(let index): "code " + basis.study.codes[index].guid
            case .tree(let index): "tree " + basis.study.codes[index].guid
            case .codedAtAll: "coded at all"
            case .allCodes: "all codes"
            }
        return text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
