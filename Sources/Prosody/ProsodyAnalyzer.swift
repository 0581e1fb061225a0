import Signal
import Transcript

/// Pauses, answer latencies and prominence, measured in the sound and written into a transcript with timed words.
public struct ProsodyAnalyzer: Sendable {
    public var options: ProsodyOptions

    public init(options: ProsodyOptions = ProsodyOptions()) { self.options = options }

    /// Adds measured marks and each word's prominence.
    ///
    /// - Parameters:
    ///   - transcript: with timed words; what an earlier run measured is replaced.
    ///   - source: the recording, 16 kHz mono.
    ///   - speech: where there is speech, at 16 kHz.
    ///   - progress: called once a block.
    /// - Returns: the transcript with `Mark(kind: .pause, source: .measured)` between words and, with label `latency`,
    ///   at the start of turns that answer another speaker. A pause inside a clause beside a prominent word has label
    ///   `rhetorical`. Where the draft already has a pause or `…`, that mark gets the measured range and `duration_s`
    ///   instead.
    /// - Throws: ``ProsodyError``, and what the source and `progress` throw.
    public func annotate(
        transcript: Transcript, source: inout some SampleSource, speech: [SampleRange], progress: Progress = { _ in }
    ) throws -> Transcript {
        let contours = try SpeechContours(source: &source, options: options, progress: progress)
        return annotate(transcript: transcript, contours: contours, speech: speech)
    }

    /// How much each word stands out.
    ///
    /// - Parameters:
    ///   - words: in the order of the talk, with places at 16 kHz and the speaker each is compared within.
    ///   - source: the recording, 16 kHz mono.
    /// - Returns: one a word; nil for words without a place.
    public func prominence(
        words: [ProsodicWord], source: inout some SampleSource, progress: Progress = { _ in }
    ) throws -> [Prominence?] {
        let contours = try SpeechContours(source: &source, options: options, progress: progress)
        return ProminenceEstimator(contours: contours, options: options).estimate(words)
    }

    func annotate(transcript: Transcript, contours: SpeechContours, speech: [SampleRange]) -> Transcript {
        var result = transcript
        for index in result.turns.indices {
            result.turns[index].elements.removeAll { $0.mark.map { $0.kind == .pause && $0.source == .measured } ?? false }
        }
        setProminence(&result, contours: contours)
        let finder = PauseFinder(contours: contours, speech: speech, options: options)
        let marker = PauseMarker(finder: finder, options: options, rate: transcript.recording.rate)
        marker.markPauses(&result.turns)
        marker.markLatencies(&result.turns)
        return result
    }

    private func setProminence(_ transcript: inout Transcript, contours: SpeechContours) {
        let rate = transcript.recording.rate
        let words = transcript.turns.flatMap { turn in
            turn.words.map {
                ProsodicWord(text: $0.text, range: $0.range?.converted(from: rate, to: .analysis), speaker: turn.speaker)
            }
        }
        let found = ProminenceEstimator(contours: contours, options: options).estimate(words)
        var next = 0
        for turn in transcript.turns.indices {
            for element in transcript.turns[turn].elements.indices {
                guard var word = transcript.turns[turn].elements[element].word else { continue }
                word.prominence = found[next]
                next += 1
                transcript.turns[turn].elements[element] = .word(word)
            }
        }
    }
}
