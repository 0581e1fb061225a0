import Exchange
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Escaping")
struct TextEscapingTests {
    /// What an independent XML parser makes of the escaped text.
    private func parsed(_ escaped: String) -> String? {
        final class Listener: NSObject, XMLParserDelegate {
            var text = ""
            func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
        }
        let parser = XMLParser(data: Data("<a>\(escaped)</a>".utf8)), listener = Listener()
        parser.delegate = listener
        return parser.parse() ? listener.text : nil
    }

    @Test("a parser reads back what was written, less what XML cannot hold", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        var text = String.UnicodeScalarView()
        for _ in 0..<200 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let range: UInt64 = [0x80, 0x800, 0x1_0000, 0x11_0000][Int(state >> 60) & 3]
            if let scalar = Unicode.Scalar(UInt32((state >> 8) % range)) { text.append(scalar) }
        }
        let hidden: Set<UInt32> = [0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069]
        let allowed = text.filter { value in
            let code = value.value
            return code == 9 || code == 10 || code == 13 || (code >= 0x20 && code < 0x7F) || code == 0x85 || (code >= 0xA0 && code != 0xFFFE && code != 0xFFFF && !hidden.contains(code))
        }
        var expected = String.UnicodeScalarView()
        expected.append(contentsOf: allowed)
        #expect(parsed(TextEscaping.xml(String(text)))?.unicodeScalars.elementsEqual(expected) == true)
    }

    @Test("nothing unseen turns a line around or hides a part of it; what joins letters stays")
    func unseen() {
        #expect(TextEscaping.line("Kari \u{202E}4 tnamrofnI\u{202C}") == "Kari 4 tnamrofnI" && TextEscaping.line("a\u{200B}b\u{2066}c\u{FEFF}") == "abc")
        #expect(TextEscaping.xml("a\u{202D}b\u{2069}") == "ab")
        #expect(TextEscaping.line("👩\u{200D}👧") == "👩\u{200D}👧")
    }

    @Test("no text can end a cue or a line", arguments: nastyTexts)
    func lines(text: String) {
        let cue = TextEscaping.webVTT(text), line = TextEscaping.line(text)
        #expect(!cue.contains("-->") && !cue.contains("<") && !cue.unicodeScalars.contains { $0.value < 32 })
        #expect(!line.unicodeScalars.contains { $0.value < 32 || [0x85, 0x2028, 0x2029].contains($0.value) })
    }

    @Test("file names stay in their folder", arguments: [
        ("P07", "P07"), ("../../etc/passwd", "_.._etc_passwd"), ("", "transcript"), ("...", "transcript"), ("a b/ø", "a_b_ø"), (".skjult", "skjult"),
    ])
    func names(id: String, expected: String) { #expect(TextEscaping.fileName(id) == expected) }
}
