extension Audit {
    /// Parts findings that people have decided on from those that are open, and adds what became of decisions that could not be followed.
    ///
    /// Something of the register that is left can be let stand (`keep`), word by word, but not waved through (`accept`).
    static func decided(_ items: [AuditReport.Item], _ decisions: AppliedDecisions) -> (open: [AuditReport.Item], decided: [AuditReport.Item]) {
        struct Mark: Hashable {
            var code: String, turn: Int, words: [Int]
        }
        let accepted = Set(decisions.accepted.map { Mark(code: $0.code, turn: $0.turn, words: $0.words.sorted()) })
        let standing = decisions.standingWords
        var open: [AuditReport.Item] = [], decided: [AuditReport.Item] = []
        for item in items {
            let mark = Mark(code: item.code, turn: item.turn, words: item.words.sorted())
            let stands = !item.words.isEmpty && standing.isSuperset(of: item.words)
            if stands || accepted.contains(mark) && !item.isLeak { decided.append(item) } else { open.append(item) }
        }
        for (places, code) in [(decisions.lost, "decision-lost"), (decisions.denied, "decision-denied")] {
            open += places.map { .init(code: code, severity: .review, turn: $0.turn, words: $0.words, types: [], rule: "decision." + $0.id) }
        }
        return (open, decided)
    }
}

extension AuditReport.Item {
    /// Something of the key register is left: nobody can say that this is fine as it is.
    public var isLeak: Bool { code == "leak" || code == "leak-sound" }
}
