import Foundation

/// One sequence of the conditional random field: the best path (Viterbi) and the probability of each label (forward-backward).
///
/// Scores are whole steps, so the best path is the same on every machine; a tie goes to the lower label.
struct NameChain {
    private let transitions: [Int32]
    private let scale: Float
    private let size = NameModel.labels
    /// exp of the transitions; 0 where a step is not allowed. The last row and column are the ends.
    private let factors: [Float]
    /// The labels that may come before each label.
    private let sources: [[Int]]
    private let targets: [[Int]]
    private(set) var count = 0
    /// [token × label]
    private(set) var emissions: [Int32] = []

    init(_ weights: NameModel.Weights) { self.init(transitions: weights.transitions, scale: weights.scale) }

    init(transitions: [Int32], scale: Float) {
        self.transitions = transitions
        self.scale = scale
        let size = self.size
        var factors = [Float](repeating: 0, count: (size + 1) * (size + 1))
        for a in 0...size {
            for b in 0...size where Self.allowed(a, b) { factors[a * (size + 1) + b] = exp(Float(transitions[a * (size + 1) + b]) * scale) }
        }
        self.factors = factors
        sources = (0...size).map { b in (0..<size).filter { Self.allowed($0, b) } }
        targets = (0...size).map { a in (0..<size).filter { Self.allowed(a, $0) } }
    }

    /// Begin and inside must be followed by inside or end of the same type; nothing else may. Label `NameModel.labels` stands for
    /// both ends of the sequence.
    static func allowed(_ from: Int, _ to: Int) -> Bool {
        let isOpen = from != 0 && from != NameModel.labels && (from - 1) & 3 < 2
        let continues = to != 0 && to != NameModel.labels && ((to - 1) & 3 == 1 || (to - 1) & 3 == 2)
        return isOpen == continues && (!isOpen || (from - 1) >> 2 == (to - 1) >> 2)
    }

    mutating func reset(_ count: Int) {
        self.count = count
        emissions.removeAll(keepingCapacity: true)
    }

    /// Scores of the next token's labels, in steps: `score` adds to `size` zeros.
    @inline(__always)
    mutating func add(_ score: (UnsafeMutablePointer<Int32>) -> Void) {
        emissions.append(contentsOf: repeatElement(0, count: size))
        emissions.withUnsafeMutableBufferPointer { score($0.baseAddress! + ($0.count - size)) }
    }

    /// The labels of the best path.
    func bestPath() -> [Int] {
        guard count > 0 else { return [] }
        let side = size + 1, impossible = Int32.min / 4
        var value = (0..<size).map { Self.allowed(size, $0) ? emissions[$0] &+ transitions[size * side + $0] : impossible }
        var next = value
        var back = [UInt8](repeating: 0, count: count * size)
        for i in 1..<max(count, 1) {
            // All closed labels lead to the same targets; only the inside of a name is its own.
            for l in 0..<size {
                var best = Int32.min, who = 0
                for k in sources[l] {
                    let v = value[k] &+ transitions[k * side + l]
                    if v > best { best = v; who = k }
                }
                next[l] = max(best, impossible) &+ emissions[i * size + l]
                back[i * size + l] = UInt8(who)
            }
            swap(&value, &next)
        }
        var last = 0, best = Int32.min
        for l in sources[size] {
            let v = value[l] &+ transitions[l * side + size]
            if v > best { best = v; last = l }
        }
        var path = [Int](repeating: 0, count: count)
        for i in stride(from: count - 1, through: 0, by: -1) {
            path[i] = last
            last = Int(back[i * size + last])
        }
        return path
    }

    /// The probability of each label of each token: [token × label].
    func marginals() -> [Float] {
        let side = size + 1
        var forward = [Float](repeating: 0, count: count * size)
        var exps = forward, out = forward
        for i in 0..<count {
            let row = i * size
            let top = emissions[row..<(row + size)].max() ?? 0
            for l in 0..<size {
                let below = Float(emissions[row + l] &- top) * scale
                if below > -16 { exps[row + l] = exp(below) }
            }
            if i == count - 1 { for l in 0..<size { exps[row + l] *= factors[l * side + size] } }
            if i == 0 {
                for l in 0..<size { forward[l] = factors[size * side + l] * exps[l] }
            } else {
                for k in 0..<size where forward[row - size + k] > 1e-7 {
                    let v = forward[row - size + k]
                    for l in targets[k] { forward[row + l] += v * factors[k * side + l] }
                }
                for l in 0..<size { forward[row + l] *= exps[row + l] }
            }
            var total: Float = 0
            for l in 0..<size { total += forward[row + l] }
            if total > 0 { for l in 0..<size { forward[row + l] /= total } }
        }
        guard count > 0 else { return [] }
        for l in 0..<size { out[(count - 1) * size + l] = forward[(count - 1) * size + l] }
        var beta = [Float](repeating: 1, count: size)
        for i in stride(from: count - 1, to: 0, by: -1) {
            let row = i * size
            for l in 0..<size { exps[row + l] *= beta[l] }
            var total: Float = 0
            for k in 0..<size {
                var v: Float = 0
                if forward[row - size + k] > 1e-7 { for l in targets[k] { v += factors[k * side + l] * exps[row + l] } }
                beta[k] = v
                out[row - size + k] = forward[row - size + k] * v
                total += out[row - size + k]
            }
            if total > 0 {
                for k in 0..<size { out[row - size + k] /= total; beta[k] /= total }
            }
        }
        return out
    }

    /// A stretch of tokens of one class.
    struct Stretch {
        var tokens: Range<Int>
        /// The class's number, from 0.
        var kind: Int
        /// The probability of belonging to some stretch, of the least sure token.
        var score: Double
        /// On the best path; else only possible.
        var isBest: Bool
    }

    /// The stretches of the best path, and stretches beside them whose tokens each belong to some class with at least `threshold`; and
    /// the probability of each token to do so, empty where none comes near.
    func stretches(threshold: Float) -> (found: [Stretch], beliefs: [Float]) {
        let path = bestPath()
        guard path.contains(where: { $0 != 0 }) || mayHold() else { return ([], []) }
        let probability = marginals()
        let beliefs = (0..<count).map { i in max(0, 1 - probability[i * size]) }
        func score(_ range: Range<Int>) -> Double { Double(beliefs[range].min() ?? 0) }
        var out: [Stretch] = []
        var i = 0
        while i < count {
            let start = i
            if path[i] != 0 {
                let kind = (path[i] - 1) >> 2
                while i < count - 1, (path[i] - 1) & 3 < 2 { i += 1 }
                i += 1
                out.append(Stretch(tokens: start..<i, kind: kind, score: score(start..<i), isBest: true))
                continue
            }
            guard beliefs[i] >= threshold else { i += 1; continue }
            var byKind = [Float](repeating: 0, count: NameModel.types)
            while i < count, path[i] == 0, beliefs[i] >= threshold {
                for l in 1..<size { byKind[(l - 1) >> 2] += probability[i * size + l] }
                i += 1
            }
            let kind = byKind.indices.max { (byKind[$0], $1) < (byKind[$1], $0) } ?? 0
            out.append(Stretch(tokens: start..<i, kind: kind, score: score(start..<i), isBest: false))
        }
        return (out, beliefs)
    }

    /// Whether some token's own score leaves room for a name: sentences of plain words need no probabilities.
    private func mayHold() -> Bool {
        let room = Int32(8 / scale)
        for i in 0..<count {
            let outside = emissions[i * size]
            for l in 1..<size where emissions[i * size + l] &+ room > outside { return true }
        }
        return false
    }
}
