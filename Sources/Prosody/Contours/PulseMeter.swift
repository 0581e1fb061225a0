import Foundation

/// How much a sound's envelope looks like slow, separate pulses: creaky voice.
///
/// In creak the vocal folds close 20 to 70 times a second, unevenly, and each closing rings out before the next, so that the power
/// of 1 ms stretches has deep dips between peaks 14 ms and more apart; in ordinary voice the pulses come faster, and in noise
/// the dips are shallow (Ishi, Sakakibara, Ishiguro and Hagita 2008 look for such peaks of a short-term power; they then ask
/// whether neighbouring pulses are alike, which here the length of a stretch stands in for).
struct PulseMeter: Sendable {
    /// Samples at 16 kHz in one value of the envelope.
    private static let cell = 16
    /// Cells that a value looks at, to each side of its middle.
    private static let reach = 36
    private static let cellsPerHop = SpeechContours.hop / cell

    /// One a hop, 0 … 255 for 0 … 1.
    private(set) var values: [UInt8] = []
    private var envelope: [Float] = []
    /// Cells that came before the first of `envelope`.
    private var dropped = 0
    private var sum: Float = 0
    private var filled = 0

    init() { envelope.reserveCapacity(8192) }

    @inline(__always)
    mutating func append(_ power: Float) {
        sum += power
        filled += 1
        if filled == Self.cell { close() }
    }

    private mutating func close() {
        // The fourth root tames the loudest pulse and keeps the shape of the rest.
        envelope.append((sum / Float(Self.cell)).squareRoot().squareRoot())
        sum = 0
        filled = 0
        while middle(values.count) + Self.reach <= dropped + envelope.count { values.append(value(at: middle(values.count))) }
        if envelope.count > 4096 {
            let spent = min(envelope.count, max(0, middle(values.count) - Self.reach - dropped))
            envelope.removeFirst(spent)
            dropped += spent
        }
    }

    mutating func finish(count: Int) {
        while values.count < count { values.append(0) }
        if values.count > count { values.removeLast(values.count - count) }
        envelope = []
    }

    private func middle(_ hop: Int) -> Int { hop * Self.cellsPerHop + Self.cellsPerHop / 2 }

    private func value(at middle: Int) -> UInt8 {
        let start = middle - Self.reach - dropped
        guard start >= 0 else { return 0 }
        let count = 2 * Self.reach
        return envelope.withUnsafeBufferPointer { all -> UInt8 in
            let x = UnsafeBufferPointer(rebasing: all[start..<start + count])
            var peaks: [Int] = [], dips: Float = 0
            var top = 0, bottom = 0, isRising = true
            for i in 1..<count {
                if isRising {
                    if x[i] > x[top] { top = i }
                    if x[i] < Self.dip * x[top] {
                        if let last = peaks.last { dips += x[bottom] / max(x[last], x[top]) }
                        peaks.append(top)
                        bottom = i
                        isRising = false
                    }
                } else {
                    if x[i] < x[bottom] { bottom = i }
                    if x[i] * Self.dip > x[bottom] {
                        top = i
                        isRising = true
                    }
                }
            }
            guard let first = peaks.first, let last = peaks.last, peaks.count >= 2 else { return 0 }
            let interval = (last - first) / (peaks.count - 1)
            guard interval >= 14, interval <= 50 else { return 0 }
            let depth = 1 - dips / Float(peaks.count - 1)
            return UInt8(max(0, min(255, 255 * depth)))
        }
    }

    /// Fourth root of the power between two pulses, against a pulse's: 0.7 is 6 dB.
    private static let dip: Float = 0.7
}
