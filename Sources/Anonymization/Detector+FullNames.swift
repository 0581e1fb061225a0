/// Names that several sources found a part of each.
extension Detector {
    /// People's names that stand side by side become one where the later part is no given name, so that one person gets one code:
    /// "halldis" and "moren vesaas". A guess at an organisation that a surname follows is a person's name too.
    /// - Parameter found: in order, not overlapping.
    func fullNames(_ text: TokenizedText, _ found: [Detection]) -> [Detection] {
        var out: [Detection] = []
        for d in found {
            guard d.type == .person, let last = out.last, last.end + 1 == d.start, isName(last),
                let (before, first) = beside(text.tokens, last.end, d.start), before.kind == .word, !isGiven(first) else {
                out.append(d)
                continue
            }
            var whole = d.score > last.score ? d : last
            whole.type = .person
            whole.start = last.start
            whole.end = d.end
            out[out.count - 1] = whole
        }
        return out
    }

    private func isName(_ d: Detection) -> Bool { d.type == .person || d.type == .organisation && d.rule == "tagger.possible" }

    private func isGiven(_ token: TextToken) -> Bool { lists.lookup(token.lower).map { !$0.entry.kinds.isDisjoint(with: .given) } ?? false }

    /// The token that ends at a code point, and the one that starts at the next word.
    private func beside(_ tokens: [TextToken], _ end: Int, _ start: Int) -> (TextToken, TextToken)? {
        var low = 0, high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle].start < start { low = middle + 1 } else { high = middle }
        }
        guard low > 0, low < tokens.count, tokens[low].start == start, tokens[low - 1].end == end, tokens[low].kind == .word else { return nil }
        return (tokens[low - 1], tokens[low])
    }
}
