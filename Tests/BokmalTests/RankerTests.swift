import Foundation
import Testing

@testable import Bokmal

/// The choice in context, against a slow reading of the same weights.
@Suite struct RankerTests {
    private let model = VarietyModel.phonetic
    private let utterance = "æ veit itte ka de e men så va de no sånn att vi ikke hadde noen Fjollvær å dra te fårr".split(separator: " ").map(String.init)

    private func row(_ matrix: RankerWeights.Matrix, _ index: Int) -> [Double] {
        matrix.values[index * matrix.columns..<(index + 1) * matrix.columns].map(Double.init)
    }

    private func sum(_ rows: [[Double]]) -> [Double] {
        rows.dropFirst().reduce(rows[0]) { zip($0, $1).map { $0 + $1 } }
    }

    private func number(_ text: some StringProtocol, _ count: Int) -> Int { Int(LexiconHash.text(String(text)) % UInt64(count)) }

    private func formRows(_ candidate: Candidate) -> (kind: Int, suffix: Int) {
        let lower = candidate.text.lowercased()
        return (
            Int(WordForms.shared.attributes(String(lower.split(separator: " ").last ?? "")) & 127),
            number(lower.suffix(2), RankerWeights.suffixes)
        )
    }

    /// The network as ranker.py states it, in Double and without any cache.
    private func slowChoices(_ sets: [CandidateSet], _ weights: RankerWeights) -> [(best: Int, lead: Double)] {
        let width = RankerWeights.width, hidden = RankerWeights.hidden
        let words = zip(utterance, sets).map { token, set in
            sum([row(weights.word, Int(set.word)), row(weights.prefix, number(token.lowercased().prefix(2), RankerWeights.prefixes))])
        }
        func form(_ candidate: Candidate) -> [Double] {
            let rows = formRows(candidate)
            return sum([row(weights.form, Int(candidate.form)), row(weights.formClass, rows.kind), row(weights.formSuffix, rows.suffix)])
        }
        var mean = sum(words)
        for d in 0..<width { mean[d] /= Double(words.count).squareRoot() }
        let edgeWord = row(weights.word, 0), edgeForm = row(weights.form, 0)
        var before: [Candidate] = []
        return sets.indices.map { i in
            var slots = (-4...4).map { words.indices.contains(i + $0) ? words[i + $0] : edgeWord }
            slots += (1...3).map { before.count >= $0 ? form(before[before.count - $0]) : edgeForm }
            slots += (1...3).map { sets.indices.contains(i + $0) ? form(sets[i + $0].candidates[0]) : edgeForm }
            slots.append(mean)
            var values = row(weights.bias, 0)
            for (slot, vector) in slots.enumerated() {
                for d in 0..<width {
                    let weightsOfRow = row(weights.input, slot * width + d)
                    for j in 0..<hidden { values[j] += vector[d] * weightsOfRow[j] }
                }
            }
            values = values.map { max(0, $0) }
            let scores = sets[i].candidates.map { candidate -> Double in
                let rows = formRows(candidate)
                let isSame = candidate.text.lowercased() == utterance[i].lowercased()
                let output = sum([
                    row(weights.output, Int(candidate.form)), row(weights.outputClass, rows.kind + (isSame ? RankerWeights.classes : 0)),
                    row(weights.outputSuffix, rows.suffix), row(weights.outputPair, Int(candidate.pair)),
                ])
                var score = zip(output, values).reduce(0) { $0 + $1.0 * $1.1 } - Double(candidate.cost) / 256
                let y = candidate.form, w = sets[i].word
                let word = { (k: Int) in sets.indices.contains(i + k) ? sets[i + k].word : 0 }
                let p1 = before.last?.form ?? 0, g1 = sets.indices.contains(i + 1) ? sets[i + 1].candidates[0].form : 0
                for key in [
                    LexiconHash.feature(1, y, w), LexiconHash.feature(2, y, p1), LexiconHash.feature(4, y, g1),
                    LexiconHash.feature(6, y, w, word(1)), LexiconHash.feature(7, y, w, word(-1)),
                    LexiconHash.feature(12, y, w, p1), LexiconHash.feature(9, y, w, word(2)),
                ] { score += Double(model.context.weight(key)) / 256 }
                return score
            }
            let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
            before.append(sets[i].candidates[best])
            let others = scores.indices.filter { $0 != best }.map { scores[$0] }.max() ?? -.infinity
            return (best, scores[best] - others)
        }
    }

    @Test func cachedLayersAddUpToTheNetwork() throws {
        let weights = try #require(model.ranker)
        var generator = CandidateGenerator(options: NormalizerOptions(), forms: .shared)
        let cache = try #require(generator.cache)
        let sets = utterance.enumerated().map {
            generator.candidates($1, isFirst: $0 == 0, variety: .phonetic, model: model)
        }
        #expect(sets.contains { $0.candidates.count > 5 })
        let slow = slowChoices(sets, weights)
        let fast = ContextDecoder.choose(sets, model.context, cache)
        var ambiguous = 0
        for (index, set) in sets.enumerated() where set.candidates.count > 1 {
            // Scores are rounded to 1/256 on the way.
            guard slow[index].lead > 0.02 else { continue }
            #expect(fast[index].candidate.text == set.candidates[slow[index].best].text)
            ambiguous += 1
        }
        #expect(ambiguous > 10)
    }

    /// Readings that a Norwegian ear has no doubt about.
    @Test(arguments: [
        ("æ veit itte ka de e", "jeg veit ikke hva det er"),
        ("de e sjlætt itte farli", "det er slett ikke farlig"),
        ("æ har lyst te å reise", "jeg har lyst til å reise"),
        ("han å ho jikk heim", "han og hun gikk hjem"),
    ])
    func readings(_ said: String, _ written: String) {
        let result = Normalizer(NormalizerOptions(style: .asSaid)).normalize(tokens: said.split(separator: " ").map(String.init), variety: .phonetic)
        let moderate = ["veit": "vet", "heim": "hjem"]
        let plain = result.map { moderate[$0.text] ?? $0.text }
        #expect(plain == written.split(separator: " ").map { moderate[String($0)] ?? String($0) })
    }

    /// Where clean Bokmål is said to be phonetic, nearly all of it stays: the model has learnt from ordinary spelling, too.
    @Test func ordinarySpellingStays() throws {
        let text = """
            hun sa at hunden var ute og at de ikke visste hvem som hadde sluppet den ut . vi gikk ned til vannet og så på båtene ,
            men det var ingen der , og jeg tenkte at det kunne være noe med været . etterpå spiste vi middag sammen og snakket om
            det som hadde hendt på jobben den uken . legen ringte meg og spurte om jeg ville komme tilbake til avdelingen i morgen
            """.split(whereSeparator: \.isWhitespace).map(String.init)
        let result = Normalizer().normalize(tokens: text, variety: .phonetic)
        #expect(result.filter(\.changed).count <= text.count * 3 / 100)
    }

    /// Names that the name lists know pass through; so do numbers, masks, cut-offs and marks.
    @Test func namesAndMarksPassThrough() {
        let tokens = ["Kari", "va", "i", "Oslo", "12", "XXXX", "#", "Ragnhild", "så-", "(latter)", "2019"]
        let result = Normalizer().normalize(tokens: tokens, variety: .phonetic)
        for index in [0, 3, 4, 5, 6, 7, 9, 10] { #expect(result[index].text == tokens[index]) }
    }
}

@Suite struct RewriteModelTests {
    /// Log shares of whole rewritings: at most nothing, best first, no text twice, together no more than all there is.
    @Test func rewritingsAreADistribution() {
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let letters = Array("abdefghijklmnoprstuvyæøåL")
        for model in [VarietyModel.phonetic.rewriting, VarietyModel.nynorsk.rewriting] {
            for _ in 0..<60 {
                let word = String((0...next(12)).map { _ in letters[next(letters.count)] })
                let found = model.rewritings(of: word)
                #expect(!found.isEmpty)
                #expect(Set(found.map(\.text)).count == found.count)
                #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
                #expect(found.reduce(0) { $0 + exp($1.score) } <= 1.000_001)
            }
        }
    }

    /// Sound spellings whose Bokmål letters follow from what the corpus does everywhere: thick l, retroflex, long consonants.
    @Test(arguments: [("bLåbærbusjk", "blåbærbusk"), ("såmmerjåbb", "sommerjobb"), ("klokkestrænng", "klokkestreng")])
    func spellings(_ said: String, _ written: String) {
        let texts = VarietyModel.phonetic.rewriting.rewritings(of: said).map(\.text)
        #expect(texts.contains(written))
    }

    @Test func tooLongOrEmptyIsNoWord() {
        #expect(VarietyModel.phonetic.rewriting.rewritings(of: "").isEmpty)
        #expect(VarietyModel.phonetic.rewriting.rewritings(of: String(repeating: "a", count: 41)).isEmpty)
    }
}
