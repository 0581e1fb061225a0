import Foundation
import Signal

/// Windows of speech divided into speakers, with the number of speakers given or estimated.
///
/// Two divisions of the windows, by spectral clustering and by average linkage, each start a variational model that drops
/// speakers it does not need; the better of the two has its voices compared and joined, until no pair is likely to be one voice
/// or the number wanted is reached. With the number given, that division competes with spectral clustering into the number.
struct SpeakerGrouping {
    /// Speakers, at least 1.
    private(set) var count = 1
    /// The speaker of each window, `0 ..< count`.
    private(set) var labels: [Int]
    /// Another division into as many speakers that is to be tried when the number is known; nil when there is none that differs.
    private(set) var alternative: [Int]?
    private(set) var notes: [String] = []

    /// Windows that the variational model sees; the rest join the speaker they are most like.
    private static let mostModelled = 8_000
    /// Windows that spectral clustering and average linkage compare with each other. Enough for every speaker who says
    /// anything to be in the sample, and a cost that does not grow with the recording.
    private static let mostCompared = 2_000
    private static let mostLinked = 1_000
    /// Windows (half seconds of speech) below which a number of speakers cannot be estimated.
    private static let fewest = 12
    /// Groups that average linkage begins with: more than there are voices, so that a voice heard little is not lost.
    private static let linked = 10
    /// Variance within a voice in the variational model when speakers are counted: the speaker model knows one utterance of
    /// each voice, and a voice varies more over a conversation.
    private static let widening: Float = 1.5

    private let embedding: WindowEmbedding
    private let options: SpeakerSegmenter.Options

    init(
        embedding: WindowEmbedding, model: SpeakerModel, speakers: Int?, maxSpeakers: Int,
        options: SpeakerSegmenter.Options, progress: () throws -> Void
    ) throws {
        self.embedding = embedding
        self.options = options
        let n = embedding.count
        labels = [Int](repeating: 0, count: n)
        if speakers == nil, n < Self.fewest {
            notes.append("Too little speech to estimate the number of speakers; one was assumed. Give the number.")
            return
        }
        let wanted = min(speakers ?? maxSpeakers, n)
        if let speakers, wanted < speakers {
            notes.append("\(speakers) speakers were asked for, but there is only speech enough for \(wanted).")
        }
        guard wanted > 1 else { return }

        let windows = Self.sample(n, Self.mostModelled)
        let weight = Double(n) / Double(windows.count)
        let comparison = VoiceComparison(
            points: embedding.compared(windows: windows, model: model), between: model.between, weight: weight)
        let widening = speakers == nil ? Self.widening : 1, factor = 1 / widening.squareRoot()
        let points = comparison.points.map { $0 * factor }, between = comparison.between.map { $0 / widening }
        // Where less than a minute is to be explained, a speaker has to explain less to be kept.
        let cost = options.speakerCost * (speakers == nil ? min(1, Double(n + 24) / 132) : 1)
        var modelling = VariationalClustering.Options()
        // Windows further apart than half a second are more likely of different speakers.
        modelling.staying = pow(modelling.staying, weight)
        func modelled(_ start: [Int], complexity: Double) throws -> VariationalClustering {
            modelling.complexity = complexity
            return try VariationalClustering(
                points: points, between: between, start: start, count: (start.max() ?? 0) + 1, options: modelling,
                progress: progress)
        }

        let compared = Self.sample(n, Self.mostCompared)
        let most = max(wanted, min(n, max(maxSpeakers, Self.linked - 2)))
        let neighbors = min(100, max(8, Int(Double(compared.count) * options.neighborShare)))
        let clustering = try SpectralClustering(
            count: compared.count, neighbors: neighbors, dimensions: min(most, compared.count), seed: options.seed,
            progress: progress
        ) { embedding.similarity(compared[$0], compared[$1]) }
        func spectral(_ k: Int) -> [Int] { spread(clustering.labels(clusters: k), of: compared, to: windows) }
        let linkedWindows = Self.sample(n, Self.mostLinked)
        let links = try AverageLinkage.labels(
            count: linkedWindows.count, clusters: max(wanted, Self.linked), progress: progress
        ) { embedding.similarity(linkedWindows[$0], linkedWindows[$1]) }

        let starts = [spectral(most), spread(links, of: linkedWindows, to: windows)]
        var best: VariationalClustering?
        for start in starts {
            let found = try modelled(start, complexity: cost)
            if found.bound > best?.bound ?? -.infinity { best = found }
        }
        var chosen = best?.labels ?? starts[0]
        if speakers == nil {
            chosen = comparison.joined(chosen, count: nil, threshold: options.sameVoiceRatio).labels
            if Set(chosen).count > maxSpeakers { chosen = comparison.joined(chosen, count: maxSpeakers, threshold: 0).labels }
        } else {
            let candidates = [spectral(wanted), comparison.joined(chosen, count: wanted, threshold: 0).labels]
            var fallback = candidates[0], top = -Double.infinity
            for candidate in candidates where Set(candidate).count == wanted {
                let found = try modelled(candidate, complexity: cost / 3)
                if Set(found.labels).count == wanted, found.bound > top {
                    top = found.bound
                    fallback = found.labels
                }
            }
            chosen = fallback
        }
        count = Self.number(&chosen)
        if let speakers, speakers == wanted, count < wanted {
            notes.append("\(speakers) speakers were asked for, but the voices form only \(count) groups.")
        }
        if speakers == nil { notes.append("The number of speakers, \(count), is an estimate.") }
        labels = spread(chosen, of: windows, to: Array(0..<n))
        if speakers != nil, count == wanted {
            var other = spectral(wanted)
            if Self.number(&other) == count, other != chosen { alternative = spread(other, of: windows, to: Array(0..<n)) }
        }
    }

    /// Numbers groups from 0 in order of appearance, and tells how many there are.
    private static func number(_ labels: inout [Int]) -> Int {
        var numbers: [Int: Int] = [:]
        for i in labels.indices {
            let number = numbers[labels[i]] ?? numbers.count
            numbers[labels[i]] = number
            labels[i] = number
        }
        return numbers.count
    }

    /// At most `most` of `count` windows, evenly.
    private static func sample(_ count: Int, _ most: Int) -> [Int] {
        let taken = min(count, most)
        return (0..<taken).map { $0 * count / taken }
    }

    /// Labels for `targets` from those of some windows; a window without a label takes that of the nearest mean direction.
    /// Both lists of windows rise.
    private func spread(_ labels: [Int], of windows: [Int], to targets: [Int]) -> [Int] {
        if windows == targets { return labels }
        let centroids = embedding.centroids(windows: windows, labels: labels, count: (labels.max() ?? 0) + 1)
        var next = 0
        return targets.map { window in
            while next < windows.count, windows[next] < window { next += 1 }
            if next < windows.count, windows[next] == window { return labels[next] }
            var result = 0, best = -Float.infinity
            for (speaker, centroid) in centroids.enumerated() where centroid.contains(where: { $0 != 0 }) {
                var dot: Float = 0
                for d in 0..<embedding.directions { dot += centroid[d] * embedding.vectors[window * embedding.directions + d] }
                if dot > best {
                    best = dot
                    result = speaker
                }
            }
            return result
        }
    }
}
