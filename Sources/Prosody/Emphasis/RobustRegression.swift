import Foundation

/// A linear model of what is ordinary, fitted so that what is not does not pull on it.
///
/// Ridge regression by iteratively reweighted least squares: residuals beyond their own scale lose weight with the square of
/// the distance (a Cauchy-like weight that begins at one scale), and the scale is the median absolute residual.
struct RobustRegression: Sendable {
    /// Offset, then one a column.
    let coefficients: [Double]
    /// Robust standard deviation of the residuals.
    let scale: Double

    /// - Parameters:
    ///   - rows: the same number of columns in each.
    ///   - values: one a row; at least one.
    ///   - ridge: pull of every coefficient but the offset towards 0, in rows.
    init(rows: [[Double]], values: [Double], ridge: Double) {
        let width = (rows.first?.count ?? 0) + 1
        var weights = [Double](repeating: 1, count: rows.count)
        var found = [Double](repeating: 0, count: width)
        var scale = 0.0
        for _ in 0..<4 {
            var matrix = [Double](repeating: 0, count: width * width), right = [Double](repeating: 0, count: width)
            var row = [Double](repeating: 1, count: width)
            for (index, columns) in rows.enumerated() {
                for column in 1..<width { row[column] = columns[column - 1] }
                let w = weights[index]
                for i in 0..<width where row[i] != 0 {
                    right[i] += w * row[i] * values[index]
                    for j in 0...i { matrix[i * width + j] += w * row[i] * row[j] }
                }
            }
            for i in 0..<width { matrix[i * width + i] += i == 0 ? 1e-6 : ridge }
            found = Self.solve(matrix, right, width)
            let residuals = rows.indices.map { values[$0] - Self.value(rows[$0], found) }
            let middle = Self.median(residuals)
            scale = 1.4826 * Self.median(residuals.map { abs($0 - middle) }) + 1e-3
            weights = residuals.map { residual in
                let beyond = max(0, abs(residual) / (2 * scale) - 0.5)
                return 1 / (1 + beyond * beyond)
            }
        }
        coefficients = found
        self.scale = scale
    }

    func expected(_ row: [Double]) -> Double { Self.value(row, coefficients) }

    private static func value(_ row: [Double], _ coefficients: [Double]) -> Double {
        var sum = coefficients[0]
        for (index, x) in row.enumerated() { sum += x * coefficients[index + 1] }
        return sum
    }

    /// Cholesky; `matrix` holds the lower triangle of a positive definite one.
    private static func solve(_ matrix: [Double], _ right: [Double], _ n: Int) -> [Double] {
        var l = matrix, x = right
        for j in 0..<n {
            var diagonal = l[j * n + j]
            for k in 0..<j { diagonal -= l[j * n + k] * l[j * n + k] }
            let root = max(diagonal, 1e-12).squareRoot()
            l[j * n + j] = root
            for i in (j + 1)..<max(n, j + 1) {
                var sum = l[i * n + j]
                for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
                l[i * n + j] = sum / root
            }
        }
        for i in 0..<n {
            for k in 0..<i { x[i] -= l[i * n + k] * x[k] }
            x[i] /= l[i * n + i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(n, i + 1) { x[i] -= l[k * n + i] * x[k] }
            x[i] /= l[i * n + i]
        }
        return x
    }

    /// Middle value, the mean of two; 0 of nothing.
    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted(), half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
}
