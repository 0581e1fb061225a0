import DSP
import Foundation
import Testing

private func logarithms(_ x: [Float], floor: Float = .leastNormalMagnitude) -> [Float] {
    var out = [Float](repeating: 0, count: x.count)
    x.withUnsafeBufferPointer { x in out.withUnsafeMutableBufferPointer { Vector.log(x, floor: floor, into: $0) } }
    return out
}

@Suite struct VectorLogarithmTests {
    /// Every part of the range, and closely around 1, where the logarithm itself goes through zero.
    @Test func isWithinItsErrorOfTheLogarithm() {
        var generator = SeededGenerator(seed: 8)
        var x = (0..<20_000).map { _ in Float(exp2(Double(generator.uniform(-125...127)))) }
        x += (0..<20_000).map { _ in generator.uniform(0.5...2) }
        x += [1, Float(1).nextUp, Float(1).nextDown, Float(0.5).squareRoot(), .leastNormalMagnitude, .greatestFiniteMagnitude]
        for (value, found) in zip(x, logarithms(x)) {
            let exact = Foundation.log(Double(value))
            #expect(abs(Double(found) - exact) <= max(2e-7 * abs(exact), 1e-7))
        }
    }

    @Test func floorAndDamagedValues() {
        let found = logarithms([0, -1, .nan, .infinity, 1e-20, 1, 0, 0, 0, 1e-3], floor: 1e-10)
        let floor = Float(Foundation.log(1e-10))
        for i in [0, 1, 2, 4, 6] { #expect(abs(found[i] - floor) < 1e-5) }
        #expect(abs(found[3] - 88.72284) < 1e-4 && found[5] == 0 && abs(found[9] - Float(Foundation.log(1e-3))) < 1e-5)
        #expect(logarithms([]).isEmpty)
    }

    @Test func placeInTheBufferDoesNotMatter() {
        let x = noise(100, seed: 6).map { abs($0) + 1e-6 }, whole = logarithms(x)
        for i in x.indices { #expect(logarithms([x[i]])[0] == whole[i]) }
    }
}
