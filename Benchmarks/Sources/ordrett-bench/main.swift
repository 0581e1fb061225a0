// Times the hot paths on generated speech-like sound, as multiples of one another within one run: absolute seconds say
// more about the machine than about the code.
import AudioIngest
import Bokmal
import DSP
import Foundation
import Signal
import Speech

let minutes = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 10
let count = Int(minutes * 60 * 16_000)

/// Bursts of a buzzing voice in faint noise: enough to make every stage do its work.
func sound() -> [Float] {
    var state: UInt64 = 1
    var samples = [Float](repeating: 0, count: count)
    var phase: Float = 0
    for index in samples.indices {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let noise = Float(Int32(truncatingIfNeeded: state >> 33)) / Float(Int32.max) * 0.003
        let second = Float(index) / 16_000
        let pitch: Float = Int(second / 7) % 2 == 0 ? 110 : 200
        phase += pitch / 16_000
        if phase > 1 { phase -= 1 }
        let talks = second.truncatingRemainder(dividingBy: 3.1) < 2.2
        samples[index] = noise + (talks ? (phase - 0.5) * 0.2 : 0)
    }
    return samples
}

func seconds(_ work: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<3 {
        let clock = ContinuousClock(), begin = clock.now
        try work()
        best = min(best, Double((clock.now - begin) / .seconds(1)))
    }
    return best
}

let samples = sound()
var rows: [(name: String, seconds: Double)] = []

rows.append((
    "MFCC",
    try seconds {
        var source = ArraySource(samples, rate: .analysis)
        _ = try FeatureExtractor().extract(source: &source)
    }))
rows.append((
    "voice activity",
    try seconds {
        var source = ArraySource(samples, rate: .analysis)
        _ = try VoiceActivityDetector().detect(source: &source)
    }))
rows.append((
    "pitch, 5 ms",
    try seconds {
        var source = ArraySource(samples, rate: .analysis)
        _ = try PitchTracker().track(source: &source)
    }))
var source = ArraySource(samples, rate: .analysis)
let speech = try VoiceActivityDetector().detect(source: &source).segments
rows.append((
    "speakers, 2",
    try seconds {
        var source = ArraySource(samples, rate: .analysis)
        _ = try SpeakerSegmenter().segment(source: &source, speech: speech, speakers: 2)
    }))

print("\(minutes) minutes at 16 kHz; best of three; × real time, and as a multiple of MFCC")
for row in rows {
    let speed = minutes * 60 / row.seconds
    print("\(row.name.padding(toLength: 16, withPad: " ", startingAt: 0)) \(Int(speed)) ×   \(Double(Int(row.seconds / rows[0].seconds * 10)) / 10)")
}

// Words as talk repeats them, drawn from a few hundred in phonetic spelling: what is unknown has to be rewritten once.
let stems = "æ e de va så å ikke itte me har hadde ka mænn fåLLk jikk kåmm sånn litt åsså bare snakka jæmme skuLe arrbæi barrn".split(separator: " ")
let ends = ["", "", "", "", "n", "r", "ne", "sjlag", "pLass"]
var state: UInt64 = 1
let tokens = (0..<200_000).map { index -> String in
    if index % 15 == 14 { return "" }
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let value = Int(state >> 33)
    return stems[value % stems.count] + ends[value / 64 % ends.count]
}
let normalizer = Normalizer()
let spent = seconds { _ = normalizer.normalizeTokenStream(tokens, from: .phonetic) }
print("Bokmål, phonetic: \(Int(200_000 / spent)) words a second")
