import Signal
import Testing
import Transcript

@Suite("Quotations")
struct QuotationTests {
    private let table = (try? NotationTable.named("helse"))!

    private func word(_ id: Int, _ text: String, _ trail: String = "", bokmal: String? = nil, cut: Bool = false, filler: Bool = false, level: Int = 0) -> Element {
        .word(
            Word(
                id: id, text: text, trail: trail, range: SampleRange(id * 1000, id * 1000 + 900), prominence: Prominence(strength: 1, level: level),
                normalized: bokmal.map { Normalization(text: $0, rule: "test", confidence: 1) }, isCutOff: cut, isFiller: filler))
    }

    private var transcript: Transcript {
        Transcript(
            recording: RecordingReference(
                id: "P07", digest: "", rate: .analysis, length: 160_000, channels: 1, recordedAt: "2006-12-06T09:05:00"),
            speakers: [
                Speaker(id: "S1", label: "Intervjuer", role: .interviewer),
                Speaker(id: "S2", label: "Informant 4", role: .participant, participant: "D2"),
            ],
            turns: [
                Turn(
                    id: 1, speaker: "S2",
                    elements: [
                        word(1, "eh", filler: true), word(2, "æ", bokmal: "jeg"), word(3, "æ", bokmal: "jeg"), word(4, "trur", ",", bokmal: "tror"),
                        .mark(Mark(kind: .pause, source: .measured, evidence: ["duration_s": 3])), word(5, "at"), word(6, "det"),
                        word(7, "e", bokmal: "er"), word(8, "kjem", cut: true), word(9, "veldig", level: 2), word(10, "veldig"), word(11, "bra"),
                    ]),
                Turn(id: 2, speaker: "S1", elements: [word(12, "ja", "?")]),
                Turn(id: 3, speaker: "S2", elements: [word(13, "det"), word(14, "meina", bokmal: "mener"), word(15, "æ", bokmal: "jeg"), word(16, "hus", cut: true)]),
            ])
    }

    private func quote(_ ids: some Sequence<Int>, _ pattern: String = "({label})", roles: [String: String] = [:]) throws -> Quotation {
        try #require(Quotation(of: ids, in: transcript, style: QuotationStyle(pattern), notation: table, roleNames: roles))
    }

    @Test("what trailed off before the first word is no part of the quotation")
    func leadingDots() throws {
        var talk = transcript
        talk.turns[0].elements.insert(.mark(Mark(kind: .trailingOff, source: .draft, text: "…")), at: 1)
        let quotation = try #require(
            Quotation(of: 1...9, in: talk, style: QuotationStyle("({label})"), notation: table))
        #expect(quotation.text.hasPrefix("Jeg tror"))
    }

    @Test("a quotation is written Bokmål: no dialect, no stumbling, no marks; capitals and a full stop")
    func written() throws {
        let quotation = try quote(1...11)
        #expect(quotation.text == "Jeg tror, at det er veldig veldig bra.")
        #expect(quotation.wordIDs == [3, 4, 5, 6, 7, 9, 10, 11])
        #expect(quotation.range == SampleRange(3000, 11_900))
    }

    @Test("words passed over are marked in the middle and nowhere else; stumbles leave no sign")
    func cuts() throws {
        #expect(try quote([3, 4, 5, 6, 7, 11]).text == "Jeg tror, at det er (…) bra.")
        #expect(try quote([5, 6, 7]).text == "At det er.")
        #expect(try quote([4, 9]).text == "Tror, (…) veldig.")
        #expect(try quote([7, 9]).text == "Er veldig.")
    }

    @Test("a quotation over several turns: one speaker's parts with a cut, several speakers' on lines of their own")
    func turns() throws {
        #expect(try quote([11, 13, 14, 15]).text == "Bra. (…) Det mener jeg.")
        #expect(try quote(9...15).text == "Informant 4: Veldig veldig bra.\nIntervjuer: Ja?\nInformant 4: Det mener jeg.")
        #expect(try quote(9...15).citation == "(Informant 4)")
    }

    @Test(
        "a date is cited as far as it is known",
        arguments: [
            ("2024-04", "MM.yyyy", "04.2024"), ("2024-04", "dd.MM.yyyy", nil), ("2024", "yyyy", "2024"), ("2024", "MM.yy", nil), ("2024-04-07", "d.M.yy", "7.4.24"),
            ("2024-04-07", "HH:mm", nil), ("2024-04-07T09:05", "HH:mm", "09:05"),
        ] as [(String, String, String?)])
    func dates(date: String, form: String, expected: String?) throws {
        let recording = RecordingReference(id: "P07", digest: "", rate: .analysis, length: 1, channels: 1, recordedAt: date)
        let citation = try QuotationStyle("{date:\(form)}").citation(of: Speaker(id: "S1", label: "A"), in: recording)
        #expect(citation.text == expected ?? "" && citation.missing == (expected == nil ? ["date"] : []))
    }

    @Test("a turn that breaks off trails off")
    func breaksOff() throws { #expect(try quote(13...16).text == "Det mener jeg…") }

    @Test(
        "the citation stands where its pattern says",
        arguments: [
            ("({label})", "Det mener jeg. (Informant 4)"), ("({date:dd.MM.yy}. {role})", "Det mener jeg. (06.12.06. leder)"), ("{code}:", "D2: Det mener jeg."),
        ])
    func placement(pattern: String, expected: String) throws {
        #expect(try quote(13...15, pattern, roles: ["D2": "leder"]).cited == expected)
    }

    @Test("a citation with a hole cites by label, and says what was missing")
    func missing() throws {
        var undated = transcript
        undated.recording.recordedAt = nil
        let quotation = try #require(Quotation(of: 13...15, in: undated, style: QuotationStyle("({date:dd.MM.yy})"), notation: table))
        #expect(quotation.citation == "(Informant 4)")
        #expect(quotation.missing == ["date"])
    }

    @Test("nothing to quote gives nothing")
    func nothing() throws {
        #expect(Quotation(of: [99], in: transcript, style: try QuotationStyle("{label}"), notation: table) == nil)
        #expect(Quotation(of: [1, 8], in: transcript, style: try QuotationStyle("{label}"), notation: table) == nil)
    }
}
