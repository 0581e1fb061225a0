/// Arithmetic over contiguous `Float` buffers, eight lanes at a time.
///
/// Every function takes buffers of any length and alignment; where two buffers are given, the shorter one decides.
/// Two accumulators hide the latency of the adder; the order of additions is fixed, so results do not vary between runs.
public enum Vector {
    /// Σ x.
    public static func sum(_ x: UnsafeBufferPointer<Float>) -> Float {
        guard let base = x.baseAddress else { return 0 }
        let raw = UnsafeRawPointer(base)
        var a = SIMD8<Float>.zero, b = SIMD8<Float>.zero
        var i = 0
        while i + 16 <= x.count {
            a += raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            b += raw.loadUnaligned(fromByteOffset: i * 4 + 32, as: SIMD8<Float>.self)
            i += 16
        }
        var total = (a + b).sum()
        while i < x.count {
            total += base[i]
            i += 1
        }
        return total
    }

    /// Σ x·y.
    public static func dot(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>) -> Float {
        guard let p = x.baseAddress, let q = y.baseAddress else { return 0 }
        return dot(p, q, min(x.count, y.count))
    }

    @inline(__always)
    static func dot(_ p: UnsafePointer<Float>, _ q: UnsafePointer<Float>, _ count: Int) -> Float {
        let rp = UnsafeRawPointer(p), rq = UnsafeRawPointer(q)
        var a = SIMD8<Float>.zero, b = SIMD8<Float>.zero
        var i = 0
        while i + 16 <= count {
            a += rp.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
                * rq.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            b += rp.loadUnaligned(fromByteOffset: i * 4 + 32, as: SIMD8<Float>.self)
                * rq.loadUnaligned(fromByteOffset: i * 4 + 32, as: SIMD8<Float>.self)
            i += 16
        }
        if i + 8 <= count {
            a += rp.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
                * rq.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            i += 8
        }
        var total = (a + b).sum()
        while i < count {
            total += p[i] * q[i]
            i += 1
        }
        return total
    }

    /// Σ x².
    public static func sumOfSquares(_ x: UnsafeBufferPointer<Float>) -> Float { dot(x, x) }

    /// The largest |x|; 0 for an empty buffer. NaN counts as nothing.
    public static func peakMagnitude(_ x: UnsafeBufferPointer<Float>) -> Float {
        guard let base = x.baseAddress else { return 0 }
        let raw = UnsafeRawPointer(base)
        var high = SIMD8<Float>.zero, low = SIMD8<Float>.zero
        var i = 0
        while i + 8 <= x.count {
            let v = raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            high.replace(with: v, where: v .> high)
            low.replace(with: v, where: v .< low)
            i += 8
        }
        var top = max(high.max(), -low.min())
        while i < x.count {
            top = max(top, abs(base[i]))
            i += 1
        }
        return top
    }

    /// out = x · factor.
    public static func scale(
        _ x: UnsafeBufferPointer<Float>, by factor: Float, into out: UnsafeMutableBufferPointer<Float>
    ) {
        guard let p = x.baseAddress, let o = out.baseAddress else { return }
        for i in 0..<min(x.count, out.count) { o[i] = p[i] * factor }
    }

    /// out = x · y, element by element; `out` may be `x`.
    public static func multiply(
        _ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>, into out: UnsafeMutableBufferPointer<Float>
    ) {
        guard let p = x.baseAddress, let q = y.baseAddress, let o = out.baseAddress else { return }
        multiply(p, q, o, min(x.count, y.count, out.count))
    }

    @inline(__always)
    static func multiply(
        _ p: UnsafePointer<Float>, _ q: UnsafePointer<Float>, _ o: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let rp = UnsafeRawPointer(p), rq = UnsafeRawPointer(q), ro = UnsafeMutableRawPointer(o)
        var i = 0
        while i + 8 <= count {
            let v = rp.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
                * rq.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            ro.storeBytes(of: v, toByteOffset: i * 4, as: SIMD8<Float>.self)
            i += 8
        }
        while i < count {
            o[i] = p[i] * q[i]
            i += 1
        }
    }
}
