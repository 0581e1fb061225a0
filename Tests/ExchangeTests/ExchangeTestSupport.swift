import Foundation
import Signal
import Transcript

@testable import Anonymization

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
