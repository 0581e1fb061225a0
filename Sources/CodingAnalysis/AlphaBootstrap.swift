import Foundation

/// The interval of Krippendorff's alpha: 95 % of what alpha comes to when the text's blocks are drawn anew, with replacement, as many
/// times as there are (B. Efron 1979; for alpha A. F. Hayes and K. Krippendorff, *Communication Methods and Measures* 1, 2007).
///
/// Hayes and Krippendorff draw single units and keep the expected disagreement. Here whole turns are drawn (whole meaning units where
/// these are the units), since neighbouring characters and words are not independent, and both disagreements are counted anew. Blocks
/// in which nobody has the code differ only in length: how many of them are drawn is drawn, and each counts with their mean length.
/// The same seed gives the same interval.
struct AlphaBootstrap {
    /// 2.5th to 97.5th percentile; nil without resamples, with fewer than two blocks with the code, or where alpha is undefined in
    /// half of the draws.
    private(set) var interval: ClosedRange<Double>?

    init(_ tally: AgreementCount.Tally, resamples: Int, seed: UInt64) {
        let blocks = tally.blocks, count = blocks.count + tally.restCount
        guard resamples > 0, blocks.count > 1, count > 2 else { return }
        var random = SplitMix(seed)
        let restZeros = tally.restCount > 0 ? tally.rest.zeros / Double(tally.restCount) : 0
        var alphas: [Double] = []
        alphas.reserveCapacity(resamples)
        for _ in 0..<resamples {
            let drawn = tally.restCount == 0 ? count : random.binomial(count, Double(blocks.count) / Double(count))
            var sum = AgreementCount.Block()
            for _ in 0..<drawn { sum += blocks[random.below(blocks.count)] }
            sum.zeros += Double(count - drawn) * restZeros
            if let alpha = NominalRatings.alpha(unequal: sum.unequal, totals: [sum.zeros, sum.ones]) { alphas.append(alpha) }
        }
        guard alphas.count * 2 > resamples else { return }
        alphas.sort()
        func percentile(_ p: Double) -> Double { alphas[min(alphas.count - 1, Int((p * Double(alphas.count - 1)).rounded()))] }
        interval = percentile(0.025)...percentile(0.975)
    }
}

/// SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, OOPSLA 2014).
struct SplitMix {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 ..< count, by multiplication: no remainder, no bias that matters at these sizes.
    mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// 0 < u ≤ 1.
    mutating func unit() -> Double { (Double(next() >> 11) + 1) / 9_007_199_254_740_992 }

    /// Successes in `n` trials, by the gaps between them (Devroye 1986, ch. X.4): time goes with the successes, not the trials.
    mutating func binomial(_ n: Int, _ p: Double) -> Int {
        guard p < 1 else { return n }
        guard p > 0 else { return 0 }
        let scale = -log1p(-p)
        var successes = 0, at = 0.0
        while true {
            at += (-log(unit()) / scale).rounded(.down) + 1
            if at > Double(n) { return successes }
            successes += 1
        }
    }
}
