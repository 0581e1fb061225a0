import Foundation
import Signal

/// A mixture for each speaker's voice, from the stretches where nobody else speaks.
struct SpeakerVoices {
    private static let coefficients = 15
    /// Fewer frames than this, of 20 ms, do not make a voice known.
    private static let fewest = 60
    /// Frames a voice's mixture is trained on at most.
    private static let mostTrained = 4_000
    /// Overlap probability, of 255, up to which a frame belongs to one voice.
    private static let clean: UInt8 = 77
    /// Neighbouring frames say nearly the same: so many count as one.
    private static let correlation = 8.0

    /// The 20 ms frames whose spectra are known, rising, and `coefficients` values for each.
    private let indices: [Int32]
    private let cepstra: [Float]
    /// A speaker with too little speech has none.
    private let mixtures: [DiagonalMixture?]

    /// - Parameters:
    ///   - components: of a mixture at most; a speaker with little speech gets fewer.
    ///   - seed: start of the random numbers.
    init(timeline: SpeakerTimeline, activity: OverlapActivity, components: Int, seed: UInt64) {
        let spectra = activity.spectra, bands = VoiceSpectra.bands, columns = Self.coefficients
        indices = spectra.indices
        var cosines = [Float](repeating: 0, count: columns * bands)
        for c in 0..<columns {
            for b in 0..<bands {
                let angle = Double.pi * Double(c + 1) * (Double(b) + 0.5) / Double(bands)
                cosines[c * bands + b] = Float(cos(angle) * (2 / Double(bands)).squareRoot())
            }
        }
        var cepstra = [Float](repeating: 0, count: spectra.count * columns)
        var rows = [[Int32]](repeating: [], count: timeline.labels.count)
        var all: [Int32] = []
        for i in 0..<spectra.count {
            for c in 0..<columns {
                var sum: Float = 0
                for b in 0..<bands { sum += cosines[c * bands + b] * VoiceSpectra.energy(spectra.values[i * bands + b]) }
                cepstra[i * columns + c] = sum
            }
            let frame = 2 * Int(spectra.indices[i])
            guard frame < activity.probability.count, activity.probability[frame] <= Self.clean,
                let speaker = timeline.speaker(frame)
            else { continue }
            rows[speaker].append(Int32(i))
            all.append(Int32(i))
        }
        self.cepstra = cepstra
        let floor = Self.variance(cepstra, rows: all).map { 0.02 * $0 + 1e-3 }
        mixtures = rows.enumerated().map { speaker, rows in
            guard rows.count >= Self.fewest else { return nil }
            let trained = min(rows.count, Self.mostTrained)
            let sample = (0..<trained).map { rows[$0 * rows.count / trained] }
            var generator = SplitMix64(seed: seed &+ UInt64(speaker))
            return DiagonalMixture.fitted(
                frames: cepstra, columns: columns, rows: sample, components: min(components, max(1, rows.count / 40)),
                iterations: 8, floor: floor, generator: &generator)
        }
    }

    private static func variance(_ values: [Float], rows: [Int32]) -> [Float] {
        var mean = [Double](repeating: 0, count: coefficients), square = mean
        for row in rows {
            for c in 0..<coefficients {
                let x = Double(values[Int(row) * coefficients + c])
                mean[c] += x
                square[c] += x * x
            }
        }
        let n = Double(max(1, rows.count))
        return zip(mean, square).map { Float(max(0, $1 / n - ($0 / n) * ($0 / n))) }
    }

    /// Log likelihoods, relative to the best, of each speaker being the second beside `main`; 0 for all when the main
    /// speaker's voice or the stretch's spectra are not known.
    ///
    /// A speaker whose voice is not known gets the likelihood of the worst known one.
    func scores(_ stretch: Range<Int>, main: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: mixtures.count)
        guard let first = mixtures[main] else { return sums }
        var low = 0, high = indices.count
        while low < high {
            let middle = (low + high) / 2
            if 2 * Int(indices[middle]) < stretch.lowerBound { low = middle + 1 } else { high = middle }
        }
        var scratch = [Float](repeating: 0, count: 64)
        let columns = Self.coefficients
        cepstra.withUnsafeBufferPointer { cepstra in
            scratch.withUnsafeMutableBufferPointer { scratch in
                guard let base = cepstra.baseAddress, let scratch = scratch.baseAddress else { return }
                while low < indices.count, 2 * Int(indices[low]) < stretch.upperBound {
                    let x = base + low * columns
                    let a = Double(first.logDensity(x, scratch: scratch))
                    for s in mixtures.indices where s != main {
                        guard let mixture = mixtures[s] else { continue }
                        let b = Double(mixture.logDensity(x, scratch: scratch))
                        // One frame decides little, however extreme.
                        sums[s] += min(10, log(0.5 + 0.5 * exp(min(50, b - a))))
                    }
                    low += 1
                }
            }
        }
        var best = -Double.infinity, worst = Double.infinity
        for s in mixtures.indices where s != main && mixtures[s] != nil {
            best = max(best, sums[s])
            worst = min(worst, sums[s])
        }
        guard best.isFinite else { return sums }
        return mixtures.indices.map { s in
            s == main ? 0 : ((mixtures[s] == nil ? worst : sums[s]) - best) / Self.correlation
        }
    }
}
