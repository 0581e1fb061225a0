import Foundation

/// How much a sound's envelope looks like slow, separate pulses: creaky voice.
///
/// In creak the vocal folds close 20 to 70 times a second, and each closing rings out before the next, so that the power of
/// 1 ms stretches goes up and down with that period; in ordinary voice the pulses come faster (Ishi, Sakakibara, Ishiguro and
/// Hagita 2008 look for such pulses with a similar short-term power). Here it is the highest value of the envelope's
/// normalised autocorrelation at periods of 14 to 45 ms, less the highest at shorter ones, since a fast train repeats at
/// twice its period as well.
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
            var mean: Float = 0
            for value in x { mean += value }
            mean /= Float(count)
            var energy: Float = 0
            for value in x { energy += (value - mean) * (value - mean) }
            // A flat envelope (noise, a fast voice) has no pulses to speak of.
            guard energy > 0.01 * mean * mean * Float(count), mean > 0 else { return 0 }
            func correlation(_ lag: Int) -> Float {
                var sum: Float = 0
                for i in 0..<count - lag { sum += (x[i] - mean) * (x[i + lag] - mean) }
                return sum / energy * Float(count) / Float(count - lag)
            }
            var fast: Float = 0
            for lag in 4...11 { fast = max(fast, correlation(lag)) }
            var slow: Float = 0
            for lag in 14...45 { slow = max(slow, correlation(lag)) }
            let depth = min(1, (energy / Float(count)).squareRoot() / mean / 0.4)
            return UInt8(max(0, min(255, 255 * (slow - max(0, fast)) * depth)))
        }
    }
}
