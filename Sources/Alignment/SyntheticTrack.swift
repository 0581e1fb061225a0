import Signal

/// The features of a whole text as the synthesiser says it, without the silences: what the recording is compared with.
struct SyntheticTrack: Sendable {
    struct Phone: Sendable {
        /// Number of the symbol in ``symbols``.
        var symbol: Int
        /// Index of the word in the text.
        var word: Int
        /// Its frames in ``features``.
        var frames: Range<Int>
    }

    var features: FrameMatrix
    var phones: [Phone] = []
    /// Phone symbols in the order first met.
    var symbols: [String] = []

    /// Says `tokens` (empty ones are passed over) in chunks that end where sentences do.
    ///
    /// The sound of a chunk is dropped once its features are taken, so that an hour of text needs little memory.
    init(tokens: [String], breaks: Set<Int>, synthesizer: any SpeechRenderer, progress: (Double) throws -> Void) throws {
        features = FrameMatrix(dimensions: AlignmentFeatures.coefficients)
        var numbers: [String: Int] = [:]
        var chunk: [Int] = []
        for index in tokens.indices {
            if !tokens[index].isEmpty { chunk.append(index) }
            let endsSentence = tokens[index].last.map { ".?!".contains($0) } ?? false
            let isFull = chunk.count >= 40 || (chunk.count >= 12 && endsSentence)
            if !chunk.isEmpty, isFull || breaks.contains(index + 1) || index + 1 == tokens.count {
                try add(chunk, tokens: tokens, synthesizer: synthesizer, numbers: &numbers)
                chunk.removeAll()
                try progress(Double(index + 1) / Double(tokens.count))
            }
        }
    }

    private mutating func add(
        _ chunk: [Int], tokens: [String], synthesizer: any SpeechRenderer, numbers: inout [String: Int]
    ) throws {
        let speech = try synthesizer.render(words: chunk.map { tokens[$0] })
        let (frames, grid) = try AlignmentFeatures.synthetic(speech.samples, rate: speech.rate)
        var frame = 0
        for phone in speech.phones {
            guard let word = phone.word else { continue }
            while frame < frames.count, grid.centre(ofFrame: frame) < phone.range.start { frame += 1 }
            let start = features.count
            while frame < frames.count, grid.centre(ofFrame: frame) < phone.range.end {
                features.append(frames.frame(frame))
                frame += 1
            }
            let number = numbers[phone.symbol] ?? {
                symbols.append(phone.symbol)
                numbers[phone.symbol] = symbols.count - 1
                return symbols.count - 1
            }()
            phones.append(Phone(symbol: number, word: chunk[word], frames: start..<features.count))
        }
    }
}
