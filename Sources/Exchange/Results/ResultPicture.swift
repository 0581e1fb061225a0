import Anonymization
import Foundation
import Transcript

/// A drawing of results of the analysis. As with ``ResultTable``, only modules that work on the coding store make one.
public struct ResultPicture: Sendable, Hashable {
    /// The stem of its file's name.
    public let name: String
    public let title: String
    public let status: AnonymizedTranscript.Status
    /// The same content gives the same bytes.
    public let svg: String

    /// `NAME.svg`; ``ShareableFile/converted(to:by:)`` makes other forms of it.
    public func render() -> ShareableFile { ShareableFile(name: TextEscaping.fileName(name) + ".svg", data: Data(svg.utf8), notes: []) }

    /// - Parameters:
    ///   - size: pixels.
    ///   - description: what somebody who cannot see it should know.
    init(
        name: String, title: String, description: String, size: (width: Double, height: Double), status: AnonymizedTranscript.Status,
        language: DocumentLanguage, _ canvas: SVGCanvas
    ) {
        let n = SVGCanvas.number
        var whole = SVGCanvas()
        whole.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        whole.raw(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(size.width)) \(n(size.height))\" width=\"\(n(size.width))\" height=\"\(n(size.height))\" role=\"img\" aria-labelledby=\"picture-title picture-desc\" lang=\"\(language == .english ? "en" : "nb")\" font-family=\"Inter, Helvetica, Arial, sans-serif\" fill=\"\(FigureColours.ink)\">")
        whole.raw("<title id=\"picture-title\">\(TextEscaping.xml(title))</title>")
        whole.raw("<desc id=\"picture-desc\">\(TextEscaping.xml(description))</desc>")
        whole.rect(0, 0, size.width, size.height, "fill=\"#fff\"")
        (self.name, self.title, self.status, svg) = (name, title, status, whole.text + canvas.text + "</svg>\n")
    }

    /// Title and status at the top; returns where the drawing may begin.
    static func head(_ title: String, _ status: AnonymizedTranscript.Status, _ language: DocumentLanguage, width: Double, in canvas: inout SVGCanvas) -> Double {
        canvas.text(SVGCanvas.fitted(title, size: 19, limit: width - 48), 24, 34, "font-size=\"19\" font-weight=\"600\"")
        canvas.text(
            SVGCanvas.fitted("Status: " + ExportStatus(status).text(language), size: 11.5, limit: width - 48), 24, 53,
            "font-size=\"11.5\" fill=\"\(FigureColours.faint)\"")
        return 70
    }

    /// A text broken into lines of at most `limit` pixels, at spaces where it can be.
    static func wrapped(_ text: String, size: Double, limit: Double) -> [String] {
        var lines: [String] = [], line = ""
        for word in TextEscaping.line(text).split(separator: " ") {
            var word = String(word)
            let longer = line.isEmpty ? word : line + " " + word
            if SVGCanvas.width(longer, size: size) <= limit {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while SVGCanvas.width(word, size: size) > limit, word.count > 1 {
                var part = word
                while part.count > 1, SVGCanvas.width(part + "-", size: size) > limit { part.removeLast() }
                lines.append(part + "-")
                word.removeFirst(part.count)
            }
            line = word
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }
}
