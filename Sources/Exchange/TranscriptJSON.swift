import Foundation
import Signal
import Transcript

/// A transcript for programs. The form is described in `docs/formats/transcript-json.md`.
///
/// It is not the store's own form: it holds what a reader of the talk needs, and no measured evidence, findings or
/// digests, by which a file could be tied to its recording. Views that show speech hold both readings of each word; the
/// others hold Bokmål only, since dialect identifies, and of what is typed in a mark only what the page shows.
struct TranscriptJSON: Encodable {
    struct Recording: Encodable {
        var id: String
        var rate: Int
        var samples: Int
        var recordedAt: String?
    }

    struct SpeakerItem: Encodable {
        var id: String
        var label: String
        var role: String?
        var participant: String?
    }

    struct TurnItem: Encodable {
        var id: Int
        var speaker: String
        var start: Int?
        var end: Int?
        var backchannel: Bool?
        var text: String
        var elements: [ElementItem]
    }

    struct ElementItem: Encodable {
        var type: String
        var id: Int?
        var text: String?
        var lead: String?
        var trail: String?
        var bokmal: String?
        var start: Int?
        var end: Int?
        var confidence: Double?
        var prominence: Int?
        var cutOff: Bool?
        var filler: Bool?
        var unclear: Bool?
        var label: String?
        var until: Int?
    }

    var format = "ordrett.transcript"
    var version = 1
    var status: String
    var notice: String?
    var policy: String?
    var language: String
    var notation: String
    var view: String
    var recording: Recording
    var speakers: [SpeakerItem]
    var turns: [TurnItem]

    init(_ renderer: Renderer) {
        let source = renderer.transcript
        status = renderer.status.rawValue
        notice = renderer.stamp
        policy = renderer.policy
        language = source.language
        notation = renderer.notation.name
        view = renderer.options.view.rawValue
        recording = Recording(
            id: source.recording.id, rate: source.recording.rate.hertz, samples: source.recording.length,
            recordedAt: source.recording.recordedAt)
        speakers = source.speakers.map { SpeakerItem(id: $0.id, label: $0.label, role: $0.role?.rawValue, participant: $0.participant) }
        var shown: [Int: String] = [:]
        for paragraph in renderer.page.paragraphs { shown[paragraph.turnID] = renderer.page.plainText(of: paragraph) }
        turns = source.turns.map { turn in
            TurnItem(
                id: turn.id, speaker: turn.speaker, start: turn.range?.start, end: turn.range?.end,
                backchannel: turn.isBackchannel ? true : nil, text: shown[turn.id] ?? "",
                elements: turn.elements.compactMap { Self.item($0, in: turn, renderer) })
        }
    }

    private static func item(_ element: Element, in turn: Turn, _ renderer: Renderer) -> ElementItem? {
        switch element {
        case .word(let word):
            let text = renderer.text(of: word)
            if text.isEmpty && renderer.options.view != .verbatim { return nil }
            return ElementItem(
                type: "word", id: word.id, text: text, lead: word.lead.isEmpty ? nil : word.lead,
                trail: word.trail.isEmpty ? nil : word.trail, bokmal: renderer.showsSpeech ? word.normalized.map(\.text) : nil,
                start: word.range?.start,
                end: word.range?.end, confidence: word.confidence.flatMap { $0.isFinite ? $0 : nil },
                prominence: word.prominence.map(\.level), cutOff: word.isCutOff ? true : nil, filler: word.isFiller ? true : nil,
                unclear: word.isUnclear ? true : nil)
        case .mark(let mark):
            return ElementItem(
                type: mark.kind.rawValue, text: renderer.text(of: mark, in: turn), start: mark.range?.start, end: mark.range?.end,
                label: mark.label, until: mark.until.flatMap { last($0, in: turn, renderer) })
        }
    }

    /// The word that a mark runs to, or the last one before it that the file has.
    private static func last(_ id: Int, in turn: Turn, _ renderer: Renderer) -> Int? {
        let words = turn.words
        guard let index = words.firstIndex(where: { $0.id == id }) else { return nil }
        return words[...index].last { renderer.options.view == .verbatim || !renderer.text(of: $0).isEmpty }?.id
    }

    /// Sorted keys, a line feed at the end.
    func data() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        var data = try encoder.encode(self)
        data.append(0x0A)
        return data
    }
}
