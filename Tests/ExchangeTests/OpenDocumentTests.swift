import Foundation
import Recognition
import Testing
import Transcript

@testable import Exchange

@Suite("OpenDocument export")
struct OpenDocumentTests {
    private func document(
        _ transcript: Transcript, _ options: LayoutOptions = LayoutOptions(), times: ExportOptions.TimePlacement = .inline
    ) throws -> OpenDocument {
        OpenDocument(
            Renderer(
                transcript: transcript, status: .deidentified, policy: nil, notation: try .named("helse"), options: options,
                extras: ExportOptions(timePlacement: times)))
    }

    @Test("every part is well-formed, whatever the labels and words", arguments: nastyTexts)
    func wellFormed(text: String) throws {
        for numbering in LayoutOptions.Numbering.allCases {
            for part in try document(sample(label: text, word: text), LayoutOptions(numbering: numbering, title: text)).parts where part.name != "mimetype" {
                #expect(isWellFormed(part.text), "\(part.name)")
            }
        }
    }

    @Test("the media type comes first, uncompressed and without an extra field, where ODF 1.3 part 2 puts it")
    func mediaType() throws {
        let bytes = [UInt8](try document(sample()).data())
        // Local file header: method at 8, name length at 26, extra length at 28, name at 30.
        #expect(bytes[0..<4].elementsEqual([0x50, 0x4B, 3, 4]) && bytes[8] == 0 && bytes[9] == 0 && bytes[28] == 0 && bytes[29] == 0)
        #expect(String(decoding: bytes[30..<77], as: UTF8.self) == "mimetypeapplication/vnd.oasis.opendocument.text")
        #expect(try document(sample()).data() == Data(bytes))
    }

    @Test(
        "the draft reader gets back the words, speakers, times, marks and emphasis", arguments: LayoutOptions.Numbering.allCases,
        ExportOptions.TimePlacement.allCases)
    func roundTrip(numbering: LayoutOptions.Numbering, times: ExportOptions.TimePlacement) throws {
        let source = sample()
        let data = try document(source, .init(view: .verbatim, numbering: numbering), times: times).data()
        let read = try Draft(data: data, name: "P07.odt").transcript(recording: source.recording)
        #expect(read.speakers.map(\.label) == source.speakers.map(\.label))
        #expect(read.turns.map(\.speaker) == source.turns.map(\.speaker))
        #expect(read.turns.map { $0.words.map(\.text) } == source.turns.map { $0.words.map(\.text) })
        #expect(read.turns.map { $0.words.map(\.trail) } == source.turns.map { $0.words.map(\.trail) })
        #expect(read.turns.map { $0.words.map { $0.prominence?.level ?? 0 } } == source.turns.map { $0.words.map { $0.prominence?.level ?? 0 } })
        #expect(read.turns.map { $0.marks.map(\.text) } == source.turns.map { $0.marks.map(\.text) })
        #expect(read.turns.map { $0.range.map { $0.start / 16_000 } } == source.turns.map { $0.range.map { $0.start / 16_000 } })
    }

    @Test("spaces that markup would swallow become elements")
    func spaces() {
        #expect(TextEscaping.openDocument("a  b") == "a<text:s text:c=\"2\"/>b")
        #expect(TextEscaping.openDocument(" a b ") == "<text:s/>a b ")
        #expect(TextEscaping.openDocument("a\tb\n<") == "a<text:tab/>b<text:line-break/>&lt;")
    }

    @Test("line numbers, header and no user")
    func parts() throws {
        let parts = Dictionary(uniqueKeysWithValues: try document(sample(), .init(numbering: .lines)).parts.map { ($0.name, $0.text) })
        let styles = try #require(parts["styles.xml"])
        #expect(styles.contains("text:number-lines=\"true\"") && styles.contains("P07 · 2026-03-12 · 01:01:40 · helse · avidentifisert"))
        #expect(styles.contains("text:page-count"))
        let meta = try #require(parts["meta.xml"])
        for word in ["creator", "creation-date", "dc:date", "editing"] { #expect(!meta.contains(word)) }
    }
}

@Suite("PDF")
struct PDFTests {
    @Test("without a converter the error says what to install")
    func missing() throws {
        #expect(throws: ExportFault.noConverter) { try ShareableExport.render(anonymized(sample()), format: .pdf, notation: .named("helse")) }
        #expect(ExportFault.noConverter.description.contains("libreoffice-writer"))
    }

    @Test("the time of writing and the document's id are gone, and no byte has moved")
    func stamps() {
        func pdf(_ date: String, _ id: String, _ sum: String) -> Data {
            Data("%PDF-1.6\n1 0 obj\n<</Creator<FEFF>\n/CreationDate(D:\(date)+01'00')>>\nendobj\ntrailer\n<</Size 9/ID [ <\(id)>\n<\(id)> ]\n/DocChecksum /\(sum)\n>>\nstartxref\n7\n%%EOF\n".utf8)
        }
        let one = pdf("20260312101500", String(repeating: "0A", count: 16), String(repeating: "9F", count: 16))
        let two = pdf("20271231235959", String(repeating: "7C", count: 16), String(repeating: "01", count: 16))
        #expect(PDFStamps.fixed(one) == PDFStamps.fixed(two))
        #expect(PDFStamps.fixed(one).count == one.count)
        #expect(String(decoding: PDFStamps.fixed(one), as: UTF8.self).contains("(D:20000101000000Z00'00')"))
        for text in ["", "/ID", "/ID [", "/CreationDate(", "%PDF"] { #expect(PDFStamps.fixed(Data(text.utf8)) == Data(text.utf8)) }
    }
}
