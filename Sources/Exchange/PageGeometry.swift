import Transcript

/// Where a document's columns stand, twentieths of a point (1 cm is 567), from the left edge of the text.
struct PageGeometry {
    /// Where the talk begins.
    let indent: Int
    /// How far the time, and what stands before it, reach into the page's margin; 0 when times stand in the text.
    let outdent: Int
    /// The page's left margin.
    let leftMargin: Int
    /// From the text to the line numbers.
    let lineNumberDistance: Int
    /// Whether some turn's time stands in the margin.
    let hasMarginTimes: Bool

    static let pageMargin = 1417
    /// Room for `[00:00:00]` in 9 points.
    private static let timeWidth = 1020
    /// Room for a turn number of four digits.
    static let numberWidth = 567

    init(_ renderer: Renderer) {
        let page = renderer.page, options = renderer.options
        // The width of a bold letter in 11 points, up to 8 cm in all.
        let label = options.speakerLabels ? page.paragraphs.map(\.speakerLabel.count).max().map { $0 + 2 } ?? 0 : 0
        let timed = options.times && page.paragraphs.contains { $0.time != nil }
        hasMarginTimes = timed && renderer.extras.timePlacement == .margin
        hasMarginNumbers = hasMarginTimes && options.numbering == .turns
        let time = timed && !hasMarginTimes ? 980 : 0, number = options.numbering == .turns ? Self.numberWidth : 0
        indent = min(4536, max(567, label * 125 + time + (hasMarginTimes ? 0 : number)))
        outdent = hasMarginTimes ? Self.timeWidth + number : 0
        let lines = options.numbering == .lines
        lineNumberDistance = hasMarginTimes ? Self.timeWidth + 140 : 283
        leftMargin = hasMarginTimes && (lines || number > 0) ? 2268 : Self.pageMargin
    }

    /// A page without times and numbers.
    init() {
        (indent, outdent, leftMargin, lineNumberDistance) = (567, 0, Self.pageMargin, 283)
        (hasMarginTimes, hasMarginNumbers) = (false, false)
    }

    /// A turn's number stands before the time in the margin: a tab in the text parts them, since programs do not take a list's own
    /// tab into the margin.
    let hasMarginNumbers: Bool

    /// Tab stops from the left edge of the text.
    var tabs: [Int] { (hasMarginNumbers ? [-Self.timeWidth] : []) + (hasMarginTimes ? [0] : []) + [indent] }
}
