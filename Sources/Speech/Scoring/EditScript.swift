/// The cheapest way to turn one sequence into another with unit costs (Levenshtein 1966), in memory linear in the length.
///
/// Hirschberg's divide and conquer (1975): the row of costs to the middle of the reference from both ends tells where the
/// best path crosses it, so no table of the whole problem is kept.
enum EditScript {
    enum Step: Hashable {
        case match(reference: Int, hypothesis: Int)
        case substitute(reference: Int, hypothesis: Int)
        case delete(reference: Int)
        case insert(hypothesis: Int)
    }

    /// Steps in order. Items are compared by number, so callers map words to numbers first.
    ///
    /// - Parameter substitution: 1 for the Levenshtein distance; 2 to match as many items as possible instead (the
    ///   longest common subsequence).
    static func steps(from reference: [Int], to hypothesis: [Int], substitution: Int = 1) -> [Step] {
        var steps: [Step] = []
        solve(reference[...], hypothesis[...], substitution, &steps)
        return steps
    }

    /// Words numbered so that equal words get equal numbers.
    static func numbered(_ first: [String], _ second: [String]) -> ([Int], [Int]) {
        var numbers: [String: Int] = [:]
        func number(_ word: String) -> Int {
            if let known = numbers[word] { return known }
            let new = numbers.count
            numbers[word] = new
            return new
        }
        return (first.map(number), second.map(number))
    }

    private static func solve(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>, _ substitution: Int, _ steps: inout [Step]) {
        var a = a, b = b
        while let x = a.first, let y = b.first, x == y {
            steps.append(.match(reference: a.startIndex, hypothesis: b.startIndex))
            a = a.dropFirst()
            b = b.dropFirst()
        }
        if a.isEmpty || b.isEmpty || a.count == 1 || b.count == 1 || a.count * b.count <= 1 << 16 {
            table(a, b, substitution, &steps)
            return
        }
        let middle = a.startIndex + a.count / 2
        let forward = costs(Array(a[..<middle]), Array(b), substitution)
        let backward = costs(a[middle...].reversed(), b.reversed(), substitution)
        var best = Int.max, cut = 0
        for j in 0...b.count where forward[j] + backward[b.count - j] < best {
            best = forward[j] + backward[b.count - j]
            cut = j
        }
        solve(a[..<middle], b[..<(b.startIndex + cut)], substitution, &steps)
        solve(a[middle...], b[(b.startIndex + cut)...], substitution, &steps)
    }

    /// Costs of turning all of `a` into each prefix of `b`.
    private static func costs(_ a: [Int], _ b: [Int], _ substitution: Int) -> [Int] {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in 0..<b.count {
                let above = row[j + 1]
                row[j + 1] = min(diagonal + (x == b[j] ? 0 : substitution), above + 1, row[j] + 1)
                diagonal = above
            }
        }
        return row
    }

    private static func table(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>, _ substitution: Int, _ steps: inout [Step]) {
        let n = a.count, m = b.count, width = m + 1
        let x = Array(a), y = Array(b)
        var cost = [Int32](repeating: 0, count: (n + 1) * width)
        for j in 0...m { cost[j] = Int32(j) }
        for i in 0..<n {
            cost[(i + 1) * width] = Int32(i + 1)
            for j in 0..<m {
                cost[(i + 1) * width + j + 1] = min(
                    cost[i * width + j] + (x[i] == y[j] ? 0 : Int32(substitution)), cost[i * width + j + 1] + 1,
                    cost[(i + 1) * width + j] + 1)
            }
        }
        var i = n, j = m
        var reversed: [Step] = []
        while i > 0 || j > 0 {
            let here = cost[i * width + j]
            if i > 0, j > 0, here == cost[(i - 1) * width + j - 1] + (x[i - 1] == y[j - 1] ? 0 : Int32(substitution)) {
                i -= 1
                j -= 1
                let r = a.startIndex + i, h = b.startIndex + j
                reversed.append(
                    x[i] == y[j] ? .match(reference: r, hypothesis: h) : .substitute(reference: r, hypothesis: h))
            } else if i > 0, here == cost[(i - 1) * width + j] + 1 {
                i -= 1
                reversed.append(.delete(reference: a.startIndex + i))
            } else {
                j -= 1
                reversed.append(.insert(hypothesis: b.startIndex + j))
            }
        }
        steps += reversed.reversed()
    }
}
