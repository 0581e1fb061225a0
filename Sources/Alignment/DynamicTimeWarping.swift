/// Dynamic time warping of a reference (rows) onto a query (columns), coarse to fine.
///
/// The first pass runs on averaged frames over the whole plane; every later pass doubles or quadruples the resolution
/// inside a band around the path before it (Salvador and Chan 2007, FastDTW; here with a band of fixed duration, which
/// keeps the memory linear in the length). Steps are one row, one column, or both; the local cost is the Euclidean
/// distance.
struct DynamicTimeWarping: Sendable {
    /// Cells allowed in the first, unbanded pass.
    var coarseCells = 40_000_000
    /// Half width of the band of later passes, in frames of the finest level.
    var radius = 150
    /// Extra cost of a step along one axis only, as a share of the local cost.
    var offDiagonal: Float = 0.0

    /// Columns allowed for every row: `lower[i] ..< upper[i]`. Empty arrays allow everything.
    struct Corridor: Sendable {
        var lower: [Int]
        var upper: [Int]
    }

    /// - Returns: for every row of `reference` the first and one past the last column it is aligned with.
    func align(
        _ reference: FrameMatrix, to query: FrameMatrix, corridor: Corridor? = nil, tick: (Double) throws -> Void
    ) throws -> [Range<Int>] {
        let rows = reference.count, columns = query.count
        guard rows > 0, columns > 0 else { return [] }
        var factor = 1
        while (rows / factor + 1) * (columns / factor + 1) > coarseCells { factor *= 2 }
        var path: [Range<Int>] = []
        var previous = 0
        while true {
            let a = reference.averaged(by: factor), b = query.averaged(by: factor)
            var windows = [Range<Int>](repeating: 0..<b.count, count: a.count)
            if previous > 0 { windows = band(around: path, ratio: previous / factor, factor: factor, a.count, b.count) }
            if let corridor { restrict(&windows, to: corridor, factor: factor, rows: rows, columns: b.count) }
            connect(&windows, columns: b.count)
            path = try warp(a, b, windows, tick: tick)
            if factor == 1 { return path }
            previous = factor
            factor = factor >= 4 ? factor / 4 : 1
        }
    }

    private func band(around path: [Range<Int>], ratio: Int, factor: Int, _ rows: Int, _ columns: Int) -> [Range<Int>] {
        let reach = max(4, radius / factor + 2 * ratio)
        return (0..<rows).map { row in
            let coarse = path[min(row / ratio, path.count - 1)]
            let low = max(0, coarse.lowerBound * ratio - reach)
            return low..<max(low + 1, min(columns, coarse.upperBound * ratio + reach))
        }
    }

    private func restrict(_ windows: inout [Range<Int>], to corridor: Corridor, factor: Int, rows: Int, columns: Int) {
        for row in windows.indices {
            let fine = min(row * factor, rows - 1)
            let low = max(windows[row].lowerBound, min(columns - 1, corridor.lower[fine] / factor))
            let high = min(windows[row].upperBound, max(low + 1, (corridor.upper[fine] + factor - 1) / factor))
            windows[row] = low..<max(low + 1, min(columns, high))
        }
    }

    /// Makes the windows rise without gaps, from the first column to the last, so that a path always exists.
    private func connect(_ windows: inout [Range<Int>], columns: Int) {
        var low = 0
        var high = 0
        for row in windows.indices {
            low = max(low, min(windows[row].lowerBound, max(high - 1, 0)))
            if row == 0 { low = 0 }
            high = max(high, windows[row].upperBound, low + 1)
            windows[row] = low..<min(high, columns)
        }
        let last = windows.count - 1
        windows[last] = windows[last].lowerBound..<columns
    }

    private func warp(
        _ a: FrameMatrix, _ b: FrameMatrix, _ windows: [Range<Int>], tick: (Double) throws -> Void
    ) throws -> [Range<Int>] {
        var offsets = [0]
        offsets.reserveCapacity(windows.count + 1)
        for window in windows { offsets.append(offsets[offsets.count - 1] + window.count) }
        // 0 both, 1 row only (column repeated), 2 column only (row repeated).
        var steps = [UInt8](repeating: 0, count: offsets[windows.count])
        let dimensions = a.dimensions
        var above: [Float] = []
        var aboveWindow = 0..<0
        let side = 1 + offDiagonal
        for row in windows.indices {
            if row & 1023 == 0 { try tick(Double(row) / Double(windows.count)) }
            let window = windows[row]
            var current = [Float](repeating: .infinity, count: window.count)
            let offset = offsets[row]
            a.values.withUnsafeBufferPointer { av in
                b.values.withUnsafeBufferPointer { bv in
                    let x = av.baseAddress! + row * dimensions
                    for column in window {
                        let y = bv.baseAddress! + column * dimensions
                        var sum: Float = 0
                        for d in 0..<dimensions {
                            let difference = x[d] - y[d]
                            sum += difference * difference
                        }
                        let cost = sum.squareRoot()
                        let index = column - window.lowerBound
                        var best = Float.infinity
                        var step: UInt8 = 0
                        if row == 0, column == 0 { best = cost }
                        if row > 0 {
                            let up = column - aboveWindow.lowerBound
                            if up >= 1, up <= above.count, above[up - 1] + cost < best { best = above[up - 1] + cost }
                            if up >= 0, up < above.count, above[up] + cost * side < best {
                                best = above[up] + cost * side
                                step = 1
                            }
                        }
                        if index > 0, current[index - 1] + cost * side < best {
                            best = current[index - 1] + cost * side
                            step = 2
                        }
                        current[index] = best
                        steps[offset + index] = step
                    }
                }
            }
            above = current
            aboveWindow = window
        }
        return trace(steps, offsets, windows)
    }

    private func trace(_ steps: [UInt8], _ offsets: [Int], _ windows: [Range<Int>]) -> [Range<Int>] {
        var path = [Range<Int>](repeating: 0..<0, count: windows.count)
        var row = windows.count - 1
        var column = windows[row].upperBound - 1
        var last = column
        while true {
            let step = row == 0 && column == 0 ? 3 : steps[offsets[row] + column - windows[row].lowerBound]
            switch step {
            case 2 where column > windows[row].lowerBound:
                column -= 1
            case 0 where row > 0 && column > 0:
                path[row] = column..<last + 1
                row -= 1
                column -= 1
                last = column
            case 1 where row > 0:
                path[row] = column..<last + 1
                row -= 1
                last = column
            default:
                path[row] = column..<last + 1
                return path
            }
        }
    }
}
