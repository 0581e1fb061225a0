import Recognition
import Testing
import Transcript

@Suite("Speaker labels")
struct SpeakerLabelTests {
    @Test(
        "the usual forms",
        arguments: [
            ("Intervjuer: Hei.\nInformant 4: Hallo.", ["Intervjuer|Hei.", "Informant 4|Hallo."]),
            ("I: Hei.\nD2: Hallo.", ["I|Hei.", "D2|Hallo."]),
            ("B: Hei.\nD: Hallo.", ["B|Hei.", "D|Hallo."]),
            ("I:\tHei.\nD2:\tHallo.", ["I|Hei.", "D2|Hallo."]),
            ("I\tHei.\nD2\tHallo.\nI\tJa.\nD2\tNei.", ["I|Hei.", "D2|Hallo.", "I|Ja.", "D2|Nei."]),
            ("[00:01:02] Navn: Hei.\n[00:01:05] Annen: Hallo.", ["Navn|Hei.", "Annen|Hallo."]),
            ("Kari: Hei.\nOla: Hallo.\nKari: Ja.\nOla: Nei.", ["Kari|Hei.", "Ola|Hallo.", "Kari|Ja.", "Ola|Nei."]),
            ("Intervjuer:\nHei.\n\nInformant:\nHallo.", ["Intervjuer|Hei.", "Informant|Hallo."]),
            ("INTERVJUER\nHei.\nINFORMANT 1\nHallo.\nINTERVJUER\nJa.\nINFORMANT 1\nNei.", ["INTERVJUER|Hei.", "INFORMANT 1|Hallo.", "INTERVJUER|Ja.", "INFORMANT 1|Nei."]),
            ("**I:** Hei.\n**D2:** Hallo.", ["I|Hei.", "D2|Hallo."]),
            ("SPEAKER_00: Hei.\nSPEAKER_01: Hallo.", ["SPEAKER_00|Hei.", "SPEAKER_01|Hallo."]),
            ("Taler 1 [00:00:05]: Hei.\nTaler 2 [00:00:07]: Hallo.", ["Taler 1|Hei.", "Taler 2|Hallo."]),
            ("Taler 1 [00:00:05]\nHei.\nTaler 2 [00:00:07]\nHallo.", ["Taler 1|Hei.", "Taler 2|Hallo."]),
            ("Intervjuer (KN): Hei.\nInformant 4 (kvinne): Hallo.", ["Intervjuer (KN)|Hei.", "Informant 4 (kvinne)|Hallo."]),
            ("1 I: Hei.\n2 D2: Hallo.", ["I|Hei.", "D2|Hallo."]),
            ("1\t[00:00:01] Kari: Hei.\n2.\t[00:00:04] Ola: 3 ganger.", ["Kari|Hei.", "Ola|3 ganger."]),
            ("Leder: Hei.\nSykepleier 2: Hallo.", ["Leder|Hei.", "Sykepleier 2|Hallo."]),
            ("Moderator: Hei.\nA: Ja.\nB: Nei.\nC: Vet ikke.", ["Moderator|Hei.", "A|Ja.", "B|Nei.", "C|Vet ikke."]),
            ("Informant 4:\n[00:00:01] - Hei.\n\nI:\n[00:00:04] - Hallo.", ["Informant 4|Hei.", "I|Hallo."]),
            ("[SPEAKER_00]: Hei.\n[SPEAKER_01]: Hallo.", ["SPEAKER_00|Hei.", "SPEAKER_01|Hallo."]),
            ("Kari Nordmann   0:03\nHei.\nOla   0:05\nHallo.\nKari Nordmann   1:00:07\nJa.\nOla   1:00:09\nNei.", ["Kari Nordmann|Hei.", "Ola|Hallo.", "Kari Nordmann|Ja.", "Ola|Nei."]),
            ("S01: Hei.\nS02: Hallo.", ["S01|Hei.", "S02|Hallo."]),
            ("00:00:01 Speaker 1\nHei.\n00:00:04 Speaker 2\nHallo.", ["Speaker 1|Hei.", "Speaker 2|Hallo."]),
            ("0:00:01.0-0:00:04.0\tHei.\tInformant 4\n0:00:04.0-0:00:05.0\tHallo.\tI", ["Informant 4|Hei.", "I|Hallo."]),
        ] as [(String, [String])])
    func forms(text: String, expected: [String]) throws {
        let pieces = try draft(text).pieces
        #expect(pieces.map { "\($0.label ?? "–")|\($0.line)" } == expected)
    }

    @Test(
        "talk that only looks like a label",
        arguments: [
            "Klokka 10:30 kom hun.", "Klokka 10:30", "Bussen gikk 10:30", "Og da sa han: nå går jeg.", "Husk: det er viktig.", "Jeg sa: nei.", "Det var slik: vi gikk.",
            "Poenget: ingen visste det.", "Kl. 10: da kom hun.", "Hun spurte: hvorfor?",
        ])
    func lookalikes(line: String) throws {
        let pieces = try draft("I: Hei.\nD2: Hallo.\n\(line)\nI: Ja.\nD2: Nei.").pieces
        #expect(pieces.map(\.label) == ["I", "D2", "I", "D2"])
        let words = line.split(separator: " ").count
        #expect(pieces[1].elements.count { $0.word != nil } == 1 + words)
    }

    @Test("without labels every paragraph is a turn of somebody unknown")
    func none() throws {
        let made = try draft("Klokka 10:30 kom hun.\n\nOg da sa han: nå går jeg.")
        #expect(made.pieces.map(\.label) == [nil, nil])
        #expect(made.notes.contains { $0.code == "turns-without-speaker" && $0.count == 2 })
        #expect(made.transcript(recording: recording).speakers.map(\.label) == ["Ukjent"])
    }

    @Test("lines before the first speaker and document details are kept apart, not lost")
    func preamble() throws {
        let made = try draft("Intervju med nr. 4\nDato: 12.03.2026\nVarighet: 45 min\n\nI: Hei.\nD2: Hallo.")
        #expect(made.pieces.map(\.label) == ["I", "D2"])
        #expect(made.preamble == ["Intervju med nr. 4", "Dato: 12.03.2026", "Varighet: 45 min"])
        #expect(made.notes.contains { $0.code == "lines-before-first-speaker" && $0.count == 3 })
    }

    @Test("a turn goes on over unlabelled paragraphs")
    func continued() throws {
        let pieces = try draft("I: Hei.\nD2: Hallo.\nMer her.\n\nOg her.\nI: Ja.").pieces
        #expect(pieces.map(\.line) == ["Hei.", "Hallo. Mer her. Og her.", "Ja."])
    }

    @Test("speakers, turns and words are numbered in order, with roles where the label says")
    func numbering() throws {
        let made = try draft("Intervjuer: Hei du.\nInformant 4: Hallo.\nINTERVJUER: Ja.\nModerator: Så.\nB: Ok.").transcript(recording: recording)
        #expect(made.speakers.map(\.id) == ["S1", "S2", "S3", "S4"])
        #expect(made.speakers.map(\.label) == ["Intervjuer", "Informant 4", "Moderator", "B"])
        #expect(made.speakers.map(\.role) == [.interviewer, .participant, .moderator, nil])
        #expect(made.turns.map(\.id) == [1, 2, 3, 4, 5])
        #expect(made.turns.map(\.speaker) == ["S1", "S2", "S1", "S3", "S4"])
        #expect(made.turns.flatMap(\.words).map(\.id) == [1, 2, 3, 4, 5, 6])
    }
}
