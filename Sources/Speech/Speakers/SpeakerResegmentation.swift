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

    /// - Parameter labels: the speaker of each frame to start from.
    /// - Returns: the speaker of each frame, and by how much its log likelihood exceeds the best other speaker's
    ///   (negative where the path kept a speaker against the frame's own evidence).
    func run(
        from labels: [UInt8], progress: (Double) throws -> Void
    ) throws -> (labels: [UInt8], margins: [Float]) {
        var labels = labels
        var scores = [Float](repeating: 0, count: frames.count * speakers)
        let rounds = max(1, options.rounds)
        for round in 0..<rounds {
            for speaker in 0..<speakers {
                score(speaker, labels: labels, round: round, into: &scores)
                try progress((Double(round) + Double(speaker + 1) / Double(speakers)) / Double(rounds))
            }
            let next = bestPath(scores)
            let changed = zip(labels, next).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
            labels = next
            if changed * 1_000 < frames.count { break }
        }
        return (labels, margins(labels, scores))
    }

    /// Trains a speaker's mixture on the frames that are the speaker's now, and scores every frame with it.
    private func score(_ speaker: Int, labels: [UInt8], round: Int, into scores: inout [Float]) {
        var rows: [Int32] = []
        for i in 0..<labels.count where Int(labels[i]) == speaker { rows.append(Int32(i)) }
        guard !rows.isEmpty else {
            // A speaker who has lost every frame does not come back.
            for i in 0..<frames.count { scores[i * speakers + speaker] = -1e6 }
            return
        }
        let trained = min(rows.count, Self.mostTrained)
        let sample = (0..<trained).map { rows[$0 * rows.count / trained] }
        let components = min(options.speakerComponents, max(1, rows.count / max(1, options.framesPerComponent)))
        var generator = SplitMix64(seed: options.seed &+ UInt64(round * 64 + speaker))
        let mixture = DiagonalMixture.fitted(
            frames: frames.values, columns: frames.columns, rows: sample, components: components, iterations: 10,
            floor: variance.map { 0.01 * $0 + 1e-3 }, generator: &generator)
        var scratch = [Float](repeating: 0, count: mixture.count)
        let columns = frames.columns, count = frames.count, step = speakers
        frames.values.withUnsafeBufferPointer { values in
            scratch.withUnsafeMutableBufferPointer { scratch in
                scores.withUnsafeMutableBufferPointer { scores in
                    guard let x = values.baseAddress, let scratch = scratch.baseAddress else { return }
                    for i in 0..<count {
                        scores[i * step + speaker] = mixture.logDensity(x + i * columns, scratch: scratch)
                    }
                }
            }
        }
    }

    /// The path with the largest sum of scores less the price of its changes (Viterbi 1967).
    private func bestPath(_ scores: [Float]) -> [UInt8] {
        let count = frames.count, k = speakers
        // The speaker before, for every frame and speaker; `k` speakers fit a byte.
        var came = [UInt8](repeating: 0, count: count * k)
        var total = (0..<k).map { Double(scores[$0]) }
        for i in 1..<max(1, count) {
            var leader = 0
            for s in 1..<k where total[s] > total[leader] { leader = s }
            let price = Double(options.switchPenalty) * (frames.isBreak(before: i) ? Double(options.breakShare) : 1)
            let entry = total[leader] - price
            for s in 0..<k {
                let stays = total[s] >= entry
                came[i * k + s] = UInt8(stays ? s : leader)
                total[s] = (stays ? total[s] : entry) + Double(scores[i * k + s])
            }
        }
        var speaker = 0
        for s in 1..<k where total[s] > total[speaker] { speaker = s }
        var path = [UInt8](repeating: 0, count: count)
        for i in stride(from: count - 1, through: 0, by: -1) {
            path[i] = UInt8(speaker)
            speaker = Int(came[i * k + speaker])
        }
        return path
    }

    private func margins(_ labels: [UInt8], _ scores: [Float]) -> [Float] {
        labels.indices.map { i in
            var other = -Float.infinity
            for s in 0..<speakers where s != Int(labels[i]) { other = max(other, scores[i * speakers + s]) }
            // One frame decides little, however extreme: a knock on the table is nobody's voice.
            return min(10, max(-10, scores[i * speakers + Int(labels[i])] - other))
        }
    }

    /// Log odds as a probability, to three decimals so that the last bits of a library's `exp` never show.
    static func belief(_ logOdds: Double) -> Double {
        (1_000 / (1 + exp(-max(-50, min(50, logOdds))))).rounded() / 1_000
    }
}
