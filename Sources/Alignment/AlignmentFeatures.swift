import DSP
import Signal

/// The acoustic front end of alignment: cepstra every 10 ms, the same for recordings and for synthetic speech.
enum AlignmentFeatures {
    static let coefficients = 13
    /// Frames of a recording: 25 ms every 10 ms.
    static let grid = FrameGrid.speech

    private static func options(_ grid: FrameGrid, floor: Float) -> MFCC.Options {
        var options = MFCC.Options()
        options.grid = grid
        options.coefficientCount = coefficients
        options.mel.count = 26
        options.mel.lowestFrequency = 60
        options.mel.highestFrequency = 7000
        // Voices differ most in what a strong lifter would lift; the normalisation to unit variance does its work.
        options.lifter = 0
        options.energyFloor = floor
        return options
    }

    static func recording(_ source: inout some SampleSource, progress: Progress) throws -> FrameMatrix {
        let extractor = FeatureExtractor(options(grid, floor: 1e-7))
        let matrix = try extractor.extract(source: &source, progress: progress)
        return FrameMatrix(dimensions: matrix.columns, values: matrix.values)
    }

    /// Features of synthetic speech with frames as long and as far apart in seconds as a recording's.
    /// - Returns: the frames, and the grid they lie on.
    static func synthetic(_ samples: [Float], rate: SampleRate) throws -> (FrameMatrix, FrameGrid) {
        let grid = FrameGrid(rate: rate, hop: rate.position(seconds: 0.01), length: rate.position(seconds: 0.025))
        // A synthesiser's stops are digitally silent, a room's never are: a floor about 60 dB under speech.
        let extractor = FeatureExtractor(options(grid, floor: 1e-3))
        var source = ArraySource(samples, rate: rate)
        let matrix = try extractor.extract(source: &source)
        return (FrameMatrix(dimensions: matrix.columns, values: matrix.values), grid)
    }
}
