import DSP
import Foundation
import Testing

/// The definition, term by term.
private func slowTransform(_ x: [Float]) -> [(re: Double, im: Double)] {
    let n = x.count
    return (0...n / 2).map { k in
        var re = 0.0, im = 0.0
        for t in 0..<n {
            let p = 2 * Double.pi * Double(k * t % n) / Double(n)
            re += Double(x[t]) * cos(p)
            im -= Double(x[t]) * sin(p)
        }
        return (re, im)
    }
}

@Suite struct RealFFTTests {
    @Test(arguments: [2, 3, 16, 45, 100, 512])
    func agreesWithTheDefinition(size: Int) throws {
        let x = noise(size, seed: UInt64(size))
        var fft = try RealFFT(size: size)
        var out = [Float](repeating: 0, count: 2 * fft.binCount)
        x.withUnsafeBufferPointer { x in out.withUnsafeMutableBufferPointer { fft.forward(x, into: $0) } }
        for (k, value) in slowTransform(x).enumerated() {
            #expect(abs(Double(out[2 * k]) - value.re) < 1e-3)
            #expect(abs(Double(out[2 * k + 1]) - value.im) < 1e-3)
        }
    }

    @Test func inverseUndoesForward() throws {
        let x = noise(300)
        var fft = try RealFFT(size: 300)
        var spectrum = [Float](repeating: 0, count: 2 * fft.binCount), back = [Float](repeating: 0, count: 300)
        x.withUnsafeBufferPointer { x in spectrum.withUnsafeMutableBufferPointer { fft.forward(x, into: $0) } }
        spectrum.withUnsafeBufferPointer { s in back.withUnsafeMutableBufferPointer { fft.inverse(s, into: $0) } }
        for i in 0..<300 { #expect(abs(back[i] - x[i]) < 1e-5) }
    }

    @Test func powerSumsToTheEnergy() throws {
        let x = noise(400)
        var fft = try RealFFT(size: 512)
        var power = [Float](repeating: 0, count: 257)
        x.withUnsafeBufferPointer { x in power.withUnsafeMutableBufferPointer { fft.powerSpectrum(of: x, into: $0) } }
        let both = power.reduce(0) { $0 + 2 * Double($1) } - Double(power[0]) - Double(power[256])
        let energy = x.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(both / 512 - energy) < 1e-3 * energy)
    }

    @Test func autocorrelationIsTheSumOfProducts() throws {
        let x = noise(60)
        var fft = try RealFFT(size: 128)
        var r = [Float](repeating: 0, count: 50)
        x.withUnsafeBufferPointer { x in r.withUnsafeMutableBufferPointer { fft.autocorrelation(of: x, into: $0) } }
        for lag in 0..<50 {
            let slow = (0..<60 - lag).reduce(0.0) { $0 + Double(x[$1]) * Double(x[$1 + lag]) }
            #expect(abs(Double(r[lag]) - slow) < 1e-3)
        }
    }

    @Test func batchEqualsFrameByFrame() throws {
        let x = noise(1000), window = Window.hann.values(count: 200)
        var fft = try RealFFT(size: 256)
        var batch = [Float](repeating: 0, count: 20 * 129), single = [Float](repeating: 0, count: 129)
        let rows = x.withUnsafeBufferPointer { x in
            window.withUnsafeBufferPointer { w in
                batch.withUnsafeMutableBufferPointer { fft.powerSpectra(of: x, hop: 70, window: w, into: $0) }
            }
        }
        #expect(rows == (1000 - 200) / 70 + 1)
        for row in 0..<rows {
            let frame = (0..<200).map { x[row * 70 + $0] * window[$0] }
            frame.withUnsafeBufferPointer { f in
                single.withUnsafeMutableBufferPointer { fft.powerSpectrum(of: f, into: $0) }
            }
            #expect(Array(batch[row * 129..<(row + 1) * 129]) == single)
        }
    }

    @Test(arguments: [-1, 0, 1, 1 << 25]) func refusesImpossibleSizes(size: Int) {
        #expect(throws: DSPError.self) { _ = try RealFFT(size: size) }
    }

    @Test func plansMayBeMadeOnManyThreads() async throws {
        let sums = try await withThrowingTaskGroup(of: Float.self) { group in
            for i in 0..<32 {
                group.addTask {
                    let size = 64 + 2 * (i % 8)
                    var fft = try RealFFT(size: size), r: [Float] = [0]
                    let x = noise(size, seed: UInt64(i % 8))
                    x.withUnsafeBufferPointer { x in
                        r.withUnsafeMutableBufferPointer { fft.autocorrelation(of: x, into: $0) }
                    }
                    return r[0] / x.reduce(0) { $0 + $1 * $1 }
                }
            }
            return try await group.reduce(into: [Float]()) { $0.append($1) }
        }
        #expect(sums.count == 32 && sums.allSatisfy { abs($0 - 1) < 1e-4 })
    }
}

@Suite struct WindowTests {
    @Test func knownValues() {
        #expect(Window.hann.values(count: 4).map { ($0 * 100).rounded() } == [0, 50, 100, 50])
        #expect(Window.hann.values(count: 5, periodic: false).map { ($0 * 100).rounded() } == [0, 50, 100, 50, 0])
        #expect(abs(Window.hamming.values(count: 5, periodic: false)[0] - 0.08) < 1e-6)
        #expect(abs(Window.blackman.values(count: 5, periodic: false)[1] - 0.34) < 1e-6)
        #expect(Window.hann.values(count: 0).isEmpty && Window.hann.values(count: 1) == [1])
    }

    @Test(arguments: Window.allCases) func symmetricAndBetweenZeroAndOne(window: Window) {
        let w = window.values(count: 401, periodic: false)
        for i in 0..<401 {
            #expect(abs(w[i] - w[400 - i]) < 1e-6)
            #expect(w[i] >= 0 && w[i] <= 1.000001)
        }
    }

    @Test func periodicHannAddsUpToOne() {
        let w = Window.hann.values(count: 400)
        for i in 0..<200 { #expect(abs(w[i] + w[i + 200] - 1) < 1e-6) }
    }
}

@Suite struct VectorTests {
    @Test(arguments: [0, 1, 7, 8, 16, 33, 1000]) func agreesWithPlainLoops(count: Int) {
        let x = noise(count, seed: 3), y = noise(count, seed: 4)
        var product = [Float](repeating: 0, count: count), scaled = product
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                let sum = x.reduce(0.0) { $0 + Double($1) }
                let dot = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(Double(Vector.sum(x)) - sum) < 1e-3)
                #expect(abs(Double(Vector.dot(x, y)) - dot) < 1e-3)
                #expect(Vector.peakMagnitude(x) == (x.map { abs($0) }.max() ?? 0))
                product.withUnsafeMutableBufferPointer { Vector.multiply(x, y, into: $0) }
                scaled.withUnsafeMutableBufferPointer { Vector.scale(x, by: -2, into: $0) }
            }
        }
        #expect(product == zip(x, y).map { $0 * $1 })
        #expect(scaled == x.map { $0 * -2 })
    }
}
