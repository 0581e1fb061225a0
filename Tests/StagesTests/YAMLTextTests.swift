import Foundation
import Testing
import Yams

@testable import Stages

/// Changes to ordrett.yaml: what is asked for changes, and not a byte else.
@Suite struct YAMLTextTests {
    struct Cut: Sendable { var before: String, after: String, code: String }

    static let cuts = [
        Cut(before: "participants:\n  - {code: A}  # den første\n  - {code: B}\n", after: "participants:\n  - {code: B}\n", code: "A"),
        Cut(
            before: "participants:\n  # om A\n  - code: A\n    label: Informant 1\n    # inni\n\n    attributes:\n      kommune: X\n  # om B\n  - code: B\n# slutt\n",
            after: "participants:\n  # om A\n  # om B\n  - code: B\n# slutt\n", code: "A"),
        Cut(before: "participants: [{code: A}, {code: 'B'}, {code: C}] # liste\n", after: "participants: [{code: A}, {code: C}] # liste\n", code: "B"),
        Cut(before: "participants: [{code: A}, {code: B}]\n", after: "participants: [{code: A}]\n", code: "B"),
        Cut(before: "participants: [\n  {code: A}, # en\n  {code: B} # to\n]\n", after: "participants: [\n  {code: B} # to\n]\n", code: "A"),
        Cut(
            before: "participants:\n- code: A\n  label: |\n    # ikke en merknad\n    Informant\nrecordings: []\n",
            after: "participants:\nrecordings: []\n", code: "A"),
        Cut(
            before: "participants:\r\n  - {code: A,\r\n     label: \"a, } b\"}\r\n  - {code: B}\r\n",
            after: "participants:\r\n  - {code: B}\r\n", code: "A"),
        Cut(
            before: "participants: [{code: A}, {code: B}]\nrecordings:\n  - {id: X, file: x.wav, participants: [A, B]} # felles\n  - id: Y\n    file: y.wav\n    participants:\n      - B  # her\n      - A\n",
            after: "participants: [{code: A}]\nrecordings:\n  - {id: X, file: x.wav, participants: [A]} # felles\n  - id: Y\n    file: y.wav\n    participants:\n      - A\n",
            code: "B"),
    ]

    @Test(arguments: cuts) func takesAParticipantOutAndNothingElse(_ cut: Cut) throws {
        #expect(try StudyFileEditor.removing(.init(code: cut.code), from: cut.before) == cut.after)
    }

    @Test func aRecordingGoesWithItsOwnLinesAlone() throws {
        let text = "# topp\nrecordings:\n  - id: P07\n    files: [a.wav, b.wav]\n\n  # neste\n  - {file: c.wav}\n"
        #expect(
            try StudyFileEditor.removing(.init(code: nil, recordings: ["P07"]), from: text) == "# topp\nrecordings:\n\n  # neste\n  - {file: c.wav}\n")
    }

    @Test func whatCannotBePlacedIsRefused() {
        // An alias stands where its anchor does not.
        let text = "x-none: 1\n"
        #expect(throws: (any Error).self) { try StudyFileEditor.removing(.init(code: "A"), from: text) }
        let alias = "participants:\n  - &a {code: A}\nrecordings:\n  - {id: X, file: x.wav, participants: [A]}\n  - {id: Y, file: y.wav, participants: &p [A]}\n  - {id: Z, file: z.wav, participants: *p}\n"
        #expect(throws: (any Error).self) { try StudyFileEditor.removing(.init(code: "A"), from: alias) }
    }

    struct Consenting: Sendable { var before: String, after: String }
    static let consents = [
        Consenting(before: "participants:\n  - {code: A} # en\n", after: "participants:\n  - {code: A, consent: {given: 2026-01-10, quotes: true}} # en\n"),
        Consenting(
            before: "participants:\n  - code: A # en\n    label: Informant 1\n",
            after: "participants:\n  - code: A # en\n    consent: {given: 2026-01-10, quotes: true}\n    label: Informant 1\n"),
        Consenting(
            before: "participants:\n  - code: A\n    consent: {given: 2025-12-01, sharing: no} # skjema\n",
            after: "participants:\n  - code: A\n    consent: {given: 2026-01-10, sharing: no, quotes: true} # skjema\n"),
        Consenting(
            before: "participants:\n  - code: A\n    consent:\n      quotes: no   # ikke\n      form: 'x'\n",
            after: "participants:\n  - code: A\n    consent:\n      quotes: true   # ikke\n      given: 2026-01-10\n      form: 'x'\n"),
        Consenting(before: "participants:\n  - code: A\n    consent:\n", after: "participants:\n  - code: A\n    consent: {given: 2026-01-10, quotes: true}\n"),
        Consenting(before: "participants:\n  - code: A", after: "participants:\n  - code: A\n    consent: {given: 2026-01-10, quotes: true}"),
    ]

    @Test(arguments: consents) func writesConsentWhereItBelongs(_ example: Consenting) throws {
        let after = try StudyFileEditor.setting(consent: [("given", "2026-01-10"), ("quotes", "true")], of: "A", in: example.before)
        #expect(after == example.after)
        // Setting the same again changes nothing.
        #expect(try StudyFileEditor.setting(consent: [("given", "2026-01-10"), ("quotes", "true")], of: "A", in: after) == after)
    }

    /// Random study files with comments in all places: the result is the old text without one stretch, or with one more, and
    /// says the same of everybody else.
    @Test(arguments: 0..<200) func randomFilesKeepEverythingElse(_ seed: Int) throws {
        var random = Seeded(UInt64(seed) &* 2_654_435_761 &+ 1)
        let codes = (1...Int.random(in: 1...5, using: &random)).map { "I\($0)" }
        let victim = codes.randomElement(using: &random) ?? "I1"
        func remark() -> String { ["", "", " # merk: {ikke} 'dette'", "  # - code: X"].randomElement(using: &random) ?? "" }
        func lines() -> String { ["", "", "  # mellom\n", "\n", "# helt ute\n"].randomElement(using: &random) ?? "" }
        var text = "# Studien: «Ærlig»\nstudy: prøve\(remark())\n\(lines())participants:\(remark())\n"
        for code in codes {
            text += lines()
            let label = ["Informant \(code.dropFirst())", "'Den som sa: \"ja\"'", "\"med \\\" tegn, og # tegn\""].randomElement(using: &random) ?? code
            if Bool.random(using: &random) {
                text += "  - {code: \(code), label: \(label), attributes: {kommune: 'A, B'}}\(remark())\n"
            } else {
                text += "  - code: \(code)\(remark())\n    label: \(label)\n"
                if Bool.random(using: &random) { text += "    # om kommunen\n    attributes:\n      kommune: A\(remark())\n" }
            }
        }
        text += "\(lines())recordings:\n"
        for number in 1...3 {
            let present = codes.filter { _ in Bool.random(using: &random) }
            text += Bool.random(using: &random)
                ? "  - {id: R\(number), file: opptak/r\(number).wav, participants: [\(present.joined(separator: ", "))]}\(remark())\n"
                : "  - id: R\(number)\n    file: opptak/r\(number).wav\n\(present.isEmpty ? "" : "    participants:\n" + present.map { "      - \($0)\(remark())\n" }.joined())"
        }
        text += lines() + "language: nb"
        let before = try StudyFile(yaml: text, file: "ordrett.yaml")
        let result = try StudyFileEditor.removing(.init(code: victim), from: text)
        let after = try StudyFile(yaml: result, file: "ordrett.yaml")
        #expect(after.participants == before.participants.filter { $0.code != victim })
        #expect(after.recordings.map(\.participants) == before.recordings.map { $0.participants.filter { $0 != victim } })
        // Only taken away from: every line left stood there before, in this order, or is one of the lists with the code gone.
        var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        for line in result.split(separator: "\n", omittingEmptySubsequences: false) {
            guard let place = rest.firstIndex(where: { $0 == line || ($0.contains(victim) && $0.contains("participants: [") && line.contains("participants: [")) }) else {
                Issue.record("a line that was not there: \(line)")
                break
            }
            rest = rest[(place + 1)...]
        }
        let consented = try StudyFileEditor.setting(consent: [("form", "arkiv 'B': {x}"), ("sharing", "false")], of: victim, in: text)
        var expected = before
        expected.consents[victim] = Consent()
        expected.consents[victim]?.form = "arkiv 'B': {x}"
        expected.consents[victim]?.sharing = false
        #expect(try StudyFile(yaml: consented, file: "ordrett.yaml") == expected)
        let added = "consent: {form: 'arkiv ''B'': {x}', sharing: false}"
        #expect(consented.contains(added) && text.count < consented.count && consented.count <= text.count + added.count + 10)
    }
}

/// A small generator with a seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
