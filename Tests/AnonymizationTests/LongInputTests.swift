import Testing

@testable import Anonymization

/// Tables of figures and data in letters are met in other people's files.
@Suite struct LongInputTests {
    /// Wherever the cut between two parts of a long run falls, the number on it is found whole.
    @Test func aNumberIsFoundAnywhereInATableOfFigures() throws {
        let id = "01017012345"
        for before in stride(from: 200, to: 260, by: 3) {
            let text = String(repeating: "7 ", count: before) + id + String(repeating: " 7", count: 300)
            let start = 2 * before
            let found = Detector(tagger: nil).detect(text: text)
            #expect(found.contains { $0.start <= start && $0.end >= start + id.count }, "after \(before) figures")
        }
    }

    @Test func partsHoldEveryDigitAndOverlap() {
        var random = Generator(state: 3)
        for _ in 0..<50 {
            var position = 0
            let digits = (0..<Int.random(in: 1...1_500, using: &random)).map { _ in
                position += Int.random(in: 1...3, using: &random)
                return position
            }
            let parts = Detector.parts(digits)
            #expect(Set(parts.flatMap { $0 }) == Set(digits))
            for (a, b) in zip(parts, parts.dropFirst()) { #expect(b.startIndex < a.endIndex && b.startIndex > a.startIndex) }
        }
    }

    @Test func noWordIsLongerThanAnyWord() {
        let text = TokenizedText(String(repeating: "a", count: 1_000) + " Kari")
        #expect(text.tokens.allSatisfy { $0.end - $0.start <= TextToken.longestWord })
        #expect(text.tokens.filter { $0.kind == .word }.reduce(0) { $0 + $1.end - $1.start } == 1_004)
    }
}
