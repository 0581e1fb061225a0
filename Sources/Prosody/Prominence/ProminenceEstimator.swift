import Foundation
import Signal
import Transcript

/// How much each word stands out, from loudness, duration and pitch.
///
/// The three are put on one time line, each relative to its speaker, and a wavelet transform picks the bumps that are
/// about as wide as a word to a short phrase (Suni, Šimko, Aalto and Vainio 2017). Here the transform is summed over the
/// scales around the speaker's mean word, rather than traced along lines of maximum amplitude, and loudness and
/// duration weigh more than pitch, as they do for listeners (Kochanski et al. 2005).
struct ProminenceEstimator: Sendable {
    let contours: SpeechContours
    let options: ProsodyOptions
    /// Weights of loudness, duration and pitch in the sum.
    var weights: (level: Float, duration: Float, pitch: Float) = (1, 1, 0.5)

    /// One measure a word; nil for words without a place.
    /// - Parameter talk: the same words, speaker by speaker.
    func estimate(_ words: [ProsodicWord], _ talk: [SpeakerWords]) -> [Prominence?] {
        let measures = words.map { WordMeasure(word: $0, contours: contours) }
        let speakers = Dictionary(grouping: words.indices.filter { measures[$0] != nil }, by: { words[$0].speaker })
        var strengths = [Double?](repeating: nil, count: words.count)
        var evidence = [[String: Double]](repeating: [:], count: words.count)
        for speaker in speakers.keys.sorted() {
            guard let members = speakers[speaker] else { continue }
            estimate(members, measures, &strengths, &evidence)
        }
        let emphasis = EmphasisEstimator().estimate(talk, count: words.count)
        let levels = ProminenceLevels(options: options).levels(
            strengths, emphasis: emphasis.map { $0?.probability }, speakers: words.map(\.speaker))
        return words.indices.map { index in
            strengths[index].map { strength in
                Prominence(
                    strength: strength, level: levels[index],
                    evidence: evidence[index].merging(emphasis[index]?.evidence ?? [:]) { _, better in better })
            }
        }
    }

    /// Frames: no word is a second long on average, unless its times are wrong, and the transform's cost grows with the scale.
    private static let widest = 100.0

    private func estimate(
        _ members: [Int], _ measures: [WordMeasure?], _ strengths: inout [Double?], _ evidence: inout [[String: Double]]
    ) {
        let own = members.compactMap { measures[$0] }
        let durations = DurationModel(own).residuals(own)
        let level = Standard(own.map(\.peakLevel))
        let duration = Standard(durations)
        // Plain length says which words are content words, and those carry most accents.
        let spoken = Standard(own.map { log($0.seconds) })
        let pitches = own.compactMap(\.peakPitch)
        let pitch = Standard(pitches)

        // The time line of this speaker's words only, so that other voices do not count as context.
        let line = timeLine(own, durations: durations.map { duration.z($0) }, level: level, pitch: pitch)
        let meanFrames = Double(own.reduce(0) { $0 + $1.frames.count }) / Double(own.count)
        let scales = [0.25, 0.35, 0.5, 0.7, 1.0].map { min(Self.widest, max(1.5, $0 * meanFrames)) }
        let bumps = WaveletTransform.sum(line.values, scales: scales)
        let peaks = line.places.map { place -> Double in
            Double(bumps[place].max() ?? 0)
        }
        let local = Standard(peaks)
        let raw = own.indices.map { i -> Double in
            let height = own[i].peakPitch.map { pitch.z($0) } ?? -1
            return local.z(peaks[i]) + 0.3 * level.z(own[i].peakLevel) + 0.6 * spoken.z(log(own[i].seconds)) + 0.3 * height
        }
        let overall = Standard(raw)
        for (i, index) in members.enumerated() {
            strengths[index] = overall.z(raw[i])
            let values = [
                "duration_z": duration.z(durations[i]), "duration_s": own[i].seconds, "wavelet_z": local.z(peaks[i]),
            ]
            evidence[index] = values.mapValues { ($0 * 1000).rounded() / 1000 }
        }
    }

    /// The words' frames one after another with long silences cut to 0.3 s, and where each word lies in them.
    private func timeLine(
        _ own: [WordMeasure], durations: [Double], level: Standard, pitch: Standard
    ) -> (values: [Float], places: [Range<Int>]) {
        var values: [Float] = []
        var places: [Range<Int>] = []
        var end: Int?
        for (index, word) in own.enumerated() {
            if let last = end { values.append(contentsOf: [Float](repeating: -1, count: min(30, max(0, word.frames.lowerBound - last)))) }
            let start = values.count
            let half = Float(max(1, word.frames.count)) / 2
            for frame in word.frames {
                let loudness = Float(max(-2.5, level.z(Double(contours.level[frame]))))
                let tone = contours.pitch[frame].isNaN ? 0 : Float(min(3, max(-3, pitch.z(Double(contours.pitch[frame])))))
                // Duration is a hump over the word, as long as the word is for what it is.
                let x = (Float(frame - word.frames.lowerBound) + 0.5 - half) / half
                let length = Float(durations[index]) * (1 - x * x)
                values.append(weights.level * loudness + weights.duration * length + weights.pitch * tone)
            }
            places.append(start..<values.count)
            end = word.frames.upperBound
        }
        return (values, places)
    }
}

/// What the sound says of one word.
struct WordMeasure: Sendable {
    var frames: Range<Int>
    /// Mean of the loudest third of the frames, at least three, dB.
    var peakLevel: Double
    /// Ninth decile of the pitch, semitones re 100 Hz; nil in a word without voice.
    var peakPitch: Double?
    var seconds: Double
    var letters: Int
    var syllables: Int

    init?(word: ProsodicWord, contours: SpeechContours) {
        guard let range = word.range, !range.isEmpty else { return nil }
        frames = contours.frames(in: range)
        guard !frames.isEmpty else { return nil }
        let levels = frames.map { Double(contours.level[$0]) }.sorted(by: >)
        let top = levels.prefix(min(levels.count, max(3, levels.count / 3)))
        peakLevel = top.reduce(0, +) / Double(top.count)
        // Digital silence: whatever the words' times say, nothing was heard there.
        guard peakLevel > -95 else { return nil }
        let pitches = frames.map { contours.pitch[$0] }.filter { !$0.isNaN }.sorted()
        peakPitch = pitches.count >= 3 ? Double(pitches[pitches.count * 9 / 10]) : nil
        seconds = SampleRate.analysis.seconds(range.count)
        letters = max(1, word.text.count { $0.isLetter || $0.isNumber })
        syllables = max(1, Self.vowelGroups(word.text))
    }

    /// Groups of vowel letters: close to the number of syllables in Norwegian and in English. The duration models are fitted to this count,
    /// which knows no language; what is told to people is counted by `SyllableCount`.
    static func vowelGroups(_ text: String) -> Int {
        var count = 0
        var inside = false
        for character in text.lowercased() {
            let isVowel = "aeiouyæøåäöéèêóòôüà".contains(character)
            if isVowel, !inside { count += 1 }
            inside = isVowel
        }
        return count
    }
}

/// Mean and deviation with a guard for few or equal values.
struct Standard: Sendable {
    let mean: Double
    let deviation: Double

    init(_ values: [Double]) {
        let n = Double(values.count)
        mean = n > 0 ? values.reduce(0, +) / n : 0
        let m = mean
        deviation = n > 1 ? max((values.reduce(0) { $0 + ($1 - m) * ($1 - m) } / n).squareRoot(), 1e-3) : 1
    }

    func z(_ value: Double) -> Double { (value - mean) / deviation }
}
