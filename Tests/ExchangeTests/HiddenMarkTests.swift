import Foundation
import Signal
import Testing
import Transcript

@testable import Exchange

/// What a typed mark holds is talk as much as the words: files for programs must not have what the page leaves out.
@Suite("Marks that the page does not show")
struct HiddenMarkTests {
    private let table = (try? NotationTable.named("helse"))!

    private var talk: Transcript {
        var made = sample()
        made.turns[1].elements.insert(
            .mark(Mark(kind: .comment, source: .draft, range: SampleRange(60_000, 64_000), text: "(hviskende: ho e itj hær)")), at: 3)
        made.turns[1].elements.append(
            .mark(Mark(kind: .toneOfVoice, source: .draft, range: SampleRange(150_000, 160_000), text: "(hvisker: itj sei)", label: "whisper")))
        return made
    }

    private func text(_ format: ExportFormat, _ view: TranscriptView, _ transcript: Transcript? = nil) throws -> String {
        String(
            decoding: try ShareableExport.render(anonymized(transcript ?? talk), format: format, notation: table, layout: LayoutOptions(view: view)).data,
            as: UTF8.self)
    }

    @Test("the written view's files have kind and label, not the text", arguments: [ExportFormat.json, .eaf, .textGrid])
    func written(_ format: ExportFormat) throws {
        let file = try text(format, .written)
        #expect(!file.contains("itj") && !file.contains("hviskende") && !file.contains("ler litt"))
        #expect(file.contains("comment") && file.contains("toneOfVoice") && file.contains("whisper"))
    }

    @Test("what the page shows stands in the files, too", arguments: [ExportFormat.json, .eaf, .textGrid])
    func shown(_ format: ExportFormat) throws {
        #expect(try text(.txt, .bokmal).contains("ho e itj hær"))
        for view in [TranscriptView.bokmal, .verbatim] { #expect(try text(format, view).contains("ho e itj hær") && text(format, view).contains("ler litt")) }
    }

    @Test("a listener's token keeps its text where the notation shows it")
    func listeners() throws {
        var made = sample()
        made.turns[1].elements.insert(.mark(Mark(kind: .backchannel, source: .draft, range: SampleRange(60_000, 64_000), text: "(I: mm)")), at: 3)
        #expect(try text(.txt, .bokmal, made).contains("mm"))
        #expect(try text(.json, .bokmal, made).contains("(I: mm)") && !text(.json, .written, made).contains("(I: mm)"))
    }

    @Test("an anonymised file does not promise the dialect it has lost")
    func header() throws {
        #expect(try text(.txt, .verbatim).contains("ordrett (på bokmål)") && text(.txt, .cleaned).contains("renset (på bokmål)"))
        #expect(try !text(.txt, .bokmal).contains("(på bokmål)"))
        let english = LayoutOptions(view: .verbatim, language: .english)
        let shared = try ShareableExport.render(anonymized(sample()), format: .txt, notation: table, layout: english).data
        #expect(String(decoding: shared, as: UTF8.self).contains("verbatim (in Bokmål)"))
        let raw = try ConfidentialExport.render(sample(), format: .txt, notation: table, layout: english).data
        #expect(!String(decoding: raw, as: UTF8.self).contains("(in Bokmål)"))
    }

    @Test("raw subtitles begin with the stamp, shared ones with the talk")
    func subtitles() throws {
        let raw = String(decoding: try ConfidentialExport.render(sample(), format: .srt, notation: table).data, as: UTF8.self)
        #expect(raw.hasPrefix("1\n00:00:00,000 --> 00:00:00,100\nFORTROLIG") && raw.contains("\n\n2\n00:00:01,"))
        #expect(try text(.srt, .bokmal).hasPrefix("1\n00:00:01,"))
    }
}
