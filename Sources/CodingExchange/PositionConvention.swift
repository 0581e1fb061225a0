import Foundation

/// How a program counts places in a text. The standard says Unicode code points and LF; programs differ.
struct PositionConvention: Hashable {
    /// UTF-16 units (NVivo, and whatever is written in C# or JavaScript) or code points.
    var isUTF16: Bool
    /// Whether CR LF counts as two.
    var countsCRLFTwice: Bool
    /// Whether the byte order mark at the beginning counts.
    var countsMark: Bool

    static let standard = PositionConvention(isUTF16: false, countsCRLFTwice: false, countsMark: false)

    static let all: [PositionConvention] = [false, true].flatMap { utf16 in
        [false, true].flatMap { twice in [false, true].map { PositionConvention(isUTF16: utf16, countsCRLFTwice: twice, countsMark: $0) } }
    }

    func name(_ text: TextTraits) -> String {
        [
            isUTF16 ? "UTF-16" : "Unicode", text.hasCRLF ? (countsCRLFTwice ? "CRLF = 2" : "CRLF = 1") : nil, text.hasMark ? (countsMark ? "BOM = 1" : "BOM = 0") : nil,
        ].compactMap { $0 }.joined(separator: ", ")
    }

    /// What in a text makes a difference.
    struct TextTraits: Hashable {
        var hasAstral = false, hasCRLF = false, hasMark = false
        var isAmbiguous: Bool { hasAstral || hasCRLF || hasMark }

        init() {}

        init(_ text: String) {
            var previous: Unicode.Scalar = " "
            for (index, scalar) in text.unicodeScalars.enumerated() {
                if scalar.value > 0xFFFF { hasAstral = true }
                if scalar == "\n", previous == "\r" { hasCRLF = true }
                if index == 0, scalar == "\u{FEFF}" { hasMark = true }
                previous = scalar
            }
        }

        mutating func formUnion(_ other: TextTraits) {
            hasAstral = hasAstral || other.hasAstral
            hasCRLF = hasCRLF || other.hasCRLF
            hasMark = hasMark || other.hasMark
        }
    }

    /// Places of a text as a program counts them, in code points of the same text with LF at line ends and no byte order mark.
    struct Map {
        /// By the program's place; one more than it has places.
        private let places: [Int]

        init(_ text: String, _ convention: PositionConvention) {
            var places: [Int] = [], at = 0, previous: Unicode.Scalar = " "
            for (index, scalar) in text.unicodeScalars.enumerated() {
                if index == 0, scalar == "\u{FEFF}" {
                    if convention.countsMark { places.append(0) }
                    continue
                }
                if scalar == "\n", previous == "\r" {
                    if convention.countsCRLFTwice { places.append(at - 1) }
                } else {
                    places.append(at)
                    if convention.isUTF16, scalar.value > 0xFFFF { places.append(at) }
                    at += 1
                }
                previous = scalar
            }
            places.append(at)
            self.places = places
        }

        /// Nil for a place outside the text.
        func callAsFunction(_ place: Int) -> Int? { places.indices.contains(place) ? places[place] : nil }
        var length: Int { places[places.count - 1] }
        func clamped(_ place: Int) -> Int { place < 0 ? 0 : self(place) ?? length }
    }

    /// The convention under which most beginnings and ends meet the edges of words; the standard's where several do as well.
    ///
    /// - Parameter texts: texts as they came, with the selections in each.
    static func chosen(for texts: [(text: String, selections: [(start: Int, end: Int)])], origin: String) -> PositionConvention {
        let nvivo = origin.localizedCaseInsensitiveContains("nvivo")
        var best: (score: Double, convention: PositionConvention)?
        let asked = texts.filter { TextTraits($0.text).isAmbiguous && !$0.selections.isEmpty }
        guard !asked.isEmpty else { return standard }
        let plain = asked.map { Array(LineEnds.plain($0.text.unicodeScalars.first == "\u{FEFF}" ? String($0.text.unicodeScalars.dropFirst()) : $0.text).unicodeScalars) }
        for convention in all {
            var score = 0.0
            for (index, entry) in asked.enumerated() {
                let map = Map(entry.text, convention), scalars = plain[index]
                for selection in entry.selections.prefix(2_000) {
                    guard let start = map(selection.start), let end = map(selection.end), start < end else {
                        score -= 2
                        continue
                    }
                    if isEdge(scalars, start), isWordly(scalars[start]) { score += 1 }
                    if isEdge(scalars, end) { score += end > 0 && !scalars[end - 1].properties.isWhitespace ? 1 : 0.3 }
                }
            }
            // Only to settle a draw: what the standard says, or what the program is known for.
            if convention.isUTF16 == nvivo, convention.countsCRLFTwice == nvivo { score += 0.01 }
            if !convention.countsMark { score += 0.005 }
            if score > (best?.score ?? -.infinity) { best = (score, convention) }
        }
        return best?.convention ?? standard
    }

    private static func isEdge(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        guard place > 0, place < scalars.count else { return true }
        return isWordly(scalars[place]) != isWordly(scalars[place - 1]) || scalars[place - 1].properties.isWhitespace != scalars[place].properties.isWhitespace
    }

    private static func isWordly(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.generalCategory == .nonspacingMark
            || scalar.properties.isEmojiPresentation
    }
}

/// Text files of any encoding that programs write.
enum TextFile {
    /// - Returns: the text, a byte order mark kept as its first character, and whether it is UTF-8.
    static func decode(_ bytes: [UInt8]) -> (text: String, isUTF8: Bool) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let isLittle = bytes[0] == 0xFF
            let units = stride(from: 0, to: bytes.count - 1, by: 2).map { isLittle ? UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 : UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
            return (String(decoding: units, as: UTF16.self), false)
        }
        if let text = String(validating: bytes, as: UTF8.self) { return (text, true) }
        return (String(String.UnicodeScalarView(bytes.map { windows1252[Int($0)] })), false)
    }

    private static let windows1252: [Unicode.Scalar] = {
        let upper: [UInt32] = [
            0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C,
            0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
        ]
        return (0..<256).map { byte in
            (0x80..<0xA0).contains(byte) ? Unicode.Scalar(upper[byte - 0x80]) ?? " " : Unicode.Scalar(UInt8(byte))
        }
    }()
}
