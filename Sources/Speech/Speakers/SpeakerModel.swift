import DSP
import Foundation
import Signal

/// What many voices have in common, and the directions in which they differ.
///
/// A Gaussian mixture over cepstra of many speakers, and a projection of window means adapted from it in which windows of
/// one speaker point the same way. Trained by `Scripts/training/train_speaker_model.py`.
struct SpeakerModel: Sendable {
    /// Cepstral coefficients a frame, without the zeroth: the level says where the microphone is, not who speaks.
    let columns: Int
    /// The mean frame of the training speech: columns.
    let centre: [Float]
    let mixture: DiagonalMixture
    /// Frames that count as much as the background's mean when a window's means are adapted.
    let relevance: Float
    /// directions × (components · columns), row-major.
    let projection: [Float]
    /// Projection of the mean window: directions.
    let offset: [Float]
    var directions: Int { offset.count }
    /// How windows of one recording compare (probabilistic linear discriminant analysis; Ioffe 2006): the mean of their unit
    /// vectors, directions in which windows of one voice vary by 1 (compared × directions, row-major), and the variance
    /// between voices along each, falling.
    let comparisonMean: [Float]
    let comparison: [Float]
    let between: [Float]
    var compared: Int { between.count }

    /// The features the model was trained on.
    static var featureOptions: MFCC.Options {
        var options = MFCC.Options()
        options.mel = MelFilterBank.Options(count: 30, lowestFrequency: 64, highestFrequency: 7_600)
        options.coefficientCount = 20
        options.lifter = 22
        return options
    }

    /// The model that ships with the program.
    static func shipped() throws -> SpeakerModel {
        // Foundation takes a folder named Resources inside a bundle for the bundle's own resource folder on some platforms
        // and not on others, so the path is built from the bundle itself.
        let name = "Resources/speaker-background.bin"
        let bundle = Bundle.module
        let places = [bundle.bundleURL, bundle.resourceURL].compactMap { $0?.appendingPathComponent(name) }
        guard let data = places.lazy.compactMap({ try? Data(contentsOf: $0) }).first else {
            throw SpeakerSegmentationError.unusableModel("speaker-background.bin was not found")
        }
        return try SpeakerModel(data: data)
    }

    /// Little-endian: `ORSB`, version 2, columns, components, directions, training speakers and compared directions as UInt32,
    /// then Float32: relevance, centre, weights, means, variances, offset, projection, comparison mean, comparison, between.
    init(data: Data) throws {
        let bytes = [UInt8](data)
        func integer(_ index: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[4 + 4 * index + $1]) << (8 * $1) }
        }
        let header = 28
        guard bytes.count >= header + 4, bytes[0..<4].elementsEqual("ORSB".utf8) else {
            throw SpeakerSegmentationError.unusableModel("it is not a speaker model")
        }
        guard integer(0) == 2 else {
            throw SpeakerSegmentationError.unusableModel("its version is \(integer(0)), not 2")
        }
        let columns = integer(1), components = integer(2), directions = integer(3), compared = integer(5)
        guard columns == Self.featureOptions.coefficientCount - 1, (1...1_024).contains(components),
            (1...512).contains(directions), (1...directions).contains(compared)
        else { throw SpeakerSegmentationError.unusableModel("its dimensions are wrong") }
        let sizes = [1, columns, components, components * columns, components * columns, directions,
            directions * components * columns, directions, compared * directions, compared]
        guard bytes.count == header + 4 * sizes.reduce(0, +) else {
            throw SpeakerSegmentationError.unusableModel("its length is wrong")
        }
        var position = header
        let parts = sizes.map { size in
            (0..<size).map { _ -> Float in
                let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
                position += 4
                return Float(bitPattern: word)
            }
        }
        guard parts.allSatisfy({ $0.allSatisfy(\.isFinite) }), parts[4].allSatisfy({ $0 > 0 }),
            parts[2].allSatisfy({ $0 > 0 }), parts[9].allSatisfy({ $0 > 0 }), parts[0][0] > 0
        else { throw SpeakerSegmentationError.unusableModel("it holds values that are out of range") }
        self.columns = columns
        relevance = parts[0][0]
        centre = parts[1]
        mixture = DiagonalMixture(weights: parts[2], means: parts[3], variances: parts[4], columns: columns)
        offset = parts[5]
        projection = parts[6]
        comparisonMean = parts[7]
        comparison = parts[8]
        between = parts[9]
    }
}
