import Bokmal
import Foundation

/// What the name tagger takes a stretch for: the classes of the NorNE annotations (Jørgensen et al. 2020).
public enum NameClass: Int, Sendable, CaseIterable {
    case person, place, organisation, politicalPlace, politicalOrganisation, event, product, derived

    /// The class's name in NorNE.
    public var tag: String { ["PER", "LOC", "ORG", "GPE_LOC", "GPE_ORG", "EVT", "PROD", "DRV"][rawValue] }

    /// Events, products and derived words ("nordmenn") seldom point at a person.
    var identifies: Bool { rawValue < NameClass.event.rawValue }
}

/// A stretch of tokens that the tagger takes for a name.
public struct TaggedName: Sendable, Hashable {
    public var tokens: Range<Int>
    public var type: NameClass
    /// How sure the tagger is that each of the tokens belongs to some name, of the least sure one; 0 … 1.
    public var score: Double
    /// On the best reading of the sentence; else only possible.
    public var isBest: Bool
}

/// Tags names with a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over hashed features, trained on
/// the Norwegian NorNE annotations. Two sets of weights: for ordinary text, and for text without capitals.
public final class NameTagger: Sendable {
    private let model: NameModel
    private let lists: NameLists

    /// The tagger with the shipped weights. A program without its resource bundle stops here.
    public static let shared: NameTagger = {
        do {
            return try NameTagger(contentsOf: ShippedFiles.folder.appendingPathComponent("nametagger.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    /// - Throws: `NameModelError`.
    public init(contentsOf url: URL) throws {
        model = try NameModel(contentsOf: url)
        lists = .shared
    }

    /// What the tagger says of a text.
    struct Tagging {
        /// In order, not overlapping: those of the best reading, and other stretches whose tokens each may belong to a name.
        var names: [TaggedName]
        /// The probability of belonging to a name, token by token.
        var beliefs: [Float]
        /// `NameFeatures.values` and spellings, for others who read the same text.
        var features: [UInt64]
        var spellings: [Int32]
    }

    /// The names of a text: those of the best reading, and other stretches whose tokens each have a probability of at least
    /// `threshold` of belonging to a name.
    func tag(_ tokens: [TextToken], lowercased: Bool, threshold: Double) -> Tagging {
        let features = NameFeatures(tokens, lists: lists) { self.model.clusters(hash: $0) }
        var out = Tagging(names: [], beliefs: [Float](repeating: 0, count: tokens.count), features: features.values, spellings: features.spellings)
        var chains = (cased: NameChain(model.cased), lowercased: NameChain(model.lowercased))
        let spellings = (features.spellings.max() ?? -1) + 1
        func sums(_ weights: NameModel.Weights) -> WordSums {
            WordSums(model.spelled, weights, columns: NameFeatures.columns, spellings: Int(spellings))
        }
        lazy var cased = sums(model.cased)
        lazy var lowered = sums(model.lowercased)
        features.values.withUnsafeBufferPointer { values in
            for range in NameFeatures.sequences(tokens) {
                let (names, sure) = lowercased || Self.lacksCapitals(tokens[range])
                    ? self.names(range, features.spellings, values, model.lowercased, lowered, &chains.lowercased, threshold)
                    : self.names(range, features.spellings, values, model.cased, cased, &chains.cased, threshold)
                for (i, belief) in zip(range, sure) { out.beliefs[i] = belief }
                for name in names {
                    out.names.append(TaggedName(
                        tokens: (name.tokens.lowerBound + range.lowerBound)..<(name.tokens.upperBound + range.lowerBound),
                        type: NameClass(rawValue: name.kind)!, score: name.score, isBest: name.isBest))
                }
            }
        }
        return out
    }

    /// A long line without one capital, not even at its start, was not typed by somebody who uses them.
    static func lacksCapitals(_ tokens: ArraySlice<TextToken>) -> Bool {
        var words = 0
        for token in tokens where token.kind == .word {
            if token.isCapitalised { return false }
            words += 1
        }
        return words >= 12
    }

    private func names(
        _ range: Range<Int>, _ spellings: [Int32], _ values: UnsafeBufferPointer<UInt64>, _ weights: NameModel.Weights, _ words: WordSums,
        _ chain: inout NameChain, _ threshold: Double
    ) -> (found: [NameChain.Stretch], beliefs: [Float]) {
        chain.reset(range.count)
        words.prepare(range, spellings, values)
        spellings.withUnsafeBufferPointer { spellings in
            for i in range {
                chain.add { scores in
                    words.add(i, range, spellings, to: scores)
                    for template in model.contextual {
                        let hash = NameFeatures.feature(seed: template.seed, model.parts[template.parts], values, i, range)
                        if hash != 0 { weights.add(row: weights.row(hash), to: scores) }
                    }
                }
            }
        }
        return chain.stretches(threshold: Float(threshold))
    }
}
