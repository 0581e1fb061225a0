/// Text made safe for markup.
///
/// XML 1.0 forbids most control characters, even escaped, and the two non-characters U+FFFE and U+FFFF: they are
/// removed. Swift strings hold no lone surrogates, so none can reach a file.
public enum TextEscaping {
    /// Whether XML 1.0 allows the scalar (its production 2, `Char`), and it hides nothing.
    public static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD: true
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        case 0x7F...0x84, 0x86...0x9F: false
        // Invisible, they turn text around or hide it: a label could look like another one. Those that join letters (U+200C, U+200D)
        // belong to spelling and stay.
        case 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }

    /// For text and double-quoted attributes in XML and HTML.
    public static func xml(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where isAllowed(scalar) {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\r": result.append(contentsOf: "&#13;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// For cue text and voice names in WebVTT, where `-->` and blank lines would end the cue.
    public static func webVTT(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in line(text).unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// One line of plain text: line breaks, tabs and control characters become spaces, runs of spaces one.
    public static func line(_ text: String) -> String {
        let spaced = text.unicodeScalars.filter { $0.value < 0x200B || isAllowed($0) }.map { isAllowed($0) && $0.value >= 32 && $0.value != 0x2028 && $0.value != 0x2029 && $0.value != 0x85 ? $0 : " " }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: spaced)
        return String(view).split(separator: " ").joined(separator: " ")
    }

    /// A recording's id as a file name: letters, digits, `-`, `_` and `.`; never empty, hidden or longer than 80.
    public static func fileName(_ id: String) -> String {
        let safe = id.prefix(80).map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" }
        let name = String(safe.drop { $0 == "." })
        return name.isEmpty ? "transcript" : name
    }
}
