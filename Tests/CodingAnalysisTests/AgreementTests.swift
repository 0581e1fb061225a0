import Foundation
import Testing
@testable import CodingAnalysis
@testable import CodingStore

@Suite struct AgreementTests {
    /// 1,000 code points: a label of three, 199 words, a line end.
    private func thousand() throws -> TestStudy {
        let study = try TestStudy()
        let text = try study.add("P01", ("S", Array(repeating: "blåa", count: 198).joined(separator: " ") + " blåaaa"))
        #expect(text.unicodeScalars.count == 1000)
        return study
    }

    @Test func aThousandCharactersGiveTheKappaThatIsWorkedOutByHand() throws {
        let study = try thousand()
        let code = try study.store.addCode("ansvar", who: "Anne")
        try study.store.apply(code, to: .characters(100..<300), of: "P01", coder: "Anne")
        try study.store.apply(code, to: .characters(150..<350), of: "P01", coder: "Bo")
        let agreement = try Agreement(CodedStudy(study.store), options: .init(unit: .character))
        #expect(agreement.coders == ["Anne", "Bo"])
        let row = try #require(agreement.rows.first { $0.subject == .code(0) })
        #expect(row.units == 1000)
        #expect(row.coded == [200, 200])
        #expect(row.kappa == 0.6875)
        #expect(row.percentAgreement == 0.9)
        let pair = try #require(row.pairs.first)
        #expect(table(pair) == [150, 50, 50, 750])
        // One code: all codes on top of each other, and any code at all, are the same table.
        #expect(agreement.rows.prefix(2).map(\.kappa) == [0.6875, 0.6875])
        let printed = agreement.table()
        #expect(printed.stamp == "avidentifisert")
        #expect(printed.rows[2].contains(.number(0.6875)))
    }

    /// A slow way to the same numbers: every unit of every source asked for every coder.
    @Test(arguments: [Agreement.Unit.character, .word], [1, 2, 3])
    func countsAreThoseOfAskingUnitByUnit(unit: Agreement.Unit, seed: Int) throws {
        let study = try TestStudy()
        var random = SplitMix(UInt64(seed))
        for item in ["P01", "P02", "P03"] {
            try study.add(item, turns: (0..<6).map { turn in
                (turn % 2 == 0 ? "Intervjuer" : "Informant", (0..<(3 + random.below(12))).map { _ in ["å", "være", "mye…", "hjemme"][random.below(4)] }.joined(separator: " "))
            })
        }
        let top = try study.store.addCode("a", who: "Anne"), below = try study.store.addCode("b", under: top, who: "Anne")
        let other = try study.store.addCode("c", who: "Anne"), codes = [top, below, other], coders = ["Anne", "Bo", "Cato"]
        for _ in 0..<60 {
            let item = ["P01", "P02", "P03"][random.below(3)], length = try study.store.text(of: item).text.text.unicodeScalars.count
            // Cato has not coded the third.
            let coder = coders[random.below(item == "P03" ? 2 : 3)], start = random.below(length - 12)
            try study.store.apply(codes[random.below(3)], to: .characters(start..<start + 1 + random.below(11)), of: item, coder: coder)
        }
        let coded = try CodedStudy(study.store)
        for sources in [Agreement.Sources.codedByAll, .codedByTwo, .given(["P01", "P03"])] {
            let agreement = try Agreement(coded, options: .init(unit: unit, sources: sources, resamples: 0))
            for row in agreement.rows {
                let own: Set<Int>
                switch row.subject {
                case .code(let code): own = [code]
                case .tree(let code): own = Set(coded.subtree(of: code))
                case .codedAtAll: own = [0, 1, 2]
                case .allCodes: continue
                }
                let slow = try ratings(coded, own, unit, sources)
                #expect(row.units == Int(slow.patterns.reduce(0) { $0 + $1.weight }))
                #expect(row.kappa == slow.meanKappa)
                #expect(close(row.alpha, slow.krippendorffAlpha))
                #expect(close(row.percentAgreement, slow.percentAgreement))
                #expect(close(row.gwetAC1, slow.gwetAC1))
            }
            // All codes: the units of the codes in a row.
            let used = agreement.rows.compactMap { row -> Int? in if case .code(let code) = row.subject { code } else { nil } }
            let rows = try used.map { try columns(coded, [$0], unit, sources) }
            let all = NominalRatings((0..<3).map { coder in rows.flatMap { $0[coder] } }, categories: 2)
            #expect(close(agreement.rows[0].alpha, all.krippendorffAlpha))
            #expect(close(agreement.rows[0].kappa, all.meanKappa))
        }
    }

    private func table(_ pair: Agreement.Pair) -> [Int] { [pair.both, pair.onlyFirst, pair.onlySecond, pair.neither] }

    private func close(_ a: Double?, _ b: Double?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return abs(a - b) < 1e-12
    }

    private func ratings(_ study: CodedStudy, _ codes: Set<Int>, _ unit: Agreement.Unit, _ sources: Agreement.Sources) throws -> NominalRatings {
        NominalRatings(try columns(study, codes, unit, sources), categories: 2)
    }

    private func columns(_ study: CodedStudy, _ codes: Set<Int>, _ unit: Agreement.Unit, _ sources: Agreement.Sources) throws -> [[Int?]] {
        var rows = [[Int?]](repeating: [], count: 3)
        for (index, source) in study.sources.enumerated() {
            let readers = Set(study.codings.filter { $0.source == index }.map(\.coder))
            let counts: Set<Int> =
                switch sources {
                case .codedByAll: readers.count == 3 ? readers : []
                case .codedByTwo: readers.count > 1 ? readers : []
                case .given(let items): items.contains(source.item) ? [0, 1, 2] : []
                }
            guard !counts.isEmpty else { continue }
            let text = try study.text(ofSource: index)
            let units = unit == .word ? text.words.map { $0.start..<$0.end } : (0..<text.text.unicodeScalars.count).map { $0..<$0 + 1 }
            for place in units {
                for coder in 0..<3 {
                    let has = study.codings.contains { $0.source == index && $0.coder == coder && codes.contains($0.code) && $0.range.overlaps(place) }
                    rows[coder].append(counts.contains(coder) ? (has ? 1 : 0) : nil)
                }
            }
        }
        return rows
    }

    @Test func unitsThatShareHalfOfTheLongerAreOne() throws {
        let study = try thousand()
        let code = try study.store.addCode("ansvar", who: "Anne"), other = try study.store.addCode("tillit", who: "Anne")
        // The same unit with edges a little apart; one that only Anne has; one with different codes.
        try study.store.apply(code, to: .characters(100..<200), of: "P01", coder: "Anne")
        try study.store.apply(code, to: .characters(110..<205), of: "P01", coder: "Bo")
        try study.store.apply(code, to: .characters(300..<400), of: "P01", coder: "Anne")
        try study.store.apply(code, to: .characters(500..<600), of: "P01", coder: "Anne")
        try study.store.apply(other, to: .characters(500..<600), of: "P01", coder: "Bo")
        // Shares less than half.
        try study.store.apply(code, to: .characters(580..<700), of: "P01", coder: "Bo")
        let agreement = try Agreement(CodedStudy(study.store), options: .init(unit: .meaningUnit))
        let row = try #require(agreement.rows.first { $0.subject == .code(0) })
        #expect(row.units == 4)
        let pair = try #require(row.pairs.first)
        #expect(table(pair) == [1, 2, 1, 0])
    }

    @Test func disagreementsComeLongestFirst() throws {
        let study = try TestStudy()
        try study.add("P01", ("Informant", "vi har det travelt og jeg har ikke tid til alle sammen hver dag"))
        let code = try study.store.addCode("tid", who: "Anne")
        try study.code(code, "travelt og jeg har ikke tid", in: "P01", by: "Anne")
        try study.code(code, "ikke tid til", in: "P01", by: "Bo")
        let found = try Disagreements(CodedStudy(study.store))
        #expect(found.items.map(\.words) == [4, 1])
        #expect(found.items.map(\.having) == [["Anne"], ["Bo"]])
        #expect(found.items.map(\.lacking) == [["Bo"], ["Anne"]])
        let table = try found.table()
        #expect(table.rows.map { $0[5] } == [.text("travelt og jeg har"), .text("til")])
        #expect(try found.table(.init(limit: 1)).rows.count == 1)
    }

    @Test func theBootstrapIsTheSameEveryTimeAndHoldsAlpha() throws {
        let study = try TestStudy()
        var random = SplitMix(7)
        try study.add("P01", turns: (0..<80).map { _ in ("Informant", Array(repeating: "ord", count: 10).joined(separator: " ")) })
        let code = try study.store.addCode("a", who: "Anne")
        for turn in 1...80 where random.below(2) == 0 {
            try study.store.apply(code, to: .turn(turn), of: "P01", coder: "Anne")
            if random.below(4) > 0 { try study.store.apply(code, to: .turn(turn), of: "P01", coder: "Bo") }
        }
        let coded = try CodedStudy(study.store)
        let one = try Agreement(coded, options: .init()).rows[2], two = try Agreement(coded, options: .init()).rows[2]
        #expect(one == two)
        let low = try #require(one.alphaLow), high = try #require(one.alphaHigh), alpha = try #require(one.alpha)
        #expect(low < alpha && alpha < high)
        // Turns of equal length are independent units here: the interval is about that of the large-sample kappa over turns, which is
        // √10 wider than the one over words.
        let kappa = try #require(one.pairs[0].kappa)
        let ratio = (high - low) / (kappa.high - kappa.low)
        #expect(ratio > 2.4 && ratio < 4.2)
    }

    @Test func whatCannotBeComparedIsSaid() throws {
        let study = try thousand()
        let code = try study.store.addCode("ansvar", who: "Anne")
        try study.store.apply(code, to: .characters(100..<300), of: "P01", coder: "Anne")
        #expect(throws: AnalysisError.tooFewCoders(["Anne"])) { try Agreement(CodedStudy(study.store)) }
        try study.add("P02", ("S", "noe annet"))
        try study.store.apply(code, to: .characters(3..<6), of: "P02", coder: "Bo")
        #expect(throws: AnalysisError.noCommonSources(["Anne", "Bo"])) { try Agreement(CodedStudy(study.store)) }
        #expect(throws: StoreError.unknownSource("P09")) { try Agreement(CodedStudy(study.store), options: .init(sources: .given(["P09"]))) }
        #expect(try Agreement(CodedStudy(study.store), options: .init(unit: .character, sources: .given(["P01"]))).rows[2].coded == [200, 0])
    }
}
