import Foundation
import Signal
import Testing
@testable import Speech

@Suite struct SpeakerPartsTests {
    /// Against the textbook formula in Double.
    @Test func mixtureDensity() {
        var generator = SeededGenerator(seed: 1)
        let columns = 19, components = 5
        let means = (0..<columns * components).map { _ in Float.random(in: -3...3, using: &generator) }
        let variances = (0..<columns * components).map { _ in Float.random(in: 0.2...4, using: &generator) }
        let weights: [Float] = [0.1, 0.2, 0.3, 0.25, 0.15]
        let mixture = DiagonalMixture(weights: weights, means: means, variances: variances, columns: columns)
        for _ in 0..<20 {
            let x = (0..<columns).map { _ in Float.random(in: -4...4, using: &generator) }
            let terms = (0..<components).map { k -> Double in
                var sum = log(Double(weights[k]))
                for c in 0..<columns {
                    let v = Double(variances[k * columns + c]), d = Double(x[c]) - Double(means[k * columns + c])
                    sum -= 0.5 * (log(2 * .pi * v) + d * d / v)
                }
                return sum
            }
            let top = terms.max()!
            let truth = top + log(terms.reduce(0) { $0 + exp($1 - top) })
            var shares = [Float](repeating: 0, count: components), scratch = shares
            let a = mixture.logDensity(x, shares: &shares), b = mixture.logDensity(x, scratch: &scratch)
            #expect(abs(Double(a) - truth) < 1e-3 && abs(Double(b) - truth) < 1e-3)
            #expect(abs(shares.reduce(0, +) - 1) < 1e-5)
        }
    }

    @Test func mixtureFindsTwoHeaps() {
        var generator = SeededGenerator(seed: 2)
        func normal() -> Float {
            let u = Double.random(in: 1e-9..<1, using: &generator), v = Double.random(in: 0..<1, using: &generator)
            return Float((-2 * log(u)).squareRoot() * cos(2 * .pi * v))
        }
        var frames: [Float] = []
        for i in 0..<3_000 {
            let heap = i % 4 == 0
            frames += [heap ? 6 + normal() : -2 + 0.5 * normal(), heap ? -4 + normal() : 3 + 2 * normal()]
        }
        var random = SplitMix64(seed: 3)
        let mixture = DiagonalMixture.fitted(
            frames: frames, columns: 2, rows: (0..<3_000).map { Int32($0) }, components: 2, iterations: 25,
            floor: [1e-3, 1e-3], generator: &random)
        let order = mixture.means[0] > mixture.means[2] ? [0, 1] : [1, 0]
        #expect(abs(mixture.weights[order[0]] - 0.25) < 0.01)
        #expect(abs(mixture.means[order[0] * 2] - 6) < 0.15 && abs(mixture.means[order[1] * 2 + 1] - 3) < 0.15)
        #expect(abs(mixture.variances[order[1] * 2] - 0.25) < 0.03 && abs(mixture.variances[order[1] * 2 + 1] - 4) < 0.4)
    }

    /// A · v = λ · v, an orthonormal basis, and the trace.
    @Test func eigenvectorsSatisfyTheirEquation() {
        var generator = SeededGenerator(seed: 4)
        for n in [1, 2, 7, 16] {
            var a = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
            for i in 0..<n {
                for j in 0...i {
                    a[i][j] = Double.random(in: -1...1, using: &generator)
                    a[j][i] = a[i][j]
                }
            }
            let (values, vectors) = SymmetricEigen.decompose(a)
            #expect(values == values.sorted(by: >))
            let trace = (0..<n).reduce(0.0) { $0 + a[$1][$1] }
            #expect(abs(values.reduce(0, +) - trace) < 1e-9)
            for k in 0..<n {
                for i in 0..<n {
                    let image = (0..<n).reduce(0.0) { $0 + a[i][$1] * vectors[k][$1] }
                    #expect(abs(image - values[k] * vectors[k][i]) < 1e-8)
                }
            }
        }
    }

    /// Three groups joined only within: three eigenvalues of 1, and the groups come back.
    @Test func spectralClusteringFindsComponents() throws {
        let group = { (i: Int) in i < 20 ? 0 : (i < 55 ? 1 : 2) }
        let clustering = try SpectralClustering(count: 80, neighbors: 10, dimensions: 5, seed: 1) { i, j in
            group(i) == group(j) ? 0.5 + 0.4 * Float((i * 7 + j * 7) % 11) / 11 : -0.5
        }
        for k in 0..<3 { #expect(abs(clustering.eigenvalues[k] - 1) < 1e-6) }
        #expect(clustering.eigenvalues[3] < 0.95)
        let labels = clustering.labels(clusters: 3)
        for i in 0..<80 { for j in 0..<80 { #expect((labels[i] == labels[j]) == (group(i) == group(j))) } }
    }

    @Test func shippedModelLoadsAndDamageIsRefused() throws {
        let model = try SpeakerModel.shipped()
        #expect(model.columns == 19 && model.mixture.count == 64 && model.directions == 60 && model.compared == 40)
        #expect(model.between == model.between.sorted(by: >))
        #expect(abs(model.mixture.weights.reduce(0, +) - 1) < 1e-4)
        for bytes in [Data(), Data("ORSB".utf8), Data("XXXX".utf8) + Data(count: 400), Data("ORSB".utf8) + Data(repeating: 255, count: 400)] {
            #expect(throws: SpeakerSegmentationError.self) { try SpeakerModel(data: bytes) }
        }
    }
}
