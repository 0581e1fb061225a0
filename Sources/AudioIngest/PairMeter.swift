import Foundation
import Signal

/// Compares two channels in constant memory, for `ChannelLayout`.
struct PairMeter {
    private var xy = 0.0, xx = 0.0, yy = 0.0
    /// Active frames are known only at the end, so differences are kept by level: 150 levels × 81 differences, 1 dB each.
    private var joint = [Int](repeating: 0, count: 150 * 81)
    private var levels = LevelHistogram()
    private var lagSum = [Double](repeating: 0, count: 150)
    private var lagCount = [Int](repeating: 0, count: 150)

    private let decimation: Int
    private let window: Int
    private let lags: Int
    private let framesPerWindow: Int
    private var frame = 0
    private var first: [Float] = []
    private var second: [Float] = []

    init(rate: SampleRate, frameLength: Int) {
        decimation = max(1, rate.hertz / 11_025)
        let reduced = Double(rate.hertz) / Double(decimation)
        lags = max(1, Int((reduced * 0.0015).rounded()))
        // 100 ms in every second or so: enough windows, a tenth of the work.
        window = max(lags * 4, Int(reduced * 0.1))
        framesPerWindow = max(1, rate.hertz / max(1, frameLength))
    }

    mutating func add(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>, _ levelX: Double, _ levelY: Double) {
        xy += FrameStatistics.dot(x, y)
        xx += decibelPower(levelX) * Double(x.count)
        yy += decibelPower(levelY) * Double(y.count)
        let louder = max(levelX, levelY)
        if louder > -100 {
            levels.add(louder)
            let difference = Int(max(-40, min(40, (levelX - levelY).rounded())))
            joint[PairMeter.row(louder) * 81 + difference + 40] += 1
        }
        frame += 1
        if frame % framesPerWindow == 0 || !first.isEmpty { collect(x, y) }
    }

    private static func row(_ level: Double) -> Int { Int(max(0, min(149, level + 120))) }

    private mutating func collect(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>) {
        var index = 0
        let scale = 1 / Float(decimation)
        while index + decimation <= x.count, first.count < window {
            var a: Float = 0, b: Float = 0
            for offset in index..<(index + decimation) {
                a += x[offset]
                b += y[offset]
            }
            first.append(a * scale)
            second.append(b * scale)
            index += decimation
        }
        guard first.count >= window else { return }
        correlate()
        first.removeAll(keepingCapacity: true)
        second.removeAll(keepingCapacity: true)
    }

    private mutating func correlate() {
        let inner = window - 2 * lags
        let (best, energy): (Double, Double) = first.withUnsafeBufferPointer { a in
            second.withUnsafeBufferPointer { b in
                let centre = UnsafeBufferPointer(rebasing: a[lags..<(lags + inner)])
                let own = FrameStatistics(centre).energy
                var best = 0.0
                var strongest = own
                for lag in 0...(2 * lags) {
                    let shifted = UnsafeBufferPointer(rebasing: b[lag..<(lag + inner)])
                    let other = FrameStatistics(shifted).energy
                    strongest = max(strongest, other)
                    let power = (own * other).squareRoot()
                    if power > 1e-12 { best = max(best, abs(FrameStatistics.dot(centre, shifted)) / power) }
                }
                return (min(1, best), strongest / Double(inner))
            }
        }
        let row = PairMeter.row(decibels(energy))
        lagSum[row] += best
        lagCount[row] += 1
    }

    var measures: ChannelLayout.Measures {
        let floor = levels.percentile(0.10) ?? -120
        let top = levels.percentile(0.95) ?? -120
        // Without pauses the 10th percentile is the sound itself, and every frame counts.
        let threshold = top - floor >= 20 ? floor + 10 : top - floor >= 6 ? (floor + top) / 2 : floor - 6
        var active = 0, firstLouder = 0, secondLouder = 0
        var sum = 0.0, squares = 0.0
        for row in PairMeter.row(threshold)..<150 {
            for column in 0..<81 {
                let count = joint[row * 81 + column]
                guard count > 0 else { continue }
                let difference = Double(column - 40)
                active += count
                if difference > 6 { firstLouder += count }
                if difference < -6 { secondLouder += count }
                sum += difference * Double(count)
                squares += difference * difference * Double(count)
            }
        }
        let n = Double(max(1, active))
        let mean = sum / n
        var lagged = 0.0
        var windows = 0
        for row in PairMeter.row(threshold)..<150 {
            lagged += lagSum[row]
            windows += lagCount[row]
        }
        let power = (xx * yy).squareRoot()
        return ChannelLayout.Measures(
            correlation: power > 0 ? max(-1, min(1, xy / power)) : 0,
            laggedCorrelation: windows > 0 ? lagged / Double(windows) : 0,
            levelDifferenceDB: decibels(xx) - decibels(yy),
            levelDifferenceSpreadDB: max(0, squares / n - mean * mean).squareRoot(),
            firstDominates: Double(firstLouder) / n, secondDominates: Double(secondLouder) / n, activeFrames: active)
    }
}
