/// A report as headings, paragraphs, lists and tables, before it becomes Markdown, HTML or a Word document.
public struct ReportPage: Sendable, Hashable {
    public enum Block: Sendable, Hashable {
        case heading(String)
        /// A paragraph; `**text**` is bold.
        case text(String)
        case list([String])
        /// Columns in `right` stand to the right.
        case table(head: [String], rows: [[String]], right: Set<Int>)
        /// Lines to fill in by hand.
        case blanks([String])
    }

    public var title: String
    public var isEnglish: Bool
    public var blocks: [Block]

    public init(title: String, isEnglish: Bool, blocks: [Block]) {
        self.title = title
        self.isEnglish = isEnglish
        self.blocks = blocks
    }

    public var markdown: String {
        var parts = ["# " + title]
        for block in blocks {
            switch block {
            case .heading(let text): parts.append("## " + text)
            case .text(let text): parts.append(text)
            case .list(let lines): parts.append(lines.map { "- " + $0 }.joined(separator: "\n"))
            case .table(let head, let rows, let right):
                func row(_ cells: [String]) -> String { "| " + cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |" }
                let rule = "|" + head.indices.map { right.contains($0) ? "---:" : "---" }.joined(separator: "|") + "|"
                parts.append(([row(head), rule] + rows.map(row)).joined(separator: "\n"))
            case .blanks(let names): parts.append(names.map { $0 + ": ______________________________" }.joined(separator: "\n\n"))
            }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The pieces of a paragraph, and whether each is bold.
    public static func runs(_ text: String) -> [(text: String, isBold: Bool)] {
        text.components(separatedBy: "**").enumerated().compactMap { $0.element.isEmpty ? nil : ($0.element, $0.offset % 2 == 1) }
    }
}
