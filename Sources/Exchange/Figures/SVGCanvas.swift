/// Writes an SVG drawing, element by element. Coordinates are pixels, written with one decimal.
struct SVGCanvas {
    private(set) var text = ""

    /// A coordinate as SVG wants it.
    static func number(_ value: Double) -> String { Decimals.short(value, 1) }

    mutating func raw(_ markup: String) { text += markup + "\n" }

    mutating func open(_ name: String, _ attributes: String = "") { raw("<\(name)\(attributes.isEmpty ? "" : " " + attributes)>") }
    mutating func close(_ name: String) { raw("</\(name)>") }

    /// An element, with a tooltip when `title` says something.
    private mutating func element(_ markup: String, title: String?) {
        guard let title else { return raw("<\(markup)/>") }
        let name = markup.prefix { $0 != " " }
        raw("<\(markup)><title>\(TextEscaping.xml(title))</title></\(name)>")
    }

    mutating func rect(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String = "", title: String? = nil) {
        let n = Self.number
        element("rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(max(0, width)))\" height=\"\(n(max(0, height)))\"\(Self.attributes(style))", title: title)
    }

    mutating func path(_ data: String, _ style: String = "", title: String? = nil) {
        guard !data.isEmpty else { return }
        element("path d=\"\(data)\"\(Self.attributes(style))", title: title)
    }

    mutating func use(_ id: String, _ x: Double, _ y: Double, _ style: String = "", title: String? = nil) {
        element("use href=\"#\(id)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(Self.attributes(style))", title: title)
    }

    mutating func text(_ content: String, _ x: Double, _ y: Double, _ style: String = "", title: String? = nil) {
        let tip = title.map { "<title>\(TextEscaping.xml($0))</title>" } ?? ""
        raw("<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(Self.attributes(style))>\(tip)\(TextEscaping.xml(content))</text>")
    }

    private static func attributes(_ style: String) -> String { style.isEmpty ? "" : " " + style }

    /// About how wide a text is, in pixels, in the sans-serif faces that the figures name; errs to the wide side.
    static func width(_ text: String, size: Double) -> Double {
        text.reduce(0) { sum, character in
            sum + size * (character.isUppercase || "mwMW%".contains(character) ? 0.72 : "iljtf.,:;|' ()".contains(character) ? 0.34 : 0.57)
        }
    }

    /// The text, cut with an ellipsis where it is wider than `limit` pixels.
    static func fitted(_ text: String, size: Double, limit: Double) -> String {
        let line = TextEscaping.line(text)
        guard width(line, size: size) > limit else { return line }
        var cut = line
        while !cut.isEmpty, width(cut + "…", size: size) > limit { cut.removeLast() }
        return cut + "…"
    }
}

/// Path data in relative steps of tenths of a pixel: half the size of absolute coordinates, and no drift.
struct SVGPath {
    private(set) var data = ""
    private var x = 0, y = 0

    private static func tenths(_ value: Double) -> Int { Int((min(max(value.isFinite ? value : 0, -1e6), 1e6) * 10).rounded()) }

    private mutating func append(_ value: Int, separated: Bool) {
        if separated && value >= 0 { data += " " }
        let size = abs(value)
        data += (value < 0 ? "-" : "") + (size % 10 == 0 ? "\(size / 10)" : size < 10 ? ".\(size)" : "\(size / 10).\(size % 10)")
    }

    mutating func move(_ toX: Double, _ toY: Double) {
        (x, y) = (Self.tenths(toX), Self.tenths(toY))
        data += "M"
        append(x, separated: false)
        append(y, separated: true)
    }

    mutating func line(_ toX: Double, _ toY: Double) {
        let (nextX, nextY) = (Self.tenths(toX), Self.tenths(toY))
        if nextX == x {
            data += "v"
            append(nextY - y, separated: false)
        } else if nextY == y {
            data += "h"
            append(nextX - x, separated: false)
        } else {
            data += "l"
            append(nextX - x, separated: false)
            append(nextY - y, separated: true)
        }
        (x, y) = (nextX, nextY)
    }

    mutating func closePath() { data += "z" }
}
