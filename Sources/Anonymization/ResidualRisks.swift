import Bokmal
import Transcript

/// What may tell who speaks though no name is left: words that few use, and phrases that one speaker keeps coming back to.
///
/// Both are for a reader to weigh: neither stops a file, and neither is proof of anything.
struct ResidualRisks {
    /// Times that a phrase is said by one speaker before it is told of.
    static let fewestTimes = 5
    /// How often, for a thousand of the speaker's words, it must be said at least.
    static let perThousand = 3.0
    /// How many times more often than by all others together.
    static let ratio = 4.0
    /// Words in a phrase.
    static let lengths = 3...6

    let items: [AuditReport.Item]

    init(_ document: Transcript, isSafe: (Word) -> Bool, detector: Detector) {
        var turnOf: [Int: Int] = [:]
        var spoken: [String: [[Spoken]]] = [:]
        var rare: [String: [Int]] = [:], order: [String] = []
        for turn in document.turns {
            // Pieces between replacements and full stops: a phrase does not reach across.
            var piece: [Spoken] = []
            func close() {
                if !piece.isEmpty { spoken[turn.speaker, default: []].append(piece) }
                piece = []
            }
            for word in turn.words {
                turnOf[word.id] = turn.id
                if isSafe(word) || word.isFiller { close(); continue }
                let folded = NameKey.fold(word.text)
                piece.append(Spoken(id: word.id, text: folded))
                if word.trail.contains(where: { ".?!…".contains($0) }) { close() }
                if Self.isRare(folded, word, detector) {
                    if rare[folded] == nil { order.append(folded) }
                    rare[folded, default: []].append(word.id)
                }
            }
            close()
        }
        var out: [AuditReport.Item] = []
        for word in order {
            let ids = rare[word] ?? []
            // Said again and again, a word of one's own is easier to know somebody by.
            out.append(.init(
                code: "rare-word", severity: ids.count >= Self.fewestTimes ? .review : .note, turn: turnOf[ids[0]] ?? 0, words: ids, types: [], rule: "outside-word-list"))
        }
        for speaker in spoken.keys.sorted() where document.speaker(speaker)?.role != .interviewer && document.speaker(speaker)?.role != .moderator {
            for phrase in Self.phrases(spoken[speaker] ?? [], others: spoken.filter { $0.key != speaker }.values.flatMap { $0 }) {
                out.append(.init(
                    code: "repeated-phrase", severity: phrase.isTelling ? .review : .note, turn: turnOf[phrase.ids[0]] ?? 0, words: phrase.ids, types: [], rule: "often-said"))
            }
        }
        items = out
    }

    struct Spoken {
        var id: Int
        var text: String
    }

    /// A word that no list has: not a form of Bokmål or Nynorsk, no compound of such forms, no name and no number.
    private static func isRare(_ folded: String, _ word: Word, _ detector: Detector) -> Bool {
        guard folded.count >= 3, !word.isCutOff, folded.allSatisfy({ $0.isLetter || $0 == "-" }), folded.contains(where: \.isLetter) else { return false }
        let forms = WordForms.shared
        func isKnown(_ text: String) -> Bool {
            detector.words.contains(text) || forms.isNynorsk(text) || forms.isName(text) || forms.isCompound(text) || detector.lists.lookup(text) != nil
                || ContextWords.functionWords.contains(text)
        }
        if isKnown(folded) || folded.hasSuffix("s") && isKnown(String(folded.dropLast())) { return false }
        let parts = folded.split(separator: "-").map(String.init)
        return !(parts.count > 1 && parts.allSatisfy { $0.count < 3 || isKnown($0) })
    }

    /// Words that carry a meaning of their own.
    private static func isContent(_ word: String) -> Bool { word.count >= 5 && !ContextWords.functionWords.contains(word) }

    struct Phrase {
        /// All its times, in order.
        var ids: [Int]
        /// Two words or more of its own meaning: `det er jo liksom` is everybody's.
        var isTelling: Bool
    }

    /// Each conspicuous phrase. Of phrases within one another the longest stands, unless
    /// the shorter is said half as often again.
    private static func phrases(_ pieces: [[Spoken]], others: [[Spoken]]) -> [Phrase] {
        let total = pieces.reduce(0) { $0 + $1.count }, rest = others.reduce(0) { $0 + $1.count }
        guard total > 0 else { return [] }
        var chosen: [(words: [String], ids: [Int], times: Int)] = []
        for length in lengths.reversed() {
            let own = counted(pieces, length), theirs = counted(others, length)
            for (phrase, places) in own.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                let times = places.count
                guard times >= fewestTimes, Double(times) * 1000 / Double(total) >= perThousand, Set(phrase).count > 1, phrase.contains(where: isContent) else { continue }
                // One is added: a phrase that the others happen not to say is not infinitely telling.
                let elsewhere = Double((theirs[phrase]?.count ?? 0) + 1) / Double(rest + total)
                guard Double(times) / Double(total) >= ratio * elsewhere else { continue }
                if chosen.contains(where: { holds($0.words, phrase) && times * 2 < $0.times * 3 }) { continue }
                chosen.append((phrase, places.flatMap { $0 }, times))
            }
        }
        return chosen.sorted { ($1.times, $0.ids[0]) < ($0.times, $1.ids[0]) }
            .map { Phrase(ids: $0.ids, isTelling: Set($0.words.filter(isContent)).count > 1) }
    }

    /// Times that do not overlap, by phrase.
    private static func counted(_ pieces: [[Spoken]], _ length: Int) -> [[String]: [[Int]]] {
        var out: [[String]: [[Int]]] = [:], ends: [[String]: Int] = [:]
        for (index, piece) in pieces.enumerated() where piece.count >= length {
            for start in 0...(piece.count - length) {
                let stretch = piece[start..<(start + length)], phrase = stretch.map(\.text)
                let place = (index << 20) + start
                if let end = ends[phrase], place < end { continue }
                ends[phrase] = place + length
                out[phrase, default: []].append(stretch.map(\.id))
            }
        }
        return out
    }

    private static func holds(_ long: [String], _ short: [String]) -> Bool {
        guard short.count < long.count else { return false }
        return (0...(long.count - short.count)).contains { Array(long[$0..<($0 + short.count)]) == short }
    }
}
