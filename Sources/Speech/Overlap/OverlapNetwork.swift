import Foundation

/// The network behind the overlap detector: two layers within the frame, which find pitches, then a stack of dilated
/// convolutions over time.
///
/// `inputs` → 96 → 48 channels, five residual blocks, each a depthwise convolution over 5 frames at dilation 1, 2, 4, 8,
/// 16 and a pointwise one, → one logit. It sees 1.24 s to either side. Beyond the ends of the recording every layer sees
/// zeros, as in training.
struct OverlapNetwork: Sendable {
    static let inputs = OverlapFeatures.columns, hidden = 96, width = 48
    static let dilations = [1, 2, 4, 8, 16]
    /// Frames on each side that a result depends on.
    static let reach = 2 * dilations.reduce(0, +)
    static let weightCount =
        (inputs + 1) * hidden + (hidden + 1) * width + dilations.count * (6 * width + (width + 1) * width) + width + 1

    private typealias Lane = SIMD8<Float>
    private let weights: [Float]

    /// The network shipped with the library.
    static func shipped() throws -> OverlapNetwork {
        let name = "Resources/overlap-detector.bin"
        let places = [Bundle.module.bundleURL, Bundle.module.resourceURL].compactMap { $0?.appendingPathComponent(name) }
        guard let data = places.lazy.compactMap({ try? Data(contentsOf: $0) }).first else {
            throw OverlapError.unusableModel("overlap-detector.bin was not found")
        }
        return try OverlapNetwork(data: data)
    }

    /// Little-endian: `OROV`, version 1, inputs, hidden, width and blocks as UInt32, then Float32: entry [input][hidden]
    /// and bias, first [hidden][channel] and bias, per block depthwise [tap][channel] and bias, pointwise
    /// [input][channel] and bias, last [channel] and bias.
    init(data: Data) throws {
        let bytes = [UInt8](data), header = 24
        func word(_ index: Int) -> UInt32 {
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 * index + $1]) << UInt32(8 * $1) }
        }
        guard bytes.count >= header, bytes[0..<4].elementsEqual("OROV".utf8) else {
            throw OverlapError.unusableModel("it is not an overlap model")
        }
        guard word(1) == 1 else { throw OverlapError.unusableModel("its version is \(word(1)), not 1") }
        let sizes = [Self.inputs, Self.hidden, Self.width, Self.dilations.count]
        guard (0..<4).allSatisfy({ Int(word(2 + $0)) == sizes[$0] }), bytes.count == header + 4 * Self.weightCount else {
            throw OverlapError.unusableModel("its dimensions are wrong")
        }
        weights = (0..<Self.weightCount).map { Float(bitPattern: word(6 + $0)) }
        guard weights.allSatisfy(\.isFinite) else {
            throw OverlapError.unusableModel("it holds values that are out of range")
        }
    }

    /// Probabilities of the frames of `input`, `inputs` values a frame.
    ///
    /// Only frames `reach` or more from an end that is not the recording's own are right.
    func probabilities(_ input: UnsafeBufferPointer<Float>) -> [Float] {
        let count = input.count / Self.inputs, width = Self.width
        guard count > 0, let input = input.baseAddress else { return [] }
        var h = [Float](repeating: 0, count: count * width), d = h
        var entry = [Float](repeating: 0, count: count * Self.hidden)
        var result = [Float](repeating: 0, count: count)
        weights.withUnsafeBufferPointer { weights in
            entry.withUnsafeMutableBufferPointer { entry in
                h.withUnsafeMutableBufferPointer { h in
                    d.withUnsafeMutableBufferPointer { d in
                        guard var w = weights.baseAddress, let entry = entry.baseAddress, let h = h.baseAddress,
                            let d = d.baseAddress
                        else { return }
                        dense(input, Self.inputs, entry, Self.hidden, count, w, residual: false)
                        w += (Self.inputs + 1) * Self.hidden
                        dense(entry, Self.hidden, h, width, count, w, residual: false)
                        w += (Self.hidden + 1) * width
                        for dilation in Self.dilations {
                            depthwise(h, d, count, dilation, w)
                            w += 6 * width
                            dense(d, width, h, width, count, w, residual: true)
                            w += (width + 1) * width
                        }
                        for t in 0..<count {
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

    /// max(0, W·x + bias), with `residual` added to what is in `out`; `outputs` is a multiple of 24.
    @inline(__always)
    private func dense(
        _ x: UnsafePointer<Float>, _ inputs: Int, _ out: UnsafeMutablePointer<Float>, _ outputs: Int, _ count: Int,
        _ w: UnsafePointer<Float>, residual: Bool
    ) {
        let bias = w + inputs * outputs
        var t = 0
        while t < count {
            // Two frames at a time share the loads of the weights; an odd last frame is done twice.
            let u = min(t + 1, count - 1)
            let a = x + t * inputs, b = x + u * inputs
            for group in stride(from: 0, to: outputs, by: 24) {
                let bias0 = lane(bias, group), bias1 = lane(bias, group + 8), bias2 = lane(bias, group + 16)
                var a0 = bias0, a1 = bias1, a2 = bias2, b0 = bias0, b1 = bias1, b2 = bias2
                var row = w + group
                for i in 0..<inputs {
                    let m0 = lane(row, 0), m1 = lane(row, 8), m2 = lane(row, 16)
                    let va = Lane(repeating: a[i]), vb = Lane(repeating: b[i])
                    a0 += va * m0
                    a1 += va * m1
                    a2 += va * m2
                    b0 += vb * m0
                    b1 += vb * m1
                    b2 += vb * m2
                    row += outputs
                }
                let p = out + t * outputs + group, q = out + u * outputs + group
                if residual {
                    let p0 = UnsafePointer(p), q0 = UnsafePointer(q)
                    a0 += lane(p0, 0)
                    a1 += lane(p0, 8)
                    a2 += lane(p0, 16)
                    b0 += lane(q0, 0)
                    b1 += lane(q0, 8)
                    b2 += lane(q0, 16)
                }
                store(pointwiseMax(a0, .zero), p, 0)
                store(pointwiseMax(a1, .zero), p, 8)
                store(pointwiseMax(a2, .zero), p, 16)
                if u > t {
                    store(pointwiseMax(b0, .zero), q, 0)
                    store(pointwiseMax(b1, .zero), q, 8)
                    store(pointwiseMax(b2, .zero), q, 16)
                }
            }
            t += 2
        }
    }

    private func depthwise(
        _ h: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ count: Int, _ dilation: Int,
        _ w: UnsafePointer<Float>
    ) {
        let width = Self.width, bias = w + 5 * width
        for group in stride(from: 0, to: width, by: 8) {
            let b = lane(bias, group)
            let w0 = lane(w, group), w1 = lane(w, width + group), w2 = lane(w, 2 * width + group)
            let w3 = lane(w, 3 * width + group), w4 = lane(w, 4 * width + group)
            for t in 0..<count {
                var sum = b + w2 * lane(h, t * width + group)
                let s0 = t - 2 * dilation, s1 = t - dilation, s3 = t + dilation, s4 = t + 2 * dilation
                if s0 >= 0 { sum += w0 * lane(h, s0 * width + group) }
                if s1 >= 0 { sum += w1 * lane(h, s1 * width + group) }
                if s3 < count { sum += w3 * lane(h, s3 * width + group) }
                if s4 < count { sum += w4 * lane(h, s4 * width + group) }
                store(pointwiseMax(sum, .zero), out, t * width + group)
            }
        }
    }
}
