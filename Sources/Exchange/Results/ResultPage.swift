import Foundation

/// A table of results as one accessible page that needs nothing from anywhere else.
struct ResultPage {
    let table: ResultTable

    func text() -> String {
        let title = TextEscaping.xml(table.title)
        var html = "<!DOCTYPE html>\n<html lang=\"\(table.language == .english ? "en" : "nb")\">\n<head>\n<meta charset=\"utf-8\">\n"
        html += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; "
        html += "style-src '\(HTMLPlayer.digest(Self.style))'\">\n"
        html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        html += "<meta name=\"generator\" content=\"Ordrett\">\n<meta name=\"robots\" content=\"noindex\">\n"
        html += "<title>\(title)</title>\n<style>\(Self.style)</style>\n</head>\n<body>\n<h1>\(title)</h1>\n"
        html += "<p class=\"status\">Status: \(TextEscaping.xml(table.stamp))</p>\n<div class=\"wide\"><table>\n<thead><tr>"
        for column in table.columns { html += "<th scope=\"col\">\(TextEscaping.xml(column.title))</th>" }
        html += "</tr></thead>\n<tbody>\n"
        for (index, row) in table.rows.enumerated() {
            html += "<tr>"
            for (column, cell) in row.enumerated() {
                let span = table.span(row: index, column: column)
                if span == 0 { continue }
                html += self.cell(cell, rows: span, isHead: column < table.grouped)
            }
            html += "</tr>\n"
        }
        html += "</tbody>\n</table></div>\n"
        if !table.notes.isEmpty {
            html += "<ul class=\"notes\">\n" + table.notes.map { "<li>\(TextEscaping.xml($0))</li>\n" }.joined() + "</ul>\n"
        }
        return html + "</body>\n</html>\n"
    }

    private func cell(_ cell: ResultTable.Cell, rows: Int, isHead: Bool) -> String {
        let text = TextEscaping.xml(table.shown(cell)).replacing("\n", with: "<br>")
        let span = rows > 1 ? " rowspan=\"\(rows)\"" : ""
        if isHead { return "<th scope=\"\(rows > 1 ? "rowgroup" : "row")\"\(span)>\(text)</th>" }
        if case .text = cell { return "<td\(span)>\(text)</td>" }
        return "<td class=\"n\"\(span)>\(text)</td>"
    }

    private static let style = """

        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1a1a1a; background: #fff; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; }
        th, td { border: 1px solid #8a8a8a; padding: .35rem .6rem; text-align: left; vertical-align: top; }
        tbody th { font-weight: 600; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .status { font-weight: 600; } .notes { color: #444; }
        @media (prefers-color-scheme: dark) { body { color: #eee; background: #161616; } .notes { color: #bbb; } }
        @media print { body { max-width: none; margin: 0; color: #000; background: #fff; } thead { display: table-header-group; } }

        """
}
