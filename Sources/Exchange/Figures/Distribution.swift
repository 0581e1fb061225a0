/// A handful of durations, summed up. Values that are no number are left out.
public struct Distribution: Codable, Sendable, Hashable {
    public var count: Int
    /// Sum; 0 of nothing.
    public var total: Double
    /// The rest are nil of nothing.
    public var mean: Double?
    public var shortest: Double?
    public var lowerQuartile: Double?
    public var median: Double?
    public var upperQuartile: Double?
    public var longest: Double?

    public init(_ values: [Double]) {
        let sorted = values.filter(\.isFinite).sorted()
        count = sorted.count
        total = sorted.reduce(0, +)
        guard !sorted.isEmpty else { return }
        mean = total / Double(count)
        shortest = sorted.first
        lowerQuartile = Self.quantile(0.25, ofSorted: sorted)
        median = Self.quantile(0.5, ofSorted: sorted)
        upperQuartile = Self.quantile(0.75, ofSorted: sorted)
        longest = sorted.last
    }

    /// Linear between the two nearest ranks: definition 7 of Hyndman and Fan (1996), the default of R, NumPy and Excel.
    /// - Parameter share: 0 … 1.
    static func quantile(_ share: Double, ofSorted sorted: [Double]) -> Double? {
        guard let last = sorted.indices.last else { return nil }
        let place = share * Double(last), low = Int(place)
        guard low < last else { return sorted[last] }
        return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
    }
}
