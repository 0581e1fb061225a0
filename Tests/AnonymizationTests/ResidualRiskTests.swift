import Foundation
import Testing
import Transcript

@testable import Anonymization

@Suite struct ResidualRiskTests {
    private static let filler = "vi gikk hjem etter arbeidet på sykehuset og snakka lenge med legen om hvordan alt hadde vært den uka i kommunen".split(separator: " ").map(String.init)

    private func risks(_ document: Transcript, safe: Set<String> = []) -> [AuditReport.Item] {
        ResidualRisks(document, isSafe: { safe.contains($0.text) }, detector: Detector()).items
    }

    private func talk(_ random: inout Generator, words: Int) -> String {
        (0..<words).map { _ in Self.filler.randomElement(using: &random)! }.joined(separator: " ") + "."
    }

    @Test func aPhraseOfOnesOwnIsTold() {
        var random = Generator(state: 3)
        for _ in 0..<20 {
            let turns = (0..<40).map { t in
                var words = talk(&random, words: 20).split(separator: " ").map(String.init)
                if t % 2 == 1, t < 16 {
                    words.insert(contentsOf: ["forferdelig", "vanskelig", "greie"], at: Int.random(in: 0..<words.count, using: &random))
                }
                // Said by both alike: nobody's own.
                return ((t < 16 ? ["liksom", "ganske", "merkelig"] : []) + words).joined(separator: " ")
            }
            let document = transcript(turns), words = document.turns.flatMap(\.words)
            let planted = words.filter { ["forferdelig", "vanskelig", "greie"].contains($0.text) }.map(\.id)
            let common = Set(words.filter { $0.text == "liksom" }.map(\.id))
            let found = risks(document).filter { $0.code == "repeated-phrase" }
            #expect(planted.count == 24)
            #expect(found.contains { $0.words == planted && $0.severity == .review && $0.turn == 2 })
            #expect(found.allSatisfy { common.isDisjoint(with: $0.words) })
        }
    }

    @Test func aPhraseDoesNotReachAcrossReplacementsOrSentences() {
        let line = "forferdelig vanskelig Kode greie"
        let stops = "forferdelig vanskelig. greie hjem"
        for text in [line, stops] {
            let document = transcript((0..<24).map { $0 % 2 == 1 ? text : "ja" })
            #expect(!risks(document, safe: ["Kode"]).contains { $0.code == "repeated-phrase" }, "\(text)")
        }
    }

    @Test func wordsOfNoListAreTold() {
        let document = transcript([
            "hva skjedde", "Vi kalte det fnurgelband, og fnurgelband var det.", "og", "Samarbeidsmøtet på sykehuset med hjemmesykepleieren og kommunens leger var greit.",
            "og", "Eg veit ikkje korleis det gjekk.",
        ])
        let rare = risks(document).filter { $0.code == "rare-word" }
        #expect(rare.map(\.words) == [[6, 8]])
        #expect(rare.first?.severity == .note && rare.first?.turn == 2)
        let often = risks(transcript(["ja", Array(repeating: "fnurgelband ja", count: 5).joined(separator: " ")])).filter { $0.code == "rare-word" }
        #expect(often.map(\.severity) == [.review])
        // A code of the study's own is no word.
        #expect(risks(document, safe: ["fnurgelband"]).filter { $0.code == "rare-word" }.isEmpty)
    }

    @Test func factsNearOneAnotherAreTold() throws {
        let quasi: [Int: Set<EntityType>] = [2: [.age], 4: [.jobTitle], 5: [.municipality], 20: [.age], 30: [.jobTitle], 31: [.age]]
        let document = transcript((1...40).map { _ in "ja" })
        #expect(Audit.nearFindings(document, quasi).map { [$0.turn] + $0.types.map { _ in 0 } } == [[2, 0, 0, 0]])
        // One turn that has them all is told of as a combination already.
        #expect(Audit.nearFindings(document, [3: [.age, .jobTitle, .place]]).isEmpty)
    }

    /// Another program reads these keys.
    @Test func theReportsJSONHasItsKeys() throws {
        let policy = try Policy.shipped("standard")
        let (out, keys, found) = anonymized(transcript(["Kristin Tverrdal bor i Bodø.", "Ja, det var forferdelig."]), policy)
        let report = Audit().audit(out, register: keys, detector: detector, policy: policy, decisions: AppliedDecisions(), detections: found)
        let object = try #require(JSONSerialization.jsonObject(with: report.encoded()) as? [String: Any])
        #expect(object.keys.sorted() == ["counts", "decided", "items", "policy", "recording", "replacements", "status", "turns", "verdict", "words"])
        let replacement = try #require((object["replacements"] as? [[String: Any]])?.first)
        #expect(replacement.keys.sorted() == ["action", "entities", "places", "rule", "type"])
        #expect(try JSONDecoder().decode(AuditReport.self, from: report.encoded()) == report)
        for english in [false, true] {
            let page = report.page(english ? .english : .bokmal)
            #expect(page.markdown.contains(english ? "| person |" : "| person |") && leaks(of: ["kristin", "tverrdal", "bodø"], in: Data(page.markdown.utf8)).isEmpty)
        }
    }
}
