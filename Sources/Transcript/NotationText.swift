/// `seconds` with a fixed number of decimals, without locale.
func decimal(_ seconds: Double, places: Int, separator: String) -> String {
    let scale = (0..<max(0, min(places, 3))).reduce(1) { value, _ in value * 10 }
    let scaled = Int(min(max(seconds, 0), 1e9) * Double(scale) + 0.5)
    guard scale > 1 else { return String(scaled) }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)" + separator + String(repeating: "0", count: min(places, 3) - fraction.count) + fraction
}

extension String {
    /// Replaces each `{name}` of `values`; other text, unknown placeholders included, stays. One pass: a value that
    /// itself looks like a placeholder is not replaced again. Of nested braces the innermost pair counts.
    func filled(_ values: [String: String]) -> String {
        var result = ""
        for piece in bracePieces {
            result += piece.isName ? values[piece.text] ?? "{" + piece.text + "}" : piece.text
        }
        return result
    }

    /// The names between braces, in order.
    var placeholders: [String] { bracePieces.filter(\.isName).map(\.text) }

    private var bracePieces: [(text: String, isName: Bool)] {
        var pieces: [(String, Bool)] = []
        var rest = self[...]
        while let close = rest.firstIndex(of: "}") {
            if let open = rest[..<close].lastIndex(of: "{") {
                pieces.append((String(rest[..<open]), false))
                pieces.append((String(rest[rest.index(after: open)..<close]), true))
            } else {
                pieces.append((String(rest[...close]), false))
            }
            rest = rest[rest.index(after: close)...]
        }
        pieces.append((String(rest), false))
        return pieces
    }
}
