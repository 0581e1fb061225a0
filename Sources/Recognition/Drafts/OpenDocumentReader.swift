import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads the paragraphs of an OpenDocument text (ODF 1.3, part 3).
enum OpenDocumentReader {
    /// One line for each paragraph and line break; a table row is a line with tabs between its cells. Tracked deletions,
    /// comments, notes and text boxes are not part of it.
    static func lines(_ zip: ZipReader) throws(DraftError) -> [StyledLine] {
        if let kind = try zip.data("mimetype"), let name = String(bytes: kind, encoding: .utf8),
            name.hasPrefix("application/vnd.oasis.opendocument"), !name.hasPrefix("application/vnd.oasis.opendocument.text")
        {
            throw .notTranscript(kind: "an OpenDocument file, but no text document")
        }
        // A locked document has its content encrypted and says so in the manifest only.
        if let manifest = try zip.data("META-INF/manifest.xml"), manifest.range(of: Data("encryption-data".utf8)) != nil {
            throw .passwordProtected
        }
        guard let content = try zip.data("content.xml") else { throw .damaged(part: "content.xml") }
        let reader = ContentReader()
        if let styles = try zip.data("styles.xml") {
            // Without its styles the text is still there.
            try? XMLText.parse(styles, with: reader, part: "styles.xml")
            reader.failed = false
            reader.talk = LineCollector()
        }
        return try lines(content, with: reader, part: "content.xml")
    }

    /// The lines of a flat document (.fodt): all parts in one XML file.
    static func lines(flat text: String) throws(DraftError) -> [StyledLine] {
        try lines(Data(XMLText.undeclared(text).utf8), with: ContentReader(), part: "OpenDocument")
    }

    private static func lines(_ content: Data, with reader: ContentReader, part: String) throws(DraftError) -> [StyledLine] {
        do { try XMLText.parse(content, with: reader, part: part) } catch {
            throw reader.talk.isFull ? .tooLarge(limit: Draft.textLimit) : error
        }
        guard reader.sawText else { throw .damaged(part: part) }
        return try reader.talk.finished()
    }
}

private final class ContentReader: NSObject, StrictReader {
    /// What a style says, as far as it matters here; nil is inherited.
    private struct Style {
        var parent: String?
        var slanted: Bool?
        var bold: Bool?
        var hidden: Bool?
    }

    var failed = false
    var talk = LineCollector()
    var sawText = false
    private var styles: [String: Style] = [:]
    private var current: String?
    private var inBody = false
    private var skipped = 0
    private var paragraphDepth = 0
    private var rowDepth = 0
    private var isHeading = false
    /// The styles of the paragraph and the spans around the text.
    private var open: [(stands: Bool, bold: Bool, hidden: Bool)] = []

    private static let skippedElements: Set<String> = [
        "text:tracked-changes", "office:annotation", "text:note", "draw:frame", "draw:text-box", "draw:custom-shape", "draw:g", "text:ruby-text",
        "text:table-of-content", "text:illustration-index", "text:alphabetical-index", "text:sequence-decls", "text:user-field-decls",
        "text:variable-decls", "office:forms", "text:hidden-text", "text:hidden-paragraph", "style:header", "style:footer", "text:bibliography",
    ]
    private static let headings = ["title", "tittel", "subtitle", "undertittel", "heading", "overskrift", "opplysninger", "stempel"]

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        if skipped > 0 || Self.skippedElements.contains(name) {
            skipped += 1
            return
        }
        switch name {
        case "office:text":
            inBody = true
            sawText = true
        case "style:style":
            current = attributes["style:name"]
            if let current { styles[current] = Style(parent: attributes["style:parent-style-name"]) }
        case "style:text-properties": readProperties(attributes)
        default: if inBody { start(name, attributes) }
        }
    }

    private func readProperties(_ attributes: [String: String]) {
        guard let current, var style = styles[current] else { return }
        if let slant = attributes["fo:font-style"] { style.slanted = slant != "normal" }
        if let line = attributes["style:text-underline-style"] { style.slanted = line != "none" || style.slanted == true }
        if let weight = attributes["fo:font-weight"] { style.bold = weight == "bold" || (Int(weight) ?? 0) >= 600 }
        if let display = attributes["text:display"] { style.hidden = display == "none" }
        styles[current] = style
    }

    private func start(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "text:p", "text:h":
            paragraphDepth += 1
            if rowDepth > 0 { talk.softBreak() }
            let style = attributes["text:style-name"]
            isHeading = name == "text:h" || isHeadingStyle(style)
            // Emphasis is what differs from the paragraph; questions all in bold are a way to tell speakers apart.
            push(style)
        case "text:span": push(attributes["text:style-name"])
        case "text:s":
            add(String(repeating: " ", count: min(max(1, Int(attributes["text:c"] ?? "1") ?? 1), 200)), collapsing: false)
        case "text:tab": add("\t", collapsing: false)
        case "text:line-break":
            if rowDepth > 0 { talk.softBreak() } else { talk.finish(isHeading: isHeading) }
        case "table:table-row": rowDepth += 1
        case "table:table-cell": if rowDepth > 0 { talk.cell() }
        default: break
        }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if skipped > 0 {
            skipped -= 1
            return
        }
        switch name {
        case "office:text": inBody = false
        case "style:style": current = nil
        case "text:p", "text:h":
            guard inBody else { return }
            paragraphDepth = max(0, paragraphDepth - 1)
            _ = open.popLast()
            if rowDepth == 0 { talk.finish(isHeading: isHeading) }
        case "text:span": if inBody { _ = open.popLast() }
        case "table:table-row":
            guard inBody else { return }
            rowDepth = max(0, rowDepth - 1)
            if rowDepth == 0 { talk.finish() }
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard inBody, paragraphDepth > 0, skipped == 0 else { return }
        add(LineCollector.clean(string), collapsing: true)
        if talk.isFull { parser.abortParsing() }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { failed = true }

    /// White space in the markup is one space, and none at a paragraph's start.
    private func add(_ text: String, collapsing: Bool) {
        let style = open.last ?? (false, false, false)
        guard !style.hidden else { return }
        var result = text
        if collapsing {
            result = ""
            for character in text {
                if character == " ", (result.last ?? talk.line.text.last).map({ $0 == " " }) ?? true { continue }
                result.append(character)
            }
        }
        talk.append(result, stands: style.stands, bold: style.bold)
    }

    private func push(_ name: String?) {
        var style = open.last ?? (false, false, false)
        var chain = name, steps = 0
        var slanted: Bool?, bold: Bool?, hidden: Bool?
        // A style may be its own ancestor in a broken file.
        while let key = chain, let found = styles[key], steps < 16 {
            slanted = slanted ?? found.slanted
            bold = bold ?? found.bold
            hidden = hidden ?? found.hidden
            chain = found.parent
            steps += 1
        }
        if let slanted { style.stands = slanted }
        if let bold {
            style.bold = bold
            style.stands = style.stands && slanted != false || bold || slanted == true
        }
        if let name, ["emphasis", "strong_20_emphasis", "utheving", "sterk"].contains(name.lowercased()) { style.stands = true }
        if let hidden { style.hidden = hidden }
        open.append(style)
    }

    private func isHeadingStyle(_ name: String?) -> Bool {
        var chain = name, steps = 0
        while let key = chain, steps < 16 {
            if Self.headings.contains(where: key.lowercased().hasPrefix) { return true }
            chain = styles[key]?.parent
            steps += 1
        }
        return false
    }
}
