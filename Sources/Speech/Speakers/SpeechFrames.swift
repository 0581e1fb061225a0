import DSP
import Foundation
import Signal

/// The cepstra of the frames in speech, without what lies between, in bounded memory.
struct SpeechFrames {
    /// Kept frames.
    var count: Int { store.count }
    /// Rows of `columns` values, one a kept frame.
    let store: CepstrumStore
    /// Whether a kept frame is loud enough for where it stands to carry a voice. Pauses that were taken for speech would
    /// otherwise look like a voice of their own.
    private(set) var isVoiced: [Bool] = []
    private(set) var voicedCount = 0
    /// Consecutive frames of the grid: the first one's index on the grid, and its position among the kept frames.
    private(set) var runs: [(index: Int, position: Int)] = []
    let columns: Int
    let grid: FrameGrid
    /// The speech the frames were taken from, merged and in order.
    let speech: SampleRangeSet

    /// Reads a recording; frames whose middle lies in `speech` are kept.
    ///
    /// - Parameter depth: dB below the mean level of the second around it at which a frame no longer counts as voiced.
    init(source: inout some SampleSource, speech: SampleRangeSet, depth: Float, progress: Signal.Progress) throws {
        let options = SpeakerModel.featureOptions
        var mfcc = try MFCC(options: options)
        let width = options.coefficientCount
        grid = options.grid
        columns = width - 1
        let store = CepstrumStore(columns: columns)
        self.store = store
        let scale = Float(10 / log(10.0)) / Float(options.mel.count).squareRoot()
        self.speech = speech
        // In ten-thousandths of a dB: sums of whole numbers are exact in any order.
        var levels: [Int32] = []
        var runs: [(index: Int, position: Int)] = []
        var next = 0, expected = -1
        let ranges = speech.ranges
        var row = [Float](repeating: 0, count: width)
        try FrameStream.read(&source, grid: grid, progress: progress) { batch in
            for i in 0..<batch.count {
                let frame = batch.firstFrame + i
                let middle = grid.centre(ofFrame: frame)
                while next < ranges.count, ranges[next].end <= middle { next += 1 }
                guard next < ranges.count, ranges[next].contains(middle) else { continue }
                row.withUnsafeMutableBufferPointer { mfcc.process(frame: batch.frame(i), into: $0) }
                if frame != expected { runs.append((frame, store.count)) }
                expected = frame + 1
                store.append(row[1...])
                // The zeroth coefficient is the sum of the log mel energies over √filters: as a mean, in dB.
                levels.append(Int32((10_000 * max(-300, min(300, row[0] * scale))).rounded()))
            }
        }
        self.runs = runs
        markVoiced(levels, depth: Int(10_000 * depth))
    }

    private mutating func markVoiced(_ levels: [Int32], depth: Int) {
        let reach = 50
        isVoiced = [Bool](repeating: false, count: levels.count)
        var sum = 0, end = 0, start = 0
        for i in levels.indices {
            while end < min(levels.count, i + reach + 1) {
                sum += Int(levels[end])
                end += 1
            }
            while start < max(0, i - reach) {
                sum -= Int(levels[start])
                start += 1
            }
            if (Int(levels[i]) + depth) * (end - start) >= sum {
                isVoiced[i] = true
                voicedCount += 1
            }
        }
    }

    /// Mean and variance of each column over the voiced frames.
    func moments() throws -> (mean: [Float], variance: [Float]) {
        var mean = [Double](repeating: 0, count: columns), square = mean
        try store.forEachBlock { first, values in
            for i in 0..<values.count / columns where isVoiced[first + i] {
                for c in 0..<columns {
                    let x = Double(values[i * columns + c])
                    mean[c] += x
                    square[c] += x * x
                }
            }
        }
        let n = Double(max(1, voicedCount))
        return (mean.map { Float($0 / n) }, zip(mean, square).map { Float(max(0, $1 / n - ($0 / n) * ($0 / n))) })
    }

    /// Copies the values of some frames, positions rising.
    func rows(_ lists: [[Int32]]) throws -> [[Float]] {
        var result = lists.map { list -> [Float] in
            var values: [Float] = []
            values.reserveCapacity(list.count * columns)
            return values
        }
        var next = [Int](repeating: 0, count: lists.count)
        try store.forEachBlock { first, values in
            let end = first + values.count / columns
            for (number, list) in lists.enumerated() {
                while next[number] < list.count, Int(list[next[number]]) < end {
                    let at = (Int(list[next[number]]) - first) * columns
                    result[number].append(contentsOf: values[at..<at + columns])
                    next[number] += 1
                }
            }
        }
        return result
    }

    /// Index on the grid of each kept frame, for walks from the first to the last.
    struct Cursor {
        fileprivate let runs: [(index: Int, position: Int)]
        fileprivate var run = 0

        /// - Parameter position: not before that of an earlier call.
        mutating func index(_ position: Int) -> Int {
            while run + 1 < runs.count, runs[run + 1].position <= position { run += 1 }
            return runs[run].index + position - runs[run].position
        }
    }

    var cursor: Cursor { Cursor(runs: runs) }

    /// Stretches of one speaker that together cover the speech exactly.
    ///
    /// - Parameter labels: the speaker of each frame. A stretch too short to hold a frame's middle, and what lies after the
    ///   last frame, takes the speaker of the nearest frame.
    /// - Returns: ranges with the frames they hold (empty for stretches without one), in order.
    func stretches(labels: [UInt8]) -> [(range: SampleRange, label: UInt8, frames: Range<Int>)] {
        guard count > 0 else { return [] }
        var result: [(range: SampleRange, label: UInt8, frames: Range<Int>)] = []
        var first = 0
        var ahead = cursor, behind = cursor, within = cursor
        for range in speech.ranges {
            while first < count, grid.centre(ofFrame: ahead.index(first)) < range.start { first += 1 }
            var last = first
            while last < count, grid.centre(ofFrame: ahead.index(last)) < range.end { last += 1 }
            if first == last {
                let before = max(0, first - 1), after = min(first, count - 1)
                let gapBefore = abs(grid.centre(ofFrame: behind.index(before)) - range.start)
                let gapAfter = abs(grid.centre(ofFrame: within.index(after)) - range.end)
                result.append((range, labels[gapBefore <= gapAfter ? before : after], first..<first))
                continue
            }
            var start = range.start, from = first
            for i in first + 1..<max(first + 1, last) where labels[i] != labels[i - 1] {
                let edge = grid.cell(ofFrame: within.index(i)).start
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
