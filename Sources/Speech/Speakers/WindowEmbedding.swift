import DSP
import Signal

/// Windows of speech as directions in which voices differ: 1.5 s of speech every 0.5 s.
///
/// The background mixture's means are adapted to each window (Reynolds, Quatieri and Dunn 2000) and projected
/// (`SpeakerModel`). The recording's own mean is first moved to that of the training speech, which takes out the microphone.
struct WindowEmbedding {
    /// Voiced frames in a block; a window is three blocks.
    static let blockLength = 50
    /// windows × directions, row-major, each row of length 1.
    private(set) var vectors: [Float] = []
    let directions: Int
    private(set) var count = 0

    /// - Parameter progress: called with the share done every few hundred windows.
    init(frames: SpeechFrames, mean: [Float], model: SpeakerModel, progress: Progress) throws {
        directions = model.directions
        let columns = frames.columns, components = model.mixture.count, width = components * columns
        let shift = zip(model.centre, mean).map { $0 - $1 }
        let voicedCount = frames.voicedCount
        let blocks = max(1, voicedCount / Self.blockLength)
        var sums = [[Float]](repeating: [Float](repeating: 0, count: width), count: 3)
        var counts = [[Float]](repeating: [Float](repeating: 0, count: components), count: 3)
        let scale = (0..<width).map { i in
            (model.mixture.weights[i / columns] / model.mixture.variances[i]).squareRoot()
        }
        var row = [Float](repeating: 0, count: columns), shares = [Float](repeating: 0, count: components)
        var vector = [Float](repeating: 0, count: width), projected = [Float](repeating: 0, count: directions)
        guard voicedCount > 0 else { return }
        vectors.reserveCapacity(max(1, blocks - 2) * directions)

        func add(_ x: UnsafePointer<Float>, slot: Int) {
            for c in 0..<columns { row[c] = x[c] + shift[c] }
            row.withUnsafeBufferPointer { x in
                shares.withUnsafeMutableBufferPointer { p in
                    guard let x = x.baseAddress, let p = p.baseAddress else { return }
                    _ = model.mixture.logDensity(x, shares: p)
                    sums[slot].withUnsafeMutableBufferPointer { sums in
                        for k in 0..<components where p[k] > 1e-4 {
                            counts[slot][k] += p[k]
                            for c in 0..<columns { sums[k * columns + c] += p[k] * x[c] }
                        }
                    }
                }
            }
        }
        func close(_ block: Int) throws {
            guard block >= 2 || block == blocks - 1 else { return }
            for k in 0..<components {
                let n = counts[0][k] + counts[1][k] + counts[2][k]
                for i in k * columns..<(k + 1) * columns {
                    let first = sums[0][i] + sums[1][i] + sums[2][i] - n * model.mixture.means[i]
                    vector[i] = first / (n + model.relevance) * scale[i]
                }
            }
            var length: Float = 0
            vector.withUnsafeBufferPointer { vector in
                model.projection.withUnsafeBufferPointer { matrix in
                    for d in 0..<directions {
                        let line = UnsafeBufferPointer(rebasing: matrix[d * width..<(d + 1) * width])
                        projected[d] = Vector.dot(line, vector) - model.offset[d]
                        length += projected[d] * projected[d]
                    }
                }
            }
            let factor = length > 0 ? 1 / length.squareRoot() : 0
            for d in 0..<directions { vectors.append(projected[d] * factor) }
            count += 1
            if count % 256 == 0 { try progress(Double(block) / Double(blocks)) }
        }
        var seen = 0
        try frames.store.forEachBlock { first, values in
            guard let base = values.baseAddress else { return }
            for i in 0..<values.count / columns where frames.isVoiced[first + i] {
                // What is left after the last whole block belongs to it.
                let block = min(seen / Self.blockLength, blocks - 1)
                if seen == block * Self.blockLength {
                    for k in 0..<width { sums[block % 3][k] = 0 }
                    for k in 0..<components { counts[block % 3][k] = 0 }
                }
                add(base + i * columns, slot: block % 3)
                seen += 1
                if seen == (block == blocks - 1 ? voicedCount : (block + 1) * Self.blockLength) { try close(block) }
            }
        }
    }

    /// The label of the window in whose middle each frame lies; a frame that is not voiced goes with the voiced one before it.
    func frameLabels(_ labels: [Int], frames: SpeechFrames) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: frames.count)
        var passed = 0
        for i in 0..<frames.count {
            if frames.isVoiced[i] { passed += 1 }
            result[i] = UInt8(labels[min(max(0, (passed - 1) / Self.blockLength - 1), count - 1)])
        }
        return result
    }

    /// Windows moved and turned so that those of one voice vary by 1 along each column: windows × `model.compared`.
    func compared(windows: [Int], model: SpeakerModel) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(windows.count * model.compared)
        var row = [Float](repeating: 0, count: directions)
        for window in windows {
            for d in 0..<directions { row[d] = vectors[window * directions + d] - model.comparisonMean[d] }
            row.withUnsafeBufferPointer { row in
                model.comparison.withUnsafeBufferPointer { matrix in
                    for c in 0..<model.compared {
                        result.append(
                            Vector.dot(row, UnsafeBufferPointer(rebasing: matrix[c * directions..<(c + 1) * directions])))
                    }
                }
            }
        }
        return result
    }

    /// Cosine of two windows.
    func similarity(_ a: Int, _ b: Int) -> Float {
        vectors.withUnsafeBufferPointer {
            Vector.dot(
                UnsafeBufferPointer(rebasing: $0[a * directions..<(a + 1) * directions]),
                UnsafeBufferPointer(rebasing: $0[b * directions..<(b + 1) * directions]))
        }
    }

    /// The mean direction of each cluster (length 1, or 0 when empty) of the windows chosen.
    func centroids(windows: [Int], labels: [Int], count clusters: Int) -> [[Float]] {
        var sums = [[Float]](repeating: [Float](repeating: 0, count: directions), count: clusters)
        for (window, label) in zip(windows, labels) {
            for d in 0..<directions { sums[label][d] += vectors[window * directions + d] }
        }
        return sums.map { sum in
            let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? sum.map { $0 / length } : sum
        }
    }
}
