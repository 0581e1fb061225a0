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
    /// Variance with which a voice's mean moves from one turn to another. A voice put on for a quotation, a laugh, a head
    /// turned from the microphone last a turn or two, and would be one person more if every window were evidence of its own.
    private static let turnDrift = 0.9
    /// Windows (half seconds of speech) between two windows of a group beyond which they are of different turns.
    private static let turnGap = 2.0
    /// Windows that count as one: they overlap, and neighbours say the same thing.
    private static let redundancy = 6.0
    /// Windows below which a group is no speaker.
    private static let fewest = 3.0

    var columns: Int { between.count }

    /// What is known of the voice of a group.
    struct Voice {
        /// Mean of the group's points.
        var mean: [Double]
        /// Variance of that mean around the voice's own place, the same along each column.
        var variance: Double
    }

    /// - Parameter members: indices of points, at least one, in any order.
    func voice(of members: [Int]) -> Voice {
        var sum = [Double](repeating: 0, count: columns)
        for i in members { for c in 0..<columns { sum[c] += Double(points[i * columns + c]) } }
        let reach = max(1, Int(Self.turnGap / weight)), ordered = members.sorted()
        let turns = 1 + zip(ordered, ordered.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0 > reach ? 1 : 0) }
        let count = Double(members.count)
        return Voice(
            mean: sum.map { $0 / count },
            variance: Self.redundancy / (count * weight) + Self.turnDrift / Double(turns) + Self.drift)
    }

    /// Log likelihood ratio of "one voice" over "two voices" for two groups.
    func logRatio(_ a: Voice, _ b: Voice) -> Double {
        var sum = 0.0
        for c in 0..<columns {
            let p = Double(between[c]), sa = p + a.variance, sb = p + b.variance, determinant = sa * sb - p * p
            let (x, y) = (a.mean[c], b.mean[c])
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
        var voices = groups.map(voice)
        while groups.count > max(1, wanted ?? 1) {
            var best = (-Double.infinity, 0, 0)
            for a in groups.indices {
                for b in 0..<a {
                    let ratio = logRatio(voices[a], voices[b])
                    if ratio > best.0 { best = (ratio, a, b) }
                }
            }
            if wanted == nil, best.0 < threshold { break }
            groups[best.2] += groups[best.1]
            voices[best.2] = voice(of: groups[best.2])
            groups.remove(at: best.1)
            voices.remove(at: best.1)
        }
        var result = [Int](repeating: -1, count: labels.count)
        for (number, group) in groups.enumerated() { for i in group { result[i] = number } }
        for i in result.indices where result[i] < 0 {
            var least = Double.infinity
            for (number, voice) in voices.enumerated() {
                var distance = 0.0
                for c in 0..<columns {
                    let d = Double(points[i * columns + c]) - voice.mean[c]
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
}
