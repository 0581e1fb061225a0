import Foundation

/// How long a speaker's word takes for its length: log duration as a linear function of log letters and of syllables.
///
/// Ridge regression towards what read and spontaneous speech agree on (a word of twice the letters takes about 1.6 times
/// as long), so that a speaker with ten words gets a sensible model.
struct DurationModel: Sendable {
    private let offset: Double
    private let letterSlope: Double
    private let syllableSlope: Double

    private static let priorLetter = 0.55, priorSyllable = 0.06, priorWeight = 10.0

    init(_ words: [WordMeasure]) {
        let n = Double(max(1, words.count))
        let x1 = words.map { log(Double($0.letters)) }, x2 = words.map { Double($0.syllables) }
        let y = words.map { log(max($0.seconds, 0.02)) }
        let m1 = x1.reduce(0, +) / n, m2 = x2.reduce(0, +) / n, my = y.reduce(0, +) / n
        var a = Self.priorWeight * 0.2, b = 0.0, c = Self.priorWeight * 0.5
        var p = a * Self.priorLetter, q = c * Self.priorSyllable
        for i in words.indices {
            let u = x1[i] - m1, v = x2[i] - m2, w = y[i] - my
            a += u * u
            b += u * v
            c += v * v
            p += u * w
            q += v * w
        }
        let determinant = a * c - b * b
        letterSlope = (p * c - q * b) / determinant
        syllableSlope = (a * q - b * p) / determinant
        offset = my - letterSlope * m1 - syllableSlope * m2
    }

    /// Log ratio of each word's duration to the expected one.
    func residuals(_ words: [WordMeasure]) -> [Double] {
        words.map { log(max($0.seconds, 0.02)) - offset - letterSlope * log(Double($0.letters)) - syllableSlope * Double($0.syllables) }
    }
}
