import Signal
import Transcript

/// A recognised word on the recording's own time line, at 16 kHz, on its way into a transcript.
struct HeardWord: Sendable, Hashable {
    /// As the engine gave it, with punctuation.
    var text: String
    var range: SampleRange
    /// Given by the engine, or spread between neighbours where the engine's times could not be true.
    var placement: Placement = .given
    var confidence: Double?
    var speaker: String?
    /// Which piece it came from.
    var piece: Int = 0
}

/// Something to look at, in words counted from 0 in the list they belong to.
struct HeardFinding: Sendable, Hashable {
    var code: String
    var severity: Finding.Severity
    var message: String
    /// At 16 kHz.
    var range: SampleRange?
    var words: [Int] = []
}

/// A word's letters without the punctuation around them.
struct WordParts: Sendable, Hashable {
    var lead = "", text = "", trail = ""
    var isCutOff = false

    private static let dashes: Set<Character> = ["-", "–", "—", "‑", "−"]

    init(_ raw: String) {
        let letters = Array(raw.filter { !$0.isWhitespace })
        guard let first = letters.firstIndex(where: Self.carries), let last = letters.lastIndex(where: Self.carries) else {
            trail = String(letters.filter { !Self.dashes.contains($0) })
            return
        }
        lead = String(letters[..<first].filter { !Self.dashes.contains($0) })
        // Signs that belong to a number stay with it.
        var end = last + 1
        while end < letters.count, "%‰°$€£§&+".contains(letters[end]) { end += 1 }
        text = String(letters[first..<end])
        var rest = letters[end...]
        if let next = rest.first, Self.dashes.contains(next) {
            isCutOff = true
            rest = rest.dropFirst()
        }
        trail = String(rest.filter { !Self.dashes.contains($0) })
    }

    private static func carries(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// For comparing words: lower case, letters and digits only.
    static func key(_ raw: String) -> String { WordParts(raw).text.lowercased() }
}

extension Finding {
    init(_ heard: HeardFinding, rate: SampleRate, stage: String, ids: (Int) -> Int?) {
        self.init(
            stage: stage, code: heard.code, severity: heard.severity, message: heard.message,
            range: heard.range?.converted(from: .analysis, to: rate), words: heard.words.compactMap(ids))
    }
}
