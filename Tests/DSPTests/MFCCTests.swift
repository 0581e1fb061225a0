import DSP
import Foundation
import Signal
import Testing

private func reference(_ name: String) throws -> [[Float]] { try reference(name, in: "mfcc-reference") }

private func largestDifference(_ matrix: FeatureMatrix, _ rows: [[Float]], columns: Int, from: Int = 0, skip: Int = 0) -> Float {
    var worst: Float = 0
    for (i, row) in rows.enumerated() {
        for c in 0..<columns { worst = max(worst, abs(matrix[i + skip, from + c] - row[c])) }
    }
    return worst
}

@Suite struct MFCCTests {
    @Test func cepstrumAgreesWithLibrosa() throws {
        var source = ArraySource(referenceSignal(), rate: .analysis, blockLength: 333)
        let matrix = try FeatureExtractor(deltaOrder: 1).extract(source: &source)
        let rows = try reference("mfcc"), slopes = try reference("delta")
        #expect(rows.count == 13 && matrix.rows == 13 && matrix.columns == 40)
        #expect(largestDifference(matrix, rows, columns: 20) < 5e-3)
        #expect(largestDifference(matrix, slopes, columns: 20, from: 20, skip: 2) < 5e-3)
    }

    @Test func logMelAgreesWithLibrosa() throws {
        var source = ArraySource(referenceSignal(), rate: .analysis)
        let matrix = try FeatureExtractor(.logMel(count: 40)).extract(source: &source)
        #expect(largestDifference(matrix, try reference("logmel"), columns: 40) < 2e-3)

        var slaney = MFCC.Options.logMel(count: 24)
        slaney.mel = .init(count: 24, lowestFrequency: 0, highestFrequency: 8000, scale: .slaney, areaNormalized: true)
        source = ArraySource(referenceSignal(), rate: .analysis)
        let other = try FeatureExtractor(slaney).extract(source: &source)
        #expect(largestDifference(other, try reference("slaney"), columns: 24) < 2e-3)
    }

    @Test func blocksDoNotMatter() throws {
        let x = noise(20_000, amplitude: 0.1)
        var whole = ArraySource(x, rate: .analysis), pieces = ArraySource(x, rate: .analysis, blockLength: 97)
        let a = try FeatureExtractor(deltaOrder: 2).extract(source: &whole)
        let b = try FeatureExtractor(deltaOrder: 2).extract(source: &pieces)
        #expect(a == b)
        #expect(a.rows == FrameGrid.speech.frameCount(sampleCount: 20_000) && a.columns == 60)
    }

    @Test func silenceAndDamagedSamplesStayFinite() throws {
        var x = [Float](repeating: 0, count: 4000)
        x[1000] = .nan
        x[1500] = .infinity
        x[2000] = 1e30
        var source = ArraySource(x, rate: .analysis)
        let matrix = try FeatureExtractor().extract(source: &source)
        #expect(matrix.values.allSatisfy { $0.isFinite })
    }

    @Test func shortRecordingsGiveNoRows() throws {
        for count in [0, 1, 399] {
            var source = ArraySource([Float](repeating: 0.1, count: count), rate: .analysis)
            #expect(try FeatureExtractor(deltaOrder: 2).extract(source: &source).rows == 0)
        }
    }

    @Test func anotherRateIsRefused() {
        var source = ArraySource([0, 0], rate: SampleRate(8000))
        #expect(throws: DSPError.rateMismatch(expected: .analysis, found: SampleRate(8000))) {
            _ = try FeatureExtractor().extract(source: &source)
        }
    }

    @Test(arguments: [
        { (o: inout MFCC.Options) in o.coefficientCount = 0 }, { $0.coefficientCount = 41 }, { $0.preEmphasis = 1 },
        { $0.preEmphasis = .nan }, { $0.energyFloor = 0 }, { $0.lifter = -1 }, { $0.transformSize = 256 },
    ] as [@Sendable (inout MFCC.Options) -> Void]) func refusesInvalidOptions(change: @Sendable (inout MFCC.Options) -> Void) {
        var options = MFCC.Options()
        change(&options)
        #expect(throws: DSPError.self) { _ = try MFCC(options: options) }
    }

    @Test func progressCanCancel() {
        var source = ArraySource(noise(50_000), rate: .analysis, blockLength: 1000)
        #expect(throws: CancellationError.self) {
            _ = try FeatureExtractor().extract(source: &source) { if $0 > 0.3 { throw CancellationError() } }
        }
    }
}

@Suite struct NormalisationTests {
    private let grid = FrameGrid.speech

    @Test func slopeOfALineIsItsSlope() {
        let matrix = FeatureMatrix(values: (0..<40).flatMap { [Float($0) * 3, 5] }, columns: 2, grid: grid)
        let slopes = matrix.deltas(reach: 3)
        for row in 3..<37 {
            #expect(abs(slopes[row, 0] - 3) < 1e-4)
            #expect(slopes[row, 1] == 0)
        }
    }

    @Test(arguments: [1, 7, 50, 400]) func slidingWindowAgreesWithASlowOne(window: Int) throws {
        let original = FeatureMatrix(values: noise(360, seed: 9), columns: 3, grid: grid)
        var matrix = original
        try SlidingMeanVariance(windowLength: window, normalizesVariance: true).apply(to: &matrix)
        let length = min(window, 120)
        for row in 0..<120 {
            let start = max(0, min(row - length / 2, 120 - length))
            for c in 0..<3 {
                let values = (start..<start + length).map { Double(original[$0, c]) }
                let mean = values.reduce(0, +) / Double(length)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(length)
                let expected = (Double(original[row, c]) - mean) / max(variance, 1e-10).squareRoot()
                #expect(abs(Double(matrix[row, c]) - expected) < 1e-2)
            }
        }
    }

    @Test func cepstraNormalisedOverFiveFramesAgreeWithNumpy() throws {
        var source = ArraySource(referenceSignal(), rate: .analysis)
        let normal = SlidingMeanVariance(windowLength: 5, normalizesVariance: true)
        let matrix = try FeatureExtractor(normalization: normal).extract(source: &source)
        #expect(largestDifference(matrix, try reference("cmvn"), columns: 20) < 2e-2)
    }

    @Test func windowMustBePositive() {
        var matrix = FeatureMatrix(values: [1, 2], columns: 1, grid: grid)
        #expect(throws: DSPError.self) { try SlidingMeanVariance(windowLength: 0).apply(to: &matrix) }
    }
}

@Suite struct FrameStreamTests {
    @Test(arguments: [1, 13, 160, 400, 999, 5000]) func framesAreThoseOfTheGrid(block: Int) throws {
        let x = noise(5000)
        var seen = 0
        var source = ArraySource(x, rate: .analysis, blockLength: block)
        let total = try FrameStream.read(&source, grid: .speech, batchSize: 5, padded: true) { batch in
            #expect(batch.firstFrame == seen)
            for i in 0..<batch.count {
                let expected = (0..<400).map { k in
                    let p = (seen + i) * 160 + k
                    return p < 5000 ? x[p] : 0
                }
                #expect(Array(batch.frame(i)) == expected)
            }
            seen += batch.count
        }
        #expect(total == 5000 && seen == 32)
    }

    @Test func aGapIsAnError() throws {
        var stream = FrameStream(grid: .speech)
        try stream.push(AudioBlock(start: 100, samples: [1, 2, 3])) { _ in }
        #expect(throws: DSPError.discontinuousBlocks(expectedStart: 103, found: 104)) {
            try stream.push(AudioBlock(start: 104, samples: [4])) { _ in }
        }
    }
}
