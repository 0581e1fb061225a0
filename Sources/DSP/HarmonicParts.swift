import Foundation

/// Two windowed stretches of a signal and their Fourier coefficients at the multiples of one frequency.
///
/// Each stretch is folded at its middle: its even part meets the cosines, its odd part the sines, which halves the work.
final class HarmonicParts {
    private typealias Lanes = UnsafeMutablePointer<SIMD8<Float>>
    private let memory: Lanes
    /// Blocks of eight that each of the eight arrays can hold.
    private let room: Int
    /// Blocks in use.
    private var blocks = 0

    /// - Parameter capacity: samples in the longest stretch.
    init(capacity: Int) {
        room = capacity / 16 + 1
        memory = .allocate(capacity: 8 * room)
        memory.initialize(repeating: .zero, count: 8 * room)
    }

    deinit { memory.deallocate() }

    private func lanes(_ index: Int) -> Lanes { memory + index * room }

    /// Takes `count` samples from `a` and from `b`, times a Hann window `span` samples long (it need not be a whole
    /// number), and goes to the fundamental `omega`, radians a sample.
    ///
    /// - Precondition: `count` is even and at most the capacity.
    func load(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, span: Float, omega: Float) {
        let half = count / 2
        precondition(count % 2 == 0 && half <= 8 * room, "an even count that fits")
        blocks = (half + 7) / 8
        oscillate(lanes(4), lanes(5), step: Double(omega))
        // The window's cosine stands where the harmonics' oscillator will.
        oscillate(lanes(6), lanes(7), step: 2 * .pi / Double(span))
        fold(a, half, lanes(0), lanes(1))
        fold(b, half, lanes(2), lanes(3))
        for i in 0..<blocks {
            lanes(6)[i] = SIMD8(repeating: 1)
            lanes(7)[i] = .zero
        }
    }

    /// Even and odd part of 2 · `half` samples, windowed.
    private func fold(_ x: UnsafePointer<Float>, _ half: Int, _ even: Lanes, _ odd: Lanes) {
        let window = lanes(6), raw = UnsafeRawPointer(x), point = SIMD8<Float>(repeating: 0.5)
        for i in 0..<blocks {
            var after = SIMD8<Float>.zero, before = after
            let ahead = half + 8 * i, behind = half - 8 * (i + 1)
            if behind >= 0 {
                after = raw.loadUnaligned(fromByteOffset: 4 * ahead, as: SIMD8<Float>.self)
                let v = raw.loadUnaligned(fromByteOffset: 4 * behind, as: SIMD8<Float>.self)
                before = SIMD8(v[7], v[6], v[5], v[4], v[3], v[2], v[1], v[0])
            } else {
                for lane in 0..<half - 8 * i {
                    after[lane] = x[ahead + lane]
                    before[lane] = x[half - 1 - 8 * i - lane]
                }
            }
            let w = point + point * window[i]
            even[i] = w * (after + before)
            odd[i] = w * (after - before)
        }
    }

    /// cos and sin of (n + ½) · step.
    private func oscillate(_ c: Lanes, _ s: Lanes, step: Double) {
        var x = SIMD8<Float>.zero, y = x
        for lane in 0..<8 {
            let angle = (Double(lane) + 0.5) * step
            x[lane] = Float(cos(angle))
            y[lane] = Float(sin(angle))
        }
        let re = SIMD8<Float>(repeating: Float(cos(8 * step))), im = SIMD8<Float>(repeating: Float(sin(8 * step)))
        for i in 0..<blocks {
            c[i] = x
            s[i] = y
            let next = x * re - y * im
            y = x * im + y * re
            x = next
        }
    }

    /// The coefficients Σ x·w·exp(−jkωn) of both stretches, n counted from the middle of each; k = 1 after `load`, then 2, 3 …
    func nextHarmonic() -> (a: (re: Float, im: Float), b: (re: Float, im: Float)) {
        let evenA = lanes(0), oddA = lanes(1), evenB = lanes(2), oddB = lanes(3)
        let cosine = lanes(4), sine = lanes(5), re = lanes(6), im = lanes(7)
        var aRe = SIMD8<Float>.zero, aIm = aRe, bRe = aRe, bIm = aRe
        for i in 0..<blocks {
            let c = re[i] * cosine[i] - im[i] * sine[i]
            let s = re[i] * sine[i] + im[i] * cosine[i]
            re[i] = c
            im[i] = s
            aRe += evenA[i] * c
            aIm -= oddA[i] * s
            bRe += evenB[i] * c
            bIm -= oddB[i] * s
        }
        return ((aRe.sum(), aIm.sum()), (bRe.sum(), bIm.sum()))
    }
}
