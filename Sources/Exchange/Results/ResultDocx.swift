import Foundation
import Transcript

/// A table of results in a Word document (ECMA-376, transitional): the heading row comes again on every page.
struct ResultDocx {
    let table: ResultTable

    private static let namespaces = DocxPackage.namespaces
    private var isWide: Bool { table.columns.reduce(0) { $0 + $1.width } > 90 || table.columns.count > 6 }
    /// Twentieths of a point between the margins of an A4 page.
    private var width: Int { (isWide ? 16838 : 11906) - 2 * PageGeometry.pageMargin }

    func data() throws -> Data { try ZipWriter.archive(parts.map { ($0.name, Data($0.text.utf8)) }) }

    /// In the order they are stored.
    var parts: [(name: String, text: String)] {
        let geometry = PageGeometry()
        return [
            ("[Content_Types].xml", DocxPackage.contentTypes), ("_rels/.rels", DocxPackage.relations),
            ("docProps/core.xml", DocxPackage.core(title: table.title, language: table.language)), ("docProps/app.xml", DocxPackage.app),
            ("word/document.xml", document), ("word/_rels/document.xml.rels", DocxPackage.documentRelations),
            ("word/styles.xml", DocxStyles.text(geometry)), ("word/numbering.xml", DocxPackage.numbering(geometry)),
            ("word/settings.xml", DocxPackage.settings), ("word/header1.xml", header), ("word/footer1.xml", footer),
        ]
    }

    private var document: String {
        var body = paragraph("Title", run(table.title)) + paragraph("Opplysninger", run("Status: ", isBold: true) + run(table.stamp))
        body += grid
        // Word wants a paragraph after a table.
        body += paragraph("Opplysninger", "")
        for note in table.notes { body += paragraph("Opplysninger", run(note)) }
        let size = isWide ? "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>" : "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
        let margin = PageGeometry.pageMargin
        let section =
            "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"default\" r:id=\"rId4\"/>\(size)"
            + "<w:pgMar w:top=\"\(margin)\" w:right=\"\(margin)\" w:bottom=\"\(margin)\" w:left=\"\(margin)\" w:header=\"708\" w:footer=\"708\" "
            + "w:gutter=\"0\"/></w:sectPr>"
        return DocxPackage.declaration + "<w:document \(Self.namespaces)><w:body>\(body)\(section)</w:body></w:document>"
    }

    private var grid: String {
        let whole = table.columns.reduce(0) { $0 + $1.width }
        let widths = table.columns.map { max(300, Int(Double(width) * $0.width / max(1, whole))) }
        let line = { (side: String) in "<w:\(side) w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"8A8A8A\"/>" }
        var xml = "<w:tbl><w:tblPr><w:tblW w:w=\"\(widths.reduce(0, +))\" w:type=\"dxa\"/><w:tblBorders>"
        xml += ["top", "left", "bottom", "right", "insideH", "insideV"].map(line).joined() + "</w:tblBorders><w:tblLayout w:type=\"fixed\"/>"
        xml += "<w:tblCellMar><w:left w:w=\"80\" w:type=\"dxa\"/><w:right w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
        xml += widths.map { "<w:gridCol w:w=\"\($0)\"/>" }.joined() + "</w:tblGrid>"
        xml += "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        for (column, width) in zip(table.columns, widths) {
            xml += "<w:tc><w:tcPr><w:tcW w:w=\"\(width)\" w:type=\"dxa\"/><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EDEDED\"/></w:tcPr>"
            xml += paragraph("Opplysninger", run(column.title, isBold: true)) + "</w:tc>"
        }
        xml += "</w:tr>"
        for (index, row) in table.rows.enumerated() {
            xml += "<w:tr>"
            for (column, cell) in row.enumerated() {
                let span = table.span(row: index, column: column)
                let merge = column < table.grouped ? (span == 0 ? "<w:vMerge/>" : "<w:vMerge w:val=\"restart\"/>") : ""
                xml += "<w:tc><w:tcPr><w:tcW w:w=\"\(widths[column])\" w:type=\"dxa\"/>\(merge)</w:tcPr>"
                xml += span == 0 ? paragraph("Opplysninger", "") : content(cell)
                xml += "</w:tc>"
            }
            xml += "</w:tr>"
        }
        return xml + "</w:tbl>"
    }

    private func content(_ cell: ResultTable.Cell) -> String {
        let lines = table.shown(cell).split(separator: "\n", omittingEmptySubsequences: false)
        guard case .text = cell else {
            return "<w:p><w:pPr><w:pStyle w:val=\"Opplysninger\"/><w:jc w:val=\"right\"/></w:pPr>\(run(table.shown(cell)))</w:p>"
        }
        return paragraph("Opplysninger", lines.map { run(String($0)) }.joined(separator: "<w:r><w:br/></w:r>"))
    }

    private func paragraph(_ style: String, _ runs: String) -> String {
        "<w:p><w:pPr><w:pStyle w:val=\"\(style)\"/></w:pPr>\(runs)</w:p>"
    }

    private func run(_ text: String, isBold: Bool = false) -> String {
        "<w:r>\(isBold ? "<w:rPr><w:b/></w:rPr>" : "")<w:t xml:space=\"preserve\">\(TextEscaping.xml(text))</w:t></w:r>"
    }

    private var header: String {
        DocxPackage.declaration + "<w:hdr \(Self.namespaces)>\(paragraph("Header", run(table.title + " · " + table.stamp)))</w:hdr>"
    }

    private var footer: String {
        let field =
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
            + "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        return DocxPackage.declaration + "<w:ftr \(Self.namespaces)>\(paragraph("Footer", field))</w:ftr>"
    }
}
