/// Splits markup into tags and text, whatever state it is in.
struct HTMLMarkup {
    enum Part {
        /// Lower-case name, attributes with lower-case names.
        case open(String, [String: String])
        case close(String)
        case text(String)
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    private static let raw: Set<String> = ["script", "style", "title", "textarea", "xmp", "noscript"]

    /// The next part; nil at the end.
    mutating func next() -> Part? {
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count else { return .text(text()) }
            let after = bytes[index + 1]
            if after == UInt8(ascii: "!") || after == UInt8(ascii: "?") {
                skipDeclaration()
            } else if after == UInt8(ascii: "/") {
                index += 2
                let name = self.name()
                skip(to: UInt8(ascii: ">"))
                return .close(name)
            } else if Self.isLetter(after) {
                index += 1
                let name = self.name()
                let attributes = self.attributes()
                if Self.raw.contains(name) { skipRaw(name) } else { return .open(name, attributes) }
            } else {
                return .text(text())
            }
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    /// Text up to the next tag; a lone `<` is text.
    private mutating func text() -> String {
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
        return Self.unescaped(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func name() -> String {
        let start = index
        while index < bytes.count, index - start < 64, Self.isLetter(bytes[index]) || (48...58).contains(bytes[index]) || bytes[index] == UInt8(ascii: "-") { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
    }

    private mutating func skip(to end: UInt8) {
        while index < bytes.count, bytes[index] != end { index += 1 }
        index += 1
    }

    private mutating func skipDeclaration() {
        guard bytes[index...].starts(with: Array("<!--".utf8)) else { return skip(to: UInt8(ascii: ">")) }
        let end = Array("-->".utf8)
        index += 4
        while index < bytes.count, !bytes[index...].starts(with: end) { index += 1 }
        index += 3
    }

    private mutating func skipRaw(_ name: String) {
        let end = Array("</\(name)".utf8)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<"), bytes[index...].prefix(end.count).elementsEqual(end, by: { ($0 | 0x20) == ($1 | 0x20) }) {
                return skip(to: UInt8(ascii: ">"))
            }
            index += 1
        }
    }

    private mutating func attributes() -> [String: String] {
        var found: [String: String] = [:]
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            guard Self.isLetter(bytes[index]) else {
                index += 1
                continue
            }
            let key = name()
            while index < bytes.count, bytes[index] <= 32 { index += 1 }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
                if found.count < 64 { found[key] = "" }
                continue
            }
            index += 1
            while index < bytes.count, bytes[index] <= 32 { index += 1 }
            guard index < bytes.count else { break }
            let quote = bytes[index], isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
            if isQuoted { index += 1 }
            let start = index
            while index < bytes.count, isQuoted ? bytes[index] != quote : bytes[index] > 32 && bytes[index] != UInt8(ascii: ">") { index += 1 }
            if found.count < 64, index - start < 4096, found[key] == nil {
                found[key] = Self.unescaped(String(decoding: bytes[start..<index], as: UTF8.self))
            }
            if isQuoted { index += 1 }
        }
        index += 1
        return found
    }

    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "nbsp": "\u{A0}", "quot": "\"", "apos": "'", "aelig": "æ", "AElig": "Æ", "oslash": "ø", "Oslash": "Ø",
        "aring": "å", "Aring": "Å", "eacute": "é", "egrave": "è", "ecirc": "ê", "oacute": "ó", "ograve": "ò", "ocirc": "ô", "ouml": "ö", "auml": "ä",
        "uuml": "ü", "Ouml": "Ö", "Auml": "Ä", "Uuml": "Ü", "hellip": "…", "ndash": "–", "mdash": "—", "laquo": "«", "raquo": "»", "lsquo": "‘",
        "rsquo": "’", "ldquo": "“", "rdquo": "”", "bdquo": "„", "sbquo": "‚", "shy": "", "emsp": " ", "ensp": " ", "thinsp": " ", "zwnj": "", "zwj": "",
        "lrm": "", "rlm": "", "eth": "ð", "thorn": "þ", "agrave": "à", "ccedil": "ç", "ntilde": "ñ", "deg": "°", "middot": "·", "bull": "•",
    ]

    /// Text with its character references resolved; what is no reference stays as it is.
    static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var result = "", rest = text[...]
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            let tail = rest[rest.index(after: mark)...]
            guard let end = tail.prefix(12).firstIndex(of: ";") else {
                result += "&"
                rest = tail
                continue
            }
            let name = tail[..<end]
            if name.first == "#" {
                let digits = name.dropFirst(), isHex = digits.first == "x" || digits.first == "X"
                if let value = UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10), let scalar = Unicode.Scalar(value) {
                    result.unicodeScalars.append(scalar)
                }
                rest = tail[tail.index(after: end)...]
            } else if let value = entities[String(name)] {
                result += value
                rest = tail[tail.index(after: end)...]
            } else {
                result += "&"
                rest = tail
            }
        }
        return result + rest
    }
}
