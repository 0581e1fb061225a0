import Foundation

/// How well words fit their places, alone and among their neighbours.
///
/// Evidence is the mean log ratio a frame of a word's phones to the best sequence of phones of any kind: about 0 where the
/// word was said clearly, −1 and less where something else was.
struct Evidence: Sendable {
    /// Placed words on either side that a word is judged with.
    static let neighbours = 5
    /// Mean evidence below which a stretch of words does not match the sound, and the fewest words of such a stretch.
    static let mismatch = (evidence: -1.3, words: 6)

    /// By word; 0 for words without a place.
    private(set) var around: [Double]
    private let own: [Double]
    private let isPlaced: [Bool]

    init(_ places: [AlignmentPass.Place?]) {
        isPlaced = places.map { $0 != nil }
        own = places.map { $0?.evidence ?? 0 }
        around = [Double](repeating: 0, count: places.count)
        let placed = places.indices.filter { places[$0] != nil }
        var sums = [0.0], frames = [0.0]
        for index in placed {
            let count = Double(places[index]?.frames.count ?? 0)
            sums.append(sums[sums.count - 1] + own[index] * count)
            frames.append(frames[frames.count - 1] + count)
        }
        for (rank, index) in placed.enumerated() {
            let from = max(0, rank - Self.neighbours), to = min(placed.count, rank + Self.neighbours + 1)
            around[index] = (sums[to] - sums[from]) / max(1, frames[to] - frames[from])
        }
    }

    /// Belief that a word's place is right: a logistic regression on read and spontaneous speech with drafts spoilt at random,
    /// for places within 0.15 s.
    func confidence(_ index: Int) -> Double { 1 / (1 + exp(-(0.41 * own[index] + 2.44 * around[index] + 3))) }

    /// Words in stretches that do not match the sound: summarised, in another order, or of another talk.
    func mismatching() -> [Bool] {
        var result = [Bool](repeating: false, count: own.count)
        var run: [Int] = []
        func flush() {
            if run.count >= Self.mismatch.words { for index in run { result[index] = true } }
            run = []
        }
        for index in own.indices where isPlaced[index] {
            if around[index] < Self.mismatch.evidence { run.append(index) } else { flush() }
        }
        flush()
        return result
    }
}
