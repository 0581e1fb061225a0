/// How a text file's bytes stand for letters.
public enum TextEncoding: String, Codable, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case utf8WithMark = "UTF-8 with byte order mark"
    case utf16LittleEndian = "UTF-16 little endian"
    case utf16BigEndian = "UTF-16 big endian"
    case windows1252 = "Windows-1252"
    case macRoman = "Mac Roman"
}

extension TextEncoding {
    /// Guesses the encoding and reads the text. Line ends become `\n`.
    ///
    /// Byte order marks decide first, then zero bytes (UTF-16), then UTF-8, strictly unless a
    /// few broken bytes stand among many whole letters; between the two old one-byte
    /// encodings, the one in which more of the high bytes are Nordic letters beside other letters wins.
    /// - Throws: ``DraftError/empty`` or ``DraftError/undecodable``.
    public static func decode(_ bytes: [UInt8]) throws(DraftError) -> (text: String, encoding: TextEncoding) {
        guard !bytes.isEmpty else { throw .empty }
        let (text, encoding) = try guess(bytes)
        let clean = normalized(text)
        guard clean.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { throw .empty }
        return (clean, encoding)
    }

    private static func guess(_ bytes: [UInt8]) throws(DraftError) -> (String, TextEncoding) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return (String(decoding: bytes.dropFirst(3), as: UTF8.self), .utf8WithMark)
        }
        if bytes.starts(with: [0xFF, 0xFE]) { return (try utf16(bytes.dropFirst(2), little: true), .utf16LittleEndian) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (try utf16(bytes.dropFirst(2), little: false), .utf16BigEndian) }
        if bytes.contains(0) {
            // Latin letters in UTF-16 have their zero byte in odd (little endian) or even places.
            var zeros = [0, 0]
            for (index, byte) in bytes.enumerated() where byte == 0 { zeros[index & 1] += 1 }
            let little = zeros[1] > zeros[0]
            guard max(zeros[0], zeros[1]) * 3 > bytes.count / 2, min(zeros[0], zeros[1]) * 10 < max(zeros[0], zeros[1]) else {
                throw .undecodable
            }
            return (try utf16(bytes[...], little: little), little ? .utf16LittleEndian : .utf16BigEndian)
        }
        let controls = bytes.count { $0 < 32 && !(9...13).contains($0) }
        guard controls * 50 <= bytes.count else { throw .undecodable }
        if let text = String(validating: bytes, as: UTF8.self) { return (text, .utf8) }
        // One letter that a program cut in two does not make the file another encoding.
        let lenient = String(decoding: bytes, as: UTF8.self)
        var whole = 0, broken = 0
        for scalar in lenient.unicodeScalars where scalar.value >= 0x80 {
            if scalar.value == 0xFFFD { broken += 1 } else { whole += 1 }
        }
        if whole >= 10 * broken, broken > 0 { return (lenient, .utf8) }
        let windows = score(bytes, table: OneByteTables.windows1252), mac = score(bytes, table: OneByteTables.macRoman)
        let chosen: TextEncoding = mac > windows ? .macRoman : .windows1252
        let table = chosen == .macRoman ? OneByteTables.macRoman : OneByteTables.windows1252
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(byte < 0x80 ? Unicode.Scalar(byte) : table[Int(byte) - 0x80]) }
        return (String(text), chosen)
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, little: Bool) throws(DraftError) -> String {
        guard bytes.count.isMultiple(of: 2) else { throw .undecodable }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
            let first = UInt16(bytes[index]), second = UInt16(bytes[index + 1])
            return little ? second << 8 | first : first << 8 | second
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw .undecodable }
        return text
    }

    /// Points for high bytes that make sense in Norwegian running text.
    private static func score(_ bytes: [UInt8], table: [Unicode.Scalar]) -> Int {
        let nordic = Set("æøåÆØÅ".unicodeScalars), common = Set("éèêóòôäöüÄÖÜÉ«»–—…“”‘’".unicodeScalars)
        var points = 0
        for (index, byte) in bytes.enumerated() where byte >= 0x80 {
            let scalar = table[Int(byte) - 0x80]
            let beside = (index > 0 && isLetter(bytes[index - 1])) || (index + 1 < bytes.count && isLetter(bytes[index + 1]))
            if nordic.contains(scalar) {
                points += beside ? 4 : 2
            } else if common.contains(scalar) {
                points += 1
            } else {
                points -= 2
            }
        }
        return points
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    private static func normalized(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0D: result.append("\n")
            case 0x0A: if !afterReturn { result.append("\n") }
            case 0x0B, 0x0C, 0x85, 0x2028, 0x2029: result.append("\n")
            case 0xFEFF, 0xAD, 0x200B...0x200F: break
            case 0xA0, 0x202F, 0x2007: result.append(" ")
            case 9: result.append("\t")
            case 0..<32, 127: break
            default: result.append(scalar)
            }
            afterReturn = scalar.value == 0x0D
        }
        return String(result)
    }
}

/// The upper halves of two one-byte encodings, 0x80 … 0xFF.
enum OneByteTables {
    static let windows1252: [Unicode.Scalar] = {
        let low = Array("€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
        return low + (0xA0...0xFF as ClosedRange<UInt8>).map { Unicode.Scalar($0) }
    }()

    static let macRoman = Array(
        ("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ"
            + "\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ").unicodeScalars)
}
