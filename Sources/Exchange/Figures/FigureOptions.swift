import Transcript

/// What a figure shows and how.
public struct FigureOptions: Codable, Sendable, Hashable {
    /// Of headings, legend and tooltips.
    public var language: DocumentLanguage
    /// Heading; nil for the recording's id.
    public var title: String?
    /// Seconds a row, 5 … 3600; nil for a length that suits the recording.
    public var rowSeconds: Double?
    /// Whether the curves of pitch and loudness are drawn where there are contours.
    public var curves: Bool
    /// Whether the lesser of two degrees of emphasis gets a tick as well.
    public var showsWeakEmphasis: Bool

    public init(
        language: DocumentLanguage = .bokmal, title: String? = nil, rowSeconds: Double? = nil, curves: Bool = true,
        showsWeakEmphasis: Bool = false
    ) {
        self.language = language
        self.title = title
        self.rowSeconds = rowSeconds
        self.curves = curves
        self.showsWeakEmphasis = showsWeakEmphasis
    }
}

/// Where things stand in the picture of a recording: rows of time, lanes in a row. Pixels and seconds.
struct FigureGrid {
    static let left = 132.0, plot = 1000.0, right = 24.0
    static let width = left + plot + right
    /// In a lane, from its top: signs, the bar, ticks of emphasis.
    static let lane = 27.0, barTop = 11.0, bar = 10.0
    static let pitchHeight = 48.0, levelHeight = 30.0, panelGap = 7.0
    static let axis = 16.0, rowGap = 16.0

    let duration: Double
    let rowSeconds: Double
    let lanes: Int
    let hasCurves: Bool

    init(duration: Double, lanes: Int, hasCurves: Bool, rowSeconds given: Double? = nil) {
        self.duration = duration
        self.lanes = max(1, lanes)
        self.hasCurves = hasCurves
        rowSeconds = given.flatMap { $0.isFinite ? min(max($0, 5), 3600) : nil } ?? Self.rowSeconds(for: duration)
    }

    /// One row up to a minute and a half; then the shortest of 1, 2, 5, 10, 20 and 60 minutes that gives 24 rows or fewer.
    static func rowSeconds(for duration: Double) -> Double {
        if duration <= 90 { return max(5, duration.rounded(.up)) }
        return [60, 120, 300, 600, 1200].first { duration / $0 <= 24 } ?? 3600
    }

    var rows: Int { max(1, min(10_000, Int((duration / rowSeconds - 1e-9).rounded(.up)))) }
    var lanesHeight: Double { Double(lanes) * Self.lane }
    var rowHeight: Double {
        lanesHeight + (hasCurves ? Self.pitchHeight + Self.levelHeight + 2 * Self.panelGap : 0) + Self.axis + Self.rowGap
    }
    /// Pixels a second.
    var scale: Double { Self.plot / rowSeconds }

    func span(ofRow row: Int) -> ClosedRange<Double> {
        let start = Double(row) * rowSeconds
        return start...max(start, min(duration, start + rowSeconds))
    }

    func x(_ time: Double, row: Int) -> Double { Self.left + (time - Double(row) * rowSeconds) * scale }

    /// The part of a stretch in a row, or nil; a moment on a border belongs to the row that it opens.
    func part(_ start: Double, _ end: Double, inRow row: Int) -> (start: Double, end: Double)? {
        let span = span(ofRow: row)
        let isLast = row == rows - 1
        guard start < span.upperBound || (isLast && start <= span.upperBound), end > span.lowerBound || (start == end && start == span.lowerBound) else {
            return nil
        }
        return (max(start, span.lowerBound), min(max(end, start), span.upperBound))
    }

    /// Seconds between labels of the time axis, so that they stand at least 60 pixels apart.
    var tick: Double { [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].first { $0 * scale >= 60 } ?? 600 }
}
