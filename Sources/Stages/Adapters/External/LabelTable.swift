import Foundation

/// A track of labels as Audacity exports it: `start⇥end⇥label`, seconds with a point, a line each. More columns are kept.
///
/// Source: Audacity's manual, *Importing and exporting labels*. Its second lines for frequencies, which begin with a backslash, are
/// passed over, and so are empty lines, lines that begin with `#`, and a heading.
struct LabelTable {
    struct Row: Hashable {
        /// 1-based, in the file.
        var line: Int
        /// Seconds; `end` is not before `start`, and neither is negative.
        var start: Double
        var end: Double
        var label: String
        /// What stands in further columns.
        var more: [String]
    }

    let rows: [Row]

    /// - Parameter fault: makes the error of what is wrong, in words that quote nothing.
    init(_ text: String, fault: (String) -> StageFault) throws {
        var rows: [Row] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") || line.hasPrefix("\\") { continue }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            if rows.isEmpty, fields[0].lowercased() == "start" { continue }
            guard fields.count >= 2, let start = Double(fields[0]), let end = Double(fields[1]) else {
                throw fault("wrote a line \(index + 1) that is not start, end and label with tabs between")
            }
            // Also what is no number at all (nan).
            guard start >= 0, end >= start, end < 1e7 else { throw fault("wrote a line \(index + 1) whose times cannot be: seconds, the end not before the start") }
            rows.append(Row(line: index + 1, start: start, end: end, label: fields.count > 2 ? fields[2] : "", more: Array(fields.dropFirst(3))))
        }
        self.rows = rows
    }

    /// The table, where the text is one: its first line with anything on it begins with a number.
    init?(ifIn text: String, fault: (String) -> StageFault) throws {
        let first = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("#") && !$0.hasPrefix("\\") }
        guard let first, let field = first.split(separator: "\t").first, Double(field.trimmingCharacters(in: .whitespaces)) != nil else { return nil }
        try self.init(text, fault: fault)
    }
}
