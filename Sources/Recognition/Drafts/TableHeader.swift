/// The first row of a transcript in table form, which says what the columns hold: NVivo's `Timespan⇥Content⇥Speaker`,
/// and what people make of it.
struct TableHeader {
    private enum Column { case start, end, talk, speaker, other }
    private let columns: [Column]

    private static let names: [String: Column] = [
        "timespan": .start, "time": .start, "start": .start, "tid": .start, "tidsrom": .start, "tidspunkt": .start, "timestamp": .start, "fra": .start,
        "end": .end, "slutt": .end, "til": .end, "stop": .end, "content": .talk, "text": .talk, "tekst": .talk, "innhold": .talk, "transcript": .talk,
        "transkripsjon": .talk, "ytring": .talk, "utsagn": .talk, "speaker": .speaker, "taler": .speaker, "talar": .speaker, "person": .speaker,
        "navn": .speaker, "name": .speaker, "hvem": .speaker, "nr": .other, "nr.": .other, "no": .other, "#": .other, "id": .other,
    ]

    /// nil when the line is no header: every cell has to be a column's name, and one has to hold the talk.
    init?(_ line: StyledLine) {
        guard line.text.count <= 120, line.text.contains("\t") else { return nil }
        let cells = String(line.text).split(separator: "\t", omittingEmptySubsequences: false).map { $0.split(separator: " ").joined().lowercased() }
        var found: [Column] = []
        for cell in cells {
            guard let column = Self.names[cell] else { return nil }
            found.append(column)
        }
        guard found.count >= 2, found.count(where: { $0 == .talk }) == 1 else { return nil }
        columns = found
    }

    /// The columns of a row; nil when the row has others. Tabs inside the talk are part of it.
    func columns(of line: StyledLine) -> (talk: StyledLine, speaker: StyledLine?, start: Double?, end: Double?)? {
        var cells: [StyledLine] = []
        var from = 0
        for index in line.text.indices where line.text[index] == "\t" {
            cells.append(line.slice(from..<index))
            from = index + 1
        }
        cells.append(line.slice(from..<line.text.count))
        guard cells.count == columns.count, let talk = columns.firstIndex(where: { $0 == .talk }) else { return nil }
        var speaker: StyledLine?, start: Double?, end: Double?
        for (column, cell) in zip(columns, cells) {
            let text = Array(cell.dropping(to: 0).text)
            switch column {
            case .start:
                let found = TimeCode.bracketed(text, at: 0, strict: false) ?? TimeCode.bare(text, parts: 2)
                start = found?.start
                end = found?.end ?? end
            case .end: end = (TimeCode.bracketed(text, at: 0, strict: false) ?? TimeCode.bare(text, parts: 2))?.start
            case .speaker: speaker = cell.text.count <= 60 ? cell : nil
            case .talk, .other: break
            }
        }
        return (cells[talk].dropping(to: 0), speaker, start, end)
    }
}
