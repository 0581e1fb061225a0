/// Gathers the lines of a document, with a limit on how much talk there may be.
struct LineCollector {
    private(set) var lines: [StyledLine] = []
    var line = StyledLine()
    private var size = 0
    /// More talk than any draft has: nothing more is taken.
    var isFull: Bool { size > Draft.textLimit }

    mutating func append(_ text: String, stands: Bool = false, bold: Bool = false, time: Draft.Time? = nil) {
        size += text.utf8.count
        guard !isFull else { return }
        line.append(text, stands: stands, bold: bold, time: time)
    }

    /// Ends the line, also an empty one: it costs memory, too.
    mutating func finish(isHeading: Bool = false) {
        size += 16
        guard !isFull else { return }
        line.isHeading = isHeading
        lines.append(line)
        line = StyledLine()
    }

    /// A cell of a table row begins.
    mutating func cell() { if !line.text.isEmpty { append("\t") } }

    /// A paragraph begins, or a line breaks, inside a cell.
    mutating func softBreak() { if let last = line.text.last, !last.isWhitespace { append(" ") } }

    /// The lines, when they were not too many.
    func finished() throws(DraftError) -> [StyledLine] {
        guard !isFull else { throw .tooLarge(limit: Draft.textLimit) }
        return lines
    }

    /// Text from inside markup: no control characters, soft hyphens or zero-width signs; hard spaces are spaces.
    static func clean(_ text: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 9, 10, 13: result.append(" ")
            case 0..<32, 127, 0xAD, 0xFEFF, 0x200B...0x200F: break
            case 0xA0, 0x202F, 0x2007: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
