import Foundation
import Signal
import Transcript

/// Writes the sounds between words into the turns they belong to.
struct SoundMarker: Sendable {
    let finder: SoundFinder
    /// The recording's own rate.
    let rate: SampleRate

    /// How far from a turn's words a sound may lie and still be that turn's, seconds.
    private static let reach = 3.0

    private struct Place {
        var turn: Int
        var element: Int
        var range: SampleRange
    }

    /// - Parameter turns: with measured sounds of an earlier run taken out.
    func mark(_ turns: inout [Turn]) {
        var found: [(before: Place?, after: Place?, sound: VocalSound)] = []
        var end = 0
        var last: Place?
        for place in places(turns) {
            let range = place.range.converted(from: rate, to: .analysis)
            if range.start > end {
                for sound in finder.sounds(in: SampleRange(end, range.start)) { found.append((last, place, sound)) }
            }
            if range.end >= end {
                end = range.end
                last = place
            }
        }
        let length = finder.contours.length
        if length > end, last != nil { for sound in finder.sounds(in: SampleRange(end, length)) { found.append((last, nil, sound)) } }
        var inserts: [(turn: Int, element: Int, mark: Mark)] = []
        for item in found {
            if let new = place(item.sound, item.before, item.after, &turns) { inserts.append(new) }
        }
        // From the last element to the first, so that numbers stay right; at one place in the order of time.
        for item in inserts.enumerated().sorted(by: { ($1.element.element, $1.offset) < ($0.element.element, $0.offset) }).map(\.element) {
            turns[item.turn].elements.insert(.mark(item.mark), at: item.element)
        }
    }

    /// The talk's words in order of time.
    private func places(_ turns: [Turn]) -> [Place] {
        var result: [Place] = []
        for (turn, item) in turns.enumerated() {
            for (element, value) in item.elements.enumerated() {
                guard let range = value.word?.range, !range.isEmpty else { continue }
                result.append(Place(turn: turn, element: element, range: range))
            }
        }
        return result.sorted { ($0.range.start, $0.turn, $0.element) < ($1.range.start, $1.turn, $1.element) }
    }

    /// Where the sound belongs; nil when it is nobody's, or the draft has it already and now knows its place.
    private func place(
        _ sound: VocalSound, _ before: Place?, _ after: Place?, _ turns: inout [Turn]
    ) -> (turn: Int, element: Int, mark: Mark)? {
        let range = sound.range.converted(from: .analysis, to: rate)
        let ahead = before.map { rate.seconds(range.start - $0.range.end) } ?? .infinity
        let behind = after.map { rate.seconds($0.range.start - range.end) } ?? .infinity
        guard min(ahead, behind) <= Self.reach else { return nil }
        // Inside a turn there is no doubt; between two, who spoke last laughs, who speaks next draws breath and hesitates.
        let isInside = before?.turn == after?.turn
        let belongsBefore = isInside || (sound.kind == .laughter ? ahead <= behind + 0.5 : ahead < behind)
        guard let own = belongsBefore ? before : after else { return nil }
        if let typed = typed(sound.kind, near: own, before: belongsBefore, turns[own.turn]) {
            switch turns[own.turn].elements[typed] {
            case .word(var word):
                word.range = range
                word.placement = .interpolated
                turns[own.turn].elements[typed] = .word(word)
            case .mark(var mark):
                mark.measured(range: range, evidence: sound.evidence, confidence: sound.confidence)
                turns[own.turn].elements[typed] = .mark(mark)
            }
            return nil
        }
        var element = own.element
        if belongsBefore {
            element += 1
            // A melody stands straight after its word.
            while turns[own.turn].elements.indices.contains(element), turns[own.turn].elements[element].mark?.kind == .intonation { element += 1 }
        }
        return (own.turn, element, mark(sound, range))
    }

    /// What the draft has of the same thing between the word and the next placed one: its mark, or a hesitation that was typed but
    /// not found in the sound.
    private func typed(_ kind: VocalSound.Kind, near place: Place, before: Bool, _ turn: Turn) -> Int? {
        let step = before ? 1 : -1
        var index = place.element + step
        while turn.elements.indices.contains(index), turn.elements[index].word?.range == nil {
            switch turn.elements[index] {
            case .word(let word): if kind == .hesitation && word.isFiller { return index }
            case .mark(let mark):
                // A typed pause is a silence, whatever else is heard beside it.
                let isSame = mark.kind == Self.kind(kind) && (kind != .hesitation || mark.label == "filled")
                if mark.source == .draft && isSame { return index }
            }
            index += step
        }
        return nil
    }

    private func mark(_ sound: VocalSound, _ range: SampleRange) -> Mark {
        var evidence = sound.evidence
        evidence["duration_s"] = (rate.seconds(range.count) * 1000).rounded() / 1000
        return Mark(
            kind: Self.kind(sound.kind), source: .measured, range: range, label: sound.kind == .hesitation ? "filled" : nil,
            confidence: sound.confidence, evidence: evidence)
    }

    private static func kind(_ kind: VocalSound.Kind) -> Mark.Kind {
        switch kind {
        case .laughter: .laughter
        case .breath: .breath
        case .hesitation: .pause
        }
    }
}
