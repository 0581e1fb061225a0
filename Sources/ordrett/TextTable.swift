/// A plain table with aligned columns.
struct TextTable {
    var header: [String]
    var rows: [[String]] = []
    /// Columns whose cells stand to the right (numbers).
    var rightAligned: Set<Int> = []

    var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            cells.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return rightAligned.contains(column) ? space + cells[column] : cells[column] + space
            }.joined(separator: "  ").replacing(#/\s+$/#, with: "")
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
    }
}

/// `1:02:03` or `2:03`, from seconds.
func clockText(_ seconds: Double) -> String {
    let total = Int(seconds.rounded()), hours = total / 3600, minutes = total / 60 % 60, rest = total % 60
    let two = { (n: Int) in n < 10 ? "0\(n)" : "\(n)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
}
