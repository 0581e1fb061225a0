import Transcript

/// The fixed parts of a Word package.
enum DocxPackage {
    static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    static let namespaces =
        "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
        + "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""

    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    private static let package = "http://schemas.openxmlformats.org/package/2006/"
    private static let word = "application/vnd.openxmlformats-officedocument.wordprocessingml."

    static let contentTypes =
        declaration + "<Types xmlns=\"\(package)content-types\">"
        + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        + [
            ("/word/document.xml", word + "document.main+xml"), ("/word/styles.xml", word + "styles+xml"),
            ("/word/numbering.xml", word + "numbering+xml"), ("/word/settings.xml", word + "settings+xml"),
            ("/word/header1.xml", word + "header+xml"), ("/word/footer1.xml", word + "footer+xml"),
            ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
            ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
        ].map { "<Override PartName=\"\($0.0)\" ContentType=\"\($0.1)\"/>" }.joined() + "</Types>"

    static let relations =
        declaration + "<Relationships xmlns=\"\(package)relationships\">"
        + "<Relationship Id=\"rId1\" Type=\"\(office)officeDocument\" Target=\"word/document.xml\"/>"
        + "<Relationship Id=\"rId2\" Type=\"\(package)relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
        + "<Relationship Id=\"rId3\" Type=\"\(office)extended-properties\" Target=\"docProps/app.xml\"/></Relationships>"

    static let documentRelations =
        declaration + "<Relationships xmlns=\"\(package)relationships\">"
        + [("rId1", "styles", "styles.xml"), ("rId2", "settings", "settings.xml"), ("rId3", "header", "header1.xml"),
            ("rId4", "footer", "footer1.xml"), ("rId5", "numbering", "numbering.xml")]
        .map { "<Relationship Id=\"\($0.0)\" Type=\"\(office)\($0.1)\" Target=\"\($0.2)\"/>" }.joined() + "</Relationships>"

    /// No author and no times: a user name or a working hour may say who took part.
    static func core(title: String, language: DocumentLanguage) -> String {
        declaration + "<cp:coreProperties xmlns:cp=\"\(package)metadata/core-properties\" "
            + "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>\(TextEscaping.xml(title))</dc:title>"
            + "<dc:language>nb-NO</dc:language></cp:coreProperties>"
    }

    static let app =
        declaration + "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
        + "<Application>Ordrett</Application></Properties>"

    static let settings =
        declaration + "<w:settings \(namespaces)><w:defaultTabStop w:val=\"708\"/>"
        + "<w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
        + "<w:themeFontLang w:val=\"nb-NO\"/></w:settings>"

    /// Turn numbers, as a list, so that they are no part of the text.
    static func numbering(_ geometry: PageGeometry) -> String {
        let indents = "w:left=\"\(geometry.indent)\" w:hanging=\"\(geometry.indent + geometry.outdent)\""
        let after = geometry.hasMarginNumbers ? "nothing" : "tab"
        let tabs = geometry.hasMarginNumbers ? "" : "<w:tabs><w:tab w:val=\"num\" w:pos=\"\(PageGeometry.numberWidth)\"/></w:tabs>"
        return declaration
            + "<w:numbering \(namespaces)><w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"singleLevel\"/>"
            + "<w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:suff w:val=\"\(after)\"/><w:lvlText w:val=\"%1\"/><w:lvlJc w:val=\"left\"/>"
            + "<w:pPr>\(tabs)<w:ind \(indents)/></w:pPr>"
            + "<w:rPr><w:color w:val=\"595959\"/></w:rPr></w:lvl></w:abstractNum>"
            + "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
    }
}

/// The styles a transcript uses.
enum DocxStyles {
    static func text(_ geometry: PageGeometry) -> String {
        let tabs = geometry.tabs.map { "<w:tab w:val=\"left\" w:pos=\"\($0)\"/>" }.joined()
        let indents = "w:left=\"\(geometry.indent)\" w:hanging=\"\(geometry.indent + geometry.outdent)\""
        let fonts = "<w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:cs=\"Calibri\"/>"
        let defaults =
            "<w:docDefaults><w:rPrDefault><w:rPr>\(fonts)<w:sz w:val=\"22\"/><w:szCs w:val=\"22\"/>"
            + "<w:lang w:val=\"nb-NO\" w:eastAsia=\"nb-NO\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault>"
            + "<w:pPrDefault><w:pPr><w:spacing w:after=\"120\" w:line=\"276\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>"
        let quiet = "<w:suppressLineNumbers/>"
        let styles = [
            style("paragraph", "Normal", "Normal", base: nil, isDefault: true),
            style("character", "DefaultParagraphFont", "Default Paragraph Font", base: nil, isDefault: true),
            style("paragraph", "Title", "Title", quiet + "<w:spacing w:after=\"160\"/>", "<w:b/><w:sz w:val=\"36\"/><w:szCs w:val=\"36\"/>"),
            style(
                "paragraph", "Heading1", "heading 1", "<w:keepNext/>" + quiet + "<w:spacing w:before=\"240\"/><w:outlineLvl w:val=\"0\"/>",
                "<w:b/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/>"),
            style("paragraph", "Header", "header", quiet + "<w:spacing w:after=\"0\"/>", "<w:color w:val=\"595959\"/><w:sz w:val=\"18\"/>"),
            style("paragraph", "Footer", "footer", quiet + "<w:jc w:val=\"right\"/>", "<w:color w:val=\"595959\"/><w:sz w:val=\"18\"/>"),
            style("paragraph", "Opplysninger", "Opplysninger", quiet + "<w:spacing w:after=\"40\"/>"),
            style("paragraph", "Stempel", "Stempel", quiet, "<w:b/><w:color w:val=\"B00020\"/><w:sz w:val=\"24\"/>"),
            style(
                "paragraph", "Replikk", "Replikk",
                "<w:tabs>\(tabs)</w:tabs><w:ind \(indents)/>"),
            style("character", "Taler", "Taler", "", "<w:b/>"),
            style("character", "Tid", "Tid", "", "<w:color w:val=\"595959\"/><w:sz w:val=\"18\"/>"),
            style("character", "Betoning", "Betoning", "", "<w:i/>"),
            style("character", "Markering", "Markering", "", "<w:color w:val=\"595959\"/>"),
        ]
        return DocxPackage.declaration + "<w:styles \(DocxPackage.namespaces)>" + defaults + styles.joined() + "</w:styles>"
    }

    private static func style(
        _ type: String, _ id: String, _ name: String, _ paragraph: String = "", _ run: String = "", base: String? = "", isDefault: Bool = false
    ) -> String {
        let parent = base == nil ? "" : "<w:basedOn w:val=\"\(type == "paragraph" ? "Normal" : "DefaultParagraphFont")\"/>"
        let own = ["Normal", "DefaultParagraphFont", "Title", "Heading1", "Header", "Footer"].contains(id) ? "" : " w:customStyle=\"1\""
        return "<w:style w:type=\"\(type)\"\(isDefault ? " w:default=\"1\"" : "")\(own) w:styleId=\"\(id)\"><w:name w:val=\"\(name)\"/>"
            + parent + "<w:qFormat/>" + (paragraph.isEmpty ? "" : "<w:pPr>\(paragraph)</w:pPr>") + (run.isEmpty ? "" : "<w:rPr>\(run)</w:rPr>")
            + "</w:style>"
    }
}
