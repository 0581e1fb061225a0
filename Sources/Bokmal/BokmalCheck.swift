import Transcript

/// Looks at finished text as a stranger would: which turns read as dialect or Nynorsk, whatever was done to them before?
public struct BokmalCheck: Sendable {
    private let classifier = TurnClassifier()

    /// Turns of fewer words tell too little.
    public static let fewest = 3

    public init() {}

    /// Ids of turns that do not read as Bokmål, by the words' Bokmål forms where they have one. A talk that is marked as being in
    /// another language than Norwegian has none.
    public func turnsOutside(_ transcript: Transcript) -> [Int] {
        let language = transcript.language.prefix { $0 != "-" }
        guard ["nb", "nn", "no", "nor", "nob", "nno"].contains(language) else { return [] }
        return transcript.turns.filter { turn in
            var tokens: [String] = [], words = 0
            for word in turn.words where !word.isFiller && !word.isCutOff {
                let own = word.bokmal.split(separator: " ").map(String.init)
                tokens += own
                words += own.count
                if word.trail.contains(where: { ".?!:…".contains($0) }) { tokens.append(".") }
            }
            guard words >= Self.fewest else { return false }
            switch classifier.classify(tokens: tokens).variety {
            case .bokmal, .other: return false
            case .nynorsk, .writtenDialect, .phonetic: return true
            }
        }.map(\.id)
    }
}
