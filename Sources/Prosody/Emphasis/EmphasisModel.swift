import Foundation

/// How likely it is that a word was said with emphasis, by logistic regression on ``EmphasisFeatures``.
///
/// Trained by `Scripts/training/train_emphasis.py`. A logistic regression rather than a network: a reviewer can be told
/// what spoke for a mark, and there is little to learn beyond how much each measure weighs.
struct EmphasisModel: Sendable {
    let means: [Double]
    let deviations: [Double]
    let weights: [Double]
    let offset: Double

    /// Beyond this many deviations a feature says no more.
    static let limit = 4.0

    /// Log odds of one word.
    func logOdds(_ row: [Double]) -> Double {
        var sum = offset
        for index in weights.indices {
            let z = (row[index] - means[index]) / deviations[index]
            sum += weights[index] * max(-Self.limit, min(Self.limit, z))
        }
        return sum
    }

    func probability(_ row: [Double]) -> Double { 1 / (1 + exp(-logOdds(row))) }
}

/// Emphasis of the words of a talk, speaker by speaker.
struct EmphasisEstimator: Sendable {
    var model = EmphasisModel.shipped

    /// What the model and a reviewer see of a word.
    struct Estimate: Sendable {
        var probability: Double
        var evidence: [String: Double]
        var row: [Double]
    }

    /// One for each of `count` words; nil for words without a place.
    func estimate(_ speakers: [SpeakerWords], count: Int) -> [Estimate?] {
        var result = [Estimate?](repeating: nil, count: count)
        for own in speakers {
            for (place, row) in EmphasisFeatures(own).rows.enumerated() {
                var evidence: [String: Double] = [:]
                for (name, measure) in Self.shown { evidence[name] = own.residuals[measure.rawValue][place] }
                if let length = own.residuals[SpeakerWords.Measure.length.rawValue][place] { evidence["duration_ratio"] = exp(length) }
                let probability = model.probability(row)
                evidence["emphasis"] = probability
                result[own.indices[place]] = Estimate(
                    probability: probability, evidence: evidence.mapValues { ($0 * 1000).rounded() / 1000 }, row: row)
            }
        }
        return result
    }

    /// Against what is ordinary for the speaker, such a word and such a place.
    private static let shown: [(String, SpeakerWords.Measure)] = [("loudness_db", .loudness), ("effort_db", .effort), ("f0_st", .middle)]
}
