import Transcript

extension Transcript {
    /// The transcript before its Bokmål layer: every word as it was said, and no finding of the layer's.
    ///
    /// Of a transcript that came without normalised words, ``Normalizer/normalize(transcript:variety:progress:)`` and this
    /// give the same bytes back.
    public var asSaid: Transcript {
        var result = self
        result.findings.removeAll { $0.stage == Normalizer.stage }
        for turn in result.turns.indices {
            for index in result.turns[turn].elements.indices {
                guard case .word(var word) = result.turns[turn].elements[index], word.normalized != nil else { continue }
                word.normalized = nil
                result.turns[turn].elements[index] = .word(word)
            }
        }
        return result
    }
}
