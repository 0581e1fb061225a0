import Foundation
import Pipeline
import Testing
@testable import Stages

@Suite struct DraftFolderTests {
    private func assign(_ drafts: [String], _ items: [(id: String, file: String)]) throws -> (drafts: [String: String], notes: [String]) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("drafts-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in drafts { try Data("x".utf8).write(to: folder.appendingPathComponent(name)) }
        var list = items.map { Item(id: $0.id, files: ["recording": [URL(fileURLWithPath: "/opptak/\($0.file)")]]) }
        let notes = DraftFolder(folder).assign(to: &list)
        var result: [String: String] = [:]
        for item in list { result[item.id] = item.files["draft"]?.first?.lastPathComponent }
        return (result, notes)
    }

    @Test func aDraftGoesToItsRecordingByIdOrFileName() throws {
        let (drafts, notes) = try assign(["P07.VTT", "b.txt"], [("P07", "R09_0001.wav"), ("P08", "b.wav")])
        #expect(drafts == ["P07": "P07.VTT", "P08": "b.txt"])
        #expect(notes.isEmpty)
    }

    @Test func aDraftThatFitsTwoGoesToNeither() throws {
        let (drafts, notes) = try assign(["P1.vtt"], [("a-P1", "a/P1.wav"), ("b-P1", "b/P1.wav")])
        #expect(drafts.isEmpty)
        #expect(notes.count == 1 && notes[0].contains("a-P1 and b-P1"))
    }

    @Test func textIsPreferredAndSaidSo() throws {
        let (drafts, notes) = try assign(["a.docx", "a.txt", "stray.txt", "ignored.pdf"], [("a", "a.wav")])
        #expect(drafts == ["a": "a.txt"])
        #expect(notes.count == 2)
    }

    @Test func accentsFromAMacAreTheSameLetters() throws {
        let decomposed = "Gra\u{030A}bø.txt", composed = "Gr\u{E5}bø"
        #expect(try assign([decomposed], [(composed, "x.wav")]).drafts.keys.contains(composed))
    }
}
