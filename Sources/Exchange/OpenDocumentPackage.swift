/// The fixed parts of an OpenDocument package (ODF 1.3, parts 2 and 3).
enum OpenDocumentPackage {
    static let mediaType = "application/vnd.oasis.opendocument.text"
    static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

    private static let oasis = "urn:oasis:names:tc:opendocument:xmlns:"
    private static let namespaces =
        ["office", "style", "text", "meta"].map { "xmlns:\($0)=\"\(oasis)\($0):1.0\"" }.joined(separator: " ")
        + " xmlns:fo=\"\(oasis)xsl-fo-compatible:1.0\" xmlns:svg=\"\(oasis)svg-compatible:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""

    static func part(_ root: String, _ content: String) -> String {
        declaration + "<\(root) \(namespaces) office:version=\"1.3\">\(content)</\(root)>"
    }

    static let manifest =
        declaration + "<manifest:manifest xmlns:manifest=\"\(oasis)manifest:1.0\" manifest:version=\"1.3\">"
        + "<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" manifest:media-type=\"\(mediaType)\"/>"
        + ["content.xml", "styles.xml", "meta.xml"]
        .map { "<manifest:file-entry manifest:full-path=\"\($0)\" manifest:media-type=\"text/xml\"/>" }.joined() + "</manifest:manifest>"

    /// No author and no times: a user name or a working hour may say who took part.
    static func meta(title: String) -> String {
        part(
            "office:document-meta",
            "<office:meta><meta:generator>Ordrett</meta:generator><dc:title>\(TextEscaping.xml(title))</dc:title>"
                + "<dc:language>nb-NO</dc:language></office:meta>")
    }
}

/// The styles, the page and its header and footer.
struct OpenDocumentStyles {
    private let renderer: Renderer
    private let geometry: PageGeometry

    init(_ renderer: Renderer, _ geometry: PageGeometry) {
        self.renderer = renderer
        self.geometry = geometry
    }

    private func points(_ twentieths: Int) -> String { Seconds.decimal(Double(twentieths) / 20, places: 2) + "pt" }

    var text: String {
        OpenDocumentPackage.part(
            "office:document-styles",
            "<office:font-face-decls><style:font-face style:name=\"Calibri\" svg:font-family=\"Calibri\" style:font-family-generic=\"swiss\"/></office:font-face-decls>"
                + "<office:styles>\(defaults)\(paragraphs)\(characters)\(list)\(lineNumbers)</office:styles>" + master)
    }

    private let defaults =
        "<style:default-style style:family=\"paragraph\"><style:paragraph-properties fo:margin-top=\"0pt\" fo:margin-bottom=\"6pt\" "
        + "fo:line-height=\"115%\" fo:orphans=\"2\" fo:widows=\"2\"/>"
        + "<style:text-properties style:font-name=\"Calibri\" fo:font-size=\"11pt\" fo:language=\"nb\" fo:country=\"NO\"/></style:default-style>"

    private var paragraphs: String {
        let quiet = "text:number-lines=\"false\" text:line-number=\"0\""
        // Here tab stops count from the paragraph's indent.
        let tabs = geometry.tabs.map { "<style:tab-stop style:position=\"\(points($0 - geometry.indent))\"/>" }.joined()
        let numbered = renderer.options.numbering == .turns ? " style:list-style-name=\"Replikknummer\"" : ""
        return "<style:style style:name=\"Standard\" style:family=\"paragraph\" style:class=\"text\"/>"
            + style("Title", "", "fo:margin-bottom=\"8pt\" \(quiet)", "fo:font-size=\"18pt\" fo:font-weight=\"bold\"")
            + style("Heading_20_1", " style:display-name=\"Heading 1\" style:default-outline-level=\"1\"", "fo:margin-top=\"12pt\" fo:keep-with-next=\"always\" \(quiet)", "fo:font-size=\"14pt\" fo:font-weight=\"bold\"")
            + style("Header", " style:class=\"extra\"", "fo:margin-bottom=\"0pt\" \(quiet)", "fo:font-size=\"9pt\" fo:color=\"#595959\"")
            + style("Footer", " style:class=\"extra\"", "fo:text-align=\"end\" \(quiet)", "fo:font-size=\"9pt\" fo:color=\"#595959\"")
            + style("Opplysninger", "", "fo:margin-bottom=\"2pt\" \(quiet)", "")
            + style("Stempel", "", quiet, "fo:font-size=\"12pt\" fo:font-weight=\"bold\" fo:color=\"#b00020\"")
            + "<style:style style:name=\"Replikk\" style:family=\"paragraph\" style:parent-style-name=\"Standard\"\(numbered)>"
            + "<style:paragraph-properties fo:margin-left=\"\(points(geometry.indent))\" fo:text-indent=\"-\(points(geometry.indent + geometry.outdent))\">"
            + "<style:tab-stops>\(tabs)</style:tab-stops></style:paragraph-properties></style:style>"
    }

    private func style(_ name: String, _ attributes: String, _ paragraph: String, _ text: String) -> String {
        "<style:style style:name=\"\(name)\" style:family=\"paragraph\" style:parent-style-name=\"Standard\"\(attributes)>"
            + "<style:paragraph-properties \(paragraph)/>" + (text.isEmpty ? "" : "<style:text-properties \(text)/>") + "</style:style>"
    }

    private var characters: String {
        let quiet = "fo:color=\"#595959\""
        return [
            ("Taler", "", "fo:font-weight=\"bold\""), ("Tid", "", quiet + " fo:font-size=\"9pt\""),
            ("Betoning", "", "fo:font-style=\"italic\""), ("Betoning_20_fet", " style:display-name=\"Betoning fet\"", "fo:font-weight=\"bold\""),
            (
                "Betoning_20_understreket", " style:display-name=\"Betoning understreket\"",
                "style:text-underline-style=\"solid\" style:text-underline-width=\"auto\" style:text-underline-color=\"font-color\""
            ),
            ("Markering", "", quiet), ("Linjenummer", "", quiet + " fo:font-size=\"9pt\""),
        ].map { "<style:style style:name=\"\($0.0)\" style:family=\"text\"\($0.1)><style:text-properties \($0.2)/></style:style>" }.joined()
    }

    /// Turn numbers, as a list, so that they are no part of the text.
    private var list: String {
        let after = geometry.hasMarginNumbers ? "nothing" : "listtab\" text:list-tab-stop-position=\"\(points(PageGeometry.numberWidth))"
        return "<text:list-style style:name=\"Replikknummer\"><text:list-level-style-number text:level=\"1\" text:style-name=\"Linjenummer\" style:num-format=\"1\">"
            + "<style:list-level-properties text:list-level-position-and-space-mode=\"label-alignment\"><style:list-level-label-alignment "
            + "text:label-followed-by=\"\(after)\" fo:text-indent=\"-\(points(geometry.indent + geometry.outdent))\" "
            + "fo:margin-left=\"\(points(geometry.indent))\"/></style:list-level-properties></text:list-level-style-number></text:list-style>"
    }

    private var lineNumbers: String {
        guard renderer.options.numbering == .lines else { return "<text:linenumbering-configuration text:number-lines=\"false\"/>" }
        return "<text:linenumbering-configuration text:style-name=\"Linjenummer\" text:number-lines=\"true\" text:offset=\"\(points(geometry.lineNumberDistance))\" "
            + "style:num-format=\"1\" text:number-position=\"left\" text:increment=\"1\" text:restart-on-page=\"false\"/>"
    }

    /// A4 with 2.5 cm around.
    private var master: String {
        let margin = points(PageGeometry.pageMargin - 709)
        let page =
            "<style:page-layout style:name=\"Side\"><style:page-layout-properties fo:page-width=\"210mm\" fo:page-height=\"297mm\" style:print-orientation=\"portrait\" "
            + "fo:margin-top=\"\(margin)\" fo:margin-bottom=\"\(margin)\" fo:margin-left=\"\(points(geometry.leftMargin))\" fo:margin-right=\"\(points(PageGeometry.pageMargin))\"/>"
            + "<style:header-style><style:header-footer-properties fo:min-height=\"35.45pt\" fo:margin-bottom=\"10pt\"/></style:header-style>"
            + "<style:footer-style><style:header-footer-properties fo:min-height=\"35.45pt\" fo:margin-top=\"10pt\"/></style:footer-style></style:page-layout>"
        let head = "<style:header><text:p text:style-name=\"Header\">\(TextEscaping.openDocument(renderer.runningHead))</text:p></style:header>"
        let foot =
            "<style:footer><text:p text:style-name=\"Footer\">\(renderer.say("Side ", "Page "))<text:page-number text:select-page=\"current\">1</text:page-number>"
            + "\(renderer.say(" av ", " of "))<text:page-count>1</text:page-count></text:p></style:footer>"
        return "<office:automatic-styles>\(page)</office:automatic-styles><office:master-styles><style:master-page style:name=\"Standard\" style:page-layout-name=\"Side\">\(head)\(foot)</style:master-page></office:master-styles>"
    }
}
