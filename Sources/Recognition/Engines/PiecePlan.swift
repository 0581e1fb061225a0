import Signal

/// Cuts a recording into pieces that a recogniser takes well: whole stretches of speech, cut in pauses.
///
/// Whisper works on windows of 30 s; NB-Whisper was trained on pieces of up to 30 s and is recommended with 28 s. Pieces
/// that end in silence keep words whole, and silence left out cannot be filled with invented words.
public struct PiecePlan: Sendable, Hashable {
    public struct Options: Sendable, Hashable {
        /// Longest piece, seconds, margins included.
        public var longest: Double
        /// Sound kept before and after the speech of a piece, seconds, as far as the pause reaches.
        public var margin: Double
        /// A pause at least this long always ends a piece, seconds.
        public var longPause: Double

        public init(longest: Double = 28, margin: Double = 0.3, longPause: Double = 3) {
            self.longest = longest
            self.margin = margin
            self.longPause = longPause
        }
    }

    /// In order, without overlap, samples at 16 kHz. All speech lies in exactly one piece, cut speech in two neighbours.
    public var pieces: [SampleRange]

    /// - Parameters:
    ///   - speech: where somebody speaks, samples at 16 kHz, in any order.
    ///   - length: the recording's length, samples at 16 kHz.
    ///   - levels: how loud it is, for cuts inside speech without a pause; without it such speech is cut in equal parts.
    public init(speech: [SampleRange], length: Int, levels: LevelTrack? = nil, options: Options = Options()) {
        let rate = SampleRate.analysis
        let longest = max(rate.hertz, rate.position(seconds: max(1, options.longest)))
        let margin = min(longest / 8, max(0, rate.position(seconds: options.margin)))
        let longPause = max(1, rate.position(seconds: options.longPause))
        let regions = Self.joined(speech, length: length)
        // What must not be cut, at most `longest` with margins.
        var units: [SampleRange] = []
        for region in regions { units += Self.parts(of: region, longest: longest - 2 * margin, levels: levels) }

        var groups: [SampleRange] = []
        var first = 0
        while first < units.count {
            var last = first
            while last + 1 < units.count, units[last + 1].start - units[last].end < longPause,
                units[last + 1].end - units[first].start <= longest - 2 * margin
            { last += 1 }
            if last + 1 < units.count, units[last + 1].start - units[last].end < longPause, last > first {
                // Full: end it in the longest pause of its second half instead of wherever it got full.
                let half = units[first].start + longest / 2
                var best = last, width = units[last + 1].start - units[last].end
                for index in first..<last where units[index].end >= half {
                    let pause = units[index + 1].start - units[index].end
                    if pause > width { (best, width) = (index, pause) }
                }
                last = best
            }
            groups.append(SampleRange(units[first].start, units[last].end))
            first = last + 1
        }
        pieces = groups.indices.map { index in
            let group = groups[index]
            let before = index == 0 ? 0 : (groups[index - 1].end + group.start + 1) / 2
            let after = index + 1 == groups.count ? length : (group.end + groups[index + 1].start + 1) / 2
            return SampleRange(max(before, group.start - margin), min(after, group.end + margin))
        }
    }

    /// Sorted, inside the recording, without overlap.
    static func joined(_ speech: [SampleRange], length: Int) -> [SampleRange] {
        var result: [SampleRange] = []
        let whole = SampleRange(0, max(0, length))
        for range in speech.compactMap({ $0.intersection(whole) }).sorted() {
            if let last = result.last, range.start <= last.end {
                result[result.count - 1] = last.union(range)
            } else {
                result.append(range)
            }
        }
        return result
    }

    /// Cuts a region that is too long where it is quietest, in the last part of each piece.
    private static func parts(of region: SampleRange, longest: Int, levels: LevelTrack?) -> [SampleRange] {
        var rest = region, result: [SampleRange] = []
        while rest.count > longest {
            let cut: Int
            if let levels {
                // Not so late that a crumb is left, not so early that pieces grow many.
                let latest = min(rest.start + longest, max(rest.start + longest / 2, rest.end - longest / 8))
                cut = levels.quietest(in: SampleRange(rest.start + longest * 6 / 10, latest))
            } else {
                let count = (rest.count + longest - 1) / longest
                cut = rest.start + rest.count / count
            }
            let place = min(max(cut, rest.start + 1), rest.start + longest)
            result.append(SampleRange(rest.start, place))
            rest = SampleRange(place, rest.end)
        }
        result.append(rest)
        return result
    }
}

/// How loud a recording is, in steps of 10 ms.
public struct LevelTrack: Sendable {
    /// Samples in a step, at 16 kHz.
    public static let step = 160
    /// Sum of squares of each step.
    private var energies: [Float] = []
    private var sum: Float = 0
    private var filled = 0
    public private(set) var length = 0

    public init() {}

    public mutating func add(_ samples: [Float]) {
        length += samples.count
        for sample in samples {
            sum += sample * sample
            filled += 1
            if filled == Self.step {
                energies.append(sum)
                sum = 0
                filled = 0
            }
        }
    }

    /// The middle of the quietest 0.2 s that lies in the range.
    func quietest(in range: SampleRange) -> Int {
        let width = 20
        let first = max(0, range.start / Self.step), last = min(energies.count, range.end / Self.step)
        guard last - first > width else { return range.middle }
        var window = energies[first..<(first + width)].reduce(0.0) { $0 + Double($1) }
        var best = first, least = window
        for start in (first + 1)...(last - width) {
            window += Double(energies[start + width - 1]) - Double(energies[start - 1])
            if window < least { (best, least) = (start, window) }
        }
        return (best + width / 2) * Self.step
    }
}
