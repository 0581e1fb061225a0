import Signal

/// What was taken out of a recording: counts and times, never what was said.
public struct RedactionReport: Codable, Sendable, Hashable {
    public enum Disguise: String, Codable, Sendable, Hashable, CaseIterable {
        case none
        /// Every speaker moved by an amount of their own.
        case speaker
        /// All of the sound moved by one amount.
        case all
    }

    public struct Span: Codable, Sendable, Hashable {
        /// Seconds.
        public var start: Double
        public var end: Double
        public var types: [String]
        public var identifiers: Int
        /// The stretch between neighbours, since the word's own time was unknown or doubtful.
        public var isGuessed: Bool
        public var hasOthers: Bool
    }

    public struct Stretch: Codable, Sendable, Hashable {
        public var start: Double
        public var end: Double
        public init(start: Double, end: Double) {
            self.start = start
            self.end = end
        }
    }

    public var recording: String
    public var seconds: Double
    public var rate: Int
    public var channels: Int
    public var bits: Int
    /// Bits of the source, when FLAC could not keep them all.
    public var sourceBits: Int?
    public var policy: String?
    public var filling: SoundMask.Filling
    public var margin: Double
    public var fade: Double
    public var counts: [String: Int]
    public var spans: [Span]
    public var redactedSeconds: Double
    /// Identifiers whose time was unknown or doubtful.
    public var guessed: Int
    /// Identifiers whose words the transcript does not hold.
    public var missing: Int
    /// Speech that the transcript has no words for, and that nobody has looked through for identifiers; nil when not known.
    public var wordless: [Stretch]?
    public var disguise: Disguise
    /// Voices that were moved.
    public var voices: Int
    /// Speakers of whom too little is heard to know their pitch.
    public var voicesWithoutPitch: Int
    /// Samples beyond full scale that were cut.
    public var clipped: Int
    /// SHA-256 of the FLAC file.
    public var digest: String
    public var remarks: [String]

    public init(recording: String, plan: RedactionPlan, mask: SoundMask, margin: Double, rate: SampleRate, length: Int, channels: Int, bits: Int) {
        self.recording = recording
        seconds = Self.rounded(rate.seconds(length))
        self.rate = rate.hertz
        self.channels = channels
        self.bits = bits
        sourceBits = nil
        policy = nil
        filling = mask.filling
        self.margin = margin
        fade = Self.rounded(rate.seconds(mask.fade))
        counts = plan.counts
        spans = plan.spans.map {
            Span(
                start: Self.rounded(rate.seconds($0.range.start)), end: Self.rounded(rate.seconds($0.range.end)), types: $0.types,
                identifiers: $0.identifiers, isGuessed: $0.isGuessed, hasOthers: $0.hasOthers)
        }
        redactedSeconds = Self.rounded(rate.seconds(plan.length))
        guessed = plan.guessed
        missing = plan.missing
        wordless = nil
        disguise = .none
        voices = 0
        voicesWithoutPitch = 0
        clipped = 0
        digest = ""
        remarks = []
    }

    public var identifiers: Int { counts.values.reduce(0, +) }

    static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

    /// Speech of at least half a second that lies neither in a word nor in a span.
    ///
    /// - Parameters:
    ///   - words: where words are; a quarter of a second on both sides counts with them.
    ///   - spans: what has been taken out.
    public static func wordless(speech: [SampleRange], words: [SampleRange], spans: [SampleRange], rate: SampleRate) -> [Stretch] {
        let slack = rate.position(seconds: 0.25), least = rate.position(seconds: 0.5)
        let covered = RedactionSpan.merged(
            (words.map { SampleRange($0.start - slack, $0.end + slack) } + spans).map { RedactionSpan(range: $0) }, gap: 0)
        var result: [Stretch] = [], next = 0
        for speech in RedactionSpan.merged(speech.map { RedactionSpan(range: $0) }, gap: 0) {
            var start = speech.range.start
            while next < covered.count, covered[next].range.end <= start { next += 1 }
            var index = next
            while start < speech.range.end {
                let end = index < covered.count ? min(speech.range.end, max(start, covered[index].range.start)) : speech.range.end
                if end - start >= least { result.append(Stretch(start: rounded(rate.seconds(start)), end: rounded(rate.seconds(end)))) }
                guard index < covered.count else { break }
                start = max(start, covered[index].range.end)
                index += 1
            }
        }
        return result
    }
}
