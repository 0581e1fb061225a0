import Signal

/// Lays text on the sound it was spoken in, word by word, without a trained model.
///
/// The text is said by a synthesiser that reports where every phone lies; the synthetic speech is warped onto the
/// recording (dynamic time warping of cepstra, as Malfrère and Dutoit 1997 do); the phones found in that way train
/// Gaussian models of this very recording, which then place every phone anew (Viterbi), a few times over.
public struct ForcedAligner: Sendable {
    public struct Options: Sendable, Hashable, Codable {
        /// BCP 47 tag of the talk; chooses the synthetic voice.
        public var language = "nb"
        /// An espeak-ng voice by name, instead of the language's own.
        public var voice: String?
        /// Seconds around a time hint in which a word is looked for. Subtitles are often a second off.
        public var hintTolerance = 2.0
        /// Rounds of training on the recording's own phones; 0 keeps the warping's result.
        public var passes = 5
        /// Gaussians a phone state may have: a power of two. More need more speech than most recordings hold.
        public var components = 4
        /// Seconds around its place by warping in which a phone may move in the first round; less in later ones. Warping
        /// drags words over speech that nobody typed, many seconds at times.
        public var reach = 30.0
        /// Log density a phone loses for every 10 ms it claims outside the detected speech.
        public var outsidePenalty = 6.0
        /// Log density it costs to hear a silence, or speech that nobody typed, between two words.
        public var silencePenalty = 3.0
        /// Log density that speech outside any word costs every 10 ms, below the best sequence of phones.
        public var untypedPenalty = 4.0
        /// Log density it costs to take a word as typed but not said, for every unit of log odds against it, and what each
        /// of its phones adds. The first is more than 1 because frames that follow one another are far from independent.
        public var unsaidPenalty = 4.0
        public var unsaidPhonePenalty = 4.0
        /// Log density that any speech costs every 10 ms where it passes for a number, which may be read in several ways, below
        /// the best sequence of phones.
        public var loosePenalty = 3.0
        /// Log density that silence costs every 10 ms where it passes for the closure of a stop.
        public var closurePenalty = 1.0
        /// Log density it costs to leave out the middle of a phone.
        public var pinchPenalty = 2.0
        /// Log density it costs to begin a phone in speech of any kind.
        public var phoneEntry = 4.0

        public init(language: String = "nb") { self.language = language }
    }

    public var options: Options
    /// How long recordings are cut.
    var sections = AlignmentSections.Lengths()
    /// Makes the voice that says the text. The default speaks within this process; see ``IsolatedSynthesizer``.
    public var makeRenderer: @Sendable (_ voice: String) throws -> any SpeechRenderer

    public init(
        options: Options = Options(),
        makeRenderer: @escaping @Sendable (_ voice: String) throws -> any SpeechRenderer = { try SpeechSynthesizer(voice: $0) }
    ) {
        self.options = options
        self.makeRenderer = makeRenderer
    }

    /// - Parameters:
    ///   - words: the text in the order of the talk.
    ///   - source: 16 kHz mono. One of an hour and more whose words have time hints is worked on in sections of twenty minutes, so that
    ///     the memory stays the same however long it is.
    ///   - speech: where there is speech, at 16 kHz, in order.
    ///   - progress: share done.
    /// - Returns: one result a word, in order; placed words rise in time and lie inside the recording.
    /// - Throws: ``AlignmentError``, ``SynthesisError``, and what the source and `progress` throw.
    public func align(
        words: [AlignableWord], source: inout some SampleSource, speech: [SampleRange],
        progress: Progress = { _ in }
    ) throws -> [AlignedWord] {
        guard source.rate == .analysis else { throw AlignmentError.wrongRate(found: source.rate) }
        guard let cut = AlignmentSections(words: words, expectedCount: source.expectedCount, tolerance: options.hintTolerance, lengths: sections) else {
            return try alignWhole(words: words, source: &source, speech: speech, progress: progress)
        }
        let reader = SectionReader(source)
        defer { source = reader.base }
        var result: [AlignedWord] = [], edge = 0
        for (number, section) in cut.sections.enumerated() {
            let start = section.sound.start, next = number + 1 < cut.sections.count ? cut.sections[number + 1].sound.start : nil
            func moved(_ range: SampleRange, by count: Int) -> SampleRange { SampleRange(range.start + count, range.end + count) }
            let own = words[section.words].map { word in
                var word = word
                word.timeHint = word.timeHint.map { moved($0, by: -start) }
                return word
            }
            var piece = reader.section(section.sound, next: next)
            let found = try alignWhole(
                words: own, source: &piece, speech: speech.compactMap { $0.intersection(section.sound).map { moved($0, by: -start) } },
                progress: { try progress((Double(number) + $0) / Double(cut.sections.count)) })
            for var word in found {
                if let range = word.range.map({ moved($0, by: start) }) {
                    // Both sides hear what lies at a border.
                    word.range = SampleRange(max(edge, range.start), max(edge, range.end))
                    edge = max(edge, range.end)
                }
                result.append(word)
            }
        }
        return result
    }

    /// The same in one piece.
    private func alignWhole(
        words: [AlignableWord], source: inout some SampleSource, speech: [SampleRange], progress: Progress
    ) throws -> [AlignedWord] {
        guard !words.isEmpty else { return [] }
        let tokens = words.map { Pronunciation.spoken($0.text, trail: $0.trail, language: options.language) }
        let unplaced = AlignedWord(range: nil, placement: .unplaced, confidence: 0)
        guard tokens.contains(where: { !$0.isEmpty }), speech.contains(where: { !$0.isEmpty }) else {
            return words.map { _ in unplaced }
        }
        var counted = CountingSource(base: source)
        defer { source = counted.base }
        let features = try AlignmentFeatures.recording(&counted) { try progress(0.15 * $0) }
        let voice = options.voice ?? SpeechSynthesizer.voice(forLanguage: options.language)
        let synthesizer = try makeRenderer(voice)
        let breaks = Set(words.indices.dropFirst().filter { words[$0].turn != words[$0 - 1].turn })
        let track = try SyntheticTrack(tokens: tokens, breaks: breaks, synthesizer: synthesizer) {
            try progress(0.15 + 0.25 * $0)
        }
        let sound = SpeechFrames(ranges: speech, features: consume features, length: counted.count)
        guard !track.phones.isEmpty, sound.indices.count > 0 else { return words.map { _ in unplaced } }
        let worker = AlignmentPass(words: words, track: track, sound: sound, options: options)
        let placed = try worker.run { try progress(0.4 + 0.6 * $0) }
        var phones = [Int](repeating: 0, count: words.count)
        for phone in track.phones { phones[phone.word] += 1 }
        return WordEdges(sound: sound, unsaid: placed.unsaid).finish(placed.places, phones: phones)
    }
}

/// Counts what passes, so that word times can be kept inside the recording.
struct CountingSource<Base: SampleSource>: SampleSource {
    var base: Base
    /// Samples up to the end of the last block read.
    private(set) var count = 0

    init(base: Base) { self.base = base }

    var rate: SampleRate { base.rate }
    var expectedCount: Int? { base.expectedCount }

    mutating func nextBlock() throws -> AudioBlock? {
        guard let block = try base.nextBlock() else { return nil }
        count = block.start + block.samples.count
        return block
    }
}
