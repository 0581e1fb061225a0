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
        /// `NameFeatures.values`, for others who read the same text.
        var features: [UInt64]
    }

    /// The names of a text: those of the best reading, and other stretches whose tokens each have a probability of at least
    /// `threshold` of belonging to a name.
    func tag(_ tokens: [TextToken], lowercased: Bool, threshold: Double) -> Tagging {
        let features = NameFeatures(tokens, lists: lists) { self.model.clusters(hash: $0) }
        var out = Tagging(names: [], beliefs: [Float](repeating: 0, count: tokens.count), features: features.values)
        var chains = (cased: NameChain(model.cased), lowercased: NameChain(model.lowercased))
        features.values.withUnsafeBufferPointer { values in
            for range in NameFeatures.sequences(tokens) {
                let (names, sure) = lowercased || Self.lacksCapitals(tokens[range])
                    ? self.names(range, values, model.lowercased, &chains.lowercased, threshold)
                    : self.names(range, values, model.cased, &chains.cased, threshold)
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
        _ range: Range<Int>, _ values: UnsafeBufferPointer<UInt64>, _ weights: NameModel.Weights, _ chain: inout NameChain, _ threshold: Double
    ) -> (found: [NameChain.Stretch], beliefs: [Float]) {
        chain.reset(range.count)
        for i in range { chain.add { score(i, range, values, weights, $0) } }
        return chain.stretches(threshold: Float(threshold))
    }

    @inline(__always)
    private func score(
        _ i: Int, _ range: Range<Int>, _ values: UnsafeBufferPointer<UInt64>, _ weights: NameModel.Weights, _ scores: UnsafeMutablePointer<Int32>
    ) {
        for template in 0..<(model.templateStarts.count - 1) {
            let hash = NameFeatures.feature(
                template, model.parts[model.templateStarts[template]..<model.templateStarts[template + 1]], values, i, range)
            if hash != 0 { weights.add(row: weights.row(hash), to: scores) }
        }
    }
}
