import Signal
import Transcript

/// Finds where in the sound the identifiers of a transcript are said.
///
/// An identifier goes with a margin on both sides. Where the time of one of its words is unknown or doubtful, the whole
/// stretch between the nearest words whose times are trusted goes: rather a sentence too much than a name that is heard.
public struct RedactionPlanner: Sendable {
    public struct Options: Hashable, Sendable, Codable {
        /// Seconds taken away before and after an identifier, 0 … 5. Word edges are right to about 0.05 s, sounds run into each other.
        public var margin = 0.15
        /// Seconds of sound between two spans below which they become one: too short for a word.
        public var gap = 0.1
        /// Confidence of an aligned word below which its time is doubtful, 0 … 1.
        public var leastConfidence = 0.5

        public init(margin: Double = 0.15, gap: Double = 0.1, leastConfidence: Double = 0.5) {
            self.margin = margin
            self.gap = gap
            self.leastConfidence = leastConfidence
        }
    }

    public let options: Options
    public init(_ options: Options = Options()) { self.options = options }

    /// Nobody says a letter in less, nor a word: seconds. A stretch that is shorter than its words cannot hold them.
    private static let leastLetter = 0.05, leastWord = 0.25

    private struct Place {
        var word: Word
        var speaker: String
        var turn: Int
        /// Nil when the time is unknown or doubtful.
        var sure: SampleRange?
    }

    /// - Parameters:
    ///   - transcript: with times at the recording's rate.
    ///   - length: samples in the recording.
    /// - Throws: ``RedactionError/noTimes`` when there is something to take away and no word has a time.
    public func plan(_ transcript: Transcript, identifiers: [SpokenIdentifier], length: Int) throws -> RedactionPlan {
        let rate = transcript.recording.rate
        var places: [Place] = []
        for (number, turn) in transcript.turns.enumerated() {
            for word in turn.words { places.append(Place(word: word, speaker: turn.speaker, turn: number, sure: sure(word, length: length))) }
        }
        let index = Dictionary(places.enumerated().map { ($1.word.id, $0) }, uniquingKeysWith: { first, _ in first })
        if !identifiers.isEmpty, !places.contains(where: { $0.sure != nil }) { throw RedactionError.noTimes }
        let margin = rate.position(seconds: max(0, options.margin))
        var plan = RedactionPlan(spans: []), spans: [RedactionSpan] = []
        for identifier in identifiers {
            let own = identifier.words.compactMap { index[$0] }.sorted()
            guard !own.isEmpty else {
                plan.missing += 1
                continue
            }
            plan.counts[identifier.type, default: 0] += 1
            var isGuessed = false
            for run in Self.runs(own) {
                let (range, guessed) = stretch(of: run, in: places, rate: rate, length: length)
                isGuessed = isGuessed || guessed
                let wide = SampleRange(max(0, range.start - margin), min(length, range.end + margin))
                let speaker = places[run.lowerBound].speaker
                let hasOthers = places.contains { $0.speaker != speaker && $0.word.range?.overlaps(wide) == true }
                spans.append(
                    RedactionSpan(range: wide, types: [identifier.type], identifiers: run.lowerBound == own[0] ? 1 : 0, isGuessed: guessed, hasOthers: hasOthers))
            }
            if isGuessed { plan.guessed += 1 }
        }
        plan.spans = RedactionSpan.merged(spans, gap: rate.position(seconds: options.gap))
        return plan
    }

    private func sure(_ word: Word, length: Int) -> SampleRange? {
        guard let range = word.range, !range.isEmpty, range.start >= 0, range.start < length else { return nil }
        switch word.placement {
        case .unplaced, .interpolated: return nil
        case .aligned: return (word.confidence ?? 1) < options.leastConfidence ? nil : range
        // A recogniser's belief is about the word more than about its time.
        case .given, nil: return range
        }
    }

    /// Neighbouring indices as ranges.
    private static func runs(_ indices: [Int]) -> [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        for index in indices {
            if let last = result.last, index <= last.upperBound + 1 { result[result.count - 1] = last.lowerBound...max(last.upperBound, index) } else { result.append(index...index) }
        }
        return result
    }

    /// Where words that stand next to each other are said.
    private func stretch(of run: ClosedRange<Int>, in places: [Place], rate: SampleRate, length: Int) -> (range: SampleRange, isGuessed: Bool) {
        var whole: SampleRange?, isGuessed = false, first = run.lowerBound
        while first <= run.upperBound {
            var range: SampleRange
            if let sure = places[first].sure {
                range = sure
                first += 1
            } else {
                var last = first
                while last < run.upperBound, places[last + 1].sure == nil { last += 1 }
                range = gap(around: first...last, in: places, rate: rate, length: length)
                // What little is known of their times counts on top.
                for place in places[first...last] {
                    if let doubtful = place.word.range { range = range.union(SampleRange(max(0, doubtful.start), min(length, doubtful.end))) }
                }
                isGuessed = true
                first = last + 1
            }
            whole = whole?.union(range) ?? range
        }
        return (whole ?? SampleRange(0, 0), isGuessed)
    }

    /// From the last word before whose time is trusted to the first one after. Where turns overlap, the word that follows in the text can
    /// have been said before: then more words are passed over, as few as will do, until the words fit in between.
    private func gap(around run: ClosedRange<Int>, in places: [Place], rate: SampleRate, length: Int) -> SampleRange {
        let least = rate.position(
            seconds: places[run].reduce(0) { $0 + max(Self.leastWord, Self.leastLetter * Double($1.word.text.count)) })
        var starts: [Int] = [], ends: [Int] = []
        var before = run.lowerBound - 1, after = run.upperBound + 1
        /// One border more on each side: the next trusted word, at last the recording's own ends.
        func extend() {
            while before >= 0, places[before].sure == nil { before -= 1 }
            while after < places.count, places[after].sure == nil { after += 1 }
            starts.append(min(starts.last ?? length, before >= 0 ? places[before].sure?.end ?? 0 : 0))
            ends.append(max(ends.last ?? 0, after < places.count ? places[after].sure?.start ?? length : length))
            before -= 1
            after += 1
        }
        for passed in 0...2 * places.count {
            extend()
            let fitting = (0...passed).map { SampleRange(starts[$0], ends[passed - $0]) }.filter { $0.count >= least }
            if let shortest = fitting.min(by: { $0.count < $1.count }) { return shortest }
        }
        return SampleRange(0, length)
    }
}
