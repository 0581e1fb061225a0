import Signal
import Transcript

/// Pauses, answer latencies, prominence, tone of voice, laughter, breath and melody, measured in the sound and written into a
/// transcript with timed words.
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
    /// - Returns: the transcript with marks of source `measured`, each with the values that it rests on in `evidence`:
    ///   - `pause` between words and, with label `latency`, at the start of turns that answer another speaker. A pause inside a
    ///     clause beside a prominent word has label `rhetorical`; a hesitation sound that nobody wrote down is a pause with label
    ///     `filled`. Where the draft already has a pause or `…`, that mark gets the measured range and `duration_s` instead.
    ///   - `laughter` and `breath` between words; where the draft has such a mark, it gets the range.
    ///   - `toneOfVoice` before the first word of a stretch, `until` its last, and `intonation` with label `rising` after the last
    ///     word of a statement that ends like a question.
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
        return ProminenceEstimator(contours: contours, options: options).estimate(words, SpeakerWords.all(words, contours: contours))
    }

    /// Level and pitch every 10 ms, for pictures.
    public func contours(source: inout some SampleSource, progress: Progress = { _ in }) throws -> SoundContours {
        try SpeechContours(source: &source, options: options, progress: progress).shown
    }

    /// What the emphasis model weighs: for training it.
    ///
    /// - Returns: the features' names, and a row of them for each word; nil for words without a place.
    public func emphasisFeatures(
        words: [ProsodicWord], source: inout some SampleSource, progress: Progress = { _ in }
    ) throws -> (names: [String], rows: [[Double]?]) {
        let contours = try SpeechContours(source: &source, options: options, progress: progress)
        return (EmphasisFeatures.names, EmphasisEstimator().estimate(SpeakerWords.all(words, contours: contours), count: words.count).map { $0?.row })
    }

    func annotate(transcript: Transcript, contours: SpeechContours, speech: [SampleRange]) -> Transcript {
        var result = transcript
        for index in result.turns.indices {
            result.turns[index].forgetMeasured()
            result.turns[index].elements.removeAll { $0.mark.map { $0.source == .measured && Self.kinds.contains($0.kind) } ?? false }
        }
        let talk = Talk(result), speakers = SpeakerWords.all(talk.words, contours: contours)
        setProminence(&result, of: talk, speakers, contours: contours)
        let finder = PauseFinder(contours: contours, speech: speech, options: options)
        if options.marksTone { ToneMarker(contours: contours, options: options.tone, floor: finder.floor).mark(&result, talk, speakers) }
        if options.marksSounds {
            let sounds = SoundFinder(contours: contours, floor: finder.floor, words: contours.usualPeak(talk.words))
            SoundMarker(finder: sounds, rate: transcript.recording.rate).mark(&result.turns)
        }
        let marker = PauseMarker(
            finder: finder, options: options, rate: transcript.recording.rate, beats: SyllableRate.seconds(talk.words))
        marker.markPauses(&result.turns)
        marker.markLatencies(&result.turns)
        for index in result.turns.indices { result.turns[index].orderMarks() }
        return result
    }

    /// What this module measures.
    private static let kinds: Set<Mark.Kind> = [.pause, .laughter, .breath, .toneOfVoice, .intonation]

    private func setProminence(_ transcript: inout Transcript, of talk: Talk, _ speakers: [SpeakerWords], contours: SpeechContours) {
        let found = ProminenceEstimator(contours: contours, options: options).estimate(talk.words, speakers)
        for (prominence, place) in zip(found, talk.places) {
            guard var word = transcript.turns[place.turn].elements[place.element].word else { continue }
            word.prominence = prominence
            transcript.turns[place.turn].elements[place.element] = .word(word)
        }
    }
}
