import Foundation
import Signal

/// Single numbers about every frame of a recording, each of them a classical measure of speech against noise.
///
/// One pass, one Hann-windowed transform a frame, constant memory.
public struct FrameDescriptors: Hashable, Sendable {
    /// The columns, in order.
    public enum Column: Int, Hashable, Sendable, Codable, CaseIterable {
        /// Mean square, dB re full scale: `FrameMeasures.energy`.
        case level
        /// 0 … 1: `FrameMeasures.zeroCrossingRate`.
        case zeroCrossingRate
        /// Hz: `FrameMeasures.spectralCentroid`.
        case centroid
        /// 0 … 1: `FrameMeasures.spectralFlatness`.
        case flatness
        /// 0 … 1: `FrameMeasures.spectralEntropy`.
        case entropy
        /// 0 … √2, against the frame before; 0 in the first: `FrameMeasures.spectralFlux`.
        case flux
        /// 0 … 1: `HarmonicityMeter`.
        case harmonicity
        /// dB: `LongTermDivergence`.
        case divergence
        /// 0 … 1: `ModulationEnergy` of 24 mel bands.
        case modulation
    }

    public struct Options: Hashable, Sendable, Codable {
        /// 25 ms frames every 10 ms: the shortest that hold two periods of `pitchFloor`.
        public var grid = FrameGrid.speech
        /// Lowest fundamental that harmonicity looks for, Hz; a frame holds at least two of its periods.
        public var pitchFloor = 80.0
        public var pitchCeiling = 500.0
        /// Frames on each side that divergence looks at.
        public var divergenceReach = 6
        public var modulation = ModulationEnergy.Options()
        public init() {}
    }

    public var options: Options
    public init(_ options: Options = Options()) { self.options = options }

    /// A row of `Column.allCases.count` values for every whole frame.
    ///
    /// - Parameters:
    ///   - source: mono samples at `options.grid.rate`.
    ///   - progress: called once a block.
    /// - Throws: `DSPError`, and what the source and `progress` throw.
    public func extract(source: inout some SampleSource, progress: Signal.Progress = { _ in }) throws -> FeatureMatrix {
        var matrix = FeatureMatrix(columns: Column.allCases.count, grid: options.grid)
        try stream(source: &source, progress: progress) { matrix.append(rows: $0.values) }
        return matrix
    }

    /// The same, handed out piece by piece: rows in order, each once.
    public func stream(
        source: inout some SampleSource, progress: Signal.Progress = { _ in }, _ body: (FeatureRows) throws -> Void
    ) throws {
        var worker = try Worker(options)
        var first = 0
        func hand(_ rows: UnsafeBufferPointer<Float>) throws {
            guard !rows.isEmpty else { return }
            let rows = FeatureRows(firstFrame: first, columns: Column.allCases.count, values: rows)
            first += rows.count
            try body(rows)
        }
        try FrameStream.read(&source, grid: options.grid, progress: progress) { batch in
            for index in 0..<batch.count { worker.append(batch.frame(index)) }
            try worker.take(hand)
        }
        worker.finish()
        try worker.take(hand)
    }
}

/// Measures frame after frame. Rows wait here until their divergence is known.
private struct Worker: ~Copyable {
    typealias Column = FrameDescriptors.Column
    private let width = Column.allCases.count
    private let binWidth: Float
    private var fft: RealFFT
    private let window: [Float]
    private var power: [Float]
    private var before: [Float] = []
    private let bank: MelFilterBank
    private var bands: [Float]
    private var harmonicity: HarmonicityMeter
    private var divergence: LongTermDivergence
    private var modulation: ModulationEnergy
    private var rows: [Float] = []
    /// Rows that are whole.
    private var ready = 0

    init(_ options: FrameDescriptors.Options) throws {
        let grid = options.grid, rate = Double(grid.rate.hertz), frameRate = 1 / grid.hopSeconds
        let fft = try RealFFT(size: RealFFT.powerOfTwo(atLeast: grid.length))
        let mel = MelFilterBank.Options(count: 24, lowestFrequency: 60, highestFrequency: min(7600, rate * 0.475))
        let bank = try MelFilterBank(options: mel, transformSize: fft.size, rate: grid.rate)
        let harmonicity = try HarmonicityMeter(
            frameLength: grid.length, sampleRate: grid.rate.hertz, floor: options.pitchFloor, ceiling: options.pitchCeiling)
        let divergence = try LongTermDivergence(binCount: fft.binCount, frameRate: frameRate, reach: options.divergenceReach)
        let modulation = try ModulationEnergy(bandCount: mel.count, frameRate: frameRate, options: options.modulation)
        self.bank = bank
        self.divergence = divergence
        self.modulation = modulation
        bands = [Float](repeating: 0, count: mel.count)
        window = Window.hann.values(count: grid.length)
        power = [Float](repeating: 0, count: fft.binCount)
        binWidth = Float(rate / Double(fft.size))
        self.harmonicity = harmonicity
        self.fft = fft
    }

    mutating func append(_ frame: UnsafeBufferPointer<Float>) {
        let level = FrameMeasures.energy(frame), crossings = FrameMeasures.zeroCrossingRate(frame)
        window.withUnsafeBufferPointer { w in
            _ = power.withUnsafeMutableBufferPointer { fft.powerSpectra(of: frame, hop: 1, window: w, into: $0) }
        }
        if before.isEmpty { before = power }
        let periodic = harmonicity.measure(frame)
        bands.withUnsafeMutableBufferPointer { bands in power.withUnsafeBufferPointer { bank.apply($0, into: bands) } }
        let beat = bands.withUnsafeBufferPointer { modulation.next($0) }
        let due = power.withUnsafeBufferPointer { p in
            before.withUnsafeBufferPointer { old in
                rows += [
                    level, crossings, FrameMeasures.spectralCentroid(p, binWidth: binWidth), FrameMeasures.spectralFlatness(p),
                    FrameMeasures.spectralEntropy(p), FrameMeasures.spectralFlux(p, after: old), periodic, 0, beat,
                ]
            }
            return divergence.next(p)
        }
        if let due { complete(due) }
        swap(&before, &power)
    }

    mutating func finish() {
        for value in divergence.finish() { complete(value) }
    }

    private mutating func complete(_ value: Float) {
        rows[ready * width + Column.divergence.rawValue] = value
        ready += 1
    }

    /// Hands out the whole rows and forgets them.
    mutating func take(_ body: (UnsafeBufferPointer<Float>) throws -> Void) rethrows {
        try rows.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[..<(ready * width)])) }
        rows.removeFirst(ready * width)
        ready = 0
    }
}
