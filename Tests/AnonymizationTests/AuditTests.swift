import Foundation
import Testing
import Transcript

@testable import Anonymization

@Suite struct AuditTests {
    private func register() -> KeyRegister {
        KeyRegister(entries: [
            .init(type: .person, key: "kristin tverrdal", code: "Person 1"), .init(type: .person, key: "dag", code: "Person 2"),
            .init(type: .municipality, key: "bodø", code: "Kommune A"), .init(type: .phone, key: "91234567", code: "XXXX"),
        ])
    }

    private func report(_ turns: [String], _ policy: Policy, comments: [Int: String] = [:]) -> AuditReport {
        let raw = AnonymizedTranscript(document: transcript(turns, comments: comments), policy: policy.name, status: .deidentified)
        return Audit().audit(raw, register: register(), detector: detector, policy: policy)
    }

    @Test(arguments: [
        "jeg snakka med Kristin om det", "jeg snakka med christin om det", "det var tverrdals arbeid", "hun bor i bodø", "nummeret er 912 34 567",
        "vi kom til Bodø-kontoret",
    ]) func aPlantedNameIsALeak(_ line: String) throws {
        let report = report([line], try .shipped("standard"))
        #expect(report.verdict == .leak)
        #expect(report.items.contains { $0.code.hasPrefix("leak") && $0.severity == .error && $0.turn == 1 })
        for language in AuditReport.Language.allCases {
            let text = report.render(language: language)
            #expect(text.contains("avidentifisert") && leaks(of: ["kristin", "christin", "tverrdal", "bodø", "912 34 567"], in: Data(text.utf8)).isEmpty)
        }
        let data = try report.encoded()
        #expect(leaks(of: ["kristin", "christin", "tverrdal", "bodø"], in: data).isEmpty)
    }

    @Test func aLeakInAMarkIsFound() throws {
        let policy = try Policy.shipped("standard")
        #expect(report(["det var vanskelig"], policy, comments: [0: "peker på Kristin"]).verdict == .leak)
    }

    @Test func cleanTalkIsClean() throws {
        let clean = report(["det var vanskelig", "vi gikk hjem til arbeidet"].map { $0.replacingOccurrences(of: "hjem ", with: "hit ") }, try .shipped("standard"))
        #expect(clean.verdict == .clean, "\(clean.items)")
        // "dag" the word is for a person to look at, not an error.
        let word = report(["det var en god dag"], try .shipped("standard"))
        #expect(word.verdict == .review && word.items.contains { $0.code == "registered-word" })
    }

    @Test func combinationsAndSmallGroups() throws {
        let keep = try Policy(yaml: "name: k\ndefault: keep\n", file: "k.yaml")
        let report = report(["Hun er 43 år gammel og sykepleier i Lødingen, den eneste sykepleier i kommunen."], keep)
        #expect(report.items.contains { $0.code == "quasi-combination" && $0.turn == 1 })
        #expect(report.items.contains { $0.code == "small-group" })
    }

    @Test func theReportIsOfTheRealPipeline() throws {
        let policy = try Policy.shipped("standard")
        let (out, keys, _) = anonymized(transcript(["Kristin Tverrdal bor i Bodø.", "Ja, Kristin gjør det."]), policy)
        let report = Audit().audit(out, register: keys, detector: detector, policy: policy)
        #expect(report.verdict != .leak)
        #expect(report.counts.contains { $0.type == .person && $0.action == "code" && $0.entities == 1 })
        let back = try JSONDecoder().decode(AuditReport.self, from: report.encoded())
        #expect(back == report)
    }

    /// Dialect that still shows is for a person to look at; a doubtful form is a note.
    @Test func dialectIsAFinding() throws {
        let policy = try Policy.shipped("standard")
        func audit(_ codes: [String]) -> AuditReport {
            var document = transcript(["det var vanskelig"])
            document.findings = codes.map { Finding(stage: "bokmal", code: $0, severity: .review, message: "", turn: 1, words: [2]) }
            return Audit().audit(
                AnonymizedTranscript(document: document, policy: policy.name, status: .deidentified), register: KeyRegister(), detector: detector, policy: policy)
        }
        #expect(audit([]).verdict == .clean)
        #expect(audit(["dialect-unsure"]).verdict == .clean)
        for code in ["dialect-left", "dialect-kept", "not-bokmal"] {
            let report = audit([code, "dialect-unsure"])
            #expect(report.verdict == .review && report.items(.review).map(\.rule) == [code] && report.items(.note).map(\.rule) == ["dialect-unsure"])
            for language in AuditReport.Language.allCases {
                #expect(report.render(language: language).contains(language == .bokmal ? "replikk 1" : "turn 1"))
            }
        }
    }

    /// Whoever sealed a transcript without its Bokmål layer hears of it.
    @Test func turnsOutsideBokmalAreSealedWithAFinding() throws {
        let policy = try Policy.shipped("standard")
        let (dialect, _, _) = anonymized(transcript(["Jeg vet ikke hva de gjør her", "æ veit itj ka æ skal gjør med dæm"]), policy)
        #expect(dialect.turnsOutsideBokmal == 1 && dialect.document.findings.map(\.turn) == [2])
        let (plain, _, _) = anonymized(transcript(["Jeg vet ikke hva de gjør her"]), policy)
        #expect(plain.turnsOutsideBokmal == 0)
    }

    @Test func leaksFindsGenitivesAndIgnoresParts() {
        let data = Data("Karis bil og Olaf".utf8)
        #expect(leaks(of: ["kari", "ola", "per"], in: data) == [0])
    }
}
