import Foundation
import Recognition
import Testing
import Transcript

/// One small file of every kind, by its program's rules.
enum Fixtures {
    static let all: [(name: String, data: Data)] = [
        ("a.txt", Data("I: Hei (ler).\nD2: Æ … #00:00:05-1#\n".utf8)),
        ("nvivo.txt", Data("Timespan\tContent\tSpeaker\n0:00:01.0-0:00:04.0\tHei (ler).\tKari\n0:00:04.0-0:00:05.0\tÅ nei …\tOla\n".utf8)),
        ("a.vtt", Data("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Kari>Hei &amp; hå\n".utf8)),
        ("a.srt", Data("1\n00:00:01,000 --> 00:00:02,000\nI: Hei på deg\n".utf8)),
        ("a.rtf", Data(#"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}}\pard I: Hei p\'e5 \u229?h {\b du}\par\trowd\cellx1\intbl a\cell b\cell\row}"#.utf8)),
        ("a.docx", StoredZip.docx("<w:p><w:r><w:t>I: Hei (ler) du…</w:t></w:r></w:p>")),
        ("a.odt", StoredZip.archive([
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><office:body><office:text><text:p>I: Hei<text:s text:c=\"2\"/>du</text:p></office:text></office:body></office:document-content>"),
        ])),
        ("cpp.json", Data(#"{"transcription":[{"offsets":{"from":500,"to":1400},"text":" Det blå.","tokens":[{"text":" Det","offsets":{"from":500,"to":700},"p":0.9},{"text":" blå","offsets":{"from":700,"to":900},"p":0.9},{"text":".","offsets":{"from":900,"to":1400},"p":1}]}]}"#.utf8)),
        ("x.json", Data(#"{"segments":[{"start":0.5,"end":1.5,"text":" Hei å","speaker":"SPEAKER_00","words":[{"word":" Hei","start":0.5,"end":0.9,"probability":0.5},{"word":" å","start":1,"end":1.5,"speaker":"SPEAKER_01"}]}]}"#.utf8)),
        ("n.html", Data("<html><body><p>t</p><p><a name=\"ts_0_1000_S01\">S01: Hei &aring;</a><a name=\"ts_1000_2000_//S02\"> //S02: ja</a></p></body></html>".utf8)),
        ("a.otr", Data(#"{"text":"<p><span class=\"timestamp\" data-timestamp=\"1.5\">0:01</span> I: Hei &amp; å</p>","media":"a.mp3","media-time":1}"#.utf8)),
        ("a.eaf", Data("<?xml version=\"1.0\"?><ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID=\"a\" TIME_VALUE=\"0\"/><TIME_SLOT TIME_SLOT_ID=\"b\" TIME_VALUE=\"900\"/></TIME_ORDER><TIER TIER_ID=\"Åse\"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID=\"x\" TIME_SLOT_REF1=\"a\" TIME_SLOT_REF2=\"b\"><ANNOTATION_VALUE>Hei du</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>".utf8)),
        ("a.TextGrid", Data("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n2\n<exists>\n1\n\"IntervalTier\"\n\"Åse\"\n0\n2\n2\n0\n1\n\"hei \"\"du\"\"\"\n1\n2\n\"\"\n".utf8)),
    ]
}

@Suite("Kinds of files")
struct FormatTests {
    private static let kinds: [String: Draft.Format] = [
        "a.txt": .text, "nvivo.txt": .text, "a.vtt": .webVTT, "a.srt": .subRip, "a.rtf": .richText, "a.docx": .word, "a.odt": .openDocument,
        "cpp.json": .whisperJSON, "x.json": .whisperJSON, "n.html": .noScribe, "a.otr": .oTranscribe, "a.eaf": .elan, "a.TextGrid": .textGrid,
    ]

    @Test("what is in the file decides, whatever it is called", arguments: Fixtures.all.map(\.name))
    func sniffing(name: String) throws {
        let data = try #require(Fixtures.all.first { $0.name == name }).data
        let own = try Draft(data: data, name: name)
        #expect(own.format == Self.kinds[name])
        // Subtitles' own extensions, and Word's, are a promise: other text under them is not taken for it.
        for other in ["p07.txt", "p07", "p07.md"] {
            #expect(try Draft(data: data, name: other).pieces == own.pieces, "\(name) as \(other)")
        }
        let suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        #expect(Draft.extensions.contains(suffix))
    }

    @Test("talk that begins like another format is talk", arguments: [
        "[00:00:01] I: Hei.\n[00:00:02] D2: Hallo.", "{00:00:01} I: Hei.\n{00:00:02} D2: Hallo.", "[{uklart}] I: Hei.\nD2: Hallo.", "{\"sitat\"} sa hun.\n",
        "<hosting> I: Hei.\nD2: Hallo.", "I: pila --> peker\nD2: Hallo.",
    ])
    func lookalikes(text: String) throws {
        let made = try draft(text)
        #expect(made.format == .text)
        #expect(made.pieces.contains { $0.elements.contains { $0.word != nil } })
    }

    @Test("what is read no way says what can be read", arguments: [
        (Data("RIFF0000WAVE".utf8), "a.txt"), (Data("<?xml version=\"1.0\"?><rss/>".utf8), "a.xml"), (Data("hei".utf8), "a.json"), (Data("ja".utf8), "a.TextGrid"),
    ])
    func unreadable(data: Data, name: String) {
        do {
            _ = try Draft(data: data, name: name)
            Issue.record("read")
        } catch {
            #expect(error.description.contains(".eaf") && error.description.contains(".docx") && error.description.contains(".TextGrid"))
        }
    }

    @Test("encodings that had to be guessed are reported")
    func encodings() throws {
        let old = Data("I: Bl".utf8) + Data([0xE5]) + Data("b".utf8) + Data([0xE6]) + Data("r\nD2: ja\n".utf8)
        let made = try Draft(data: old, name: "a.txt")
        #expect(made.encoding == .windows1252 && made.pieces[0].line == "Blåbær")
        #expect(made.notes.first?.code == "text-encoding")
        #expect(try draft("I: Blåbær").notes.contains { $0.code == "text-encoding" } == false)
        // One broken byte in a file of whole letters does not make it another encoding.
        let mostly = Data(String(repeating: "I: Blåbær på øya\n", count: 20).utf8) + Data([0xC3, 0x0A])
        let damaged = try Draft(data: mostly, name: "a.txt")
        #expect(damaged.pieces[0].line == "Blåbær på øya")
        #expect(damaged.notes.contains { $0.code == "unreadable-letters" && $0.count == 1 })
    }

    @Test("NVivo's and people's tables", arguments: [
        "Timespan\tContent\tSpeaker\n0:00:01.0-0:00:04.0\tHei: du.\tKari\n0:00:04.0-0:01:05.5\tHallo (ler).\tOla", "Speaker\tStart\tEnd\tText\nKari\t00:01\t00:04\tHei: du.\nOla\t00:04\t01:05.5\tHallo (ler).",
        "Nr\tTid\tTaler\tTekst\n1\t[00:00:01 - 00:00:04]\tKari\tHei: du.\n2\t[00:00:04 - 00:01:05.5]\tOla\tHallo (ler).",
    ])
    func tables(text: String) throws {
        let made = try draft(text)
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)|\($0.start ?? -1)|\($0.end ?? -1)" } == ["Kari|Hei: du.|1.0|4.0", "Ola|Hallo. {laughter}|4.0|65.5"])
    }
}

@Suite("Damaged files of every kind")
struct DamageTests {
    private func survive(_ data: Data, _ name: String) {
        guard let made = try? Draft(data: data, name: name) else { return }
        let transcript = made.transcript(recording: recording)
        #expect(made.pieces.allSatisfy { $0.times.isEmpty || $0.times.count == $0.elements.count })
        #expect(transcript.turns.flatMap(\.words).allSatisfy { $0.range.map { $0.start >= 0 && $0.start <= $0.end && $0.end <= recording.length } ?? true })
    }

    @Test("cut, flipped, doubled: an error or a draft, never a crash", arguments: Fixtures.all.map(\.name))
    func fuzz(name: String) throws {
        let data = try #require(Fixtures.all.first { $0.name == name }).data
        var dice = Dice(UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
        for round in 0..<100 {
            var bytes = [UInt8](data)
            if round % 3 == 0 { bytes.removeLast(dice.next(bytes.count)) }
            for _ in 0..<dice.next(6) where !bytes.isEmpty { bytes[dice.next(bytes.count)] = UInt8(dice.next(256)) }
            if round % 5 == 0, bytes.count > 8 {
                let from = dice.next(bytes.count), to = from + dice.next(bytes.count - from)
                bytes.insert(contentsOf: bytes[from..<to], at: dice.next(bytes.count))
            }
            survive(Data(bytes), name)
        }
    }

    @Test("more talk than anybody says is refused, however it is packed")
    func bombs() {
        let limit = DraftError.tooLarge(limit: 4 << 20)
        #expect(throws: limit) { try Draft(data: StoredZip.docx(String(repeating: "<w:p/>", count: 270_000)), name: "a.docx") }
        #expect(throws: limit) { try draft("{\\rtf1 " + String(repeating: "\\par", count: 270_000), name: "a.rtf") }
        #expect(throws: limit) { try Draft(data: Data(String(repeating: "\n", count: 1_100_000).utf8) + Data("I: hei".utf8), name: "a.txt") }
        #expect(throws: limit) { try Draft(data: Data(("WEBVTT\n" + String(repeating: "\n", count: 1_100_000)).utf8), name: "a.vtt") }
    }

    @Test("a sign again and again takes no quadratic time", arguments: ["{\\rtf1 ", "{\\rtf1\\intbl ", "<html><p>", "{\"text\":\"", "File type = \"ooTextFile\"\n\"TextGrid\"\n", "<ANNOTATION_DOCUMENT>"])
    func floods(head: String) {
        for piece in ["<", "<a ", "&", "<!--", "{", "\\'", "\\u1 ", "\\cell ", "\\row", "\"", "<p>", "<td>", "<script>", "<a name=\"ts_0_1_a\">", "\\\"", "[", "- "] {
            survive(Data((head + String(repeating: piece, count: 2000)).utf8), "a.bin")
        }
    }
}
