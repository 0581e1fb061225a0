import Signal
import Transcript

/// Words at the border of two turns in the voice of the other speaker.
///
/// Recognisers cut turns where their segments end, and typists type on in the wrong line. Words that came with times of their
/// own, from a recogniser, go to the speaker whose voice they are in; words that a person typed stay, and are reported.
struct TurnBorders {
    let segments: [LabeledSegment]
    let rate: SampleRate
    /// Seconds of a run of words from which a voice can be told, and the share of the other voice in every word.
    static let least = (seconds: 0.5, share: 0.9)

    /// - Parameters:
    ///   - turns: with times at `rate`; a speaker is given words only from a turn beside its own.
    ///   - movable: ids of the words that came with times of their own.
    func reconcile(_ turns: inout [Turn], movable: Set<Int>) -> [Finding] {
        let spoken = turns.flatMap { turn in turn.words.compactMap(\.range).map { (range: $0, speaker: turn.speaker) } }
        let match = SpeakerMatch(spoken: spoken, segments: segments), cover = SegmentCover(segments)
        var findings: [Finding] = []
        for index in turns.indices.dropFirst() where turns[index].speaker != turns[index - 1].speaker {
            let before = turns[index - 1], after = turns[index]
            func isOf(_ speaker: String, _ word: Word) -> Bool {
                guard let range = word.range, !range.isEmpty else { return false }
                let own = cover.overlap(with: range).reduce(0) { $0 + (match.speaker(ofLabel: $1.label) == speaker ? $1.samples : 0) }
                let all = cover.overlap(with: range).reduce(0) { $0 + $1.samples }
                return all * 2 >= range.count && Double(own) >= Self.least.share * Double(all)
            }
            let tail = Array(before.words.reversed().prefix { isOf(after.speaker, $0) }.reversed())
            let head = Array(after.words.prefix { isOf(before.speaker, $0) })
            if let finding = settle(tail, from: index - 1, to: index, &turns, movable) {
                findings.append(finding)
            } else if let finding = settle(head, from: index, to: index - 1, &turns, movable) {
                findings.append(finding)
            }
        }
        return findings
    }

    private func settle(_ run: [Word], from: Int, to: Int, _ turns: inout [Turn], _ movable: Set<Int>) -> Finding? {
        guard let start = run.first?.range?.start, let end = run.last?.range?.end, run.count < turns[from].words.count,
            rate.seconds(end - start) >= Self.least.seconds
        else { return nil }
        let ids = run.map(\.id), moves = ids.allSatisfy(movable.contains)
        if moves { move(Set(ids), from: from, to: to, &turns) }
        return Finding(
            stage: AlignmentFindings.stage, code: moves ? "words-moved" : "speaker-border", severity: moves ? .note : .review,
            message: moves
                ? "\(run.count) word(s) went to speaker \(turns[to].speaker), in whose voice they are."
                : "\(run.count) word(s) beside a change of speaker are in the voice of speaker \(turns[to].speaker).",
            range: SampleRange(start, end), turn: turns[to].id, words: ids)
    }

    /// Moves the words, with the marks between them, over the border.
    private func move(_ ids: Set<Int>, from: Int, to: Int, _ turns: inout [Turn]) {
        let places = turns[from].elements.indices.filter { turns[from].elements[$0].word.map { ids.contains($0.id) } ?? false }
        guard let first = places.first, let last = places.last else { return }
        if to > from {
            let moved = Array(turns[from].elements[first...])
            turns[from].elements.removeSubrange(first...)
            turns[to].elements.insert(contentsOf: moved, at: 0)
        } else {
            let moved = Array(turns[from].elements[...last])
            turns[from].elements.removeSubrange(...last)
            turns[to].elements.append(contentsOf: moved)
        }
        for index in [from, to] { if let range = turns[index].spokenRange { turns[index].range = range } }
    }
}
