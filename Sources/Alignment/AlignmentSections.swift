import Signal

/// Where a long recording whose words come with times is cut, so that the memory which alignment needs does not grow with its length.
///
/// A cut lies in the longest gap between two words near every twenty minutes. Words are looked for near their times only, so that what
/// lies beyond a cut, and a little more, has no say in where they are.
struct AlignmentSections: Sendable {
    struct Section: Sendable, Hashable {
        var words: Range<Int>
        /// With what lies around it, in which a word may still be found. The last one ends with the recording, wherever that is.
        var sound: SampleRange
    }

    let sections: [Section]

    /// Seconds of the shortest recording that is cut, of a section, and around its end in which a gap is looked for.
    struct Lengths: Sendable {
        var shortest = 3_600.0, section = 1_200.0, search = 180.0
    }

    /// Nil where there is nothing to cut: the recording is not long, its length is not known, or its words have no times.
    init?(words: [AlignableWord], expectedCount: Int?, tolerance: Double, lengths: Lengths = Lengths()) {
        let rate = SampleRate.analysis
        guard let expectedCount, rate.seconds(expectedCount) >= lengths.shortest, words.count > 1 else { return nil }
        // Talk at the same time overlaps: a cut lies behind all times before it and before all behind it.
        var last = [Int](repeating: .min, count: words.count), first = [Int](repeating: .max, count: words.count)
        for index in words.indices { last[index] = max(index > 0 ? last[index - 1] : .min, words[index].timeHint?.end ?? .min) }
        for index in words.indices.reversed() { first[index] = min(index + 1 < words.count ? first[index + 1] : .max, words[index].timeHint?.start ?? .max) }
        let gaps = (1..<words.count).compactMap { index -> (word: Int, range: SampleRange)? in
            guard words[index - 1].timeHint != nil, words[index].timeHint != nil, last[index - 1] <= first[index] else { return nil }
            return (index, SampleRange(last[index - 1], first[index]))
        }
        let margin = rate.position(seconds: tolerance + 0.5), hop = AlignmentFeatures.grid.hop
        var sections: [Section] = [], word = 0, start = 0, target = lengths.section
        // What would be left is not worth a section of its own.
        while target + lengths.section / 2 < rate.seconds(expectedCount) {
            let near = rate.position(seconds: target - lengths.search)...rate.position(seconds: target + lengths.search)
            let fitting = gaps.filter { $0.word > word && near.contains(($0.range.start + $0.range.end) / 2) }
            if let gap = fitting.max(by: { ($0.range.count, -$0.word) < ($1.range.count, -$1.word) }) {
                let cut = (gap.range.start + gap.range.end) / 2
                sections.append(Section(words: word..<gap.word, sound: SampleRange(start, cut + margin)))
                word = gap.word
                start = max(0, cut - margin) / hop * hop
            }
            target += lengths.section
        }
        guard !sections.isEmpty else { return nil }
        self.sections = sections + [Section(words: word..<words.count, sound: SampleRange(start, .max))]
    }
}

/// Gives a source out piece by piece, in order; neighbours may share what lies at their border.
final class SectionReader<Base: SampleSource> {
    private(set) var base: Base
    /// Samples from ``keptStart`` on that were read and will be wanted again.
    private var kept: [Float] = []
    private var keptStart = 0
    private var block: AudioBlock?

    init(_ base: Base) { self.base = base }

    /// - Parameters:
    ///   - range: begins where the one before ended, or a little earlier, at `next` of the one before.
    ///   - next: where the next section begins; nil for the last.
    func section(_ range: SampleRange, next: Int?) -> Source { Source(reader: self, range: range, next: next ?? .max) }

    struct Source: SampleSource {
        let reader: SectionReader
        let range: SampleRange
        let next: Int
        private var position: Int
        private var old: [Float]?

        fileprivate init(reader: SectionReader, range: SampleRange, next: Int) {
            self.reader = reader
            self.range = range
            self.next = next
            position = range.start
        }

        var rate: SampleRate { reader.base.rate }
        var expectedCount: Int? { reader.base.expectedCount.map { min(range.end, max($0, range.start)) - range.start } }

        mutating func nextBlock() throws -> AudioBlock? {
            guard position < range.end, let samples = try reader.take(from: position, to: range.end, keepingFrom: next) else { return nil }
            defer { position += samples.count }
            return AudioBlock(start: position - range.start, samples: samples)
        }
    }

    /// The samples from `position` on, as many as there are at once; nil at the end.
    fileprivate func take(from position: Int, to end: Int, keepingFrom next: Int) throws -> [Float]? {
        if position >= keptStart, position < keptStart + kept.count {
            let samples = Array(kept[(position - keptStart)...].prefix(end - position))
            // Of what is given out again, only what a section after the next may want stays.
            let rest = max(next, keptStart)
            kept = rest < keptStart + kept.count ? Array(kept[(rest - keptStart)...]) : []
            keptStart = rest
            return samples
        }
        while true {
            if block == nil { block = try base.nextBlock() }
            guard let current = block else { return nil }
            let from = max(position, current.start), stop = min(end, current.start + current.samples.count)
            guard from < stop else {
                // Behind the section: the next one begins with it.
                if current.start >= end { return nil }
                block = nil
                continue
            }
            let samples = Array(current.samples[(from - current.start)..<(stop - current.start)])
            if stop > next {
                let first = max(from, next)
                if kept.isEmpty { keptStart = first }
                kept += samples[(first - from)...]
            }
            if stop == current.start + current.samples.count { block = nil }
            return samples
        }
    }
}
