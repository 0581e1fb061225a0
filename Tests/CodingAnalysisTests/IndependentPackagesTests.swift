import Foundation
import Testing
@testable import CodingAnalysis

/// What `Scripts/agreement/make-fixtures.py` wrote: krippendorff, scikit-learn, statsmodels and irrCAC on random ratings.
@Suite struct IndependentPackagesTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            struct Pair: Decodable {
                var first: Int
                var second: Int
                var kappa: Double?
                var standardError: Double?
            }
            var categories: Int
            var ratings: [[Int?]]
            var alpha: Double
            var agreement: Double
            var ac1: Double
            var brennanPrediger: Double
            var pairs: [Pair]
        }
        var cases: [Case]
    }

    @Test func coefficientsAreThoseOfOtherPackages() throws {
        let url = try #require(Bundle.module.url(forResource: "agreement", withExtension: "json", subdirectory: "Fixtures"))
        let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
        #expect(fixture.cases.count == 10)
        var errors = 0
        for item in fixture.cases {
            let ratings = NominalRatings(item.ratings, categories: item.categories)
            #expect(abs(try #require(ratings.krippendorffAlpha) - item.alpha) < 1e-9)
            #expect(abs(try #require(ratings.percentAgreement) - item.agreement) < 1e-9)
            #expect(abs(try #require(ratings.gwetAC1) - item.ac1) < 1e-9)
            #expect(abs(try #require(ratings.brennanPrediger) - item.brennanPrediger) < 1e-9)
            for pair in item.pairs {
                let kappa = ratings.cohenKappa(pair.first, pair.second)
                guard let expected = pair.kappa else {
                    #expect(kappa == nil)
                    continue
                }
                #expect(abs(try #require(kappa).value - expected) < 1e-9)
                if let error = pair.standardError {
                    errors += 1
                    // Squared: what one package calls 0 is another's root of a rounding error.
                    let own = try #require(kappa).standardError
                    #expect(abs(own * own - error * error) < 1e-12)
                }
            }
        }
        #expect(errors > 30)
    }
}
