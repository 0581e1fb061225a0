import Foundation
import Signal

/// Mel-frequency cepstral coefficients, or the log mel energies they are made of, frame by frame.
///
/// Frame → mean removed → pre-emphasis → window → |FFT|² → mel filters → natural log → (for coefficients) orthonormal
/// DCT-II → lifter (Davis and Mermelstein 1980, with HTK's lifter). There is no dither: a floor under the logarithm does
/// the same for digital silence and keeps results reproducible.
///
/// A value owns the buffers of one worker; `FeatureExtractor` runs it over a recording.
public struct MFCC: ~Copyable {
    public struct Options: Hashable, Sendable, Codable {
        public enum Output: String, Hashable, Sendable, Codable {
            case cepstrum, logMel
        }

        /// Frames; 25 ms every 10 ms: two pitch periods of a low voice, and short enough for a stop consonant.
        public var grid = FrameGrid.speech
        /// Size of the transform; nil takes the next power of two (512 at 16 kHz).
        public var transformSize: Int?
        public var window = Window.hamming
        /// Takes out an offset of the recorder, which would leak into the lowest filters.
        public var removesMean = true
        /// x[n] − a·x[n−1], within the frame. 0.97 lifts the upper formants by about the 6 dB an octave they fall; 0 for none.
        public var preEmphasis: Float = 0.97
        public var mel = MelFilterBank.Options()
        /// Smallest filter energy the logarithm sees: far below the rounding noise of 16-bit samples.
        public var energyFloor: Float = 1e-10
        public var output = Output.cepstrum
        /// Coefficients kept, the zeroth (the level) included. 20 keep more of a speaker than the 13 of recognisers.
        public var coefficientCount = 20
        /// L in 1 + L/2 · sin(πn/L): brings the coefficients to like size. 0 for none.
        public var lifter = 22

        public init() {}

        /// Values in a frame.
        public var columns: Int { output == .cepstrum ? coefficientCount : mel.count }

        /// 25 ms frames every 10 ms of `count` log mel energies.
        public static func logMel(count: Int) -> Options {
            var options = Options()
            options.output = .logMel
            options.mel.count = count
            return options
        }
    }

    public let options: Options
    /// Values a frame gives.
    public var columns: Int { options.columns }
    public let filterBank: MelFilterBank

    private var fft: RealFFT
    private let window: [Float]
    private var power: [Float]
    private var energies: [Float]
    /// mel.count × lanes, the lifter multiplied in: what each log energy adds to every coefficient. `lanes` is the number of
    /// coefficients, filled up to eights.
    private let cosines: [Float]
    private var cepstrum: [Float]

    /// - Throws: `DSPError.invalidParameter`.
    public init(options: Options = Options()) throws {
        let length = options.grid.length
        let size = options.transformSize ?? RealFFT.powerOfTwo(atLeast: length)
        try DSPError.require(size >= length, "the transform size", size, "at least the frame length, \(length)")
        try DSPError.require(
            (0..<1).contains(options.preEmphasis), "pre-emphasis", options.preEmphasis, "at least 0 and below 1")
        try DSPError.require(
            options.energyFloor > 0 && options.energyFloor.isFinite, "the energy floor", options.energyFloor, "above 0")
        try DSPError.require(options.lifter >= 0, "the lifter", options.lifter, "0 or more")
        let filterBank = try MelFilterBank(options: options.mel, transformSize: size, rate: options.grid.rate)
        if options.output == .cepstrum {
            try DSPError.require(
                (1...options.mel.count).contains(options.coefficientCount), "the number of coefficients",
                options.coefficientCount, "1 to the number of mel filters, \(options.mel.count)")
        }
        let fft = try RealFFT(size: size)
        self.options = options
        self.filterBank = filterBank
        window = options.window.values(count: length, periodic: false)
        power = [Float](repeating: 0, count: size / 2 + 1)
        energies = [Float](repeating: 0, count: options.mel.count)
        cosines = options.output == .cepstrum ? Self.cosines(options) : []
        cepstrum = [Float](repeating: 0, count: options.output == .cepstrum ? Self.lanes(options) : 0)
        self.fft = fft
    }

    private static func lanes(_ options: Options) -> Int { (options.coefficientCount + 7) / 8 * 8 }

    private static func cosines(_ options: Options) -> [Float] {
        let filters = Double(options.mel.count), l = Double(options.lifter), lanes = lanes(options)
        var table = [Float](repeating: 0, count: options.mel.count * lanes)
        for n in 0..<options.coefficientCount {
            let norm = (n == 0 ? 1 / filters : 2 / filters).squareRoot()
            let lift = options.lifter > 0 ? 1 + l / 2 * sin(.pi * Double(n) / l) : 1
            for m in 0..<options.mel.count {
                table[m * lanes + n] = Float(norm * lift * cos(.pi * Double(n) * (Double(m) + 0.5) / filters))
            }
        }
        return table
    }

    /// Features of one frame of `grid.length` samples: `columns` values.
    public mutating func process(
        frame: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
    ) {
        let length = options.grid.length
        precondition(frame.count == length && output.count >= columns, "buffers fit the options")
        guard let x = frame.baseAddress, let y = fft.samples.baseAddress, let out = output.baseAddress else { return }
        let mean = options.removesMean ? Vector.sum(frame) / Float(length) : 0
        window.withUnsafeBufferPointer { w in
            guard let w = w.baseAddress else { return }
            Self.shape(x, length, mean: mean, preEmphasis: options.preEmphasis, window: w, into: y)
        }
        (y + length).update(repeating: 0, count: fft.size - length)
        fft.transform()
        power.withUnsafeMutableBufferPointer { fft.storePower(into: $0) }
        energies.withUnsafeMutableBufferPointer { energies in
            power.withUnsafeBufferPointer { filterBank.apply($0, into: energies) }
            Vector.log(UnsafeBufferPointer(energies), floor: options.energyFloor, into: energies)
        }
        guard options.output == .cepstrum else {
            energies.withUnsafeBufferPointer { e in
                if let e = e.baseAddress { out.update(from: e, count: columns) }
            }
            return
        }
        transformEnergies()
        cepstrum.withUnsafeBufferPointer { c in
            if let c = c.baseAddress { out.update(from: c, count: columns) }
        }
    }

    /// (x[i] − mean − a·(x[i−1] − mean)) · w[i], where the first sample stands in for the one before it.
    private static func shape(
        _ x: UnsafePointer<Float>, _ length: Int, mean: Float, preEmphasis a: Float, window w: UnsafePointer<Float>,
        into y: UnsafeMutablePointer<Float>
    ) {
        let offset = mean - a * mean
        let from = UnsafeRawPointer(x), shape = UnsafeRawPointer(w), to = UnsafeMutableRawPointer(y)
        y[0] = (x[0] - mean) * (1 - a) * w[0]
        var i = 1
        while i + 8 <= length {
            let here = from.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            let before = from.loadUnaligned(fromByteOffset: i * 4 - 4, as: SIMD8<Float>.self)
            let weight = shape.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            to.storeBytes(of: (here - a * before - offset) * weight, toByteOffset: i * 4, as: SIMD8<Float>.self)
            i += 8
        }
        while i < length {
            y[i] = (x[i] - a * x[i - 1] - offset) * w[i]
            i += 1
        }
    }

    /// Fills `cepstrum` from `energies`.
    private mutating func transformEnergies() {
        let lanes = cepstrum.count
        energies.withUnsafeBufferPointer { e in
            cosines.withUnsafeBytes { table in
                cepstrum.withUnsafeMutableBytes { out in
                    for offset in stride(from: 0, to: lanes, by: 8) {
                        var sum = SIMD8<Float>.zero
                        for m in 0..<e.count {
                            sum += e[m] * table.loadUnaligned(fromByteOffset: (m * lanes + offset) * 4, as: SIMD8<Float>.self)
                        }
                        out.storeBytes(of: sum, toByteOffset: offset * 4, as: SIMD8<Float>.self)
                    }
                }
            }
        }
    }

    /// Features of a batch of frames: `batch.count · columns` values, row-major.
    public mutating func process(_ batch: FrameBatch, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(output.count >= batch.count * columns, "the output holds a row a frame")
        for i in 0..<batch.count {
            process(
                frame: batch.frame(i),
                into: UnsafeMutableBufferPointer(rebasing: output[i * columns..<(i + 1) * columns]))
        }
    }
}
