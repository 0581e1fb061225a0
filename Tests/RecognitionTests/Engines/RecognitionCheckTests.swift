import Signal
import Testing

@testable import Recognition

struct RecognitionCheckTests {
    private func heard(_ text: String, every step: Int = 8_000) -> [HeardWord] {
        text.split(separator: " ").enumerated().map { index, word in
            HeardWord(text: String(word), range: SampleRange(index * step, index * step + step / 2))
        }
    }

    @Test(arguments: [
        ("ja ja ja ja ja og så", nil), ("ja ja ja ja ja ja og så", 0..<6), ("vi må det er det er det er bra", nil),
        ("så det er det er det er det er bra", 1..<9), ("takk for at du kom takk for at du kom", nil),
        ("og takk for at du Takk for at du takk for at du, og", 1..<13),
    ])
    func loops(_ text: String, _ expected: Range<Int>?) {
        let found = RecognitionCheck().loops(heard(text))
        #expect(found.map(\.words) == (expected.map { [Array($0)] } ?? []))
    }

    @Test func otherLanguages() {
        let check = RecognitionCheck()
        let danish = "hvad synes de så om noget af det som blev lavet uden at jeg selv var med og meget af"
        let swedish = "jag vet inte vad det är som vi ska göra och någon måste säga något också"
        let english = "thank you so much for watching this and what it was that they have"
        let bokmål = "jeg vet ikke hva det er vi skal gjøre og noen må si noe også av og til var det the best"
        let nynorsk = "eg veit ikkje kva det er vi skal gjere og nokon må seie noko også av og til er det slik"
        #expect(check.otherLanguage(heard(danish)).map(\.code) == ["other-language"])
        #expect(check.otherLanguage(heard(swedish)).first?.message.contains("Swedish") == true)
        #expect(check.otherLanguage(heard(english)).first?.message.contains("English") == true)
        #expect(check.otherLanguage(heard(bokmål)).isEmpty)
        #expect(check.otherLanguage(heard(nynorsk)).isEmpty)
    }

    @Test func wordsInSilence() {
        let words = heard("a b c d e f")  // every half second from 0
        let found = RecognitionCheck().wordsWithoutSpeech(words, speech: [SampleRange(0, 6_000), SampleRange(40_000, 46_000)])
        #expect(found.map(\.words) == [[2, 3]])
        #expect(RecognitionCheck().findings(words, speech: nil).isEmpty)
    }

    @Test func speechWithoutWords() {
        let words = [HeardWord(text: "a", range: SampleRange(160_000, 168_000))]
        let found = RecognitionCheck().speechWithoutWords(words, speech: [SampleRange(0, 320_000), SampleRange(400_000, 440_000)])
        #expect(found.map(\.range) == [SampleRange(0, 148_000), SampleRange(180_000, 320_000)])
    }
}

struct VerbatimComparisonTests {
    private func words(_ text: String) -> [HeardWord] {
        text.split(separator: " ").enumerated().map { HeardWord(text: String($0.element), range: SampleRange($0.offset * 8_000, $0.offset * 8_000 + 6_000)) }
    }

    private func compare(_ main: String, _ verbatim: String) -> (text: String, codes: [String]) {
        let result = VerbatimComparison(main: words(main), verbatim: words(verbatim))
        return (result.words.map(\.text).joined(separator: " "), result.findings.map(\.code))
    }

    @Test func hesitationsRepetitionsAndBreaksReturn() {
        #expect(compare("Jeg tror det.", "jeg eh tror det").text == "Jeg eh tror det.")
        #expect(compare("Det er bra.", "det er det er bra").text == "Det er det er bra." || compare("Det er bra.", "det er det er bra").text == "det er Det er bra.")
        #expect(compare("Vi har kommunen.", "vi har komm- kommunen").text == "Vi har komm- kommunen.")
        #expect(compare("Vi har kommunen.", "vi har ko kommunen").text == "Vi har ko kommunen.")
    }

    @Test func otherDifferencesAreOnlyShown() {
        #expect(compare("Jeg tror det.", "jeg tror ikke det") == ("Jeg tror det.", ["verbatim-has-more"]))
        #expect(compare("Jeg tror det.", "jeg tror") == ("Jeg tror det.", ["verbatim-lacks"]))
        #expect(compare("Vi går hjem.", "vi står hjem") == ("Vi går hjem.", ["verbatim-differs"]))
        #expect(compare("Vi går hjem.", "vi går hjem") == ("Vi går hjem.", []))
    }

    /// The script is as cheap as the slow recursive one says, and uses every word once, in order.
    @Test func editScripts() {
        var dice = Dice(9)
        for _ in 0..<60 {
            let a = words((0..<dice.next(7)).map { _ in ["a", "x", "q"][dice.next(3)] }.joined(separator: " "))
            let b = words((0..<dice.next(7)).map { _ in ["a", "x", "q"][dice.next(3)] }.joined(separator: " "))
            let steps = VerbatimComparison.align(a, b)
            var first: [Int] = [], second: [Int] = [], cost = 0
            for step in steps {
                switch step {
                case .same(let x, let y), .changed(let x, let y):
                    first.append(x)
                    second.append(y)
                    cost += pair(a[x], b[y])
                case .only(let x):
                    first.append(x)
                    cost += 1000
                case .extra(let y):
                    second.append(y)
                    cost += 1000
                }
            }
            #expect(first == Array(a.indices) && second == Array(b.indices))
            #expect(cost == slow(a[...], b[...]))
        }
    }

    private func pair(_ a: HeardWord, _ b: HeardWord) -> Int {
        let apart = abs(a.range.middle - b.range.middle)
        return min(200, apart / 160) + (apart > 32_000 ? 2500 : a.text == b.text ? 0 : 1500)
    }

    private func slow(_ a: ArraySlice<HeardWord>, _ b: ArraySlice<HeardWord>) -> Int {
        guard let x = a.first else { return 1000 * b.count }
        guard let y = b.first else { return 1000 * a.count }
        return min(pair(x, y) + slow(a.dropFirst(), b.dropFirst()), 1000 + slow(a.dropFirst(), b), 1000 + slow(a, b.dropFirst()))
    }

    /// Long lists are cut in pieces and still come out whole and in order.
    @Test func hoursOfWords() {
        let main = words((0..<4_000).map { "ord\($0 % 97)" }.joined(separator: " "))
        var verbatim = main
        for index in stride(from: 3_900, to: 0, by: -100) {
            verbatim.insert(HeardWord(text: "eh", range: SampleRange(main[index].range.start - 1_500, main[index].range.start)), at: index)
        }
        let result = VerbatimComparison(main: main, verbatim: verbatim)
        #expect(result.restored.count == 39)
        #expect(result.findings.map(\.code) == ["verbatim-restored"])
        #expect(result.words.filter { $0.text != "eh" }.map(\.text) == main.map(\.text))
    }
}

struct LenientJSONTests {
    private func parse(_ text: String) throws -> LenientJSON { try LenientJSON(Array(text.utf8)) }

    @Test func ordinaryDocuments() throws {
        let value = try parse(#" {"a": [1, -2.5e3, true, null], "b": {"c": "\u00e5\ud83d\ude00\n\"\\/"}} "#)
        #expect(value["a"]?.array == [.number(1), .number(-2500), .bool(true), .null])
        #expect(value["b"]?["c"]?.text == "å😀\n\"\\/")
    }

    @Test func carelessStrings() throws {
        let value = try LenientJSON([0x5B, 0x22, 0xC3, 0x22, 0x2C, 0x22, 0x0A, 0x09, 0x22, 0x5D])
        #expect(value.array?.map(\.bytes) == [[0xC3], [0x0A, 0x09]])
        #expect(try parse("[nan,-nan,inf]").array?.count == 3)
    }

    @Test func everyCutIsAnError() {
        let whole = Array(#"{"transcription":[{"text":" hei","p":0.5,"t":[true,null]}]}"#.utf8)
        for count in 0..<whole.count { #expect(throws: LenientJSON.SyntaxError.self) { try LenientJSON(Array(whole[..<count])) } }
        #expect(throws: LenientJSON.SyntaxError.self) { try LenientJSON(whole + [0x7D]) }
        #expect(throws: LenientJSON.SyntaxError.self) { try LenientJSON([UInt8](repeating: 0x5B, count: 100_000)) }
    }

    @Test func noBytesCrashIt() {
        var dice = Dice(21)
        let letters = Array("{}[]\":,\\u0123456789eE+-.truefalsn\u{0}å".utf8)
        for _ in 0..<3000 {
            let bytes = (0..<dice.next(40)).map { _ in letters[dice.next(letters.count)] }
            _ = try? LenientJSON(bytes)
        }
    }
}
