/// A half-open stretch of samples, `start ..< end`, at a rate the owner knows.
public struct SampleRange: Hashable, Sendable, Codable, Comparable {
    /// First sample of the stretch.
    public var start: Int
    /// One past the last sample; never before `start`.
    public var end: Int

    /// - Parameters:
    ///   - start: first sample.
    ///   - end: one past the last sample; a value before `start` gives an empty range at `start`.
    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = max(start, end)
    }

    private enum CodingKeys: String, CodingKey { case start, end }

    /// - Throws: `DecodingError` for a range that ends before it starts, or lies where no recording reaches (2⁵³ samples).
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        start = try container.decode(Int.self, forKey: .start)
        end = try container.decode(Int.self, forKey: .end)
        let limit = 1 << 53
        guard start <= end, start > -limit, end < limit else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: container.codingPath, debugDescription: "a stretch of samples ends before it starts, or lies beyond any recording"))
        }
    }

    /// Number of samples.
    public var count: Int { end - start }
    public var isEmpty: Bool { end <= start }
    public var middle: Int { start + count / 2 }

    public func contains(_ position: Int) -> Bool { position >= start && position < end }
    public func overlaps(_ other: SampleRange) -> Bool { start < other.end && other.start < end }

    /// The common stretch, or nil when there is none.
    public func intersection(_ other: SampleRange) -> SampleRange? {
        let s = max(start, other.start), e = min(end, other.end)
        return s < e ? SampleRange(s, e) : nil
    }

    /// The smallest stretch that holds both.
    public func union(_ other: SampleRange) -> SampleRange {
        SampleRange(min(start, other.start), max(end, other.end))
    }

    /// Duration in seconds at `rate`.
    public func seconds(at rate: SampleRate) -> Double { rate.seconds(count) }

    /// The same stretch counted at another rate.
    public func converted(from: SampleRate, to: SampleRate) -> SampleRange {
        SampleRange(from.convert(start, to: to), from.convert(end, to: to))
    }

    public static func < (a: SampleRange, b: SampleRange) -> Bool { (a.start, a.end) < (b.start, b.end) }
}
