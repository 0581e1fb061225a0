/// Appends to every row of a stream the slopes of its last values over time, in constant memory.
///
/// The slopes are those of `FeatureMatrix.deltas(reach:)`, to the last bit; rows come out `reach` rows late.
public struct SlopeStream: Sendable {
    /// Values in a row taken in.
    public let inputColumns: Int
    /// How many of them, counted from the end, are differentiated.
    public let slopeColumns: Int
    /// Values in a row handed out.
    public var columns: Int { inputColumns + slopeColumns }

    private let reach: Int
    private let weights: [Float]
    /// Rows from `heldStart` on.
    private var held: [Float] = []
    private var heldStart = 0
    private var count = 0
    private var next = 0

    /// - Throws: `DSPError.invalidParameter` unless 1 ≤ `slopeColumns` ≤ `inputColumns` and 1 ≤ `reach` ≤ 50.
    public init(inputColumns: Int, slopeColumns: Int, reach: Int = 2) throws {
        try DSPError.require((1...50).contains(reach), "the delta reach", reach, "1 to 50 frames")
        try DSPError.require(
            slopeColumns > 0 && slopeColumns <= inputColumns, "the number of slopes", slopeColumns, "1 to \(inputColumns)")
        self.inputColumns = inputColumns
        self.slopeColumns = slopeColumns
        self.reach = reach
        weights = FeatureMatrix.slopeWeights(reach: reach)
    }

    /// Takes whole rows and appends to `output` those that they complete.
    public mutating func push(_ rows: UnsafeBufferPointer<Float>, into output: inout [Float]) {
        precondition(rows.count % inputColumns == 0, "values fill whole rows")
        held.append(contentsOf: rows)
        count += rows.count / inputColumns
        emit(upTo: count - reach, into: &output)
        let spent = next - reach - heldStart
        if spent > 0 {
            held.removeFirst(spent * inputColumns)
            heldStart += spent
        }
    }

    /// Appends the rows still held; the last row stands in for those after it.
    public mutating func finish(into output: inout [Float]) { emit(upTo: count, into: &output) }

    private mutating func emit(upTo end: Int, into output: inout [Float]) {
        guard next < end else { return }
        output.reserveCapacity(output.count + (end - next) * columns)
        held.withUnsafeBufferPointer { held in
            let skip = inputColumns - slopeColumns
            for row in next..<end {
                let own = (row - heldStart) * inputColumns
                output.append(contentsOf: held[own..<own + inputColumns])
                let place = output.count
                for _ in 0..<slopeColumns { output.append(0) }
                for n in 1...reach {
                    let ahead = (min(count - 1, row + n) - heldStart) * inputColumns + skip
                    let behind = (max(0, row - n) - heldStart) * inputColumns + skip
                    for c in 0..<slopeColumns { output[place + c] += weights[n] * (held[ahead + c] - held[behind + c]) }
                }
            }
        }
        next = end
    }
}
