/// Carries stretches of one version's text over to another version.
public struct Reanchoring: Sendable {
    public enum Outcome: Sendable, Hashable {
        /// The same words, maybe elsewhere.
        case same(Range<Int>)
        /// Words within it were respelt, removed or put in: to be looked at.
        case changed(Range<Int>)
        /// None of its words is there any more.
        case lost
    }

    private let old: SourceText
    private let new: SourceText
    private let oldPoints: CodePoints
    private let newPoints: CodePoints
    private let matching: WordMatching
    private let oldWords: [String]
    private let newWords: [String]
    private let places: [String: [Int]]

    public init(from old: SourceText, to new: SourceText) {
        self.old = old
        self.new = new
        let before = CodePoints(old.text), after = CodePoints(new.text)
        oldPoints = before
        newPoints = after
        oldWords = old.words.map { before[$0.start..<$0.end] }
        newWords = new.words.map { after[$0.start..<$0.end] }
        matching = WordMatching(old: oldWords, new: newWords)
        places = Dictionary(grouping: newWords.indices, by: { [newWords] in newWords[$0] })
    }

    public func outcome(of range: Range<Int>) -> Outcome {
        let words = old.words(in: range)
        guard let first = words.first, let last = words.last else {
            // Marks or spaces alone: they stand where they stood, or nowhere.
            return old.text == new.text ? .same(range) : .lost
        }
        let kept = words.filter { matching.new[$0] != nil }
        let isSame = kept.count == words.count && words.allSatisfy { matching.isSame[$0] }
        if !isSame, let moved = moved(words) { return .same(moved) }
        guard let from = kept.first, let to = kept.last, let start = matching.new[from], let end = matching.new[to],
            // A pair by place alone says too little when nothing of the stretch is left.
            words.contains(where: { matching.isSame[$0] }) || isNeighboured(words)
        else { return .lost }
        var lower = new.words[start].start, upper = new.words[end].end
        // A stretch that begins or ends inside a word, or takes in the marks beside it, still does so where the word is the same.
        if from == first, matching.isSame[first] {
            lower = shifted(range.lowerBound - old.words[first].start, from: new.words[start].start, old.words[first].start, isEnd: false)
        }
        if to == last, matching.isSame[last] {
            upper = shifted(range.upperBound - old.words[last].end, from: new.words[end].end, old.words[last].end, isEnd: true)
        }
        guard lower < upper else { return .lost }
        return isSame && end - start == words.count - 1 ? .same(lower..<upper) : .changed(lower..<upper)
    }

    /// Where the very same words stand together in the new text, if once only.
    private func moved(_ words: Range<Int>) -> Range<Int>? {
        guard words.count > 1 || (oldWords[words.lowerBound].unicodeScalars.count > 5) else { return nil }
        let wanted = oldWords[words]
        let found = (places[wanted.first!] ?? []).filter { newWords[$0...].prefix(wanted.count).elementsEqual(wanted) }
        guard found.count == 1, let start = found.first else { return nil }
        return new.words[start].start..<new.words[start + wanted.count - 1].end
    }

    /// Whether the words just before and after are still there, so that what stands between them took the stretch's place.
    private func isNeighboured(_ words: Range<Int>) -> Bool {
        let before = words.lowerBound == 0 || matching.isSame[words.lowerBound - 1]
        let after = words.upperBound == oldWords.count || matching.isSame[words.upperBound]
        return before && after
    }

    /// A place beside a word's edge, moved with the word: kept when the characters between are the same in both texts.
    private func shifted(_ offset: Int, from edge: Int, _ oldEdge: Int, isEnd: Bool) -> Int {
        let target = edge + offset
        guard offset != 0 else { return edge }
        let a = min(oldEdge, oldEdge + offset)..<max(oldEdge, oldEdge + offset), b = min(edge, target)..<max(edge, target)
        guard b.lowerBound >= 0, b.upperBound <= newPoints.count, oldPoints[a] == newPoints[b] else { return edge }
        return target
    }

}
