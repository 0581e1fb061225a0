import Bokmal
import Foundation

/// The weights of the talk tagger, mapped from a file that Scripts/training/train_talk.py writes.
///
/// Sections (see `MappedSections`): `templ` (the number of templates; for each its seed, whether it stays within the sentence, and its
/// number of parts; then pairs of attribute and offset), and for ordinary text (`c`) and text without capitals (`l`) those of
/// `NameModel`, with `Mleast`: class by class the belief from which a stretch beside the best reading counts, eight Float32.
final class TalkModel: @unchecked Sendable {
    struct Template {
        /// Where the hash of its features starts: templates with one seed ask the same of several places.
        var seed: UInt64
        var staysInSentence: Bool
        var parts: Range<Int>
    }
    struct Weights {
        var chain: NameModel.Weights
        var least: [Float]
    }
    /// Templates with one seed and one part each: what stands at any of the places up to `reach` after the token, or before it where
    /// that is negative. A neighbour's feature is the same for all tokens that see it, so it is looked up once.
    struct Bag {
        var seed: UInt64
        var attribute: Int
        var reach: Int
    }

    private let sections: MappedSections
    let templates: [Template]
    /// The templates that are in no bag: those that look at one word's spelling, and the others.
    let spelled: WordSums.Templates
    let contextual: [Template]
    let bags: [Bag]
    let parts: [(attribute: Int, offset: Int)]
    let cased: Weights
    let lowercased: Weights

    /// - Throws: `NameModelError`.
    init(contentsOf url: URL) throws {
        let file = url.lastPathComponent
        do {
            let sections = try MappedSections(contentsOf: url)
            self.sections = sections
            let flat = try sections.integers("templ").map { Int(Int32(bitPattern: $0)) }
            guard let count = flat.first, count > 0, count < 1000, flat.count > 1 + 3 * count else { throw sections.failure("no templates") }
            var templates: [Template] = []
            var start = 0
            for t in 0..<count {
                let (seed, stays, size) = (flat[1 + 3 * t], flat[2 + 3 * t], flat[3 + 3 * t])
                guard seed >= 0, (0...1).contains(stays), (1...8).contains(size) else { throw sections.failure("a template out of order") }
                templates.append(Template(
                    seed: LexiconHash.mix(UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15), staysInSentence: stays == 1, parts: start..<(start + size)))
                start += size
            }
            let tail = Array(flat[(1 + 3 * count)...])
            guard tail.count == 2 * start else { throw sections.failure("templates out of order") }
            self.templates = templates
            let parts = stride(from: 0, to: tail.count, by: 2).map { (attribute: tail[$0], offset: tail[$0 + 1]) }
            guard parts.allSatisfy({ (0..<TalkFeatures.columns).contains($0.attribute) && (-16...16).contains($0.offset) }) else {
                throw sections.failure("a template asks for what is not there")
            }
            self.parts = parts
            let sorted = try Self.bags(templates, parts) ?? { throw sections.failure("a bag has a hole") }()
            var spelled = WordSums.Templates()
            contextual = sorted.single.filter { template in
                let only = parts[template.parts.lowerBound]
                return template.parts.count > 1 || !spelled.take(seed: template.seed, attribute: only.attribute, offset: only.offset)
            }
            self.spelled = spelled
            bags = sorted.bags
            cased = try Self.weights(sections, "c")
            lowercased = try Self.weights(sections, "l")
        } catch LexiconError.unreadable {
            throw NameModelError.unreadable(file: file)
        } catch LexiconError.damaged(_, let reason) {
            throw NameModelError.damaged(file: file, reason: reason)
        }
    }

    private static func weights(_ sections: MappedSections, _ kind: String) throws -> Weights {
        let least = try sections.integers(kind + "least", count: NameModel.types).map { Float(bitPattern: $0) }
        guard least.allSatisfy({ $0 > 0 && $0 <= 1 }) else { throw sections.failure("no thresholds") }
        return Weights(chain: try NameModel.weights(sections, kind), least: least)
    }

    /// Parts the templates; nil where the places of a bag are not the nearest ones on one side, in order.
    private static func bags(_ templates: [Template], _ parts: [(attribute: Int, offset: Int)]) -> (single: [Template], bags: [Bag])? {
        var single: [Template] = [], bags: [Bag] = []
        for template in templates {
            let part = parts[template.parts.lowerBound]
            guard template.staysInSentence else { single.append(template); continue }
            guard template.parts.count == 1, part.offset != 0 else { return nil }
            let side = part.offset.signum()
            if let b = bags.firstIndex(where: { $0.seed == template.seed && $0.attribute == part.attribute }) {
                guard part.offset == bags[b].reach + side else { return nil }
                bags[b].reach = part.offset
            } else {
                guard part.offset == side else { return nil }
                bags.append(Bag(seed: template.seed, attribute: part.attribute, reach: side))
            }
        }
        return (single, bags)
    }
}
