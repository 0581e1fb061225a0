import Foundation

/// Fits the network's probabilities to how much a recording overlaps.
///
/// The network was trained on scenes of which a ninth overlaps; an interview has a hundredth, a lively meeting a quarter.
/// The share is estimated from the probabilities themselves by expectation maximisation, and the odds are corrected for it
/// (Saerens, Latinne and Decaestecker 2002). Unlike there, the share is kept between bounds: a short recording tells too
/// little about it.
struct OverlapPrior {
    /// Share of the frames of the training scenes in which two speak.
    static let trained = 0.11
    static let most = 0.4

    /// The share of the frames that overlap.
    let share: Double
    /// The corrected probability for each of the 256 values of `OverlapActivity.probability`.
    let corrected: [Float]

    /// - Parameters:
    ///   - histogram: number of speech frames with each of the 256 probabilities.
    ///   - least: the smallest share believed in.
    init(histogram: [Int], least: Double) {
        let odds = (0..<256).map { code in
            let p = min(0.998, max(0.002, Double(code) / 255))
            return p / (1 - p) * (1 - Self.trained) / Self.trained
        }
        func probability(_ code: Int, _ share: Double) -> Double {
            let r = odds[code] * share / (1 - share)
            return r / (1 + r)
        }
        let total = Double(max(1, histogram.reduce(0, +)))
        var share = 0.1
        for _ in 0..<60 {
            var sum = 0.0
            for (code, count) in histogram.enumerated() where count > 0 { sum += Double(count) * probability(code, share) }
            share = min(max(least, Self.most), max(least, sum / total))
        }
        self.share = share
        corrected = (0..<256).map { Float(probability($0, share)) }
    }
}
