/// A stretch of a recording with a label: a speaker, or "speech".
public struct LabeledSegment: Hashable, Sendable, Codable {
    public var range: SampleRange
    public var label: String
    /// Belief that the label is right, 0 … 1; nil when not estimated.
    public var confidence: Double?

    public init(range: SampleRange, label: String, confidence: Double? = nil) {
        self.range = range
        self.label = label
        self.confidence = confidence
    }
}
