import DSP
import Foundation
import Signal

/// Makes the prints of a recording's voices, in one pass.
///
/// Only stretches where a voice speaks alone count. The mean cepstrum is taken over the voice's louder frames (within 17 dB of
/// its ninth decile) in at most five minutes spread over the recording, as in `Scripts/training/train_voice_statistics.py`; the
/// recording's mean is not taken out, since in a talk of two it would make each voice the mirror image of the other. The
/// pitch is measured on at most a minute of each voice.
public struct VoicePrinter: Sendable {
    /// dB below the voice's ninth decile of level at which a frame no longer counts.
    static let depth: Float = 17
    /// Seconds of each voice whose cepstra count, and whose pitch is measured: enough, at a cost that does not grow. They
    /// hold in all, also where a single stretch is longer.
    var cepstrumSeconds = 300.0
    var pitchSeconds = 60.0

    /// The cepstra that the voice statistics were trained on.
    static var featureOptions: MFCC.Options {
        var options = MFCC.Options()
        options.mel = MelFilterBank.Options(count: 30, lowestFrequency: 64, highestFrequency: 7_600)
        options.coefficientCount = 20
        options.lifter = 22
        return options
    }

    public init() {}

    /// - Parameters:
    ///   - source: 16 kHz mono, read to its end.
    ///   - segments: who spoke when, counted at 16 kHz; overlapping ones are left out where they overlap.
    /// - Returns: a print for each voice with a second or more of speech alone, in order of the first appearance.
    /// - Throws: `SpeakerSegmentationError.wrongRate`; what the source and `progress` throw.
    public func prints(
        source: inout some SampleSource, segments: [LabeledSegment], progress: Signal.Progress = { _ in }
    ) throws -> [VoicePrint] {
        guard source.rate == .analysis else { throw SpeakerSegmentationError.wrongRate(source.rate) }
        let (labels, alone) = Self.alone(segments)
        guard !alone.isEmpty else {
            try progress(1)
            return []
        }
        var voices = labels.map { _ in Gathered() }
        let options = Self.featureOptions, grid = options.grid
        var mfcc = try MFCC(options: options)
        var row = [Float](repeating: 0, count: options.coefficientCount)
        let scale = Float(10 / log(10.0)) / Float(options.mel.count).squareRoot()
        let heard = Self.chosen(alone, voices: labels.count, seconds: cepstrumSeconds, least: 0)
        let pitched = Self.chosen(alone, voices: labels.count, seconds: pitchSeconds, least: 8_000)
        let mostFrames = Int(cepstrumSeconds * 16_000) / grid.hop, mostSamples = Int(pitchSeconds * 16_000)
        var next = 0
        try FrameStream.read(&source, grid: grid, progress: { try progress(0.7 * $0) }) { batch in
            for index in 0..<batch.count {
                let middle = grid.centre(ofFrame: batch.firstFrame + index)
                while next < alone.count, alone[next].range.end <= middle { next += 1 }
                guard next < alone.count, alone[next].range.contains(middle) else { continue }
                let frame = batch.frame(index), voice = alone[next].voice
                if heard[next], voices[voice].levels.count < mostFrames {
                    row.withUnsafeMutableBufferPointer { mfcc.process(frame: frame, into: $0) }
                    voices[voice].cepstra.append(contentsOf: row[1...])
                    voices[voice].levels.append(row[0] * scale)
                }
                if pitched[next], voices[voice].samples.count < mostSamples { voices[voice].samples.append(contentsOf: frame[0..<grid.hop]) }
            }
        }
        var result: [VoicePrint] = []
        let tracker = try PitchTracker(.init(floor: 60, ceiling: 500, step: 0.01))
        for (index, voice) in voices.enumerated() {
            if voice.levels.count >= 100 { result.append(try voice.print(label: labels[index], tracker: tracker)) }
            try progress(0.7 + 0.3 * Double(index + 1) / Double(voices.count))
        }
        return result
    }

    /// Labels in order of first appearance, and the stretches where just one voice speaks, in order.
    static func alone(_ segments: [LabeledSegment]) -> (labels: [String], stretches: [(range: SampleRange, voice: Int)]) {
        let ordered = segments.filter { !$0.range.isEmpty && $0.range.start >= 0 }
            .sorted { ($0.range, $0.label) < ($1.range, $1.label) }
        var labels: [String] = [], edges: [(position: Int, voice: Int, step: Int)] = []
        for segment in ordered {
            let voice = labels.firstIndex(of: segment.label) ?? labels.count
            if voice == labels.count { labels.append(segment.label) }
            edges.append((segment.range.start, voice, 1))
            edges.append((segment.range.end, voice, -1))
        }
        edges.sort { ($0.position, $0.step, $0.voice) < ($1.position, $1.step, $1.voice) }
        var active = [Int](repeating: 0, count: labels.count), last = 0
        var result: [(range: SampleRange, voice: Int)] = []
        for edge in edges {
            if edge.position > last {
                let speaking = active.indices.filter { active[$0] > 0 }
                if speaking.count == 1 { result.append((SampleRange(last, edge.position), speaking[0])) }
                last = edge.position
            }
            active[edge.voice] += edge.step
        }
        return (labels, result)
    }

    /// Stretches of up to so many seconds of each voice, spread over the recording.
    ///
    /// - Parameter least: samples below which a stretch is passed over.
    private static func chosen(
        _ alone: [(range: SampleRange, voice: Int)], voices: Int, seconds: Double, least: Int
    ) -> [Bool] {
        var chosen = [Bool](repeating: false, count: alone.count)
        for voice in 0..<voices {
            let own = alone.indices.filter { alone[$0].voice == voice && alone[$0].range.count >= least }
            var left = Int(seconds * 16_000)
            // Every seventh first, then the ones after those, …: early and late talk both come in.
            for index in (0..<7).flatMap({ start in stride(from: start, to: own.count, by: 7).map { own[$0] } }) where left > 0 {
                chosen[index] = true
                left -= alone[index].range.count
            }
        }
        return chosen
    }

    /// What is kept of a voice while the recording is read.
    private struct Gathered {
        var cepstra: [Float] = []
        var levels: [Float] = []
        var samples: [Float] = []

        func print(label: String, tracker: PitchTracker) throws -> VoicePrint {
            let columns = VoicePrinter.featureOptions.coefficientCount - 1
            let sorted = levels.sorted(), floor = sorted[(sorted.count - 1) * 9 / 10] - VoicePrinter.depth
            var sums = [Double](repeating: 0, count: columns), count = 0
            for frame in levels.indices where levels[frame] >= floor {
                count += 1
                for column in 0..<columns { sums[column] += Double(cepstra[frame * columns + column]) }
            }
            var print = VoicePrint(
                label: label, seconds: Double(count) / 100, cepstrum: sums.map { Float($0 / Double(max(1, count))) })
            var source = ArraySource(samples, rate: .analysis)
            let pitch = try tracker.track(source: &source).f0.filter { $0 > 0 }.map { log(Double($0)) }.sorted()
            if pitch.count >= 20 {
                func quantile(_ share: Double) -> Double { pitch[Int((Double(pitch.count - 1) * share).rounded())] }
                print.pitch = quantile(0.5)
                print.pitchSpread = (quantile(0.84) - quantile(0.16)) / 2
            }
            return print
        }
    }
}
