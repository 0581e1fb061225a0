/// Lays the words of a translation on the words it was made of, in order.
///
/// The cheapest way by dynamic programming: a pair costs the share of letters that differ (Levenshtein's distance over the longer
/// word's length), a word without a partner a little less than a pair that has nothing in common, so that a word with another
/// root still takes its neighbour's place. Only ways near the diagonal are looked at.
enum WordLaying {
    /// What a word costs that has no partner.
    private static let alone = 0.7

    /// - Returns: for each word of `source` the indices of the words of `target` laid on it, in order; every index once. A target word
    ///   without a partner goes with the word before it, or with the first.
    static func lay(_ target: [String], on source: [String]) -> [[Int]] {
        var laid = [[Int]](repeating: [], count: source.count)
        guard !source.isEmpty else { return laid }
        let n = source.count, m = target.count, width = max(40, abs(n - m) + 20)
        func low(_ i: Int) -> Int { max(0, i * m / n - width) }
        func high(_ i: Int) -> Int { min(m, i * m / n + width) }
        let letters = (source.map(Array.init), target.map(Array.init))
        // Steps: 0 a pair, 1 a source word alone, 2 a target word alone.
        var steps = (0...n).map { i in [UInt8](repeating: 3, count: high(i) - low(i) + 1) }
        var before: [Double] = []
        for i in 0...n {
            var row = [Double](repeating: .infinity, count: high(i) - low(i) + 1)
            for j in low(i)...high(i) {
                var best = i == 0 && j == 0 ? 0 : Double.infinity, step: UInt8 = 3
                func offer(_ cost: Double, _ kind: UInt8) { if cost < best { (best, step) = (cost, kind) } }
                if i > 0 {
                    let from = low(i - 1), to = high(i - 1)
                    if j > 0, j - 1 >= from, j - 1 <= to { offer(before[j - 1 - from] + difference(letters.0[i - 1], letters.1[j - 1]), 0) }
                    if j >= from, j <= to { offer(before[j - from] + alone, 1) }
                }
                if j > low(i) { offer(row[j - 1 - low(i)] + alone, 2) }
                row[j - low(i)] = best
                steps[i][j - low(i)] = step
            }
            before = row
        }
        var i = n, j = m, owner = [Int?](repeating: nil, count: m)
        while i > 0 || j > 0 {
            switch steps[i][j - low(i)] {
            case 0:
                i -= 1
                j -= 1
                owner[j] = i
            case 1: i -= 1
            default:
                j -= 1
                owner[j] = i == 0 ? nil : i - 1
            }
        }
        for (index, own) in owner.enumerated() { laid[own ?? 0].append(index) }
        return laid
    }

    /// 0 the same … 1 nothing in common.
    static func difference(_ a: [Character], _ b: [Character]) -> Double {
        if a == b { return 0 }
        guard !a.isEmpty, !b.isEmpty else { return 1 }
        return Double(EditDistance.levenshtein(a, b)) / Double(max(a.count, b.count))
    }
}
