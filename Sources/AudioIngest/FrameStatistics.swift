/// Sums over one frame of one channel, in SIMD lanes, since plain float sums are not vectorised by the compiler.
struct FrameStatistics {
    var sum: Double = 0
    var energy: Double = 0
    /// Largest absolute value.
    var peak: Float = 0
    /// Samples equal to the one before them in the frame.
    var repeats = 0

    init(_ x: UnsafeBufferPointer<Float>) {
        guard let base = x.baseAddress, x.count > 0 else { return }
        let raw = UnsafeRawPointer(base)
        var sums = SIMD8<Float>(), squares = SIMD8<Float>(), peaks = SIMD8<Float>()
        var equal = SIMD8<Int32>()
        let one = SIMD8<Int32>(repeating: 1), zero = SIMD8<Int32>()
        var index = 1
        let stop = x.count - 8
        while index <= stop {
            let v = raw.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
            let before = raw.loadUnaligned(fromByteOffset: (index - 1) * 4, as: SIMD8<Float>.self)
            sums += v
            squares += v * v
            peaks = pointwiseMax(peaks, pointwiseMax(v, -v))
            equal &+= zero.replacing(with: one, where: v .== before)
            index += 8
        }
        sum = Double(sums.sum())
        energy = Double(squares.sum())
        peak = peaks.max()
        repeats = Int(equal.wrappedSum())
        func add(_ at: Int) {
            let v = base[at]
            sum += Double(v)
            energy += Double(v * v)
            peak = max(peak, abs(v))
            if at > 0, v == base[at - 1] { repeats += 1 }
        }
        add(0)
        while index < x.count {
            add(index)
            index += 1
        }
    }

    static func dot(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>) -> Double {
        guard let a = x.baseAddress, let b = y.baseAddress else { return 0 }
        let rawA = UnsafeRawPointer(a), rawB = UnsafeRawPointer(b)
        let count = min(x.count, y.count)
        var sums = SIMD8<Float>()
        var index = 0
        while index + 8 <= count {
            sums += rawA.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
                * rawB.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
            index += 8
        }
        var total = Double(sums.sum())
        while index < count {
            total += Double(a[index] * b[index])
            index += 1
        }
        return total
    }
}

/// Counts of levels in half-decibel bins from −120 to +30 dBFS: percentiles in constant memory.
struct LevelHistogram {
    static let lowest = -120.0
    static let step = 0.5
    private(set) var counts = [Int](repeating: 0, count: 300)
    private(set) var total = 0

    static func bin(_ level: Double) -> Int {
        level.isNaN ? 0 : Int(max(0, min(299, (level - lowest) / step)))
    }
    static func level(_ bin: Int) -> Double { lowest + (Double(bin) + 0.5) * step }

    mutating func add(_ level: Double) {
        counts[LevelHistogram.bin(level)] += 1
        total += 1
    }

    /// The level below which `share` of the frames lie; nil when empty.
    func percentile(_ share: Double) -> Double? {
        guard total > 0 else { return nil }
        let rank = share * Double(total)
        var seen = 0
        for (bin, count) in counts.enumerated() where count > 0 {
            seen += count
            if Double(seen) >= rank { return LevelHistogram.level(bin) }
        }
        return nil
    }

    /// Mean power of the frames at or above `level`, in dB; nil when there are none.
    func meanLevel(from level: Double) -> Double? {
        var power = 0.0
        var seen = 0
        for bin in LevelHistogram.bin(level)..<300 where counts[bin] > 0 {
            power += Double(counts[bin]) * decibelPower(LevelHistogram.level(bin))
            seen += counts[bin]
        }
        return seen > 0 ? decibels(power / Double(seen)) : nil
    }
}
