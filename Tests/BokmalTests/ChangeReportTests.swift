import Signal
import Testing
import Transcript
@testable import Bokmal

@Suite struct ChangeReportTests {
    private func transcript(_ id: String, _ turns: [String]) -> Transcript {
        var number = 0
        return Transcript(
            recording: RecordingReference(id: id, digest: "0", rate: SampleRate(16_000), length: 16_000, channels: 1),
            turns: turns.enumerated().map { index, text in
                Turn(id: index + 1, speaker: "S1", elements: words(text).map { piece in
                    number += 1
                    return .word(Word(id: number, text: piece))
                })
            },
            findings: [Finding(stage: "align", code: "other", severity: .note, message: "")])
    }

    private var sources: [Transcript] {
        [transcript("P01", ["Æ veit itj ka æ ska si", "æ veit itj heilt"]), transcript("P02", ["Ka veit du som æ itj brøkshvalta"])]
    }

    @Test func countsByFrequency() throws {
        let results = try sources.map { try Normalizer().normalize(transcript: $0, variety: .writtenDialect) }
        let report = ChangeReport(results)
        #expect(report.words == 18)
        let first = try #require(report.rows.first)
        #expect(first.said == "æ" && first.written == "jeg" && first.times == 4 && first.recordings == ["P01", "P02"])
        // A capital at a sentence's start is no change of its own.
        let ka = try #require(report.rows.first { $0.said == "ka" })
        #expect(ka.written == "hva" && ka.times == 2)
        #expect(report.rows.map(\.times) == report.rows.map(\.times).sorted(by: >))
        #expect(report.rows.allSatisfy { $0.lowest <= $0.confidence && (0...1).contains($0.confidence) })
        // Every change is counted once.
        let changed = results.flatMap { $0.turns.flatMap(\.words) }.count { $0.normalized != nil }
        #expect(report.rows.filter { $0.rule != "left" }.reduce(0) { $0 + $1.times } == changed)
        #expect(report.rows.contains { $0.said == "brøkshvalta" && $0.rule == "left" })
        #expect(report.filtered(rule: "left").rows.map(\.said) == ["brøkshvalta"])
        #expect(report.filtered(rule: "dialect").rows.allSatisfy { $0.rule.hasPrefix("dialect.") } && !report.filtered(rule: "dialect").rows.isEmpty)
        #expect(report.filtered(below: 0.5).rows.allSatisfy { $0.lowest < 0.5 })
        let lines = report.tsv().split(separator: "\n")
        #expect(lines.count == report.rows.count + 1 && lines[0].hasPrefix("sagt\tskrevet") && lines[1].hasPrefix("æ\tjeg\t"))
        #expect(lines.allSatisfy { $0.split(separator: "\t").count == 7 })
    }

    /// The words as said are always there: without its Bokmål layer a transcript is byte for byte what it was.
    @Test func theLayerCanBeTakenAway() throws {
        var options = NormalizerOptions(replacements: ["heilt": "aldeles"])
        options.feminine = .en
        options.vetoed = ["veit": ["vet"]]
        for source in sources + [transcript("P03", []), transcript("P04", ["", "Jenta XXXX 42 (ler)"])] {
            for variety in TurnVariety.allCases {
                let result = try Normalizer(options).normalize(transcript: source, variety: variety)
                #expect(result.turns.flatMap(\.words).map(\.text) == source.turns.flatMap(\.words).map(\.text))
                #expect(try result.asSaid.encoded() == source.encoded())
            }
        }
    }

    @Test func dialectThatStillShows() throws {
        var options = NormalizerOptions(untouched: ["korsen", "bilen"], replacements: ["ska": "skulla"])
        options.vetoed = ["dåkker": ["dere"], "jenta": ["jenten"]]
        let source = transcript("P01", ["korsen ska dåkker brøkshvalta bilen og jenta i Dåkkerdal"])
        let result = try Normalizer(options).normalize(transcript: source, variety: .writtenDialect)
        let kept = try #require(result.findings.first { $0.code == "dialect-kept" })
        #expect(kept.words == [1, 2, 3] && kept.turn == 1 && kept.severity == .review)
        #expect(result.findings.first { $0.code == "dialect-left" }?.words == [4])
        #expect(result.findings.allSatisfy { !$0.message.contains("korsen") && !$0.message.contains("dåkker") })
        // Found anew, not twice.
        #expect(try Normalizer(options).normalize(transcript: result, variety: .writtenDialect) == result)
        // A study without choices of its own has no such finding.
        #expect(try !Normalizer().normalize(transcript: source, variety: .writtenDialect).findings.contains { $0.code == "dialect-kept" })
    }

    @Test func doubtfulFormsAreReported() throws {
        var source = transcript("P01", ["a b c"])
        for (index, confidence) in [0.49, 0.51, 0.1].enumerated() {
            guard case .word(var word) = source.turns[0].elements[index] else { continue }
            word.normalized = Normalization(text: "x", rule: "r", confidence: confidence)
            source.turns[0].elements[index] = .word(word)
        }
        let found = DialectFindings(options: NormalizerOptions(), forms: .shared).findings(in: source)
        #expect(found.map(\.code) == ["dialect-unsure"] && found[0].words == [1, 3] && found[0].severity == .note)
    }

    @Test func turnsThatAreNotInBokmal() throws {
        var source = transcript("P01", [
            "Jeg vet ikke hva jeg skal gjøre med det", "æ veit itj ka æ skal gjør med dæm", "Eg veit ikkje kva eg skal gjere med det", "Æ itj", "jenta kasta boka i sola",
        ])
        #expect(BokmalCheck().turnsOutside(source) == [2, 3])
        #expect(BokmalCheck().turnsOutside(try Normalizer().normalize(transcript: source)).isEmpty)
        source.language = "en-US"
        #expect(BokmalCheck().turnsOutside(source).isEmpty)
    }
}
