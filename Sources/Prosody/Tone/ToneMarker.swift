import Signal
import Transcript

/// Writes tone of voice and rising ends into the turns.
struct ToneMarker: Sendable {
    let contours: SpeechContours
    let options: ToneOptions
    let floor: Float

    /// - Parameters:
    ///   - talk: the words of `transcript` as it stands.
    ///   - speakers: the same, speaker by speaker.
    func mark(_ transcript: inout Transcript, _ talk: Talk, _ speakers: [SpeakerWords]) {
        let stretches = ToneEstimator(contours: contours, options: options, floor: floor)
            .stretches(speakers, turns: talk.places.map(\.turn))
        let (ends, questions) = ends(transcript, talk)
        let rises = RisingEnds(contours: contours).find(talk.words, ends: ends, questions: questions)
        // Element numbers change with every insertion: from the last word to the first, what stands after a word first.
        var inserts: [(turn: Int, element: Int, mark: Mark)] = []
        // At one place the end of what was said comes before the beginning of what is said next, so the rises are listed first.
        for rise in rises {
            let place = talk.places[rise.word]
            let range = transcript.turns[place.turn].elements[place.element].range.map { SampleRange($0.end, $0.end) }
            inserts.append(
                (place.turn, place.element + 1, Mark(
                    kind: .intonation, source: .measured, range: range, label: "rising",
                    evidence: ["rise_st": rise.rise, "usual_st": rise.usual])))
        }
        for stretch in stretches {
            let first = talk.places[stretch.first], last = talk.places[stretch.last]
            guard let until = transcript.turns[last.turn].elements[last.element].word,
                let from = transcript.turns[first.turn].elements[first.element].word
            else { continue }
            let range = from.range.flatMap { start in until.range.map { start.union($0) } }
            inserts.append(
                (first.turn, first.element, Mark(
                    kind: .toneOfVoice, source: .measured, range: range, label: stretch.label.rawValue, until: until.id,
                    confidence: stretch.confidence, evidence: stretch.evidence)))
        }
        for item in inserts.enumerated().sorted(by: { ($1.element.turn, $1.element.element, $1.offset) < ($0.element.turn, $0.element.element, $0.offset) }) {
            transcript.turns[item.element.turn].elements.insert(.mark(item.element.mark), at: item.element.element)
        }
    }

    /// Words that end a sentence or a turn, and those of them that end a question.
    private func ends(_ transcript: Transcript, _ talk: Talk) -> (ends: [Int], questions: Set<Int>) {
        var ends: [Int] = [], questions: Set<Int> = []
        for (index, place) in talk.places.enumerated() {
            guard let word = transcript.turns[place.turn].elements[place.element].word else { continue }
            let isLast = index + 1 == talk.places.count || talk.places[index + 1].turn != place.turn
            guard isLast || word.trail.contains(where: { ".!?".contains($0) }) else { continue }
            ends.append(index)
            if word.trail.contains("?") { questions.insert(index) }
        }
        return (ends, questions)
    }
}
