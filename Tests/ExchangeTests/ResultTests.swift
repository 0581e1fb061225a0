import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif
import Testing
@testable import Anonymization
@testable import Exchange

@Suite struct ResultTests {
    private func table() -> ResultTable {
        ResultTable(
            name: "prøve", title: "Prøve <1>",
            columns: [.init("name", "Navn"), .init("text", "Tekst"), .init("count", "Antall"), .init("value", "Verdi"), .init("share", "Andel")],
            rows: [
                [.text("A"), .text("=1+1"), .whole(3), .number(-0.12345, places: 3), .share(0.256)],
                [.text("A"), .text("to\nlinjer, \"sitat\" _x000D_ & 😀"), .whole(nil), .number(.nan), .share(nil)],
                [.text("B"), .text(""), .whole(-1), .number(2, places: 0), .share(1)],
            ],
            notes: ["En merknad."], status: .deidentified, language: .bokmal, grouped: 1)
    }

    @Test func csvIsForPrograms() throws {
        let text = String(decoding: try table().render(.csv).data, as: UTF8.self)
        #expect(text == """
            name,text,count,value,share,status\r
            A,'=1+1,3,-0.123,0.2560,deidentified\r
            A,"to linjer, ""sitat"" _x000D_ & 😀",,,,deidentified\r
            B,,-1,2,1.0000,deidentified\r

            """)
    }

    @Test func jsonHoldsNumbersAsNumbers() throws {
        let value = try #require(try JSONSerialization.jsonObject(with: table().render(.json).data) as? [String: Any])
        let rows = try #require(value["rows"] as? [[Any]])
        #expect(rows[0][1] as? String == "=1+1")
        #expect(rows[0][3] as? Double == -0.123)
        #expect(rows[1][2] is NSNull)
        #expect(value["stamp"] as? String == "avidentifisert")
    }

    @Test func pagesShowWhatComesAgainOnce() throws {
        let html = String(decoding: try table().render(.html).data, as: UTF8.self)
        #expect(html.contains("<th scope=\"rowgroup\" rowspan=\"2\">A</th>"))
        #expect(html.contains("to<br>linjer"))
        #expect(html.contains("25,6\u{00A0}%") || html.contains("25,6 %"))
        #expect(html.contains("Prøve &lt;1&gt;"))
        let docx = ResultDocx(table: table()).parts.first { $0.name == "word/document.xml" }?.text ?? ""
        #expect(docx.components(separatedBy: "<w:vMerge w:val=\"restart\"/>").count == 3)
        #expect(docx.components(separatedBy: "<w:vMerge/>").count == 2)
        #expect(docx.contains("<w:tblHeader/>"))
        for part in ResultDocx(table: table()).parts + ResultXlsx(table: table()).parts { #expect(XMLParser(data: Data(part.text.utf8)).parse(), "\(part.name)") }
    }

    @Test func spreadsheetsHoldTextAsTextAndNumbersAsNumbers() throws {
        let parts = Dictionary(uniqueKeysWithValues: ResultXlsx(table: table()).parts.map { ($0.name, $0.text) })
        let sheet = try #require(parts["xl/worksheets/sheet1.xml"])
        #expect(sheet.contains("<c r=\"B2\" s=\"0\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1</t></is></c>"))
        #expect(sheet.contains("<c r=\"C2\" s=\"2\"><v>3</v></c>"))
        #expect(sheet.contains("<v>0.256</v>"))
        #expect(sheet.contains("_x005F_x000D_"))
        #expect(!sheet.contains("<f>"))
        #expect(parts["xl/worksheets/sheet2.xml"]?.contains("avidentifisert") == true)
        #expect(ResultXlsx.letters(0) == "A")
        #expect(ResultXlsx.letters(25) == "Z")
        #expect(ResultXlsx.letters(26) == "AA")
        #expect(ResultXlsx.letters(701) == "ZZ")
        #expect(ResultXlsx.letters(702) == "AAA")
    }

    /// Random trees: no two boxes share a point, and every label fits its box.
    @Test func boxesOfAMapNeverOverlap() {
        var state: UInt64 = 3
        func below(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        func node(_ depth: Int) -> ThematicMap.Node {
            let label = (0..<(1 + below(14))).map { _ in ["å", "samarbeid", "tverrfagligkompetansebyggingsprosjektkoordinator", "i"][below(4)] }.joined(separator: " ")
            return .init(label, detail: below(2) == 0 ? "3 kodinger" : "", style: .theme, children: depth < 4 ? (0..<below(4)).map { _ in node(depth + 1) } : [])
        }
        for _ in 0..<15 {
            let map = ThematicMap((0..<3).map { _ in node(0) }, top: 70)
            for (index, box) in map.boxes.enumerated() {
                #expect(box.y >= 70 && box.y + box.height <= map.size.height && box.x + ThematicMap.width <= map.size.width)
                #expect(box.lines.allSatisfy { SVGCanvas.width($0, size: 13) <= ThematicMap.width - 24 })
                for other in map.boxes[(index + 1)...] where other.x == box.x {
                    #expect(box.y + box.height <= other.y || other.y + other.height <= box.y)
                }
            }
        }
    }

    @Test func ticksAreRound() {
        #expect([1, 8, 9, 40, 81, 2000].map(StepCurve.tick) == [1, 1, 2, 5, 20, 500])
    }
}
