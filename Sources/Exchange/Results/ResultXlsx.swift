import Foundation
import Transcript

/// A table of results as a spreadsheet (ECMA-376, SpreadsheetML, transitional).
///
/// The first sheet holds the table and nothing else, names in its first row, so that R and pandas read it without being told more; the
/// second says what it is, its status and its notes. Text is always text: nothing in a cell is run as a formula.
struct ResultXlsx {
    let table: ResultTable

    /// How many texts are longer than a cell can be, and are cut.
    var cut: Int { table.rows.reduce(0) { $0 + $1.count { if case .text(let text) = $0 { text.utf16.count > Self.longest } else { false } } } }

    /// What a cell can hold, in UTF-16 units as Excel counts.
    private static let longest = 32_767
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let package = "http://schemas.openxmlformats.org/package/2006/"
    private static let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml."

    func data() throws -> Data { try ZipWriter.archive(parts.map { ($0.name, Data($0.text.utf8)) }) }

    /// In the order they are stored.
    var parts: [(name: String, text: String)] {
        [
            ("[Content_Types].xml", contentTypes), ("_rels/.rels", relations),
            ("docProps/core.xml", DocxPackage.core(title: table.title, language: table.language)), ("docProps/app.xml", DocxPackage.app),
            ("xl/workbook.xml", workbook), ("xl/_rels/workbook.xml.rels", workbookRelations), ("xl/styles.xml", styles),
            ("xl/worksheets/sheet1.xml", rows), ("xl/worksheets/sheet2.xml", facts),
        ]
    }

    private var contentTypes: String {
        DocxPackage.declaration + "<Types xmlns=\"\(Self.package)content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            + [
                ("/xl/workbook.xml", Self.sheet + "sheet.main+xml"), ("/xl/styles.xml", Self.sheet + "styles+xml"),
                ("/xl/worksheets/sheet1.xml", Self.sheet + "worksheet+xml"), ("/xl/worksheets/sheet2.xml", Self.sheet + "worksheet+xml"),
                ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
                ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
            ].map { "<Override PartName=\"\($0.0)\" ContentType=\"\($0.1)\"/>" }.joined() + "</Types>"
    }

    private var relations: String {
        DocxPackage.declaration + "<Relationships xmlns=\"\(Self.package)relationships\">"
            + "<Relationship Id=\"rId1\" Type=\"\(Self.office)/officeDocument\" Target=\"xl/workbook.xml\"/>"
            + "<Relationship Id=\"rId2\" Type=\"\(Self.package)relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
            + "<Relationship Id=\"rId3\" Type=\"\(Self.office)/extended-properties\" Target=\"docProps/app.xml\"/></Relationships>"
    }

    private var workbookRelations: String {
        DocxPackage.declaration + "<Relationships xmlns=\"\(Self.package)relationships\">"
            + [("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "worksheet", "worksheets/sheet2.xml"), ("rId3", "styles", "styles.xml")]
            .map { "<Relationship Id=\"\($0.0)\" Type=\"\(Self.office)/\($0.1)\" Target=\"\($0.2)\"/>" }.joined() + "</Relationships>"
    }

    private var workbook: String {
        let names = table.language == .english ? ("Table", "About") : ("Tabell", "Om tabellen")
        let range = "'\(names.0)'!$A$1:$\(Self.letters(max(0, table.columns.count - 1)))$\(table.rows.count + 1)"
        return DocxPackage.declaration + "<workbook xmlns=\"\(Self.main)\" xmlns:r=\"\(Self.office)\"><sheets>"
            + "<sheet name=\"\(names.0)\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"\(names.1)\" sheetId=\"2\" r:id=\"rId2\"/></sheets>"
            + "<definedNames><definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"0\" hidden=\"1\">\(range)</definedName>"
            + "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'\(names.0)'!$1:$1</definedName></definedNames></workbook>"
    }

    /// 0 wrapped text, 1 heading, 2 whole number, 3 … 9 with 0 … 6 decimals, 10 per cent.
    private var styles: String {
        let formats = (0...6).map { "<numFmt numFmtId=\"\(164 + $0)\" formatCode=\"0\($0 == 0 ? "" : "." + String(repeating: "0", count: $0))\"/>" }
        var cells = [
            "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>",
            "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"2\" borderId=\"0\" xfId=\"0\" applyFont=\"1\" applyFill=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>",
        ]
        for format in [1] + Array(164...170) + [171] {
            cells.append(
                "<xf numFmtId=\"\(format)\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\"/></xf>")
        }
        return DocxPackage.declaration + "<styleSheet xmlns=\"\(Self.main)\"><numFmts count=\"8\">\(formats.joined())"
            + "<numFmt numFmtId=\"171\" formatCode=\"0.0%\"/></numFmts>"
            + "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
            + "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>"
            + "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFEDEDED\"/><bgColor indexed=\"64\"/></patternFill></fill></fills>"
            + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
            + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
            + "<cellXfs count=\"\(cells.count)\">\(cells.joined())</cellXfs>"
            + "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    }

    private var rows: String {
        let last = Self.letters(max(0, table.columns.count - 1))
        var xml = DocxPackage.declaration + "<worksheet xmlns=\"\(Self.main)\"><dimension ref=\"A1:\(last)\(table.rows.count + 1)\"/><sheetViews>"
        xml += "<sheetView tabSelected=\"1\" workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>"
        for (index, column) in table.columns.enumerated() {
            xml += "<col min=\"\(index + 1)\" max=\"\(index + 1)\" width=\"\(Decimals.text(min(80, max(6, column.width)), 1))\" customWidth=\"1\"/>"
        }
        xml += "</cols><sheetData><row r=\"1\">"
        for (index, column) in table.columns.enumerated() { xml += text(column.title, Self.letters(index) + "1", style: 1) }
        xml += "</row>"
        let names = table.columns.indices.map(Self.letters)
        for (number, row) in table.rows.enumerated() {
            xml += "<row r=\"\(number + 2)\">"
            for (index, cell) in row.enumerated() where !cell.isEmpty {
                let place = names[index] + String(number + 2)
                switch cell {
                case .text(let value): xml += text(value, place, style: 0)
                case .whole(let value): xml += numeric(value.map(String.init), place, style: 2)
                case .number(let value, let places): xml += numeric(value.filter(\.isFinite).map { "\($0)" }, place, style: 3 + min(6, max(0, places)))
                case .share(let value): xml += numeric(value.filter(\.isFinite).map { "\($0)" }, place, style: 10)
                }
            }
            xml += "</row>"
        }
        xml += "</sheetData><autoFilter ref=\"A1:\(last)\(table.rows.count + 1)\"/>"
        xml += "<pageMargins left=\"0.7\" right=\"0.7\" top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"landscape\"/>"
        return xml + "<headerFooter><oddHeader>&amp;L\(headerText(table.title))&amp;R\(headerText(table.stamp))</oddHeader></headerFooter></worksheet>"
    }

    var cutNotes: [String] {
        guard cut > 0 else { return [] }
        return [table.language == .english
            ? "Cells that are cut, since a spreadsheet's cell holds 32,767 characters: \(cut). The other formats have them whole."
            : "Celler som er avkortet, siden en celle i et regneark rommer 32 767 tegn: \(cut). De andre formatene har dem hele."]
    }

    private var facts: String {
        let english = table.language == .english
        var lines = [(english ? "Table" : "Tabell", table.title), ("Status", table.stamp)]
        for note in table.notes + cutNotes { lines.append((english ? "Note" : "Merknad", note)) }
        var xml = DocxPackage.declaration + "<worksheet xmlns=\"\(Self.main)\"><cols><col min=\"1\" max=\"1\" width=\"14\" customWidth=\"1\"/>"
        xml += "<col min=\"2\" max=\"2\" width=\"100\" customWidth=\"1\"/></cols><sheetData>"
        for (index, line) in lines.enumerated() {
            xml += "<row r=\"\(index + 1)\">" + text(line.0, "A\(index + 1)", style: 1) + text(line.1, "B\(index + 1)", style: 0) + "</row>"
        }
        return xml + "</sheetData></worksheet>"
    }

    /// A header's own signs are doubled; 255 letters is the most it may have.
    private func headerText(_ text: String) -> String { TextEscaping.xml(String(TextEscaping.line(text).prefix(100)).replacing("&", with: "&&")) }

    private func text(_ value: String, _ place: String, style: Int) -> String {
        var value = value
        if value.utf16.count > Self.longest {
            while value.utf16.count >= Self.longest { value.removeLast(max(1, (value.utf16.count - Self.longest) / 4)) }
            value += "…"
        }
        return "<c r=\"\(place)\" s=\"\(style)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(TextEscaping.xml(Self.unmistaken(value)))</t></is></c>"
    }

    private func numeric(_ value: String?, _ place: String, style: Int) -> String { value.map { "<c r=\"\(place)\" s=\"\(style)\"><v>\($0)</v></c>" } ?? "" }

    /// `_x000D_` in a text would be read as a control character (ECMA-376, part 1, 22.9.2.19): its first sign is written so itself.
    private static func unmistaken(_ text: String) -> String {
        guard text.contains("_x") else { return text }
        return text.replacing(#/_(?=x[0-9A-Fa-f]{4}_)/#, with: "_x005F_")
    }

    /// `A`, `B`, … `Z`, `AA`, …
    static func letters(_ index: Int) -> String {
        var rest = index, out = ""
        repeat {
            out = String(UnicodeScalar(UInt8(65 + rest % 26))) + out
            rest = rest / 26 - 1
        } while rest >= 0
        return out
    }
}
