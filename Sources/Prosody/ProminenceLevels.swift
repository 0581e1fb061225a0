/// From strengths to levels: 1 for prominent words, 2 for the few that stand clearly above what is around them.
struct ProminenceLevels: Sendable {
    let options: ProsodyOptions

    /// - Parameters:
    ///   - strengths: in the order of the talk; nil for words without a place.
    ///   - speakers: who says each word.
    func levels(_ strengths: [Double?], speakers: [String]) -> [Int] {
        var levels = strengths.map { ($0 ?? -1) >= options.prominent ? 1 : 0 }
        var candidates: [String: [(index: Int, strength: Double)]] = [:]
        var counts: [String: Int] = [:]
        for (index, strength) in strengths.enumerated() {
            guard let strength else { continue }
            counts[speakers[index], default: 0] += 1
            guard strength >= options.strong, strength - around(index, strengths, speakers) >= options.contrast else { continue }
            candidates[speakers[index], default: []].append((index, strength))
        }
        for (speaker, list) in candidates {
            let share = options.strongShare * Double(counts[speaker] ?? 0)
            let limit = max(share > 0 ? 1 : 0, Int(share.rounded()))
            for item in list.sorted(by: { ($1.strength, $0.index) < ($0.strength, $1.index) }).prefix(limit) {
                levels[item.index] = 2
            }
        }
        return levels
    }

    /// Mean strength of the neighbours that the same speaker says.
    private func around(_ index: Int, _ strengths: [Double?], _ speakers: [String]) -> Double {
        var sum = 0.0, count = 0.0
        for neighbour in [index - 1, index + 1] where strengths.indices.contains(neighbour) {
            guard speakers[neighbour] == speakers[index], let strength = strengths[neighbour] else { continue }
            sum += strength
            count += 1
        }
        return count > 0 ? sum / count : 0
    }
}
