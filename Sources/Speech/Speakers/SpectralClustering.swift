/// Normalised spectral clustering (Ng, Jordan and Weiss 2002) of a graph of nearest neighbours.
struct SpectralClustering {
    let count: Int
    /// Largest eigenvalues of D^−½ A D^−½, falling. The number near 1 is the number of groups that keep to themselves.
    let eigenvalues: [Double]
    /// eigenvectors[j][i]: component i of the eigenvector of eigenvalue j.
    private let eigenvectors: [[Double]]
    private let seed: UInt64

    /// - Parameters:
    ///   - count: points, at least 2.
    ///   - neighbors: how many of the most similar points a point is joined to, at least 1.
    ///   - dimensions: how many eigenvectors to find.
    ///   - similarity: of two different points; at most 0 counts as hardly alike.
    init(
        count: Int, neighbors: Int, dimensions: Int, seed: UInt64, progress: () throws -> Void = {},
        similarity: (Int, Int) -> Float
    ) rethrows {
        self.count = count
        self.seed = seed
        // Sparse rows; a pair that only one side counts among its nearest gets half the weight.
        var links = [[(to: Int32, weight: Double)]](repeating: [], count: count)
        let kept = max(1, min(neighbors, count - 1))
        var row = [Float](repeating: 0, count: count)
        for i in 0..<count {
            for j in 0..<count { row[j] = j == i ? -.infinity : similarity(i, j) }
            let threshold = row.sorted(by: >)[kept - 1]
            var left = kept
            for j in 0..<count where j != i && row[j] >= threshold && left > 0 {
                left -= 1
                let weight = Double(max(row[j], 1e-6)) / 2
                links[i].append((Int32(j), weight))
                links[j].append((Int32(i), weight))
            }
            if i % 64 == 0 { try progress() }
        }
        let scale = links.map { 1 / ($0.reduce(1e-12) { $0 + $1.weight }).squareRoot() }
        for i in 0..<count {
            for n in links[i].indices { links[i][n].weight *= scale[i] * scale[Int(links[i][n].to)] }
        }
        // Subspace iteration on (L + I)/2, whose eigenvalues are not negative, so the largest in size are the largest.
        var generator = SplitMix64(seed: seed)
        let size = min(count, max(dimensions + 8, 16))
        var basis = (0..<size).map { _ in (0..<count).map { _ in Double(generator.next() >> 11) / Double(1 << 53) - 0.5 } }
        func multiplied(_ x: [Double]) -> [Double] {
            links.map { row in
                var sum = 0.0
                for link in row { sum += link.weight * x[Int(link.to)] }
                return sum
            }
        }
        for _ in 0..<60 {
            for v in 0..<size { basis[v] = zip(multiplied(basis[v]), basis[v]).map { ($0 + $1) / 2 } }
            Self.orthonormalize(&basis)
            try progress()
        }
        let images = basis.map(multiplied)
        let small = basis.map { a in images.map { b in Self.dot(a, b) } }
        let (values, vectors) = SymmetricEigen.decompose(small)
        let wanted = min(dimensions, size)
        eigenvalues = Array(values.prefix(wanted))
        eigenvectors = (0..<wanted).map { j in
            (0..<count).map { i in
                var sum = 0.0
                for v in 0..<size { sum += vectors[j][v] * basis[v][i] }
                return sum
            }
        }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }

    /// Modified Gram–Schmidt, twice for accuracy.
    private static func orthonormalize(_ basis: inout [[Double]]) {
        for v in basis.indices {
            for _ in 0..<2 {
                for u in 0..<v {
                    let common = dot(basis[u], basis[v])
                    for i in basis[v].indices { basis[v][i] -= common * basis[u][i] }
                }
            }
            let length = basis[v].reduce(0) { $0 + $1 * $1 }.squareRoot()
            if length > 1e-12 { for i in basis[v].indices { basis[v][i] /= length } }
        }
    }

    /// Divides the points into `clusters` groups by k-means over the rows of the eigenvectors, each row of length 1.
    ///
    /// - Returns: a group number for each point; some groups may be empty when points coincide.
    func labels(clusters: Int) -> [Int] {
        let k = min(clusters, eigenvalues.count)
        guard k > 1 else { return [Int](repeating: 0, count: count) }
        let points = (0..<count).map { i in
            let row = (0..<k).map { eigenvectors[$0][i] }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 1e-12 ? row.map { $0 / length } : row
        }
        return KMeans.labels(points: points, clusters: k, restarts: 10, seed: seed)
    }
}
