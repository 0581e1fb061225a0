import Foundation

/// Units put in categories by several raters, some of whom may have passed over some units; and how well the raters agree.
///
/// Categories have no order (nominal data). Units come with a weight, so that a stretch of a thousand characters that all raters treat
/// alike is one entry. Every coefficient is nil where it is not defined: with nothing to compare, or where chance alone would give
/// perfect agreement.
public struct NominalRatings: Sendable, Hashable {
    struct Pattern: Sendable, Hashable {
        /// A category for each rater, -1 for none.
        var values: [Int]
        /// How many units look like this.
        var weight: Double
    }

    public let raters: Int
    /// How many categories there are, those that nobody used included.
    public let categories: Int
    private(set) var patterns: [Pattern]

    /// - Parameters:
    ///   - ratings: a row a rater, a column a unit; nil where a rater gave none. Categories are numbers from 0.
    ///   - categories: how many categories there are; nil for as many as were used.
    public init(_ ratings: [[Int?]], categories: Int? = nil) {
        raters = ratings.count
        let units = ratings.map(\.count).max() ?? 0
        var counts: [[Int]: Double] = [:]
        for unit in 0..<units { counts[ratings.map { unit < $0.count ? $0[unit].map { max(0, $0) } ?? -1 : -1 }, default: 0] += 1 }
        let used = counts.keys.lazy.flatMap { $0 }.max() ?? -1
        self.categories = max(categories ?? Set(counts.keys.lazy.flatMap { $0 }.filter { $0 >= 0 }).count, used + 1)
        // In a fixed order, so that sums come out the same to the last bit.
        patterns = counts.map { Pattern(values: $0.key, weight: $0.value) }.sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }

    init(raters: Int, categories: Int, patterns: [Pattern]) {
        self.raters = raters
        self.categories = categories
        self.patterns = patterns
    }

    /// Ratings by a pattern, and the numbers of each category in it.
    private func counts(_ pattern: Pattern) -> (rated: Int, of: [Int]) {
        var of = [Int](repeating: 0, count: categories)
        for value in pattern.values where value >= 0 { of[value] += 1 }
        return (of.reduce(0, +), of)
    }

    /// Units that at least two raters rated.
    public var comparableUnits: Double { patterns.reduce(0) { $0 + (counts($1).rated >= 2 ? $1.weight : 0) } }

    /// Percent agreement, 0 … 1: the part of all pairs of ratings of a unit that are the same, averaged over the units with two ratings
    /// or more (Fleiss 1971, Gwet 2014). With two raters, the part of the units on which they agree.
    public var percentAgreement: Double? {
        var sum = 0.0, units = 0.0
        for pattern in patterns {
            let (rated, of) = counts(pattern)
            guard rated >= 2 else { continue }
            let same = of.reduce(0) { $0 + $1 * ($1 - 1) }
            sum += pattern.weight * Double(same) / Double(rated * (rated - 1))
            units += pattern.weight
        }
        return units > 0 ? sum / units : nil
    }

    /// Krippendorff's alpha for nominal data, any number of raters, with missing ratings.
    ///
    /// α = 1 − Dₒ/Dₑ from the coincidence matrix: every pair of ratings of a unit counts 1/(m−1), with m ratings of the unit; a unit
    /// with fewer than two does not count. Dₒ is the share of unequal pairs, Dₑ = 1 − Σ n_c(n_c−1) / n(n−1) what is expected when all
    /// ratings are shuffled. (K. Krippendorff, *Content Analysis*, 4th ed., Sage 2018, ch. 12; “Computing Krippendorff's
    /// Alpha-Reliability”, 2011.)
    public var krippendorffAlpha: Double? {
        var totals = [Double](repeating: 0, count: categories), unequal = 0.0
        for pattern in patterns {
            let (rated, of) = counts(pattern)
            guard rated >= 2 else { continue }
            for (category, count) in of.enumerated() { totals[category] += pattern.weight * Double(count) }
            let same = of.reduce(0) { $0 + $1 * ($1 - 1) }
            unequal += pattern.weight * Double(rated * (rated - 1) - same) / Double(rated - 1)
        }
        return Self.alpha(unequal: unequal, totals: totals)
    }

    /// - Parameters:
    ///   - unequal: the off-diagonal of the coincidence matrix, summed.
    ///   - totals: its marginal sums.
    static func alpha(unequal: Double, totals: [Double]) -> Double? {
        let n = totals.reduce(0, +)
        let different = n * n - totals.reduce(0) { $0 + $1 * $1 }
        guard n > 1, different > 0 else { return nil }
        return 1 - (n - 1) * unequal / different
    }

    /// Brennan and Prediger's coefficient: chance puts a unit in each of the q categories alike, (pₐ − 1/q) / (1 − 1/q). (R. L. Brennan
    /// and D. J. Prediger, *Educational and Psychological Measurement* 41, 1981; also Bennett's S.)
    public var brennanPrediger: Double? {
        guard categories > 1, let agreed = percentAgreement else { return nil }
        let chance = 1 / Double(categories)
        return (agreed - chance) / (1 - chance)
    }

    /// Gwet's AC1: chance is Σ π_c(1 − π_c) / (q − 1), with π_c the mean over units of the part of the ratings in category c. Steadier
    /// than kappa where one category is rare. (K. L. Gwet, *British Journal of Mathematical and Statistical Psychology* 61, 2008.)
    public var gwetAC1: Double? {
        guard categories > 1, let agreed = percentAgreement else { return nil }
        var shares = [Double](repeating: 0, count: categories), units = 0.0
        for pattern in patterns {
            let (rated, of) = counts(pattern)
            guard rated >= 1 else { continue }
            for (category, count) in of.enumerated() { shares[category] += pattern.weight * Double(count) / Double(rated) }
            units += pattern.weight
        }
        let chance = shares.reduce(0) { $0 + $1 / units * (1 - $1 / units) } / Double(categories - 1)
        return chance < 1 ? (agreed - chance) / (1 - chance) : nil
    }

    /// Cohen's kappa of two raters with its large-sample interval.
    public struct Kappa: Sendable, Hashable, Codable {
        public var value: Double
        /// For a kappa that is not zero.
        public var standardError: Double
        /// 95 %, within -1 … 1.
        public var low: Double
        public var high: Double
    }

    /// Cohen's kappa of two raters over the units that both rated, (pₒ − pₑ) / (1 − pₑ) with pₑ = Σ p_i· p_·i. (J. Cohen, *Educational
    /// and Psychological Measurement* 20, 1960.)
    ///
    /// The standard error is the large-sample one of J. L. Fleiss, J. Cohen and B. S. Everitt, *Psychological Bulletin* 72, 1969:
    /// √(A + B − C) / ((1 − pₑ)√n), with A = Σ p_ii [1 − (p_i· + p_·i)(1 − κ)]², B = (1 − κ)² Σ_{i≠j} p_ij (p_·i + p_j·)² and
    /// C = [κ − pₑ(1 − κ)]². It takes units for independent of each other, which neighbouring characters are not.
    public func cohenKappa(_ first: Int, _ second: Int) -> Kappa? {
        let q = categories
        var cells = [Double](repeating: 0, count: q * q)
        for pattern in patterns where pattern.values[first] >= 0 && pattern.values[second] >= 0 {
            cells[pattern.values[first] * q + pattern.values[second]] += pattern.weight
        }
        let n = cells.reduce(0, +)
        var rows = [Double](repeating: 0, count: q), columns = rows
        for i in 0..<q { for j in 0..<q { (rows[i], columns[j]) = (rows[i] + cells[i * q + j], columns[j] + cells[i * q + j]) } }
        // In whole numbers as long as they are: n·Σ n_ii − Σ n_i· n_·i over n² − Σ n_i· n_·i.
        let same = (0..<q).reduce(0.0) { $0 + cells[$1 * q + $1] }, byChance = (0..<q).reduce(0.0) { $0 + rows[$1] * columns[$1] }
        guard n > 0, n * n - byChance > 0 else { return nil }
        let kappa = (n * same - byChance) / (n * n - byChance), chance = byChance / (n * n)
        var a = 0.0, b = 0.0
        for i in 0..<q {
            for j in 0..<q {
                let p = cells[i * q + j] / n
                if i == j {
                    let term = 1 - (rows[i] + columns[i]) / n * (1 - kappa)
                    a += p * term * term
                } else {
                    let term = (columns[i] + rows[j]) / n
                    b += p * term * term
                }
            }
        }
        b *= (1 - kappa) * (1 - kappa)
        let c = kappa - chance * (1 - kappa)
        let error = (max(0, a + b - c * c) / n).squareRoot() / (1 - chance)
        return Kappa(value: kappa, standardError: error, low: max(-1, kappa - Self.z * error), high: min(1, kappa + Self.z * error))
    }

    /// The normal distribution's 97.5th percentile.
    static let z = 1.959963984540054

    /// The mean of the kappas of all pairs for which it is defined (R. J. Light, *Psychological Bulletin* 76, 1971).
    public var meanKappa: Double? {
        var sum = 0.0, pairs = 0.0
        for a in 0..<raters { for b in (a + 1)..<max(a + 1, raters) { if let kappa = cohenKappa(a, b) { (sum, pairs) = (sum + kappa.value, pairs + 1) } } }
        return pairs > 0 ? sum / pairs : nil
    }
}
