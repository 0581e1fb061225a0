/// Why a view leaves a word out.
public enum LeftOutReason: String, Codable, Sendable, CaseIterable {
    /// A hesitation sound.
    case filler
    /// A listener's token that does not take the floor.
    case backchannel
    /// Said again at once, by a stumble.
    case repetition
    /// Broken off.
    case cutOff
    /// Said before a word was broken off, and said again after it: `så my- så mytji`.
    case falseStart
    /// Has no place in Bokmål.
    case bokmal
}

/// What a cleaned transcript leaves out, by rule.
///
/// Careful rather than thorough: what might mean something stays. Repetitions go when they are of small words alone (see
/// ``stumbled`` and ``ambiguous``), of one to four words, inside a sentence, or of a clause begun twice; of what is said several times the last is kept,
/// because the sentence goes on from it. Chains that say more by repeating (`år etter år etter år`, `igjen og igjen og igjen`) have
/// a word in them that is not small, and stay. Broken-off words go, and with them what is said again after them.
enum Cleaning {
    struct Item {
        /// Place in the turn's elements.
        var index: Int
        /// Bokmål form where known, lower case.
        var key: String
        var isCutOff: Bool
        var opens: Bool
        var closes: Bool
        /// A comma follows it.
        var hasComma = false
        /// A filler, a pause or a broken-off word stands before it.
        var hesitates = false
    }

    /// What to leave out of a turn: reasons by place in its elements, and for repetitions the place of what was kept.
    /// - Parameter left: what has been left out already.
    static func leftOut(of turn: Turn, beside left: [Int: LeftOutReason]) -> (reasons: [Int: LeftOutReason], kept: [Int: Int]) {
        var items: [Item] = []
        var hesitates = false
        for (index, element) in turn.elements.enumerated() {
            switch element {
            case .mark(let mark):
                if mark.kind == .pause || mark.kind == .trailingOff { hesitates = true }
            case .word(let word):
                if let reason = left[index] {
                    if reason == .filler { hesitates = true }
                    continue
                }
                items.append(
                    Item(
                        index: index, key: word.bokmal.lowercased(), isCutOff: word.isCutOff,
                        opens: word.lead.contains { "«\"“(".contains($0) }, closes: word.trail.contains { ".?!:;»\"”)…–".contains($0) },
                        hasComma: word.trail.contains(","), hesitates: hesitates))
                hesitates = word.isCutOff
            }
        }
        var reasons: [Int: LeftOutReason] = [:], kept: [Int: Int] = [:]
        dropFalseStarts(&items, &reasons, &kept)
        while dropRepetition(&items, &reasons, &kept) {}
        return (reasons, kept)
    }

    /// Takes broken-off words out, and the words before each that are said again after it.
    private static func dropFalseStarts(_ items: inout [Item], _ reasons: inout [Int: LeftOutReason], _ kept: inout [Int: Int]) {
        while let cut = items.firstIndex(where: \.isCutOff) {
            reasons[items[cut].index] = .cutOff
            var next = cut + 1
            // `ord- ord- ord`: the attempts go together.
            while next < items.count, items[next].isCutOff {
                reasons[items[next].index] = .cutOff
                next += 1
            }
            var again = 0
            for count in stride(from: min(4, cut, items.count - next), to: 0, by: -1)
            where (0..<count).allSatisfy({
                items[cut - count + $0].key == items[next + $0].key && !items[cut - count + $0].closes && !items[next + $0].isCutOff
            }) {
                again = count
                break
            }
            for step in 0..<again {
                reasons[items[cut - again + step].index] = .falseStart
                kept[items[cut - again + step].index] = items[next + step].index
            }
            if next < items.count { items[next].hesitates = true }
            items.removeSubrange((cut - again)..<next)
        }
    }

    /// Takes one repetition out; false when there is none.
    private static func dropRepetition(_ items: inout [Item], _ reasons: inout [Int: LeftOutReason], _ kept: inout [Int: Int]) -> Bool {
        for count in stride(from: 4, to: 0, by: -1) where items.count >= 2 * count {
            for start in 0...(items.count - 2 * count) where repeats(items, start, count) {
                for step in 0..<count {
                    reasons[items[start + step].index] = .repetition
                    kept[items[start + step].index] = items[start + count + step].index
                }
                items.removeSubrange(start..<(start + count))
                return true
            }
        }
        return false
    }

    private static func repeats(_ items: [Item], _ start: Int, _ count: Int) -> Bool {
        var large = 0
        for step in 0..<count {
            let first = items[start + step], second = items[start + count + step]
            guard first.key == second.key, !first.closes, !second.opens else { return false }
            if !stumbled.contains(first.key) && !ambiguous.contains(first.key) { large += 1 }
        }
        if large > 0 { return large == 1 && restarts(items, start, count) }
        // One word that may rightly stand twice: only a hesitation between the two tells a stumble, or a comma where none belongs.
        return count > 1 || stumbled.contains(items[start].key) || items[start + 1].hesitates
            || items[start].hasComma && prepositions.contains(items[start].key)
    }

    /// A clause begun twice: `så ringte jeg, så ringte jeg legen`. It has a subject, and it goes on: what is said twice and
    /// ends there (`det går, det går`) is said for effect, and so is what `og` ties together.
    private static func restarts(_ items: [Item], _ start: Int, _ count: Int) -> Bool {
        let said = items[start..<(start + count)].map(\.key), next = start + 2 * count
        guard count > 1, said.contains(where: subjects.contains), !said.contains("og"), !said.contains("eller") else { return false }
        return next < items.count && !items[next - 1].closes && !items[next - 1].hasComma
            && items[next].key != "og" && items[next].key != "eller"
    }
}

/// What one view leaves out of one turn, by place in the turn's elements.
struct TurnPlan {
    var leftOut: [Int: LeftOutReason] = [:]
    /// Where the word stands that a left-out word was said again as.
    var kept: [Int: Int] = [:]
    /// The turn ends in a word broken off that the view leaves out.
    var breaksOff = false

    init() {}

    init(_ turn: Turn, view: TranscriptView, fillers: NotationTable.FillerHandling) {
        if view.isCleaned && turn.isBackchannel {
            for (index, element) in turn.elements.enumerated() where element.word != nil { leftOut[index] = .backchannel }
            return
        }
        let drops = fillers.choice(for: view) == .drop
        let words = turn.words
        // `Mm.` alone, and not as a listener, is an answer.
        let answers = view.isCleaned && !words.isEmpty && words.allSatisfy(\.isFiller)
        for case (let index, .word(let word)) in turn.elements.enumerated() {
            let low = word.text.lowercased()
            if view.text(of: word).allSatisfy(\.isWhitespace) {
                leftOut[index] = .bokmal
            } else if word.isFiller, drops, !fillers.always.contains(low), !(answers && Cleaning.answering.contains(low)) {
                leftOut[index] = .filler
            }
        }
        guard view.isCleaned else { return }
        let cleaned = Cleaning.leftOut(of: turn, beside: leftOut)
        leftOut.merge(cleaned.reasons) { first, _ in first }
        kept = cleaned.kept
        let last = turn.elements.lastIndex { $0.word != nil && $0.word?.isFiller == false }
        breaksOff = last.map { leftOut[$0] == .cutOff } ?? false
    }
}
