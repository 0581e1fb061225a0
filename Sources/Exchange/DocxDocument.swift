import Foundation
import Transcript

/// A Word document of a transcript (ECMA-376, transitional), with real styles so that a study can restyle it.
struct DocxDocument {
    private let renderer: Renderer
    private let geometry: PageGeometry
    private var page: LaidOutTranscript { renderer.page }

    init(_ renderer: Renderer) {
        self.renderer = renderer
        self.geometry = PageGeometry(renderer)
    }

    /// The package's bytes; the same transcript gives the same ones.
    func data() throws -> Data { try ZipWriter.archive(parts.map { ($0.name, Data($0.text.utf8)) }) }

    /// The package's parts in the order they are stored.
    var parts: [(name: String, text: String)] {
        [
            ("[Content_Types].xml", DocxPackage.contentTypes), ("_rels/.rels", DocxPackage.relations),
            ("docProps/core.xml", DocxPackage.core(title: page.title, language: renderer.options.language)),
            ("docProps/app.xml", DocxPackage.app), ("word/document.xml", document),
            ("word/_rels/document.xml.rels", DocxPackage.documentRelations), ("word/styles.xml", DocxStyles.text(geometry)),
            ("word/numbering.xml", DocxPackage.numbering(geometry)), ("word/settings.xml", DocxPackage.settings),
            ("word/header1.xml", header), ("word/footer1.xml", footer),
        ]
    }

    private static let namespaces = DocxPackage.namespaces

    private var document: String {
        var body = ""
        if let stamp = renderer.stamp { body += paragraph("Stempel", run(stamp)) }
        body += paragraph("Title", run(page.title))
        for fact in renderer.facts {
            body += paragraph("Opplysninger", run(fact.name + ": ", "<w:b/>") + run(fact.value))
        }
        body += paragraph("Heading1", run(renderer.say("Transkripsjon", "Transcript")))
        for item in page.paragraphs { body += turn(item) }
        return DocxPackage.declaration
            + "<w:document \(Self.namespaces)><w:body>\(body)\(section)</w:body></w:document>"
    }

    private var section: String {
        let numbered = renderer.options.numbering == .lines ? "<w:lnNumType w:countBy=\"1\" w:distance=\"\(geometry.lineNumberDistance)\" w:restart=\"continuous\"/>" : ""
        return "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"default\" r:id=\"rId4\"/>"
            + "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1417\" w:right=\"1417\" w:bottom=\"1417\" w:left=\"\(geometry.leftMargin)\" "
            + "w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/>\(numbered)</w:sectPr>"
    }

    /// Time, label, a tab, the talk.
    private func turn(_ item: LaidOutTranscript.Paragraph) -> String {
        var runs = geometry.hasMarginNumbers ? "<w:r><w:tab/></w:r>" : ""
        if renderer.options.times {
            if let time = item.time { runs += run("[\(time.clock)]" + (geometry.hasMarginTimes ? "" : " "), style: "Tid") }
            if geometry.hasMarginTimes { runs += "<w:r><w:tab/></w:r>" }
        }
        if renderer.options.speakerLabels {
            // A colon inside the label would end it for whoever reads the document back.
            let label = item.speakerLabel.replacing(":", with: "")
            runs += run((label.isEmpty ? item.speakerID : label) + ":", style: "Taler", "<w:b/>") + "<w:r><w:tab/></w:r>"
        }
        for piece in item.runs {
            switch piece.style {
            case .plain: runs += run(piece.text)
            case .emphasis: runs += run(piece.text, style: "Betoning", "<w:i/>")
            case .strong: runs += run(piece.text, style: "Betoning", "<w:b/><w:i w:val=\"0\"/>")
            case .underline: runs += run(piece.text, style: "Betoning", "<w:i w:val=\"0\"/><w:u w:val=\"single\"/>")
            case .mark: runs += run(piece.text, style: "Markering")
            case .time: runs += run(piece.text, style: "Tid")
            }
        }
        let numbered = renderer.options.numbering == .turns ? "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>" : ""
        return "<w:p><w:pPr><w:pStyle w:val=\"Replikk\"/>\(numbered)</w:pPr>\(runs)</w:p>"
    }

    private func paragraph(_ style: String, _ runs: String) -> String {
        "<w:p><w:pPr><w:pStyle w:val=\"\(style)\"/></w:pPr>\(runs)</w:p>"
    }

    private func run(_ text: String, style: String? = nil, _ properties: String = "") -> String {
        let named = style.map { "<w:rStyle w:val=\"\($0)\"/>" } ?? ""
        let all = named.isEmpty && properties.isEmpty ? "" : "<w:rPr>\(named)\(properties)</w:rPr>"
        return "<w:r>\(all)<w:t xml:space=\"preserve\">\(TextEscaping.xml(text))</w:t></w:r>"
    }

    private var header: String {
        DocxPackage.declaration + "<w:hdr \(Self.namespaces)>\(paragraph("Header", run(renderer.runningHead)))</w:hdr>"
    }

    private var footer: String {
        let field = { (code: String) in
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> \(code) </w:instrText></w:r>"
                + "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        }
        let page = run(renderer.say("Side ", "Page ")) + field("PAGE") + run(renderer.say(" av ", " of ")) + field("NUMPAGES")
        return DocxPackage.declaration + "<w:ftr \(Self.namespaces)>\(paragraph("Footer", page))</w:ftr>"
    }
}
