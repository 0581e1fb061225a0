import Foundation
import GRDB
import Signal
import Testing
import Transcript
@testable import Anonymization
@testable import CodingStore

/// Searches against a slow reading of the same texts, written without the index.
@Suite struct SearchTests {
    let folder: URL
    var url: URL { folder.appendingPathComponent("koding.sqlite") }

    init() throws { folder = try StoreFixture.folder() }

    private static let vocabulary = [
        "ansvar", "ansvaret", "Ansvar", "arbeid", "Ås", "aas", "as", "ÅS", "for", "før", "føre", "idé", "ide", "kö", "kø", "hvem", "som", "skal", "vi", "e-post", "post", "3",
        "33", "på", "paa", "pa\u{30A}", "jobb", "jobben", "nei", "🙂", "ja,", "(ler)", "…",
    ]

    // MARK: - the slow way

    /// Letters as the fold is described, one by one.
    private func fold(_ word: String) -> String {
        var out: [Character] = []
        for character in word.precomposedStringWithCanonicalMapping.lowercased() {
            let plain: Character = ["ö": "ø", "ä": "æ", "é": "e", "è": "e", "ó": "o"][character] ?? character
            if plain == "a", out.last == "a" { out[out.count - 1] = "å" } else { out.append(plain) }
        }
        return String(out)
    }

    private func slowWords(_ text: String) -> [String] {
        // Letters, digits and what hangs on them; all else parts words.
        var words: [String] = [], word = ""
        for character in text.precomposedStringWithCanonicalMapping {
            if character.isLetter || character.isNumber { word.append(character) } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        return (words + (word.isEmpty ? [] : [word])).map(fold)
    }

    private func holds(_ words: [String], _ phrase: [String], isPrefix: Bool) -> Bool {
        guard words.count >= phrase.count, !phrase.isEmpty else { return false }
        return (0...(words.count - phrase.count)).contains { start in
            phrase.indices.allSatisfy { k in k == phrase.count - 1 && isPrefix ? words[start + k].hasPrefix(phrase[k]) : words[start + k] == phrase[k] }
        }
    }

    @Test func findsWhatAReadingFinds() throws {
        var dice = Dice(11), texts: [String: [String]] = [:]
        let store = try CodingStore(url)
        for number in 1...6 {
            let item = "P0\(number)"
            texts[item] = (0..<40).map { _ in (0..<Int.random(in: 1...14, using: &dice)).map { _ in Self.vocabulary.randomElement(using: &dice)! }.joined(separator: " ") }
            try store.importTranscript(StoreFixture.transcript(texts[item]!, item: item), who: "A")
        }
        // A newer version of one: the older text, which a coding keeps, is not searched.
        let kept = try store.addCode("beholdt", who: "A")
        try store.apply(kept, to: .turn(1), of: "P03", coder: "A")
        texts["P03"] = (0..<30).map { _ in "helt " + Self.vocabulary.randomElement(using: &dice)! + " annet" }
        try store.importTranscript(StoreFixture.transcript(texts["P03"]!, item: "P03"), who: "A")
        var nonempty = 0
        for _ in 0..<300 {
            // One to three pieces: words, beginnings, phrases, alternatives, one that must not be there.
            var pieces: [String] = [], wanted: [[(phrase: [String], isPrefix: Bool)]] = [], unwanted: [[String]] = []
            for _ in 0..<Int.random(in: 1...2, using: &dice) {
                let word = Self.vocabulary.randomElement(using: &dice)!, other = Self.vocabulary.randomElement(using: &dice)!
                guard !slowWords(word).isEmpty, !slowWords(other).isEmpty else { continue }
                switch Int.random(in: 0..<4, using: &dice) {
                case 0:
                    pieces.append(word)
                    wanted.append([(slowWords(word), false)])
                case 1:
                    let start = String(word.filter { $0.isLetter || $0.isNumber }.prefix(3))
                    pieces.append(start + "*")
                    wanted.append([(slowWords(start), true)])
                case 2:
                    pieces.append("\"\(word) \(other)\"")
                    wanted.append([(slowWords(word + " " + other), false)])
                default:
                    pieces.append("\(word)|\(other)")
                    wanted.append([(slowWords(word), false), (slowWords(other), false)])
                }
            }
            guard !wanted.isEmpty else { continue }
            if Int.random(in: 0..<4, using: &dice) == 0 {
                let word = Self.vocabulary.prefix(24).randomElement(using: &dice)!
                pieces.append("-" + word)
                unwanted.append(slowWords(word))
            }
            var query = SearchQuery(pieces.joined(separator: " "))
            query.limit = Int.max
            let found = try store.search(query)
            var expected: Set<String> = []
            for (item, turns) in texts {
                for (index, turn) in turns.enumerated() {
                    let words = slowWords(turn)
                    let fits = wanted.allSatisfy { group in group.contains { holds(words, $0.phrase, isPrefix: $0.isPrefix) } }
                        && unwanted.allSatisfy { !holds(words, $0, isPrefix: false) }
                    if fits { expected.insert("\(item) \(index + 1)") }
                }
            }
            #expect(Set(found.hits.map { "\($0.source) \($0.turn)" }) == expected, "\(query.text)")
            #expect(found.count == expected.count, "\(query.text)")
            if !expected.isEmpty { nonempty += 1 }
            for hit in found.hits {
                let text = try store.sourceText(ofVersion: hit.version), points = CodePoints(text.text)
                // What is marked is one of the phrases asked for.
                for match in hit.matches {
                    let here = slowWords(points[match.range])
                    #expect(wanted.joined().contains { holds(here, $0.phrase, isPrefix: $0.isPrefix) }, "\(query.text)")
                    #expect(match.milliseconds == text.milliseconds(of: match.range))
                }
            }
            // Fewer are shown, as many are counted, the first of them.
            query.limit = 3
            let few = try store.search(query)
            #expect(few.count == found.count && few.hits == Array(found.hits.prefix(3)))
        }
        #expect(nonempty > 100)
    }

    @Test func lettersFoldAndOthersStay() throws {
        let store = try CodingStore(url)
        try store.importTranscript(StoreFixture.transcript(["vi for til Ås", "det var før", "i Aas på møte", "en idé og en kö"]), who: "A")
        func turns(_ text: String) throws -> [Int] { try store.search(SearchQuery(text)).hits.map(\.turn) }
        #expect(try turns("ås") == [1, 3] && turns("AAS") == [1, 3] && turns("a\u{30A}s") == [1, 3])
        #expect(try turns("for") == [1] && turns("før") == [2] && turns("as").isEmpty)
        #expect(try turns("ide") == [4] && turns("kø") == [4] && turns("paa") == [3])
        #expect(throws: StoreError.self) { try store.search(SearchQuery("… ?")) }
        #expect(throws: StoreError.self) { try store.search(SearchQuery("-for")) }
        // What FTS5 would take for its own language is words here.
        for text in ["AND", "NEAR(a b)", "text:for", "for OR", "\"for", "*", "^for", "for^2", "{for}", "a\"\"b"] { _ = try? store.search(SearchQuery(text)) }
        #expect(try turns("\"for til\" ås") == [1] && turns("NOT").isEmpty)
    }

    @Test func narrowsBySpeakerCaseTraitWaveAndDate() throws {
        let store = try CodingStore(url)
        func take(_ item: String, _ date: String?, _ turns: [String], _ speakers: [Speaker]) throws {
            var document = StoreFixture.transcript(turns, item: item, speakers: speakers.map(\.label)).document
            document.recording.recordedAt = date
            for index in document.speakers.indices { (document.speakers[index].role, document.speakers[index].participant) = (speakers[index].role, speakers[index].participant) }
            try store.importTranscript(AnonymizedTranscript(document: document, policy: "standard", status: .deidentified), who: "A")
        }
        let asks = Speaker(id: "S2", label: "Intervjuer", role: .interviewer)
        try take("P01", "2006-12-06T10:00:00", ["jeg har ansvar", "har du ansvar"], [Speaker(id: "S1", label: "Informant 1", role: .participant, participant: "I1"), asks])
        try take("P02", "2003-05", ["noen ansvar", "ansvar sa du"], [Speaker(id: "S1", label: "Informant 2", role: .participant, participant: "I2"), asks])
        try take("P03", nil, ["ansvar her", "og ansvar der"], [Speaker(id: "S1", label: "B"), Speaker(id: "S2", label: "C")])
        let one = try store.addCase("I1", who: "A"), town = try store.addCase("Kommune A", kind: "municipality", who: "A"), b = try store.addCase("Leder B", who: "A")
        try store.assign("P01", speaker: "Informant 1", to: one, who: "A")
        try store.assign("P01", to: town, who: "A")
        try store.assign("P02", to: town, who: "A")
        try store.assign("P03", speaker: "B", to: b, who: "A")
        try store.set("stilling", to: "leder", of: .study(b), who: "A")
        try store.set("stilling", to: "sykepleier", of: .study(one), who: "A")
        try store.set("innbyggere", to: "4200", of: .study(town), wave: "2006", who: "A")
        try store.set("innbyggere", to: "900", of: .study(town), wave: "2003", who: "A")
        try store.setWave("2006", of: "P01", who: "A")
        try store.setWave("2003", of: "P02", who: "A")
        func found(_ change: (inout Scope) -> Void) throws -> [String] {
            var query = SearchQuery("ansvar")
            change(&query.scope)
            return try store.search(query).hits.map { "\($0.source) \($0.turn)" }
        }
        #expect(try found { _ in } == ["P01 1", "P01 2", "P02 1", "P02 2", "P03 1", "P03 2"])
        #expect(try found { $0.speakers = ["intervjuer"] } == ["P01 2", "P02 2"])
        #expect(try found { $0.speakers = ["I2"] } == ["P02 1"], "by the participant's code")
        #expect(try found { $0.cases = ["I1"] } == ["P01 1"], "the interviewer's turn is nobody's")
        #expect(try found { $0.cases = ["kommune a"] } == ["P01 1", "P01 2", "P02 1", "P02 2"])
        #expect(try found { $0.traits = [TraitCondition("stilling", .equal, "Leder")] } == ["P03 1"])
        #expect(try found { $0.traits = [try! TraitCondition("innbyggere>=1000")] } == ["P01 1", "P01 2"], "a value of another wave says nothing")
        #expect(try found { $0.traits = [try! TraitCondition("innbyggere<1000")] } == ["P02 1", "P02 2"])
        #expect(try found { $0.waves = ["2003"] } == ["P02 1", "P02 2"])
        #expect(try found { $0.from = "2004" } == ["P01 1", "P01 2"])
        #expect(try found { ($0.from, $0.until) = ("2003-05-20", "2003") } == ["P02 1", "P02 2"], "a month alone may be any day of it")
        #expect(try found { $0.until = "2003-04" } == [])
        #expect(try found { $0.sources = ["p03"] } == ["P03 1", "P03 2"])
        #expect(throws: StoreError.self) { try found { $0.sources = ["P09"] } }
        #expect(throws: StoreError.self) { try found { $0.cases = ["I9"] } }
        #expect(throws: StoreError.self) { try found { $0.waves = ["1999"] } }
        #expect(throws: StoreError.self) { try found { $0.traits = [TraitCondition("alder", .equal, "3")] } }
        #expect(throws: StoreError.self) { try TraitCondition("alder") }
        let hit = try #require(try store.search(SearchQuery("har ansvar")).hits.first)
        #expect(hit.person?.participant == "I1" && hit.person?.role == .participant && hit.recordedAt?.hasPrefix("2006-12-06") == true)
    }

    @Test func narrowsByCodesCodersRoundsAndWhatNobodyCoded() throws {
        let store = try CodingStore(url)
        let item = "P01", turns = ["alfa beta gamma delta", "alfa epsilon", "beta alfa zeta"]
        try store.importTranscript(StoreFixture.transcript(turns, item: item), who: "A")
        let top = try store.addCode("topp", who: "A"), under = try store.addCode("under", under: top, who: "A"), other = try store.addCode("annen", who: "A")
        let words = try store.text(of: item).text.words
        try store.apply(under, to: .words(words[1].id, words[2].id), of: item, coder: "A", round: 1)
        try store.apply(other, to: .turn(1), of: item, coder: "B", round: 1)
        try store.apply(other, to: .turn(3), of: item, coder: "B", round: 2)
        func found(_ text: String, _ change: (inout SearchQuery) -> Void) throws -> [Int] {
            var query = SearchQuery(text)
            change(&query)
            return try store.search(query).hits.map(\.turn)
        }
        #expect(try found("beta") { $0.codes = ["topp"] } == [1], "codes under it count")
        #expect(try found("beta") { ($0.codes, $0.withSubcodes) = (["topp"], false) } == [])
        #expect(try found("alfa") { $0.codes = ["topp"] } == [], "the word itself must be coded")
        #expect(try found("alfa") { $0.codes = ["annen"] } == [1, 3])
        #expect(try found("beta") { $0.codes = ["annen", "topp"] } == [1])
        #expect(try found("alfa") { $0.isUncoded = true } == [2])
        #expect(try found("beta") { $0.coders = ["B"] } == [1, 3] && found("beta") { $0.coders = ["A"] } == [1])
        #expect(try found("alfa") { $0.rounds = [2] } == [3])
        #expect(throws: StoreError.self) { try found("alfa") { $0.coders = ["C"] } }
        #expect(throws: StoreError.self) { try found("alfa") { $0.codes = ["ingen"] } }
        // Without words, what is coded is what is found.
        var query = SearchQuery()
        query.codes = ["topp"]
        let hit = try #require(try store.search(query).hits.first), points = CodePoints(try store.text(of: item).text.text)
        #expect(hit.matches.map { points[$0.range] } == ["beta gamma"])
    }

    @Test func findsMarksByKind() throws {
        let store = try CodingStore(url)
        func word(_ id: Int, _ text: String) -> Element { .word(Word(id: id, text: text, range: SampleRange(id * 100, id * 100 + 80))) }
        let document = Transcript(
            recording: .init(id: "P01", digest: "d", rate: SampleRate(1_000), length: 9_000, channels: 1), speakers: [Speaker(id: "S1", label: "Informant 4")],
            turns: [
                Turn(id: 1, speaker: "S1", elements: [word(1, "vi"), .mark(Mark(kind: .pause, source: .draft, text: "(pause)", label: "rhetorical")), word(2, "lo"), .mark(Mark(kind: .laughter, source: .draft, text: "ler"))]),
                Turn(id: 2, speaker: "S1", elements: [.mark(Mark(kind: .toneOfVoice, source: .draft, label: "loud", until: 4)), word(3, "hør"), word(4, "her"), word(5, "da")]),
                Turn(id: 3, speaker: "S1", elements: [word(6, "ler"), word(7, "nei")]),
            ])
        try store.importTranscript(AnonymizedTranscript(document: document, policy: "standard", status: .deidentified), who: "A")
        let text = try store.text(of: "P01").text, points = CodePoints(text.text)
        func found(_ text: String, _ kinds: [Mark.Kind], label: String? = nil) throws -> [(Int, String)] {
            var query = SearchQuery(text)
            (query.marks, query.markLabel) = (kinds, label)
            return try store.search(query).hits.flatMap { hit in hit.matches.map { (hit.turn, points[$0.range].trimmingCharacters(in: .whitespaces)) } }
        }
        #expect(try found("", [.laughter]).map(\.0) == [1], "the word 'ler' is no laughter")
        #expect(try found("", [.laughter])[0].1.contains("ler"))
        #expect(try found("", [.pause]).map(\.0) == [1] && found("", [.pause], label: "rhetorical").count == 1 && found("", [.pause], label: "latency").isEmpty)
        #expect(try found("", [.toneOfVoice]).map(\.1) == ["hør her"], "the words it covers")
        #expect(try Set(found("nei", [.laughter]).map(\.0)) == [])
        #expect(try Set(found("lo", [.laughter, .pause]).map(\.0)) == [1])
        // What was read of a version goes with its turns.
        try CodingStore.erase(at: url, items: ["P01"])
        let left = try store.pool.read { db in
            try ["version_mark", "version_speaker", "version_detail"].map { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \($0)") ?? 0 }
        }
        #expect(left == [0, 0, 0])
    }
}
