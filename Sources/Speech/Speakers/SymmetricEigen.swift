/// Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations.
enum SymmetricEigen {
    /// - Returns: eigenvalues falling; `vectors[j]` belongs to `values[j]`.
    static func decompose(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
        let n = matrix.count
        var a = matrix
        var v = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        for i in 0..<n { v[i][i] = 1 }
        for _ in 0..<60 {
            var off = 0.0
            for i in 0..<n { for j in 0..<i { off += a[i][j] * a[i][j] } }
            if off < 1e-22 { break }
            for p in 0..<n {
                for q in p + 1..<max(p + 1, n) where abs(a[p][q]) > 1e-300 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot(), s = t * c
                    for k in 0..<n {
                        let x = a[k][p], y = a[k][q]
                        a[k][p] = c * x - s * y
                        a[k][q] = s * x + c * y
                    }
                    for k in 0..<n {
                        let x = a[p][k], y = a[q][k]
                        a[p][k] = c * x - s * y
                        a[q][k] = s * x + c * y
                        let u = v[p][k], w = v[q][k]
                        v[p][k] = c * u - s * w
                        v[q][k] = s * u + c * w
                    }
                }
            }
        }
        let order = (0..<n).sorted { (i: Int, j: Int) -> Bool in
            a[i][i] == a[j][j] ? i < j : a[i][i] > a[j][j]
        }
        return (order.map { a[$0][$0] }, order.map { v[$0] })
    }
}
