import Transcript

extension AnonymizedTranscript {
    /// The transcript without some of its speakers: their turns, their entries, and what points at either. Taking away can
    /// bring nothing back, so the result is as anonymised as what it was made from.
    public func leavingOut(speakers ids: Set<String>) -> AnonymizedTranscript {
        var rest = document
        rest.speakers.removeAll { ids.contains($0.id) }
        let gone = Set(document.turns.filter { ids.contains($0.speaker) }.map(\.id))
        rest.turns.removeAll { gone.contains($0.id) }
        for t in rest.turns.indices {
            // A listener's mm inside somebody else's turn, and the marks of speaking at once.
            rest.turns[t].elements.removeAll { element in
                guard let mark = element.mark, mark.namesSpeaker, let label = mark.label else { return false }
                return ids.contains(label)
            }
        }
        let words = Set(rest.turns.flatMap(\.words).map(\.id))
        rest.findings.removeAll { finding in
            finding.turn.map(gone.contains) == true || (!finding.words.isEmpty && finding.words.allSatisfy { !words.contains($0) })
        }
        for f in rest.findings.indices { rest.findings[f].words.removeAll { !words.contains($0) } }
        return AnonymizedTranscript(document: rest, policy: policy, status: status)
    }
}
