import Foundation
import Recognition
import Signal
import Testing
import Transcript

@Suite("Subtitles")
struct SubtitleTests {
    @Test("WebVTT: voices, tags, entities, notes and settings")
    func webVTT() throws {
        let text = """
            WEBVTT - tittel

            NOTE
            ikke med: dette

            STYLE
            ::cue { color: red }

            a1
            00:01.500 --> 00:03.000 align:start
            <v.loud Informant 4>Hei &amp; <i>hallo</i> <00:02.000>du</v>

            00:00:03.100 --> 00:00:04.000
            <v Informant 4>der.

            00:00:04.500 --> 00:00:05.000
            <v I>Ja.</v> <v Informant 4>Nei.</v>
            """
        let made = try draft(text, name: "a.vtt")
        #expect(made.format == .webVTT)
        #expect(made.pieces.map { $0.label ?? "–" } == ["Informant 4", "I", "Informant 4"])
        #expect(made.pieces[0].line == "Hei & hallo du der.")
        #expect(made.pieces[0].start == 1.5 && made.pieces[0].end == 4)
        #expect(made.pieces[0].elements.compactMap(\.word).first { $0.text == "hallo" }?.prominence?.level == 2)
    }

    @Test("SubRip: labels in the text")
    func subRip() throws {
        let text = "1\r\n00:00:01,000 --> 00:00:02,000\r\nIntervjuer: Hvor gammel\r\ner du?\r\n\r\n2\r\n00:00:02,500 --> 00:00:03,250\r\nInformant: 42.\r\n"
        let made = try draft(text, name: "a.srt")
        #expect(made.format == .subRip)
        #expect(made.pieces.map(\.label) == ["Intervjuer", "Informant"])
        #expect(made.pieces.map(\.line) == ["Hvor gammel er du?", "42."])
        #expect(made.pieces[1].end == 3.25)
    }

    @Test("cues without speakers stay apart, each with its times")
    func unlabelled() throws {
        let made = try draft("WEBVTT\n\n00:01.000 --> 00:02.000\nhei\n\n00:02.000 --> 00:03.000\ndu\n", name: "a.vtt")
        #expect(made.pieces.map(\.start) == [1, 2])
    }

    @Test("no cue at all is an error")
    func empty() {
        #expect(throws: DraftError.noCues) { try draft("WEBVTT\n\nNOTE ingenting\n", name: "a.vtt") }
    }
}

@Suite("Sources")
struct WordSourceTests {
    @Test("a skeleton is one empty turn for each stretch of a speaker, in order")
    func skeleton() async throws {
        func segment(_ from: Double, _ to: Double, _ label: String) -> LabeledSegment {
            LabeledSegment(range: SampleRange(Int(from * 16_000), Int(to * 16_000)), label: label)
        }
        let turns = [
            segment(5, 9, "B"), segment(0, 2, "A"), segment(2.5, 4, "A"), segment(9.1, 9.2, "A"), segment(14, 15, "B"), segment(11.5, 13, "B"),
        ]
        let made = try await SkeletonSource().words(for: WordRequest(recording: recording, turns: turns))
        #expect(made.turns.map(\.speaker) == ["S1", "S2", "S2"])
        #expect(made.turns.map(\.range) == [SampleRange(0, 64_000), SampleRange(80_000, 144_000), SampleRange(184_000, 240_000)])
        #expect(made.speakers.map(\.label) == ["A", "B"])
        #expect(made.wordCount == 0)
    }

    @Test("a draft is a source like any other, and can be cancelled")
    func draftSource() async throws {
        let source = DraftSource(draft: try draft("I: Hei.\nD2: Hallo."))
        let request = WordRequest(recording: recording, language: "nn")
        let made = try await source.words(for: request)
        #expect(made.wordCount == 2 && made.language == "nn")
        await #expect(throws: CancellationError.self) { try await source.words(for: request) { _ in throw CancellationError() } }
    }
}
