import Foundation
import Testing

@testable import Anonymization

/// The scan around cues against every pattern over every line.
@Suite struct PatternScanTests {
    private static func key(_ m: (rule: PatternRule, range: Range<Int>)) -> String { "\(m.range.lowerBound)-\(m.range.upperBound) \(m.rule.name)" }

    private static func differ(_ text: String) -> Set<String> {
        let rules = RuleText(TokenizedText(text), lists: .shared)
        let quick = Set(PatternScan.matches(rules).map(key)), slow = Set(PatternScan.exhaustiveMatches(rules).map(key))
        return quick.symmetricDifference(slow)
    }

    @Test func findsTheSameInTheSentences() throws {
        for set in ["family-histories", "ward-talk"] {
            let text = try MarkedSentence.read(set).map(\.text).joined(separator: "\n")
            #expect(Self.differ(text).isEmpty)
            // One line of thousands of words: windows join and part.
            #expect(Self.differ(text.replacingOccurrences(of: "\n", with: " ").lowercased()).isEmpty)
        }
    }

    @Test func findsTheSameInGeneratedNumbers() {
        var maker = IdentifierMaker(seed: 3)
        let text = (0..<120).map { _ in maker.identifier().text + " " + maker.lookalike().text }.joined(separator: "\n")
        #expect(Self.differ(text).isEmpty)
    }

    @Test func findsTheSameInWordsAtRandom() {
        var g = Generator(state: 17)
        let words = """
            i på den 3 12 1998 mai fjor sommeren høsten år gammel født var er jeg han fylte seksti åtte tjue nitten hundre og . , - / : @ ( ) krøllalfa punktum no com \
            kl kr nr § sak 2019/12 91 22 33 44 storgata gate vei 7 B siden uka siste første av tallet åra årene 70 '62 –98 natt til fredag julaften krigen kom ut H0201 AB12345
            """.split(separator: " ").map(String.init)
        let text = (0..<60).map { _ in (0..<40).map { _ in words.randomElement(using: &g)! }.joined(separator: " ") }.joined(separator: "\n")
        #expect(Self.differ(text).isEmpty)
    }
}
