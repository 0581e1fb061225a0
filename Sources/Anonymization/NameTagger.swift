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

    /// The names of a text, in order, not overlapping: those of the best reading, and other stretches whose tokens each have a
    /// probability of at least `threshold` of belonging to a name. `beliefs` are those probabilities, token by token.
    func tag(_ tokens: [TextToken], lowercased: Bool, threshold: Double) -> (names: [TaggedName], beliefs: [Float]) {
        let features = NameFeatures(tokens, lists: lists) { self.model.clusters(hash: $0) }
        var out: [TaggedName] = []
        var beliefs = [Float](repeating: 0, count: tokens.count)
        var chains = (cased: NameChain(model.cased), lowercased: NameChain(model.lowercased))
        features.values.withUnsafeBufferPointer { values in
            for range in NameFeatures.sequences(tokens) {
                let (names, sure) = lowercased || Self.lacksCapitals(tokens[range])
                    ? self.names(range, values, model.lowercased, &chains.lowercased, threshold)
                    : self.names(range, values, model.cased, &chains.cased, threshold)
                for (i, belief) in zip(range, sure) { beliefs[i] = belief }
                for name in names {
                    out.append(TaggedName(
                        tokens: (name.tokens.lowerBound + range.lowerBound)..<(name.tokens.upperBound + range.lowerBound), type: name.type,
                        score: name.score, isBest: name.isBest))
                }
            }
        }
        return (out, beliefs)
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
    ) -> (names: [TaggedName], beliefs: [Float]) {
        chain.reset(range.count)
        for i in range { chain.add(at: i - range.lowerBound) { emit in score(i, range, values, weights, &emit) } }
        return chain.names(threshold: Float(threshold))
    }

    @inline(__always)
    private func score(
        _ i: Int, _ range: Range<Int>, _ values: UnsafeBufferPointer<UInt64>, _ weights: NameModel.Weights, _ emit: inout [Int32]
    ) {
        for template in 0..<(model.templateStarts.count - 1) {
            let hash = NameFeatures.feature(
                template, model.parts[model.templateStarts[template]..<model.templateStarts[template + 1]], values, i, range)
            if hash == 0 { continue }
            let bucket = Int(hash &>> 48)
            let fingerprint = UInt16(truncatingIfNeeded: hash &>> 32)
            var at = Int(weights.starts[bucket])
            let end = Int(weights.starts[bucket + 1])
            while at < end {
                let count = Int(weights.rows[at + 1])
                if weights.rows[at] == fingerprint {
                    for unit in weights.rows[(at + 2)..<(at + 2 + count)] {
                        emit[Int(unit &>> 8)] &+= Int32(Int8(truncatingIfNeeded: unit))
                    }
                    break
                }
                at += 2 + count
            }
        }
    }
}
