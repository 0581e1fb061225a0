import Foundation

/// Excel workbooks: rows of cells, sheet names, comments, names, links.
enum SheetReader {
    struct Sheets {
        /// Sheet part → name.
        var names: [String: String] = [:]
        var strings: [String] = []
        var hidden: [String] = []
    }

    static func sheets(_ archive: Archive) throws(ReadingFault) -> Sheets {
        var result = Sheets()
        guard archive.contains("xl/workbook.xml") else { return result }
        var targets: [String: String] = [:], named: [(String, String, Bool)] = []
        if archive.contains("xl/_rels/workbook.xml.rels") {
            try XMLWalk.run(try archive.data("xl/_rels/workbook.xml.rels"), start: { element, _ in
                if element.local == "Relationship", let id = element.attributes["Id"], let target = element.attributes["Target"] {
                    targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
                }
            })
        }
        try XMLWalk.run(try archive.data("xl/workbook.xml"), start: { element, _ in
            if element.local == "sheet", let name = element.attributes["name"], let id = element.attribute("id") ?? element.attributes["r:id"] {
                named.append((id, name, (element.attributes["state"] ?? "visible") != "visible"))
            }
        })
        for (id, name, isHidden) in named {
            if let target = targets[id] { result.names[target] = name }
            if isHidden { result.hidden.append(name) }
        }
        guard archive.contains("xl/sharedStrings.xml") else { return result }
        var strings: [String] = [], text = "", isInText = false
        try XMLWalk.run(
            try archive.data("xl/sharedStrings.xml"),
            start: { element, _ in
                if element.local == "si" { text = "" }
                if element.local == "t" { isInText = true }
            },
            end: { element, _ in
                if element.local == "t" { isInText = false }
                if element.local == "si" { strings.append(text) }
            }, text: { if isInText { text += $0 }; _ = $1 })
        result.strings = strings
        return result
    }

    static func read(_ data: Data, part: String, sheets: Sheets, into content: inout FileContent) throws(ReadingFault) {
        let lower = part.lowercased()
        if ["styles", "theme", "calcchain", "sharedstrings", "metadata.xml"].contains(where: lower.contains) { return }
        if lower.contains("workbook.xml") {
            for name in sheets.names.values.sorted() { content.add("sheet name", name, .name) }
            for name in sheets.hidden.sorted() { content.note(.hiddenSheet, name) }
        }
        guard lower.contains("/worksheets/") || lower.contains("/chartsheets/") else {
            let isComment = lower.contains("comment") || lower.contains("person")
            if isComment { content.note(lower.contains("person") ? .author : .comment, part) }
            return try PlainXMLReader.read(data, into: &content, prefix: part + " ")
        }
        let sheet = sheets.names[part] ?? part
        var rows: [(String, String, Bool)] = [], cells: [(String, String)] = [], value = "", kind = "", reference = "", isValue = false, isHiddenRow = false, margins: [String] = []
        try XMLWalk.run(
            data,
            start: { element, _ in
                switch element.local {
                case "row":
                    cells = []
                    isHiddenRow = element.attributes["hidden"] == "1"
                case "c":
                    kind = element.attributes["t"] ?? "n"
                    reference = element.attributes["r"] ?? ""
                    value = ""
                case "v", "t", "f": isValue = element.local != "f"
                case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
                    isValue = true
                    value = ""
                default: break
                }
            },
            end: { element, _ in
                switch element.local {
                case "v", "t", "f": isValue = false
                case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
                    isValue = false
                    margins.append(value)
                case "c":
                    let text = kind == "s" ? Int(value).flatMap { sheets.strings.indices.contains($0) ? sheets.strings[$0] : nil } ?? "" : value
                    if !text.isEmpty { cells.append((reference, text)) }
                case "row":
                    // A cell by itself has its place; what stands beside it gives it its sense.
                    if !cells.isEmpty { rows.append((cells.count == 1 ? cells[0].0 : "\(cells[0].0):\(cells[cells.count - 1].0)", cells.map(\.1).joined(separator: "\t"), isHiddenRow)) }
                default: break
                }
            }, text: { if isValue { value += $0 }; _ = $1 })
        for (reference, text, isHidden) in rows {
            content.add("\(sheet)!\(reference)", text, isHidden || sheets.hidden.contains(sheet) ? .hidden : .body)
            if isHidden { content.note(.hiddenText, sheet) }
        }
        for text in margins { content.add("\(sheet) header", text, .header) }
    }
}
