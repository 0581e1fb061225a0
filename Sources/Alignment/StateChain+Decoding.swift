extension StateChain {
    /// Log-density costs that shape a path.
    struct Costs: Sendable {
        /// A phone outside detected speech, a frame.
        var outside: Float
        /// Entering a gap between two words.
        var gap: Float
        /// Speech that no word accounts for, a frame, below the best sequence of phones.
        var untyped: Float
        /// Passing over a word that was typed but not said: once, and for each of its phones.
        var leap: Float
        var leapPhone: Float
        /// Speech that passes for a word with several readings, a frame, below the best sequence of phones.
        var loose: Float
        /// Silence in the closure of a stop, a frame.
        var closure: Float
        /// A phone so short that its middle is left out.
        var pinch: Float
    }

    private enum Step { static let stay: UInt8 = 0, next: UInt8 = 1, skip: UInt8 = 2, leap: UInt8 = 3 }

    /// What a search found.
    struct Path: Sendable {
        /// The most likely state of every frame; words leapt over have no frame.
        var states: [Int32]
        /// Log density of every frame as speech of any kind; see ``PhoneLoop``.
        var background: [Float]
    }

    /// The most likely path (Viterbi), or nil when the text cannot be fitted into the frames.
    ///
    /// - Parameters:
    ///   - sound: where the speech is.
    ///   - loop: speech of any kind.
    ///   - tick: called now and then with the share done.
    func decode(
        _ features: FrameMatrix, models: PhoneModels, sound: SpeechFrames, loop: PhoneLoop, costs: Costs,
        tick: (Double) throws -> Void
    ) throws -> Path? {
        let frames = features.count
        guard frames > 0, count > 0 else { return nil }
        let windows = self.windows(frames: frames)
        var steps = PackedSteps(count: windows.offsets[frames])
        let skip = (0..<count).map { state -> Float in
            guard state > 0, isOptional[state - 1] else { return .infinity }
            return phone[state - 1] >= 0 ? costs.pinch : 0
        }
        let leap = (0..<count).map { costs.leap + costs.leapPhone * Float(leapPhones[$0]) }
        // Scores by state, with two cells that no path reaches before the first.
        var previous = [Float](repeating: -.infinity, count: count + 2), current = previous
        let width = models.count
        var densities = [Float](repeating: 0, count: Self.chunk * width)
        var background: [Float] = []
        background.reserveCapacity(frames)
        for t in 0..<frames {
            let row = t % Self.chunk
            if row == 0 {
                try tick(Double(t) / Double(frames))
                let rows = min(Self.chunk, frames - t)
                models.densities(features, frames: t..<t + rows, into: &densities)
                background += loop.scores(densities, rows: rows, width: width, states: models.speech)
            }
            let low = windows.low[t], high = windows.high[t], offset = windows.offsets[t] - low
            // Cells below the last frame's window hold an older frame.
            if t > 0 { (previous[windows.low[t - 1]], previous[windows.low[t - 1] + 1]) = (-.infinity, -.infinity) }
            densities.withUnsafeBufferPointer { all in
                let density = all.baseAddress! + row * width
                var gap = density[models.silences.lowerBound]
                for silence in models.silences { gap = max(gap, density[silence]) }
                let closed = gap - costs.closure
                if sound.isSpeech[t] { gap = max(gap, background[t] - costs.untyped) }
                let outside = costs.outside * sound.silence[t]
                let any = background[t] - costs.loose
                let isFirst = t == 0
                model.withUnsafeBufferPointer { model in
                    previous.withUnsafeBufferPointer { before in
                        current.withUnsafeMutableBufferPointer { now in
                            skip.withUnsafeBufferPointer { skip in
                                for state in low..<high {
                                    var best = before[state + 2]
                                    var step = Step.stay
                                    let one = before[state + 1]
                                    if one > best { (best, step) = (one, Step.next) }
                                    let two = before[state] - skip[state]
                                    if two > best { (best, step) = (two, Step.skip) }
                                    if isFirst { best = state == 0 || (state == 1 && isOptional[0]) ? 0 : -.infinity }
                                    let own = Int(model[state])
                                    if own >= 0 {
                                        var emitted = density[own]
                                        switch alternative[state] {
                                        case .none: break
                                        case .anySpeech: emitted = max(emitted, any)
                                        case .silence: emitted = max(emitted, closed)
                                        }
                                        now[state + 2] = best + emitted - outside
                                    } else {
                                        var score = best + gap
                                        if step != Step.stay || isFirst { score -= costs.gap }
                                        let origin = Int(leapFrom[state])
                                        if origin >= low, now[origin + 2] - leap[state] > score {
                                            score = now[origin + 2] - leap[state]
                                            step = Step.leap
                                        }
                                        now[state + 2] = score
                                    }
                                    steps.set(offset + state, step)
                                }
                            }
                        }
                    }
                }
            }
            swap(&previous, &current)
        }
        return trace(previous, steps, windows).map { Path(states: $0, background: background) }
    }

    /// Frames whose densities are held at a time.
    private static let chunk = 2048

    private struct Windows {
        var low: [Int]
        var high: [Int]
        /// Cells before each frame's own.
        var offsets: [Int]
    }

    private func windows(frames: Int) -> Windows {
        var result = Windows(low: [], high: [], offsets: [0])
        result.low.reserveCapacity(frames)
        result.high.reserveCapacity(frames)
        result.offsets.reserveCapacity(frames + 1)
        var low = 0, high = 0
        for t in 0..<frames {
            while low < count - 1, last[low] <= t { low += 1 }
            while high < count, first[high] <= t { high += 1 }
            result.low.append(low)
            result.high.append(max(high, low + 1))
            result.offsets.append(result.offsets[t] + result.high[t] - low)
        }
        return result
    }

    private func trace(_ scores: [Float], _ steps: PackedSteps, _ windows: Windows) -> [Int32]? {
        let frames = windows.low.count
        var state = count - 1
        if count > 1, scores[count] > scores[count + 1] { state = count - 2 }
        guard scores[state + 2] > -.infinity else { return nil }
        var path = [Int32](repeating: 0, count: frames)
        for t in stride(from: frames - 1, through: 0, by: -1) {
            let offset = windows.offsets[t] - windows.low[t]
            // A leap stays in its frame, and several may follow one another.
            while steps[offset + state] == Step.leap { state = Int(leapFrom[state]) }
            path[t] = Int32(state)
            state -= Int(steps[offset + state])
        }
        return path
    }
}

/// Steps of a search, four to a byte.
struct PackedSteps: Sendable {
    private var bytes: [UInt8]

    init(count: Int) { bytes = [UInt8](repeating: 0, count: count / 4 + 1) }

    /// Sets a step that is still 0.
    @inline(__always)
    mutating func set(_ index: Int, _ step: UInt8) { bytes[index >> 2] |= step << UInt8((index & 3) << 1) }

    @inline(__always)
    subscript(_ index: Int) -> UInt8 { bytes[index >> 2] >> UInt8((index & 3) << 1) & 3 }
}
