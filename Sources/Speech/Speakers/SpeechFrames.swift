import DSP
import Foundation
import Signal

/// The cepstra of the frames in speech, without what lies between.
struct SpeechFrames {
    /// The grid's index of each kept frame, rising.
    private(set) var indices: [Int32] = []
    /// frames × columns, row-major.
    private(set) var values: [Float] = []
    /// Kept frames that are loud enough for where they stand to carry a voice, as positions in `indices`. Pauses that were taken
    /// for speech would otherwise look like a voice of their own.
    private(set) var voiced: [Int32] = []
    let columns: Int
    let grid: FrameGrid
    /// The speech the frames were taken from, merged and in order.
    let speech: SampleRangeSet

    var count: Int { indices.count }

    /// Reads a recording; frames whose middle lies in `speech` are kept.
    ///
    /// - Parameter depth: dB below the mean level of the second around it at which a frame no longer counts as voiced.
    init(source: inout some SampleSource, speech: SampleRangeSet, depth: Float, progress: Signal.Progress) throws {
        let options = SpeakerModel.featureOptions
        var mfcc = try MFCC(options: options)
        let width = options.coefficientCount
        grid = options.grid
        columns = width - 1
        let scale = Float(10 / log(10.0)) / Float(options.mel.count).squareRoot()
        self.speech = speech
        let expected = speech.count / grid.hop
        // Three hours; more than that may be a wrong time in a file, and grows as it is read.
        if expected < 1 << 20 {
            indices.reserveCapacity(expected)
            values.reserveCapacity(expected * columns)
        }
        var levels: [Float] = []
        var next = 0
        let ranges = speech.ranges
        var row = [Float](repeating: 0, count: width)
        try FrameStream.read(&source, grid: grid, progress: progress) { batch in
            for i in 0..<batch.count {
                let frame = batch.firstFrame + i
                let middle = grid.centre(ofFrame: frame)
                while next < ranges.count, ranges[next].end <= middle { next += 1 }
                guard next < ranges.count, ranges[next].contains(middle) else { continue }
                row.withUnsafeMutableBufferPointer { mfcc.process(frame: batch.frame(i), into: $0) }
                indices.append(Int32(frame))
                values.append(contentsOf: row[1...])
                // The zeroth coefficient is the sum of the log mel energies over √filters: as a mean, in dB.
                levels.append(row[0] * scale)
            }
        }
        markVoiced(levels, depth: depth)
    }

    private mutating func markVoiced(_ levels: [Float], depth: Float) {
        let reach = 50
        var sums: [Double] = [0]
        sums.reserveCapacity(levels.count + 1)
        for (i, level) in levels.enumerated() { sums.append(sums[i] + Double(level)) }
        for i in levels.indices {
            let from = max(0, i - reach), to = min(levels.count, i + reach + 1)
            let mean = Float((sums[to] - sums[from]) / Double(to - from))
            if levels[i] >= mean - depth { voiced.append(Int32(i)) }
        }
    }

    /// Mean and variance of each column over the voiced frames.
    func moments() -> (mean: [Float], variance: [Float]) {
        var mean = [Double](repeating: 0, count: columns), square = mean
        for i in voiced {
            for c in 0..<columns {
                let x = Double(values[Int(i) * columns + c])
                mean[c] += x
                square[c] += x * x
            }
        }
        let n = Double(max(1, voiced.count))
        return (mean.map { Float($0 / n) }, zip(mean, square).map { Float(max(0, $1 / n - ($0 / n) * ($0 / n))) })
    }

    /// Whether speech was interrupted between frame `i − 1` and frame `i`.
    func isBreak(before i: Int) -> Bool { i > 0 && indices[i] != indices[i - 1] + 1 }

    /// Stretches of one speaker that together cover the speech exactly.
    ///
    /// - Parameter labels: the speaker of each frame. A stretch too short to hold a frame's middle, and what lies after the
    ///   last frame, takes the speaker of the nearest frame.
    /// - Returns: ranges with the frames they hold (empty for stretches without one), in order.
    func stretches(labels: [UInt8]) -> [(range: SampleRange, label: UInt8, frames: Range<Int>)] {
        guard count > 0 else { return [] }
        var result: [(range: SampleRange, label: UInt8, frames: Range<Int>)] = []
        var first = 0
        for range in speech.ranges {
            while first < count, grid.centre(ofFrame: Int(indices[first])) < range.start { first += 1 }
            var last = first
            while last < count, grid.centre(ofFrame: Int(indices[last])) < range.end { last += 1 }
            if first == last {
                let before = max(0, first - 1), after = min(first, count - 1)
                let gapBefore = abs(grid.centre(ofFrame: Int(indices[before])) - range.start)
                let gapAfter = abs(grid.centre(ofFrame: Int(indices[after])) - range.end)
                result.append((range, labels[gapBefore <= gapAfter ? before : after], first..<first))
                continue
            }
            var start = range.start, from = first
            for i in first + 1..<max(first + 1, last) where labels[i] != labels[i - 1] {
                let edge = grid.cell(ofFrame: Int(indices[i])).start
                result.append((SampleRange(start, edge), labels[i - 1], from..<i))
                start = edge
                from = i
            }
            result.append((SampleRange(start, range.end), labels[last - 1], from..<last))
            first = last
        }
        return result
    }
}
