import Anonymization
import Transcript

/// A thematic map: themes to the left, what they are made of to the right, a line from each to each.
///
/// Every box stands in its level's column and takes a stretch of the height that nothing else takes, so that no two ever overlap.
public struct ThematicMap: Sendable {
    public struct Node: Sendable, Hashable {
        public enum Style: Sendable, Hashable, CaseIterable { case latent, main, theme, sub, group, code, rest }
        public var label: String
        /// A second, smaller line: `12 kodinger`.
        public var detail: String
        public var style: Style
        public var children: [Node]

        public init(_ label: String, detail: String = "", style: Style, children: [Node] = []) {
            self.label = label
            self.detail = detail
            self.style = style
            self.children = children
        }
    }

    struct Box: Hashable {
        var lines: [String]
        var detail: String
        var style: Node.Style
        var x: Double
        var y: Double
        var height: Double
        /// Index of the box that it hangs on.
        var parent: Int?
    }

    static let width = 210.0, gap = 56.0, margin = 24.0, space = 10.0, line = 17.0

    private(set) var boxes: [Box] = []
    private(set) var size: (width: Double, height: Double)

    /// - Parameter top: where the drawing begins, in pixels.
    init(_ nodes: [Node], top: Double) {
        size = (0, top)
        for node in nodes { size.height += place(node, depth: 0, top: size.height, parent: nil) }
        let columns = (boxes.map(\.x).max() ?? 0) + Self.width
        size = (max(480, columns + Self.margin), size.height + Self.margin)
    }

    private static func boxHeight(_ lines: [String], _ detail: String) -> Double { Double(lines.count) * line + (detail.isEmpty ? 0 : 14) + 14 }

    /// - Returns: how much of the height it takes with all to the right of it.
    private mutating func place(_ node: Node, depth: Int, top: Double, parent: Int?) -> Double {
        let lines = ResultPicture.wrapped(node.label, size: 13, limit: Self.width - 24), own = Self.boxHeight(lines, node.detail)
        let index = boxes.count, x = Self.margin + Double(depth) * (Self.width + Self.gap)
        boxes.append(Box(lines: lines, detail: node.detail, style: node.style, x: x, y: top, height: own, parent: parent))
        var below = 0.0
        for child in node.children { below += place(child, depth: depth + 1, top: top + below, parent: index) }
        let whole = max(own + Self.space, below)
        if below > 0, below < whole {
            // The box is taller than all to the right of it: these stand in the middle of it.
            let shift = (whole - below) / 2
            for later in (index + 1)..<boxes.count { boxes[later].y += shift }
        }
        boxes[index].y = top + (whole - Self.space - own) / 2
        return whole
    }

    private static func fill(_ style: Node.Style) -> String {
        switch style {
        case .latent: "#dcdcdc"
        case .main: "#cfe3f2"
        case .theme: "#d5ecdd"
        case .sub: "#fbe6cc"
        case .group: "#f0deeb"
        case .code: "#ffffff"
        case .rest: "none"
        }
    }

    /// - Parameters:
    ///   - name: the file's stem.
    ///   - nodes: what stands in the first column, with what hangs on it.
    package static func picture(
        name: String, title: String, nodes: [Node], status: AnonymizedTranscript.Status, language: DocumentLanguage
    ) -> ResultPicture {
        var canvas = SVGCanvas()
        let map = ThematicMap(nodes, top: 70), n = SVGCanvas.number
        _ = ResultPicture.head(title, status, language, width: map.size.width, in: &canvas)
        for box in map.boxes {
            guard let parent = box.parent.map({ map.boxes[$0] }) else { continue }
            let from = (x: parent.x + width, y: parent.y + parent.height / 2), to = (x: box.x, y: box.y + box.height / 2), middle = (from.x + to.x) / 2
            canvas.path(
                "M\(n(from.x)) \(n(from.y))C\(n(middle)) \(n(from.y)) \(n(middle)) \(n(to.y)) \(n(to.x)) \(n(to.y))",
                "fill=\"none\" stroke=\"\(FigureColours.nobody)\" stroke-width=\"1.2\"")
        }
        for box in map.boxes {
            if box.style != .rest {
                canvas.rect(box.x, box.y, width, box.height, "rx=\"6\" fill=\"\(fill(box.style))\" stroke=\"\(FigureColours.faint)\" stroke-width=\"1\"")
            }
            let weight = box.style == .code || box.style == .rest ? "" : " font-weight=\"600\""
            for (index, text) in box.lines.enumerated() {
                canvas.text(text, box.x + 12, box.y + 20 + Double(index) * line, "font-size=\"13\"\(weight)")
            }
            if !box.detail.isEmpty {
                canvas.text(
                    SVGCanvas.fitted(box.detail, size: 11, limit: width - 24), box.x + 12, box.y + 18 + Double(box.lines.count) * line,
                    "font-size=\"11\" fill=\"\(FigureColours.faint)\"")
            }
        }
        func outline(_ node: Node) -> String {
            node.label + (node.children.isEmpty ? "" : " (" + node.children.map(outline).joined(separator: "; ") + ")")
        }
        return ResultPicture(
            name: name, title: title, description: nodes.map(outline).joined(separator: ". ") + ".", size: map.size, status: status, language: language,
            canvas)
    }
}
