import Foundation
import Recognition
import Signal
import Testing
import Transcript

@Suite("ELAN and Praat")
struct TierTests {
    private func rows(_ made: Draft) -> [String] { made.pieces.map { "\($0.label ?? "–")|\($0.line)|\($0.start ?? -1)|\($0.end ?? -1)" } }

    // MARK: ELAN

    private func eaf(slots: [Int?], tiers: String) -> String {
        let order = slots.enumerated().map { "<TIME_SLOT TIME_SLOT_ID=\"ts\($0 + 1)\"\($1.map { " TIME_VALUE=\"\($0)\"" } ?? "")/>" }.joined()
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-03-12T10:15:00+01:00" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="file:///p07.wav" MIME_TYPE="audio/x-wav"/></HEADER>
            <TIME_ORDER>\(order)</TIME_ORDER>\(tiers)
            <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
            <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="ref" TIME_ALIGNABLE="false" CONSTRAINTS="Symbolic_Association"/>
            <CONSTRAINT STEREOTYPE="Symbolic_Association" DESCRIPTION="1-1"/></ANNOTATION_DOCUMENT>
            """
    }
    private func tier(_ id: String, participant: String? = nil, parent: String? = nil, _ annotations: [(String, Int, Int, String)]) -> String {
        "<TIER TIER_ID=\"\(id)\" LINGUISTIC_TYPE_REF=\"default-lt\"\(participant.map { " PARTICIPANT=\"\($0)\"" } ?? "")\(parent.map { " PARENT_REF=\"\($0)\"" } ?? "")>"
            + annotations.map {
                "<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID=\"\($0.0)\" TIME_SLOT_REF1=\"ts\($0.1)\" TIME_SLOT_REF2=\"ts\($0.2)\"><ANNOTATION_VALUE>\($0.3)</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
            }.joined() + "</TIER>"
    }
    private func reference(_ id: String, parent: String, _ annotations: [(String, String, String)]) -> String {
        "<TIER TIER_ID=\"\(id)\" LINGUISTIC_TYPE_REF=\"ref\" PARENT_REF=\"\(parent)\">"
            + annotations.map { "<ANNOTATION><REF_ANNOTATION ANNOTATION_ID=\"\($0.0)\" ANNOTATION_REF=\"\($0.1)\"><ANNOTATION_VALUE>\($0.2)</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>" }
            .joined() + "</TIER>"
    }

    @Test("ELAN: tiers are speakers, in the order of time, overlaps kept")
    func elan() throws {
        let text = eaf(slots: [500, 2500, 2300, 5200, 5300, 6000], tiers: tier("Intervjuer", [("a1", 1, 2, "Hvordan går det?"), ("a3", 5, 6, "Ja &amp; nei.")])
            + tier("t2", participant: "Informant 4", [("a2", 3, 4, "Bra (ler litt) … ik-")]) + tier("kommentar", [("a4", 1, 6, "støy")]))
        let made = try draft(text, name: "p07.eaf")
        #expect(made.format == .elan)
        #expect(rows(made) == ["Intervjuer|Hvordan går det?|0.5|2.5", "Informant 4|Bra {laughter} {trailingOff} ik-|2.3|5.2", "Intervjuer|Ja & nei.|5.3|6.0"])
        #expect(made.notes.contains { $0.code == "tiers-left-out" && $0.count == 1 })
        let turns = made.transcript(recording: recording).turns
        #expect(turns.map(\.range) == [SampleRange(8000, 40_000), SampleRange(36_800, 83_200), SampleRange(84_800, 96_000)])
        #expect(turns[0].words.allSatisfy { $0.placement == .interpolated })
    }

    @Test("ELAN: a tier of words under an utterance tier times them; slots without a value lie between")
    func elanWords() throws {
        let text = eaf(slots: [1000, nil, nil, 4000], tiers: tier("Kari", [("a1", 1, 4, "Jeg vet, ikke.")])
            + tier("Kari ord", parent: "Kari", [("w1", 1, 2, "jeg"), ("w2", 2, 3, "vet"), ("w3", 3, 4, "ikke")]) + reference("Kari engelsk", parent: "Kari", [("r1", "a1", "I do not know")]))
        let made = try draft(text, name: "a.eaf")
        #expect(rows(made) == ["Kari|Jeg vet, ikke.|1.0|4.0"])
        #expect(made.pieces[0].times == [Draft.Time(start: 1, end: 2), Draft.Time(start: 2, end: 3), Draft.Time(start: 3, end: 4)])
    }

    @Test("ELAN: talk in a tier of references to numbered stretches")
    func elanReferences() throws {
        let text = eaf(slots: [1000, 2000, 3000], tiers: tier("Kari-ref", participant: "Kari", [("a1", 1, 2, "001"), ("a2", 2, 3, "002")])
            + reference("Kari-tx", parent: "Kari-ref", [("r1", "a1", "Hei du."), ("r2", "a2", "Ja.")]))
        #expect(rows(try draft(text, name: "a.eaf")) == ["Kari|Hei du. Ja.|1.0|3.0"])
    }

    @Test("ELAN in UTF-16, under another name; and what is broken or a bomb")
    func elanBroken() throws {
        let text = eaf(slots: [0, 1000], tiers: tier("Åse", [("a1", 1, 2, "blåbær")])).replacing("UTF-8", with: "UTF-16")
        let bytes: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(rows(try Draft(data: Data(bytes), name: "a.txt")) == ["Åse|blåbær|0.0|1.0"])
        #expect(throws: DraftError.damaged(part: "ELAN file")) { try draft(String(text.prefix(700)), name: "a.eaf") }
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><ANNOTATION_DOCUMENT>&b;</ANNOTATION_DOCUMENT>"
        #expect(throws: DraftError.damaged(part: "ELAN file")) { try draft(bomb, name: "a.eaf") }
        #expect(throws: DraftError.self) { try draft("<ANNOTATION_DOCUMENT>" + String(repeating: "<a>", count: 100_000), name: "a.eaf") }
        #expect(throws: DraftError.empty) { try draft(eaf(slots: [], tiers: ""), name: "a.eaf") }
        #expect(throws: DraftError.notTranscript(kind: "no .eaf file, whatever its name")) { try draft("hei", name: "a.eaf") }
    }

    // MARK: Praat

    private static func long(_ tiers: [(String, [(Double, Double, String)])]) -> String {
        var text = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0 \nxmax = 10 \ntiers? <exists> \nsize = \(tiers.count + 1) \nitem []: \n"
        for (index, tier) in tiers.enumerated() {
            text += "    item [\(index + 1)]:\n        class = \"IntervalTier\" \n        name = \"\(tier.0)\" \n        xmin = 0 \n        xmax = 10 \n        intervals: size = \(tier.1.count) \n"
            for (number, interval) in tier.1.enumerated() {
                text += "        intervals [\(number + 1)]:\n            xmin = \(interval.0) \n            xmax = \(interval.1) \n            text = \"\(interval.2.replacing("\"", with: "\"\""))\" \n"
            }
        }
        return text + "    item [\(tiers.count + 1)]:\n        class = \"TextTier\" \n        name = \"klikk\" \n        xmin = 0 \n        xmax = 10 \n        points: size = 1 \n        points [1]:\n            number = 2 \n            mark = \"nei\" \n"
    }
    private static func short(_ tiers: [(String, [(Double, Double, String)])]) -> String {
        var text = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n10\n<exists>\n\(tiers.count)\n"
        for tier in tiers {
            text += "\"IntervalTier\"\n\"\(tier.0)\"\n0\n10\n\(tier.1.count)\n" + tier.1.map { "\($0.0)\n\($0.1)\n\"\($0.2.replacing("\"", with: "\"\""))\"\n" }.joined()
        }
        return text
    }
    private static let talk: [(String, [(Double, Double, String)])] = [
        ("Kari", [(0, 1, ""), (1, 3.5, "Hvordan \"går\" det på øya?"), (3.5, 10, "")]), ("Ola", [(0, 3.25, ""), (3.25, 6, "Bra (ler litt) … 5 ik-"), (6, 10, "")]),
    ]

    @Test("Praat: long and short files, in UTF-8 and UTF-16", arguments: [0, 1], [TextEncoding.utf8, .utf16LittleEndian, .utf16BigEndian])
    func praat(form: Int, encoding: TextEncoding) throws {
        let text = form == 0 ? Self.long(Self.talk) : Self.short(Self.talk)
        let data: Data = switch encoding {
        case .utf16LittleEndian: Data([0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        case .utf16BigEndian: Data([0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
        default: Data(text.utf8)
        }
        let made = try Draft(data: data, name: "p07.TextGrid")
        #expect(made.format == .textGrid && made.encoding == encoding)
        #expect(rows(made) == ["Kari|Hvordan \"går\" det på øya?|1.0|3.5", "Ola|Bra {laughter} {trailingOff} 5 ik-|3.25|6.0"])
        #expect(made.notes.contains { $0.code == "text-encoding" } == (encoding != .utf8))
    }

    @Test("Praat: tiers of words and phones, as forced aligners write them")
    func words() throws {
        let words: [(Double, Double, String)] = [(0, 0.5, ""), (0.5, 0.9, "jeg"), (0.9, 1.3, "vet"), (1.3, 2, "ikke"), (2, 4, "sil"), (4, 4.6, "j\\aov\\o/l")]
        let made = try draft(Self.long([("Kari - words", words), ("Kari - phones", [(0.5, 0.9, "J"), (0.9, 1.3, "V")])]), name: "a.txt")
        #expect(made.pieces.map { "\($0.label ?? "–")|\($0.line)" } == ["Kari|jeg vet ikke jåvøl"])
        #expect(made.pieces[0].times.compactMap { $0 }.map(\.start) == [0.5, 0.9, 1.3, 4])
        #expect(made.pieces[0].times.allSatisfy { $0?.isExact == true })
        let nobody = try draft(Self.long([("words", words), ("phones", [(0.5, 0.9, "J")])]), name: "a.TextGrid")
        #expect(rows(nobody) == ["–|jeg vet ikke|0.5|2.0", "–|jåvøl|4.0|4.6"])
        let both = try draft(Self.long([("Kari", [(0.5, 2, "Jeg vet ikke …")]), ("Kari - words", words)]), name: "a.TextGrid")
        #expect(rows(both) == ["Kari|Jeg vet ikke {trailingOff}|0.5|2.0"])
        #expect(both.pieces[0].times.map { $0?.start } == [0.5, 0.9, 1.3, nil])
    }

    @Test("Praat: one tier of talk with typed speakers")
    func labels() throws {
        let made = try draft(Self.short([("transkripsjon", [(0, 1, "I: Hei."), (1, 2, "D2: Hallo.")])]), name: "a.TextGrid")
        #expect(rows(made) == ["I|Hei.|0.0|1.0", "D2|Hallo.|1.0|2.0"])
    }

    @Test("Praat: files that break off, lie about their size, or are of another kind")
    func broken() {
        let text = Self.long(Self.talk)
        #expect(throws: DraftError.damaged(part: "TextGrid")) { try draft(String(text.prefix(600)), name: "a.TextGrid") }
        #expect(throws: DraftError.damaged(part: "TextGrid")) { try draft(text.replacing("size = 3", with: "size = 99999999999"), name: "a.TextGrid") }
        #expect(throws: DraftError.empty) { try draft(Self.short([("Kari", [(0, 10, "")])]), name: "a.TextGrid") }
        #expect(throws: DraftError.self) { try Draft(data: Data("ooBinaryFile\u{8}TextGrid".utf8), name: "a.TextGrid") }
    }
}
