/// Reads the text of a rich text file (RTF 1.9.1), tolerantly: what it does not know it leaves out.
enum RichTextReader {
    /// One line for each paragraph and line break; a table row is a line with tabs between its cells.
    /// - Throws: ``DraftError/damaged(part:)`` for groups nested too deeply, ``DraftError/tooLarge(limit:)``.
    static func lines(_ bytes: [UInt8]) throws(DraftError) -> (lines: [StyledLine], notes: [Draft.Note]) {
        var parser = RichTextParser(bytes: bytes)
        try parser.run()
        var notes: [Draft.Note] = []
        if parser.unknownPage > 0 {
            notes.append(.init(code: "text-encoding", message: "letters of an unusual code page were read as Windows-1252; check them", count: parser.unknownPage))
        }
        return (try parser.talk.finished(), notes)
    }
}

private struct RichTextParser {
    /// What a brace opens and its partner ends.
    private struct State {
        var skips = false
        var bold = false
        var slanted = false
        var hidden = false
        /// Bytes that stand in for a `\u` in readers that do not know it.
        var fallback = 1
        var font = 0
        var inStyleSheet = false
        var inFontTable = false
        var style = 0
    }

    let bytes: [UInt8]
    var talk = LineCollector()
    var unknownPage = 0
    private var index = 0
    private var state = State()
    private var stack: [State] = []
    private var codePage = 1252
    private var fontPages: [Int: Int] = [:]
    private var styleNames: [Int: String] = [:]
    private var paragraphStyle = 0
    private var inTable = false
    /// Fallback signs still to leave out.
    private var toSkip = 0
    private var units: [UInt16] = []
    private var pending: [UInt8] = []
    private var startsGroup = false
    /// Programs that write RTF by hand leave letters as they are: against the rules, but plain to see.
    private let isRawUTF8: Bool

    private static let depthLimit = 1_000

    /// Destinations whose text is not the document's.
    private static let skipped: Set<String> = [
        "colortbl", "info", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote",
        "annotation", "atnid", "atnauthor", "atntime", "atnicn", "atnref", "atndate", "object", "nonshppict", "fldinst", "listtable",
        "listoverridetable", "revtbl", "rsidtbl", "themedata", "colorschememapping", "datastore", "latentstyles", "xmlnstbl", "generator",
        "bkmkstart", "bkmkend", "shptxt", "shpinst", "shp", "do", "dptxbxtext", "pntext", "listtext", "pntxta", "pntxtb", "pn", "filetbl",
        "operator", "mmathPr", "userprops", "docvar", "txe", "rxe", "xe", "tc", "tcn", "private", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc",
        "expandedcolortbl", "passwordhash", "template", "formfield", "background", "keywords", "comment", "falt", "panose",
    ]
    private static let signs: [String: String] = [
        "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
        "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "", "zwnj": "",
    ]
    private static let charsets: [Int: Int] = [0: 1252, 77: 10_000, 161: 1253, 162: 1254, 178: 1256, 186: 1257, 204: 1251, 238: 1250, 1: 0, 2: 0]
    private static let headings = ["title", "tittel", "subtitle", "undertittel", "heading", "overskrift", "opplysninger", "stempel"]

    init(bytes: [UInt8]) {
        self.bytes = bytes
        isRawUTF8 = bytes.contains { $0 >= 0x80 } && String(validating: bytes, as: UTF8.self) != nil
    }

    mutating func run() throws(DraftError) {
        while index < bytes.count, !talk.isFull {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "{"):
                flush()
                index += 1
                guard stack.count < Self.depthLimit else { throw .damaged(part: "RTF") }
                stack.append(state)
                startsGroup = true
                toSkip = 0
                continue
            case UInt8(ascii: "}"):
                flush()
                index += 1
                if state.inStyleSheet, let outer = stack.last, outer.inStyleSheet { endStyle() }
                if let outer = stack.popLast() { state = outer }
                toSkip = 0
                if stack.isEmpty { index = bytes.count }
            case UInt8(ascii: "\\"):
                index += 1
                control()
            case 10, 13: index += 1
            default:
                index += 1
                character(byte)
            }
            startsGroup = false
        }
        flush()
        if !talk.line.isBlank { endLine() }
    }

    // MARK: Text

    private mutating func character(_ byte: UInt8) {
        if toSkip > 0 {
            toSkip -= 1
            return
        }
        flushUnits()
        pending.append(byte)
    }

    private mutating func flush() {
        flushUnits()
        flushBytes()
    }

    private mutating func flushUnits() {
        guard !units.isEmpty else { return }
        let text = String(decoding: units, as: UTF16.self)
        units = []
        add(text)
    }

    private mutating func flushBytes() {
        guard !pending.isEmpty else { return }
        let page = fontPages[state.font].flatMap { $0 == 0 ? nil : $0 } ?? codePage
        var text = ""
        if page == 65_001 || isRawUTF8, let whole = String(validating: pending, as: UTF8.self) {
            text = whole
        } else {
            let table = page == 10_000 ? OneByteTables.macRoman : OneByteTables.windows1252
            var scalars = String.UnicodeScalarView()
            for byte in pending { scalars.append(byte < 0x80 ? Unicode.Scalar(byte) : table[Int(byte) - 0x80]) }
            if ![1252, 10_000].contains(page) { unknownPage += pending.count { $0 >= 0x80 } }
            text = String(scalars)
        }
        pending = []
        add(text)
    }

    private mutating func add(_ text: String) {
        guard !state.skips, !state.hidden else { return }
        if state.inStyleSheet {
            let name = (styleNames[state.style] ?? "") + text
            if styleNames.count < 4096, name.utf8.count < 256 { styleNames[state.style] = name }
            return
        }
        guard !state.inFontTable else { return }
        talk.append(text == "\t" ? text : LineCollector.clean(text), stands: state.slanted || state.bold, bold: state.bold)
    }

    /// A style's entry ends with a semicolon.
    private mutating func endStyle() {
        if let name = styleNames[state.style] { styleNames[state.style] = name.trimmingSuffix(while: { $0 == ";" || $0.isWhitespace }) }
    }

    private var isHeading: Bool {
        guard let name = styleNames[paragraphStyle]?.lowercased() else { return false }
        return paragraphStyle != 0 && Self.headings.contains(where: name.hasPrefix)
    }

    private mutating func endLine() { talk.finish(isHeading: isHeading) }

    // MARK: Control words and symbols

    private mutating func control() {
        guard index < bytes.count else { return }
        let byte = bytes[index]
        guard (97...122).contains(byte) || (65...90).contains(byte) else {
            index += 1
            return symbol(byte)
        }
        let start = index
        while index < bytes.count, index - start < 32, (97...122).contains(bytes[index]) || (65...90).contains(bytes[index]) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        var number: Int?
        let isNegative = index + 1 < bytes.count && bytes[index] == UInt8(ascii: "-") && (48...57).contains(bytes[index + 1])
        if isNegative { index += 1 }
        var digits = 0
        while index < bytes.count, (48...57).contains(bytes[index]), digits < 10 {
            number = (number ?? 0) * 10 + Int(bytes[index] - 48)
            index += 1
            digits += 1
        }
        if isNegative { number = number.map { -$0 } }
        if index < bytes.count, bytes[index] == 32 { index += 1 }
        apply(word, number)
    }

    private mutating func symbol(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "'"):
            guard index + 1 < bytes.count, let value = UInt8(String(decoding: bytes[index...index + 1], as: UTF8.self), radix: 16) else { return }
            index += 2
            character(value)
        case UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"): character(byte)
        case UInt8(ascii: "~"): character(32)
        case UInt8(ascii: "_"): character(UInt8(ascii: "-"))
        case UInt8(ascii: "*"): if startsGroup { starred() }
        case 10, 13:
            flush()
            endParagraph()
        case 9: character(9)
        default: break
        }
    }

    /// `\*` before a destination: readers that do not know it leave the group out. All that hold talk are known by name.
    private mutating func starred() {
        flush()
        state.skips = true
    }

    private mutating func endParagraph() {
        guard !state.skips, !state.inStyleSheet, !state.inFontTable else { return }
        if inTable { talk.softBreak() } else { endLine() }
    }

    private mutating func apply(_ word: String, _ number: Int?) {
        let isOn = number != 0
        if word == "u" {
            flushBytes()
            units.append(UInt16(truncatingIfNeeded: number ?? 63))
            toSkip = state.fallback
            return
        }
        if word == "uc" {
            // It may stand between the two halves of a letter.
            state.fallback = max(0, min(number ?? 1, 16))
            return
        }
        if toSkip > 0 {
            // A control word counts as one sign of the fallback.
            toSkip -= 1
            if Self.signs[word] != nil { return }
        }
        flush()
        if Self.skipped.contains(word) {
            state.skips = true
            return
        }
        switch word {
        case "par", "sect", "page", "softline": endParagraph()
        case "line": endParagraph()
        case "cell", "nestcell": if !state.skips { talk.cell() }
        case "row", "nestrow":
            guard !state.skips, !state.inStyleSheet else { return }
            let length = (talk.line.text.lastIndex { !$0.isWhitespace } ?? -1) + 1
            if length < talk.line.text.count { talk.line = talk.line.slice(0..<length) }
            endLine()
            inTable = false
        case "pard":
            // What is left out may have paragraphs of its own.
            guard !state.skips, !state.inStyleSheet else { return }
            inTable = false
            paragraphStyle = 0
        case "intbl": if !state.skips { inTable = true }
        case "plain":
            state.bold = false
            state.slanted = false
            state.hidden = false
        case "b": state.bold = isOn
        case "i", "ul", "uld", "uldb", "ulw": state.slanted = isOn
        case "ulnone": state.slanted = false
        case "v", "deleted": state.hidden = isOn
        case "f": state.font = number ?? 0
        case "fcharset": if state.inFontTable, fontPages.count < 4096 { fontPages[state.font] = Self.charsets[number ?? 0] ?? (number ?? 0) }
        case "ansicpg": codePage = number.map { $0 == 0 ? 1252 : $0 } ?? 1252
        case "mac": codePage = 10_000
        case "pc": codePage = 437
        case "pca": codePage = 850
        case "fonttbl": state.inFontTable = true
        case "stylesheet": state.inStyleSheet = true
        case "s": if state.inStyleSheet { state.style = number ?? 0 } else if !state.skips { paragraphStyle = number ?? 0 }
        case "cs", "ts", "ds": if state.inStyleSheet { state.style = -1 }
        case "bin": index = min(bytes.count, index + max(0, min(number ?? 0, bytes.count)))
        default: if let sign = Self.signs[word] { add(sign) }
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, matches(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}
