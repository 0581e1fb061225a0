import Signal

/// Windows of speech divided into speakers, with the number of speakers given or estimated.
struct SpeakerGrouping {
    /// Speakers, at least 1.
    private(set) var count = 1
    /// The speaker of each window, `0 ..< count`.
    private(set) var labels: [Int]
    private(set) var notes: [String] = []

    /// Windows that are compared with each other; the rest join the speaker they are most like. Enough for every speaker
    /// who says anything to be in the sample, and a cost that does not grow with the recording.
    private static let mostCompared = 2_000
    /// Windows (half seconds of speech) below which a number of speakers cannot be estimated.
    private static let fewest = 12

    init(
        embedding: WindowEmbedding, speakers: Int?, maxSpeakers: Int, options: SpeakerSegmenter.Options,
        progress: () throws -> Void
    ) throws {
        let n = embedding.count
        labels = [Int](repeating: 0, count: n)
        if speakers == nil, n < Self.fewest {
            notes.append("Too little speech to estimate the number of speakers; one was assumed. Give the number.")
            return
        }
        let sampled = min(n, Self.mostCompared)
        let windows = (0..<sampled).map { $0 * n / sampled }
        let wanted = min(speakers ?? maxSpeakers, sampled)
        if let speakers, wanted < speakers {
            notes.append("\(speakers) speakers were asked for, but there is only speech enough for \(wanted).")
        }
        guard wanted > 1 else { return }
        let neighbors = min(100, max(8, Int(Double(sampled) * options.neighborShare)))
        let clustering = try SpectralClustering(
            count: sampled, neighbors: neighbors, dimensions: wanted, seed: options.seed, progress: progress
        ) { embedding.similarity(windows[$0], windows[$1]) }

        var chosen: [Int]
        if speakers != nil {
            chosen = clustering.labels(clusters: wanted)
        } else {
            chosen = [Int](repeating: 0, count: sampled)
            for k in stride(from: wanted, to: 1, by: -1) {
                let threshold = k == 2 ? options.separationOfTwo : options.separationOfMore
                guard clustering.eigenvalues[k - 1] >= threshold else { continue }
                try progress()
                let labels = clustering.labels(clusters: k)
                let centroids = embedding.centroids(windows: windows, labels: labels, count: k)
                if Self.closest(centroids) < options.sameSpeakerSimilarity {
                    chosen = labels
                    break
                }
            }
        }
        // Groups without a window are dropped and the rest numbered from 0.
        var numbers: [Int: Int] = [:]
        for label in chosen where numbers[label] == nil { numbers[label] = numbers.count }
        chosen = chosen.map { numbers[$0] ?? 0 }
        count = numbers.count
        if let speakers, speakers == wanted, count < wanted {
            notes.append("\(speakers) speakers were asked for, but the voices form only \(count) groups.")
        }
        if speakers == nil { notes.append("The number of speakers, \(count), is an estimate.") }

        let centroids = embedding.centroids(windows: windows, labels: chosen, count: count)
        var next = 0
        for window in 0..<n {
            if next < sampled, windows[next] == window {
                labels[window] = chosen[next]
                next += 1
                continue
            }
            var best = -Float.infinity
            for (speaker, centroid) in centroids.enumerated() {
                var dot: Float = 0
                for d in 0..<embedding.directions { dot += centroid[d] * embedding.vectors[window * embedding.directions + d] }
                if dot > best {
                    best = dot
                    labels[window] = speaker
                }
            }
        }
    }

    /// The largest cosine between two of the directions.
    private static func closest(_ centroids: [[Float]]) -> Float {
        var most = -Float.infinity
        for i in centroids.indices {
            for j in 0..<i {
                var dot: Float = 0
                for d in centroids[i].indices { dot += centroids[i][d] * centroids[j][d] }
                most = max(most, dot)
            }
        }
        return most
    }
}
