import DSP
import Foundation
import Signal
import Testing

/// Whole rows in pieces of random length.
private func pieces(_ values: [Float], columns: Int, seed: UInt64) -> [ArraySlice<Float>] {
    var generator = SeededGenerator(seed: seed), result: [ArraySlice<Float>] = [], row = 0
    let rows = values.count / columns
    while row < rows {
        let end = min(rows, row + Int.random(in: 0...17, using: &generator))
        result.append(values[row * columns..<end * columns])
        row = end
    }
    return result
}

@Suite struct FeatureStreamTests {
    @Test(arguments: [1, 2, 3, 5, 40, 301]) func slopesAgreeWithTheFormula(rows: Int) throws {
        let columns = 3, reach = 2, x = noise(rows * columns, seed: UInt64(rows))
        var stream = try SlopeStream(inputColumns: columns, slopeColumns: 2, reach: reach), out: [Float] = []
        for piece in pieces(x, columns: columns, seed: 1) { piece.withUnsafeBufferPointer { stream.push($0, into: &out) } }
        stream.finish(into: &out)
        #expect(out.count == rows * 5 && stream.columns == 5)
        for row in 0..<rows {
            for c in 0..<columns { #expect(out[row * 5 + c] == x[row * columns + c]) }
            for c in 0..<2 {
                let value = { (r: Int) in Double(x[max(0, min(rows - 1, r)) * columns + 1 + c]) }
                let slow = (1...reach).reduce(0.0) { $0 + Double($1) * (value(row + $1) - value(row - $1)) } / 10
                #expect(abs(Double(out[row * 5 + 3 + c]) - slow) < 1e-5)
            }
        }
    }

    @Test(arguments: [1, 2, 9, 10, 11, 64, 400]) func normalisationInPiecesIsThatOfTheWhole(rows: Int) throws {
        let x = noise(rows * 4, seed: UInt64(rows) + 50)
        for normalizesVariance in [false, true] {
            let options = SlidingMeanVariance(windowLength: 10, normalizesVariance: normalizesVariance)
            var whole = FeatureMatrix(values: x, columns: 4, grid: .speech), out: [Float] = []
            try options.apply(to: &whole)
            var stream = try SlidingMeanVariance.Stream(options, columns: 4)
            for piece in pieces(x, columns: 4, seed: 2) { piece.withUnsafeBufferPointer { stream.push($0, into: &out) } }
            // At most a window is held back.
            #expect(out.count >= (rows - 10) * 4)
            stream.finish(into: &out)
            #expect(out == whole.values)
        }
    }

    @Test(arguments: [0, 1, 2]) func streamHandsOutTheRowsOfTheMatrix(order: Int) throws {
        let x = noise(24_000, amplitude: 0.1)
        let extractor = FeatureExtractor(normalization: .init(windowLength: 100), deltaOrder: order, deltaReach: 3)
        var whole = ArraySource(x, rate: .analysis), blocks = ArraySource(x, rate: .analysis, blockLength: 3001)
        let matrix = try extractor.extract(source: &whole)
        var rows: [Float] = []
        try extractor.stream(source: &blocks) {
            #expect($0.firstFrame * extractor.columns == rows.count && $0.columns == extractor.columns && $0.count > 0)
            rows += $0.values
        }
        #expect(rows == matrix.values && matrix.rows == FrameGrid.speech.frameCount(sampleCount: 24_000))

        // The same by the steps on whole matrices.
        var plain = ArraySource(x, rate: .analysis)
        var steps = try FeatureExtractor().extract(source: &plain)
        try SlidingMeanVariance(windowLength: 100).apply(to: &steps)
        let slopes = steps.deltas(reach: 3)
        if order > 0 { steps = steps.joined(with: slopes) }
        if order > 1 { steps = steps.joined(with: slopes.deltas(reach: 3)) }
        #expect(matrix == steps)
    }

    @Test func bodyMayStopTheWork() {
        var source = ArraySource(noise(30_000), rate: .analysis, blockLength: 1000)
        #expect(throws: CancellationError.self) {
            try FeatureExtractor(deltaOrder: 1).stream(source: &source) { if $0.firstFrame > 20 { throw CancellationError() } }
        }
    }

    @Test func refusesInvalidOptions() {
        #expect(throws: DSPError.self) { try SlopeStream(inputColumns: 2, slopeColumns: 3) }
        #expect(throws: DSPError.self) { try SlopeStream(inputColumns: 2, slopeColumns: 0) }
        #expect(throws: DSPError.self) { try SlopeStream(inputColumns: 2, slopeColumns: 1, reach: 0) }
        #expect(throws: DSPError.self) { try SlidingMeanVariance.Stream(.init(windowLength: 0), columns: 1) }
        #expect(throws: DSPError.self) { try SlidingMeanVariance.Stream(.init(), columns: 0) }
        var source = ArraySource([0], rate: .analysis)
        #expect(throws: DSPError.self) { _ = try FeatureExtractor(deltaOrder: 3).extract(source: &source) }
        #expect(throws: DSPError.self) { _ = try FeatureExtractor(deltaOrder: -1).extract(source: &source) }
    }
}
