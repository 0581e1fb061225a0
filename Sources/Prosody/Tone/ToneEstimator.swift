import Foundation
import Signal

/// Finds stretches that are markedly loud, soft, high, low, fast, slow, creaky or whispered for their speaker.
///
/// Each word gets a value that is 0 in the speaker's ordinary voice, after what its sounds and its place in the phrase account
/// for. A stretch is marked where the values, weighted by the words' durations, add up to a maximal sum above a threshold
/// (``MaximalSegments``) and their mean passes it.
struct ToneEstimator: Sendable {
    let contours: SpeechContours
    let options: ToneOptions
    /// Level of the recording's background, dB.
    let floor: Float

    /// Values of one speaker's words; not a number where there is none.
    private struct Track {
        var label: ToneStretch.Label
        var values: [Double]
        var threshold: Double
        /// The name and the form of the mean in a mark's evidence.
        var evidence: (name: String, value: @Sendable (Double) -> Double)
        var leastSeconds: Double
        var leastWords: Int
    }

    /// - Parameter turns: the turn of each word of the whole talk.
    func stretches(_ speakers: [SpeakerWords], turns: [Int]) -> [ToneStretch] {
        var found: [ToneStretch] = []
        for own in speakers where own.count >= options.leastTalk {
            for var track in tracks(own) {
                track.threshold = max(track.threshold, Self.beyondOwn * phraseDeviation(track.values, own, turns))
                found += stretches(of: track, own, turns)
            }
        }
        // A whisper is soft: that need not be said.
        let whispers = found.filter { $0.label == .whisper }
        found.removeAll { item in item.label == .soft && whispers.contains { $0.first <= item.last && item.first <= $0.last } }
        let order = ToneStretch.Label.allCases
        return found.sorted {
            ($0.first, $0.last, order.firstIndex(of: $0.label) ?? 0) < ($1.first, $1.last, order.firstIndex(of: $1.label) ?? 0)
        }
    }

    private func tracks(_ own: SpeakerWords) -> [Track] {
        let level = withoutDrift(values(own, .voice), own)
        let pitch = values(own, .middle)
        // Longer is slower.
        let length = values(own, .length)
        let (voiced, creaky) = voices(own)
        let usual = RobustRegression.median(voiced)
        let rate = log(options.rate)
        let plain: @Sendable (Double) -> Double = { $0 }
        var tracks = [
            Track(label: .loud, values: level, threshold: options.level, evidence: ("level_db", plain), leastSeconds: 0, leastWords: 0),
            Track(label: .soft, values: level.map { -$0 }, threshold: options.level, evidence: ("level_db", { -$0 }), leastSeconds: 0, leastWords: 0),
            Track(label: .high, values: pitch, threshold: options.high, evidence: ("f0_st", plain), leastSeconds: 0, leastWords: 0),
            Track(label: .low, values: pitch.map { -$0 }, threshold: options.low, evidence: ("f0_st", { -$0 }), leastSeconds: 0, leastWords: 0),
            Track(label: .fast, values: length.map { -$0 }, threshold: rate, evidence: ("rate_ratio", { exp($0) }), leastSeconds: 0, leastWords: 5),
            Track(label: .slow, values: length, threshold: rate, evidence: ("rate_ratio", { exp(-$0) }), leastSeconds: 1.5, leastWords: 4),
            Track(label: .creaky, values: creaky, threshold: options.creak, evidence: ("creak_share", plain), leastSeconds: 0.4, leastWords: -1),
        ]
        // Who is hardly ever voiced here (a bad line, a hoarse day) cannot be told to whisper.
        if usual >= 0.3 {
            tracks.append(
                Track(
                    label: .whisper, values: whispered(own, voiced, usual), threshold: 1 - options.whisper,
                    evidence: ("voiced_share", { (1 - $0) * usual }), leastSeconds: 0, leastWords: 0))
        }
        return tracks
    }

    /// Deviations of a speaker's phrases from which one is marked: a lively speaker is not marked all the time.
    private static let beyondOwn = 2.4
    private static let phraseWords = 5

    /// How much phrases of five words vary, robustly.
    private func phraseDeviation(_ values: [Double], _ own: SpeakerWords, _ turns: [Int]) -> Double {
        var means: [Double] = []
        var place = 0
        while place + Self.phraseWords <= own.count {
            let phrase = place..<place + Self.phraseWords
            let known = phrase.filter { !values[$0].isNaN }
            if turns[own.indices[phrase.lowerBound]] == turns[own.indices[phrase.upperBound - 1]], known.count >= 3 {
                let seconds = known.reduce(0) { $0 + own.seconds[$1] }
                means.append(known.reduce(0) { $0 + own.seconds[$1] * values[$1] } / max(seconds, 1e-3))
            }
            place += 2
        }
        let middle = RobustRegression.median(means)
        return 1.4826 * RobustRegression.median(means.map { abs($0 - middle) })
    }

    private func stretches(of track: Track, _ own: SpeakerWords, _ turns: [Int]) -> [ToneStretch] {
        var found: [ToneStretch] = []
        var start = 0
        while start < own.count {
            var end = start + 1
            while end < own.count, turns[own.indices[end]] == turns[own.indices[start]] { end += 1 }
            // A word speaks for a stretch from three fifths of the threshold on: single words in between may be ordinary.
            let scores = (start..<end).map { place -> Double in
                let value = track.values[place]
                return value.isNaN ? 0 : own.seconds[place] * (min(value, 2 * track.threshold) - 0.6 * track.threshold)
            }
            for segment in MaximalSegments.find(scores) {
                if let stretch = stretch(track, own, segment.lowerBound + start..<segment.upperBound + start) { found.append(stretch) }
            }
            start = end
        }
        return found
    }

    private func stretch(_ track: Track, _ own: SpeakerWords, _ places: Range<Int>) -> ToneStretch? {
        let measured = places.filter { !track.values[$0].isNaN }
        let seconds = measured.reduce(0) { $0 + own.seconds[$1] }
        let leastWords = track.leastWords < 0 ? 1 : max(track.leastWords, options.leastWords)
        let leastSeconds = track.leastSeconds > 0 ? track.leastSeconds : options.leastSeconds
        guard measured.count >= leastWords, seconds >= leastSeconds else { return nil }
        let mean = measured.reduce(0) { $0 + own.seconds[$1] * track.values[$1] } / seconds
        guard mean >= track.threshold else { return nil }
        let confidence = 1 / (1 + exp(-3 * (mean / track.threshold - 1)))
        let value = track.evidence.value(mean)
        return ToneStretch(
            label: track.label, first: own.indices[places.lowerBound], last: own.indices[places.upperBound - 1],
            confidence: (confidence * 100).rounded() / 100,
            evidence: [track.evidence.name: (value * 100).rounded() / 100, "duration_s": (seconds * 100).rounded() / 100])
    }

    private func values(_ own: SpeakerWords, _ measure: SpeakerWords.Measure) -> [Double] {
        let residuals = own.residuals[measure.rawValue]
        let middle = RobustRegression.median(residuals.compactMap { $0 })
        return residuals.map { $0.map { $0 - middle } ?? .nan }
    }

    /// A speaker who moves away from the microphone grows softer over minutes: taken off, as the median of 150 of the speaker's words
    /// (about a minute of talk) to each side; not with fewer than 300.
    private func withoutDrift(_ values: [Double], _ own: SpeakerWords) -> [Double] {
        guard own.count >= 2 * Self.driftWords else { return values }
        return values.indices.map { place in
            let low = max(0, place - Self.driftWords), high = min(values.count, place + Self.driftWords + 1)
            return values[place] - RobustRegression.median(values[low..<high].filter { !$0.isNaN })
        }
    }

    private static let driftWords = 150

    /// Shares of voiced and of creaky frames, by word.
    private func voices(_ own: SpeakerWords) -> (voiced: [Double], creaky: [Double]) {
        var voiced: [Double] = [], creaky: [Double] = []
        let pitches = own.frames.flatMap { $0.map { contours.pitch[$0] } }.filter { !$0.isNaN }.sorted()
        let median = pitches.isEmpty ? 0 : pitches[pitches.count / 2]
        for frames in own.frames {
            var voice = 0, creak = 0
            for frame in frames {
                let pitch = contours.pitch[frame]
                if !pitch.isNaN { voice += 1 }
                // Pulses so far apart that a pitch found there is a multiple of theirs; unless the voice is as deep as that by nature.
                let isDeep = median < Self.deepVoice && !pitch.isNaN && pitch > median - 5
                if contours.pulse[frame] >= Self.leastPulse, !isDeep, contours.level[frame] > floor + 8 { creak += 1 }
            }
            voiced.append(Double(voice) / Double(frames.count))
            creaky.append(Double(creak) / Double(frames.count))
        }
        return (voiced, creaky)
    }

    private static let leastPulse: UInt8 = 140
    /// 80 Hz, semitones re 100 Hz.
    private static let deepVoice: Float = -3.9

    /// 1 for a word without voice, 0 for one voiced as usual; words that can hardly be heard say nothing.
    private func whispered(_ own: SpeakerWords, _ voiced: [Double], _ usual: Double) -> [Double] {
        own.frames.indices.map { place in
            let levels = own.frames[place].map { contours.level[$0] }
            guard let peak = levels.max(), peak > floor + 8 else { return .nan }
            return 1 - voiced[place] / usual
        }
    }
}
