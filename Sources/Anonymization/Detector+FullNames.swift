/// Names that several sources found a part of each.
extension Detector {
    /// People's names that stand side by side become one where the later part is no given name, so that one person gets one code:
    /// "halldis" and "moren vesaas". A guess at an organisation that a surname follows is a person's name too.
    /// - Parameter found: in order, not overlapping.
    func fullNames(_ text: RuleText, _ found: [Detection]) -> [Detection] {
        var out: [Detection] = []
        for d in found {
            guard d.type == .person, let last = out.last, last.end + 1 == d.start, isName(last),
                case let i = text.token(at: d.start), i > 0, i < text.tokens.count, text.tokens[i].start == d.start, text.tokens[i].kind == .word,
                text.tokens[i - 1].end == last.end, text.tokens[i - 1].kind == .word, !isGiven(text.tokens[i]) else {
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
}
