import Foundation
import Signal
@testable import Speech

/// Synthetic voices: a pulse train through resonances that wander around a speaker's own vocal tract. Not speech, but it
/// has what cepstra see of a voice.
enum SyntheticSpeaker {
    /// - Parameters:
    ///   - speaker: chooses pitch and vocal tract length.
    ///   - seconds: how long.
    static func speak(speaker: Int, seconds: Double, generator: inout SeededGenerator) -> [Float] {
        let pitches = [95.0, 210, 140, 260], tracts = [0.88, 1.18, 1.02, 1.3], tilts = [0.9, 0.6, 0.75, 0.95]
        let rate = 16_000.0, count = Int(seconds * rate)
        var output = [Float](repeating: 0, count: count)
        var phase = 0.0
        var formants = [500.0, 1_500, 2_500, 3_500]
        let targets: [[Double]] = [
            [300, 2_300, 3_000, 3_600], [700, 1_200, 2_500, 3_500], [320, 800, 2_300, 3_400], [500, 1_800, 2_500, 3_500],
        ]
        var goal = targets[0]
        var states = [(Double, Double)](repeating: (0, 0), count: 4)
        var smooth = 0.0
        for i in 0..<count {
            if i % 1_600 == 0 { goal = targets[Int.random(in: 0..<targets.count, using: &generator)] }
            for f in 0..<4 { formants[f] += 0.002 * (goal[f] * tracts[speaker] - formants[f]) }
            phase += pitches[speaker] * (1 + 0.08 * sin(Double(i) / 5_000)) / rate
            var x = Double.random(in: -0.02...0.02, using: &generator)
            if phase >= 1 {
                phase -= 1
                x += 1
            }
            smooth = tilts[speaker] * smooth + (1 - tilts[speaker]) * x
            var y = smooth
            for f in 0..<4 {
                let r = exp(-.pi * (60 + 40 * Double(f)) / rate), w = 2 * Double.pi * min(7_000, formants[f]) / rate
                let z = y * (1 - r) + 2 * r * cos(w) * states[f].0 - r * r * states[f].1
                states[f] = (z, states[f].0)
                y = z + 0.3 * y
            }
            output[i] = Float(y * 0.5)
        }
        let peak = output.reduce(Float(1e-6)) { max($0, abs($1)) }
        return output.map { 0.3 * $0 / peak + Float.random(in: -0.001...0.001, using: &generator) }
    }

    /// Turns one after another with pauses of 0.4 s between.
    static func conversation(
        _ turns: [(speaker: Int, seconds: Double)], seed: UInt64
    ) -> (samples: [Float], reference: [LabeledSegment]) {
        var generator = SeededGenerator(seed: seed)
        var samples: [Float] = [], reference: [LabeledSegment] = []
        for turn in turns {
            samples += (0..<6_400).map { _ in Float.random(in: -0.001...0.001, using: &generator) }
            let start = samples.count
            samples += speak(speaker: turn.speaker, seconds: turn.seconds, generator: &generator)
            reference.append(LabeledSegment(range: SampleRange(start, samples.count), label: "voice\(turn.speaker)"))
        }
        return (samples, reference)
    }
}
