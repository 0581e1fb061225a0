import Foundation
import Recognition
import Signal
import Testing
import Transcript

@testable import Exchange

@Suite("Word export")
struct DocxExportTests {
    private let table = (try? NotationTable.named("helse"))!

    private func document(_ transcript: Transcript, status: ExportStatus = .deidentified, _ options: LayoutOptions = LayoutOptions(), times: ExportOptions.TimePlacement = .inline) throws -> DocxDocument {
        DocxDocument(
            Renderer(
                transcript: transcript, status: status, policy: nil, notation: try .named("helse"), options: options, extras: ExportOptions(timePlacement: times)))
    }

    @Test("every part is well-formed, whatever the labels and words", arguments: nastyTexts)
    func wellFormed(text: String) throws {
        for numbering in LayoutOptions.Numbering.allCases {
            let options = LayoutOptions(numbering: numbering, title: text)
            for part in try document(sample(label: text, word: text), options).parts { #expect(isWellFormed(part.text), "\(part.name)") }
        }
    }

    @Test("the same transcript gives the same bytes")
    func deterministic() throws {
        #expect(try document(sample()).data() == document(sample()).data())
        #expect(try document(sample()).data() != document(sample(word: "byen")).data())
    }

    @Test("the draft reader gets back the words, speakers, times, marks and emphasis", arguments: LayoutOptions.Numbering.allCases, ExportOptions.TimePlacement.allCases)
    func roundTrip(numbering: LayoutOptions.Numbering, times: ExportOptions.TimePlacement) throws {
        let source = sample()
        let data = try document(source, .init(view: .verbatim, numbering: numbering), times: times).data()
        let read = try Draft(data: data, name: "P07.docx").transcript(recording: source.recording)
        #expect(read.speakers.map(\.label) == source.speakers.map(\.label))
        #expect(read.speakers.map(\.role) == source.speakers.map(\.role))
        #expect(read.turns.map(\.speaker) == source.turns.map(\.speaker))
        #expect(read.turns.map { $0.words.map(\.text) } == source.turns.map { $0.words.map(\.text) })
        #expect(read.turns.map { $0.words.map(\.trail) } == source.turns.map { $0.words.map(\.trail) })
        #expect(read.turns.map { $0.words.map(\.isCutOff) } == source.turns.map { $0.words.map(\.isCutOff) })
        #expect(read.turns.map { $0.words.map { $0.prominence?.level ?? 0 } } == source.turns.map { $0.words.map { $0.prominence?.level ?? 0 } })
        #expect(read.turns.map { $0.marks.map(\.kind) } == source.turns.map { $0.marks.map(\.kind) })
        #expect(read.turns.map { $0.marks.map(\.text) } == source.turns.map { $0.marks.map(\.text) })
        #expect(read.turns.map { $0.range.map { $0.start / 16_000 } } == source.turns.map { $0.range.map { $0.start / 16_000 } })
    }

    @Test("styles, language, header, footer and numbering are there; no user, no times of writing")
    func parts() throws {
        let parts = Dictionary(uniqueKeysWithValues: try document(sample(), .init(numbering: .lines)).parts.map { ($0.name, $0.text) })
        let styles = try #require(parts["word/styles.xml"])
        for id in ["Title", "Heading1", "Replikk", "Taler", "Tid", "Betoning", "Markering"] { #expect(styles.contains("w:styleId=\"\(id)\"")) }
        #expect(styles.contains("w:lang w:val=\"nb-NO\""))
        #expect(parts["word/document.xml"]?.contains("<w:lnNumType") == true)
        #expect(parts["word/document.xml"]?.contains("[01:01:01]") == true)
        #expect(parts["word/header1.xml"]?.contains("P07 · 2026-03-12 · 01:01:40 · helse · avidentifisert") == true)
        #expect(parts["word/footer1.xml"]?.contains("NUMPAGES") == true)
        let core = try #require(parts["docProps/core.xml"])
        for word in ["creator", "lastModifiedBy", "created", "modified"] { #expect(!core.contains(word)) }
        let turns = Dictionary(uniqueKeysWithValues: try document(sample(), .init(numbering: .turns)).parts.map { ($0.name, $0.text) })
        #expect(turns["word/document.xml"]?.contains("<w:numPr>") == true)
        #expect(turns["word/document.xml"]?.contains("<w:lnNumType") == false)
    }

    @Test("times in the margin stand left of the text, with room for the numbers beside them")
    func margin() throws {
        func parts(_ numbering: LayoutOptions.Numbering) throws -> [String: String] {
            Dictionary(uniqueKeysWithValues: try document(sample(), .init(numbering: numbering), times: .margin).parts.map { ($0.name, $0.text) })
        }
        let plain = try parts(.none), lines = try parts(.lines)
        let body = try #require(plain["word/document.xml"])
        #expect(body.contains("[00:00:01]</w:t></w:r><w:r><w:tab/></w:r><w:r>"))
        func number(_ name: String, _ text: String?) throws -> Int {
            let after = try #require(text?.components(separatedBy: "\(name)=\"").dropFirst().first)
            return try #require(Int(after.prefix { $0 != "\"" }))
        }
        let style = try #require(plain["word/styles.xml"]?.components(separatedBy: "w:styleId=\"Replikk\"").last)
        // The first line begins so far left of the text, but on the page.
        let reach = try number("w:hanging", style) - number("w:left", style)
        #expect(reach > 900 && reach < 1417)
        let numbered = try #require(lines["word/document.xml"])
        #expect(try number("w:distance", numbered) >= reach)
        #expect(try number("w:left", numbered.components(separatedBy: "<w:pgMar").last) > number("w:distance", numbered) + 500)
    }

    @Test("a skeleton becomes a form to type in, and what is typed comes back")
    func skeleton() throws {
        let recording = sample().recording
        let segments = [LabeledSegment(range: SampleRange(0, 32_000), label: "SPEAKER_00"), LabeledSegment(range: SampleRange(40_000, 80_000), label: "SPEAKER_01")]
        let blank = SkeletonSource().skeleton(of: segments, recording: recording)
        let file = try ConfidentialExport.render(blank, format: .txt, notation: table)
        let lines = String(decoding: file.data, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("[") }
        #expect(lines == ["[00:00:00] SPEAKER_00: ", "[00:00:02] SPEAKER_01: "])
        let typed = String(decoding: file.data, as: UTF8.self).replacing("SPEAKER_01: ", with: "SPEAKER_01: Ja da.")
        let read = try Draft(data: Data(typed.utf8), name: "a.txt").pieces
        #expect(read.map(\.label) == ["SPEAKER_00", "SPEAKER_01"])
        #expect(read[1].elements.count == 2)
        _ = try ConfidentialExport.render(blank, format: .docx, notation: table)
    }

    @Test("a document that unpacks to far more than any transcript is refused")
    func bomb() throws {
        let bomb = try ZipWriter.archive([("[Content_Types].xml", Data("<Types/>".utf8)), ("word/document.xml", Data(count: 65 << 20))])
        #expect(bomb.count < 1 << 20)
        #expect(throws: DraftError.tooLarge(limit: 64 << 20)) { try Draft(data: bomb, name: "a.docx") }
    }
}
