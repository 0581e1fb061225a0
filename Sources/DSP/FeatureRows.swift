/// Rows of features on their way, valid only while the call that handed them out lasts.
public struct FeatureRows {
    /// Frame of the recording that the first row belongs to.
    public let firstFrame: Int
    /// Values a row.
    public let columns: Int
    /// `count · columns` values, row after row.
    public let values: UnsafeBufferPointer<Float>

    public init(firstFrame: Int, columns: Int, values: UnsafeBufferPointer<Float>) {
        self.firstFrame = firstFrame
        self.columns = columns
        self.values = values
    }

    /// Number of rows, at least one.
    public var count: Int { values.count / columns }
}
