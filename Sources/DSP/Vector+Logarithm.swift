import Foundation

extension Vector {
    /// out = ln max(x, floor), element by element; `out` may be `x`.
    ///
    /// Eight values at a time: x = m · 2ᵉ with m within √½ … √2, ln m = 2·artanh s with s = (m − 1)/(m + 1), as the series
    /// 2s(1 + s²/3 + s⁴/5 + s⁶/7 + s⁸/9), whose first term left out is below 3·10⁻⁹ of the sum. The result is within 2·10⁻⁷ of
    /// the logarithm, relative, or 10⁻⁷ absolute near 1. It does not depend on where in the buffer a value stands.
    ///
    /// - Parameter floor: at least the smallest normal number, which takes its place when it is less. What is not a number
    ///   counts as the floor; infinity as the largest finite number.
    public static func log(
        _ x: UnsafeBufferPointer<Float>, floor: Float = .leastNormalMagnitude, into out: UnsafeMutableBufferPointer<Float>
    ) {
        guard let p = x.baseAddress, let o = out.baseAddress else { return }
        let count = min(x.count, out.count), least = max(floor, .leastNormalMagnitude)
        let from = UnsafeRawPointer(p), to = UnsafeMutableRawPointer(o)
        var i = 0
        while i + 8 <= count {
            let v = from.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            to.storeBytes(of: naturalLogarithm(v, least), toByteOffset: i * 4, as: SIMD8<Float>.self)
            i += 8
        }
        if i < count {
            var v = SIMD8<Float>(repeating: 1)
            for lane in 0..<count - i { v[lane] = p[i + lane] }
            v = naturalLogarithm(v, least)
            for lane in 0..<count - i { o[i + lane] = v[lane] }
        }
    }

    @inline(__always)
    static func naturalLogarithm(_ x: SIMD8<Float>, _ least: Float) -> SIMD8<Float> {
        typealias Bits = SIMD8<Int32>
        let floor = SIMD8<Float>(repeating: least), ceiling = SIMD8<Float>(repeating: .greatestFiniteMagnitude)
        var v = floor.replacing(with: x, where: x .> floor)
        v.replace(with: ceiling, where: v .> ceiling)
        let bits = unsafeBitCast(v, to: Bits.self)
        // Taking away the bits of √½ before the exponent is read puts the mantissa within √½ … √2.
        let root = Bits(repeating: 0x3F35_04F3)
        let exponent = (bits &- root) &>> Bits(repeating: 23)
        let mantissa = unsafeBitCast(bits &- (exponent &<< Bits(repeating: 23)), to: SIMD8<Float>.self)
        let one = SIMD8<Float>(repeating: 1)
        let s = (mantissa - one) / (mantissa + one)
        let q = s * s
        var series = q * (1 / 9 as Float) + (1 / 7 as Float)
        series = series * q + (1 / 5 as Float)
        series = series * q + (1 / 3 as Float)
        let e = SIMD8<Float>(exponent)
        // ln 2 in two parts: the first has few enough digits for e times it to be exact.
        let tail = e * 1.428_606_8e-6 + 2 * s * q * series
        return e * 0.693_145_75 + (2 * s + tail)
    }
}
