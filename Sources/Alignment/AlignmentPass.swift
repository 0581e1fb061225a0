import Foundation
import Signal

/// One run over a recording: warping, then training and decoding in turns.
struct AlignmentPass {
    let words: [AlignableWord]
    let track: SyntheticTrack
    let sound: SpeechFrames
    let options: ForcedAligner.Options

    /// A word's frames in the recording, half-open, and how well they fit.
    struct Place: Sendable {
        var frames: Range<Int>
        /// Mean log ratio a frame of the word's phones to speech of any kind.
        var evidence: Double
        var phones: Int
    }

    func run(progress: (Double) throws -> Void) throws -> Result {
        let synthetic = normalizedSynthetic()
        var segments = try warp(synthetic) { try progress(0.4 * $0) }
        var evidence = [Double](repeating: 0, count: track.phones.count)
        var unsaid = UnsaidPrior()
        if options.passes > 0 {
            let features = sound.features.withAccelerations(span: 2, weight: 2, accelerationWeight: 2)
            var models = initialModels(
                synthetic.withAccelerations(span: 2, weight: 2, accelerationWeight: 2), features, segments)
            for pass in 0..<options.passes {
                let share = Double(pass) / Double(options.passes)
                let reach = Int((pass == 0 ? options.reach : pass == 1 ? options.reach / 2 : 2) * 100)
                // The first models of a short recording are the synthesiser's more than the speaker's: a bad fit says less.
                let trust = pass == 0 ? 0.5 + 0.5 * min(1, Double(words.count) / 1000) : 1
                guard let next = try decode(features, models, segments, reach: reach, unsaid: unsaid, trust: trust, tick: {
                    try progress(0.4 + 0.6 * (share + $0 / Double(options.passes)))
                }) else { break }
                segments = next.segments
                evidence = next.evidence
                unsaid = UnsaidPrior(phones: track.phones, segments: segments)
                if pass + 1 < options.passes {
                    models.train(on: features, labels: next.labels, components: min(options.components, 1 << pass))
                }
            }
        }
        return Result(places: gather(segments, evidence), unsaid: unsaid)
    }

    /// Where the words are, and how often words of this text were not said.
    struct Result: Sendable {
        var places: [Place?]
        var unsaid: UnsaidPrior
    }

    private func normalizedSynthetic() -> FrameMatrix {
        var features = track.features
        let (mean, deviation) = features.statistics()
        features.normalize(mean: mean, deviation: deviation)
        return features
    }

    // MARK: Warping

    /// Frames of the recording for every phone, by dynamic time warping.
    private func warp(_ synthetic: FrameMatrix, tick: (Double) throws -> Void) throws -> [Range<Int>] {
        let query = sound.features.selecting(sound.indices)
        let corridor = hintCorridor()
        let path = try DynamicTimeWarping().align(
            synthetic.withDeltas(span: 2, weight: 1), to: query.withDeltas(span: 2, weight: 1), corridor: corridor,
            tick: tick)
        return track.phones.map { phone in
            guard !phone.frames.isEmpty, phone.frames.upperBound <= path.count else {
                let row = min(phone.frames.lowerBound, path.count - 1)
                let frame = sound.indices[path[max(0, row)].lowerBound]
                return frame..<frame
            }
            // Where several rows share a column the phone begins at the column's first use after it.
            let first = sound.indices[path[phone.frames.lowerBound].lowerBound]
            let last = sound.indices[path[phone.frames.upperBound - 1].upperBound - 1]
            return first..<last + 1
        }
    }

    /// For every synthetic frame the speech frames that its word's time hint allows; nil when there are no hints.
    private func hintCorridor() -> DynamicTimeWarping.Corridor? {
        guard words.contains(where: { $0.timeHint != nil }) else { return nil }
        let tolerance = SampleRate.analysis.position(seconds: options.hintTolerance)
        let columns = sound.indices.count
        var lower = [Int](repeating: 0, count: track.features.count)
        var upper = [Int](repeating: columns, count: track.features.count)
        func column(atSample sample: Int) -> Int {
            let frame = sample / SpeechFrames.grid.hop
            var low = 0, high = columns
            while low < high {
                let middle = (low + high) / 2
                if sound.indices[middle] < frame { low = middle + 1 } else { high = middle }
            }
            return low
        }
        for phone in track.phones {
            guard let hint = words[phone.word].timeHint else { continue }
            for row in phone.frames {
                lower[row] = column(atSample: hint.start - tolerance)
                upper[row] = column(atSample: hint.end + tolerance)
            }
        }
        for row in lower.indices.dropFirst() { lower[row] = max(lower[row], lower[row - 1]) }
        for row in upper.indices.dropLast().reversed() { upper[row] = min(upper[row], upper[row + 1]) }
        return .init(lower: lower, upper: upper)
    }

    // MARK: Models of this recording

    private func initialModels(_ synthetic: FrameMatrix, _ features: FrameMatrix, _ segments: [Range<Int>]) -> PhoneModels {
        let dimensions = features.dimensions
        let states = track.symbols.count * StateChain.statesPerPhone
        let silences = PhoneModels.silenceCount
        var sums = [Float](repeating: 0, count: (states + 1 + silences) * dimensions)
        var counts = [Float](repeating: 0, count: states)
        for phone in track.phones {
            for (offset, frame) in phone.frames.enumerated() {
                let state = phone.symbol * 3 + min(2, offset * 3 / phone.frames.count)
                counts[state] += 1
                for d in 0..<dimensions { sums[state * dimensions + d] += synthetic.values[frame * dimensions + d] }
            }
        }
        let regression = regress(synthetic, features, segments)
        for state in 0..<states {
            for d in 0..<dimensions {
                let mean = counts[state] > 0 ? sums[state * dimensions + d] / counts[state] : 0
                sums[state * dimensions + d] = regression.slope[d] * mean + regression.offset[d]
            }
        }
        let speech = features.statistics(over: sound.indices)
        for d in 0..<dimensions { sums[states * dimensions + d] = speech.mean[d] }
        // Silences begin as the quiet, the middling and the loud third of what is not speech.
        let quiet = quietFrames().sorted {
            (features.values[$0 * dimensions], $0) < (features.values[$1 * dimensions], $1)
        }
        for part in 0..<silences {
            let members = Array(quiet[quiet.count * part / silences..<quiet.count * (part + 1) / silences])
            let mean = features.statistics(over: members.isEmpty ? quiet : members).mean
            for d in 0..<dimensions { sums[(states + 1 + part) * dimensions + d] = mean[d] }
        }
        var models = PhoneModels(
            dimensions: dimensions, priorMean: sums, variance: speech.deviation.map { $0 * $0 * 0.6 })
        var labels = [Int32](repeating: -1, count: features.count)
        for (index, phone) in track.phones.enumerated() {
            let segment = segments[index]
            for (offset, frame) in segment.enumerated() where sound.isSpeech[frame] {
                labels[frame] = Int32(phone.symbol * 3 + min(2, offset * 3 / segment.count))
            }
        }
        for (rank, frame) in quiet.enumerated() {
            labels[frame] = Int32(states + 1 + min(silences - 1, rank * silences / quiet.count))
        }
        models.train(on: features, labels: labels)
        return models
    }

    /// Frames outside speech, or the quietest tenth when hardly any are.
    private func quietFrames() -> [Int] {
        let outside = sound.isSpeech.indices.filter { !sound.isSpeech[$0] }
        if outside.count >= 20 { return outside }
        let width = sound.features.dimensions
        let byLevel = sound.features.count > 0
            ? (0..<sound.features.count).sorted {
                (sound.features.values[$0 * width], $0) < (sound.features.values[$1 * width], $1)
            } : []
        return Array(byLevel.prefix(max(1, byLevel.count / 10))).sorted()
    }

    /// Least squares, dimension by dimension, from the synthetic phones' means to the recording's.
    private func regress(
        _ synthetic: FrameMatrix, _ features: FrameMatrix, _ segments: [Range<Int>]
    ) -> (slope: [Float], offset: [Float]) {
        let dimensions = features.dimensions
        var n = 0.0
        var sx = [Double](repeating: 0, count: dimensions), sy = sx, sxx = sx, sxy = sx
        for (index, phone) in track.phones.enumerated() where !phone.frames.isEmpty && !segments[index].isEmpty {
            n += 1
            for d in 0..<dimensions {
                var x = 0.0, y = 0.0
                for frame in phone.frames { x += Double(synthetic.values[frame * dimensions + d]) }
                for frame in segments[index] { y += Double(features.values[frame * dimensions + d]) }
                x /= Double(phone.frames.count)
                y /= Double(segments[index].count)
                sx[d] += x
                sy[d] += y
                sxx[d] += x * x
                sxy[d] += x * y
            }
        }
        var slope = [Float](repeating: 1, count: dimensions), offset = [Float](repeating: 0, count: dimensions)
        guard n > 10 else { return (slope, offset) }
        for d in 0..<dimensions {
            let variance = sxx[d] - sx[d] * sx[d] / n
            if variance > 1e-6 { slope[d] = Float(max(0, (sxy[d] - sx[d] * sy[d] / n) / variance)) }
            offset[d] = Float((sy[d] - Double(slope[d]) * sx[d]) / n)
        }
        return (slope, offset)
    }

    // MARK: Decoding

    private struct Decoded {
        var segments: [Range<Int>]
        var evidence: [Double]
        var labels: [Int32]
    }

    private func decode(
        _ features: FrameMatrix, _ models: PhoneModels, _ segments: [Range<Int>], reach: Int,
        unsaid: UnsaidPrior, trust: Double, tick: (Double) throws -> Void
    ) throws -> Decoded? {
        let tolerance = SampleRate.analysis.position(seconds: options.hintTolerance), hop = SpeechFrames.grid.hop
        let phones = zip(track.phones, segments).map { phone, segment in
            let allowed = words[phone.word].timeHint.map { hint in
                let start = max(0, (hint.start - tolerance) / hop)
                return start..<max(start + 1, (hint.end + tolerance) / hop)
            }
            return StateChain.Phone(
                symbol: phone.symbol, word: phone.word, expected: segment, allowed: allowed,
                isLoose: words[phone.word].text.contains(where: \.isNumber),
                isStop: track.symbols[phone.symbol].first.map { "ptkbdgʈɖcɟq".contains($0) } ?? false)
        }
        let chain = StateChain(phones: phones, frames: features.count, reach: reach)
        let untyped = Float(options.untypedPenalty)
        guard let found = try chain.decode(
            features, models: models, sound: sound, loop: PhoneLoop(entry: Float(options.phoneEntry)),
            costs: .init(
                outside: Float(options.outsidePenalty), gap: Float(options.silencePenalty), untyped: untyped,
                leap: Float(options.unsaidPenalty * unsaid.surprise / trust),
                leapPhone: Float(options.unsaidPhonePenalty / trust),
                loose: Float(options.loosePenalty), closure: Float(options.closurePenalty),
                pinch: Float(options.pinchPenalty)),
            tick: tick)
        else { return nil }
        let path = found.states, background = found.background
        var first = [Int](repeating: -1, count: phones.count), last = first
        var evidence = [Double](repeating: 0, count: phones.count)
        var labels = [Int32](repeating: -1, count: path.count)
        features.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            for (frame, state) in path.enumerated() {
                let phone = Int(chain.phone[Int(state)])
                let vector = base + frame * features.dimensions
                guard phone >= 0 else {
                    let silence = models.silence(vector)
                    // Speech that no word accounts for trains nothing.
                    let isSilent = !sound.isSpeech[frame] || silence.density >= background[frame] - untyped
                    labels[frame] = isSilent ? Int32(silence.model) : -1
                    continue
                }
                labels[frame] = chain.model[Int(state)]
                if first[phone] < 0 { first[phone] = frame }
                last[phone] = frame + 1
                let density = models.logDensity(vector, model: Int(labels[frame])) - background[frame]
                let isAny = phones[phone].isLoose && density < -Float(options.loosePenalty)
                evidence[phone] += Double(isAny ? -Float(options.loosePenalty) : density)
                if isAny { labels[frame] = -1 }
            }
        }
        // A word passed over keeps an empty place where it would have been, so that the next pass may still find it.
        var edge = 0
        let next = zip(first, last).map { start, end -> Range<Int> in
            if start < 0 { return edge..<edge }
            edge = end
            return start..<end
        }
        return Decoded(segments: next, evidence: evidence, labels: labels)
    }

    private func gather(_ segments: [Range<Int>], _ evidence: [Double]) -> [Place?] {
        var places = [Place?](repeating: nil, count: words.count)
        for (index, phone) in track.phones.enumerated() {
            let segment = segments[index]
            guard !segment.isEmpty else { continue }
            if let place = places[phone.word] {
                places[phone.word] = Place(
                    frames: place.frames.lowerBound..<max(place.frames.upperBound, segment.upperBound),
                    evidence: place.evidence + evidence[index], phones: place.phones + 1)
            } else {
                places[phone.word] = Place(frames: segment, evidence: evidence[index], phones: 1)
            }
        }
        return places.map { place in
            place.map { Place(frames: $0.frames, evidence: $0.evidence / Double(max(1, $0.frames.count)), phones: $0.phones) }
        }
    }
}
