/// A turn that mixes varieties, by stretch.
extension TurnClassifier {
    /// What a change of variety costs (natural log): least where a sentence or a quotation begins.
    private static func cost(_ end: TurnEvidence.Break) -> Double {
        switch end {
        case .quotation: 2
        case .sentence: 4
        case .clause: 7
        case .none: 10
        }
    }

    /// A stretch within a turn of something else needs this many words that Bokmål lacks; a name or a loan is no change.
    private static let leastOutside = 2

    /// The likeliest division of the turn (Viterbi 1967): each word's odds, less the cost of each change.
    func stretches(of evidence: TurnEvidence, whole: TurnVariety) -> [VarietyStretch] {
        let count = evidence.words.count
        let single = [VarietyStretch(tokens: 0..<count, variety: whole)]
        guard evidence.counts.words >= 4, mayMix(evidence) else { return single }
        let kinds = TurnVariety.allCases
        // Where the turn as a whole belongs is where it is likeliest to start.
        var scores: [Double] = kinds.map { $0 == whole ? 0 : -2 }
        var cameFrom: [[Int]] = []
        cameFrom.reserveCapacity(count)
        for index in 0..<count {
            var best = 0
            for kind in kinds.indices where scores[kind] > scores[best] { best = kind }
            let change = scores[best] - Self.cost(evidence.breaks[index])
            var next = scores
            var from = Array(kinds.indices)
            for kind in kinds.indices {
                if change > scores[kind] { (next[kind], from[kind]) = (change, best) }
                if let word = evidence.words[index] { next[kind] += word.scores[kinds[kind]] }
            }
            scores = next
            cameFrom.append(from)
        }
        var kind = kinds.indices.max { scores[$0] < scores[$1] } ?? 0
        var path = [Int](repeating: kind, count: count)
        for index in stride(from: count - 1, through: 0, by: -1) {
            path[index] = kind
            kind = cameFrom[index][kind]
        }
        var result: [VarietyStretch] = []
        var start = 0
        for index in 1...count where index == count || path[index] != path[start] {
            append(VarietyStretch(tokens: start..<index, variety: kinds[path[start]]), to: &result, evidence, whole)
            start = index
        }
        return result.count == 1 ? single : result
    }

    /// Whether any part of the turn speaks against the rest: nearly all turns are one variety throughout.
    private func mayMix(_ evidence: TurnEvidence) -> Bool {
        var highest = SIMD4<Double>(repeating: 0), lowest = SIMD4<Double>(repeating: 0)
        var rise = SIMD4<Double>(repeating: 0), fall = SIMD4<Double>(repeating: 0)
        for word in evidence.words {
            guard let word else { continue }
            // The best run of words for and against each variety.
            rise = pointwiseMax(rise + word.scores.odds, SIMD4(repeating: 0))
            fall = pointwiseMin(fall + word.scores.odds, SIMD4(repeating: 0))
            highest = pointwiseMax(highest, rise)
            lowest = pointwiseMin(lowest, fall)
        }
        return highest.max() >= 5
    }

    private func append(
        _ stretch: VarietyStretch, to result: inout [VarietyStretch], _ evidence: TurnEvidence, _ whole: TurnVariety
    ) {
        var stretch = stretch
        let words = evidence.words[stretch.tokens].compactMap(\.self)
        if stretch.variety != .bokmal, stretch.variety != whole,
            words.count(where: \.isOutside) < Self.leastOutside {
            stretch.variety = whole
        }
        if stretch.variety == .phonetic, whole != .phonetic {
            let lead = words.reduce(0) { $0 + $1.scores[.phonetic] - $1.scores[.writtenDialect] }
            if lead < Self.phoneticMargins.alone { stretch.variety = .writtenDialect }
        }
        if let last = result.last, last.variety == stretch.variety {
            result[result.count - 1].tokens = last.tokens.lowerBound..<stretch.tokens.upperBound
        } else {
            result.append(stretch)
        }
    }
}
