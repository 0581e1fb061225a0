import Foundation

/// Groups of windows compared as voices, and joined while the likeliest pair is likely enough one voice.
struct VoiceComparison {
    /// windows × columns, variance 1 within a voice.
    let points: [Float]
    /// Variance of each column between voices.
    let between: [Float]
    /// Windows that each point stands for, at least 1.
    let weight: Double

    /// Variance with which a voice's mean itself moves in the course of a recording: mood, distance, what is talked about.
    /// Without it any two halves of a long monologue would be two people.
    private static let drift = 0.3
    /// Windows that count as one: they overlap, and neighbours say the same thing.
    private static let redundancy = 6.0
    /// Windows below which a group is no speaker.
    private static let fewest = 3.0

    var columns: Int { between.count }

    /// Log likelihood ratio of "one voice" over "two voices" for two group means.
    func logRatio(_ a: [Double], _ countA: Double, _ b: [Double], _ countB: Double) -> Double {
        let va = Self.redundancy / countA + Self.drift, vb = Self.redundancy / countB + Self.drift
        var sum = 0.0
        for c in 0..<columns {
            let p = Double(between[c]), sa = p + va, sb = p + vb, determinant = sa * sb - p * p
            let (x, y) = (a[c], b[c])
            sum -= 0.5 * (log(determinant) + (sb * x * x - 2 * p * x * y + sa * y * y) / determinant)
            sum += 0.5 * (log(sa) + log(sb) + x * x / sa + y * y / sb)
        }
        return sum
    }

    /// Joins groups, the likeliest pair first.
    ///
    /// - Parameters:
    ///   - labels: a group for each point.
    ///   - count: groups to stop at; nil stops when the likeliest pair falls below `threshold`.
    /// - Returns: groups numbered from 0 in order of first appearance, and how many there are. Windows of groups that are
    ///   too small to be a voice go to the nearest group.
    func joined(_ labels: [Int], count wanted: Int?, threshold: Double) -> (labels: [Int], count: Int) {
        var members: [Int: [Int]] = [:], order: [Int] = []
        for (i, label) in labels.enumerated() {
            if members[label] == nil { order.append(label) }
            members[label, default: []].append(i)
        }
        let all = order.compactMap { members[$0] }
        var groups = all.filter { Double($0.count) * weight >= Self.fewest }
        if groups.isEmpty { groups = all }
        var means = groups.map(mean)
        while groups.count > max(1, wanted ?? 1) {
            var best = (-Double.infinity, 0, 0)
            for a in groups.indices {
                for b in 0..<a {
                    let ratio = logRatio(
                        means[a], Double(groups[a].count) * weight, means[b], Double(groups[b].count) * weight)
                    if ratio > best.0 { best = (ratio, a, b) }
                }
            }
            if wanted == nil, best.0 < threshold { break }
            groups[best.2] += groups[best.1]
            means[best.2] = mean(groups[best.2])
            groups.remove(at: best.1)
            means.remove(at: best.1)
        }
        var result = [Int](repeating: -1, count: labels.count)
        for (number, group) in groups.enumerated() { for i in group { result[i] = number } }
        for i in result.indices where result[i] < 0 {
            var least = Double.infinity
            for (number, mean) in means.enumerated() {
                var distance = 0.0
                for c in 0..<columns {
                    let d = Double(points[i * columns + c]) - mean[c]
                    distance += d * d
                }
                if distance < least {
                    least = distance
                    result[i] = number
                }
            }
        }
        return (result, groups.count)
    }

    private func mean(_ group: [Int]) -> [Double] {
        var sum = [Double](repeating: 0, count: columns)
        for i in group { for c in 0..<columns { sum[c] += Double(points[i * columns + c]) } }
        return sum.map { $0 / Double(group.count) }
    }
}
