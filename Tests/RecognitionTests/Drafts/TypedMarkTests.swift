import Recognition
import Signal
import Testing
import Transcript

@Suite("Typed marks")
struct TypedMarkTests {
    private func elements(_ text: String) throws -> [Element] {
        let pieces = try draft("I: hei\nD2: \(text)").pieces
        return pieces[1].elements
    }

    @Test(
        "marks are known by what they say",
        arguments: [
            ("(ler litt)", .laughter, nil, nil), ("(ler)", .laughter, nil, nil), ("{latter}", .laughter, nil, nil), ("((ler))", .laughter, nil, nil),
            ("…", .trailingOff, nil, nil), ("..", .trailingOff, nil, nil), ("...", .trailingOff, nil, nil), ("(…)", .trailingOff, "cut", nil),
            ("(...)", .trailingOff, "cut", nil), ("(pause)", .pause, nil, nil), ("(pause 4 s)", .pause, nil, 4), ("(lang pause)", .pause, "long", nil),
            ("[pause 2,5 sek]", .pause, nil, 2.5), ("(12 sekunder pause)", .pause, nil, 12), ("(4 s)", .pause, nil, 4), ("(0.8)", .pause, nil, 0.8),
            ("(.)", .pause, "short", nil), ("(--)", .pause, nil, nil), ("(kunstpause)", .pause, "rhetorical", nil), ("#", .pause, "short", nil),
            ("##", .pause, "long", nil), ("[uhørbart]", .unclear, nil, nil), ("[uhørbart 00:12:10]", .unclear, nil, nil), ("xxx", .unclear, nil, nil),
            ("(xxx)", .unclear, nil, nil), ("(   )", .unclear, nil, nil), ("(I: mm)", .backchannel, nil, nil), ("(mm)", .backchannel, nil, nil),
            ("(puster tungt)", .breath, nil, nil), ("(kremter)", .cough, nil, nil), ("(hvisker)", .toneOfVoice, "whisper", nil),
            ("(med lav stemme)", .toneOfVoice, nil, nil), ("(peker på kartet)", .comment, nil, nil), ("[navn på kommune]", .comment, nil, nil),
        ] as [(String, Mark.Kind, String?, Double?)])
    func kinds(typed: String, kind: Mark.Kind, label: String?, seconds: Double?) throws {
        let marks = try elements("ja \(typed) nei").compactMap(\.mark)
        let mark = try #require(marks.first)
        #expect(marks.count == 1)
        #expect(mark.kind == kind)
        #expect(mark.text == typed)
        #expect(mark.source == .draft)
        #expect(mark.evidence["duration_s"] == seconds)
        if kind != .trailingOff || label != nil { #expect(mark.label == label) }
        let words = try elements("ja \(typed) nei").compactMap(\.word).map(\.text)
        #expect(words == ["ja", "nei"])
    }

    @Test("words keep everything that was typed", arguments: [
        ("Navnet var XXXX, tror jeg.", ["Navnet", "var", "XXXX", "tror", "jeg"]),
        ("den 12.03.2026 kl. 10:30", ["den", "12.03.2026", "kl", "10:30"]),
        ("og/eller f.eks. NAV-kontoret", ["og/eller", "f.eks", "NAV-kontoret"]),
        ("*veldig* VIKTIG", ["veldig", "VIKTIG"]),
        ("50 % av 1 000", ["50", "%", "av", "1", "000"]),
    ] as [(String, [String])])
    func words(text: String, expected: [String]) throws {
        #expect(try elements(text).compactMap(\.word).map(\.text) == expected)
    }

    @Test("punctuation goes to lead and trail, and nothing is lost")
    func punctuation() throws {
        let words = try elements("«Hei», sa hun (og lo hele veien hjem den dagen, trodde alle som så henne da); – *sånn*!").compactMap(\.word)
        #expect(words[0].lead == "«" && words[0].trail == "»,")
        #expect(words[3].lead == "(" && words[3].text == "og")
        let last = try #require(words.last)
        #expect(last.lead == "*" && last.text == "sånn" && last.trail == "*!")
        #expect(words[words.count - 2].trail == ");–")
    }

    @Test("broken-off words are flagged; suspended hyphens are spelling")
    func cutOff() throws {
        let cut = try elements("vi pr- prøvde psyk– ja").compactMap(\.word)
        #expect(cut.map(\.text) == ["vi", "pr", "prøvde", "psyk", "ja"])
        #expect(cut.map(\.isCutOff) == [false, true, false, true, false])
        let spelt = try elements("psykiatri- og rusfeltet").compactMap(\.word)
        #expect(spelt.map(\.text) == ["psykiatri-", "og", "rusfeltet"])
        #expect(!spelt.contains { $0.isCutOff })
    }

    @Test("fillers are flagged, words like them are not")
    func fillers() throws {
        for filler in ["eh", "ehm", "Eh", "øh", "øhm", "em", "øm", "hm", "hmm", "mm", "mhm", "mmm", "ee", "eeh", "æh", "uh", "um"] {
            let found = try elements("ja \(filler), nei").compactMap(\.word)[1]
            #expect(found.isFiller, "\(filler)")
        }
        for word in ["e", "ø", "m", "me", "hem", "emne", "ham", "um2", "øhnm", "her", "å", "æ", "u"] {
            let found = try elements("ja \(word), nei").compactMap(\.word)[1]
            #expect(!found.isFiller, "\(word)")
        }
    }

    @Test("trailing off leaves its word clean")
    func trailingOff() throws {
        let made = try elements("jeg vet ikke… eller.. jo ...")
        #expect(made.map { $0.word?.text ?? "{\($0.mark?.text ?? "")}" } == ["jeg", "vet", "ikke", "{…}", "eller", "{..}", "jo", "{...}"])
    }

    @Test("typed backchannels find their speaker")
    func backchannel() throws {
        let made = try draft("Intervjuer: hei\nInformant 4: ja (I: mm) nei (Intervjuer: ja) jo (X: mm)").transcript(recording: recording)
        #expect(made.turns[1].marks.map(\.label) == ["S1", "S1", nil])
        #expect(made.turns[1].marks.map(\.kind) == [.backchannel, .backchannel, .backchannel])
    }
}

@Suite("Time codes")
struct TimeCodeTests {
    @Test("codes in the forms programs write", arguments: [
        ("[00:01:02] D2: hei", 62.0), ("#00:01:02-3# D2: hei", 62.3), ("(00:01:02) D2: hei", 62), ("{00:01:02.5} D2: hei", 62.5),
        ("[01:02] D2: hei", 62), ("D2: [00:01:02] hei", 62), ("D2 [00:01:02]: hei", 62), ("D2: [00:01:02] - hei", 62),
        ("00:01:02 D2: hei", 62), ("[00:01:02,250] D2: hei", 62.25),
    ] as [(String, Double)])
    func forms(line: String, seconds: Double) throws {
        let piece = try #require(try draft(line).pieces.first)
        #expect(piece.label == "D2")
        #expect(abs((piece.start ?? -1) - seconds) < 1e-9)
        #expect(piece.line == "hei")
    }

    @Test("hints become turn stretches, words stay without times")
    func hints() throws {
        let made = try draft("[00:00:10] I: Hei.\n[00:00:20] D2: Hallo.\n[00:01:00] I: Ja.").transcript(recording: recording)
        #expect(made.turns.map(\.range) == [SampleRange(160_000, 320_000), SampleRange(320_000, 960_000), SampleRange(960_000, 57_600_000)])
        #expect(made.turns.flatMap(\.words).allSatisfy { $0.range == nil && $0.placement == nil })
    }

    @Test("a coded turn before uncoded ones takes its share by letters")
    func shares() throws {
        let made = try draft("[00:00:00] I: aaaa\nD2: bbbbbbbb\nI: cccc\n[00:00:16] D2: d").transcript(recording: recording)
        #expect(made.turns[0].range == SampleRange(0, 64_000))
        #expect(made.turns[1].range == nil)
    }

    @Test("codes at the ends of paragraphs close them and open the next")
    func endCodes() throws {
        let made = try draft("I: Hei du. #00:00:03-0#\nD2: Hallo. #00:00:08-5#\nI: Ja. #00:00:09-0#").transcript(recording: recording)
        #expect(made.turns.map(\.range) == [SampleRange(0, 48_000), SampleRange(48_000, 136_000), SampleRange(136_000, 144_000)])
    }

    @Test("a code inside a turn begins a new stretch of the same speaker")
    func inside() throws {
        let made = try draft("[00:00:01] I: Hei.\n[00:00:05] D2: En to. [00:00:09] Tre fire.").pieces
        #expect(made.map(\.label) == ["I", "D2", "D2"])
        #expect(made.map(\.start) == [1, 5, 9])
        #expect(made[2].line == "Tre fire.")
    }

    @Test("codes that run backwards or lie outside are left out and reported")
    func impossible() throws {
        let made = try draft("[00:10:00] I: Hei.\n[00:05:00] D2: Hallo.\n[09:00:00] I: Ja.").transcript(recording: recording)
        #expect(made.turns.map { $0.range != nil } == [true, false, false])
        #expect(made.findings.contains { $0.code == "time-codes-left-out" && $0.severity == .review })
    }

    @Test("the time of day in talk is not a code")
    func clock() throws {
        let made = try draft("I: Hei.\nD2: Vi møttes (10:30) på kaia, og 00:01:02 var tida.").pieces
        #expect(made.count == 2)
        #expect(made[1].elements.compactMap(\.word).contains { $0.text == "00:01:02" })
    }
}
