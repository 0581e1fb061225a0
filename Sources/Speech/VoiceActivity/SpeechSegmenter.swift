import Foundation
import Signal

/// Makes segments out of frame probabilities: the likeliest path between speech and rest, short pauses closed, short
/// speech dropped, edges widened.
struct SpeechSegmenter: Sendable {
    let options: VoiceActivityDetector.Options

    func segments(probability: [Float], sampleCount: Int) -> [SampleRange] {
        let hop = VoiceActivity.hop
        var runs: [SampleRange] = []
        var start: Int?
        for (i, state) in path(probability).enumerated() {
            let isSpeech = state == 1
            if let begun = start, !isSpeech {
                runs.append(SampleRange(begun * hop, i * hop))
                start = nil
            } else if start == nil, isSpeech {
                start = i
            }
        }
        if let begun = start { runs.append(SampleRange(begun * hop, probability.count * hop)) }

        let pause = SampleRate.analysis.position(seconds: options.minimumPause)
        let least = SampleRate.analysis.position(seconds: options.minimumSpeech)
        var joined: [SampleRange] = []
        for run in runs {
            if let last = joined.last, run.start - last.end < pause || run.start <= last.end {
                joined[joined.count - 1].end = run.end
            } else {
                joined.append(run)
            }
        }
        joined.removeAll { $0.count < least }

        let before = SampleRate.analysis.position(seconds: options.leadIn)
        let after = SampleRate.analysis.position(seconds: options.hangover)
        var result: [SampleRange] = []
        for (i, run) in joined.enumerated() {
            // A pause that the widening would close is shared between its neighbours at the middle, less one frame.
            var low = max(0, run.start - before), high = min(sampleCount, run.end + after)
            if i > 0, joined[i - 1].end + after >= run.start - before {
                low = min(run.start, (joined[i - 1].end + run.start) / 2 + hop / 2)
            }
            if i + 1 < joined.count, run.end + after >= joined[i + 1].start - before {
                high = max(run.end, (run.end + joined[i + 1].start) / 2 - hop / 2)
            }
            if low < high { result.append(SampleRange(low, min(high, sampleCount))) }
        }
        return result
    }

    /// Speech (1) or not (0) for each frame: the path of greatest summed log odds, with a cost for each change (Viterbi 1967).
    ///
    /// Where the network is sure, a few frames outweigh the cost and edges stay where they are; where it wavers, as in a far
    /// corner of a room, the path holds on to what it has.
    private func path(_ probability: [Float]) -> [UInt8] {
        let threshold = Double(options.threshold), cost = options.persistence
        let bias = log((1 - threshold) / threshold)
        // Bit 0: the best way to rest at a frame comes from speech; bit 1: the best way to speech comes from speech.
        var from = [UInt8](repeating: 0, count: probability.count)
        var rest = 0.0, speech = 0.0
        for (i, p) in probability.enumerated() {
            let sure = Double(p.isFinite ? min(1 - Self.doubt, max(Self.doubt, p)) : options.threshold)
            let evidence = (log(sure / (1 - sure)) + bias) / 2
            var step: UInt8 = 0
            if speech - cost > rest { step |= 1 }
            if speech >= rest - cost { step |= 2 }
            let toRest = max(rest, speech - cost) - evidence
            speech = max(speech, rest - cost) + evidence
            rest = toRest
            from[i] = step
        }
        // Traced back in place: a recording of many hours has millions of frames.
        var isSpeech = speech > rest
        for i in from.indices.reversed() {
            let step = from[i]
            from[i] = isSpeech ? 1 : 0
            isSpeech = step & (isSpeech ? 2 : 1) != 0
        }
        return from
    }

    /// The network is never believed to be surer than this.
    private static let doubt: Float = 0.001
}
