import Foundation
import Transcript

/// An OpenDocument text of a transcript (ODF 1.3), with the same content and styles as the Word document.
struct OpenDocument {
    private let renderer: Renderer
    private let geometry: PageGeometry
    private var page: LaidOutTranscript { renderer.page }

    init(_ renderer: Renderer) {
        self.renderer = renderer
        self.geometry = PageGeometry(renderer)
    }

    /// The package's bytes; the same transcript gives the same ones.
    func data() throws -> Data {
        // Part 2, 3.3: the media type comes first and as it is, so that it can be read without unpacking.
        try ZipWriter.archive(parts.map { ($0.name, Data($0.text.utf8), $0.name != "mimetype") })
    }

    /// The package's parts in the order they are stored.
    var parts: [(name: String, text: String)] {
        [
            ("mimetype", OpenDocumentPackage.mediaType), ("META-INF/manifest.xml", OpenDocumentPackage.manifest),
            ("meta.xml", OpenDocumentPackage.meta(title: page.title)), ("styles.xml", OpenDocumentStyles(renderer, geometry).text), ("content.xml", content),
        ]
    }

    private var content: String {
        var body = ""
        if let stamp = renderer.stamp { body += paragraph("Stempel", TextEscaping.openDocument(stamp)) }
        body += paragraph("Title", TextEscaping.openDocument(page.title))
        for fact in renderer.facts {
            body += paragraph("Opplysninger", span("Taler", fact.name + ": ") + TextEscaping.openDocument(fact.value))
        }
        body += "<text:h text:style-name=\"Heading_20_1\" text:outline-level=\"1\">\(renderer.say("Transkripsjon", "Transcript"))</text:h>"
        let turns = page.paragraphs.map { paragraph("Replikk", turn($0)) }
        if renderer.options.numbering == .turns, !turns.isEmpty {
            // Numbers as a list, so that they are no part of the text.
            body += "<text:list text:style-name=\"Replikknummer\">" + turns.map { "<text:list-item>\($0)</text:list-item>" }.joined() + "</text:list>"
        } else {
            body += turns.joined()
        }
        return OpenDocumentPackage.part("office:document-content", "<office:body><office:text>\(body)</office:text></office:body>")
    }

    /// Time, label, a tab, the talk.
    private func turn(_ item: LaidOutTranscript.Paragraph) -> String {
        var text = geometry.hasMarginNumbers ? "<text:tab/>" : ""
        if renderer.options.times {
            if let time = item.time { text += span("Tid", "[\(time.clock)]" + (geometry.hasMarginTimes ? "" : " ")) }
            if geometry.hasMarginTimes { text += "<text:tab/>" }
        }
        if renderer.options.speakerLabels {
            // A colon inside the label would end it for whoever reads the document back.
            let label = item.speakerLabel.replacing(":", with: "")
            text += span("Taler", (label.isEmpty ? item.speakerID : label) + ":") + "<text:tab/>"
        }
        for piece in item.runs {
            switch piece.style {
            case .plain: text += TextEscaping.openDocument(piece.text)
            case .emphasis: text += span("Betoning", piece.text)
            case .strong: text += span("Betoning_20_fet", piece.text)
            case .underline: text += span("Betoning_20_understreket", piece.text)
            case .mark: text += span("Markering", piece.text)
            case .time: text += span("Tid", piece.text)
            }
        }
        return text
    }

    private func paragraph(_ style: String, _ content: String) -> String { "<text:p text:style-name=\"\(style)\">\(content)</text:p>" }

    private func span(_ style: String, _ text: String) -> String {
        "<text:span text:style-name=\"\(style)\">\(TextEscaping.openDocument(text))</text:span>"
    }
}

extension TextEscaping {
    /// For text in OpenDocument, where white space in the markup collapses: spaces that must stay are elements.
    static func openDocument(_ text: String) -> String {
        var result = "", run = 0
        func spaces(_ count: Int) -> String { count == 0 ? "" : "<text:s" + (count == 1 ? "/>" : " text:c=\"\(count)\"/>") }
        for piece in xml(text) {
            if piece == " " {
                run += 1
                continue
            }
            // A single space inside text stays a space.
            result += run == 1 && !result.isEmpty ? " " : spaces(run)
            run = 0
            switch piece {
            case "\t": result += "<text:tab/>"
            case "\n": result += "<text:line-break/>"
            default: result.append(piece)
            }
        }
        return result + (run == 1 ? " " : spaces(run))
    }
}
