import Anonymization
import Foundation
import Transcript

extension ReportPage {
    /// One HTML page without scripts or anything from elsewhere.
    public var html: String {
        var body = "<h1>\(TextEscaping.xml(title))</h1>\n"
        for block in blocks {
            switch block {
            case .heading(let text): body += "<h2>\(TextEscaping.xml(text))</h2>\n"
            case .text(let text): body += "<p>\(Self.inline(text))</p>\n"
            case .list(let lines): body += "<ul>\n" + lines.map { "<li>\(Self.inline($0))</li>\n" }.joined() + "</ul>\n"
            case .table(let head, let rows, let right):
                func row(_ cells: [String], _ tag: String) -> String {
                    "<tr>" + cells.enumerated().map { index, cell in
                        "<\(tag)\(tag == "th" ? " scope=\"col\"" : "")\(right.contains(index) ? " class=\"r\"" : "")>\(Self.inline(cell))</\(tag)>"
                    }.joined() + "</tr>\n"
                }
                body += "<table>\n<thead>\(row(head, "th"))</thead>\n<tbody>\n" + rows.map { row($0, "td") }.joined() + "</tbody>\n</table>\n"
            case .blanks(let names): body += names.map { "<p class=\"blank\"><span>\(TextEscaping.xml($0))</span></p>\n" }.joined()
            }
        }
        return """
            <!DOCTYPE html>
            <html lang="\(isEnglish ? "en" : "nb")">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(TextEscaping.xml(title))</title>
            <style>
            body { font: 16px/1.5 Calibri, Carlito, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
            table { border-collapse: collapse; margin: 1rem 0 } th, td { border-bottom: 1px solid #bbb; padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top }
            .r { text-align: right } .blank { border-bottom: 1px solid #1a1a1a; max-width: 30rem }
            @media print { body { margin: 0; max-width: none } h2 { break-after: avoid } tr { break-inside: avoid } }
            </style>
            </head>
            <body>
            \(body)</body>
            </html>

            """
    }

    private static func inline(_ text: String) -> String {
        runs(text).map { $0.isBold ? "<strong>\(TextEscaping.xml($0.text))</strong>" : TextEscaping.xml($0.text) }.joined()
    }

    /// A Word document, without author and times. The same page gives the same bytes.
    /// - Throws: when memory runs out.
    public func docx() throws -> Data {
        var body = Self.paragraph([(title, false)], style: "Title")
        for block in blocks {
            switch block {
            case .heading(let text): body += Self.paragraph([(text, false)], style: "Heading1")
            case .text(let text): body += Self.paragraph(Self.runs(text))
            case .list(let lines): body += lines.map { Self.paragraph([("• ", false)] + Self.runs($0), indent: true) }.joined()
            case .table(let head, let rows, let right): body += Self.table(head, rows, right)
            case .blanks(let names): body += names.map { Self.paragraph([($0 + ": ______________________________", false)]) }.joined()
            }
        }
        let section =
            "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"default\" r:id=\"rId4\"/>"
            + "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1417\" w:right=\"1417\" w:bottom=\"1417\" w:left=\"1417\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr>"
        let head = "<w:hdr \(DocxPackage.namespaces)>\(Self.paragraph([(title, false)], style: "Header"))</w:hdr>"
        let foot =
            "<w:ftr \(DocxPackage.namespaces)><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr><w:fldSimple w:instr=\"PAGE\"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>"
        let geometry = PageGeometry()
        let parts: [(String, String)] = [
            ("[Content_Types].xml", DocxPackage.contentTypes), ("_rels/.rels", DocxPackage.relations),
            ("word/document.xml", DocxPackage.declaration + "<w:document \(DocxPackage.namespaces)><w:body>\(body)\(section)</w:body></w:document>"),
            ("word/_rels/document.xml.rels", DocxPackage.documentRelations), ("word/styles.xml", DocxStyles.text(geometry)),
            ("word/numbering.xml", DocxPackage.numbering(geometry)), ("word/settings.xml", DocxPackage.settings),
            ("word/header1.xml", DocxPackage.declaration + head), ("word/footer1.xml", DocxPackage.declaration + foot),
            ("docProps/core.xml", DocxPackage.core(title: title, language: isEnglish ? .english : .bokmal)), ("docProps/app.xml", DocxPackage.app),
        ]
        return try ZipWriter.archive(parts.map { ($0.0, Data($0.1.utf8)) })
    }

    private static func paragraph(_ runs: [(text: String, isBold: Bool)], style: String? = nil, indent: Bool = false, right: Bool = false) -> String {
        var properties = style.map { "<w:pStyle w:val=\"\($0)\"/>" } ?? ""
        if style == nil { properties += "<w:spacing w:after=\"\(indent ? 40 : 80)\"/>" }
        if indent { properties += "<w:ind w:left=\"284\" w:hanging=\"284\"/>" }
        if right { properties += "<w:jc w:val=\"right\"/>" }
        let text = runs.map { run in
            "<w:r>\(run.isBold ? "<w:rPr><w:b/></w:rPr>" : "")<w:t xml:space=\"preserve\">\(TextEscaping.xml(run.text))</w:t></w:r>"
        }.joined()
        return "<w:p><w:pPr>\(properties)</w:pPr>\(text)</w:p>"
    }

    private static func table(_ head: [String], _ rows: [[String]], _ right: Set<Int>) -> String {
        let line = { (side: String) in "<w:\(side) w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"999999\"/>" }
        let width = 9000 / max(1, head.count)
        func row(_ cells: [String], isHead: Bool) -> String {
            "<w:tr><w:trPr><w:cantSplit/>\(isHead ? "<w:tblHeader/>" : "")</w:trPr>"
                + cells.enumerated().map { index, cell in
                    "<w:tc><w:tcPr><w:tcW w:w=\"\(width)\" w:type=\"dxa\"/></w:tcPr>"
                        + paragraph(isHead ? [(cell, true)] : runs(cell), right: right.contains(index)) + "</w:tc>"
                }.joined() + "</w:tr>"
        }
        return "<w:tbl><w:tblPr><w:tblW w:w=\"\(width * head.count)\" w:type=\"dxa\"/><w:tblBorders>\(line("top"))\(line("bottom"))\(line("insideH"))</w:tblBorders></w:tblPr>"
            + "<w:tblGrid>" + head.map { _ in "<w:gridCol w:w=\"\(width)\"/>" }.joined() + "</w:tblGrid>"
            + row(head, isHead: true) + rows.map { row($0, isHead: false) }.joined() + "</w:tbl>" + "<w:p/>"
    }
}
