/// Hierarchical clustering by the mean similarity between all members of two groups (Sokal and Michener 1958).
enum AverageLinkage {
    /// - Parameters:
    ///   - count: points; memory is `count`² floats.
    ///   - clusters: groups to stop at, at least 1.
    ///   - similarity: of two different points.
    /// - Returns: a group number for each point, `0 ..< clusters`, in order of first appearance.
    static func labels(
        count n: Int, clusters: Int, progress: () throws -> Void, similarity: (Int, Int) -> Float
    ) rethrows -> [Int] {
        var matrix = [Float](repeating: -.infinity, count: n * n)
        for i in 0..<n {
            for j in 0..<i {
                let value = similarity(i, j)
                matrix[i * n + j] = value
                matrix[j * n + i] = value
            }
        }
        var sizes = [Int](repeating: 1, count: n), group = Array(0..<n), alive = [Bool](repeating: true, count: n)
        func nearest(_ i: Int) -> Int {
            var best = -1, top = -Float.infinity
            for j in 0..<n where alive[j] && j != i && matrix[i * n + j] > top {
                top = matrix[i * n + j]
                best = j
            }
            return best
        }
        var neighbor = (0..<n).map(nearest)
        var left = n
        while left > max(1, clusters) {
            var a = -1, top = -Float.infinity
            for i in 0..<n where alive[i] && neighbor[i] >= 0 && matrix[i * n + neighbor[i]] > top {
                top = matrix[i * n + neighbor[i]]
                a = i
            }
            guard a >= 0 else { break }
            let b = neighbor[a], wa = Float(sizes[a]), wb = Float(sizes[b])
            alive[b] = false
            sizes[a] += sizes[b]
            for j in 0..<n where alive[j] && j != a {
                let value = (wa * matrix[a * n + j] + wb * matrix[b * n + j]) / (wa + wb)
                matrix[a * n + j] = value
                matrix[j * n + a] = value
            }
            for i in 0..<n where group[i] == b { group[i] = a }
            for i in 0..<n where alive[i] {
                if i == a || neighbor[i] == a || neighbor[i] == b {
                    neighbor[i] = nearest(i)
                } else if neighbor[i] >= 0, matrix[i * n + a] > matrix[i * n + neighbor[i]] {
                    neighbor[i] = a
                }
            }
            left -= 1
            if left % 64 == 0 { try progress() }
        }
        var numbers: [Int: Int] = [:]
        return group.map { member in
            let number = numbers[member] ?? numbers.count
            numbers[member] = number
            return number
        }
    }
}
