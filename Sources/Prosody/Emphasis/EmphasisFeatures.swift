import Foundation
import Signal

/// The numbers that the emphasis model weighs, for each word of one speaker.
struct EmphasisFeatures: Sendable {
    /// Names in the order of a row.
    static let names: [String] =
        SpeakerWords.Measure.allCases.flatMap { measure -> [String] in
            ["", "-around", "-before", "-after"].map { "\(measure)\($0)" }
        } + ["first", "last", "alone", "letters", "syllables", "duration"]

    /// A row a word; what could not be measured counts as ordinary, 0.
    let rows: [[Double]]

    /// Neighbours to each side that make up the surroundings, and how far away their middles may be, seconds.
    private static let around = 4
    private static let reach = 4.0, nextReach = 2.0
    /// Neighbours' worth of belief that the surroundings are ordinary.
    private static let belief = 3.0

    init(_ words: SpeakerWords) {
        let centres = words.frames.map { Double($0.lowerBound + $0.upperBound) / 200 }
        rows = (0..<words.count).map { place in
            var row: [Double] = []
            for measure in SpeakerWords.Measure.allCases {
                guard let own = words.z(measure, place) else {
                    row += [0, 0, 0, 0]
                    continue
                }
                func difference(_ other: Int) -> Double {
                    guard centres.indices.contains(other), abs(centres[other] - centres[place]) < Self.nextReach,
                        let value = words.z(measure, other)
                    else { return own }
                    return own - value
                }
                let near = (max(0, place - Self.around)...min(words.count - 1, place + Self.around)).filter {
                    $0 != place && abs(centres[$0] - centres[place]) < Self.reach
                }.compactMap { words.z(measure, $0) }
                // Few neighbours are no surroundings.
                let surroundings = RobustRegression.median(near) * Double(near.count) / (Double(near.count) + Self.belief)
                row += [own, own - surroundings, difference(place - 1), difference(place + 1)]
            }
            row += [
                words.isFirst[place] ? 1 : 0, words.isLast[place] ? 1 : 0, words.isFirst[place] && words.isLast[place] ? 1 : 0, log(Double(words.letters[place])),
                Double(words.syllables[place]), log(max(words.seconds[place], 0.02)),
            ]
            return row
        }
    }
}
