import Foundation

/// How voices differ from each other, and how one voice differs from recording to recording: a two-covariance model
/// (Brümmer and de Villiers 2010, "The speaker partitioning problem") along directions in which the second has variance 1.
///
/// Trained by `Scripts/training/train_voice_statistics.py`.
struct VoiceStatistics: Sendable {
    /// The mean print: 19 cepstra, median log pitch, its spread.
    let mean: [Float]
    /// directions × mean.count, row-major.
    let projection: [Float]
    /// Variance of voices along each direction, in units of one voice's variance between recordings.
    let variances: [Double]

    static func shipped() throws -> VoiceStatistics {
        guard let url = SpeechResources.folder?.appendingPathComponent("voice-statistics.bin"), let data = try? Data(contentsOf: url)
        else { throw SpeakerSegmentationError.unusableModel("voice-statistics.bin was not found") }
        return try VoiceStatistics(data: data)
    }

    /// Little-endian: `ORVS`, version 1, values in a print, directions and training voices as UInt32, then Float32: mean,
    /// projection, variances.
    init(data: Data) throws {
        let bytes = [UInt8](data)
        func word(_ position: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) } }
        guard bytes.count >= 20, bytes[0..<4].elementsEqual("ORVS".utf8), word(4) == 1 else {
            throw SpeakerSegmentationError.unusableModel("it is not a table of voice statistics of version 1")
        }
        let columns = Int(word(8)), directions = Int(word(12))
        guard columns == VoicePrinter.featureOptions.coefficientCount + 1, (1...columns).contains(directions),
            bytes.count == 20 + 4 * (columns + directions * columns + directions)
        else { throw SpeakerSegmentationError.unusableModel("its dimensions are wrong") }
        let values = stride(from: 20, to: bytes.count, by: 4).map { Float(bitPattern: word($0)) }
        let variances = values[(columns + directions * columns)...].map(Double.init)
        guard values.allSatisfy(\.isFinite), variances.allSatisfy({ $0 > 0 }) else {
            throw SpeakerSegmentationError.unusableModel("it holds values that are out of range")
        }
        mean = Array(values[..<columns])
        projection = Array(values[columns..<columns + directions * columns])
        self.variances = variances
    }

    /// A print along the directions; what it lacks counts as average. Nil for a print of another make.
    func place(_ print: VoicePrint) -> [Double]? {
        guard print.cepstrum.count == mean.count - 2, print.cepstrum.allSatisfy(\.isFinite) else { return nil }
        let pitch = print.pitch.flatMap { $0.isFinite ? Float($0) : nil } ?? mean[mean.count - 2]
        let spread = print.pitchSpread.flatMap { $0.isFinite ? Float($0) : nil } ?? mean[mean.count - 1]
        let values = zip(print.cepstrum + [pitch, spread], mean).map { Double($0 - $1) }
        return variances.indices.map { row in
            values.indices.reduce(0.0) { $0 + Double(projection[row * mean.count + $1]) * values[$1] }
        }
    }
}

/// Prints taken for one voice: what it takes to say how much better that explains them than a voice for each.
struct VoiceCluster: Sendable {
    private(set) var count = 0
    private var sums: [Double]
    private let variances: [Double]

    init(_ statistics: VoiceStatistics) {
        variances = statistics.variances
        sums = [Double](repeating: 0, count: statistics.variances.count)
    }

    mutating func add(_ place: [Double]) {
        count += 1
        for i in sums.indices { sums[i] += place[i] }
    }

    mutating func remove(_ place: [Double]) {
        count -= 1
        for i in sums.indices { sums[i] -= place[i] }
    }

    /// Log likelihood ratio of a print being of the cluster's voice against its being of a voice of its own; 0 for none.
    func gain(_ place: [Double]) -> Double {
        guard count > 0 else { return 0 }
        var total = 0.0
        let n = Double(count)
        for i in sums.indices {
            let b = variances[i], y = place[i]
            // What the cluster says of the next print of its voice: mean and variance.
            let mean = b * sums[i] / (1 + n * b), variance = 1 + b / (1 + n * b)
            total += -0.5 * (log(variance) + (y - mean) * (y - mean) / variance) + 0.5 * (log(1 + b) + y * y / (1 + b))
        }
        return total
    }
}
