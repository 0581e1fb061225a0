import Foundation
import Signal

@testable import Alignment

/// A recording made by a synthesiser, with the truth about its words: another voice and speed than the aligner uses.
struct SyntheticRecording {
    var samples: [Float] = []
    var words: [SampleRange] = []
    var speech: [SampleRange] = []
    private var state: UInt64 = 11

    /// - Parameter silences: seconds of silence before each sentence, and after the last one.
    init(_ sentences: [[String]], silences: [Double], voice: String = "nb+f2", speed: Int = 150, gain: Float = 0.4, noise: Float = 0.001) throws {
        let synthesizer = try SpeechSynthesizer(voice: voice, wordsPerMinute: speed)
        for (index, sentence) in sentences.enumerated() {
            samples.append(contentsOf: [Float](repeating: 0, count: Int(silences[index % silences.count] * 16_000)))
            let speech = try synthesizer.render(words: sentence)
            let scale = 16_000.0 / Double(speech.rate.hertz)
            let origin = samples.count
            for range in speech.words {
                words.append(SampleRange(origin + Int(Double(range.start) * scale), origin + Int(Double(range.end) * scale)))
            }
            let end = words.last?.end ?? origin
            let count = Int(Double(speech.samples.count) * scale)
            for i in 0..<count {
                let place = Double(i) / scale
                let low = Int(place), part = Float(place - Double(low))
                let next = min(low + 1, speech.samples.count - 1)
                samples.append(gain * (speech.samples[low] * (1 - part) + speech.samples[next] * part))
            }
            self.speech.append(SampleRange(words[words.count - sentence.count].start, end))
        }
        samples.append(contentsOf: [Float](repeating: 0, count: Int((silences.last ?? 0) * 16_000)))
        for i in samples.indices { samples[i] += noise * random() }
    }

    private mutating func random() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
    }

    static let sentences: [[String]] = [
        "vi begynte egentlig med dette arbeidet for tre år siden.", "kommunen hadde ingen plan den gangen, og ledelsen var ny.",
        "så kom det en sykepleier fra nabokommunen som hadde gjort det før.", "hun lærte oss mye om hvordan vi kunne samarbeide.",
        "etterpå ble det enklere å snakke med legene også.",
    ].map { $0.split(separator: " ").map(String.init) }

    /// Words and their punctuation, as an aligner takes them.
    static func alignable(_ sentences: [[String]]) -> [AlignableWord] {
        sentences.enumerated().flatMap { turn, sentence in
            sentence.map { token in
                let text = token.filter { !".,?!".contains($0) }
                return AlignableWord(text: text, trail: String(token.dropFirst(text.count)), turn: turn)
            }
        }
    }
}

/// Absolute errors of word starts in seconds, sorted.
func startErrors(_ found: [AlignedWord], _ truth: [SampleRange]) -> [Double] {
    zip(found, truth).map { abs(Double(($0.range?.start ?? 0) - $1.start)) / 16_000 }.sorted()
}
