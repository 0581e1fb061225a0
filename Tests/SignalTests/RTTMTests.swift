import Testing
@testable import Signal

@Suite struct RTTMTests {
    @Test func readsLinesWithCommentsAndLooseSpacing() throws {
        let text = """
            \u{FEFF};; made by hand
            # another comment

            SPEAKER  samtale 1   1.440 \t11.872 <NA> <NA> A <NA> <NA>   ;; trailing
            LEXEME samtale 1 1.5 0.2 ord lex A <NA>
            SPEAKER samtale 2 13.152 3.770 <NA> <NA> MÉO069 0.75
            """
        for ending in ["\n", "\r\n"] {
            let rttm = try RTTM(parsing: text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: ending))
            #expect(
                rttm.entries == [
                    .init(file: "samtale", start: 1.44, duration: 11.872, label: "A"),
                    .init(file: "samtale", channel: 2, start: 13.152, duration: 3.77, label: "MÉO069", confidence: 0.75),
                ])
            #expect(rttm.segments(rate: .analysis, channel: 1).map(\.range) == [SampleRange(23_040, 212_992)])
        }
    }

    @Test(arguments: [
        ("SPEAKER a 1 x 1 <NA> <NA> A <NA>", "start"), ("SPEAKER a 1 -1 1 <NA> <NA> A <NA>", "start"),
        ("SPEAKER a 1 nan 1 <NA> <NA> A <NA>", "start"), ("SPEAKER a 1 1e300 1 <NA> <NA> A <NA>", "start"),
        ("SPEAKER a 1 1 -0.5 <NA> <NA> A <NA>", "duration"), ("SPEAKER a 1 1 inf <NA> <NA> A <NA>", "duration"),
        ("SPEAKER a en 1 1 <NA> <NA> A <NA>", "channel"), ("SPEAKER a 1 1", "fields"), ("HELLO", "type"),
        ("SPEAKER a 1 1 1 <NA> <NA> A sikker", "confidence"),
    ])
    func refusesABadLineByItsNumber(line: String, word: String) {
        do {
            _ = try RTTM(parsing: ";; header\n\n\(line)\n")
            Issue.record("accepted")
        } catch let error as AnnotationFileError {
            #expect(error.line == 3)
            #expect(error.problem.contains(word))
            #expect(!error.description.contains("sikker"))
        } catch { Issue.record("another error") }
    }

    @Test func writesStableBytes() {
        let segments = [
            LabeledSegment(range: SampleRange(16_000, 24_004), label: "S2", confidence: 0.5),
            LabeledSegment(range: SampleRange(0, 16_000), label: "S 1"),
        ]
        let text = RTTM(segments: segments, rate: .analysis, file: "min fil").formatted()
        #expect(
            text == """
                SPEAKER min_fil 1 0.000 1.000 <NA> <NA> S_1 <NA> <NA>
                SPEAKER min_fil 1 1.000 0.500 <NA> <NA> S2 0.500 <NA>

                """)
    }

    /// Formatting what was parsed gives the same bytes, and segments that meet in samples meet in the file.
    @Test func roundTrips() throws {
        var generator = SeededGenerator(state: 7)
        var position = 0
        var segments: [LabeledSegment] = []
        for _ in 0..<500 {
            let length = Int.random(in: 1_600...160_000, using: &generator)
            segments.append(LabeledSegment(range: SampleRange(position, position + length), label: "S\(position % 3)"))
            position += length
        }
        let text = RTTM(segments: segments, rate: .analysis, file: "a").formatted()
        let parsed = try RTTM(parsing: text)
        #expect(parsed.formatted() == text)
        for (a, b) in zip(parsed.entries, parsed.entries.dropFirst()) { #expect(abs(a.end - b.start) < 1e-6) }
        for (a, b) in zip(parsed.segments(rate: .analysis), segments) {
            #expect(a.label == b.label)
            #expect(abs(a.range.start - b.range.start) <= 8 && abs(a.range.end - b.range.end) <= 8)
        }
    }
}

@Suite struct UEMTests {
    @Test func readsMergesAndWrites() throws {
        let uem = try UEM(parsing: ";; scored\n a  1 5.0 9.25\r\na NA 0.000 5.000\nb 1 0 30\n")
        #expect(uem.regions(rate: .analysis, file: "a") == [SampleRange(0, 148_000)])
        #expect(uem.formatted() == "a 1 5.000 9.250\na 1 0.000 5.000\nb 1 0.000 30.000\n")
        #expect(try UEM(parsing: uem.formatted()) == uem)
    }

    @Test(arguments: ["a 1 5", "a 1 5 4", "a 1 -1 4", "a x 1 4", "a 1 1 nan"])
    func refusesABadLine(line: String) {
        #expect(throws: AnnotationFileError.self) { try UEM(parsing: line) }
    }
}

/// SplitMix64: the same numbers on every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
