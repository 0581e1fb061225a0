import Foundation
import Pipeline
import Signal
import Testing
import Transcript

@testable import Anonymization
@testable import Stages

@Suite struct ExportToolTests {
    private let raw = Transcript(
        recording: RecordingReference(id: "P07", digest: String(repeating: "ab", count: 32), rate: .analysis, length: 160_000, channels: 1),
        speakers: [Speaker(id: "S1", label: "Intervjuer", role: .interviewer)],
        turns: [Turn(id: 1, speaker: "S1", range: SampleRange(0, 16_000), elements: [.word(Word(id: 1, text: "Hei", range: SampleRange(0, 8_000)))])])

    private func sealed() throws -> Data { try AnonymizedTranscript(document: raw, policy: "test", status: .deidentified).encoded() }

    @Test(arguments: ExportTool.formats.filter { $0 != "pdf" })
    func aRawTranscriptIsStampedAndASealedOneIsNot(format: String) throws {
        let closed = try ExportTool(format: format).export(raw.encoded()), shared = try ExportTool(format: format).export(sealed())
        #expect(closed.isConfidential && closed.name.hasPrefix("P07.fortrolig."))
        #expect(!shared.isConfidential && !shared.name.contains("fortrolig"))
    }

    @Test func everyFormatIsToldOfInTheStageToo() {
        #expect(ExportStage.formats == ExportTool.formats && ExportTool.formatList.map(\.name) == ExportTool.formats)
        #expect(Set(ExportTool.formats).isSuperset(of: ["docx", "odt", "pdf", "html", "textgrid", "eaf", "csv-words"]))
    }

    @Test func choicesThatDoNotExistAreNamedWithThoseThatDo() throws {
        for (change, part) in [
            ({ $0.format = "doc" }, "docx"), ({ $0.view = "dialekt" }, "verbatim"), ({ $0.times = "left" }, "margin"), ({ $0.emphasis = "pink" }, "italic"),
        ] as [((inout ExportTool) -> Void, String)] {
            var tool = ExportTool(format: "txt")
            change(&tool)
            do {
                _ = try tool.export(raw.encoded())
                Issue.record("a choice that does not exist was taken")
            } catch { #expect("\(error)".contains(part)) }
        }
    }

    @Test func onlyARawPageNamesTheRecordingAndByAWayFromWhereItLies() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("export-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: root.appendingPathComponent("opptak"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let recording = root.appendingPathComponent("opptak/P 07.wav")
        try Data("RIFF".utf8).write(to: recording)
        var tool = ExportTool(format: "html")
        tool.audio = recording.path
        tool.folder = root.appendingPathComponent("fortrolig").path
        #expect(String(decoding: try tool.export(raw.encoded()).data, as: UTF8.self).contains("src=\"../opptak/P%2007.wav\""))
        #expect(throws: StageFault.self) { try tool.export(sealed()) }
        tool.audio = root.appendingPathComponent("borte.wav").path
        #expect(throws: StageFault.self) { try tool.export(raw.encoded()) }
    }

    @Test func emphasisCanBeChosenOverTheTable() throws {
        var loud = raw
        loud.turns[0].elements = [.word(Word(id: 1, text: "Hei", prominence: Prominence(strength: 3, level: 2)))]
        var tool = ExportTool(format: "html")
        func page() throws -> String { String(decoding: try tool.export(loud.encoded()).data, as: UTF8.self) }
        #expect(try page().contains("<em>Hei</em>"))
        tool.emphasis = "bold"
        #expect(try page().contains("<strong>Hei</strong>"))
        tool.emphasis = "none"
        #expect(try !page().contains("<em>"))
    }
}
