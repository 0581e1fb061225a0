import Foundation
import Signal

/// What the sound says of the words of one speaker, before and after what is ordinary for such a word is taken off.
struct SpeakerWords: Sendable {
    /// The measures that emphasis is told by.
    enum Measure: Int, CaseIterable, Sendable {
        /// Level of the loudest third of the word, dB.
        case loudness
        /// Level of the louder half of the voiced frames, dB.
        case voice
        /// Third quartile of the frames' levels against what the speaker's sounds of that kind have, dB.
        case effort
        /// Ninth decile, median and first decile of the pitch, semitones.
        case high, middle, low
        /// Log of the duration in seconds.
        case length

        /// Deviation of the residuals in ordinary talk: what a speaker with few words is given.
        var usual: Double {
            switch self {
            case .loudness, .voice: 3
            case .effort: 2.5
            case .high, .middle: 1.6
            case .low: 1.8
            case .length: 0.22
            }
        }
        var ridge: Double { self == .effort ? 8 : 6 }
    }

    /// Which words of the whole talk these are.
    let indices: [Int]
    let frames: [Range<Int>]
    let seconds: [Double]
    let letters: [Int]
    let syllables: [Int]
    /// Whether the speaker is silent for more than 0.15 s beside the word, or has not begun or is done.
    let isFirst: [Bool], isLast: [Bool]
    /// By measure and word: deviation from what is ordinary, in the measure's own unit; nil where it could not be measured.
    private(set) var residuals: [[Double?]] = []
    /// Deviation of the residuals of ordinary words, by measure.
    private(set) var deviations: [Double] = []

    /// A silence between two words from which on they stand in different phrases, seconds.
    static let phraseBreak = 0.15

    init(indices: [Int], words: [ProsodicWord], contours: SpeechContours) {
        var kept: [Int] = [], frames: [Range<Int>] = []
        for index in indices {
            guard let range = words[index].range, !range.isEmpty else { continue }
            let found = contours.frames(in: range)
            guard found.contains(where: { contours.level[$0] > -95 }) else { continue }
            kept.append(index)
            frames.append(found)
        }
        self.indices = kept
        self.frames = frames
        seconds = kept.map { SampleRate.analysis.seconds(words[$0].range?.count ?? 0) }
        letters = kept.map { index in max(1, words[index].text.count { $0.isLetter || $0.isNumber }) }
        syllables = kept.map { max(1, WordMeasure.vowelGroups(words[$0].text)) }
        var first = [Bool](repeating: true, count: kept.count), last = first
        for place in kept.indices.dropFirst() {
            guard let before = words[kept[place - 1]].range, let after = words[kept[place]].range else { continue }
            let isJoined = SampleRate.analysis.seconds(after.start - before.end) <= Self.phraseBreak
            first[place] = !isJoined
            last[place - 1] = !isJoined
        }
        isFirst = first
        isLast = last
        let texts = kept.map { words[$0].text.lowercased() }
        var values = measure(contours)
        // How long a number or an abbreviation takes cannot be told from its letters.
        for place in kept.indices where !Self.isSpelledAsSaid(words[kept[place]].text) { values[Measure.length.rawValue][place] = nil }
        for measure in Measure.allCases {
            let rows = context(for: measure, texts)
            let known = kept.indices.filter { values[measure.rawValue][$0] != nil }
            guard known.count >= 2 else {
                residuals.append(values[measure.rawValue].map { $0.map { _ in 0 } })
                deviations.append(measure.usual)
                continue
            }
            let model = RobustRegression(
                rows: known.map { rows[$0] }, values: known.compactMap { values[measure.rawValue][$0] }, ridge: measure.ridge)
            residuals.append(kept.indices.map { place in values[measure.rawValue][place].map { $0 - model.expected(rows[place]) } })
            // Twenty words' worth of belief in the usual deviation.
            let n = Double(known.count), usual = measure.usual
            deviations.append(((model.scale * model.scale * n + usual * usual * 20) / (n + 20)).squareRoot())
        }
    }

    var count: Int { indices.count }

    /// Every speaker's words, in the order of the speakers' names; those without a placed word are left out.
    static func all(_ words: [ProsodicWord], contours: SpeechContours) -> [SpeakerWords] {
        let speakers = Dictionary(grouping: words.indices, by: { words[$0].speaker })
        return speakers.keys.sorted().map { SpeakerWords(indices: speakers[$0] ?? [], words: words, contours: contours) }.filter { $0.count > 0 }
    }

    /// Deviation from the ordinary in standard deviations of this speaker's words, −3 … 3: a word drowned by another voice or
    /// lost in noise is no measure for its neighbours.
    func z(_ measure: Measure, _ place: Int) -> Double? {
        residuals[measure.rawValue][place].map { max(-3, min(3, $0 / deviations[measure.rawValue])) }
    }

    private func measure(_ contours: SpeechContours) -> [[Double?]] {
        var result = [[Double?]](repeating: [Double?](repeating: nil, count: count), count: Measure.allCases.count)
        let effort = SoundShapes(words: frames, contours: contours).residuals
        let voiced = frames.flatMap { $0.map { contours.pitch[$0] }.filter { !$0.isNaN } }.sorted()
        let median = voiced.isEmpty ? 0 : voiced[voiced.count / 2]
        for place in 0..<count {
            let levels = frames[place].map { contours.level[$0] }.sorted(by: >)
            let loudness = Self.mean(levels.prefix(max(3, levels.count / 3)))
            result[Measure.loudness.rawValue][place] = loudness
            result[Measure.length.rawValue][place] = log(max(seconds[place], 0.02))
            if effort[place].count >= 2 { result[Measure.effort.rawValue][place] = Double(Self.quantile(effort[place].sorted(), 0.75)) }
            // Ten semitones from the speaker's median is the tracker's mistake.
            let own = frames[place].filter { !contours.pitch[$0].isNaN && abs(contours.pitch[$0] - median) < 10 }
            guard own.count >= 3 else {
                result[Measure.voice.rawValue][place] = loudness - 2
                continue
            }
            let pitches = own.map { contours.pitch[$0] }.sorted()
            result[Measure.high.rawValue][place] = Double(Self.quantile(pitches, 0.9))
            result[Measure.middle.rawValue][place] = Double(Self.quantile(pitches, 0.5))
            result[Measure.low.rawValue][place] = Double(Self.quantile(pitches, 0.1))
            let voice = own.map { contours.level[$0] }.sorted(by: >)
            result[Measure.voice.rawValue][place] = Self.mean(voice.prefix(max(3, voice.count / 2)))
        }
        return result
    }

    /// What a measure ordinarily depends on: the word's sounds by its letters, and its place in the phrase.
    private func context(for measure: Measure, _ texts: [String]) -> [[Double]] {
        var step = 0
        return (0..<count).map { place in
            step = isFirst[place] ? 0 : step + 1
            let first = isFirst[place] ? 1.0 : 0, last = isLast[place] ? 1.0 : 0
            let logLetters = log(Double(letters[place]))
            switch measure {
            case .loudness, .voice, .effort:
                return Self.vowels.map { texts[place].contains($0) ? 1 : 0 } + [last, first, Double(min(step, 8)) / 4]
            case .high, .middle, .low:
                return [last, first, Double(min(step, 10)) / 5, logLetters / 2]
            case .length:
                let kinds = Self.kinds.map { kind in Double(texts[place].count { kind.contains($0) }) / 2 }
                return [logLetters, logLetters * logLetters / 3, Double(syllables[place])] + kinds
                    + [texts[place].contains("a") ? 1 : 0, last, last * logLetters]
            }
        }
    }

    private static let vowels: [Character] = Array("aeiouyæøå")
    private static let kinds: [[Character]] = ["ptkbdg", "sfhvjk", "lrnm", "aeiouyæøå"].map(Array.init)

    /// Neither a number nor an abbreviation such as `NAV` or `DPS-en`, which may be read letter by letter.
    static func isSpelledAsSaid(_ text: String) -> Bool {
        !text.contains(where: \.isNumber) && text.prefix { $0.isLetter }.prefix(2).count { $0.isUppercase } < 2
    }

    private static func mean(_ values: some Collection<Float>) -> Double {
        values.isEmpty ? 0 : Double(values.reduce(0, +)) / Double(values.count)
    }

    /// Between the two nearest of sorted values.
    static func quantile(_ sorted: [Float], _ share: Double) -> Float {
        guard let last = sorted.indices.last else { return 0 }
        let place = share * Double(last)
        let low = Int(place), high = min(last, low + 1)
        return sorted[low] + (sorted[high] - sorted[low]) * Float(place - Double(low))
    }
}
