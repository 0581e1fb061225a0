import Foundation
import Signal
import Transcript

@testable import Anonymization
@testable import Exchange

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Three turns with words, marks and times at 16 kHz.
func sample(label: String = "Informant 4", word odd: String = "kommunen") -> Transcript {
    var next = 0
    func word(_ text: String, _ trail: String = "", at seconds: Double, level: Int? = nil, cutOff: Bool = false, bokmal: String? = nil) -> Element {
        next += 1
        return .word(
            Word(
                id: next, text: text, trail: trail, range: SampleRange(Int(seconds * 16_000), Int((seconds + 0.3) * 16_000)), placement: .aligned,
                confidence: 0.9, prominence: level.map { Prominence(strength: 2, level: $0) },
                normalized: bokmal.map { Normalization(text: $0, rule: "test", confidence: 1) }, isCutOff: cutOff))
    }
    func mark(_ kind: Mark.Kind, _ text: String) -> Element { .mark(Mark(kind: kind, source: .draft, text: text)) }
    return Transcript(
        recording: RecordingReference(
            id: "P07", digest: String(repeating: "ab", count: 32), rate: .analysis, length: 16_000 * 3700, channels: 1, recordedAt: "2026-03-12T10:15:00"),
        language: "nb",
        speakers: [Speaker(id: "S1", label: "Intervjuer", role: .interviewer), Speaker(id: "S2", label: label, role: .participant)],
        turns: [
            Turn(
                id: 1, speaker: "S1", range: SampleRange(16_000, 48_000),
                elements: [word("Hvordan", at: 1), word("går", at: 1.4), word("det", at: 1.8, level: 2), word("her", "?", at: 2.2)]),
            Turn(
                id: 2, speaker: "S2", range: SampleRange(50_000, 200_000),
                elements: [
                    word("Æ", at: 3.5, bokmal: "Jeg"), word("tro", at: 4, cutOff: true), word("tror", ",", at: 4.5), mark(.laughter, "(ler litt)"),
                    word("det", at: 6), word("går", at: 6.4), word("bra", at: 7, level: 2), mark(.trailingOff, "…"), word("i", at: 8), word(odd, ".", at: 9),
                ]),
            Turn(id: 3, speaker: "S1", range: SampleRange(16_000 * 3661, 16_000 * 3662), elements: [word("Takk", ".", at: 3661)]),
        ])
}

func anonymized(_ transcript: Transcript, status: AnonymizedTranscript.Status = .deidentified) -> AnonymizedTranscript {
    AnonymizedTranscript(document: transcript, policy: "test", status: status)
}

/// Stands in for LibreOffice: the "PDF" is the document itself.
struct CopyingConverter: PDFConverter {
    func pdf(ofOpenDocument document: Data) throws -> Data { Data("%PDF-1.7\n".utf8) + document }
}

/// Transcripts that are hard to write down: no times, no words, talk over talk, words out of order and without length.
enum HardTranscript: String, CaseIterable, Sendable {
    case empty, speakersOnly, untimed, emptyTurns, overlapping, disordered, pressed, outside, unknownSpeaker, sameLabels, nasty

    var transcript: Transcript {
        var made = sample()
        func word(_ id: Int, _ text: String, _ start: Int, _ end: Int) -> Element { .word(Word(id: id, text: text, range: SampleRange(start, end))) }
        switch self {
        case .empty:
            made.turns = []
            made.speakers = []
            made.recording.length = 0
        case .speakersOnly: made.turns = []
        case .untimed:
            for turn in made.turns.indices {
                made.turns[turn].range = nil
                made.turns[turn].elements = made.turns[turn].elements.map { element in
                    guard var word = element.word else { return element }
                    word.range = nil
                    return .word(word)
                }
            }
        case .emptyTurns: for turn in made.turns.indices { made.turns[turn].elements = [] }
        case .overlapping:
            made.turns = [
                Turn(id: 1, speaker: "S1", range: SampleRange(0, 80_000), elements: [word(1, "lenge", 0, 70_000), word(2, "nok", 60_000, 80_000)]),
                Turn(id: 2, speaker: "S2", range: SampleRange(16_000, 32_000), elements: [word(3, "mm", 16_000, 32_000)], isBackchannel: true),
                Turn(id: 3, speaker: "S1", range: SampleRange(40_000, 60_000), elements: [word(4, "inni", 40_000, 60_000)]),
            ]
        case .disordered:
            made.turns = [Turn(id: 1, speaker: "S1", range: SampleRange(0, 80_000), elements: [word(1, "to", 60_000, 70_000), word(2, "en", 1_000, 9_000)])]
        case .pressed:
            made.turns = [Turn(id: 1, speaker: "S1", range: SampleRange(16_000, 16_000), elements: (1...5).map { word($0, "ord\($0)", 16_000, 16_000) })]
        case .outside:
            made.recording.length = 16_000
            made.turns = [Turn(id: 1, speaker: "S1", range: SampleRange(-5, 8_000), elements: [word(1, "før", -9_000, -1), word(2, "etter", 90_000, 99_000)])]
        case .unknownSpeaker: made.turns = [Turn(id: 1, speaker: "S9", range: SampleRange(0, 16_000), elements: [word(1, "hei", 0, 8_000)])]
        case .sameLabels: made.speakers[1].label = "intervjuer"
        case .nasty:
            made.recording.id = "a/../<b>&\"c\u{0}"
            made.speakers[0].label = "<Kari> & \"Ola\": =1+1"
            made.turns[0].elements = nastyTexts.enumerated().map { word($0.offset + 1, $0.element, $0.offset * 1_000, $0.offset * 1_000 + 900) }
        }
        return made
    }
}

/// Whether the text is well-formed XML, by Foundation's parser.
func isWellFormed(_ text: String) -> Bool {
    final class Listener: NSObject, XMLParserDelegate {
        var failed = false
        func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { failed = true }
    }
    let parser = XMLParser(data: Data(text.utf8)), listener = Listener()
    parser.delegate = listener
    return parser.parse() && parser.parserError == nil && !listener.failed
}

/// Text that files tend to trip over.
let nastyTexts = [
    "a & b < c > d \"e\" 'f'", "]]>", "-->", "\u{0}\u{1}\u{8}\u{B}\u{C}\u{1F}", "\u{FFFE}\u{FFFF}", "\u{85}\u{2028}\u{2029}", "\r\n\r\n", "</script>", "{label}", "👩‍👩‍👧 é æøå",
    "\t", "<!--", "&amp;", "a\u{7F}b\u{9F}c", "\u{1F600}",
]
