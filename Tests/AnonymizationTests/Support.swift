import Foundation
import Signal
import Testing
import Transcript

@testable import Anonymization

/// A few ordinary words: enough for the invented sentences.
struct SomeWords: OrdinaryWords {
    static let list = Set("""
        jeg hun han det den de vi dere og men så er var har hadde bor bodde jobber jobba jobbet snakker snakka snakket med til fra i på ved om
        som ikke bare også da når broren søsteren moren faren mannen kona sønnen datteren min mi mitt mine heter kaller fru doktor dag liv stein
        bjørn odd even berg vik nes sa sier spurte møte møtet kontoret sykehuset legen lege sykepleier kommunen år gammel ringte ringe telefon
        nummeret mitt hjemme stor liten ut inn opp ned går gikk kom kommer derfra hit dit noe noen hele uka dager etterpå samtalen kjente kjenner
        hver hos veien huset arbeid arbeidet lenge ble hennes hans kode sted eneste flyttet første syntes god fint vanskelig kari
        """.split(whereSeparator: \.isWhitespace).map(String.init))
    func contains(_ form: String) -> Bool { Self.list.contains(form) }
}

let detector = Detector(ordinaryWords: SomeWords())

func slice(_ text: String, _ d: Detection) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: Array(text.unicodeScalars)[d.start..<d.end])
    return String(view)
}

struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func transcript(_ turns: [String], id: String = "P01", labels: [String] = ["Intervjuer", "Informant"], comments: [Int: String] = [:]) -> Transcript {
    var wordID = 0
    var out: [Turn] = []
    for (t, text) in turns.enumerated() {
        var elements: [Element] = text.split(separator: " ").map { piece in
            wordID += 1
            var core = Substring(piece)
            var trail = "", lead = ""
            while let c = core.last, ".,?!»:".contains(c) { trail = String(c) + trail; core.removeLast() }
            while let c = core.first, "«(".contains(c) { lead += String(c); core.removeFirst() }
            return .word(Word(id: wordID, text: String(core), lead: lead, trail: trail, range: SampleRange(wordID * 100, wordID * 100 + 90), placement: .given, confidence: 0.9))
        }
        if let comment = comments[t] { elements.append(.mark(Mark(kind: .comment, source: .draft, text: comment))) }
        out.append(Turn(id: t + 1, speaker: "S\(t % labels.count + 1)", elements: elements))
    }
    return Transcript(
        recording: RecordingReference(id: id, digest: "00", rate: .analysis, length: 100_000, channels: 1, recordedAt: "2026-03-12T10:15:00"),
        speakers: labels.enumerated().map { Speaker(id: "S\($0.offset + 1)", label: $0.element, role: $0.offset == 0 ? .interviewer : .participant) },
        turns: out)
}

func plain(_ t: Transcript) -> String {
    t.turns.map { turn in
        turn.elements.map { element in
            switch element {
            case .word(let w): w.lead + w.text + w.trail
            case .mark(let m): m.text
            }
        }.joined(separator: " ")
    }.joined(separator: "\n")
}

func anonymized(_ t: Transcript, _ policy: Policy, register: KeyRegister = KeyRegister()) -> (AnonymizedTranscript, KeyRegister, [TranscriptDetection]) {
    let detections = Detector(options: policy.detectorOptions(), ordinaryWords: SomeWords()).detect(transcript: t)
    let keys = KeyRegister.assign(register: register, detections: [(t.recording.id, detections)], policy: policy)
    return (Anonymizer(policy: policy, register: keys, ordinaryWords: SomeWords()).anonymize(t, detections: detections), keys, detections)
}
