/// A sampling frequency in hertz (samples per second per channel).
public struct SampleRate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Samples per second; always positive.
    public let hertz: Int

    /// - Parameter hertz: samples per second, at least 1.
    public init(_ hertz: Int) {
        precondition(hertz > 0, "a sampling frequency is positive")
        self.hertz = hertz
    }

    /// The rate every analysis runs at: wide enough for speech, small enough to be fast.
    public static let analysis = SampleRate(16_000)

    /// Converts a position counted at this rate to one counted at `other`, rounding to the nearest sample.
    ///
    /// Exact integer arithmetic, so a position on a common multiple survives the round trip.
    public func convert(_ position: Int, to other: SampleRate) -> Int {
        if self == other { return position }
        let (product, overflow) = position.multipliedReportingOverflow(by: other.hertz)
        precondition(!overflow, "sample position out of range")
        let half = hertz / 2
        return product >= 0 ? (product + half) / hertz : -((-product + half) / hertz)
    }

    /// The position nearest to a time in seconds.
    public func position(seconds: Double) -> Int { Int((seconds * Double(hertz)).rounded()) }

    /// Seconds from the start of the recording to `position`.
    public func seconds(_ position: Int) -> Double { Double(position) / Double(hertz) }

    public static func < (a: SampleRate, b: SampleRate) -> Bool { a.hertz < b.hertz }
    public var description: String { "\(hertz) Hz" }

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer().decode(Int.self)
        guard value > 0 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a sampling frequency is positive"))
        }
        self.hertz = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hertz)
    }
}
