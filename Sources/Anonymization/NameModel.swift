import Bokmal
import Foundation

/// Why a tagger's weights cannot be used.
public enum NameModelError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(file: String)
    case damaged(file: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let file):
            "The tagger's weights \(file) cannot be read. Install Ordrett again with its resource bundles beside the program."
        case .damaged(let file, let reason):
            "The tagger's weights \(file) are damaged (\(reason)). Install Ordrett again, or run Scripts/training/train_names.py or train_talk.py."
        }
    }
}

/// The weights of the name tagger, mapped from a file that Scripts/training/train_names.py writes.
///
/// Sections (see `MappedSections`), where M is `c` for ordinary text and `l` for text without capitals:
/// - `templ`: number of templates, their starts, then pairs of attribute and offset;
/// - `Mstarts`, `Mrows`: 65,536 runs of 16-bit units: fingerprint, number of labels, then a label (high byte) and a signed
///   weight (low byte) for each;
/// - `Mtrans`: 34 × 34 transitions in the same steps; the last row and column are the ends of the sequence;
/// - `Mscale`: the size of a step, Float32;
/// - `words`: open-addressed slots of word clusters: 16 bits of fingerprint, 8 of the fine cluster, 8 of the coarse one.
final class NameModel: @unchecked Sendable {
    /// What a sequence of tokens is scored with.
    struct Weights {
        let starts: UnsafeBufferPointer<UInt32>
        let rows: UnsafeBufferPointer<UInt16>
        let transitions: [Int32]
        let scale: Float

        /// Where a feature's weights stand, or -1.
        @inline(__always)
        func row(_ hash: UInt64) -> Int {
            let bucket = Int(hash &>> 48)
            let fingerprint = UInt16(truncatingIfNeeded: hash &>> 32)
            var at = Int(starts[bucket])
            let end = Int(starts[bucket + 1])
            while at < end {
                if rows[at] == fingerprint { return at }
                at += 2 + Int(rows[at + 1])
            }
            return -1
        }

        /// Adds what the feature at a row says for each label, in steps.
        @inline(__always)
        func add(row: Int, to scores: UnsafeMutablePointer<Int32>) {
            guard row >= 0 else { return }
            for at in (row + 2)..<(row + 2 + Int(rows[row + 1])) {
                let unit = rows[at]
                scores[Int(unit &>> 8)] &+= Int32(Int8(truncatingIfNeeded: unit))
            }
        }
    }

    static let types = 8
    /// O, then begin, inside, end and single of each type.
    static let labels = 1 + 4 * types

    private let sections: MappedSections
    let templateStarts: [Int]
    let parts: [(attribute: Int, offset: Int)]
    /// Templates that look at one word's spelling; and the others: where their hash starts, and their parts.
    let spelled: WordSums.Templates
    let contextual: [(seed: UInt64, parts: Range<Int>)]
    let cased: Weights
    let lowercased: Weights
    private let words: UnsafeBufferPointer<UInt32>

    /// - Throws: `NameModelError`.
    init(contentsOf url: URL) throws {
        let file = url.lastPathComponent
        do {
            let sections = try MappedSections(contentsOf: url)
            self.sections = sections
            let templates = try sections.integers("templ")
            guard let first = templates.first, first > 0, first < 1000, templates.count > Int(first) + 1 else {
                throw sections.failure("no templates")
            }
            let starts = templates[1...Int(first) + 1].map { Int($0) }
            let tail = templates[(Int(first) + 2)...]
            guard starts.first == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 }), tail.count == 2 * starts.last! else {
                throw sections.failure("templates out of order")
            }
            templateStarts = starts
            let flat = tail.map { Int(Int32(bitPattern: $0)) }
            parts = stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
            guard parts.allSatisfy({ (0..<NameFeatures.columns).contains($0.attribute) && abs($0.offset) <= 8 }) else {
                throw sections.failure("a template asks for what is not there")
            }
            var spelled = WordSums.Templates()
            let parts = parts
            contextual = (0..<(starts.count - 1)).compactMap { template in
                let seed = NameFeatures.seed(template), own = starts[template]..<starts[template + 1], first = parts[own.lowerBound]
                if own.count == 1, spelled.take(seed: seed, attribute: first.attribute, offset: first.offset) { return nil }
                return (seed, own)
            }
            self.spelled = spelled
            cased = try Self.weights(sections, "c")
            lowercased = try Self.weights(sections, "l")
            words = try sections.integers("words")
            guard !words.isEmpty, words.count & (words.count - 1) == 0, words.contains(0) else {
                throw sections.failure("section words is no table")
            }
        } catch LexiconError.unreadable {
            throw NameModelError.unreadable(file: file)
        } catch LexiconError.damaged(_, let reason) {
            throw NameModelError.damaged(file: file, reason: reason)
        }
    }

    static func weights(_ sections: MappedSections, _ kind: String) throws -> Weights {
        let starts = try sections.integers(kind + "starts", count: 65_537)
        let rows = UnsafeRawBufferPointer(try sections.integers(kind + "rows")).bindMemory(to: UInt16.self)
        var last: UInt32 = 0
        for bucket in 0..<65_536 {
            let start = starts[bucket], end = starts[bucket + 1]
            guard start == last, end >= start, Int(end) <= rows.count else { throw sections.failure("entries out of order") }
            // Every run must end where its bucket does, so that reading needs no checks.
            var at = Int(start)
            while at < Int(end) {
                guard at + 2 <= Int(end), at + 2 + Int(rows[at + 1]) <= Int(end) else { throw sections.failure("a run is cut short") }
                for unit in rows[(at + 2)..<(at + 2 + Int(rows[at + 1]))] where unit &>> 8 >= labels { throw sections.failure("a label is unknown") }
                at += 2 + Int(rows[at + 1])
            }
            last = end
        }
        let side = labels + 1
        let transitions = try sections.integers(kind + "trans", count: side * side).map { Int32(bitPattern: $0) }
        let scale = Float(bitPattern: try sections.integers(kind + "scale", count: 1)[0])
        guard scale.isFinite, scale > 0, transitions.allSatisfy({ abs($0) <= 1 << 20 }) else { throw sections.failure("no scale") }
        return Weights(starts: starts, rows: rows, transitions: transitions, scale: scale)
    }

    /// Coarse and fine cluster of a lower-case word by the company it keeps; zeros for a rare one.
    func clusters(hash: UInt64) -> (coarse: UInt64, fine: UInt64) {
        let fingerprint = max(1, UInt32(truncatingIfNeeded: hash &>> 48))
        var slot = Int(truncatingIfNeeded: hash) & (words.count - 1)
        while true {
            let entry = words[slot]
            if entry == 0 { return (0, 0) }
            if entry &>> 16 == fingerprint { return (UInt64(entry & 0xFF), UInt64(entry &>> 8 & 0xFF)) }
            slot = (slot + 1) & (words.count - 1)
        }
    }
}
