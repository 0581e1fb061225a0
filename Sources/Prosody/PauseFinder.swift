import Signal

/// Silence between two words, with its edges taken from the level of the sound.
///
/// A word's times are off by some hundredths of a second, and an aligner may stretch a word over a silence; so the
/// silence is looked for from the middle of the word before to the middle of the word after.
struct PauseFinder: Sendable {
    let contours: SpeechContours
    let options: ProsodyOptions
    /// Level of the recording's background, dB.
    let floor: Float

    /// - Parameter speech: where there is speech, at 16 kHz: the rest tells the background level.
    init(contours: SpeechContours, speech: [SampleRange], options: ProsodyOptions) {
        self.contours = contours
        self.options = options
        var isSpeech = [Bool](repeating: false, count: contours.count)
        for range in speech { for frame in contours.frames(in: range) { isSpeech[frame] = true } }
        // Digital silence (a muted channel, an edit) is no background.
        var background = contours.level.indices.filter { !isSpeech[$0] && contours.level[$0] > -95 }.map { contours.level[$0] }
        if background.count >= 50 {
            background.sort()
            floor = background[background.count / 2]
        } else {
            let all = contours.level.filter { $0 > -95 }.sorted()
            floor = all.isEmpty ? -95 : all[all.count / 20]
        }
    }

    /// The pause between two words that follow each other in time, or nil.
    ///
    /// - Parameter least: shortest duration, seconds.
    func pause(between before: SampleRange, and after: SampleRange, least: Double) -> SampleRange? {
        guard before.middle < after.middle else { return nil }
        let window = contours.frames(in: SampleRange(before.middle, after.middle))
        guard !window.isEmpty else { return nil }
        let words = loud(before, after)
        let threshold = min(max(floor + 6, floor + 0.25 * (words - floor)), words - 10)
        let breath = words - Float(options.breathDrop)
        let longest = Int(options.longestBreath * 100)
        var best = 0..<0
        var start: Int?
        var end = 0
        var frame = window.lowerBound
        while frame < window.upperBound {
            if contours.sharpLevel[frame] <= threshold {
                if start == nil { start = frame }
                frame += 1
                end = frame
                continue
            }
            // Sound: does silence come back soon, and is the sound weak?
            var next = frame
            var peak = -Float.infinity
            while next < window.upperBound, contours.sharpLevel[next] > threshold {
                peak = max(peak, contours.sharpLevel[next])
                next += 1
            }
            let isBreath = next < window.upperBound && (next - frame <= 4 || (next - frame <= longest && peak < breath))
            if !isBreath, let first = start {
                if end - first > best.count { best = first..<end }
                start = nil
            }
            frame = next
        }
        if let first = start, end - first > best.count { best = first..<end }
        let range = SpeechContours.samples(ofFrames: best)
        return SampleRate.analysis.seconds(range.count) >= least - 1e-9 ? range : nil
    }

    /// Level that the two words reach: the ninth decile of their frames.
    private func loud(_ a: SampleRange, _ b: SampleRange) -> Float {
        let levels = (contours.frames(in: a).map { contours.level[$0] } + contours.frames(in: b).map { contours.level[$0] }).sorted()
        return levels.isEmpty ? floor + 20 : levels[levels.count * 9 / 10]
    }
}
