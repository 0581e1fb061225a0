import Testing

@testable import Anonymization

@Suite struct IdentifierTests {
    /// Set to measure more than a test run has time for.
    static let count = 600

    @Test func everyIdentifierIsWhollyCovered() {
        var maker = IdentifierMaker(seed: 20_250_117)
        let detector = Detector()
        var missed: [String] = []
        for _ in 0..<Self.count {
            let sample = maker.identifier()
            let scalars = Array(sample.text.unicodeScalars)
            var covered = Set<Int>()
            for d in detector.detect(text: sample.text) { covered.formUnion(d.start..<d.end) }
            let whole = sample.range.allSatisfy { covered.contains($0) || !(scalars[$0].properties.isAlphabetic || TextToken.isDigit(scalars[$0])) }
            if !whole { missed.append("\(sample.kind): \(sample.text)") }
        }
        #expect(missed.isEmpty, "\(missed.prefix(10))")
    }

    @Test func lookalikesAreLeft() {
        var maker = IdentifierMaker(seed: 20_250_118)
        let detector = Detector()
        var taken: [String] = []
        for _ in 0..<Self.count {
            let sample = maker.lookalike()
            if detector.detect(text: sample.text).contains(where: { ($0.start..<$0.end).overlaps(sample.range) }) { taken.append("\(sample.kind): \(sample.text)") }
        }
        #expect(taken.count <= Self.count / 100, "\(taken.prefix(10))")
    }

    @Test func anAllowListFreesNoCheckedNumber() {
        var g = Generator(state: 21)
        for _ in 0..<20 {
            let number = Published.nationalID(&g).map(String.init).joined()
            let own = Detector(options: .init(allow: [number]), ordinaryWords: SomeWords())
            #expect(own.detect(text: "Det er \(number) som gjelder.").contains { $0.type == .nationalID })
        }
    }

    @Test func organisationNumbers() {
        // Of Brønnøysundregistrene and Skatteetaten, as their own pages give them.
        #expect(CheckDigits.isOrganisation([9, 7, 4, 7, 6, 0, 6, 7, 3]))
        #expect(CheckDigits.isOrganisation([9, 7, 4, 7, 6, 1, 0, 7, 6]))
        #expect(!CheckDigits.isOrganisation([9, 7, 4, 7, 6, 0, 6, 7, 4]))
    }

    /// Recall first: a word too many costs a look, one too few a person's anonymity.
    @Test(arguments: [("family-histories", 0.96, 0.8, 0.9), ("ward-talk", 0.97, 0.85, 0.9), ("life-stories-a", 0.97, 0.75, 0.9), ("life-stories-b", 0.96, 0.8, 0.8)])
    func sentences(_ name: String, _ recall: Double, _ precision: Double, _ types: Double) throws {
        let sentences = try MarkedSentence.read(name)
        let score = MarkedSentence.score(sentences, by: Detector())
        #expect(score.recall >= recall && score.precision >= precision && score.types >= types, "\(score)")
        let lower = MarkedSentence.score(sentences, by: Detector(), lowercased: true)
        #expect(lower.recall >= 0.92 && lower.precision >= 0.75, "\(lower)")
    }

    /// A run of digits must cost no more for being one of thousands.
    @Test func manyNumbersInOneText() {
        let line = "Hun ringte 912 34 567 den 3. mai 2013 og fylte seksti. "
        let found = Detector().detect(text: String(repeating: line, count: 100))
        #expect(found.count(where: { $0.type == .phone }) == 100)
    }
}
