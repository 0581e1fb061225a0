import Signal
import Testing
import Transcript

@Suite("Layout")
struct TranscriptLayoutTests {
    private func word(
        _ text: String, lead: String = "", _ trail: String = "", at seconds: Double? = nil, level: Int? = nil, bokmal: String? = nil,
        cutOff: Bool = false, filler: Bool = false, unclear: Bool = false
    ) -> Element {
        .word(
            Word(
                id: 1, text: text, lead: lead, trail: trail,
                range: seconds.map { SampleRange(Int($0 * 16_000), Int($0 * 16_000) + 1600) },
                prominence: level.map { Prominence(strength: Double($0), level: $0) },
                normalized: bokmal.map { Normalization(text: $0, rule: "test", confidence: 1) }, isCutOff: cutOff, isFiller: filler,
                isUnclear: unclear))
    }

    private func mark(_ kind: Mark.Kind, _ text: String = "", label: String? = nil, seconds: Double? = nil) -> Element {
        .mark(
            Mark(
                kind: kind, source: text.isEmpty ? .measured : .draft, range: seconds.map { SampleRange(0, Int($0 * 16_000)) }, text: text,
                label: label))
    }

    private func transcript(_ turns: [Turn]) -> Transcript {
        Transcript(
            recording: RecordingReference(id: "P07", digest: "", rate: .analysis, length: 16_000 * 3700, channels: 1, recordedAt: "2026-03-12T10:15:00"),
            speakers: [
                Speaker(id: "S1", label: "Intervjuer", role: .interviewer), Speaker(id: "S2", label: "Informant 4", role: .participant),
            ], turns: turns)
    }

    private func text(_ elements: [Element], table: String = "helse", view: TranscriptView = .verbatim) throws -> String {
        let page = TranscriptLayout(notation: try .named(table), options: LayoutOptions(view: view))
            .layOut(transcript([Turn(id: 1, speaker: "S2", elements: elements)]))
        return page.paragraphs.first?.text ?? ""
    }

    @Test("words, punctuation and marks stand as a typist would write them")
    func spacing() throws {
        #expect(try text([word("Han", lead: "«"), word("kom", ","), word("sa", "»."), word("hun")]) == "«Han kom, sa». hun")
        #expect(try text([word("ja"), mark(.trailingOff), word("jo")]) == "ja… jo")
        #expect(try text([word("ja"), mark(.trailingOff, "(…)", label: "cut")]) == "ja (…)")
        #expect(try text([word("ja"), mark(.trailingOff, "..")]) == "ja..")
        #expect(try text([word("jeg"), mark(.pause, seconds: 3.2), word("vet", ".")]) == "jeg (pause 3 s) vet.")
        #expect(try text([word("psyk", cutOff: true), word("ja", ".")]) == "psyk- ja.")
        #expect(try text([word("jo"), mark(.laughter, "(ler litt)"), word("ja")]) == "jo (ler litt) ja")
        #expect(try text([word("jo"), mark(.laughter)]) == "jo (ler)")
        #expect(try text([word("ja", " –".filter { $0 != " " }), word("nei")]) == "ja – nei")
        #expect(try text([word("Levanger", "?", unclear: true)]) == "[Levanger?]?")
    }

    @Test("the same marks in other notations")
    func tables() throws {
        let elements = [
            word("eg"), mark(.pause, seconds: 0.3), mark(.overlapStart), word("mener", level: 2), mark(.overlapEnd), mark(.laughter, "(ler litt)"),
            mark(.unclear, "[uhørbart]"),
        ]
        #expect(try text(elements, table: "gat2") == "eg (-) [MEner] ((ler litt)) (xxx)")
        #expect(try text(elements, table: "jefferson") == "eg (0.3) [mener] heh (   )")
        #expect(try text(elements, table: "tekstlab") == "eg # *mener* {latter} xxx")
        #expect(try text([word("ja"), mark(.comment, "(peker på kartet)")], table: "tekstlab") == "ja {peker på kartet}")
    }

    @Test("one silence is written once")
    func silenceOnce() throws {
        #expect(try text([word("ja"), mark(.trailingOff, "…"), mark(.pause, seconds: 1.2), word("jo")]) == "ja… jo")
        #expect(try text([word("ja"), mark(.pause, "(pause)"), mark(.pause, seconds: 4), word("jo")]) == "ja (pause 4 s) jo")
        #expect(try text([word("ja"), mark(.pause, "(pause)"), word("jo")]) == "ja (pause) jo")
    }

    @Test("dropped fillers leave clean sentences")
    func fillers() throws {
        let elements = [
            word("Eh", ",", filler: true), word("jeg"), word("tror"), word("øh", ",", filler: true), word("det"), word("mm", ".", filler: true),
        ]
        #expect(try text(elements, view: .verbatim) == "Eh, jeg tror øh, det mm.")
        #expect(try text(elements, view: .bokmal) == "Jeg tror det.")
        #expect(try text([word("ja", ","), word("eh", "?", filler: true)], view: .bokmal) == "ja?")
        #expect(try text([word("sa"), word("eh", lead: "«", filler: true), word("nei", "»")], view: .bokmal) == "sa «nei»")
    }

    @Test("the Bokmål view shows Bokmål and leaves out what Bokmål drops")
    func bokmal() throws {
        let elements = [word("æ", bokmal: "jeg"), word("ha", bokmal: ""), word("ikkje", ".", bokmal: "ikke")]
        #expect(try text(elements, view: .bokmal) == "jeg ikke.")
        #expect(try text(elements, view: .verbatim) == "æ ha ikkje.")
    }

    @Test("emphasis is shown from the table's level, without its punctuation, and traces to its word")
    func emphasis() throws {
        let page = TranscriptLayout(notation: try .named("helse"), options: LayoutOptions(view: .verbatim)).layOut(
            transcript([Turn(id: 1, speaker: "S2", elements: [word("så", level: 1), word("veldig", lead: "«", "!", level: 2)])]))
        let runs = page.paragraphs[0].runs
        #expect(runs.filter { $0.style == .emphasis }.map(\.text) == ["veldig"])
        #expect(runs.filter { $0.style == .emphasis }.allSatisfy { $0.wordID == 1 })
        #expect(page.plainText(of: page.paragraphs[0]) == "så «*veldig*!")
    }

    @Test("backchannels: own turn, inside the other's turn at its time, or nowhere")
    func backchannels() throws {
        var table = try NotationTable.named("helse")
        let listener = Turn(id: 2, speaker: "S1", range: SampleRange(17_000, 20_000), elements: [word("Mm", ".", filler: true)], isBackchannel: true)
        let turns = [Turn(id: 1, speaker: "S2", range: SampleRange(0, 48_000), elements: [word("ja", at: 0), word("nei", at: 2)]), listener]
        func texts() -> [String] {
            TranscriptLayout(notation: table, options: LayoutOptions(view: .bokmal)).layOut(transcript(turns)).paragraphs.map(\.text)
        }
        #expect(texts() == ["ja (I: mm) nei"])
        table.backchannels.placement = .dropped
        #expect(texts() == ["ja nei"])
        table.backchannels.placement = .ownTurn
        table.fillers.bokmal = .keep
        #expect(texts() == ["ja nei", "Mm."])
    }

    @Test("typed backchannels name their speaker as the table does")
    func typedBackchannel() throws {
        #expect(try text([word("ja"), mark(.backchannel, "(I: mm)", label: "S1"), word("nei")]) == "ja (I: mm) nei")
        #expect(try text([word("ja"), mark(.backchannel, "(mhm)")]) == "ja (mhm)")
    }

    @Test("a turn nobody has typed is kept for typing; one whose words are all dropped is not")
    func emptyTurns() throws {
        let turns = [
            Turn(id: 5, speaker: "S1", range: SampleRange(16_000 * 3661, 16_000 * 3663)),
            Turn(id: 6, speaker: "S2", elements: [word("eh", filler: true)]),
            Turn(id: 9, speaker: "S2", elements: [word("ja")]),
        ]
        let page = TranscriptLayout(notation: try .named("helse")).layOut(transcript(turns))
        #expect(page.paragraphs.map(\.turnID) == [5, 9])
        #expect(page.paragraphs.map(\.number) == [1, 2])
        #expect(page.paragraphs[0].time?.clock == "01:01:01")
        #expect(page.paragraphs[1].time == nil)
        #expect(page.paragraphs[0].speakerLabel == "Intervjuer")
    }

    @Test("times inside long turns come at the first word after each interval")
    func innerTimes() throws {
        let elements = (0..<10).map { word("ord", at: Double($0) * 10) }
        let turn = Turn(id: 1, speaker: "S2", range: SampleRange(0, 16_000 * 100), elements: elements)
        let page = TranscriptLayout(notation: try .named("helse"), options: LayoutOptions(timesEvery: 30)).layOut(transcript([turn]))
        #expect(page.paragraphs[0].runs.filter { $0.style == .time }.map(\.text) == ["[00:00:30]", "[00:01:00]", "[00:01:30]"])
    }

    @Test("header rows speak the document's language")
    func header() throws {
        let bokmal = TranscriptLayout(notation: try .named("helse")).layOut(transcript([]))
        #expect(bokmal.header.map(\.name) == ["Opptak", "Dato", "Varighet", "Talere", "Notasjon", "Visning"])
        #expect(bokmal.header.map(\.value) == ["P07", "2026-03-12", "01:01:40", "Intervjuer, Informant 4", "helse", "bokmål"])
        let english = TranscriptLayout(notation: try .named("helse"), options: LayoutOptions(language: .english)).layOut(transcript([]))
        #expect(english.header[1].name == "Date")
    }

    @Test("spaces: never two in a row, none at the ends, none before a comma, whatever the elements", arguments: 0..<20 as Range<UInt64>)
    func spacingProperty(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        for name in NotationTable.shipped {
            var elements: [Element] = []
            for _ in 0..<30 {
                switch next(3) {
                case 0:
                    let kind = Mark.Kind.allCases[next(Mark.Kind.allCases.count)]
                    elements.append(mark(kind, ["", "(ler litt)", "…", "(I: mm)"][next(4)], seconds: next(2) == 0 ? nil : Double(next(40)) / 10))
                default:
                    elements.append(
                        word(["ord", "Ja", "eh"][next(3)], ["", ",", ".", "?"][next(4)], level: next(3), bokmal: next(5) == 0 ? "" : nil, filler: next(4) == 0))
                }
            }
            for view in TranscriptView.allCases {
                // The Jefferson sign for unclear talk holds spaces of its own.
                let line = try text(elements, table: name, view: view).replacing("(   )", with: "()")
                #expect(!line.contains("  "), "\(name): \(line)")
                #expect(!line.contains(" ,") && !line.hasPrefix(" ") && !line.hasSuffix(" "), "\(name): \(line)")
            }
        }
    }
}
