/// What the ranker's first and last layers make of each word and form, worked out once: the first layer is linear, so a word
/// adds to the hidden values the same vector wherever it stands in the same place.
///
/// Hidden values are kept as vectors of eight, `lanes` to a row.
final class RankerCache {
    /// The edge of the utterance as a form.
    static let edge = 0

    private typealias Eight = SIMD8<Float>
    private static let lanes = RankerWeights.hidden / 8
    private static let width = RankerWeights.width

    private let weights: RankerWeights
    private let forms: WordForms
    private let input: [Eight]
    /// Rows of hidden values: of words `RankerWeights.words` each, of forms `RankerWeights.around` each, of candidates one.
    private var wordInputs: [Eight] = []
    private var formInputs: [Eight] = []
    private var outputs: [Eight] = []
    /// Words as the network's first layer reads them, `width` values each.
    private var embeddings: [Float] = []
    private var wordPlaces: [UInt64: Int] = [:]
    private var formPlaces: [UInt64: Int] = [:]
    private var outputPlaces: [UInt64: Int] = [:]
    private let bias: [Eight]
    private var mean: [Eight] = []
    private var hidden: [Eight] = []

    init(_ weights: RankerWeights, forms: WordForms) {
        self.weights = weights
        self.forms = forms
        input = Self.eights(weights.input.values[...])
        bias = Self.eights(weights.bias.values[...])
        hidden = bias
        appendWord(Array(weights.word[0]))
        appendForm(Array(weights.form[0]))
        // The first place is for a candidate that was not prepared: nothing speaks for it.
        outputs = [Eight](repeating: .zero, count: Self.lanes)
    }

    private static func eights(_ values: ArraySlice<Float>) -> [Eight] {
        values.withUnsafeBufferPointer { values in
            (0..<values.count / 8).map { group in
                UnsafeRawPointer(values.baseAddress! + group * 8).loadUnaligned(as: Eight.self)
            }
        }
    }

    private static func sum(_ rows: ArraySlice<Float>...) -> [Float] {
        rows.dropFirst().reduce(Array(rows[0])) { zip($0, $1).map { $0 + $1 } }
    }

    /// A word's or form's values through one slot of the first layer, at the end of `rows`.
    private func append(_ vector: [Float], through slot: Int, to rows: inout [Eight]) {
        let begin = rows.count, lanes = Self.lanes
        rows.append(contentsOf: repeatElement(.zero, count: lanes))
        rows.withUnsafeMutableBufferPointer { rows in
            input.withUnsafeBufferPointer { input in
                for d in 0..<Self.width {
                    let value = vector[d], row = (slot * Self.width + d) * lanes
                    for lane in 0..<lanes { rows[begin + lane] += input[row + lane] * value }
                }
            }
        }
    }

    private func appendWord(_ vector: [Float]) {
        for slot in 0..<RankerWeights.words { append(vector, through: slot, to: &wordInputs) }
        embeddings += vector
    }

    private func appendForm(_ vector: [Float]) {
        for slot in 0..<RankerWeights.around { append(vector, through: RankerWeights.words + slot, to: &formInputs) }
    }

    /// Finds or makes the places of a word and its candidates. `token`: the word as said.
    func prepare(_ set: inout CandidateSet, token: String) {
        let lower = token.lowercased()
        let prefix = Int(LexiconHash.text(String(String.UnicodeScalarView(lower.unicodeScalars.prefix(2)))) % UInt64(RankerWeights.prefixes))
        let key = UInt64(set.word) &<< 16 | UInt64(prefix)
        if let place = wordPlaces[key] {
            set.inputs = place
        } else {
            set.inputs = embeddings.count / Self.width
            wordPlaces[key] = set.inputs
            appendWord(Self.sum(weights.word[Int(set.word)], weights.prefix[prefix]))
        }
        for index in set.candidates.indices { prepare(&set.candidates[index], said: lower) }
    }

    private func prepare(_ candidate: inout Candidate, said: String) {
        let lower = candidate.text.lowercased()
        let last =
            lower.utf8.contains(UInt8(ascii: " ")) ? lower.split(separator: " ").last.map(String.init) ?? lower : lower
        let kind = Int(forms.attributes(last) & 127)
        let ending = String(String.UnicodeScalarView(lower.unicodeScalars.suffix(2)))
        let suffix = Int(LexiconHash.text(ending) % UInt64(RankerWeights.suffixes))
        let key = UInt64(candidate.form) &<< 32 | UInt64(kind) &<< 16 | UInt64(suffix)
        if let place = formPlaces[key] {
            candidate.inputs = place
        } else {
            candidate.inputs = formInputs.count / Self.lanes / RankerWeights.around
            formPlaces[key] = candidate.inputs
            appendForm(Self.sum(weights.form[Int(candidate.form)], weights.formClass[kind], weights.formSuffix[suffix]))
        }
        let isSame = lower == said
        let outputKey = key | UInt64(candidate.pair) &<< 48 | (isSame ? 1 &<< 31 : 0)
        if let place = outputPlaces[outputKey] {
            candidate.vector = place
        } else {
            candidate.vector = outputs.count / Self.lanes
            outputPlaces[outputKey] = candidate.vector
            let row = Self.sum(
                weights.output[Int(candidate.form)], weights.outputClass[kind + (isSame ? RankerWeights.classes : 0)],
                weights.outputSuffix[suffix], weights.outputPair[Int(candidate.pair)])
            outputs += Self.eights(row[...])
        }
    }

    /// Begins an utterance: works out what its words together add to the hidden values.
    func begin(_ sets: [CandidateSet]) {
        var sum = [Float](repeating: 0, count: Self.width)
        for set in sets {
            for d in 0..<Self.width { sum[d] += embeddings[set.inputs * Self.width + d] }
        }
        let scale = 1 / Float(sets.count).squareRoot()
        mean.removeAll(keepingCapacity: true)
        append(sum.map { $0 * scale }, through: RankerWeights.words + RankerWeights.around, to: &mean)
        for lane in mean.indices { mean[lane] += bias[lane] }
    }

    /// Works out the hidden values at one word of the utterance begun. `before`, `after`: places of forms.
    func read(_ sets: [CandidateSet], at i: Int, before: [Int], after: [Int]) {
        let lanes = Self.lanes
        hidden.withUnsafeMutableBufferPointer { hidden in
            for lane in 0..<lanes { hidden[lane] = mean[lane] }
            wordInputs.withUnsafeBufferPointer { rows in
                for slot in 0..<RankerWeights.words {
                    let position = i - RankerWeights.side + slot
                    let place = position >= 0 && position < sets.count ? sets[position].inputs : 0
                    let begin = (place * RankerWeights.words + slot) * lanes
                    for lane in 0..<lanes { hidden[lane] += rows[begin + lane] }
                }
            }
            formInputs.withUnsafeBufferPointer { rows in
                for slot in 0..<RankerWeights.around {
                    let place = slot < before.count ? before[slot] : after[slot - before.count]
                    let begin = (place * RankerWeights.around + slot) * lanes
                    for lane in 0..<lanes { hidden[lane] += rows[begin + lane] }
                }
            }
            for lane in 0..<lanes { hidden[lane] = hidden[lane].replacing(with: 0, where: hidden[lane] .< 0) }
        }
    }

    /// What the network says for a candidate of the word read last.
    func score(_ vector: Int) -> Float {
        let lanes = Self.lanes
        return outputs.withUnsafeBufferPointer { outputs in
            hidden.withUnsafeBufferPointer { hidden in
                var sum = Eight.zero
                for lane in 0..<lanes { sum += outputs[vector * lanes + lane] * hidden[lane] }
                return sum.sum()
            }
        }
    }
}
