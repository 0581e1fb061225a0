import Foundation
import Signal
import Testing

@testable import Prosody

@Suite struct RobustRegressionTests {
    /// Numbers from −1 to 1, the same every time.
    struct Draw {
        var state: UInt64 = 3
        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
        }
    }

    @Test func findsTheLineThroughOutliers() {
        var draw = Draw()
        let rows = (0..<300).map { _ in [draw.next(), draw.next()] }
        let values = rows.enumerated().map { index, row -> Double in
            2 + 3 * row[0] - row[1] + 0.1 * draw.next() + (index % 12 == 0 ? 8 : 0)
        }
        let model = RobustRegression(rows: rows, values: values, ridge: 0.01)
        for (found, wanted) in zip(model.coefficients, [2.0, 3, -1]) { #expect(abs(found - wanted) < 0.05) }
        // Uniform noise of half a width of 0.1 has a median absolute deviation of 0.05.
        #expect(abs(model.scale - 0.05 * 1.4826) < 0.03)
    }

    @Test func withoutOutliersItIsTheNormalEquations() {
        var draw = Draw()
        let rows = (0..<40).map { _ in [draw.next()] }
        // Points on a line give the line itself, and a scale of next to nothing.
        let model = RobustRegression(rows: rows, values: rows.map { 5 - 2 * $0[0] }, ridge: 1e-9)
        #expect(abs(model.coefficients[0] - 5) < 1e-6 && abs(model.coefficients[1] + 2) < 1e-6 && model.scale < 0.01)
    }

    @Test func medianOfFewValues() {
        #expect(RobustRegression.median([]) == 0)
        #expect(RobustRegression.median([4, 1, 3]) == 3)
        #expect(RobustRegression.median([4, 1, 3, 2]) == 2.5)
    }
}

@Suite struct EmphasisTests {
    /// Sixty words of two kinds of sound, one twice as loud as the other by nature; one soft-kind word is raised.
    func talk(raised: Int? = nil, factor: Float = 2.2, hertz: Double = 135) -> TestTalk {
        var talk = TestTalk()
        talk.silence(0.4)
        for index in 0..<60 {
            let isLoudKind = index % 2 == 0
            let gain: Float = (isLoudKind ? 0.2 : 0.1) * (index == raised ? factor : 1) * (1 + 0.05 * Float(index * 7 % 5 - 2))
            talk.vowel(0.24 + 0.01 * Double(index * 3 % 4), gain: gain, hertz: (index == raised ? hertz : 110) + Double(index * 5 % 4), formant: isLoudKind ? 700 : 2300)
            talk.silence(0.05)
        }
        return talk
    }

    func estimates(_ talk: TestTalk) throws -> [EmphasisEstimator.Estimate] {
        var source = ArraySource(talk.samples, rate: .analysis)
        let contours = try SpeechContours(source: &source, options: .init(), progress: { _ in })
        let words = talk.words.map { ProsodicWord(text: "ordet", range: $0) }
        return EmphasisEstimator().estimate(SpeakerWords.all(words, contours: contours), count: words.count).compactMap { $0 }
    }

    @Test func aRaisedWordOfASoftKindIsFound() throws {
        let found = try estimates(talk(raised: 31))
        let best = found.indices.max { found[$0].probability < found[$1].probability }
        #expect(best == 31)
        // It is about as loud as its neighbours, so that loudness alone would not have told.
        #expect((found[31].evidence["effort_db"] ?? 0) > 4)
    }

    @Test func theLoudKindIsNotTakenForEmphasis() throws {
        let found = try estimates(talk())
        #expect(found.count == 60)
        #expect(found.allSatisfy { $0.probability < 0.5 })
        // Effort against its own kind differs by less than a decibel or two, where the levels differ by six.
        let kinds = [0, 1].map { kind in
            found.indices.filter { $0 % 2 == kind }.map { found[$0].evidence["effort_db"] ?? 0 }.reduce(0, +) / 30
        }
        #expect(abs(kinds[0] - kinds[1]) < 2)
    }

    @Test func numbersAndAbbreviationsHaveNoExpectedLength() {
        for text in ["2009", "NAV", "DPS-en", "17.", "B2B"] { #expect(!SpeakerWords.isSpelledAsSaid(text)) }
        for text in ["nav", "Oslo", "Æ", "ordet", "I"] { #expect(SpeakerWords.isSpelledAsSaid(text)) }
    }

    @Test func everyFeatureHasAWeight() {
        let model = EmphasisModel.shipped
        for list in [model.means, model.deviations, model.weights] { #expect(list.count == EmphasisFeatures.names.count) }
        #expect(model.deviations.allSatisfy { $0 > 0 })
        #expect(Set(EmphasisFeatures.names).count == EmphasisFeatures.names.count)
    }
}
