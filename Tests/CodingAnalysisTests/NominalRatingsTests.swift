import Foundation
import Testing
@testable import CodingAnalysis

@Suite struct NominalRatingsTests {
    /// 1,000 characters, two coders with 200 each, 150 of them the same.
    @Test func kappaOfTwoCodersIsExact() throws {
        let first = (0..<1000).map { Optional($0 < 200 ? 1 : 0) }, second = (0..<1000).map { Optional(50 <= $0 && $0 < 250 ? 1 : 0) }
        let ratings = NominalRatings([first, second])
        let kappa = try #require(ratings.cohenKappa(0, 1))
        #expect(kappa.value == 0.6875)
        #expect(ratings.meanKappa == 0.6875)
        #expect(ratings.percentAgreement == 0.9)
        #expect(kappa.low < 0.6875 && kappa.high > 0.6875)
    }

    /// K. Krippendorff, “Computing Krippendorff's Alpha-Reliability” (2011), example C: four observers, twelve units, missing data.
    @Test func alphaOfThePublishedExampleWithMissingData() throws {
        let rows = ["123321412...", "1233224125.3", ".3332342251.", "1233244125 1."].map { $0.filter { $0 != " " } }
        let ratings = NominalRatings(rows.map { $0.map { Int(String($0)).map { $0 - 1 } } })
        #expect(abs(try #require(ratings.krippendorffAlpha) - 0.743) < 0.0005)
    }

    @Test func nothingToCompareIsNoAgreement() {
        #expect(NominalRatings([[1, nil], [nil, 1]]).krippendorffAlpha == nil)
        #expect(NominalRatings([[1, nil], [nil, 1]]).percentAgreement == nil)
        // Everybody says the same of everything: chance alone would do so, too.
        #expect(NominalRatings([[1, 1], [1, 1]], categories: 2).krippendorffAlpha == nil)
        #expect(NominalRatings([[1, 1], [1, 1]], categories: 2).cohenKappa(0, 1) == nil)
        #expect(NominalRatings([]).gwetAC1 == nil)
    }
}
