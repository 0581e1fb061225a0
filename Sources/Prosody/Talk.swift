import Signal
import Transcript

/// The words of a transcript in a row, and where each stands.
struct Talk: Sendable {
    struct Place: Sendable {
        var turn: Int
        var element: Int
    }

    private(set) var words: [ProsodicWord] = []
    private(set) var places: [Place] = []

    init(_ transcript: Transcript) {
        let rate = transcript.recording.rate
        for (turn, item) in transcript.turns.enumerated() {
            for (element, value) in item.elements.enumerated() {
                guard let word = value.word else { continue }
                words.append(
                    ProsodicWord(text: word.text, range: word.range?.converted(from: rate, to: .analysis), speaker: item.speaker))
                places.append(Place(turn: turn, element: element))
            }
        }
    }
}
