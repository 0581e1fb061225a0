import Signal

/// Levels, clipping, dropouts and offset of one channel, frame by frame.
struct LevelMeter {
    let rate: SampleRate
    private(set) var levels = LevelHistogram()
    private(set) var silentFrames = 0
    private(set) var frames = 0
    private(set) var peak: Float = 0
    private(set) var clippedRuns = 0
    private(set) var clippedSamples = 0
    private(set) var flatTops = 0
    private(set) var dropouts: [ChannelInspection.Dropout] = []
    private(set) var dropoutCount = 0
    private var sum = 0.0
    private var energy = 0.0
    private(set) var samples = 0

    private let clipLevel: Float
    private let shortestDropout: Int
    private let longestDropout: Int
    private var last: Float = .nan
    private var run = 0
    private var clipRun = 0
    private var beforeRun: Float = 0
    private var runPrecedingLevel = -120.0
    private var previousLevel = -120.0
    private var pending: [(ChannelInspection.Dropout, Double)] = []

    /// Dropouts that are listed one by one.
    static let mostListed = 200
    /// Samples in a row at full scale that count as clipping; single ones also occur in sound limited on purpose.
    static let shortestClip = 3

    init(format: AudioFormat) {
        rate = format.rate
        // The last two steps below full scale, since the greatest positive value is one step short of it.
        if let bits = format.bitsPerSample, !format.isFloat {
            clipLevel = 1 - 2.5 / Float(1 << (min(bits, 16) - 1))
        } else {
            clipLevel = 0.998
        }
        shortestDropout = max(2, format.rate.hertz / 200)
        longestDropout = 2 * format.rate.hertz
    }

    var meanLevel: Double { samples > 0 ? decibels(energy / Double(samples)) : -120 }
    var offset: Double { samples > 0 ? sum / Double(samples) : 0 }

    /// - Returns: the frame's level in dBFS (a full-scale square wave is 0).
    mutating func frame(_ x: UnsafeBufferPointer<Float>) -> Double {
        let statistics = FrameStatistics(x)
        let level = decibels(statistics.energy / Double(max(1, x.count)))
        frames += 1
        sum += statistics.sum
        energy += statistics.energy
        if statistics.peak == 0 { silentFrames += 1 } else { levels.add(level) }
        for item in pending { settle(item.0, before: item.1, after: level) }
        pending.removeAll(keepingCapacity: true)

        let rising = statistics.peak > peak
        let atPeak = statistics.peak >= peak && statistics.peak > 0.05
        if rising {
            peak = statistics.peak
            flatTops = 0
        }
        // Runs matter in few frames only; the others need just their two ends.
        if statistics.peak >= clipLevel || clipRun > 0 || atPeak || statistics.repeats * 500 >= rate.hertz {
            scan(x, level: level, atPeak: atPeak)
        } else {
            edges(x, level: level)
        }
        samples += x.count
        previousLevel = level
        return level
    }

    private mutating func scan(_ x: UnsafeBufferPointer<Float>, level: Double, atPeak: Bool) {
        var flat = 0
        for index in 0..<x.count {
            let v = x[index]
            if abs(v) >= clipLevel {
                clipRun += 1
            } else if clipRun > 0 {
                endClip()
            }
            if v == last {
                run += 1
                if atPeak, abs(v) == peak {
                    flat += 1
                    if flat == LevelMeter.shortestClip { flatTops += 1 }
                }
            } else {
                flat = 0
                endRun(at: samples + index, next: v, level: level)
                startRun(v)
            }
        }
    }

    private mutating func edges(_ x: UnsafeBufferPointer<Float>, level: Double) {
        var index = 0
        while index < x.count, x[index] == last {
            run += 1
            index += 1
        }
        guard index < x.count else { return }
        endRun(at: samples + index, next: x[index], level: level)
        var first = x.count - 1
        while first > index, x[first - 1] == x[x.count - 1] { first -= 1 }
        if first > 0 { last = x[first - 1] }
        startRun(x[x.count - 1])
        run = x.count - first
    }

    private mutating func startRun(_ v: Float) {
        beforeRun = last.isNaN ? 0 : last
        last = v
        run = 1
        runPrecedingLevel = previousLevel
    }

    private mutating func endClip() {
        if clipRun >= LevelMeter.shortestClip {
            clippedRuns += 1
            clippedSamples += clipRun
        }
        clipRun = 0
    }

    /// A run of equal samples ends before `end`. It is a dropout when there is sound right before and after it and the
    /// wave form breaks at one of its ends; a noise gate or a pause fades instead.
    private mutating func endRun(at end: Int, next: Float, level: Double) {
        guard run >= shortestDropout, run <= longestDropout, abs(last) < clipLevel, end > run else { return }
        let jump = max(abs(beforeRun - last), abs(next - last))
        guard jump > 0.003 else { return }
        let dropout = ChannelInspection.Dropout(
            position: end - run, count: run, kind: last == 0 ? .zeros : .heldSample)
        pending.append((dropout, max(runPrecedingLevel, run < rate.hertz / 50 ? level : -120)))
    }

    private mutating func settle(_ dropout: ChannelInspection.Dropout, before: Double, after: Double) {
        guard before > -50, after > -50 else { return }
        dropoutCount += 1
        if dropouts.count < LevelMeter.mostListed { dropouts.append(dropout) }
    }

    mutating func finish() {
        if clipRun > 0 { endClip() }
    }
}
