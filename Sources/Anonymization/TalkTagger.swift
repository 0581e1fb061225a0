import Bokmal
import Foundation

/// What the talk tagger takes a stretch for.
enum TalkClass: Int, Sendable, CaseIterable {
    case person, place, unit, title, date, age, fact, other
}

/// Tags what identifies in interviews, names and facts alike: a linear-chain conditional random field (Lafferty, McCallum and Pereira
/// 2001), like `NameTagger`, that reads what the rules and the name tagger found beside the words, and so learns when that reaches
/// too short and what stays unfound. Trained on invented talk, marked by writers who knew no rule.
public final class TalkTagger: Sendable {
    private let model: TalkModel

    /// The tagger with the shipped weights. A program without its resource bundle stops here.
    public static let shared: TalkTagger = {
        do {
            return try TalkTagger(contentsOf: ShippedFiles.folder.appendingPathComponent("talktagger.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    /// - Throws: `NameModelError`.
    public init(contentsOf url: URL) throws { model = try TalkModel(contentsOf: url) }

    /// Stretches of tokens, in order, not overlapping: those of the best reading, and others that may be.
    /// - Parameter spellings: `NameFeatures.spellings` of the tokens.
    func stretches(_ tokens: [TextToken], _ features: TalkFeatures, spellings: [Int32], lowercased: Bool) -> [NameChain.Stretch] {
        var out: [NameChain.Stretch] = []
        let count = Int((spellings.max() ?? -1) + 1)
        func sums(_ weights: TalkModel.Weights) -> WordSums {
            WordSums(model.spelled, weights.chain, columns: TalkFeatures.columns, spellings: count)
        }
        lazy var cased = sums(model.cased)
        lazy var lowered = sums(model.lowercased)
        var chains = (cased: NameChain(model.cased.chain), lowercased: NameChain(model.lowercased.chain))
        features.values.withUnsafeBufferPointer { values in
            for range in NameFeatures.sequences(tokens) {
                let found = lowercased || NameTagger.lacksCapitals(tokens[range])
                    ? stretches(range, spellings, values, model.lowercased, lowered, &chains.lowercased)
                    : stretches(range, spellings, values, model.cased, cased, &chains.cased)
                for stretch in found {
                    var moved = stretch
                    moved.tokens = (stretch.tokens.lowerBound + range.lowerBound)..<(stretch.tokens.upperBound + range.lowerBound)
                    out.append(moved)
                }
            }
        }
        return out
    }

    private func stretches(
        _ range: Range<Int>, _ spellings: [Int32], _ values: UnsafeBufferPointer<UInt64>, _ weights: TalkModel.Weights, _ words: WordSums,
        _ chain: inout NameChain
    ) -> [NameChain.Stretch] {
        chain.reset(range.count)
        let labels = NameModel.labels, sums = self.sums(range, values, weights.chain)
        words.prepare(range, spellings, values)
        var sentence = range.lowerBound..<range.lowerBound
        for i in range {
            if !sentence.contains(i) { sentence = self.sentence(from: i, range, values) }
            chain.add { scores in
                spellings.withUnsafeBufferPointer { words.add(i, range, $0, to: scores) }
                for template in model.contextual {
                    let hash = TalkFeatures.feature(template, model.parts, values, i, range)
                    if hash != 0 { weights.chain.add(row: weights.chain.row(hash), to: scores) }
                }
                for (b, bag) in model.bags.enumerated() {
                    let first = bag.reach < 0 ? max(sentence.lowerBound, i + bag.reach) : i + 1
                    let end = bag.reach < 0 ? i : min(sentence.upperBound, i + 1 + bag.reach)
                    guard first < end else { continue }
                    let before = (b * (range.count + 1) + first - range.lowerBound) * labels
                    let after = (b * (range.count + 1) + end - range.lowerBound) * labels
                    sums.withUnsafeBufferPointer { sums in for l in 0..<labels { scores[l] &+= sums[after + l] &- sums[before + l] } }
                }
            }
        }
        return chain.stretches(threshold: weights.least.min() ?? 1).found.filter { $0.isBest || $0.score >= Double(weights.least[$0.kind]) }
    }

    /// The sums of what the tokens before each place say to their neighbours: [bag × (token + 1) × label].
    private func sums(_ range: Range<Int>, _ values: UnsafeBufferPointer<UInt64>, _ weights: NameModel.Weights) -> [Int32] {
        let labels = NameModel.labels
        var out = [Int32](repeating: 0, count: model.bags.count * (range.count + 1) * labels)
        out.withUnsafeMutableBufferPointer { out in
            for (b, bag) in model.bags.enumerated() {
                for i in 0..<range.count {
                    let row = out.baseAddress! + (b * (range.count + 1) + i) * labels, next = row + labels
                    for l in 0..<labels { next[l] = row[l] }
                    let value = values[(range.lowerBound + i) * TalkFeatures.columns + bag.attribute]
                    if value != 0 { weights.add(row: weights.row(NameFeatures.mix(bag.seed &+ value)), to: next) }
                }
            }
        }
        return out
    }

    /// The tokens of the sentence that starts at one.
    private func sentence(from first: Int, _ range: Range<Int>, _ values: UnsafeBufferPointer<UInt64>) -> Range<Int> {
        func number(_ i: Int) -> UInt64 { values[i * TalkFeatures.columns + TalkFeatures.Column.sentence.index] }
        var end = first + 1
        while end < range.upperBound, number(end) == number(first) { end += 1 }
        return first..<end
    }
}
