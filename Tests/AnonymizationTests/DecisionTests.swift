import Foundation
import Testing
import Transcript

@testable import Anonymization

@Suite struct DecisionTests {
    private static let vocabulary = (0..<120).map { "ord\($0)" }
    private let salt = Data((0..<32).map { UInt8($0) })

    /// A word with a number of its own, to follow it through changes.
    private struct Marked { var text: String, number: Int }

    private func build(_ turns: [[Marked]]) -> (transcript: Transcript, ids: [Int: Int], turnOf: [Int: Int]) {
        var ids: [Int: Int] = [:], turnOf: [Int: Int] = [:], next = 1
        var out: [Turn] = []
        for (t, words) in turns.enumerated() {
            var elements: [Element] = []
            for word in words {
                elements.append(.word(Word(id: next, text: word.text)))
                ids[word.number] = next
                turnOf[word.number] = t + 1
                next += 1
            }
            out.append(Turn(id: t + 1, speaker: "S\(t % 2 + 1)", elements: elements))
        }
        return (Transcript(recording: .init(id: "P", digest: "", rate: .analysis, length: 1, channels: 1), turns: out), ids, turnOf)
    }

    @Test func aPlaceIsFoundAgainWhenWordsChangeAroundIt() {
        var random = Generator(state: 7)
        var right = 0, wrong = 0, total = 0
        for _ in 0..<400 {
            var number = 0
            func word() -> Marked { number += 1; return Marked(text: Self.vocabulary.randomElement(using: &random)!, number: number) }
            var turns = (0..<20).map { _ in (0..<Int.random(in: 3...30, using: &random)).map { _ in word() } }
            let t = Int.random(in: 0..<20, using: &random), count = Int.random(in: 1...3, using: &random)
            let start = Int.random(in: 0...(turns[t].count - count), using: &random)
            let chosen = turns[t][start..<(start + count)].map(\.number)
            let before = build(turns)
            let anchor = DecisionAnchoring(before.transcript, salt: salt).anchor(turn: t + 1, words: chosen.map { before.ids[$0]! })!
            // Words put in and taken out anywhere but in the place itself; a turn before it, too: every id changes.
            for _ in 0..<12 {
                let u = Int.random(in: 0..<turns.count, using: &random)
                if Bool.random(using: &random) {
                    var places = Array(0...turns[u].count)
                    if let a = turns[u].firstIndex(where: { $0.number == chosen[0] }) { places.removeAll { $0 > a && $0 < a + count } }
                    turns[u].insert(word(), at: places.randomElement(using: &random)!)
                } else if let gone = turns[u].indices.filter({ !chosen.contains(turns[u][$0].number) }).randomElement(using: &random) {
                    turns[u].remove(at: gone)
                }
            }
            turns.insert([word(), word()], at: 0)
            let after = build(turns)
            total += 1
            switch DecisionAnchoring(after.transcript, salt: salt).find(anchor) {
            case .at(let place):
                if place.words == chosen.map({ after.ids[$0]! }) && place.turn == after.turnOf[chosen[0]] { right += 1 } else { wrong += 1 }
            case .unclear, .gone: break
            }
        }
        #expect(wrong == 0)
        #expect(right >= total * 98 / 100, "\(right) of \(total)")
    }

    @Test func whatIsGoneIsGone() throws {
        let before = transcript(["det var en gang", "Storm kom i går kveld", "ja"])
        let anchoring = DecisionAnchoring(before, salt: salt)
        let storm = try #require(anchoring.anchor(turn: 2, words: [5]))
        #expect(anchoring.find(storm) == .at(.init(turn: 2, words: [5])))
        #expect(DecisionAnchoring(transcript(["det var en gang", "regnet kom i går kveld", "ja"]), salt: salt).find(storm) == .gone)
        // The same word with nothing of what was around it is another one.
        #expect(DecisionAnchoring(transcript(["helt andre saker", "en Storm raste", "nei"]), salt: salt).find(storm) == .gone)
        // Another study's secret finds nothing.
        #expect(DecisionAnchoring(before, salt: Data([1])).find(storm) == .gone)
        // A whole turn, moved.
        let turn = try #require(anchoring.anchor(turn: 2, words: []))
        #expect(DecisionAnchoring(transcript(["nytt", "nytt", "det var en gang", "Storm kom i går kveld", "ja"]), salt: salt).find(turn) == .at(.init(turn: 4, words: [])))
        #expect(DecisionAnchoring(transcript(["det var en gang", "Storm kom i dag", "ja"]), salt: salt).find(turn) == .gone)
        // Twice alike.
        let twice = transcript(["ja da", "ja da"])
        let yes = try #require(DecisionAnchoring(twice, salt: salt).anchor(turn: 1, words: []))
        #expect(DecisionAnchoring(twice, salt: salt).find(yes) == .at(.init(turn: 1, words: [])))
        // Nothing of the words stands in an anchor.
        #expect(leaks(of: ["storm", "kveld"], in: try JSONEncoder().encode(storm)).isEmpty)
    }

    private func decision(_ verdict: AuditDecision.Verdict, _ transcript: Transcript, _ turn: Int, _ words: [Int], type: EntityType? = nil, code: String = "residual") -> AuditDecision {
        AuditDecision(
            id: "\(verdict.rawValue)-\(turn)", item: "P01", verdict: verdict, code: code, type: type, by: "x", at: "2026-01-01T00:00:00Z", why: "",
            anchor: DecisionAnchoring(transcript, salt: salt).anchor(turn: turn, words: words)!)
    }

    @Test func decisionsReachTheTranscript() throws {
        let policy = try Policy.shipped("standard")
        let raw = transcript(["Kristin Tverrdal snakka med Storm om huset", "ja, huset var stor og fint"])
        let found = detector.detect(transcript: raw)
        #expect(found.contains { $0.wordIDs.contains(1) })
        let decisions = [
            decision(.keep, raw, 1, [1, 2]), decision(.mask, raw, 2, [9], type: .place), decision(.accept, raw, 2, [], code: "small-group"),
        ]
        let (detections, applied) = AuditDecision.apply(decisions, to: found, in: raw, salt: salt, policy: policy)
        #expect(!detections.contains { $0.wordIDs.contains(1) || $0.wordIDs.contains(2) })
        #expect(detections.contains { $0.wordIDs == [9] && $0.type == .place && $0.rule == "decision" })
        #expect(applied.standingWords == [1, 2] && applied.masked.map(\.words) == [[9]] && applied.accepted.map(\.turn) == [2] && applied.lost.isEmpty)
        // A register from before, which has the name, does not put it back; and the audit does not call it a leak.
        let register = KeyRegister.assign(register: KeyRegister(), detections: [(itemID: "P01", detections: found + detections)], policy: policy)
        let out = Anonymizer(policy: policy, register: register, ordinaryWords: SomeWords())
            .anonymize(raw, detections: detections, standing: applied.standingWords)
        let text = plain(out.document)
        #expect(text.contains("Kristin Tverrdal") && !out.document.turns[1].words.contains { $0.text == "huset" })
        let report = Audit().audit(out, register: register, detector: detector, policy: policy, decisions: applied, detections: detections)
        #expect(report.verdict != .leak && report.decided?.isEmpty == false)
        #expect(Audit().audit(out, register: register, detector: detector, policy: policy).verdict == .leak, "without the decision it is one")
        #expect(report.replacements?.contains { $0.rule == "decision" && $0.places == 1 } == true)
        #expect(leaks(of: ["kristin", "tverrdal", "huset"], in: try report.encoded()).isEmpty)
    }

    @Test func denyWinsOverKeep() throws {
        var policy = try Policy.shipped("standard")
        policy.deny = ["Storm"]
        let raw = transcript(["vi snakka med Storm om det"])
        let found = Detector(options: policy.detectorOptions(), ordinaryWords: SomeWords()).detect(transcript: raw)
        let (detections, applied) = AuditDecision.apply([decision(.keep, raw, 1, [4])], to: found, in: raw, salt: salt, policy: policy)
        #expect(detections == found && applied.standing.isEmpty && applied.denied.count == 1)
        let out = Anonymizer(policy: policy, register: KeyRegister.assign(register: KeyRegister(), detections: [(itemID: "P01", detections: found)], policy: policy), ordinaryWords: SomeWords())
            .anonymize(raw, detections: detections, standing: applied.standingWords)
        let report = Audit().audit(out, register: KeyRegister(), detector: detector, policy: policy, decisions: applied, detections: detections)
        #expect(report.items.contains { $0.code == "decision-denied" && $0.severity == .review })
    }

    @Test func aMaskTakesWhatItOverlapsAlong() throws {
        let policy = try Policy.shipped("standard")
        let raw = transcript(["hun heter Kristin Tverrdal Vik og bor der"])
        let found = [TranscriptDetection(turn: 1, wordIDs: [3, 4], type: .person, key: "kristin tverrdal", score: 1, rule: "r")]
        let (detections, _) = AuditDecision.apply([decision(.mask, raw, 1, [4, 5], type: .person)], to: found, in: raw, salt: salt, policy: policy)
        #expect(detections.map(\.wordIDs) == [[3, 4, 5]])
        // Decided both ways on one word: it goes.
        let both = AuditDecision.apply([decision(.mask, raw, 1, [5], type: .person), decision(.keep, raw, 1, [5])], to: [], in: raw, salt: salt, policy: policy)
        #expect(both.detections.count == 1 && both.applied.standingWords.isEmpty)
    }

    @Test func whatCannotBePlacedIsReported() throws {
        let policy = try Policy.shipped("standard")
        let before = transcript(["det var Storm som kom"]), after = transcript(["noe helt annet her"])
        let (_, applied) = AuditDecision.apply([decision(.mask, before, 1, [3], type: .person)], to: [], in: after, salt: salt, policy: policy)
        #expect(applied.lost.count == 1)
        let sealed = AnonymizedTranscript(document: after, policy: policy.name, status: .deidentified)
        let report = Audit().audit(sealed, register: KeyRegister(), detector: detector, policy: policy, decisions: applied, detections: [])
        #expect(report.verdict == .review && report.items.contains { $0.code == "decision-lost" })
        #expect(report.render(language: .bokmal).contains("avgjør på nytt"))
    }

    /// A word said in two places alike is masked in both, and let stand in neither.
    @Test func anUnclearPlaceErrsOnTheSafeSide() throws {
        let policy = try Policy.shipped("standard")
        let before = transcript(["her kom Storm forbi huset"])
        let after = transcript(["her kom Storm forbi huset", "her kom Storm forbi huset", "her kom Storm forbi huset"].map { "nytt og nytt og nytt og nytt og nytt " + $0 })
        let mask = AuditDecision.apply([decision(.mask, before, 1, [3], type: .person)], to: [], in: after, salt: salt, policy: policy)
        #expect(mask.detections.count == 3)
        let keep = AuditDecision.apply([decision(.keep, before, 1, [3])], to: mask.detections, in: after, salt: salt, policy: policy)
        #expect(keep.detections.count == 3 && keep.applied.lost.count == 1)
    }
}
