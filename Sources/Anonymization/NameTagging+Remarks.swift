import Bokmal

/// Typed remarks: one or two words, so that nearly every capital is in first place and says nothing by itself.
extension NameTagging {
    /// Tokens that lie in one of the ranges, both in order.
    static func tokens(of all: [TextToken], within ranges: [Range<Int>]) -> Set<Int> {
        var out: Set<Int> = []
        var next = 0
        for (i, token) in all.enumerated() {
            while next < ranges.count, ranges[next].upperBound <= token.start { next += 1 }
            guard next < ranges.count else { break }
            if ranges[next].contains(token.start) { out.insert(i) }
        }
        return out
    }

    /// "(Ler)", "(PAUSE)", "(Int: mm)".
    func isRemarkWord(_ token: TextToken) -> Bool {
        guard RemarkWords.contains(token.lower) || RemarkWords.isSpeaker(token) else { return false }
        return lists.lookup(token.lower).map { $0.entry.kinds.isDisjoint(with: .personal.union(.geographic)) } ?? true
    }

    /// An unlisted word that opens a remark and is no name all the same. Stricter than within the talk, where a word of two
    /// ordinary parts passes: "Kjerlaug" is "kjer" and "laug".
    mutating func isPlainRemark(_ lower: String) -> Bool {
        if (words as? WordForms)?.isNynorsk(lower) == true { return true }
        return RemarkWords.tails.contains { lower.hasSuffix($0) && lower.count >= $0.count + 3 } && isInflectedOrdinary(lower)
    }
}
