/// The states of a text in order: three a phone, and one for silence before, between and after words.
struct StateChain: Sendable {
    /// A phone of the text and where it is expected, in frames of the recording.
    struct Phone: Sendable {
        /// Number of the symbol.
        var symbol: Int
        var word: Int
        var expected: Range<Int>
    }

    static let statesPerPhone = 3
    private static let leap: UInt8 = 3

    /// Gaussian of every state.
    private(set) var model: [Int32] = []
    /// Phone of every state; −1 for silence.
    private(set) var phone: [Int32] = []
    /// Whether a path may pass the state by.
    private(set) var isOptional: [Bool] = []
    /// Frames at which a state may be occupied, half-open.
    private(set) var first: [Int] = []
    private(set) var last: [Int] = []
    /// For a silence after a word: the silence before the word, from which a path may leap over it; else −1.
    private(set) var leapFrom: [Int32] = []

    init(phones: [Phone], silence: Int, frames: Int, reach: Int) {
        var silenceBefore = -1
        func add(_ model: Int, _ phone: Int, _ optional: Bool, _ range: Range<Int>) {
            self.model.append(Int32(model))
            self.phone.append(Int32(phone))
            isOptional.append(optional)
            first.append(max(0, range.lowerBound - reach))
            last.append(min(frames, range.upperBound + reach))
            leapFrom.append(optional && phone < 0 ? Int32(silenceBefore) : -1)
            if phone < 0 { silenceBefore = self.model.count - 1 }
        }
        var previous = 0
        for (index, phone) in phones.enumerated() {
            if index == 0 || phones[index - 1].word != phone.word {
                add(silence, -1, true, min(previous, phone.expected.lowerBound)..<phone.expected.lowerBound)
            }
            for state in 0..<Self.statesPerPhone {
                add(phone.symbol * Self.statesPerPhone + state, index, state == 1, phone.expected)
            }
            previous = phone.expected.upperBound
        }
        add(silence, -1, true, previous..<max(previous, frames))
        makeConnected(frames: frames)
    }

    var count: Int { model.count }

    /// Lets windows rise monotonically from the first frame to the last.
    private mutating func makeConnected(frames: Int) {
        guard count > 0 else { return }
        first[0] = 0
        first[min(1, count - 1)] = 0
        last[count - 1] = frames
        last[max(0, count - 2)] = frames
        for index in 1..<count {
            first[index] = max(first[index], first[index - 1])
            last[index] = max(last[index], last[index - 1])
        }
        for index in stride(from: count - 2, through: 0, by: -1) { first[index] = min(first[index], first[index + 1]) }
    }

    /// Log-density costs that shape a path.
    struct Costs: Sendable {
        /// A phone outside detected speech, a frame.
        var outside: Float
        /// Hearing a silence between two words.
        var silence: Float
        /// Speech that no word accounts for, a frame.
        var untyped: Float
        /// Passing over a word that was typed but not said.
        var leap: Float
    }

    /// The most likely state of every frame (Viterbi), or nil when the text cannot be fitted into the frames.
    ///
    /// - Parameters:
    ///   - speech: whether a frame lies in detected speech.
    ///   - tick: called now and then with the share done.
    /// - Returns: a state a frame; words leapt over have no frame.
    func decode(
        _ features: FrameMatrix, models: PhoneModels, speech: [Bool], costs: Costs, tick: (Double) throws -> Void
    ) throws -> [Int32]? {
        let frames = features.count
        guard frames > 0, count > 0 else { return nil }
        var low = [Int](repeating: 0, count: frames), high = low
        var lowState = 0, highState = 0
        var offsets = [0]
        offsets.reserveCapacity(frames + 1)
        for t in 0..<frames {
            while lowState < count - 1, last[lowState] <= t { lowState += 1 }
            while highState < count, first[highState] <= t { highState += 1 }
            low[t] = lowState
            high[t] = max(highState, lowState + 1)
            offsets.append(offsets[t] + high[t] - low[t])
        }
        var steps = [UInt8](repeating: 0, count: offsets[frames])
        var scores: [Float] = []
        var cache = [Float](repeating: 0, count: models.count)
        var stamp = [Int32](repeating: -1, count: models.count)
        for t in 0..<frames {
            if t & 1023 == 0 { try tick(Double(t) / Double(frames)) }
            let base = low[t], width = high[t] - base
            var current = [Float](repeating: -.infinity, count: width)
            let previousBase = t > 0 ? low[t - 1] : 0
            features.values.withUnsafeBufferPointer { values in
                let frame = values.baseAddress! + t * features.dimensions
                for offset in 0..<width {
                    let state = base + offset
                    var best = -Float.infinity
                    var step: UInt8 = 0
                    if t == 0 {
                        if state == 0 || (state == 1 && isOptional[0]) { best = 0 }
                    } else {
                        for back in 0...2 {
                            let from = state - back - previousBase
                            guard from >= 0, from < scores.count, scores[from] > best else { continue }
                            if back == 2, !isOptional[state - 1] { continue }
                            best = scores[from]
                            step = UInt8(back)
                        }
                    }
                    let model = Int(self.model[state])
                    if stamp[model] != Int32(t) {
                        if model < models.speech {
                            cache[model] = models.logDensity(frame, model: model)
                        } else {
                            cache[model] = models.silence(frame).density
                            if speech[t] {
                                let other = models.logDensity(frame, model: models.speech) - costs.untyped
                                cache[model] = max(cache[model], other)
                            }
                        }
                        stamp[model] = Int32(t)
                    }
                    var score = best + cache[model]
                    if phone[state] >= 0 {
                        if !speech[t] { score -= costs.outside }
                    } else if step > 0 || t == 0 {
                        score -= costs.silence
                    }
                    current[offset] = score
                    steps[offsets[t] + offset] = step
                    let origin = Int(leapFrom[state]) - base
                    if leapFrom[state] >= 0, origin >= 0, current[origin] - costs.leap > score {
                        current[offset] = current[origin] - costs.leap
                        steps[offsets[t] + offset] = Self.leap
                    }
                }
            }
            scores = current
        }
        return trace(scores, steps, offsets, low)
    }

    private func trace(_ scores: [Float], _ steps: [UInt8], _ offsets: [Int], _ low: [Int]) -> [Int32]? {
        let frames = low.count
        var state = count - 1
        func score(_ state: Int) -> Float {
            let index = state - low[frames - 1]
            return index >= 0 && index < scores.count ? scores[index] : -.infinity
        }
        if count > 1, score(count - 2) > score(state) { state = count - 2 }
        guard score(state) > -.infinity else { return nil }
        var path = [Int32](repeating: 0, count: frames)
        for t in stride(from: frames - 1, through: 0, by: -1) {
            // A leap stays in its frame, and several may follow one another.
            while steps[offsets[t] + state - low[t]] == Self.leap { state = Int(leapFrom[state]) }
            path[t] = Int32(state)
            state -= Int(steps[offsets[t] + state - low[t]])
        }
        return path
    }
}
