import Foundation

/// Windows of speech as the states of a hidden Markov model whose speakers' positions in voice space are themselves unknown.
///
/// Variational Bayes after Landini, Profant, Diez and Burget (2022, "VBx"): windows are `N(V y, 1)` around their speaker's
/// position, positions are `N(0, 1)`, staying with a speaker is likely. Speakers that explain too little lose their windows.
/// Unlike there, speakers start from a division made by other means and the best bound of several starts decides.
struct VariationalClustering {
    struct Options {
        /// Weight of the windows' likelihood: below 1 because windows overlap and neighbours say nearly the same thing.
        var evidence = 0.3
        /// Weight of a speaker's cost. Higher leaves fewer speakers.
        var complexity = 9.0
        /// Probability of staying with the speaker from one window to the next.
        var staying = 0.9
        var iterations = 30
    }

    /// The speaker of each window; not every number needs to occur.
    private(set) var labels: [Int]
    /// Lower bound of the log likelihood, less what is the same for every start.
    private(set) var bound = -Double.infinity

    /// - Parameters:
    ///   - points: windows × `between.count`, variance 1 within a speaker.
    ///   - between: variance of each column between speakers.
    ///   - start: a speaker for each window, 0 ..< `count`.
    init(
        points: [Float], between: [Float], start: [Int], count speakers: Int, options: Options,
        progress: () throws -> Void
    ) rethrows {
        let n = start.count, columns = between.count, k = max(1, speakers)
        labels = start
        guard n > 0 else { return }
        let variances = between.map(Double.init)
        let roots = variances.map { $0.squareRoot() }
        // e⁵ to 1 for the start.
        let held = exp(5.0) / (exp(5.0) + Double(k - 1)), other = (1 - held) / Double(max(1, k - 1))
        var shares = [Double](repeating: other, count: n * k)
        for i in 0..<n { shares[i * k + start[i]] = k == 1 ? 1 : held }
        var priors = [Double](repeating: 1 / Double(k), count: k)
        var scores = [Double](repeating: 0, count: n * k), backward = scores
        var scale = [Double](repeating: 1, count: n)
        let ratio = options.evidence / options.complexity, stay = options.staying, leave = 1 - options.staying

        for _ in 0..<options.iterations {
            // Positions: mean and variance of each speaker's along each column.
            var counts = [Double](repeating: 0, count: k), sums = [Double](repeating: 0, count: k * columns)
            points.withUnsafeBufferPointer { x in
                for i in 0..<n {
                    for s in 0..<k where shares[i * k + s] > 1e-6 {
                        let share = shares[i * k + s]
                        counts[s] += share
                        for c in 0..<columns { sums[s * columns + c] += share * Double(x[i * columns + c]) }
                    }
                }
            }
            var weights = [Double](repeating: 0, count: k * columns), constants = [Double](repeating: 0, count: k)
            var cost = 0.0
            for s in 0..<k {
                for c in 0..<columns {
                    let variance = 1 / (1 + ratio * counts[s] * variances[c])
                    let mean = ratio * variance * sums[s * columns + c] * roots[c]
                    weights[s * columns + c] = mean * roots[c]
                    constants[s] -= 0.5 * (variance + mean * mean) * variances[c]
                    cost += log(variance) - variance - mean * mean + 1
                }
            }
            // Scores, shifted per window so that the largest is e⁰.
            var total = 0.0
            for i in 0..<n {
                var top = -Double.infinity
                for s in 0..<k {
                    var sum = constants[s]
                    for c in 0..<columns { sum += weights[s * columns + c] * Double(points[i * columns + c]) }
                    scores[i * k + s] = options.evidence * sum
                    top = max(top, options.evidence * sum)
                }
                for s in 0..<k { scores[i * k + s] = exp(scores[i * k + s] - top) }
                total += top
            }
            // Forward (into `shares`) and backward, each window's sum scaled to 1.
            for i in 0..<n {
                var sum = 0.0
                for s in 0..<k {
                    let arrival = i == 0 ? priors[s] : stay * shares[(i - 1) * k + s] + leave * priors[s]
                    shares[i * k + s] = arrival * scores[i * k + s]
                    sum += shares[i * k + s]
                }
                scale[i] = max(sum, 1e-300)
                for s in 0..<k { shares[i * k + s] /= scale[i] }
                total += log(scale[i])
            }
            for s in 0..<k { backward[(n - 1) * k + s] = 1 }
            var entries = [Double](repeating: 0, count: k)
            for i in stride(from: n - 2, through: 0, by: -1) {
                var entering = 0.0
                for s in 0..<k {
                    let arrival = priors[s] * scores[(i + 1) * k + s] * backward[(i + 1) * k + s] / scale[i + 1]
                    entering += arrival
                    entries[s] += leave * arrival
                }
                for s in 0..<k {
                    backward[i * k + s] = stay * scores[(i + 1) * k + s] * backward[(i + 1) * k + s] / scale[i + 1]
                        + leave * entering
                }
            }
            for i in 0..<n * k { shares[i] *= backward[i] }
            for s in 0..<k { entries[s] += shares[s] }
            let sum = max(1e-300, entries.reduce(0, +))
            priors = entries.map { $0 / sum }
            let next = total + 0.5 * options.complexity * cost
            let settled = next - bound < 1e-4
            bound = next
            try progress()
            if settled { break }
        }
        for i in 0..<n {
            var best = 0
            for s in 1..<max(1, k) where shares[i * k + s] > shares[i * k + best] { best = s }
            labels[i] = best
        }
    }
}
