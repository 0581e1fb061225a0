import Foundation

/// A part of a Word document: paragraphs as they are read, and apart from them what was deleted, hidden or said in the margin.
enum WordReader {
    /// Parts that describe looks and hold no words of anybody.
    private static let looks = ["styles", "theme", "fonttable", "websettings", "numbering", "stylewitheffects"]

    private struct Paragraph {
        var text = ""
        var deleted = ""
        var hidden = ""
        var field = ""
    }

    static func read(_ data: Data, part: String, into content: inout FileContent) throws(ReadingFault) {
        let lower = part.lowercased()
        guard !looks.contains(where: lower.contains) else { return }
        let kind =
            lower.contains("comment") ? "comment" : lower.contains("header") ? "header" : lower.contains("footer") ? "footer"
            : lower.contains("footnote") || lower.contains("endnote") ? "note" : lower.contains("document") ? "" : part
        let origin: TextOrigin = kind == "comment" ? .comment : kind == "header" || kind == "footer" ? .header : kind == "note" ? .footnote : .body
        var stack: [Paragraph] = [], number = 0, isInText = false, isInRunProperties = false, isHidden = false
        var out: [(String, String, TextOrigin)] = [], people: [(String, FileNotice.Code)] = [], links: [String] = [], hasComment = false, trackedAt: [Int] = []
        try XMLWalk.run(
            data,
            start: { element, walk in
                switch element.name {
                case "w:p":
                    stack.append(Paragraph())
                    number += 1
                case "w:r": isHidden = false
                case "w:rPr": isInRunProperties = true
                case "w:vanish", "w:webHidden", "w:specVanish":
                    if isInRunProperties, element.name == "w:vanish", !walk.isInside("w:pPr"), !["0", "false", "off"].contains(element.attributes["w:val"] ?? "1") { isHidden = true }
                case "w:t", "w:delText", "w:instrText", "w:delInstrText": isInText = true
                case "w:tab", "w:br", "w:cr": if !walk.isInside("w:pPr"), !stack.isEmpty { stack[stack.count - 1].text += " " }
                case "w:noBreakHyphen": if !stack.isEmpty { stack[stack.count - 1].text += "-" }
                case "w:comment":
                    hasComment = true
                case "w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange", "w:pPrChange", "w:sectPrChange", "w:tblPrChange": trackedAt.append(number)
                case "w:hyperlink": if let tip = element.attributes["w:tooltip"] { out.append(("paragraph \(number)", tip, .altText)) }
                case "w:docVar": out.append(("document variable", [element.attributes["w:name"], element.attributes["w:val"]].compactMap { $0 }.joined(separator: " "), .metadata))
                case "w15:person": if let name = element.attribute("author") { people.append((name, .author)) }
                case "w:alias", "w:tag": if let value = element.attributes["w:val"] { out.append(("content control", value, .metadata)) }
                case "w:query", "w:connectString", "w:dataSource", "w:src": if let value = element.attributes["w:val"] { links.append(value) }
                default: break
                }
                if ["docPr", "cNvPr"].contains(element.local) {
                    for key in ["descr", "title"] { if let value = element.attributes[key] { out.append(("picture at paragraph \(number)", value, .altText)) } }
                }
                if let author = element.attributes["w:author"] { people.append((author, element.name == "w:comment" ? .comment : .trackedChange)) }
                if element.name == "w:comment", let initials = element.attributes["w:initials"], initials.count > 3 { people.append((initials, .comment)) }
            },
            end: { element, walk in
                switch element.name {
                case "w:t", "w:delText", "w:instrText", "w:delInstrText": isInText = false
                case "w:rPr": isInRunProperties = false
                case "w:r": isHidden = false
                case "w:p":
                    guard let paragraph = stack.popLast() else { break }
                    let place = kind.isEmpty ? "paragraph \(number)" : "\(kind) paragraph \(number)"
                    out.append((place, paragraph.text, origin))
                    out.append((place, paragraph.deleted, .deleted))
                    out.append((place, paragraph.hidden, .hidden))
                    if !paragraph.field.isEmpty { links.append(paragraph.field) }
                default: break
                }
            },
            text: { text, walk in
                guard isInText, !stack.isEmpty else { return }
                let last = stack.count - 1
                if walk.path.last?.name == "w:instrText" {
                    stack[last].field += text
                } else if walk.isInside("w:del", "w:moveFrom") || walk.path.last?.name == "w:delText" {
                    stack[last].deleted += text
                } else if isHidden {
                    stack[last].hidden += text
                } else {
                    stack[last].text += text
                }
            })
        for (place, text, origin) in out { content.add(place, text, origin) }
        for (place, text, origin) in out where text.contains(where: { !$0.isWhitespace }) {
            if origin == .hidden { content.note(.hiddenText, place) }
            if origin == .deleted { content.note(.trackedChange, place) }
        }
        for (name, code) in people {
            content.add(code == .comment ? "comment's author" : code == .author ? "people of the document" : "change's author", name, .metadata)
            content.note(.author, code == .comment ? "comments" : code == .author ? "people" : "tracked changes")
        }
        if hasComment { content.note(.comment, part) }
        if !trackedAt.isEmpty { content.note(.trackedChange, part) }
        // Field codes: only those that name a place or a file.
        for text in links where text.contains("\"") || text.contains("/") || text.contains("\\") { OfficeReader.link(text, "field", into: &content) }
    }
}
