import Foundation
import Recognition
import Signal
import Testing
import Transcript

@Suite("noScribe, oTranscribe, aTrain")
struct WebPageTests {
    private func rows(_ made: Draft) -> [String] { made.pieces.map { "\($0.label ?? "–")|\($0.line)|\($0.start ?? -1)|\($0.end ?? -1)" } }

    private static let head = """
        <!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN" "http://www.w3.org/TR/REC-html40/strict.dtd">
        <html><head><meta charset="UTF-8" /><meta name="audio_source" content="C:/opptak/p07.wav"/><style type="text/css">p { margin: 0 }</style></head>
        <body style=" font-family:'Arial';"><div class="WordSection1"><p style="font-weight:600">p07</p><p><span style="color: #909090">Transcribed<br/>Audio source: p07.wav</span></p>
        """

    @Test("noScribe's page: anchors with milliseconds and speakers, pauses, time stamps in the text, overlaps")
    func noScribe() throws {
        let page = Self.head + """
            <p><a name="ts_12140_14000_S01" >S01 <span style="color: #78909C" >[00:00:12]</span>: Hvordan går</a><a name="ts_14000_15500_S01" > det, da?</a></p>
            <p><a name="ts_16000_18000_S02" >S02: Jo &amp; nei.</a><a name="ts_18000_21000_S02"> (...)</a><a name="ts_21000_22800_S02" > Jeg vet</a>\
            <a name="ts_22800_23500_//S01" > //S01: mm ja</a><a name="ts_23500_25000_S02" >// ikke helt</a><a name="ts_25000_37000_S02"> (12 seconds pause)</a></p></div></body></html>
            """
        let made = try draft(page, name: "p07.html")
        #expect(made.format == .noScribe)
        #expect(rows(made) == [
            "S01|Hvordan går det, da?|12.14|15.5", "S02|Jo & nei. {pause} Jeg vet|16.0|22.8", "S01|{overlapStart} mm ja {overlapEnd}|22.8|23.5", "S02|ikke helt {pause}|23.5|37.0",
        ])
        #expect(made.preamble.contains("p07"))
        let marks = made.pieces.flatMap { $0.elements.compactMap(\.mark) }.filter { $0.kind == .pause }
        #expect(marks.map { $0.evidence["duration_s"] } == [3, 12])
        // The pause has its own anchor, so its time is known.
        let transcript = made.transcript(recording: recording)
        #expect(transcript.turns[1].marks.first?.range == SampleRange(18 * 16_000, 21 * 16_000))
    }

    @Test("noScribe's speakers renamed in its editor, and words typed between anchors")
    func renamed() throws {
        let page = Self.head + """
            <p><a name="ts_0_1000_S01"><span style=" font-weight:600;">Kari:</span> Hei </a>du<a name="ts_1000_2000_S01"> der.</a></p>
            <p><a name="ts_2000_3000_S02">S02: Hallo.</a></p><p><a name="ts_3000_4000_S01">Kari: Ja.</a></p></div></body></html>
            """
        let made = try draft(page, name: "a.txt")
        #expect(made.format == .noScribe)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["Kari|Hei du der.", "S02|Hallo.", "Kari|Ja."])
    }

    @Test("noScribe's WebVTT, also under another name")
    func noScribeVTT() throws {
        let text = "WEBVTT p07\n\nNOTE\nTranscribed with noScribe\n\nNOTE media: C:/opptak/p07.wav\n\n1\n00:00:12.140 --> 00:00:15.500\n<v S01>Hvordan går det?\n\n2\n00:00:16.000 --> 00:00:18.000\n<v //S02>ja\n"
        let made = try draft(text, name: "p07.txt")
        #expect(made.format == .webVTT)
        #expect(rows(made) == ["S01|Hvordan går det?|12.14|15.5", "S02|ja|16.0|18.0"])
    }

    @Test("overlap written into a line of text keeps who is heard")
    func overlapInText() throws {
        let made = try draft("S01: hei //S02: mm// du\nS02: ja").transcript(recording: recording)
        #expect(made.turns[0].words.map(\.text) == ["hei", "mm", "du"])
        #expect(made.turns[0].marks.map(\.kind) == [.overlapStart, .overlapEnd])
        #expect(made.turns[0].marks[0].label == "S2")
    }

    @Test("oTranscribe: JSON around a page with time stamps, in seconds or as clock times")
    func oTranscribe() throws {
        let text = #"{"text": "<p><span class=\"timestamp\" contenteditable=\"false\" data-timestamp=\"1.234567\">0:00:01</span>&nbsp;<b>I:</b> Hei &amp; hallo.</p><p><span class=\"timestamp\" data-timestamp=\"0:01:05\">1:05</span> D2: Ja (ler litt) … <i>veldig</i> bra.<br>Mer</p><p>I: Så? <span class=\"timestamp\" data-timestamp=\"3723.5\">1:02:03</span> Nå.</p>", "media": "p07.mp3", "media-time": 12.5}"#
        let made = try draft(text, name: "p07.otr")
        #expect(made.format == .oTranscribe)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["I|Hei & hallo.", "D2|Ja {laughter} {trailingOff} veldig bra. Mer", "I|Så?", "I|Nå."])
        #expect(made.pieces.map(\.start) == [1.235, 65, nil, 3723.5])
        #expect(made.pieces[1].elements.compactMap(\.word).first { $0.text == "veldig" }?.prominence?.level == 2)
    }

    @Test("aTrain's text files: speakers on lines of their own, once or again, with and without times", arguments: [
        "Transcription for p07.mp3\n\nSPEAKER_00\n[00:00:01] - Hei du. [00:00:03] - Går det?\nSPEAKER_01\n[00:00:05] - Ja (ler).",
        "Transcription for p07.mp3\n\nSPEAKER_00\n[00:00:01] - Hei du.\n[00:00:03] - Går det?\n\nSPEAKER_01\n[00:00:05] - Ja (ler).\n",
        "Transcription for p07.mp3\n\nSPEAKER_00\n00:00:01 - Hei du.\n00:00:03 - Går det?\n\nSPEAKER_01\n00:00:05 - Ja (ler).\n",
        "Transcription for p07.mp3\n\nSPEAKER_00\nHei du. Går det?\nSPEAKER_01\nJa (ler).",
    ])
    func aTrain(text: String) throws {
        let made = try draft(text, name: "transcription.txt")
        let speakers = Set(made.pieces.map { $0.label ?? "–" })
        #expect(speakers == ["SPEAKER_00", "SPEAKER_01"])
        let talk = made.pieces.filter { $0.label == "SPEAKER_00" }.map(\.line).joined(separator: " ")
        #expect(talk.replacing("- ", with: "") == "Hei du. Går det?")
        #expect(made.pieces.last?.elements.compactMap(\.mark).map(\.kind) == [.laughter])
        if text.contains("00:00:05") { #expect(made.pieces.last?.start == 5) }
        #expect(made.preamble == ["Transcription for p07.mp3"])
    }

    @Test("any other page: paragraphs, bold, tables, lists, letters by name and number")
    func page() throws {
        let made = try draft(
            "<html><head><title>nei</title><script>var x = '<p>nei</p>'</script></head><body><h1>Intervju</h1><!-- nei --><p><b>Kari:</b> bl&aring;b&#230;r &#xF8;l <i>veldig</i>\n  godt<p><b>Ola:</b> <s>strøket</s> 3 < 4 & ja<br>Kari: hm…</body>",
            name: "a.html")
        #expect(made.format == .html)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["Kari|blåbær øl veldig godt", "Ola|3 < 4 & ja", "Kari|hm {trailingOff}"])
        #expect(made.preamble == ["Intervju"])
        let rows = ["I", "D2", "I", "D2"].map { "<tr><td>\($0)</td><td><p>Hei</p><p>du.</p></td></tr>" }.joined()
        #expect(try draft("<table>\(rows)</table><p>", name: "a.html").pieces.map(\.line) == ["I", "D2", "I", "D2"].map { _ in "Hei du." })
    }
}
