import Signal

/// Features of a recording: one row a frame, one column a feature, stored row after row.
public struct FeatureMatrix: Hashable, Sendable {
    /// `rows · columns` values, row-major.
    public var values: [Float]
    /// Number of frames.
    public private(set) var rows: Int
    /// Number of features a frame.
    public let columns: Int
    /// Where the frames lie in the signal: row `i` is frame `i` of the grid.
    public let grid: FrameGrid

    /// An empty matrix.
    public init(columns: Int, grid: FrameGrid) {
        precondition(columns > 0, "a feature matrix has at least one column")
        values = []
        rows = 0
        self.columns = columns
        self.grid = grid
    }

    /// - Parameter values: row after row; the count is a multiple of `columns`.
    public init(values: [Float], columns: Int, grid: FrameGrid) {
        precondition(columns > 0 && values.count % columns == 0, "values fill whole rows")
        self.values = values
        self.columns = columns
        self.grid = grid
        rows = values.count / columns
    }

    public subscript(row: Int, column: Int) -> Float {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    /// The features of one frame.
    public subscript(row row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }

    /// Adds rows at the end; the count is a multiple of `columns`.
    public mutating func append(rows more: UnsafeBufferPointer<Float>) {
        precondition(more.count % columns == 0, "values fill whole rows")
        values.append(contentsOf: more)
        rows += more.count / columns
    }

    /// The rows of frames `range`, as a matrix of their own (its grid then counts from `range.lowerBound`).
    public func rows(in range: Range<Int>) -> FeatureMatrix {
        let range = range.clamped(to: 0..<rows)
        return FeatureMatrix(
            values: Array(values[range.lowerBound * columns..<range.upperBound * columns]), columns: columns, grid: grid)
    }

    /// Two matrices over the same frames side by side; the shorter one decides the number of rows.
    public func joined(with other: FeatureMatrix) -> FeatureMatrix {
        let count = min(rows, other.rows), width = columns + other.columns
        var joined: [Float] = []
        joined.reserveCapacity(count * width)
        for row in 0..<count {
            joined.append(contentsOf: self[row: row])
            joined.append(contentsOf: other[row: row])
        }
        return FeatureMatrix(values: joined, columns: width, grid: grid)
    }
}
