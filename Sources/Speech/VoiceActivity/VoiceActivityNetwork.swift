import Foundation

/// The network behind the detector: a stack of dilated convolutions over time, small enough for real time a
/// thousandfold.
///
/// Input 66 values a frame → convolution over 3 frames to 32 channels → six residual blocks, each a depthwise
/// convolution over 5 frames at dilation 1, 2, 4, 8, 16, 32 and a pointwise one → one logit. It sees 1.27 s to either side.
/// Beyond the ends of the recording every layer sees zeros, as in training.
struct VoiceActivityNetwork: Sendable {
    static let inputs = VoiceActivityFeatures.columns
    static let width = 32
    static let dilations = [1, 2, 4, 8, 16, 32]
    /// Frames on each side that a result depends on.
    static let reach = 1 + 2 * dilations.reduce(0, +)
    static let weightCount =
        3 * inputs * width + width + dilations.count * (5 * width + width + width * width + width) + width + 1

    private typealias Lane = SIMD8<Float>
    private let weights: [Float]

    /// - Parameter weights: `weightCount` values: first layer [tap][input][channel] and bias; per block depthwise
    ///   [tap][channel] and bias, pointwise [input][channel] and bias; last layer [channel] and bias.
    init?(weights: [Float]) {
        guard weights.count == Self.weightCount, weights.allSatisfy(\.isFinite) else { return nil }
        self.weights = weights
    }

    /// The weights shipped with the library.
    static let shipped: VoiceActivityNetwork? = {
        guard let data = Data(base64Encoded: shippedWeights), data.count == 4 * weightCount else { return nil }
        var values: [Float] = []
        values.reserveCapacity(weightCount)
        data.withUnsafeBytes { bytes in
            for i in 0..<weightCount {
                let bits = bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
                values.append(Float(bitPattern: UInt32(littleEndian: bits)))
            }
        }
        return VoiceActivityNetwork(weights: values)
    }()

    /// Probabilities of the frames of `input`, row-major, of which the rows `valid` lie in the recording.
    ///
    /// Only frames `reach` or more from an end that is not the recording's own are right.
    func probabilities(_ input: [Float], valid: Range<Int>) -> [Float] {
        let count = input.count / Self.inputs, width = Self.width
        guard count > 0 else { return [] }
        var h = [Float](repeating: 0, count: count * width)
        var d = h
        var result = [Float](repeating: 0, count: count)
        weights.withUnsafeBufferPointer { weights in
            input.withUnsafeBufferPointer { input in
                h.withUnsafeMutableBufferPointer { h in
                    d.withUnsafeMutableBufferPointer { d in
                        guard var w = weights.baseAddress, let x = input.baseAddress, let h = h.baseAddress,
                            let d = d.baseAddress
                        else { return }
                        first(x, h, count, valid, w)
                        w += 3 * Self.inputs * width + width
                        for dilation in Self.dilations {
                            depthwise(h, d, count, valid, dilation, w)
                            w += 6 * width
                            pointwise(d, h, valid, w)
                            w += width * width + width
                        }
                        for t in valid {
                            var z = w[width]
                            for c in 0..<width { z += h[t * width + c] * w[c] }
                            result[t] = 1 / (1 + exp(-z))
                        }
                    }
                }
            }
        }
        return result
    }

    @inline(__always)
    private func lane(_ p: UnsafePointer<Float>, _ i: Int) -> Lane {
        UnsafeRawPointer(p).loadUnaligned(fromByteOffset: i * 4, as: Lane.self)
    }

    @inline(__always)
    private func store(_ v: Lane, _ p: UnsafeMutablePointer<Float>, _ i: Int) {
        UnsafeMutableRawPointer(p).storeBytes(of: v, toByteOffset: i * 4, as: Lane.self)
    }

    private func first(
        _ x: UnsafePointer<Float>, _ h: UnsafeMutablePointer<Float>, _ count: Int, _ valid: Range<Int>,
        _ w: UnsafePointer<Float>
    ) {
        let width = Self.width, inputs = Self.inputs
        let bias = w + 3 * inputs * width
        for t in valid {
            var a = lane(bias, 0), b = lane(bias, 8), c = lane(bias, 16), d = lane(bias, 24)
            for tap in 0..<3 {
                let s = t + tap - 1
                guard valid.contains(s) else { continue }
                let row = x + s * inputs, matrix = w + tap * inputs * width
                for i in 0..<inputs {
                    let v = Lane(repeating: row[i]), m = matrix + i * width
                    a += v * lane(m, 0)
                    b += v * lane(m, 8)
                    c += v * lane(m, 16)
                    d += v * lane(m, 24)
                }
            }
            let out = h + t * width
            store(pointwiseMax(a, .zero), out, 0)
            store(pointwiseMax(b, .zero), out, 8)
            store(pointwiseMax(c, .zero), out, 16)
            store(pointwiseMax(d, .zero), out, 24)
        }
    }

    private func depthwise(
        _ h: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ count: Int, _ valid: Range<Int>,
        _ dilation: Int, _ w: UnsafePointer<Float>
    ) {
        let width = Self.width, bias = w + 5 * width
        for group in stride(from: 0, to: width, by: 8) {
            let b = lane(bias, group)
            let w0 = lane(w, group), w1 = lane(w, width + group), w2 = lane(w, 2 * width + group)
            let w3 = lane(w, 3 * width + group), w4 = lane(w, 4 * width + group)
            for t in valid {
                var sum = b + w2 * lane(h, t * width + group)
                let s0 = t - 2 * dilation, s1 = t - dilation, s3 = t + dilation, s4 = t + 2 * dilation
                if s0 >= valid.lowerBound { sum += w0 * lane(h, s0 * width + group) }
                if s1 >= valid.lowerBound { sum += w1 * lane(h, s1 * width + group) }
                if s3 < valid.upperBound { sum += w3 * lane(h, s3 * width + group) }
                if s4 < valid.upperBound { sum += w4 * lane(h, s4 * width + group) }
                store(pointwiseMax(sum, .zero), out, t * width + group)
            }
        }
    }

    private func pointwise(
        _ d: UnsafePointer<Float>, _ h: UnsafeMutablePointer<Float>, _ valid: Range<Int>, _ w: UnsafePointer<Float>
    ) {
        let width = Self.width, bias = w + width * width
        for t in valid {
            var a = lane(bias, 0), b = lane(bias, 8), c = lane(bias, 16), e = lane(bias, 24)
            let row = d + t * width, out = h + t * width
            for i in 0..<width {
                let v = Lane(repeating: row[i]), m = w + i * width
                a += v * lane(m, 0)
                b += v * lane(m, 8)
                c += v * lane(m, 16)
                e += v * lane(m, 24)
            }
            let o = UnsafePointer(out)
            store(pointwiseMax(a + lane(o, 0), .zero), out, 0)
            store(pointwiseMax(b + lane(o, 8), .zero), out, 8)
            store(pointwiseMax(c + lane(o, 16), .zero), out, 16)
            store(pointwiseMax(e + lane(o, 24), .zero), out, 24)
        }
    }
}
