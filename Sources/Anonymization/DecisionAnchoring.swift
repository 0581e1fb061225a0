import Crypto
import Foundation
import Transcript

/// Makes anchors on a transcript as it was said, and finds them again on a later state of it.
///
/// A place is found by its words and told from others of the same words by what stands around it; the ids that words have only settle
/// what the surroundings leave open. Words are compared as keyed digests (HMAC-SHA-256, 8 bytes), without regard to case.
public struct DecisionAnchoring: Sendable {
    public struct Place: Sendable, Hashable {
        public var turn: Int
        /// Empty for a whole turn.
        public var words: [Int]
    }

    public enum Found: Sendable, Hashable {
        case at(Place)
        /// Several places fit equally well.
        case unclear([Place])
        case gone
    }

    private struct Spot: Sendable {
        var turn: Int
        var id: Int
        var digest: String
    }

    private let key: SymmetricKey
    private let transcript: Transcript
    private let spots: [Spot]
    /// Positions in `spots`, by digest.
    private let index: [String: [Int]]

    /// - Parameter salt: the study's own secret, the same for making and finding.
    public init(_ transcript: Transcript, salt: Data) {
        let key = SymmetricKey(data: salt)
        self.key = key
        self.transcript = transcript
        spots = transcript.turns.flatMap { turn in turn.words.map { Spot(turn: turn.id, id: $0.id, digest: Self.digest($0.text, key)) } }
        index = Dictionary(grouping: spots.indices, by: { [spots] in spots[$0].digest })
    }

    private static func digest(_ text: String, _ key: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: Data(NameKey.fold(text).utf8), using: key).prefix(8).map { String(format: "%02x", $0) }.joined()
    }

    /// - Parameters:
    ///   - turn: the turn's id; 0 for labels and the recording's id.
    ///   - words: ids of words of that turn; empty for all of it.
    /// - Returns: nil when the transcript has no such place.
    public func anchor(turn: Int, words: [Int]) -> DecisionAnchor? {
        if turn == 0 { return DecisionAnchor(turn: 0, words: [], target: labels, before: [], after: []) }
        guard let found = transcript.turns.first(where: { $0.id == turn }) else { return nil }
        let own = spots.indices.filter { spots[$0].turn == turn }
        let chosen = words.isEmpty ? own : own.filter { words.contains(spots[$0].id) }
        if !words.isEmpty && chosen.isEmpty { return nil }
        let (first, last): (Int, Int)
        if let a = chosen.first, let b = chosen.last { (first, last) = (a, b + 1) } else {
            // A turn of remarks alone: it lies before the first word of a later turn.
            let later = Set(transcript.turns.drop { $0.id != turn }.map(\.id))
            first = spots.firstIndex { later.contains($0.turn) } ?? spots.count
            last = first
        }
        let reach = DecisionAnchor.reach
        return DecisionAnchor(
            turn: turn, words: words.isEmpty ? [] : chosen.map { spots[$0].id },
            target: words.isEmpty ? whole(found) : spots[first..<last].map(\.digest),
            before: spots[max(0, first - reach)..<first].map(\.digest), after: spots[last..<min(spots.count, last + reach)].map(\.digest))
    }

    /// Where an anchor's place is now.
    public func find(_ anchor: DecisionAnchor) -> Found {
        if anchor.turn == 0 { return anchor.target == labels ? .at(Place(turn: 0, words: [])) : .gone }
        let candidates = anchor.words.isEmpty ? turns(anchor) : stretches(anchor)
        guard let best = candidates.map(\.score).max() else { return .gone }
        var leading = candidates.filter { $0.score == best }
        if leading.count > 1 {
            let same = leading.filter { $0.place.turn == anchor.turn && ($0.place.words == anchor.words) }
            if same.count == 1 { leading = same }
        }
        return leading.count == 1 ? .at(leading[0].place) : .unclear(leading.map(\.place))
    }

    /// How many of the words around must be there still: a word with other words around it is another word.
    private func needed(_ anchor: DecisionAnchor) -> Int { (anchor.before.count + anchor.after.count + 3) / 4 }

    /// Stretches of one turn with the anchor's words in order.
    private func stretches(_ anchor: DecisionAnchor) -> [(place: Place, score: Int)] {
        guard let first = anchor.target.first else { return [] }
        let count = anchor.target.count
        return (index[first] ?? []).compactMap { start in
            guard start + count <= spots.count else { return nil }
            let stretch = spots[start..<(start + count)]
            guard stretch.map(\.digest) == anchor.target, Set(stretch.map(\.turn)).count == 1 else { return nil }
            let score = surroundings(anchor, start, start + count)
            guard score >= needed(anchor) else { return nil }
            return (Place(turn: stretch[start].turn, words: stretch.map(\.id)), score)
        }
    }

    /// Turns that hold exactly the anchor's words and remarks; short ones ("ja") only with the same talk around them.
    private func turns(_ anchor: DecisionAnchor) -> [(place: Place, score: Int)] {
        transcript.turns.compactMap { turn in
            guard whole(turn) == anchor.target else { return nil }
            let own = spots.indices.filter { spots[$0].turn == turn.id }
            let first = own.first ?? spots.firstIndex { $0.turn > turn.id } ?? spots.count
            let score = surroundings(anchor, first, own.last.map { $0 + 1 } ?? first)
            return anchor.target.count >= 5 || score >= needed(anchor) ? (Place(turn: turn.id, words: []), score) : nil
        }
    }

    /// How many of the words around were around it before, in the same order (longest common subsequence).
    private func surroundings(_ anchor: DecisionAnchor, _ first: Int, _ last: Int) -> Int {
        // Wider than the anchor's own reach: words may have been put in between.
        let reach = 2 * DecisionAnchor.reach
        let before = spots[max(0, first - reach)..<first].map(\.digest), after = spots[last..<min(spots.count, last + reach)].map(\.digest)
        return Self.common(anchor.before, before) + Self.common(anchor.after, after)
    }

    static func common(_ a: [String], _ b: [String]) -> Int {
        var row = [Int](repeating: 0, count: b.count + 1)
        for x in a {
            var diagonal = 0
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = x == b[j] ? diagonal + 1 : max(above, row[j])
                diagonal = above
            }
        }
        return row[b.count]
    }

    private func whole(_ turn: Turn) -> [String] {
        turn.elements.compactMap { element in
            switch element {
            case .word(let word): Self.digest(word.text, key)
            case .mark(let mark): mark.text.isEmpty ? nil : "m" + Self.digest(mark.text, key)
            }
        }
    }

    private var labels: [String] {
        (transcript.speakers.flatMap { [$0.id, $0.label, $0.participant ?? ""] } + [transcript.recording.id]).map { Self.digest($0, key) }
    }
}
