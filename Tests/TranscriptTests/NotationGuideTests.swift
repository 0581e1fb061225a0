import Foundation
import Signal
import Testing
import Transcript

@Suite("The guide to notation")
struct NotationGuideTests {
    private static let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/formats/notation.md")

    private static let example: Turn = {
        func word(_ id: Int, _ text: String, _ trail: String = "", level: Int = 0, cut: Bool = false, unclear: Bool = false) -> Element {
            .word(Word(id: id, text: text, trail: trail, prominence: Prominence(strength: 1, level: level), isCutOff: cut, isUnclear: unclear))
        }
        func mark(_ kind: Mark.Kind, _ text: String = "", label: String? = nil, until: Int? = nil, seconds: Double? = nil) -> Element {
            .mark(
                Mark(
                    kind: kind, source: text.isEmpty ? .measured : .draft, text: text, label: label, until: until,
                    evidence: seconds.map { ["duration_s": $0] } ?? [:]))
        }
        return Turn(
            id: 1, speaker: "S2",
            elements: [
                mark(.pause, label: "filled", seconds: 0.4), mark(.toneOfVoice, label: "soft", until: 2), word(1, "jeg"), word(2, "husker", ","), mark(.pause, seconds: 1.2),
                word(3, "alltid", level: 2), word(4, "da", cut: true), word(5, "dagen", unclear: true), mark(.laughter, "(ler litt)"),
                mark(.backchannel, "(I: mm)"), mark(.overlapStart), word(6, "ikke"), word(7, "sant", "."), mark(.intonation, label: "rising"), mark(.overlapEnd),
                mark(.pause, seconds: 4.2), mark(.toneOfVoice, label: "loud", until: 9), word(8, "nei"), word(9, "da"), mark(.unclear),
            ])
    }()

    @Test("its example is what the tables write", arguments: NotationTable.shipped)
    func example(name: String) throws {
        let transcript = Transcript(
            recording: RecordingReference(id: "P07", digest: "", rate: .analysis, length: 1, channels: 1), turns: [Self.example])
        let page = TranscriptLayout(notation: try .named(name), options: LayoutOptions(view: .verbatim)).layOut(transcript)
        let line = page.plainText(of: page.paragraphs[0])
        let guide = try String(contentsOf: Self.guide, encoding: .utf8)
        #expect(guide.contains("| `\(name)` | `\(line)` |"), "\(line)")
    }

    @Test("its own table loads, and reads back what it writes but for what the guide says")
    func ownTable() throws {
        let guide = try String(contentsOf: Self.guide, encoding: .utf8)
        let block = try #require(guide.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first)
        let table = try NotationTable(yaml: block, file: "vår.yaml")
        #expect(!table.ambiguities.contains { $0.severity == .lost })
        for seed in 0..<300 as Range<UInt64> {
            var random = RandomTranscripts(seed: seed)
            let transcript = random.transcript()
            var layout = TranscriptLayout(notation: table, options: LayoutOptions(view: .verbatim))
            layout.escapesLookalikes = true
            let page = layout.layOut(transcript)
            let said = Dictionary(uniqueKeysWithValues: NotationContent.paragraphs(of: transcript, notation: table).map { ($0.turnID, $0.content) })
            for paragraph in page.paragraphs {
                let line = page.plainText(of: paragraph)
                let read = Turn(id: 1, speaker: "S2", elements: NotationReader(table).elements(of: line))
                #expect(NotationContent(read, notation: table).items == said[paragraph.turnID]?.items, "seed \(seed): \(line)")
            }
        }
    }

    @Test("it names every key of the format")
    func keys() throws {
        let guide = try String(contentsOf: Self.guide, encoding: .utf8)
        let error = try #require(throws: NotationError.self) { _ = try NotationTable(yaml: "name: x\nno_such_key: 1", file: "f") }
        for key in error.allowed { #expect(guide.contains("`\(key)`"), "\(key)") }
        for label in Mark.toneLabels { #expect(guide.contains("`\(label)`"), "\(label)") }
    }
}
