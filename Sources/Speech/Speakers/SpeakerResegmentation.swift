import Foundation
import Signal

/// Draws the borders between speakers frame by frame: a mixture for each, then the cheapest path through them.
struct SpeakerResegmentation {
    let frames: SpeechFrames
    /// Variance of each column over all speakers.
    let variance: [Float]
    let speakers: Int
    let options: SpeakerSegmenter.Options

    /// Frames a speaker's mixture is trained on at most, evenly taken from all that the speaker has.
    private static let mostTrained = 12_000
    /// Log likelihood of a speaker who has lost every frame; such a speaker does not come back.
    private static let lost: Float = -1e6

    /// The speaker of each frame, and what it was found with.
    struct Result {
        var labels: [UInt8]
        /// Log likelihood of the path less the price of its changes.
        var total: Double
        /// A mixture for each speaker, nil for one without frames.
        var mixtures: [DiagonalMixture?]
    }

    /// - Parameter labels: the speaker of each frame to start from.
    func run(from labels: [UInt8], progress: (Double) throws -> Void) throws -> Result {
        var result = Result(labels: labels, total: -.infinity, mixtures: [])
        let rounds = max(1, options.rounds)
        for round in 0..<rounds {
            result.mixtures = try mixtures(result.labels, round: round)
            let path = try bestPath(result.mixtures) { try progress((Double(round) + $0) / Double(rounds)) }
            let changed = zip(result.labels, path.labels).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
            result.labels = path.labels
            result.total = path.total
            if changed * 1_000 < frames.count { break }
        }
        return result
    }

    /// Trains each speaker's mixture on frames that are the speaker's now.
    private func mixtures(_ labels: [UInt8], round: Int) throws -> [DiagonalMixture?] {
        var counts = [Int](repeating: 0, count: speakers)
        for label in labels { counts[Int(label)] += 1 }
        // Of n frames, those numbered ⌊k · n / trained⌋.
        var chosen = [[Int32]](repeating: [], count: speakers), passed = [Int](repeating: 0, count: speakers)
        for (i, label) in labels.enumerated() {
            let s = Int(label), n = counts[s], trained = min(n, Self.mostTrained)
            if chosen[s].count < trained, passed[s] == chosen[s].count * n / trained { chosen[s].append(Int32(i)) }
            passed[s] += 1
        }
        let values = try frames.rows(chosen)
        let floor = variance.map { 0.01 * $0 + 1e-3 }
        return (0..<speakers).map { speaker in
            guard counts[speaker] > 0 else { return nil }
            let components = min(options.speakerComponents, max(1, counts[speaker] / max(1, options.framesPerComponent)))
            var generator = SplitMix64(seed: options.seed &+ UInt64(round * 64 + speaker))
            return DiagonalMixture.fitted(
                frames: values[speaker], columns: frames.columns, rows: Array(0..<Int32(chosen[speaker].count)),
                components: components, iterations: 10, floor: floor, generator: &generator)
        }
    }

    /// Log likelihood of every frame under every speaker, block by block.
    ///
    /// - Parameter body: the position of the block's first frame among the kept ones, and frames × `speakers` scores that hold
    ///   while the call lasts.
    func forEachScore(
        _ mixtures: [DiagonalMixture?], _ body: (_ first: Int, _ scores: UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        let columns = frames.columns, step = speakers
        var scores = [Float](repeating: 0, count: min(frames.count, frames.store.blockLength) * step)
        try frames.store.forEachBlock { first, values in
            guard let x = values.baseAddress else { return }
            let count = values.count / columns
            for (speaker, mixture) in mixtures.enumerated() {
                guard let mixture else {
                    for i in 0..<count { scores[i * step + speaker] = Self.lost }
                    continue
                }
                var scratch = [Float](repeating: 0, count: mixture.count)
                scratch.withUnsafeMutableBufferPointer { scratch in
                    scores.withUnsafeMutableBufferPointer { scores in
                        guard let scratch = scratch.baseAddress else { return }
                        for i in 0..<count {
                            scores[i * step + speaker] = mixture.logDensity(x + i * columns, scratch: scratch)
                        }
                    }
                }
            }
            try scores.withUnsafeBufferPointer { try body(first, UnsafeBufferPointer(rebasing: $0[0..<count * step])) }
        }
    }

    /// The path with the largest sum of scores less the price of its changes (Viterbi 1967).
    private func bestPath(
        _ mixtures: [DiagonalMixture?], progress: (Double) throws -> Void
    ) throws -> (labels: [UInt8], total: Double) {
        let count = frames.count, k = speakers, bytes = (k + 7) / 8
        // For every frame: the best speaker before, and a bit for each speaker who was there before as well.
        var leaders = [UInt8](repeating: 0, count: count), stayed = [UInt8](repeating: 0, count: count * bytes)
        var total = [Double](repeating: 0, count: k)
        var breaks = frames.runs.dropFirst().map(\.position)[...]
        try forEachScore(mixtures) { first, scores in
            for i in first..<first + scores.count / k {
                let row = (i - first) * k
                if i == 0 {
                    for s in 0..<k { total[s] = Double(scores[s]) }
                    continue
                }
                var leader = 0
                for s in 1..<k where total[s] > total[leader] { leader = s }
                var price = Double(options.switchPenalty)
                if breaks.first == i {
                    price *= Double(options.breakShare)
                    breaks.removeFirst()
                }
                let entry = total[leader] - price
                leaders[i] = UInt8(leader)
                for s in 0..<k {
                    if total[s] >= entry {
                        stayed[i * bytes + s / 8] |= 1 << UInt8(s % 8)
                    } else {
                        total[s] = entry
                    }
                    total[s] += Double(scores[row + s])
                }
            }
            try progress(Double(first) / Double(max(1, count)))
        }
        var speaker = 0
        for s in 1..<k where total[s] > total[speaker] { speaker = s }
        let sum = total[speaker]
        var path = [UInt8](repeating: 0, count: count)
        for i in stride(from: count - 1, through: 0, by: -1) {
            path[i] = UInt8(speaker)
            let stays = stayed[i * bytes + speaker / 8] >> UInt8(speaker % 8) & 1 == 1
            if !stays { speaker = Int(leaders[i]) }
        }
        try progress(1)
        return (path, sum)
    }

    /// By how much the log likelihood of each stretch's speaker exceeds the best other speaker's, summed over its frames
    /// (negative where the path kept a speaker against the frames' own evidence).
    ///
    /// - Parameter stretches: frames that lie together, in order, without overlap.
    func margins(_ result: Result, stretches: [Range<Int>]) throws -> [Double] {
        var sums = [Double](repeating: 0, count: stretches.count)
        var at = 0
        try forEachScore(result.mixtures) { first, scores in
            for i in first..<first + scores.count / speakers {
                while at < stretches.count, stretches[at].upperBound <= i { at += 1 }
                guard at < stretches.count else { return }
                guard stretches[at].contains(i) else { continue }
                let row = (i - first) * speakers, own = Int(result.labels[i])
                var other = -Float.infinity
                for s in 0..<speakers where s != own { other = max(other, scores[row + s]) }
                // One frame decides little, however extreme: a knock on the table is nobody's voice.
                sums[at] += Double(min(10, max(-10, scores[row + own] - other)))
            }
        }
        return sums
    }

    /// Log odds as a probability, to three decimals so that the last bits of a library's `exp` never show.
    static func belief(_ logOdds: Double) -> Double {
        (1_000 / (1 + exp(-max(-50, min(50, logOdds))))).rounded() / 1_000
    }
}
