import Foundation
import Recognition
import Signal
import Testing
import Transcript

@testable import Exchange

@Suite("Exports")
struct ExportTests {
    private let table = (try? NotationTable.named("helse"))!

    private func text(_ format: ExportFormat, _ transcript: Transcript = sample(), _ options: LayoutOptions = LayoutOptions(view: .verbatim)) throws -> String {
        let file = try ShareableExport.render(anonymized(transcript), format: format, notation: table, layout: options, pdf: CopyingConverter())
        return String(decoding: file.data, as: UTF8.self)
    }

    private let stamp = "FORTROLIG – inneholder personopplysninger"

    @Test("raw transcripts are stamped, anonymised ones are not", arguments: ExportFormat.allCases)
    func stamps(format: ExportFormat) throws {
        let pdf = CopyingConverter()
        let raw = try ConfidentialExport.render(sample(), format: format, notation: table, pdf: pdf)
        let shared = try ShareableExport.render(anonymized(sample()), format: format, notation: table, pdf: pdf)
        #expect(raw.name.hasPrefix("P07.fortrolig.") && !shared.name.contains("fortrolig"))
        #expect(shared.data == (try ShareableExport.render(anonymized(sample()), format: format, notation: table, pdf: pdf)).data)
        switch format {
        case .docx, .odt:
            let lines = try Draft(data: raw.data, name: raw.name).preamble
            #expect(lines.contains(stamp))
            #expect(try !Draft(data: shared.data, name: shared.name).preamble.contains(stamp))
        // SubRip has no place for it but the name; a PDF is the document.
        case .srt, .pdf: break
        // A table says it in a column of its own.
        case .csvWords: #expect(String(decoding: raw.data, as: UTF8.self).contains("\r\nP07,confidential,"))
        case .csvPauses: #expect(String(decoding: raw.data, as: UTF8.self).contains("status"))
        default: #expect(String(decoding: raw.data, as: UTF8.self).contains(stamp))
        }
        #expect(!String(decoding: shared.data, as: UTF8.self).contains("FORTROLIG"))
    }

    @Test("names tell the formats apart")
    func names() throws {
        let names = try ExportFormat.allCases.map { try ShareableExport.render(anonymized(sample()), format: $0, notation: table, pdf: CopyingConverter()).name }
        #expect(Set(names).count == ExportFormat.allCases.count)
        #expect(names.contains("P07.maxqda.txt") && names.contains("P07.docx") && names.contains("P07.TextGrid") && names.contains("P07.words.csv"))
        for (name, format) in zip(names, ExportFormat.allCases) { #expect(name.hasSuffix("." + format.fileExtension) && !format.summary.isEmpty) }
    }

    @Test("the status is written out")
    func status() throws {
        #expect(try text(.html).contains("<dd>avidentifisert</dd>"))
        let free = try ShareableExport.render(anonymized(sample(), status: .anonymous), format: .txt, notation: table)
        #expect(String(decoding: free.data, as: UTF8.self).contains("Status: anonymisert\n"))
    }

    @Test("plain text reads as a transcript")
    func plain() throws {
        let lines = try text(.txt).split(separator: "\n").map(String.init)
        #expect(lines.contains("[00:00:01] Intervjuer: Hvordan går *det* her?"))
        #expect(lines.contains("[00:00:03] Informant 4: Æ tro- tror, (ler litt) det går *bra*… i kommunen."))
        #expect(lines.contains("[01:01:01] Intervjuer: Takk."))
    }

    @Test("random talk survives the way out and back in, as documents and as text", arguments: 0..<25 as Range<UInt64>)
    func randomRoundTrip(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 11) % bound
        }
        let words = ["jeg", "Ørland", "på", "12.03.2026", "kl", "10:30", "og/eller", "e-post", "XXXX", "d'accord", "mm", "eh", "&", "50%"]
        let trails = ["", "", "", ",", ".", "?", "!", "»", ":", ";", "»."]
        let marks: [(Mark.Kind, String)] = [
            (.laughter, "(ler litt)"), (.pause, "(pause)"), (.unclear, "[uhørbart]"), (.comment, "(peker på kartet)"), (.cough, "(kremter)"),
        ]
        var source = sample(), id = 0
        source.turns = (1...6).map { number in
            var elements: [Element] = []
            for position in 0..<20 {
                if position > 0, next(6) == 0, elements.last?.mark == nil {
                    let mark = marks[next(marks.count)]
                    elements.append(.mark(Mark(kind: mark.0, source: .draft, text: mark.1)))
                }
                id += 1
                elements.append(.word(Word(id: id, text: words[next(words.count)], lead: next(8) == 0 ? "«" : "", trail: trails[next(trails.count)])))
            }
            return Turn(id: number, speaker: number % 2 == 0 ? "S2" : "S1", elements: elements)
        }
        let shown = { (turn: Turn) in turn.elements.map { $0.word.map { $0.lead + $0.text + $0.trail } ?? $0.mark?.text ?? "" } }
        for format in [ExportFormat.docx, .odt, .txt, .txtAtlasti, .txtQualcoder] {
            let file = try ShareableExport.render(anonymized(source), format: format, notation: table, layout: LayoutOptions(view: .verbatim))
            let read = try Draft(data: file.data, name: file.name).transcript(recording: source.recording)
            #expect(read.turns.map(shown) == source.turns.map(shown), "\(format)")
            #expect(read.turns.map(\.speaker) == source.turns.map(\.speaker))
            #expect(read.turns.map { $0.marks.map(\.kind) } == source.turns.map { $0.marks.map(\.kind) })
        }
    }

    @Test("MAXQDA: speaker line, time, dash, a blank line between; the reader gets it back")
    func maxqda() throws {
        let made = try text(.txtMaxqda)
        #expect(made.hasPrefix("Intervjuer:\n[00:00:01] - Hvordan går *det* her?\n\nInformant 4:\n[00:00:03] - Æ tro-"))
        let read = try Draft(data: Data(made.utf8), name: "a.txt")
        #expect(read.pieces.map(\.label) == ["Intervjuer", "Informant 4", "Intervjuer"])
        #expect(read.pieces.map(\.start) == [1, 3, 3661])
    }

    @Test("NVivo: a table of spans; the reader gets it back")
    func nvivo() throws {
        let rows = try text(.txtNvivo).split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(rows[0] == ["Timespan", "Content", "Speaker"])
        #expect(rows[1] == ["0:00:01.0-0:00:03.0", "Hvordan går *det* her?", "Intervjuer"])
        #expect(rows[3][0] == "1:01:01.0-1:01:02.0")
        let read = try Draft(data: Data(try text(.txtNvivo).utf8), name: "a.txt")
        #expect(read.pieces.map(\.label) == ["Intervjuer", "Informant 4", "Intervjuer"])
        #expect(read.pieces.map(\.end) == [3, 12.5, 3662])
    }

    @Test("WebVTT: short cues with voices, in order; words and voices come back")
    func webVTT() throws {
        var long = sample()
        long.turns[1].elements += (0..<60).map {
            .word(Word(id: 100 + $0, text: "ord\($0)", trail: $0 % 7 == 6 ? "." : "", range: SampleRange(160_000 + $0 * 600, 160_500 + $0 * 600)))
        }
        let made = try text(.vtt, long)
        #expect(made.hasPrefix("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Intervjuer>Hvordan går det her?\n\n"))
        let cues = made.components(separatedBy: "\n\n").dropFirst().filter { !$0.isEmpty }
        #expect(cues.count > 5)
        for cue in cues {
            let lines = cue.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[1].drop { $0 != ">" }.count <= 85)
        }
        let read = try Draft(data: Data(made.utf8), name: "a.vtt").transcript(recording: long.recording)
        #expect(read.speakers.map(\.label) == long.speakers.map(\.label))
        #expect(read.turns.map { $0.words.map(\.text) } == long.turns.map { $0.words.map(\.text) })
        #expect(read.turns.map { $0.marks.map(\.kind) } == long.turns.map { $0.marks.map(\.kind) })
    }

    @Test("SubRip is numbered and labelled")
    func subRip() throws {
        #expect(try text(.srt).hasPrefix("1\n00:00:01,000 --> 00:00:02,500\nIntervjuer: Hvordan går det her?\n\n2\n"))
    }

    @Test("turns without times are left out of timed formats, with a note")
    func untimed() throws {
        var transcript = sample()
        transcript.turns[0].range = nil
        for format in [ExportFormat.vtt, .srt, .txtNvivo, .rttm] {
            let file = try ShareableExport.render(anonymized(transcript), format: format, notation: table)
            #expect(file.notes == ["1 replikker mangler tid og er utelatt"], "\(format)")
            #expect(!String(decoding: file.data, as: UTF8.self).contains("Hvordan"))
        }
        #expect(try text(.txtMaxqda, transcript).hasPrefix("Intervjuer: Hvordan"))
    }

    @Test("RTTM reads back as the turns")
    func rttm() throws {
        let read = try RTTM(parsing: try text(.rttm))
        #expect(read.segments(rate: .analysis).map(\.range) == sample().turns.compactMap(\.range))
        #expect(read.entries.map(\.label) == ["Intervjuer", "Informant_4", "Intervjuer"])
    }

    @Test("HTML is well-formed, asks nobody for anything, and carries times")
    func html() throws {
        for nasty in nastyTexts {
            let page = try text(.html, sample(label: nasty, word: nasty), LayoutOptions(title: nasty))
            // The page is XML but for its document type and its empty elements.
            let body = page.drop { $0 != "\n" }
            let closed = String(body).split(separator: "\n", omittingEmptySubsequences: false).map { $0.hasPrefix("<meta") ? $0.dropLast() + "/>" : $0 }.joined(separator: "\n")
            #expect(isWellFormed(closed))
            #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src=") && page.components(separatedBy: "<script").count == 2)
        }
        let page = try text(.html)
        #expect(page.contains("<span id=\"w1\" data-start=\"1.000\" data-end=\"1.300\">Hvordan</span>"))
        #expect(page.contains("<span id=\"w3\" data-start=\"1.800\" data-end=\"2.100\"><em>det</em></span> <span id=\"w4\""))
        #expect(page.contains("<html lang=\"nb\">") && page.contains("<title>P07</title>") && page.contains("default-src 'none'"))
    }

    @Test("JSON holds the talk and nothing that ties it to the recording")
    func json() throws {
        let made = try #require(try JSONSerialization.jsonObject(with: Data(try text(.json).utf8)) as? [String: Any])
        #expect(made["format"] as? String == "ordrett.transcript" && made["version"] as? Int == 1 && made["status"] as? String == "deidentified")
        let turns = try #require(made["turns"] as? [[String: Any]])
        let elements = try #require(turns[1]["elements"] as? [[String: Any]])
        #expect(elements[0]["text"] as? String == "Æ" && elements[0]["bokmal"] as? String == "Jeg" && elements[0]["start"] as? Int == 56_000)
        #expect(elements[3]["type"] as? String == "laughter" && elements[3]["text"] as? String == "(ler litt)")
        #expect(turns[0]["text"] as? String == "Hvordan går *det* her?")
        #expect(try !text(.json).contains("abab"))
        let bokmal = try text(.json, sample(), LayoutOptions(view: .bokmal))
        #expect(!bokmal.contains("Æ") && bokmal.contains("Jeg"), "the Bokmål view leaks the dialect")
    }

    @Test("JSON: what a mark covers ends at a word that the file has")
    func until() throws {
        var source = sample()
        // A mark from `det` to a word that Bokmål drops.
        source.turns[0].elements.insert(.mark(Mark(kind: .toneOfVoice, source: .measured, label: "loud", until: 4)), at: 2)
        source.turns[0].elements[4] = .word(Word(id: 4, text: "her", normalized: Normalization(text: "", rule: "test", confidence: 1)))
        func until(_ view: TranscriptView) throws -> Int? {
            let made = try #require(try JSONSerialization.jsonObject(with: Data(try text(.json, source, LayoutOptions(view: view)).utf8)) as? [String: Any])
            let elements = try #require((made["turns"] as? [[String: Any]])?.first?["elements"] as? [[String: Any]])
            return elements.first { $0["type"] as? String == "toneOfVoice" }?["until"] as? Int
        }
        #expect(try until(.verbatim) == 4)
        #expect(try until(.bokmal) == 3)
    }

    @Test("ATLAS.ti: tenths between number signs; the reader gets it back")
    func atlasti() throws {
        let made = try text(.txtAtlasti)
        #expect(made.hasPrefix("#00:00:01-0# Intervjuer: Hvordan går *det* her?\n\n#00:00:03-1# Informant 4: Æ tro-"))
        let read = try Draft(data: Data(made.utf8), name: "a.txt")
        #expect(read.pieces.map(\.label) == ["Intervjuer", "Informant 4", "Intervjuer"])
        #expect(read.pieces.map { ($0.start ?? 0) * 10 }.map { $0.rounded() } == [10, 31, 36_610])
    }

    @Test("QualCoder: a clock in brackets; the reader gets it back")
    func qualcoder() throws {
        let made = try text(.txtQualcoder)
        #expect(made.hasPrefix("[00:00:01] Intervjuer: Hvordan går *det* her?\n\n[00:00:03] Informant 4: Æ tro-"))
        #expect(try Draft(data: Data(made.utf8), name: "a.txt").pieces.map(\.start) == [1, 3, 3661])
    }

    @Test("hard transcripts come out in every format, twice the same", arguments: HardTranscript.allCases)
    func hard(_ hard: HardTranscript) throws {
        let source = hard.transcript
        for format in ExportFormat.allCases {
            for view in TranscriptView.allCases {
                func made() throws -> Data {
                    try ShareableExport.render(anonymized(source), format: format, notation: table, layout: LayoutOptions(view: view), pdf: CopyingConverter()).data
                }
                let data = try made()
                #expect(try data == made(), "\(format)")
                if format == .eaf { #expect(isWellFormed(String(decoding: data, as: UTF8.self))) }
                if ![.docx, .odt, .pdf].contains(format) { #expect(String(data: data, encoding: .utf8) != nil) }
            }
        }
    }

    @Test("no format shows dialect in a Bokmål view", arguments: ExportFormat.allCases)
    func dialect(format: ExportFormat) throws {
        for view in TranscriptView.allCases where !["verbatim", "cleaned"].contains(view.rawValue) {
            let file = try ShareableExport.render(anonymized(sample()), format: format, notation: table, layout: LayoutOptions(view: view), pdf: CopyingConverter())
            if [.docx, .odt].contains(format) {
                #expect(try Draft(data: file.data, name: file.name).pieces[1].elements.first?.word?.text == "Jeg")
            } else if format != .pdf {
                #expect(!String(decoding: file.data, as: UTF8.self).contains("Æ"))
            }
        }
    }

    @Test("programs get the words that the page shows", arguments: TranscriptView.allCases)
    func words(view: TranscriptView) throws {
        let renderer = Renderer(transcript: sample(), status: .deidentified, policy: nil, notation: table, options: LayoutOptions(view: view))
        let onPage = Set(renderer.page.paragraphs.flatMap(\.runs).compactMap(\.wordID))
        let shown = Set(sample().turns.flatMap(\.words).filter { !renderer.text(of: $0).isEmpty }.map(\.id))
        #expect(shown == onPage)
        // And in the form the page has them in.
        for run in renderer.page.paragraphs.flatMap(\.runs) {
            guard let word = sample().turns.flatMap(\.words).first(where: { $0.id == run.wordID }), run.style != .plain || run.text.contains(where: \.isLetter) else { continue }
            #expect(run.text.lowercased().contains(renderer.text(of: word).lowercased()))
        }
    }

    @Test("English headings on request")
    func english() throws {
        let page = try text(.html, sample(), LayoutOptions(language: .english))
        #expect(page.contains("<dt>Duration</dt>") && page.contains("<html lang=\"en\">") && page.contains("de-identified"))
    }
}
