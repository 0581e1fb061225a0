import DSP
import Foundation
import Signal

/// What the overlap network sees of each 20 ms: how far 32 mel bands and the level stand out of the noise floor of the
/// seconds around, how far the level is below the loudest sound there, and the spectrum from 60 Hz to 1.8 kHz fine
/// enough (50 ms of sound) to show the harmonics of two voices beside each other.
///
/// Floors and ceilings are taken a second at a time (the tenth and ninety-fifth percentile, leaving out digital silence)
/// and then over six seconds to either side. Each bin of the fine spectrum is compared with the mean of the bins around
/// it, so that level, channel and the vowels' envelope fall away and the comb of harmonics remains. Memory is bounded by
/// those seconds.
struct OverlapFeatures: ~Copyable {
    static let bands = 32
    /// Bins of the fine spectrum, the first of them, and the bins on each side that one is compared with.
    static let fine = 112, fineStart = 4, fineReach = 16
    static let columns = bands + 2 + fine
    /// 50 ms of sound every 20 ms.
    static let grid = FrameGrid(rate: .analysis, hop: 320, length: 800)
    /// Zeros before the recording, so that frame `i` is centred on the samples `320·i ..< 320·(i+1)`.
    static let lead = 240
    private static let transformSize = 1_024
    /// Frames in a chunk, and chunks on each side that a floor is taken over.
    private static let chunk = 50, reach = 6
    /// Natural logarithm of the highest power ratio to floor or ceiling that the network is told of.
    private static let clip: Float = 12
    /// Mean square below which a frame is digital silence.
    private static let silence: Float = 1e-11

    private struct Chunk {
        /// Log mel energies and the log level: `bands + 1` values a frame.
        var values: [Float] = []
        /// `fine` values a frame.
        var fine: [Float] = []
        var isSilent: [Bool] = []
        var floor: [Float] = []
        var ceiling = -Float.infinity
        var frames: Int { isSilent.count }
    }

    private var transform: RealFFT
    private let mel: MelFilterBank
    private let window: [Float]
    private var power: [Float]
    private var energies: [Float]
    private var sums: [Float]
    private var chunks: [Chunk] = []
    /// The next chunk to hand out, as an index into `chunks`.
    private var next = 0
    private var current = Chunk()
    private var column: [Float] = []

    init() throws {
        let options = MelFilterBank.Options(count: Self.bands, lowestFrequency: 60, highestFrequency: 7_600)
        let filters = try MelFilterBank(options: options, transformSize: Self.transformSize, rate: .analysis)
        transform = try RealFFT(size: Self.transformSize)
        mel = filters
        power = [Float](repeating: 0, count: Self.transformSize / 2 + 1)
        energies = [Float](repeating: 0, count: Self.bands)
        sums = [Float](repeating: 0, count: Self.fine + 1)
        window = Window.hann.values(count: Self.grid.length)
    }

    /// Takes one frame in; what it completes is appended to `output`, `columns` values a frame.
    mutating func append(frame: UnsafeBufferPointer<Float>, to output: inout [Float]) {
        // The last chunk of a recording also takes the frames that do not fill one of their own.
        if current.frames == Self.chunk { close(&output) }
        let square = Vector.sumOfSquares(frame) / Float(frame.count)
        let isSilent = square <= Self.silence
        let samples = transform.samples
        window.withUnsafeBufferPointer { Vector.multiply(frame, $0, into: samples) }
        for i in frame.count..<Self.transformSize { samples[i] = 0 }
        transform.transform()
        power.withUnsafeMutableBufferPointer { transform.storePower(into: $0) }
        power.withUnsafeBufferPointer { power in energies.withUnsafeMutableBufferPointer { mel.apply(power, into: $0) } }
        for b in 0..<Self.bands {
            energies[b] = log(max(energies[b], 1e-10))
            current.values.append(energies[b])
        }
        current.values.append(log(max(square, 1e-12)))
        current.isSilent.append(isSilent)
        appendFine(isSilent: isSilent)
    }

    /// Log mel energies of the frame taken in last: `bands` values.
    var lastEnergies: [Float] { energies }

    private mutating func appendFine(isSilent: Bool) {
        let count = Self.fine, first = Self.fineStart
        guard !isSilent else {
            for _ in 0..<count { current.fine.append(0) }
            return
        }
        var mean: Float = 0
        for k in 0..<count { mean += power[first + k] }
        let base = 1e-3 * mean / Float(count) + 1e-9
        for k in 0..<count {
            power[first + k] = log(power[first + k] + base)
            sums[k + 1] = sums[k] + power[first + k]
        }
        for k in 0..<count {
            let from = max(0, k - Self.fineReach), to = min(count, k + Self.fineReach + 1)
            let around = (sums[to] - sums[from]) / Float(to - from)
            current.fine.append(min(4, max(-4, power[first + k] - around)) / 2)
        }
    }

    private mutating func close(_ output: inout [Float]) {
        chunks.append(current)
        current = Chunk()
        // Every chunk but the newest is final: the newest may still be joined with a short rest.
        if chunks.count >= 2 { measure(chunks.count - 2) }
        while next + Self.reach < chunks.count - 1 { emit(&output) }
    }

    /// Hands out what is left at the end of the recording.
    mutating func finish(to output: inout [Float]) {
        if current.frames == Self.chunk || chunks.isEmpty {
            if current.frames > 0 { chunks.append(current) }
            if chunks.count >= 2 { measure(chunks.count - 2) }
        } else {
            chunks[chunks.count - 1].values += current.values
            chunks[chunks.count - 1].fine += current.fine
            chunks[chunks.count - 1].isSilent += current.isSilent
        }
        current = Chunk()
        guard !chunks.isEmpty else { return }
        measure(chunks.count - 1)
        while next < chunks.count { emit(&output) }
    }

    private mutating func measure(_ index: Int) {
        let width = Self.bands + 1, frames = chunks[index].frames
        let audible = (0..<frames).filter { !chunks[index].isSilent[$0] }
        chunks[index].floor = [Float](repeating: .infinity, count: width)
        guard !audible.isEmpty, audible.count >= min(10, frames) else { return }
        for c in 0..<width {
            column.removeAll(keepingCapacity: true)
            for t in audible { column.append(chunks[index].values[t * width + c]) }
            column.sort()
            chunks[index].floor[c] = column[column.count / 10]
            if c == width - 1 { chunks[index].ceiling = column[column.count * 19 / 20] }
        }
    }

    private mutating func emit(_ output: inout [Float]) {
        let width = Self.bands + 1
        var floor = [Float](repeating: .infinity, count: width), ceiling = -Float.infinity
        for index in max(0, next - Self.reach)..<min(chunks.count, next + Self.reach + 1) {
            for c in 0..<width { floor[c] = min(floor[c], chunks[index].floor[c]) }
            ceiling = max(ceiling, chunks[index].ceiling)
        }
        let chunk = chunks[next]
        for t in 0..<chunk.frames {
            if !ceiling.isFinite {
                for _ in 0..<width + 1 { output.append(0) }
            } else if chunk.isSilent[t] {
                for _ in 0..<width { output.append(0) }
                output.append(-3)
            } else {
                for c in 0..<width { output.append(min(Self.clip, max(0, chunk.values[t * width + c] - floor[c])) / 4) }
                output.append(min(0, max(-Self.clip, chunk.values[t * width + width - 1] - ceiling)) / 4)
            }
            output.append(contentsOf: chunk.fine[t * Self.fine..<(t + 1) * Self.fine])
        }
        next += 1
        if next > 2 * Self.reach {
            chunks.removeFirst(next - Self.reach)
            next = Self.reach
        }
    }
}
