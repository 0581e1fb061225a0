import Foundation
import Signal

/// A radix-2 complex Fourier transform, for a few spectra a second; this module stays free of a transform library.
final class SmallFFT {
    let size: Int
    private let cosines: [Float]
    private let sines: [Float]
    private let reversed: [Int]
    private let window: [Float]
    private var re: [Float]
    private var im: [Float]

    /// - Parameter size: a power of two, at least 4.
    init(size: Int) {
        self.size = size
        cosines = (0..<(size / 2)).map { Float(cos(2 * Double.pi * Double($0) / Double(size))) }
        sines = (0..<(size / 2)).map { Float(-sin(2 * Double.pi * Double($0) / Double(size))) }
        let bits = size.trailingZeroBitCount
        var reversed = [Int](repeating: 0, count: size)
        for index in 1..<size { reversed[index] = reversed[index >> 1] >> 1 | (index & 1) << (bits - 1) }
        self.reversed = reversed
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(size))) }
        re = [Float](repeating: 0, count: size)
        im = re
    }

    /// Puts the power spectrum (size/2 + 1 bins; a full-scale sine gives a peak of 0.5) of Hann-windowed samples in
    /// `spectrum`.
    func power(_ x: [Float], into spectrum: inout [Float]) {
        for index in 0..<size {
            re[reversed[index]] = index < x.count ? x[index] * window[index] : 0
            im[index] = 0
        }
        re.withUnsafeMutableBufferPointer { re in
            im.withUnsafeMutableBufferPointer { im in
                var half = 1
                while half < size {
                    let stride = size / (2 * half)
                    var start = 0
                    while start < size {
                        for k in 0..<half {
                            let c = cosines[k * stride], s = sines[k * stride]
                            let a = start + k, b = a + half
                            let tr = re[b] * c - im[b] * s
                            let ti = re[b] * s + im[b] * c
                            re[b] = re[a] - tr
                            im[b] = im[a] - ti
                            re[a] += tr
                            im[a] += ti
                        }
                        start += 2 * half
                    }
                    half *= 2
                }
            }
        }
        // The Hann window's sum is size/2; a real sine shares its power between two bins.
        let scale = 2 / (Float(size) / 2 * Float(size) / 2)
        for bin in 0...(size / 2) { spectrum[bin] = (re[bin] * re[bin] + im[bin] * im[bin]) * scale }
    }
}

/// Bandwidth and mains hum of the mixed signal.
struct SpectrumMeter {
    private let rate: SampleRate
    // Made when the first block is full: short files need none.
    private lazy var wide = SmallFFT(size: 2_048)
    private var widePower = [Double](repeating: 0, count: 1_025)
    private var wideFrames = 0
    private var wideBuffer: [Float] = []
    private var waiting = 0
    private var loudest = -120.0
    private var spectrum = [Float](repeating: 0, count: 1_025)

    /// Hum is looked for at about 2 kHz, in windows of about 4 s, so that 50 Hz stands apart from 49 and 51.
    private let decimation: Int
    private lazy var narrow = SmallFFT(size: 8_192)
    private var narrowLog = [Double](repeating: 0, count: 4_097)
    private var narrowFrames = 0
    private var narrowBuffer: [Float] = []
    private var narrowSpectrum = [Float](repeating: 0, count: 4_097)
    private var partial: Float = 0
    private var partialCount = 0

    init(rate: SampleRate) {
        self.rate = rate
        decimation = max(1, rate.hertz / 2_000)
        narrowBuffer.reserveCapacity(8_192)
        wideBuffer.reserveCapacity(2_048)
    }

    mutating func add(_ x: UnsafeBufferPointer<Float>, level: Double) {
        decimate(x)
        // One spectrum every quarter of a second, of loud moments only: pauses hold the recorder's noise.
        loudest = max(level, loudest - 0.01)
        waiting -= x.count
        if waiting <= 0 || !wideBuffer.isEmpty {
            if wideBuffer.isEmpty, level < max(-60, loudest - 30) { return }
            wideBuffer.append(contentsOf: x.prefix(2_048 - wideBuffer.count))
            if wideBuffer.count == 2_048 {
                wide.power(wideBuffer, into: &spectrum)
                for bin in 0...1_024 { widePower[bin] += Double(spectrum[bin]) }
                wideFrames += 1
                wideBuffer.removeAll(keepingCapacity: true)
                waiting = rate.hertz / 4
            }
        }
    }

    private mutating func decimate(_ x: UnsafeBufferPointer<Float>) {
        let scale = 1 / Float(decimation)
        var sum = partial
        var count = partialCount
        for v in x {
            sum += v
            count += 1
            if count == decimation {
                narrowBuffer.append(sum * scale)
                sum = 0
                count = 0
                if narrowBuffer.count == 8_192 {
                    narrow.power(narrowBuffer, into: &narrowSpectrum)
                    // The mean of logarithms: hum is always there, a voice near 100 Hz only sometimes.
                    for bin in 0...4_096 { narrowLog[bin] += decibels(Double(narrowSpectrum[bin])) }
                    narrowFrames += 1
                    narrowBuffer.removeAll(keepingCapacity: true)
                }
            }
        }
        partial = sum
        partialCount = count
    }

    /// The frequency above which less than 0.001 % (−50 dB) of the power of loud moments lies, in hertz; nil without sound.
    var bandwidth: Double? {
        guard wideFrames > 0 else { return nil }
        let total = widePower.dropFirst(2).reduce(0, +)
        guard total > 0 else { return nil }
        var above = 0.0
        for bin in stride(from: 1_024, through: 2, by: -1) {
            above += widePower[bin]
            if above > total * 1e-5 { return Double(bin) * Double(rate.hertz) / 2_048 }
        }
        return 0
    }

    /// Mains hum at 50 Hz and its harmonics up to 400 Hz; nil when the recording is shorter than about four seconds.
    var hum: RecordingInspection.Hum? {
        guard narrowFrames > 0 else { return nil }
        let resolution = Double(rate.hertz) / Double(decimation) / 8_192
        var lines: [RecordingInspection.Hum.Line] = []
        for harmonic in 1...8 {
            let frequency = 50 * Double(harmonic)
            // The mains frequency itself wanders by some tenths of a hertz.
            let reach = max(1, Int((0.3 * Double(harmonic).squareRoot() / resolution).rounded(.up)))
            let centre = Int((frequency / resolution).rounded())
            let near = Int((3 / resolution).rounded()), far = Int((15 / resolution).rounded())
            guard centre + far <= 4_096 else { continue }
            let peak = ((centre - reach)...(centre + reach)).map { narrowLog[$0] }.max() ?? -120
            var around: [Double] = []
            for offset in near...far { around += [narrowLog[centre - offset], narrowLog[centre + offset]] }
            around.sort()
            let n = Double(narrowFrames)
            lines.append(
                RecordingInspection.Hum.Line(
                    frequency: frequency, levelDBFS: peak / n, aboveNeighboursDB: (peak - around[around.count / 2]) / n))
        }
        guard !lines.isEmpty else { return nil }
        // Two harmonics, or the fundamental by itself, clear of their neighbours.
        let strong = lines.filter { $0.aboveNeighboursDB >= 12 && $0.levelDBFS > -90 }
        let present = strong.count >= 2 || strong.contains { $0.frequency == 50 && $0.aboveNeighboursDB >= 15 }
        let power = strong.reduce(0) { $0 + decibelPower($1.levelDBFS) }
        return RecordingInspection.Hum(present: present, levelDBFS: present ? decibels(power) : -120, lines: lines)
    }
}
