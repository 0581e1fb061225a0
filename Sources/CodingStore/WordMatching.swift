/// Which words of an old text are which words of a new one.
///
/// Words that stand alone in both texts are anchors (Cohen's patience diff), then longer and longer stretches of words; what lies
/// between anchors is matched by a longest common subsequence where it is short enough. Words between matched neighbours that were
/// only respelt are paired by likeness.
struct WordMatching {
    /// For each old word the index of the new one; nil where it is gone.
    private(set) var new: [Int?]
    /// Whether the pair is the very same word.
    private(set) var isSame: [Bool]

    private let a: [Int]
    private let b: [Int]
    /// Cells of a table that a gap may take.
    private static let room = 4_000_000

    init(old: [String], new words: [String]) {
        var numbers: [String: Int] = [:]
        func number(_ word: String) -> Int {
            if let known = numbers[word] { return known }
            numbers[word] = numbers.count
            return numbers.count - 1
        }
        a = old.map(number)
        b = words.map(number)
        new = Array(repeating: nil, count: old.count)
        isSame = Array(repeating: false, count: old.count)
        match(0..<a.count, 0..<b.count)
        pairRespelt(old, words)
    }

    private mutating func pair(_ i: Int, _ j: Int, same: Bool = true) {
        new[i] = j
        isSame[i] = same
    }

    /// A stack of gaps rather than recursion: texts may be long and wholly different.
    private mutating func match(_ whole: Range<Int>, _ other: Range<Int>) {
        var gaps = [(whole, other)]
        while var (x, y) = gaps.popLast() {
            while let i = x.first, let j = y.first, a[i] == b[j] {
                pair(i, j)
                x = x.dropFirst()
                y = y.dropFirst()
            }
            while let i = x.last, let j = y.last, a[i] == b[j] {
                pair(i, j)
                x = x.dropLast()
                y = y.dropLast()
            }
            if x.isEmpty || y.isEmpty { continue }
            if x.count * y.count <= Self.room / 16 {
                longestCommon(x, y)
                continue
            }
            let anchors = anchors(x, y)
            if anchors.isEmpty {
                if x.count * y.count <= Self.room { longestCommon(x, y) }
                continue
            }
            var (i, j) = (x.lowerBound, y.lowerBound)
            for (p, q) in anchors {
                if p > i || q > j { gaps.append((i..<p, j..<q)) }
                pair(p, q)
                (i, j) = (p + 1, q + 1)
            }
            if i < x.upperBound || j < y.upperBound { gaps.append((i..<x.upperBound, j..<y.upperBound)) }
        }
    }

    /// Starts of stretches of 1, 2, 4 or 8 words that stand once on each side, the most of them that are in the same order.
    private func anchors(_ x: Range<Int>, _ y: Range<Int>) -> [(Int, Int)] {
        for length in [1, 2, 4, 8] where x.count >= length && y.count >= length {
            func once(_ words: [Int], _ range: Range<Int>) -> [[Int]: Int] {
                var places: [[Int]: Int] = [:]
                for i in range.lowerBound...(range.upperBound - length) {
                    let key = Array(words[i..<(i + length)])
                    places[key] = places[key] == nil ? i : -1
                }
                return places.filter { $0.value >= 0 }
            }
            let there = once(b, y)
            let pairs = once(a, x).compactMap { key, i in there[key].map { (i, $0) } }.sorted { $0.0 < $1.0 }
            if !pairs.isEmpty { return Self.increasing(pairs) }
        }
        return []
    }

    /// The longest run of pairs whose second parts grow, too (patience sorting).
    private static func increasing(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
        var piles: [Int] = [], before = [Int](repeating: -1, count: pairs.count)
        for (k, pair) in pairs.enumerated() {
            var low = 0, high = piles.count
            while low < high {
                let middle = (low + high) / 2
                if pairs[piles[middle]].1 < pair.1 { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[k] = piles[low - 1] }
            if low == piles.count { piles.append(k) } else { piles[low] = k }
        }
        var out: [(Int, Int)] = [], at = piles.last ?? -1
        while at >= 0 {
            out.append(pairs[at])
            at = before[at]
        }
        return out.reversed()
    }

    private mutating func longestCommon(_ x: Range<Int>, _ y: Range<Int>) {
        let n = x.count, m = y.count
        var length = [UInt16](repeating: 0, count: (n + 1) * (m + 1))
        for i in stride(from: n - 1, through: 0, by: -1) {
            for j in stride(from: m - 1, through: 0, by: -1) {
                let at = i * (m + 1) + j
                length[at] =
                    a[x.lowerBound + i] == b[y.lowerBound + j]
                    ? length[at + m + 2] + 1 : max(length[at + m + 1], length[at + 1])
            }
        }
        var i = 0, j = 0
        while i < n, j < m {
            let at = i * (m + 1) + j
            if a[x.lowerBound + i] == b[y.lowerBound + j] {
                pair(x.lowerBound + i, y.lowerBound + j)
                i += 1
                j += 1
            } else if length[at + m + 1] >= length[at + 1] {
                i += 1
            } else {
                j += 1
            }
        }
    }

    /// Between matched neighbours, words that are gone and words that came: as many of each are pairs in order; else the like ones.
    private mutating func pairRespelt(_ old: [String], _ words: [String]) {
        var i = 0
        while i < new.count {
            guard new[i] == nil else { i += 1; continue }
            var end = i
            while end < new.count, new[end] == nil { end += 1 }
            let from = i > 0 ? new[i - 1]! + 1 : 0, to = end < new.count ? new[end]! : words.count
            if to > from, (end - i) * (to - from) <= 40_000 {
                if end - i == to - from {
                    for k in 0..<(end - i) { pair(i + k, from + k, same: false) }
                } else {
                    var next = from
                    for k in i..<end {
                        if let j = (next..<to).first(where: { Self.areLike(old[k], words[$0]) }) {
                            pair(k, j, same: false)
                            next = j + 1
                        }
                    }
                }
            }
            i = end
        }
    }

    /// Half of the longer word's letters in common, in order.
    private static func areLike(_ a: String, _ b: String) -> Bool {
        let x = Array(a.unicodeScalars.prefix(40)), y = Array(b.unicodeScalars.prefix(40))
        guard !x.isEmpty, !y.isEmpty else { return false }
        var row = [Int](repeating: 0, count: y.count + 1)
        for p in x {
            var diagonal = 0
            for (j, q) in y.enumerated() {
                let above = row[j + 1]
                row[j + 1] = p == q ? diagonal + 1 : max(above, row[j])
                diagonal = above
            }
        }
        return 2 * row[y.count] >= max(x.count, y.count)
    }
}
