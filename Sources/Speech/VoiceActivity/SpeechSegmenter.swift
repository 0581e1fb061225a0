import Signal

/// Makes segments out of frame probabilities: hysteresis, short pauses closed, short speech dropped, edges widened.
struct SpeechSegmenter: Sendable {
    let options: VoiceActivityDetector.Options

    func segments(probability: [Float], sampleCount: Int) -> [SampleRange] {
        let hop = VoiceActivity.hop
        var runs: [SampleRange] = []
        var start: Int?
        for (i, p) in probability.enumerated() {
            if let begun = start {
                if !(p >= options.offset) {
                    runs.append(SampleRange(begun * hop, i * hop))
                    start = nil
                }
            } else if p >= options.onset {
                // The onset is where the probability last rose through `offset`: a soft beginning belongs to the word.
                var first = i
                let earliest = runs.last.map { $0.end / hop } ?? 0
                while first > earliest && probability[first - 1] >= options.offset { first -= 1 }
                start = first
            }
        }
        if let begun = start { runs.append(SampleRange(begun * hop, probability.count * hop)) }

        let pause = SampleRate.analysis.position(seconds: options.minimumPause)
        let least = SampleRate.analysis.position(seconds: options.minimumSpeech)
        var joined: [SampleRange] = []
        for run in runs {
            if let last = joined.last, run.start - last.end < pause || run.start <= last.end {
                joined[joined.count - 1].end = run.end
            } else {
                joined.append(run)
            }
        }
        joined.removeAll { $0.count < least }

        let before = SampleRate.analysis.position(seconds: options.leadIn)
        let after = SampleRate.analysis.position(seconds: options.hangover)
        var result: [SampleRange] = []
        for (i, run) in joined.enumerated() {
            // A pause that the widening would close is shared between its neighbours at the middle, less one frame.
            var low = max(0, run.start - before), high = min(sampleCount, run.end + after)
            if i > 0, joined[i - 1].end + after >= run.start - before {
                low = min(run.start, (joined[i - 1].end + run.start) / 2 + hop / 2)
            }
            if i + 1 < joined.count, run.end + after >= joined[i + 1].start - before {
                high = max(run.end, (run.end + joined[i + 1].start) / 2 - hop / 2)
            }
            if low < high { result.append(SampleRange(low, min(high, sampleCount))) }
        }
        return result
    }
}
