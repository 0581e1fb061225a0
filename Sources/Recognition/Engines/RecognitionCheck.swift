import Signal
import Transcript

/// Looks through recognised words for what recognisers are known to get wrong. It changes nothing; it points.
public struct RecognitionCheck: Sendable, Hashable {
    /// Speech at least this long without a word is pointed at, seconds.
    public var longSpeech: Double
    /// A word reaches this far into wordless speech, seconds: word times are not exact.
    public var reach: Double
    /// A word this far from any speech counts as said in silence, seconds.
    public var silenceMargin: Double

    public init(longSpeech: Double = 3, reach: Double = 0.75, silenceMargin: Double = 0.5) {
        self.longSpeech = longSpeech
        self.reach = reach
        self.silenceMargin = silenceMargin
    }

    /// - Parameters:
    ///   - words: the whole recording's, in the order of the talk.
    ///   - speech: where somebody speaks, at 16 kHz; nil when nobody has looked.
    func findings(_ words: [HeardWord], speech: [SampleRange]?) -> [HeardFinding] {
        var findings = loops(words) + otherLanguage(words)
        if let speech {
            findings += speechWithoutWords(words, speech: speech) + wordsWithoutSpeech(words, speech: speech)
        }
        return findings
    }

    // MARK: Loops

    /// How often a group of so many words may stand in a row. People say "ja ja ja"; nobody says five words three times over.
    static func allowedRepeats(ofLength length: Int) -> Int {
        switch length {
        case 1: 5
        case 2: 3
        default: 2
        }
    }

    func loops(_ words: [HeardWord]) -> [HeardFinding] {
        let keys = words.map { WordParts.key($0.text) }
        var findings: [HeardFinding] = []
        var index = 0
        while index < keys.count {
            var longest: (length: Int, times: Int)?
            for length in 1...12 where index + 2 * length <= keys.count && !keys[index].isEmpty {
                var times = 1
                while index + (times + 1) * length <= keys.count,
                    (0..<length).allSatisfy({ keys[index + $0] == keys[index + times * length + $0] })
                { times += 1 }
                if times > Self.allowedRepeats(ofLength: length), length * times > (longest.map { $0.length * $0.times } ?? 0) {
                    longest = (length, times)
                }
            }
            guard let found = longest else {
                index += 1
                continue
            }
            let place = Array(index..<(index + found.length * found.times))
            findings.append(
                HeardFinding(
                    code: "repetition-loop", severity: .review,
                    message: "\(found.length == 1 ? "one word" : "\(found.length) words") \(found.times) times in a row: the recogniser may have run in a loop, and what was said is missing",
                    range: TimeRepair.span(of: place, in: words), words: place))
            index += place.count
        }
        return findings
    }

    // MARK: Speech and words

    func speechWithoutWords(_ words: [HeardWord], speech: [SampleRange]) -> [HeardFinding] {
        let rate = SampleRate.analysis, near = rate.position(seconds: reach), least = rate.position(seconds: longSpeech)
        let covered = PiecePlan.joined(words.map { SampleRange($0.range.start - near, $0.range.end + near) }, length: Int.max / 4)
        var findings: [HeardFinding] = []
        var first = 0
        for region in PiecePlan.joined(speech, length: Int.max / 4) {
            while first < covered.count, covered[first].end <= region.start { first += 1 }
            var position = region.start, index = first
            func report(_ end: Int) {
                guard end - position >= least else { return }
                let range = SampleRange(position, end)
                findings.append(
                    HeardFinding(
                        code: "speech-without-words", severity: .review,
                        message: "\(Int(range.seconds(at: rate).rounded())) seconds of speech without a word: listen, and type what was said",
                        range: range))
            }
            while index < covered.count, covered[index].start < region.end {
                report(min(region.end, covered[index].start))
                position = max(position, covered[index].end)
                index += 1
            }
            report(region.end)
        }
        return findings
    }

    func wordsWithoutSpeech(_ words: [HeardWord], speech: [SampleRange]) -> [HeardFinding] {
        let near = SampleRate.analysis.position(seconds: silenceMargin)
        let regions = PiecePlan.joined(speech.map { SampleRange($0.start - near, $0.end + near) }, length: Int.max / 4)
        var silent: [Int] = []
        for (index, word) in words.enumerated() where word.placement == .given {
            var low = 0, high = regions.count
            while low < high {
                let middle = (low + high) / 2
                if regions[middle].end <= word.range.start { low = middle + 1 } else { high = middle }
            }
            if low == regions.count || regions[low].start > word.range.end { silent.append(index) }
        }
        // Neighbours make one finding.
        var findings: [HeardFinding] = [], start = 0
        while start < silent.count {
            var end = start
            while end + 1 < silent.count, silent[end + 1] == silent[end] + 1 { end += 1 }
            let group = Array(silent[start...end])
            findings.append(
                HeardFinding(
                    code: "words-without-speech", severity: .review,
                    message: "\(group.count) recognised word(s) where nobody seems to speak: they may be invented; listen",
                    range: TimeRepair.span(of: group, in: words), words: group))
            start = end + 1
        }
        return findings
    }

    // MARK: Language

    /// Common words that only one of the languages has, as it spells them.
    private static let typical: [(language: String, words: Set<String>)] = [
        ("Danish", ["af", "hvad", "nogle", "noget", "meget", "mig", "dig", "sig", "blev", "uden", "efter", "hvordan", "havde", "lige", "kunne", "også", "selv", "været", "nej", "hvorfor", "tror"]),
        ("Swedish", ["och", "inte", "jag", "är", "att", "för", "vad", "mycket", "någon", "något", "också", "efter", "vara", "från", "när", "mig", "dig", "hur", "bara", "varför", "över"]),
        ("English", ["the", "and", "is", "you", "that", "of", "was", "it", "this", "they", "with", "have", "not", "but", "what", "so", "are", "we", "be", "thank", "my"]),
    ]
    private static let norwegian: Set<String> = [
        "jeg", "ikke", "hva", "noe", "noen", "meg", "deg", "seg", "nei", "veldig", "mye", "av", "etter", "hvordan", "hadde", "være", "vært", "ble",
        "uten", "bare", "også", "og", "å", "er", "på", "det", "som", "nå", "hvorfor", "kanskje", "liksom", "eg", "ikkje", "kva", "noko", "nokon", "mykje",
        "vere", "vore", "vart", "korleis", "frå", "berre", "ein", "eit", "dei", "selv", "kunne", "efter", "tror",
    ]

    /// Stretches of 30 words in which a neighbouring language's own words outnumber the Norwegian ones.
    func otherLanguage(_ words: [HeardWord]) -> [HeardFinding] {
        let width = 30
        let keys = words.map { WordParts.key($0.text) }
        var findings: [HeardFinding] = []
        for (language, typical) in Self.typical {
            let own = typical.subtracting(Self.norwegian)
            let foreign = keys.map { own.contains($0) ? 1 : 0 }, native = keys.map { Self.norwegian.contains($0) ? 1 : 0 }
            var start = 0
            while start < keys.count {
                let end = min(keys.count, start + width)
                guard end - start >= 8 else { break }
                let strange = foreign[start..<end].reduce(0, +), home = native[start..<end].reduce(0, +)
                if strange >= 3, strange * 6 >= end - start, strange > home {
                    let place = Array(start..<end)
                    findings.append(
                        HeardFinding(
                            code: "other-language", severity: .review,
                            message: "the recogniser seems to have written \(language) here: listen, or recognise this part anew",
                            range: TimeRepair.span(of: place, in: words), words: place))
                }
                start = end
            }
        }
        return findings
    }
}
