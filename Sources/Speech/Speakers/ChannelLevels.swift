import DSP
import Foundation
import Signal

/// The level of one channel, frame by frame.
struct ChannelLevels {
    /// dB relative to full scale for each 10 ms, −90 … 10.
    private(set) var decibels: [Float] = []
    static let hop = 160

    /// Reads a channel to its end; the last frame may be shorter than 10 ms.
    init(source: inout some SampleSource, progress: Signal.Progress) throws {
        let expected = source.expectedCount ?? 0
        var sum = 0.0, held = 0, read = 0
        func level(_ sum: Double, _ count: Int) -> Float {
            let power = sum / Double(max(1, count))
            return power.isFinite ? Float(min(10, max(-90, 10 * log10(power + 1e-12)))) : -90
        }
        while let block = try source.nextBlock() {
            for sample in block.samples {
                sum += Double(sample) * Double(sample)
                held += 1
                if held == Self.hop {
                    decibels.append(level(sum, held))
                    sum = 0
                    held = 0
                }
            }
            read += block.samples.count
            try progress(expected > 0 ? min(1, Double(read) / Double(expected)) : 0)
        }
        if held > 0 { decibels.append(level(sum, held)) }
    }

    subscript(frame: Int) -> Float { frame < decibels.count ? decibels[frame] : -90 }
}

/// The difference in level between two channels that tells one channel's speaker from the other's.
struct ChannelBalance: Hashable {
    enum Finding: Hashable {
        /// Two voices, each louder in its own channel.
        case twoSpeakers
        /// One voice: what the other channel holds is its cross-talk. The channel, 0 or 1.
        case oneSpeaker(channel: Int)
        /// The channels hold the same sound.
        case sameSound
    }

    var finding: Finding
    /// Level of channel 0 less that of channel 1, dB, at which the two are equally likely.
    var offset: Float

    /// - Parameter differences: level of channel 0 less that of channel 1, dB, in the frames with speech in either.
    init(differences: [Float]) {
        let sorted = differences.sorted()
        guard let first = sorted.first else {
            finding = .sameSound
            offset = 0
            return
        }
        // Two means; extremes left out at the start, so that a knock on one microphone is no speaker.
        var low = Double(sorted[sorted.count / 50]), high = Double(sorted[sorted.count - 1 - sorted.count / 50])
        var within = 0.0
        for _ in 0..<30 {
            let border = Float((low + high) / 2)
            var sums = (0.0, 0.0), squares = 0.0, counts = (0, 0)
            for value in sorted {
                let x = Double(value)
                squares += x * x
                if value <= border {
                    sums.0 += x
                    counts.0 += 1
                } else {
                    sums.1 += x
                    counts.1 += 1
                }
            }
            guard counts.0 > 0, counts.1 > 0 else { break }
            low = sums.0 / Double(counts.0)
            high = sums.1 / Double(counts.1)
            let explained = low * low * Double(counts.0) + high * high * Double(counts.1)
            within = (max(0, squares - explained) / Double(sorted.count)).squareRoot()
        }
        let middle = Double(sorted[sorted.count / 2])
        // The halves of one bell-shaped heap lie 2.65 of their deviations apart; two heaps must do clearly better.
        if high - low >= 6, high - low >= 3.3 * within {
            finding = .twoSpeakers
            offset = Float((low + high) / 2)
        } else if abs(middle) < 1.5, Double(sorted[sorted.count - 1] - first) < 6 {
            finding = .sameSound
            offset = 0
        } else {
            finding = .oneSpeaker(channel: middle >= 0 ? 0 : 1)
            offset = 0
        }
    }
}
