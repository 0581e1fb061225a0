import Foundation
import Pipeline
import Signal
import Transcript

/// What the command `quote` does.
public enum QuoteTool {
    /// The words of a turn between two times. One without times goes with its neighbours, and at the turn's ends with the turn: a
    /// quotation must not lose a word because nobody found it in the sound.
    private static func words(of turn: Turn, from: Double, to: Double, rate: SampleRate) -> [Word] {
        let words = turn.words
        func isInside(_ word: Word) -> Bool { word.range.map { (from...to).contains(rate.seconds($0.start + $0.count / 2)) } ?? false }
        guard var first = words.firstIndex(where: isInside), var last = words.lastIndex(where: isInside) else { return [] }
        if let range = turn.range {
            if rate.seconds(range.start) >= from, words[..<first].allSatisfy({ $0.range == nil }) { first = 0 }
            if rate.seconds(range.end) <= to, words[(last + 1)...].allSatisfy({ $0.range == nil }) { last = words.count - 1 }
        }
        return words[first...last].filter { $0.range == nil || isInside($0) }
    }

    /// Somebody's words as an article quotes them.
    /// - Parameters:
    ///   - from, to: seconds; words whose middle lies between them, and those without times that stand among them.
    ///   - pattern: how the study cites.
    /// - Returns: the quotation, and the codes of those whose words it holds, where the transcript tells.
    public static func quote(
        _ data: Data, from: Double, to: Double, pattern: String, notation: String
    ) throws -> (text: String, citation: String, missing: [String], isConfidential: Bool, participants: Set<String>) {
        let transcript = try GivenTranscript(data), document = transcript.document
        let rate = document.recording.rate
        let table = try NotationTable.load(path: notation)
        let words = document.turns.flatMap { Self.words(of: $0, from: from, to: max(from, to), rate: rate) }
        guard
            let quotation = Quotation(of: words.map(\.id), in: document, style: try QuotationStyle(pattern), notation: table)
        else { throw StageFault("there are no words between these times; check them against the transcript's time stamps") }
        let isRaw = if case .raw = transcript { true } else { false }
        let quoted = Set(words.map(\.id))
        let speakers = document.turns.filter { $0.words.contains { quoted.contains($0.id) } }.compactMap { document.speaker($0.speaker)?.participant }
        return (quotation.cited, quotation.citation, quotation.missing, isRaw, Set(speakers))
    }
}
