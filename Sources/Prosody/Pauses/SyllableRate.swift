import Signal
import Transcript

/// How long each speaker's syllables take: the beat that pauses may be measured in.
enum SyllableRate {
    /// Seconds of a syllable in ordinary talk, for a speaker of whom there is too little.
    static let usual = 0.2
    /// Syllables from which a speaker has a rate of their own.
    private static let least = 30

    /// Seconds a syllable, by speaker, pauses left out; speakers with few syllables are missing.
    static func seconds(_ words: [ProsodicWord]) -> [String: Double] {
        var sums: [String: (seconds: Double, syllables: Int)] = [:]
        for word in words {
            guard let range = word.range, !range.isEmpty else { continue }
            let before = sums[word.speaker] ?? (0, 0)
            sums[word.speaker] = (
                before.seconds + SampleRate.analysis.seconds(range.count), before.syllables + max(1, SyllableCount.of(word.text))
            )
        }
        return sums.filter { $0.value.syllables >= least }.mapValues { $0.seconds / Double($0.syllables) }
    }
}
