import Testing
@testable import Bokmal

@Suite struct StudyWordsTests {
    private static let table = "\u{FEFF}# mine ord\r\nHeimen\thjemmet\tjf. P07\r\n\r\ndåkker\t!dere\ndåkker\t!dem\nHeimatt\t=\nbua\tbua\n"

    @Test func reading() throws {
        let words = try StudyWords(parsing: Self.table)
        #expect(words.decisions == ["heimen": [.write("hjemmet")], "dåkker": [.veto("dere"), .veto("dem")], "heimatt": [.never], "bua": [.never]])
        let options = words.applied(to: NormalizerOptions(untouched: ["heimen"], replacements: ["heimatt": "x"]))
        #expect(options.untouched == ["heimatt", "bua"] && options.replacements == ["heimen": "hjemmet"] && options.vetoed == ["dåkker": ["dere", "dem"]])
        #expect(try StudyWords(parsing: "") == StudyWords())
    }

    @Test("the line and what is wrong, never the word", arguments: [
        ("a\tb\nheimlig", 2), ("\tskrevet", 1), ("hemmelig\t", 1), ("hemmelig\t!", 1), ("to hemmelige\tord", 1), ("hemmelig3\tx", 1), ("hemmelig\t!hemmelig", 1),
        ("hemmelig\t=\n# ja\nhemmelig\tx", 3), ("hemmelig\tx\nHemmelig\ty", 2), ("hemmelig\tx\nhemmelig\t!x", 2), ("hemmelig\t==", 1),
    ])
    func faults(_ text: String, _ line: Int) {
        let error = #expect(throws: StudyWords.LineError.self) { try StudyWords(parsing: text) }
        #expect(error?.line == line)
        #expect(error?.description.lowercased().contains("hemmelig") == false)
    }

    @Test func whatSaysTheSameIsTheSame() throws {
        let one = try StudyWords(parsing: "a-b\tc\tmerknad\nå\t!x\nå\t!y\n"), other = try StudyWords(parsing: "# ny\nÅ\t!y\nå\t!X\nA-B\tc\na-b\tc\n")
        #expect(one.canonical == other.canonical && !one.canonical.isEmpty)
        #expect(try StudyWords(parsing: "a\tc").canonical != StudyWords(parsing: "a\t!c").canonical)
        #expect(try StudyWords(parsing: "# bare en merknad\n").canonical.isEmpty)
    }

    @Test func editing() throws {
        var text = "# mine\nheimen\thjemmet\tjf. P07\nannet\t=\n"
        text = try StudyWords.text(text, adding: .veto("dere"), for: "Dåkker", remark: "Bergen")
        #expect(text.hasPrefix("# mine\nheimen\thjemmet\tjf. P07\nannet\t=\n") && text.hasSuffix("Dåkker\t!dere\tBergen\n"))
        // Again: nothing new.
        #expect(try StudyWords.text(text, adding: .veto("DERE"), for: "dåkker") == text)
        // Another decision on the word takes the old one's place, and leaves the rest.
        text = try StudyWords.text(text, adding: .never, for: "heimen")
        #expect(text == "# mine\nannet\t=\nDåkker\t!dere\tBergen\nheimen\t=\n")
        text = try StudyWords.text(text, adding: .write("dere"), for: "dåkker")
        #expect(text == "# mine\nannet\t=\nheimen\t=\ndåkker\tdere\n")
        #expect(try StudyWords.text(text, forgetting: "DÅKKER") == "# mine\nannet\t=\nheimen\t=\n")
        #expect(throws: StudyWords.LineError.self) { try StudyWords.text(text, adding: .never, for: "to ord") }
        #expect(throws: StudyWords.LineError.self) { try StudyWords.text(text, adding: .never, for: "#x") }
        // What the table's own signs would make another decision of, or another line.
        for form in ["!foo", "=", "a\tb", "a\nb\tc"] {
            #expect(throws: StudyWords.LineError.self) { try StudyWords.text(text, adding: .write(form), for: "hei") }
        }
        #expect(throws: StudyWords.LineError.self) { try StudyWords.text(text, adding: .veto("y"), for: "æ\tx") }
        #expect(throws: StudyWords.LineError.self) { try StudyWords.text(text, adding: .veto("y\nz"), for: "æ") }
    }

    /// Whatever is decided, in whatever order, the table can be read and holds the last decision.
    @Test func randomEditsStayReadable() throws {
        var state: UInt64 = 5
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var text = "# studien\n"
        for _ in 0..<300 {
            let said = ["ka", "Ka", "kem", "heim", "å"][next(5)]
            let decision: StudyWords.Decision = [.never, .veto(["x", "y"][next(2)]), .write(["x", "z", "i dag"][next(3)])][next(3)]
            text = try StudyWords.text(text, adding: decision, for: said)
            #expect(try StudyWords(parsing: text).decisions[said.lowercased()]?.contains(decision) == true)
            #expect(text.hasPrefix("# studien\n"))
        }
    }
}
