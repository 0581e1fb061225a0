/// The interval tiers of a Praat TextGrid, long or short.
public struct TextGridTiers: Sendable {
    public struct Interval: Sendable, Hashable {
        /// Seconds.
        public var start: Double
        public var end: Double
        public var text: String
    }

    public var tiers: [(name: String, intervals: [Interval])]

    /// - Throws: ``DraftError`` for a damaged file or one without tiers.
    public init(_ text: String) throws(DraftError) {
        tiers = try TextGridReader.tiers(text).map { tier in
            (tier.name, tier.intervals.map { Interval(start: $0.start, end: $0.end, text: $0.text) })
        }
    }
}
