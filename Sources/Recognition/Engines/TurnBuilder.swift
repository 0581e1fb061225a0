import Signal
import Transcript

/// Makes speaker turns of recognised words.
struct TurnBuilder {
    /// A word outside every speaker segment goes to the nearest one at most this far away, seconds; else to whoever spoke last.
    var reach = 1.0

    /// - Parameters:
    ///   - words: in the order of the talk, at 16 kHz.
    ///   - segments: who spoke when, at the recording's own rate; empty when nobody knows.
    /// - Returns: a transcript with words numbered from 1 in the order of `words`; words without letters become
    ///   punctuation of the word before. The second value maps a place in `words` to a word's id.
    func transcript(
        _ words: [HeardWord], segments: [LabeledSegment], recording: RecordingReference, language: String
    ) -> (transcript: Transcript, ids: [Int?]) {
        let rate = recording.rate
        let whole = SampleRange(0, max(0, recording.length))
        let sorted = segments.sorted { ($0.range, $0.label) < ($1.range, $1.label) }
        var longest = 0
        for segment in sorted { longest = max(longest, segment.range.count) }
        var turns: [Turn] = [], speakers: [Speaker] = [], labels: [String: String] = [:]
        var ids: [Int?] = []
        var nextID = 1, current: String?
        for word in words {
            let parts = WordParts(word.text)
            var range = word.range.converted(from: .analysis, to: rate)
            range = SampleRange(min(max(range.start, 0), whole.end), min(max(range.end, 0), whole.end))
            guard !parts.text.isEmpty else {
                // Signs alone belong to the word before.
                if let turn = turns.indices.last, case .word(var before)? = turns[turn].elements.last {
                    before.trail += parts.trail
                    turns[turn].elements[turns[turn].elements.count - 1] = .word(before)
                }
                ids.append(nil)
                continue
            }
            let label = word.speaker ?? self.label(of: range, in: sorted, longest: longest, rate: rate, current: current)
                ?? current ?? Draft.unknownLabel
            let id: String
            if let known = labels[label] {
                id = known
            } else {
                id = "S\(speakers.count + 1)"
                labels[label] = id
                speakers.append(Speaker(id: id, label: label))
            }
            if turns.last?.speaker != id { turns.append(Turn(id: turns.count + 1, speaker: id, range: range)) }
            current = label
            let last = turns.count - 1
            turns[last].range = turns[last].range?.union(range) ?? range
            turns[last].elements.append(
                .word(
                    Word(
                        id: nextID, text: parts.text, lead: parts.lead, trail: parts.trail, range: range, placement: word.placement,
                        confidence: word.confidence, isCutOff: parts.isCutOff, isFiller: Tokens.isFiller(parts.text))))
            ids.append(nextID)
            nextID += 1
        }
        return (Transcript(recording: recording, language: language, speakers: speakers, turns: turns), ids)
    }

    /// Whose segment shares most of the word; the present speaker's where several share the same.
    private func label(of range: SampleRange, in segments: [LabeledSegment], longest: Int, rate: SampleRate, current: String?) -> String? {
        let reach = rate.position(seconds: self.reach)
        var low = 0, high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].range.start < range.start - reach - longest { low = middle + 1 } else { high = middle }
        }
        var best: (shared: Int, distance: Int, isCurrent: Bool, label: String)?
        for segment in segments[low...] {
            if segment.range.start > range.end + reach { break }
            let shared = segment.range.intersection(range)?.count ?? (segment.range.contains(range.start) ? 1 : 0)
            let distance = max(0, segment.range.start - range.end, range.start - segment.range.end)
            guard shared > 0 || distance <= reach else { continue }
            let isCurrent = segment.label == current
            if let known = best {
                if (shared, -distance, isCurrent ? 1 : 0) > (known.shared, -known.distance, known.isCurrent ? 1 : 0) {
                    best = (shared, distance, isCurrent, segment.label)
                }
            } else {
                best = (shared, distance, isCurrent, segment.label)
            }
        }
        return best?.label
    }
}
