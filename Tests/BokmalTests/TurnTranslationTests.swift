import Testing
import Transcript
@testable import Bokmal

@Suite struct TurnTranslationTests {
    private func transcript(_ turns: [String]) -> Transcript {
        var id = 0
        return Transcript(
            recording: RecordingReference(id: "P1", digest: "", rate: .init(16_000), length: 16_000, channels: 1), speakers: [Speaker(id: "S1", label: "A")],
            turns: turns.enumerated().map { number, text in
                Turn(
                    id: number + 1, speaker: "S1",
                    elements: text.split(separator: " ").map { token in
                        id += 1
                        let word = token.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "'" }
                        return .word(Word(id: id, text: String(word), trail: String(token.dropFirst(word.count)), range: .init(100 * id, 100 * id + 50), isFiller: word == "eh"))
                    })
            })
    }

    private func translated(_ said: String, _ written: String, options: NormalizerOptions = .init()) throws -> [String] {
        let before = transcript([said]), after = try TurnTranslation(before, options: options).applied([written])
        // Only forms change: times, ids and punctuation are the words' own.
        var plain = after
        for element in plain.turns[0].elements.indices {
            guard case .word(var word) = plain.turns[0].elements[element] else { continue }
            word.normalized = nil
            plain.turns[0].elements[element] = .word(word)
        }
        #expect(plain.turns == before.turns)
        return after.turns[0].words.map(\.bokmal)
    }

    @Test func aLineATurnWithPunctuationAndNoLineEnds() {
        let lines = TurnTranslation(transcript(["Eg veit, ikkje.", "", "Jau!"]), options: .init()).lines
        #expect(lines == [.init(turn: 0, text: "Eg veit, ikkje."), .init(turn: 2, text: "Jau!")])
    }

    @Test func wordsGoToTheirOwn() throws {
        #expect(try translated("Eg veit ikkje kvar ho bur.", "Jeg vet ikke hvor hun bor.") == ["Jeg", "vet", "ikke", "hvor", "hun", "bor"])
        // Joined, split, and moved away.
        #expect(try translated("Han gjekk i morgon heim", "Han gikk imorgen hjem") == ["Han", "gikk", "", "imorgen", "hjem"])
        #expect(try translated("Eg kjem straks", "Jeg kommer med en gang").joined(separator: " ") == "Jeg kommer med en gang")
    }

    @Test func namesNumbersPiecesAndFillersStandAsSaid() throws {
        #expect(try translated("Eg heiter Kari og er 45 eh gam- gamal", "Jeg heter Karin og er 54 øh gammel gammel")
            == ["Jeg", "heter", "Kari", "og", "er", "45", "eh", "gam-", "gammel"])
        // No figure, mark or capital comes in from outside.
        #expect(try translated("ho er førti år", "hun er 40 år") == ["hun", "er", "førti", "år"])
        #expect(try translated("ho bur i byen", "hun bor i <b>Bergen</b>")[3] == "byen")
        #expect(try translated("ho bur i byen", "hun bor i Bergen")[3] == "bergen")
    }

    @Test func theStudysOwnWordsGoFirst() throws {
        var options = NormalizerOptions(untouched: ["heim"], replacements: ["kvar": "hvor hen"])
        options.vetoed["bur"] = ["bor"]
        #expect(try translated("Kvar bur ho heim", "Hvor bor hun hjem", options: options) == ["Hvor hen", "bur", "hun", "heim"])
    }

    @Test func linesThatAreNotAllThereAreRefused() throws {
        let translation = TurnTranslation(transcript(["Eg veit ikkje kvar ho bur no", "Jau"]), options: .init())
        #expect(throws: TurnTranslation.Fault.lineCount(given: 2, back: 1)) { try translation.applied(["Jeg vet ikke"]) }
        #expect(throws: TurnTranslation.Fault.lost(line: 1)) { try translation.applied(["", "Ja"]) }
        #expect(throws: TurnTranslation.Fault.lost(line: 1)) { try translation.applied(["Nei", "Ja"]) }
        #expect(throws: TurnTranslation.Fault.tooLong(line: 2)) { try translation.applied(["Jeg vet ikke hvor hun bor nå", String(repeating: "ja ", count: 200)]) }
    }

    /// Nothing of a line of plain words is lost or comes twice, and a word that stays the same stays where it is.
    @Test func everyWordOfTheTranslationStandsOnceAndInOrder() throws {
        var random = SystemLike(seed: 7)
        let letters = Array("abdegiklnorstå")
        func word() -> String { String((0..<Int.random(in: 2...7, using: &random)).map { _ in letters.randomElement(using: &random)! }) }
        for _ in 0..<300 {
            let source = (0..<Int.random(in: 1...30, using: &random)).map { _ in word() }
            var target: [String] = []
            for item in source {
                switch Int.random(in: 0..<10, using: &random) {
                case 0: break
                case 1: target += [word(), word()]
                case 2...4: target.append(word())
                default: target.append(item)
                }
            }
            let laid = WordLaying.lay(target, on: source)
            #expect(laid.flatMap { $0 } == Array(target.indices))
            #expect(laid.count == source.count)
        }
        for _ in 0..<15 {
            let same = (0..<60).map { _ in word() }
            #expect(WordLaying.lay(same, on: same) == same.indices.map { [$0] })
        }
    }

    /// The cheapest laying, against a search through all of them.
    @Test func theLayingIsTheCheapest() {
        var random = SystemLike(seed: 11)
        func cost(_ a: ArraySlice<String>, _ b: ArraySlice<String>) -> Double {
            guard let x = a.first else { return 0.7 * Double(b.count) }
            guard let y = b.first else { return 0.7 * Double(a.count) }
            return min(
                WordLaying.difference(Array(x), Array(y)) + cost(a.dropFirst(), b.dropFirst()), 0.7 + cost(a.dropFirst(), b), 0.7 + cost(a, b.dropFirst()))
        }
        for _ in 0..<60 {
            let words = ["ei", "ein", "heim", "hjem", "bok", "boka", "veit", "vet"]
            let source = (0..<Int.random(in: 1...5, using: &random)).map { _ in words.randomElement(using: &random)! }
            let target = (0..<Int.random(in: 0...5, using: &random)).map { _ in words.randomElement(using: &random)! }
            // What a laying costs at the least: its first partners are pairs or stand alone.
            let laid = WordLaying.lay(target, on: source)
            var total = 0.0
            for (index, own) in laid.enumerated() {
                // One of them may be the pair; a pair that costs more than two alone is none.
                let pair = own.map { WordLaying.difference(Array(source[index]), Array(target[$0])) }.min().map { min($0, 1.4) }
                total += pair.map { $0 + 0.7 * Double(own.count - 1) } ?? 0.7
            }
            #expect(total <= cost(source[...], target[...]) + 1e-9)
        }
    }

    /// Numbers that are the same on every run.
    private struct SystemLike: RandomNumberGenerator {
        var state: UInt64
        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}
