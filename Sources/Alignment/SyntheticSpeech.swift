import Signal

/// Words as a synthesiser said them, with the place of every word and phone.
public struct SyntheticSpeech: Sendable, Hashable {
    /// One phone of the synthetic speech.
    public struct Phone: Sendable, Hashable {
        /// The symbol (IPA); empty for a silence.
        public var symbol: String
        /// Samples at the synthetic speech's rate.
        public var range: SampleRange
        /// Index into the words rendered; nil for a silence.
        public var word: Int?

        public init(symbol: String, range: SampleRange, word: Int?) {
            self.symbol = symbol
            self.range = range
            self.word = word
        }
    }

    public var rate: SampleRate
    /// Mono, nominally −1 … 1.
    public var samples: [Float]
    /// One range a word rendered, in order; empty for a word with no sound of its own.
    public var words: [SampleRange]
    /// Phones and silences in order, without gaps.
    public var phones: [Phone]
}
