import Testing
import Transcript

@Suite("Stressed syllable")
struct StressedSyllableTests {
    /// Stress as Norwegian dictionaries have it (Bokmålsordboka, NAOB), divided as at line ends.
    @Test(
        "first in most words, second after an unstressed prefix, late in loanwords",
        arguments: [
            "MEner", "SYkepleier", "JOBber", "MAMma", "IKke", "JEG", "VELdig", "BEdre", "BESte", "BENker", "FORhold", "FORsker", "LÆrere", "BRUkere",
            "ARbeid", "KVELD", "SAMtale", "PRAter", "SKJØNte", "SØSter", "HJEMmesykepleien", "beTYR", "beHANDling", "beGYNner", "beSTEMme", "beSØK",
            "forSTÅ", "forKLAre", "forTELler", "forANdring", "erFAring", "stuDEre", "funGErer", "situaSJON", "situaSJOnen", "universiTET", "kvaliTEter",
            "teraPIST", "optiMISme", "stuDENT", "pasiENT", "pasiENter", "hoTELL", "psykiaTRI", "psykoloGI", "hisTOrisk", "psykiAtrisk", "interesSANT",
            "akSENT",
        ])
    func stress(expected: String) throws {
        let word = expected.lowercased()
        let range = try #require(StressedSyllable.range(in: word))
        #expect(word[..<range.lowerBound] + word[range].uppercased() + word[range.upperBound...] == expected)
    }

    @Test("no vowel, no stress; odd words do no harm", arguments: ["", "hm", "123", "-", "NRK", "ß", "İstanbul", "e\u{301}", "ååå", "æ"])
    func odd(word: String) {
        guard let range = StressedSyllable.range(in: word) else { return }
        #expect(!word[range].isEmpty)
    }
}
