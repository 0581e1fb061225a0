import DSP
import Foundation
import Signal

/// What the network sees of each frame: how far 32 mel bands and the level stand out of the noise floor of the seconds
/// around it, and how far the level and each band are below the loudest sounds there.
///
/// Floors and ceilings are taken a second at a time (the tenth and ninety-fifth percentile of its frames, leaving out
/// digital silence) and then over six seconds to either side, so that channel, level and steady noise of each recording
/// fall away, also when they change along the way. Memory is bounded by those seconds.
struct VoiceActivityFeatures: ~Copyable {
    static let bands = 32
    static let columns = 2 * bands + 2
    /// Frames in a chunk.
    static let chunk = 100
    /// Chunks on each side that a floor is taken over.
    static let reach = 6
    /// Natural logarithm of the power range looked at, 61 dB: what lies further below the loudest sounds is taken for floor.
    /// Without it, the breaths and the room of a very quiet recording would stand out as far as speech does elsewhere.
    static let range: Float = 14
    /// Natural logarithm of the highest power ratio to floor or ceiling that the network is told of, 52 dB.
    static let clip: Float = 12
    /// Zeros before the recording, so that frame `i` is centred on the samples `160·i ..< 160·(i+1)`.
    static let lead = 120
    /// Mean square below which a frame is digital silence.
    static let silence: Float = 1e-11

    private struct Chunk {
        /// Log mel energies and, last, the log level: `bands + 1` values a frame.
        var values: [Float] = []
        var isSilent: [Bool] = []
        var floor: [Float] = []
        var ceiling: [Float] = []
        var frames: Int { isSilent.count }
    }

    private var mel: MFCC
    private var chunks: [Chunk] = []
    /// The next chunk to hand out, as an index into `chunks`.
    private var next = 0
    private var current = Chunk()
    private var row: [Float]
    private var column: [Float] = []
    /// Whether any frame was more than digital silence.
    private(set) var heard = false

    init() throws {
        var options = MFCC.Options.logMel(count: Self.bands)
        options.preEmphasis = 0
        options.mel.lowestFrequency = 60
        mel = try MFCC(options: options)
        row = [Float](repeating: 0, count: Self.bands)
    }

    /// Takes one frame in; what it completes is appended to `output`, `columns` values a frame, its own level (log mean
    /// square) to `levels`.
    mutating func append(frame: UnsafeBufferPointer<Float>, to output: inout [Float], levels: inout [Float]) {
        let square = Vector.sumOfSquares(frame) / Float(frame.count)
        // The last chunk of a recording also takes the frames that do not fill one of their own.
        if current.frames == Self.chunk { close(&output) }
        row.withUnsafeMutableBufferPointer { mel.process(frame: frame, into: $0) }
        let level = log(max(square, 1e-12))
        current.values.append(contentsOf: row)
        current.values.append(level)
        let isSilent = square <= Self.silence
        current.isSilent.append(isSilent)
        if !isSilent { heard = true }
        levels.append(level)
    }

    private mutating func close(_ output: inout [Float]) {
        chunks.append(current)
        current = Chunk()
        // Every chunk but the newest is final: the newest may still be joined with a short rest.
        if chunks.count >= 2 { measure(chunks.count - 2) }
        while next + Self.reach < chunks.count - 1 { emit(&output) }
    }

    mutating func finish(to output: inout [Float]) {
        if current.frames == Self.chunk || chunks.isEmpty {
            if current.frames > 0 { chunks.append(current) }
            if chunks.count >= 2 { measure(chunks.count - 2) }
        } else {
            chunks[chunks.count - 1].values += current.values
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
        chunks[index].ceiling = [Float](repeating: -.infinity, count: width)
        guard !audible.isEmpty, audible.count >= min(10, frames) else { return }
        for c in 0..<width {
            column.removeAll(keepingCapacity: true)
            for t in audible { column.append(chunks[index].values[t * width + c]) }
            column.sort()
            chunks[index].floor[c] = column[column.count / 10]
            chunks[index].ceiling[c] = column[column.count * 19 / 20]
        }
    }

    private mutating func emit(_ output: inout [Float]) {
        let width = Self.bands + 1
        let near = max(0, next - Self.reach)..<min(chunks.count, next + Self.reach + 1)
        var floor = [Float](repeating: .infinity, count: width)
        var loud = [Float](repeating: -.infinity, count: width)
        for index in near {
            for c in 0..<width {
                floor[c] = min(floor[c], chunks[index].floor[c])
                loud[c] = max(loud[c], chunks[index].ceiling[c])
            }
        }
        let level = width - 1
        for c in 0..<width { floor[c] = max(floor[c], loud[c] - Self.range) }
        let chunk = chunks[next]
        for t in 0..<chunk.frames {
            if !loud[level].isFinite {
                for _ in 0..<Self.columns { output.append(0) }
            } else if chunk.isSilent[t] {
                for _ in 0..<width { output.append(0) }
                for _ in 0..<width { output.append(-Self.clip / 4) }
            } else {
                let values = t * width
                for c in 0..<width { output.append(min(Self.clip, max(0, chunk.values[values + c] - floor[c])) / 4) }
                output.append(min(0, max(-Self.clip, chunk.values[values + level] - loud[level])) / 4)
                for c in 0..<level { output.append(min(0, max(-Self.clip, chunk.values[values + c] - loud[c])) / 4) }
            }
        }
        next += 1
        if next > 2 * Self.reach {
            chunks.removeFirst(next - Self.reach)
            next = Self.reach
        }
    }
}
