import Foundation
import Testing
@testable import CodingStore

@Suite struct ReanchoringTests {
    /// A word with an identity that no program sees: what the reference follows through the edits.
    private struct Tracked { var text: String, identity: Int }

    private static let vocabulary = "ja jeg du vi har ikke det er som og i på til med av for at den de når så kom gikk sa ville skulle huset veien jobben dagen familien samarbeid ansvar kommunen pasienten snakket ringte".split(separator: " ").map(String.init)

    private func source(_ words: [Tracked]) -> SourceText {
        // Lines of eleven words.
        var text = ""
        for (i, word) in words.enumerated() { text += (i == 0 ? "" : i % 11 == 0 ? ".\n" : " ") + word.text }
        return SourceText(plain: text)
    }

    @Test func everyCodingStillCoversItsWordsOrIsListed() {
        var dice = Dice(7), made = 0, listed = 0, same = 0
        for round in 0..<400 {
            var next = 0
            func fresh() -> Tracked {
                next += 1
                // Most words are common and come again and again, as in talk.
                return Tracked(text: Self.vocabulary[Int.random(in: 0..<Self.vocabulary.count, using: &dice)] + (next % 9 == 0 ? "\(next)" : ""), identity: next)
            }
            let old = (0..<Int.random(in: 20...300, using: &dice)).map { _ in fresh() }
            var new = old
            for _ in 0..<Int.random(in: 1...12, using: &dice) where !new.isEmpty {
                let at = Int.random(in: 0..<new.count, using: &dice)
                switch Int.random(in: 0..<5, using: &dice) {
                case 0: new.remove(at: at)
                case 1: new.insert(fresh(), at: at)
                case 2: new[at].text += "e"
                case 3: new.removeSubrange(at..<min(new.count, at + Int.random(in: 1...8, using: &dice)))
                default: new.insert(contentsOf: (0..<Int.random(in: 1...8, using: &dice)).map { _ in fresh() }, at: at)
                }
            }
            let before = source(old), after = source(new)
            let carrying = Reanchoring(from: before, to: after), points = CodePoints(after.text)
            let alive = Dictionary(uniqueKeysWithValues: new.enumerated().map { ($0.element.identity, $0.offset) })
            for _ in 0..<25 {
                let from = Int.random(in: 0..<old.count, using: &dice), to = min(old.count, from + Int.random(in: 1...20, using: &dice))
                let range = before.words[from].start..<before.words[to - 1].end
                let wanted = old[from..<to], kept = wanted.filter { alive[$0.identity] != nil }
                made += 1
                switch carrying.outcome(of: range) {
                case .same(let place):
                    same += 1
                    // The very words, in order, and nothing else.
                    let covered = after.words[after.words(in: place)].map { points[$0.start..<$0.end] }
                    #expect(covered == wanted.map(\.text), "round \(round)")
                case .changed(let place):
                    listed += 1
                    #expect(place.upperBound <= points.count && !place.isEmpty)
                case .lost:
                    listed += 1
                    // Words of some length that are still there are never called gone.
                    #expect(kept.count < wanted.count || wanted.count < 3, "round \(round)")
                }
            }
        }
        #expect(made == 10_000)
        // Edits touch few of the stretches: the rest must come over as they are.
        #expect(same > made / 2 && listed > made / 50)
    }

    @Test func whereWordsStayPutEveryStretchIsTheSame() {
        let text = SourceText(plain: "ja ja ja det var det vi sa\nnei nei nei det var ikke det\nja ja")
        let longer = SourceText(plain: "Innledning som kom til etterpå.\n" + text.text)
        let carrying = Reanchoring(from: text, to: longer), shift = longer.text.unicodeScalars.count - text.text.unicodeScalars.count
        for word in text.words {
            #expect(carrying.outcome(of: word.start..<word.end) == .same((word.start + shift)..<(word.end + shift)))
        }
    }

    @Test func stretchesThatBeginInsideAWordStillDo() {
        let text = SourceText(plain: "Vi jobber i kommunehelsetjenesten, sier hun."), edited = SourceText(plain: "Ja. Vi jobber i kommunehelsetjenesten, sier hun.")
        // "helsetjenesten," with its comma.
        #expect(Reanchoring(from: text, to: edited).outcome(of: 19..<34) == .same(23..<38))
    }

    @Test func aMovedParagraphTakesItsCodingsAlong() {
        let a = "Først kom saken opp i møtet den dagen.", b = "Senere ringte fastlegen til oss om morgenen.", c = "Så ble det stille lenge etter jul."
        let old = SourceText(plain: [a, b, c].joined(separator: "\n")), new = SourceText(plain: [c, a, b].joined(separator: "\n"))
        let start = a.unicodeScalars.count + b.unicodeScalars.count + 2
        #expect(Reanchoring(from: old, to: new).outcome(of: start..<(start + 17)) == .same(0..<17))
    }

    @Test func respeltWordsAreKeptAndListed() {
        let old = SourceText(plain: "hun sa at hjemmesykepleia kom"), new = SourceText(plain: "hun sa at hjemmesykepleien kom")
        #expect(Reanchoring(from: old, to: new).outcome(of: 10..<25) == .changed(10..<26))
        #expect(Reanchoring(from: old, to: SourceText(plain: "noe helt annet står her nå")).outcome(of: 10..<25) == .lost)
    }

    @Test func matchesAsASlowReferenceDoes() {
        var dice = Dice(3)
        for _ in 0..<300 {
            let a = (0..<Int.random(in: 0...14, using: &dice)).map { _ in ["a", "b", "c", "d"][Int.random(in: 0..<4, using: &dice)] }
            let b = (0..<Int.random(in: 0...14, using: &dice)).map { _ in ["a", "b", "c", "d"][Int.random(in: 0..<4, using: &dice)] }
            let matching = WordMatching(old: a, new: b)
            let pairs = matching.new.indices.filter { matching.isSame[$0] }.map { ($0, matching.new[$0]!) }
            // As many as the longest common subsequence, by the textbook recursion; in order; and truly the same.
            func longest(_ i: Int, _ j: Int) -> Int {
                if i == a.count || j == b.count { return 0 }
                return a[i] == b[j] ? 1 + longest(i + 1, j + 1) : max(longest(i + 1, j), longest(i, j + 1))
            }
            if a.count <= 9, b.count <= 9 { #expect(pairs.count == longest(0, 0)) }
            #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0.1 < $1.1 })
            #expect(pairs.allSatisfy { a[$0.0] == b[$0.1] })
        }
    }

    @Test func longUnlikeTextsAreMatchedInReasonableRoom() {
        let a = (0..<9_000).map { "w\($0 * 7 % 400)" }, b = (0..<9_000).map { "w\($0 * 11 % 400)" }
        #expect(WordMatching(old: a, new: b).new.count == 9_000)
        #expect(WordMatching(old: a, new: a).isSame.allSatisfy { $0 })
    }
}
