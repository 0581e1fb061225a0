import Testing

@testable import Alignment

@Suite struct DynamicTimeWarpingTests {
    func walk(_ count: Int, seed: UInt64) -> [[Float]] {
        var state = seed
        var value: [Float] = [0, 0, 0]
        return (0..<count).map { _ in
            for d in value.indices {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                value[d] += Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
            }
            return value
        }
    }

    /// Textbook recursion over the whole plane: total cost of the best path.
    func cost(_ a: [[Float]], _ b: [[Float]]) -> Float {
        func distance(_ x: [Float], _ y: [Float]) -> Float {
            zip(x, y).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
        var table = [[Float]](repeating: [Float](repeating: .infinity, count: b.count), count: a.count)
        for i in a.indices {
            for j in b.indices {
                var best: Float = i == 0 && j == 0 ? 0 : .infinity
                if i > 0 { best = min(best, table[i - 1][j]) }
                if j > 0 { best = min(best, table[i][j - 1]) }
                if i > 0, j > 0 { best = min(best, table[i - 1][j - 1]) }
                table[i][j] = best + distance(a[i], b[j])
            }
        }
        return table[a.count - 1][b.count - 1]
    }

    func matrix(_ rows: [[Float]]) -> FrameMatrix { FrameMatrix(dimensions: 3, values: rows.flatMap { $0 }) }

    func expectPath(_ path: [Range<Int>], rows: Int, columns: Int) {
        #expect(path.count == rows)
        #expect(path.first?.lowerBound == 0 && path.last?.upperBound == columns)
        for (a, b) in zip(path, path.dropFirst()) {
            #expect(b.lowerBound == a.upperBound || b.lowerBound == a.upperBound - 1)
            #expect(b.upperBound >= a.upperBound)
        }
    }

    @Test(arguments: [(20, 31), (31, 20), (1, 9), (9, 1), (1, 1)])
    func pathIsTheCheapest(rows: Int, columns: Int) throws {
        let a = walk(rows, seed: 1), b = walk(columns, seed: 2)
        let path = try DynamicTimeWarping().align(matrix(a), to: matrix(b)) { _ in }
        expectPath(path, rows: rows, columns: columns)
        var total: Float = 0
        for (row, range) in path.enumerated() {
            for column in range {
                total += zip(a[row], b[column]).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            }
        }
        #expect(abs(total - cost(a, b)) < 1e-2)
    }

    @Test func coarseToFineFindsAStretchedCopy() throws {
        let a = walk(800, seed: 5)
        // The first half twice as slow, the rest as it is.
        let b = a[..<400].flatMap { [$0, $0] } + a[400...]
        var warping = DynamicTimeWarping()
        warping.coarseCells = 2000
        warping.radius = 20
        let path = try warping.align(matrix(a), to: matrix(Array(b))) { _ in }
        expectPath(path, rows: 800, columns: 1200)
        let wrong = path.enumerated().count { row, range in
            let truth = row < 400 ? 2 * row : row + 400
            return abs(range.lowerBound - truth) > 2
        }
        #expect(wrong == 0)
    }

    @Test func corridorIsKept() throws {
        let a = walk(40, seed: 3), b = walk(100, seed: 4)
        let corridor = DynamicTimeWarping.Corridor(lower: (0..<40).map { $0 + 20 }, upper: (0..<40).map { $0 + 45 })
        let path = try DynamicTimeWarping().align(matrix(a), to: matrix(b), corridor: corridor) { _ in }
        expectPath(path, rows: 40, columns: 100)
        for row in 1..<39 { #expect(path[row].lowerBound >= row + 20 - 1 && path[row].upperBound <= row + 45 + 1) }
    }
}
