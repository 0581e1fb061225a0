/// The one-to-one assignment of rows to columns with the greatest total weight.
///
/// The Hungarian method in its shortest-augmenting-path form (Kuhn 1955; Jonker and Volgenant 1987), O(n²m).
enum OptimalAssignment {
    /// - Parameter weights: rows × columns, all rows equally long; any finite numbers.
    /// - Returns: for each row its column, or nil when there are more rows than columns and it got none.
    static func maximum(_ weights: [[Double]]) -> [Int?] {
        let rows = weights.count
        guard let columns = weights.first?.count, columns > 0 else { return Array(repeating: nil, count: rows) }
        if rows > columns {
            let transposed = (0..<columns).map { c in weights.map { $0[c] } }
            var result = [Int?](repeating: nil, count: rows)
            for (column, row) in maximum(transposed).enumerated() {
                if let row { result[row] = column }
            }
            return result
        }
        // Potentials and matches are 1-based; column 0 is the virtual column that starts each augmenting path.
        var rowPotential = [Double](repeating: 0, count: rows + 1)
        var columnPotential = [Double](repeating: 0, count: columns + 1)
        var rowOfColumn = [Int](repeating: 0, count: columns + 1)
        var previous = [Int](repeating: 0, count: columns + 1)
        for row in 1...rows {
            rowOfColumn[0] = row
            var column = 0
            var slack = [Double](repeating: .infinity, count: columns + 1)
            var visited = [Bool](repeating: false, count: columns + 1)
            repeat {
                visited[column] = true
                let current = rowOfColumn[column]
                var best = Double.infinity
                var next = 0
                for c in 1...columns where !visited[c] {
                    let cost = -weights[current - 1][c - 1] - rowPotential[current] - columnPotential[c]
                    if cost < slack[c] {
                        slack[c] = cost
                        previous[c] = column
                    }
                    if slack[c] < best {
                        best = slack[c]
                        next = c
                    }
                }
                for c in 0...columns {
                    if visited[c] {
                        rowPotential[rowOfColumn[c]] += best
                        columnPotential[c] -= best
                    } else {
                        slack[c] -= best
                    }
                }
                column = next
            } while rowOfColumn[column] != 0
            while column != 0 {
                let before = previous[column]
                rowOfColumn[column] = rowOfColumn[before]
                column = before
            }
        }
        var result = [Int?](repeating: nil, count: rows)
        for c in 1...columns where rowOfColumn[c] > 0 { result[rowOfColumn[c] - 1] = c - 1 }
        return result
    }
}
