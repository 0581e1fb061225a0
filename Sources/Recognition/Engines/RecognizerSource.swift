import Foundation
import Signal
import Transcript

/// Words that a recogniser hears.
///
/// Cuts the recording in pauses, gives the engine piece by piece, puts the words back on the recording's time line, checks
/// them, and shares them out to the speakers. What looks wrong becomes a finding for review; what is wrong is an error.
public struct RecognizerSource: WordSource {
    /// The stage that findings name.
    static let stage = "words"

    public var engine: any RecognizerEngine
    /// The same kind of engine with a more literal model, for a second pass; nil for none.
    public var verbatim: (any RecognizerEngine)?
    public var check: RecognitionCheck
    /// Pieces' margins and pauses; their length is the engine's.
    public var pieces: PiecePlan.Options
    /// Where the folders for temporary sound are made; nil for the system's place.
    public var temporary: URL?

    public init(
        engine: any RecognizerEngine, verbatim: (any RecognizerEngine)? = nil, check: RecognitionCheck = RecognitionCheck(),
        pieces: PiecePlan.Options = PiecePlan.Options(), temporary: URL? = nil
    ) {
        self.engine = engine
        self.verbatim = verbatim
        self.check = check
        self.pieces = pieces
        self.temporary = temporary
    }

    public func words(for request: WordRequest, progress: @escaping Signal.Progress) async throws -> Transcript {
        guard let open = request.sound else { throw RecognizerError.noSound }
        let language = try RecognizerLanguage(tag: request.language)
        try progress(0)
        let rate = request.recording.rate
        let speech = request.speech.map { regions in regions.map { $0.converted(from: rate, to: .analysis) } }
        let levels = try Self.levels(open)
        let length = levels.length
        let regions = speech ?? [SampleRange(0, length)]
        var options = pieces
        if let longest = engine.longestPiece { options.longest = min(options.longest, longest) }
        let plan: [SampleRange]
        if engine.longestPiece == nil, verbatim?.longestPiece == nil {
            plan = regions.isEmpty || length == 0 ? [] : [SampleRange(0, length)]
        } else {
            plan = PiecePlan(speech: regions, length: length, levels: levels, options: options).pieces
        }
        let (words, repairs) = try await recognize(plan, open: open, language: language) { fraction in try progress(0.02 + 0.96 * fraction) }
        let findings = repairs + check.findings(words, speech: speech)
        var (transcript, ids) = TurnBuilder().transcript(
            words, segments: request.turns, recording: request.recording, language: request.language)
        transcript.findings = findings.map { finding in
            Finding(finding, rate: rate, stage: Self.stage, ids: { ids.indices.contains($0) ? ids[$0] : nil })
        }
        try progress(1)
        return transcript
    }

    private static func levels(_ open: @Sendable () throws -> any SampleSource) throws -> LevelTrack {
        var source = try open()
        guard source.rate == .analysis else { throw RecognizerError.wrongRate(hertz: source.rate.hertz) }
        var levels = LevelTrack()
        while let block = try source.nextBlock() {
            try Task.checkCancellation()
            levels.add(block.samples)
        }
        return levels
    }

    /// The words of all pieces in order, with findings in their numbering.
    private func recognize(
        _ plan: [SampleRange], open: @Sendable () throws -> any SampleSource, language: RecognizerLanguage, progress: @escaping Signal.Progress
    ) async throws -> (words: [HeardWord], findings: [HeardFinding]) {
        let total = Double(max(1, plan.reduce(0) { $0 + $1.count })), passes = verbatim == nil ? 1.0 : 2.0
        var words: [HeardWord] = [], findings: [HeardFinding] = []
        var cutter = PieceCutter(try open()), done = 0.0
        for (number, piece) in plan.enumerated() {
            try Task.checkCancellation()
            let folder = try PrivateFolder(in: temporary)
            // The name binds the result to this piece: no two pieces of any run share it.
            let name = "stykke" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
            let path = folder.file(name + ".wav")
            let count = try cutter.write(piece, to: path)
            let file = PieceFile(
                path: path, folder: folder.path, name: name, seconds: SampleRate.analysis.seconds(count), language: language)
            let heard = SampleRange(piece.start, piece.start + count)
            let before = done, share = Double(piece.count) / total
            var placed = try await pass(engine, file, heard) { try progress(before + share * $0 / passes) }
            if let verbatim {
                let second = try await pass(verbatim, file, heard) { try progress(before + share * (1 + $0) / passes) }
                let compared = VerbatimComparison(main: placed.words, verbatim: second.words)
                // The first pass's findings count its own words: those restored before them push them on.
                let moved = Self.renumbering(count: placed.words.count, restored: compared.restored)
                placed = (
                    compared.words,
                    placed.findings.map { finding in
                        var finding = finding
                        finding.words = finding.words.map { moved[$0] }
                        return finding
                    } + compared.findings
                )
            }
            let base = words.count
            words += placed.words.map { word in
                var word = word
                word.piece = number
                return word
            }
            findings += placed.findings.map { finding in
                var finding = finding
                finding.words = finding.words.map { $0 + base }
                return finding
            }
            done += share
            withExtendedLifetime(folder) {}
        }
        return (words, findings)
    }

    private static func renumbering(count: Int, restored: [Int]) -> [Int] {
        let added = Set(restored)
        return (0..<(count + restored.count)).filter { !added.contains($0) }
    }

    private func pass(
        _ engine: any RecognizerEngine, _ file: PieceFile, _ piece: SampleRange, progress: @escaping Signal.Progress
    ) async throws -> (words: [HeardWord], findings: [HeardFinding]) {
        let result = try await engine.recognize(file, progress: progress)
        var (words, findings) = TimeRepair.place(result.words, in: piece)
        if let language = result.language, (try? RecognizerLanguage(tag: language)) != file.language {
            findings.append(
                HeardFinding(
                    code: "other-language", severity: .warning,
                    message: "the recogniser was asked for '\(file.language.rawValue)' and says it used another language: check its settings",
                    range: piece, words: Array(words.indices)))
        }
        words = words.filter { !$0.text.isEmpty }
        return (words, findings)
    }
}

/// Takes stretches out of a source that can only be read forward, a block at a time.
struct PieceCutter {
    private var source: any SampleSource
    /// What is left of the last block.
    private var held: ArraySlice<Float> = []
    /// Of the first sample held.
    private var position = 0

    init(_ source: any SampleSource) { self.source = source }

    /// Hands out a stretch as it is read, in order.
    /// - Parameter range: not before the end of the one asked for last.
    mutating func read(_ range: SampleRange, _ body: (ArraySlice<Float>) throws -> Void) throws {
        while position < range.end {
            if held.isEmpty {
                try Task.checkCancellation()
                guard let block = try source.nextBlock() else { return }
                held = block.samples[...]
            }
            let skipped = min(held.count, max(0, range.start - position))
            held = held.dropFirst(skipped)
            position += skipped
            let taken = held.prefix(max(0, range.end - position))
            guard !taken.isEmpty else { continue }
            try body(taken)
            held = held.dropFirst(taken.count)
            position += taken.count
        }
    }

    /// Writes a stretch as a sound file.
    /// - Returns: how many samples: fewer than asked for where the sound ends.
    mutating func write(_ range: SampleRange, to path: String) throws -> Int {
        var writer = try WaveFile.Writer(path)
        try read(range) { try writer.append($0) }
        try writer.finish()
        return writer.count
    }
}
