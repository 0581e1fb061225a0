import Signal
import Transcript

/// What a person should look at after alignment. All positions count at the recording's rate.
struct AlignmentFindings {
    static let stage = "align"
    let transcript: Transcript
    let speech: [SampleRange]
    /// Seconds of speech without words worth reporting: shorter ones are mostly backchannels nobody types.
    var leastSpeech = 3.0

    /// One finding for every unbroken run of words that were not found.
    func unplacedWords() -> [Finding] {
        var findings: [Finding] = []
        if speech.isEmpty, transcript.wordCount > 0 {
            findings.append(Finding(
                stage: Self.stage, code: "text-without-speech", severity: .warning,
                message: "No speech was found in the recording, so none of the words could be placed."))
            return findings
        }
        for turn in transcript.turns {
            var run: [Int] = []
            func flush() {
                guard !run.isEmpty else { return }
                findings.append(Finding(
                    stage: Self.stage, code: "unplaced-words", severity: run.count > 2 ? .review : .note,
                    message: "\(run.count) word(s) were typed but not found in the sound.", range: turn.range,
                    turn: turn.id, words: run))
                run = []
            }
            for word in turn.words {
                if word.placement == .unplaced { run.append(word.id) } else { flush() }
            }
            flush()
        }
        return findings
    }

    /// Stretches with at least ``leastSpeech`` seconds of speech between two words.
    func speechWithoutWords() -> [Finding] {
        let rate = transcript.recording.rate
        var covered = transcript.turns.flatMap { $0.words.compactMap(\.range) }.filter { !$0.isEmpty }.sorted()
        covered.append(SampleRange(Int.max / 2, Int.max / 2))
        var findings: [Finding] = []
        var edge = 0
        var first = 0
        for word in covered {
            if word.start > edge {
                let gap = SampleRange(edge, word.start)
                while first < speech.count, speech[first].end <= gap.start { first += 1 }
                var index = first
                var parts: [SampleRange] = []
                while index < speech.count, speech[index].start < gap.end {
                    if let part = speech[index].intersection(gap) { parts.append(part) }
                    index += 1
                }
                let seconds = parts.reduce(0) { $0 + rate.seconds($1.count) }
                if seconds >= leastSpeech, let start = parts.first?.start, let end = parts.last?.end {
                    findings.append(Finding(
                        stage: Self.stage, code: "speech-without-words", severity: .review,
                        message: "There is speech here that no word in the transcript accounts for.",
                        range: SampleRange(start, end)))
                }
            }
            edge = max(edge, word.end)
        }
        return findings
    }

    /// Compares each turn with the voice heard in it; sets the turns' confidence.
    func speakerMismatches(_ turns: inout [Turn], segments: [LabeledSegment]) -> [Finding] {
        let rate = transcript.recording.rate
        let spoken = turns.flatMap { turn in turn.words.compactMap(\.range).map { (range: $0, speaker: turn.speaker) } }
        let match = SpeakerMatch(spoken: spoken, segments: segments)
        let cover = SegmentCover(segments)
        var findings: [Finding] = []
        for index in turns.indices {
            var sums: [String: Int] = [:]
            for range in turns[index].words.compactMap(\.range) {
                for (label, samples) in cover.overlap(with: range) {
                    if let speaker = match.speaker(ofLabel: label) { sums[speaker, default: 0] += samples }
                }
            }
            let total = sums.values.reduce(0, +)
            guard total > 0 else { continue }
            let own = Double(sums[turns[index].speaker] ?? 0) / Double(total)
            turns[index].confidence = own
            let best = sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.first
            guard let best, best.key != turns[index].speaker, own < 0.3, rate.seconds(best.value) >= 0.5 else { continue }
            findings.append(Finding(
                stage: Self.stage, code: "speaker-mismatch", severity: .review,
                message: "The voice in this turn is mostly that of speaker \(best.key), not of \(turns[index].speaker).",
                range: turns[index].range, turn: turns[index].id))
        }
        return findings
    }
}
