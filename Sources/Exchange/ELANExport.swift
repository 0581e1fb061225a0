import Foundation
import Transcript

extension Renderer {
    /// ELAN's annotation file (EAF 3.0). A speaker has turns, their words inside them and prominence inside the words
    /// (stereotype `Included_In`), and pauses and marks that stand free, since a pause may lie between turns. Prominence could hang on
    /// its word without times (`Symbolic_Association`), but pympi cannot follow such a chain.
    ///
    /// No author, no time of writing; the recording only where a confidential file names one.
    func eaf() -> Made { ELANFile(self).made }
}

private struct ELANFile {
    private let renderer: Renderer
    private let tiers: Tiers
    /// Time slots in the order of the annotations: milliseconds.
    private var slots: [Int] = []
    private var annotations = 0

    init(_ renderer: Renderer) {
        self.renderer = renderer
        self.tiers = Tiers(renderer, ticksPerSecond: 1000)
    }

    private enum Kind: String, CaseIterable {
        case turn, word, prominence, pause, mark

        var constraint: String? {
            switch self {
            case .word, .prominence: "Included_In"
            case .turn, .pause, .mark: nil
            }
        }
    }

    var made: Renderer.Made {
        var writer = self
        return Renderer.Made(data: Data(writer.write().utf8), notes: renderer.tierNotes(tiers))
    }

    private mutating func write() -> String {
        var body = ""
        for speaker in tiers.speakers { body += write(speaker) }
        let talk = renderer.say("Tale", "Talk")
        if body.isEmpty { body = tier(talk, .turn, speaker: talk, "") }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<ANNOTATION_DOCUMENT AUTHOR=\"\" DATE=\"2000-01-01T00:00:00+00:00\" FORMAT=\"3.0\" VERSION=\"3.0\" "
        text += "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:noNamespaceSchemaLocation=\"http://www.mpi.nl/tools/elan/EAFv3.0.xsd\">\n"
        text += "    <HEADER MEDIA_FILE=\"\" TIME_UNITS=\"milliseconds\">\n"
        if let audio = renderer.audio {
            text += "        <MEDIA_DESCRIPTOR MEDIA_URL=\"\(audio.escaped)\" MIME_TYPE=\"\(audio.mediaType)\" RELATIVE_MEDIA_URL=\"\(audio.escaped)\"/>\n"
        }
        for (name, value) in properties { text += "        <PROPERTY NAME=\"\(name)\">\(TextEscaping.xml(value))</PROPERTY>\n" }
        text += "    </HEADER>\n    <TIME_ORDER>\n\(timeOrder)    </TIME_ORDER>\n\(body)"
        for kind in Kind.allCases {
            text += "    <LINGUISTIC_TYPE " + (kind.constraint.map { "CONSTRAINTS=\"\($0)\" " } ?? "")
            text += "GRAPHIC_REFERENCES=\"false\" LINGUISTIC_TYPE_ID=\"\(kind.rawValue)\" TIME_ALIGNABLE=\"true\"/>\n"
        }
        // The four that ELAN itself writes into every file.
        for (name, description) in [
            ("Time_Subdivision", "Time subdivision of parent annotation's time interval, no time gaps allowed within this interval"),
            ("Symbolic_Subdivision", "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered"),
            ("Symbolic_Association", "1-1 association with a parent annotation"),
            ("Included_In", "Time alignable annotations within the parent annotation's time interval, gaps are allowed"),
        ] { text += "    <CONSTRAINT DESCRIPTION=\"\(TextEscaping.xml(description))\" STEREOTYPE=\"\(name)\"/>\n" }
        return text + "</ANNOTATION_DOCUMENT>\n"
    }

    private var properties: [(String, String)] {
        [("ordrett.recording", TextEscaping.line(renderer.transcript.recording.id)), ("ordrett.status", renderer.status.text(renderer.options.language)),
            ("ordrett.view", renderer.options.view.rawValue), ("lastUsedAnnotationId", String(annotations))]
    }

    /// Slots stand in the order of time; ids follow the annotations, so that the two are easy to match.
    private var timeOrder: String {
        slots.indices.sorted { (slots[$0], $0) < (slots[$1], $1) }
            .map { "        <TIME_SLOT TIME_SLOT_ID=\"ts\($0 + 1)\" TIME_VALUE=\"\(slots[$0])\"/>\n" }.joined()
    }

    private mutating func write(_ speaker: Tiers.Speaker) -> String {
        let turns = renderer.tierName(speaker.name, .turns), words = renderer.tierName(speaker.name, .words)
        var text = tier(turns, .turn, speaker: speaker.name, speaker.turns.map { alignable($0) }.joined())
        if !speaker.words.isEmpty {
            text += tier(words, .word, speaker: speaker.name, parent: turns, speaker.words.map { alignable($0.interval) }.joined())
            for (kind, values) in [
                (Renderer.TierKind.level, speaker.words.map { $0.level > 0 ? String($0.level) : nil }), (.strength, speaker.words.map(\.strength)),
            ] where values.contains(where: { $0 != nil }) {
                var body = ""
                for (word, value) in zip(speaker.words, values) {
                    if let value { body += alignable(Tiers.Interval(start: word.interval.start, end: word.interval.end, text: value)) }
                }
                text += tier(renderer.tierName(speaker.name, kind), .prominence, speaker: speaker.name, parent: words, body)
            }
        }
        for (kind, intervals) in [(Renderer.TierKind.pauses, speaker.pauses), (.marks, speaker.marks)] where !intervals.isEmpty {
            text += tier(
                renderer.tierName(speaker.name, kind), kind == .pauses ? .pause : .mark, speaker: speaker.name, intervals.map { alignable($0) }.joined())
        }
        return text
    }

    private func tier(_ name: String, _ kind: Kind, speaker: String, parent: String? = nil, _ body: String) -> String {
        let language = renderer.options.language == .english ? "en" : "nb"
        return "    <TIER DEFAULT_LOCALE=\"\(language)\" LINGUISTIC_TYPE_REF=\"\(kind.rawValue)\""
            + (parent.map { " PARENT_REF=\"\(TextEscaping.xml($0))\"" } ?? "")
            + " PARTICIPANT=\"\(TextEscaping.xml(speaker))\" TIER_ID=\"\(TextEscaping.xml(name))\">\n\(body)    </TIER>\n"
    }

    private mutating func alignable(_ interval: Tiers.Interval) -> String {
        annotations += 1
        slots += [interval.start, interval.end]
        return "        <ANNOTATION>\n            <ALIGNABLE_ANNOTATION ANNOTATION_ID=\"a\(annotations)\" TIME_SLOT_REF1=\"ts\(slots.count - 1)\" "
            + "TIME_SLOT_REF2=\"ts\(slots.count)\">\n                <ANNOTATION_VALUE>\(TextEscaping.xml(interval.text))</ANNOTATION_VALUE>\n"
            + "            </ALIGNABLE_ANNOTATION>\n        </ANNOTATION>\n"
    }
}
