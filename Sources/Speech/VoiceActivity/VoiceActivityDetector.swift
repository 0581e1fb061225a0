import DSP
import Foundation
import Signal

/// Finds speech in a recording: a small trained network over features that adapt to the recording, then the likeliest
/// path between speech and rest and minimum durations.
///
/// The network was trained by `Scripts/training/train_voice_activity.py` on read speech in simulated rooms, noises and
/// channels, and on meetings. It listens to 1.27 s on either side of a frame and, through the noise floor, to six seconds;
/// nothing it does depends on how the source is cut into blocks. Memory is a few seconds of features and, for each 10 ms,
/// two numbers.
public struct VoiceActivityDetector: Hashable, Sendable {
    public struct Options: Hashable, Sendable, Codable {
        /// Probability from which a frame speaks for speech. Lower finds weaker speech and more noise.
        public var threshold: Float = 0.4
        /// Cost of a change between speech and rest, in natural log odds. Evidence for a pause must sum to twice this before
        /// it is one: higher keeps weak syllables in a word and joins what doubtful frames cut.
        public var persistence = 6.0
        /// Seconds; shorter speech is dropped as a knock or a click. A "ja" is rarely under 0.12 s.
        public var minimumSpeech = 0.1
        /// Seconds; a shorter pause is taken for part of the speech (the closure of a plosive reaches 0.15 s).
        public var minimumPause = 0.15
        /// Seconds added before each segment, where that does not close a pause.
        public var leadIn = 0.0
        /// Seconds added after each segment, where that does not close a pause.
        public var hangover = 0.0

        public init() {}
    }

    /// The network's weights as they ship, for naming results by what made them.
    public static var model: String { VoiceActivityNetwork.shippedWeights }

    public let options: Options

    /// - Throws: `VoiceActivityError.invalidOption` for an option out of range.
    public init(_ options: Options = Options()) throws {
        func require(_ ok: Bool, _ name: String, _ value: Double, _ requirement: String) throws {
            if !ok { throw VoiceActivityError.invalidOption(name: name, value: value, requirement: requirement) }
        }
        let threshold = Double(options.threshold)
        try require(threshold > 0 && threshold < 1, "threshold", threshold, "above 0 and below 1")
        try require(
            options.persistence >= 0 && options.persistence <= 1000, "persistence", options.persistence, "0 to 1000")
        for (name, value) in [
            ("minimumSpeech", options.minimumSpeech), ("minimumPause", options.minimumPause),
            ("leadIn", options.leadIn), ("hangover", options.hangover),
        ] {
            try require(value >= 0 && value <= 10, name, value, "0 to 10 seconds")
        }
        self.options = options
    }

    /// Finds the speech in a whole recording.
    ///
    /// - Parameters:
    ///   - source: mono samples at 16 kHz.
    ///   - progress: called once a block.
    /// - Throws: `DSPError.rateMismatch` at another rate; what the source and `progress` throw.
    public func detect(source: inout some SampleSource, progress: Signal.Progress = { _ in }) throws -> VoiceActivity {
        guard let network = VoiceActivityNetwork.shipped else { throw VoiceActivityError.damagedModel }
        guard source.rate == .analysis else {
            throw DSPError.rateMismatch(expected: .analysis, found: source.rate)
        }
        var features = try VoiceActivityFeatures()
        var runner = NetworkRunner(network: network)
        if let expected = source.expectedCount { runner.reserve(expected / VoiceActivity.hop + 2) }
        // Levels of the frames that the network has not yet judged.
        var levels: [Float] = []
        var medians = LevelMedians()
        var judged = 0
        func judge() {
            let ready = runner.probability.count - judged
            for i in 0..<ready {
                medians.add(level: levels[i], probability: runner.probability[judged + i], threshold: options.threshold)
            }
            levels.removeFirst(ready)
            judged += ready
        }
        var stream = FrameStream(grid: .speech)
        func take(_ batch: FrameBatch) {
            for i in 0..<batch.count { features.append(frame: batch.frame(i), to: &runner.input, levels: &levels) }
            runner.run(isLast: false)
            judge()
        }
        // The stream counts from the zeros before the recording, which centre each frame on its 10 ms.
        let lead = VoiceActivityFeatures.lead
        try stream.push(AudioBlock(start: -lead, samples: [Float](repeating: 0, count: lead)), take)
        let expected = source.expectedCount ?? 0
        var origin: Int?
        while let block = try source.nextBlock() {
            let first = origin ?? block.start
            origin = first
            try stream.push(AudioBlock(start: block.start - first, samples: block.samples), take)
            let count = stream.sampleCount - lead
            try progress(expected > 0 ? min(1, Double(count) / Double(expected)) : 0)
        }
        let sampleCount = stream.sampleCount - lead
        try stream.finish(paddingTo: (sampleCount + VoiceActivity.hop - 1) / VoiceActivity.hop, take)
        features.finish(to: &runner.input)
        runner.run(isLast: true)
        judge()
        try progress(1)
        return activity(
            probability: runner.probability, medians: medians, sampleCount: sampleCount, heard: features.heard)
    }

    private func activity(
        probability: [Float], medians: LevelMedians, sampleCount: Int, heard: Bool
    ) -> VoiceActivity {
        var result = VoiceActivity(
            probability: probability, segments: [], sampleCount: sampleCount, noiseFloor: -.infinity)
        guard sampleCount > 0 else {
            result.notes = [.empty]
            return result
        }
        guard heard else {
            result.probability = [Float](repeating: 0, count: probability.count)
            result.notes = [.digitalSilence]
            return result
        }
        result.segments = SpeechSegmenter(options: options).segments(probability: probability, sampleCount: sampleCount)
        let floor = medians.rest, voice = medians.speech
        if let floor { result.noiseFloor = floor }
        if result.segments.isEmpty {
            result.notes.append(.noSpeech)
        } else if let voice {
            if let floor, voice - floor < 10 { result.notes.append(.noisy) }
            if voice < -50 { result.notes.append(.veryQuiet) }
        }
        return result
    }
}

/// Feeds rows to the network as they come, some seconds at a time, with the context each block needs.
private struct NetworkRunner {
    let network: VoiceActivityNetwork
    /// Rows not yet spent, `inputs` values each.
    var input: [Float] = []
    private(set) var probability: [Float] = []
    /// Rows at the start of `input` that are context only.
    private var context = 0
    private static let block = 1500

    init(network: VoiceActivityNetwork) { self.network = network }

    /// Makes room for the probabilities of a recording whose length is known, up to ten hours.
    mutating func reserve(_ frames: Int) { probability.reserveCapacity(min(frames, 3_600_000)) }

    mutating func run(isLast: Bool) {
        let inputs = VoiceActivityNetwork.inputs, reach = VoiceActivityNetwork.reach
        while true {
            let rows = input.count / inputs
            let isRest = isLast && rows - context <= Self.block + reach
            guard isRest || rows - context >= Self.block + reach else { return }
            guard rows > context else { return }
            let end = isRest ? rows : context + Self.block
            let used = min(rows, end + reach)
            let result = network.probabilities(Array(input[..<(used * inputs)]), valid: 0..<used)
            probability.append(contentsOf: result[context..<end])
            let keep = max(0, end - reach)
            input.removeFirst(keep * inputs)
            context = end - keep
            if isRest { return }
        }
    }
}
