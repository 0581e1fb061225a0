import Signal
import Transcript

extension ForcedAligner {
    /// Times every word, turn and mark of a transcript.
    ///
    /// - Parameters:
    ///   - transcript: turns in the order of the talk. Words that already carry times (`Placement.given`), and turns that
    ///     do, are looked for only near them.
    ///   - source: the recording, 16 kHz mono.
    ///   - speech: where there is speech, at 16 kHz.
    ///   - segments: who spoke when, at 16 kHz, by labels of the diariser's own; nil when unknown.
    /// - Returns: the transcript with times at its recording's rate, and with findings of the stage `align`:
    ///   `unplaced-words`, `speech-without-words`, `speaker-mismatch`, `speaker-border`, `words-moved`,
    ///   `text-without-speech`. Findings of an earlier run
    ///   of the stage are replaced.
    public func align(
        transcript: Transcript, source: inout some SampleSource, speech: [SampleRange],
        turnsOf segments: [LabeledSegment]? = nil, progress: Progress = { _ in }
    ) throws -> Transcript {
        let rate = transcript.recording.rate
        var words: [AlignableWord] = []
        for (number, turn) in transcript.turns.enumerated() {
            for word in turn.words {
                // A share of its cue's time is a better hint than the whole turn's.
                let isHint = [.given, .interpolated, nil].contains(word.placement)
                let hint = isHint ? word.range ?? turn.range : turn.range
                words.append(AlignableWord(
                    text: word.text, trail: word.trail, turn: number,
                    timeHint: hint?.converted(from: rate, to: .analysis)))
            }
        }
        let aligned = try align(words: words, source: &source, speech: speech, progress: progress)
        return Self.placed(aligned, in: transcript, speech: speech, turnsOf: segments)
    }

    /// The transcript with its words where somebody has found them, and with the same findings as ``align(transcript:source:speech:turnsOf:progress:)`` gives.
    /// - Parameter aligned: one for each word, in the order of the transcript.
    public static func placed(
        _ aligned: [AlignedWord], in transcript: Transcript, speech: [SampleRange], turnsOf segments: [LabeledSegment]? = nil
    ) -> Transcript {
        let rate = transcript.recording.rate
        // Words that came with times of their own are a recogniser's.
        let movable = Set(transcript.turns.flatMap(\.words).filter { $0.placement == .given && $0.range != nil }.map(\.id))
        var result = transcript
        result.findings.removeAll { $0.stage == AlignmentFindings.stage }
        var next = 0
        for index in result.turns.indices {
            for element in result.turns[index].elements.indices {
                guard var word = result.turns[index].elements[element].word else { continue }
                let found = aligned[next]
                next += 1
                word.range = found.range?.converted(from: .analysis, to: rate).clamped(to: transcript.recording.length)
                word.placement = found.placement
                word.confidence = found.confidence
                result.turns[index].elements[element] = .word(word)
            }
            result.turns[index].placeMarks()
            if let range = result.turns[index].spokenRange { result.turns[index].range = range }
        }
        let findings = AlignmentFindings(transcript: result, speech: speech.map { $0.converted(from: .analysis, to: rate) })
        result.findings += findings.unplacedWords() + findings.speechWithoutWords()
        if let segments {
            let own = segments.map {
                LabeledSegment(range: $0.range.converted(from: .analysis, to: rate), label: $0.label, confidence: $0.confidence)
            }
            result.findings += TurnBorders(segments: own, rate: rate).reconcile(&result.turns, movable: movable)
            result.findings += findings.speakerMismatches(&result.turns, segments: own)
        }
        return result
    }
}

extension SampleRange {
    /// The part inside a recording of `length` samples.
    func clamped(to length: Int) -> SampleRange {
        SampleRange(min(max(0, start), max(0, length)), min(max(0, end), max(0, length)))
    }
}

extension Turn {
    /// From the first placed word to the last.
    var spokenRange: SampleRange? {
        words.compactMap(\.range).reduce(nil) { $0?.union($1) ?? $1 }
    }

    /// Gives marks without a place of their own the gap between the words around them.
    mutating func placeMarks() {
        for index in elements.indices {
            guard var mark = elements[index].mark, mark.source == .draft || mark.range == nil else { continue }
            let before = elements[..<index].last { $0.word?.range != nil }?.word?.range?.end
            let after = elements[index...].first { $0.word?.range != nil }?.word?.range?.start
            guard let start = before ?? after else { continue }
            mark.range = SampleRange(start, after ?? start)
            elements[index] = .mark(mark)
        }
    }
}
