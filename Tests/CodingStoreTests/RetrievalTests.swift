import Foundation
import Testing
@testable import Anonymization
@testable import CodingStore

/// Retrieval, co-occurrence, figures and phrases against pairs counted one by one.
@Suite struct RetrievalTests {
    let folder: URL
    var url: URL { folder.appendingPathComponent("koding.sqlite") }

    init() throws { folder = try StoreFixture.folder() }

    private struct Placed { var item: String, range: Range<Int>, code: String, coder: String, round: Int }

    /// Three texts, six codes, two coders, stretches at random.
    private func filled(_ dice: inout Dice) throws -> (CodingStore, [Placed]) {
        let store = try CodingStore(url)
        for number in 1...3 {
            let turns = (0..<12).map { _ in (0..<8).map { _ in "ord\(Int.random(in: 0..<30, using: &dice))" }.joined(separator: " ") }
            try store.importTranscript(StoreFixture.transcript(turns, item: "P\(number)"), who: "A")
        }
        let top = try store.addCode("topp", who: "A")
        for name in ["b", "c"] { try store.addCode(name, under: top, who: "A") }
        for name in ["d", "e", "f"] { try store.addCode(name, who: "A") }
        let paths = ["topp", "topp/b", "topp/c", "d", "e", "f"]
        var placed: [Placed] = []
        for _ in 0..<90 {
            let item = "P\(Int.random(in: 1...3, using: &dice))", words = try store.text(of: item).text.words
            let first = Int.random(in: 0..<words.count - 12, using: &dice), last = first + Int.random(in: 0..<10, using: &dice)
            let code = paths.randomElement(using: &dice)!, coder = ["A", "B"].randomElement(using: &dice)!, round = Int.random(in: 1...2, using: &dice)
            try store.apply(store.code(code), to: .words(words[first].id, words[last].id), of: item, coder: coder, round: round)
            placed.append(Placed(item: item, range: words[first].start..<words[last].end, code: code, coder: coder, round: round))
        }
        return (store, placed)
    }

    @Test func bringsOutWhatIsCoded() throws {
        var dice = Dice(5)
        let (store, placed) = try filled(&dice)
        func expected(_ fits: (Placed) -> Bool) -> Set<String> { Set(placed.filter(fits).map { "\($0.item) \($0.range) \($0.code) \($0.coder) \($0.round)" }) }
        func found(_ change: (inout RetrievalQuery) -> Void) throws -> Set<String> {
            var query = RetrievalQuery()
            change(&query)
            let extracts = try store.retrieve(query)
            for extract in extracts {
                let points = CodePoints(try store.sourceText(ofVersion: extract.unit.versionId).text)
                #expect(points[extract.unit.start..<extract.unit.end] == extract.text)
            }
            // Each unit once.
            #expect(Set(extracts.map(\.unit.guid)).count == extracts.count)
            return Set(extracts.flatMap { extract in extract.codes.map { "\(extract.source) \(extract.unit.start..<extract.unit.end) \($0.path) \($0.coder) \($0.round)" } })
        }
        #expect(try found { _ in } == expected { _ in true })
        #expect(try found { $0.codes = ["topp"] } == expected { $0.code.hasPrefix("topp") })
        #expect(try found { ($0.codes, $0.withSubcodes) = (["topp"], false) } == expected { $0.code == "topp" })
        #expect(try found { $0.codes = ["b", "d"] } == expected { $0.code == "topp/b" || $0.code == "d" })
        #expect(try found { ($0.coders, $0.rounds) = (["B"], [2]) } == expected { $0.coder == "B" && $0.round == 2 })
        #expect(try found { $0.scope.sources = ["P2"] } == expected { $0.item == "P2" })
        let theme = try store.addTheme("alene", who: "A"), lower = try store.addTheme("ingen", level: .subtheme, under: theme, who: "A")
        try store.gather([(.code, try store.code("d").guid)], under: theme, who: "A")
        try store.gather([(.code, try store.code("topp").guid)], under: lower, who: "A")
        #expect(try found { $0.themes = ["ingen"] } == expected { $0.code.hasPrefix("topp") })
        #expect(try found { $0.themes = ["alene"] } == expected { $0.code.hasPrefix("topp") || $0.code == "d" })
        #expect(try found { ($0.themes, $0.codes) = (["alene"], ["d", "e"]) } == expected { $0.code == "d" })
        #expect(throws: StoreError.self) { try found { $0.themes = ["annet"] } }
    }

    @Test func givesTheWordsAround() throws {
        let store = try CodingStore(url)
        try store.importTranscript(StoreFixture.transcript(["en to tre", "fire fem seks sju."]), who: "A")
        let words = try store.text(of: "P01").text.words
        let unit = try store.markUnit(.words(words[3].id, words[4].id), of: "P01", condensed: "midt i", coder: "A")
        var query = RetrievalQuery()
        query.withUncoded = true
        query.context = 2
        let extract = try #require(try store.retrieve(query).first)
        #expect(extract.unit.guid == unit.guid && extract.text == "fire fem" && extract.people.map(\.label) == ["Intervjuer"])
        #expect(extract.before.hasPrefix("to tre") && extract.after == " seks sju.")
        #expect(extract.milliseconds == 400..<580 && extract.turns == [2])
        query.context = 0
        #expect(try store.retrieve(query).first?.before == "")
        query.withUncoded = false
        #expect(try store.retrieve(query).isEmpty)
    }

    @Test func countsWhatIsTogether() throws {
        var dice = Dice(77)
        let (store, placed) = try filled(&dice)
        // A code on a stretch counts once, whoever put it there.
        let once = Dictionary(grouping: placed, by: { "\($0.item) \($0.range) \($0.code)" }).values.map { $0[0] }
        func pair(_ a: String, _ b: String) -> String { [a, b].sorted().joined(separator: " + ") }
        var overlaps: [String: Int] = [:], units: [String: Set<String>] = [:], sources: [String: Set<String>] = [:], turns: [String: Set<String>] = [:]
        for (i, a) in once.enumerated() {
            for b in once[(i + 1)...] where a.code != b.code && a.item == b.item && a.range.overlaps(b.range) { overlaps[pair(a.code, b.code), default: 0] += 1 }
        }
        for place in once {
            units["\(place.item) \(place.range)", default: []].insert(place.code)
            sources[place.item, default: []].insert(place.code)
            for turn in try store.text(of: place.item).text.turns where turn.body < place.range.upperBound && turn.end > place.range.lowerBound {
                turns["\(place.item) \(turn.number)", default: []].insert(place.code)
            }
        }
        func counted(_ groups: [String: Set<String>]) -> [String: Int] {
            var out: [String: Int] = [:]
            for codes in groups.values { for a in codes { for b in codes where a < b { out[pair(a, b), default: 0] += 1 } } }
            return out
        }
        func found(_ within: Togetherness) throws -> [String: Int] {
            Dictionary(uniqueKeysWithValues: try store.cooccurrence(within: within).map { (pair($0.first, $0.second), $0.together) })
        }
        #expect(try found(.overlap) == overlaps && !overlaps.isEmpty)
        #expect(try found(.unit) == counted(units) && found(.source) == counted(sources) && found(.turn) == counted(turns))
        let one = try store.cooccurrence(of: ["d"])
        #expect(one.allSatisfy { $0.first == "d" } && one.map(\.together).reduce(0, +) == overlaps.filter { $0.key.split(separator: " + ").contains("d") }.map(\.value).reduce(0, +))
        for row in one {
            let a = once.count { $0.code == row.first }, b = once.count { $0.code == row.second }
            #expect(row.firstCount == a && row.secondCount == b)
        }
        // The tree's code stands for what is under it.
        let tree = try store.cooccurrence(of: ["topp", "d"], within: .source, withSubcodes: true)
        #expect(tree.first { pair($0.first, $0.second) == "d + topp" }?.together == sources.values.count { $0.contains("d") && $0.contains { $0.hasPrefix("topp") } })
        let figures = try store.statistics()
        let distinct = Set(placed.map { "\($0.item) \($0.range) \($0.code) \($0.coder) \($0.round)" })
        #expect(figures.codings == distinct.count && figures.units == Set(placed.map { "\($0.item) \($0.range)" }).count)
        for code in figures.perCode {
            let own = placed.filter { $0.code == code.path }
            #expect(code.units == Set(own.map { "\($0.item) \($0.range)" }).count && code.sources == Set(own.map(\.item)).count)
            var covered = 0
            for item in ["P1", "P2", "P3"] {
                covered += try store.text(of: item).text.words.count { word in own.contains { $0.item == item && $0.range.lowerBound <= word.start && $0.range.upperBound >= word.end } }
            }
            #expect(code.words == covered, "\(code.path)")
        }
    }

    @Test func findsPhrasesExactlyAndFolded() throws {
        let store = try CodingStore(url)
        try store.importTranscript(StoreFixture.transcript(["Hvem, sa hun. hvem som helst? Hvem Som da", "og hvem"]), who: "A")
        let points = CodePoints(try store.text(of: "P01").text.text)
        func found(_ phrase: String, exact: Bool = false, _ extent: Extent = .match) throws -> [String] {
            try store.places(of: phrase, in: ["P01"], exact: exact, extent: extent).map { points[$0.range] }
        }
        #expect(try found("hvem som") == ["hvem som", "Hvem Som"])
        #expect(try found("hvem som", exact: true) == ["hvem som"])
        #expect(try found("Hvem, sa", exact: true) == ["Hvem, sa"] && found("hvem sa") == ["Hvem, sa"])
        #expect(try found("som", .sentence) == ["hvem som helst?", "Hvem Som da"])
        #expect(try found("sa hun", .sentence) == ["Hvem, sa hun."] && found("og", .turn) == ["og hvem"])
        #expect(try found("da og").isEmpty, "nobody says this in one turn")
        #expect(throws: StoreError.self) { try found("?") }
        #expect(throws: StoreError.self) { try store.places(of: "hvem", in: ["P9"]) }
    }

    @Test func saysWhereLostWordsMayBe() throws {
        let store = try CodingStore(url)
        let filler = (0..<40).map { "fyll\($0)" }.joined(separator: " ")
        try store.importTranscript(StoreFixture.transcript([filler, "alfa beta gamma delta epsilon", filler]), who: "A")
        let code = try store.addCode("k", who: "A"), words = try store.text(of: "P01").text.words
        try store.apply(code, to: .words(words[40].id, words[44].id), of: "P01", coder: "A")
        #expect(try store.lost().isEmpty)
        // Said in another order far away, with the old place closed.
        try store.importTranscript(StoreFixture.transcript([filler, "kort", filler + " epsilon og delta gamma beta"]), who: "A")
        let lost = try store.lost()
        if let unit = lost.first {
            #expect(unit.text == "alfa beta gamma delta epsilon" && unit.codes == ["k"] && unit.source == "P01" && unit.version == 1)
            let best = try #require(unit.suggestions.first)
            #expect(best.text == "epsilon og delta gamma beta" && best.share == 0.8 && best.turn == 3)
            try store.move(unit.unit, to: .characters(best.range), who: "A")
            #expect(try store.lost().isEmpty)
        } else {
            Issue.record("the unit should have lost its words")
        }
    }
}
