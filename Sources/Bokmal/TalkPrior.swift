/// What other turns say of a turn: people seldom change their way of writing from one turn to the next.
///
/// A prior in log odds, limited so that a clear word or two of the turn itself outweigh it.
enum TalkPrior {
    /// The most that other turns count for, either way.
    static let most = 2.0
    /// The most that one other turn counts for.
    private static let mostOfOne = 2.0
    /// What a neighbour counts for, by its distance in utterances: 0.6 to that power.
    private static let fading = 0.6

    /// For each utterance of a stream, by those before and after it.
    static func neighbours(_ evidence: [TurnEvidence]) -> [VarietyScores] {
        let own = evidence.map { $0.limited(to: mostOfOne).odds }
        var priors = [SIMD4<Double>](repeating: SIMD4(), count: own.count)
        var carried = SIMD4<Double>()
        for index in own.indices {
            priors[index] += carried
            carried = (carried + own[index]) * fading
        }
        carried = SIMD4()
        for index in own.indices.reversed() {
            priors[index] += carried
            carried = (carried + own[index]) * fading
        }
        return priors.map(limited)
    }

    /// For each turn, by the other turns of its speaker.
    static func speakers(_ turns: [(speaker: String, evidence: TurnEvidence)]) -> [VarietyScores] {
        var talk: [String: SIMD4<Double>] = [:]
        for (speaker, evidence) in turns { talk[speaker, default: SIMD4()] += evidence.limited(to: mostOfOne).odds }
        return turns.map { speaker, evidence in
            limited((talk[speaker] ?? SIMD4()) - evidence.limited(to: mostOfOne).odds)
        }
    }

    /// Another language in one turn says nothing of the next.
    private static func limited(_ odds: SIMD4<Double>) -> VarietyScores {
        // What tells the varieties of dialect from each other stays when the odds against Bokmål are cut.
        var odds = odds - max(0, odds.max() - most)
        odds.clamp(lowerBound: SIMD4(repeating: -most), upperBound: SIMD4(repeating: most))
        odds[3] = min(0, odds[3])
        return VarietyScores(odds: odds)
    }
}
