import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads the paragraphs of a Word document.
enum DocxReader {
    /// One line for each paragraph and each line break in one; a table row is a line with tabs between its cells.
    static func lines(_ zip: ZipReader) throws(DraftError) -> [StyledLine] {
        guard zip.contains("[Content_Types].xml") else { throw .notWordDocument }
        var part = "word/document.xml"
        if !zip.contains(part), let relations = try zip.data("_rels/.rels") {
            let reader = RelationReader()
            try XMLText.parse(relations, with: reader, part: "_rels/.rels")
            if let target = reader.target { part = target.hasPrefix("/") ? String(target.dropFirst()) : target }
        }
        guard let document = try zip.data(part) else { throw .notWordDocument }
        let reader = BodyReader()
        do { try XMLText.parse(document, with: reader, part: part) } catch {
            throw reader.talk.isFull ? .tooLarge(limit: Draft.textLimit) : error
        }
        guard reader.sawBody else { throw .notWordDocument }
        return try reader.talk.finished()
    }
}

/// Finds the main part of an Office package.
private final class RelationReader: NSObject, StrictReader {
    var failed = false
    var target: String?

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        if name.hasSuffix("Relationship"), attributes["Type"]?.hasSuffix("/officeDocument") == true { target = attributes["Target"] }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { failed = true }
}

private final class BodyReader: NSObject, StrictReader {
    var failed = false
    var talk = LineCollector()
    var sawBody = false
    private var isHeading = false
    /// Inside an element whose content is not the document's text, how deep.
    private var skipped = 0
    private var inText = false
    private var rowDepth = 0
    private var stands = false
    private var bold = false
    private var hidden = false
    private var inRunProperties = false
    private var inParagraphProperties = false

    private static let skippedElements: Set<String> = [
        "w:del", "w:moveFrom", "mc:Fallback", "w:txbxContent", "w:pict", "w:footnote", "w:endnote", "w:rubyBase", "w:sectPr",
        "w:pPrChange", "w:rPrChange", "w:drawing",
    ]
    private static let headings = ["title", "tittel", "subtitle", "undertittel", "heading", "overskrift", "header", "toc", "opplysninger", "stempel"]
    private static let emphasis: Set<String> = ["emphasis", "utheving", "betoning", "strong", "sterk", "intenseemphasis", "sterkutheving"]

    private func isOn(_ attributes: [String: String]) -> Bool {
        !["0", "false", "off", "none"].contains(attributes["w:val"] ?? "1")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        if skipped > 0 || Self.skippedElements.contains(name) {
            skipped += 1
            return
        }
        switch name {
        case "w:body": sawBody = true
        case "w:tr": rowDepth += 1
        case "w:tc": if rowDepth > 0 { talk.cell() }
        case "w:p":
            if rowDepth == 0 { talk.line = StyledLine() } else { talk.softBreak() }
            isHeading = false
        case "w:pStyle":
            let style = (attributes["w:val"] ?? "").lowercased()
            if Self.headings.contains(where: style.hasPrefix) { isHeading = true }
        case "w:r":
            stands = false
            bold = false
            hidden = false
        case "w:rPr": inRunProperties = true
        case "w:rStyle": if Self.emphasis.contains((attributes["w:val"] ?? "").lowercased()) { stands = true }
        case "w:i", "w:u", "w:em": if inRunProperties, isOn(attributes) { stands = true }
        case "w:b":
            if inRunProperties, isOn(attributes) {
                stands = true
                bold = true
            }
        case "w:vanish": if inRunProperties, !inParagraphProperties, isOn(attributes) { hidden = true }
        case "w:t": inText = true
        case "w:pPr": inParagraphProperties = true
        case "w:tab": if !inParagraphProperties { talk.append("\t") }
        case "w:noBreakHyphen": talk.append("-")
        case "w:br", "w:cr":
            if rowDepth > 0 { talk.softBreak() } else { finishLine() }
        default: break
        }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if skipped > 0 {
            skipped -= 1
            return
        }
        switch name {
        case "w:t": inText = false
        case "w:rPr": inRunProperties = false
        case "w:pPr": inParagraphProperties = false
        case "w:p": if rowDepth == 0 { finishLine() }
        case "w:tr":
            rowDepth -= 1
            if rowDepth == 0 { finishLine() }
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard inText, !hidden, skipped == 0 else { return }
        talk.append(LineCollector.clean(string), stands: stands, bold: bold)
        if talk.isFull { parser.abortParsing() }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { failed = true }

    private func finishLine() { talk.finish(isHeading: isHeading) }
}
