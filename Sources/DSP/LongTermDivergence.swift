import Foundation

/// Long-term spectral divergence frame by frame (Ramírez et al. 2004, "Efficient voice activity detection algorithms using
/// long-term speech information"): how far the loudest of the frames around stands above the noise, see
/// `FrameMeasures.longTermSpectralDivergence`.
///
/// It departs from the paper in taking the noise from the minima of each bin (`NoiseFloorTracker`), not from an assumed silence at
/// the beginning. Values come `reach` frames late; frames beyond the ends of the recording are left out of the maximum.
public struct LongTermDivergence: Sendable {
    /// Frames on each side.
    public let reach: Int
    private let binCount: Int
    private var tracker: NoiseFloorTracker
    /// The last 2 · reach + 1 spectra, at most.
    private var rows: [Float] = []
    private var held = 0
    private var waiting = 0

    /// - Parameters:
    ///   - binCount: values in a spectrum.
    ///   - frameRate: spectra a second.
    ///   - reach: 6 frames of 10 ms reach over a stop consonant and leave a pause a pause.
    /// - Throws: `DSPError.invalidParameter`.
    public init(binCount: Int, frameRate: Double, reach: Int = 6) throws {
        try DSPError.require((0...100).contains(reach), "the divergence reach", reach, "0 to 100 frames")
        tracker = try NoiseFloorTracker(binCount: binCount, frameRate: frameRate)
        self.binCount = binCount
        self.reach = reach
        rows.reserveCapacity((2 * reach + 2) * binCount)
    }

    /// - Parameter power: the power spectrum of the next frame, `binCount` values.
    /// - Returns: the divergence, dB, of the frame `reach` frames earlier; nil for the first `reach` frames.
    public mutating func next(_ power: UnsafeBufferPointer<Float>) -> Float? {
        tracker.update(power)
        if held == 2 * reach + 1 { drop() }
        rows.append(contentsOf: power)
        held += 1
        if waiting < reach {
            waiting += 1
            return nil
        }
        return value()
    }

    /// The divergences of the frames still due, in order.
    public mutating func finish() -> [Float] {
        var rest: [Float] = []
        while waiting > 0 {
            if held > reach + waiting { drop() }
            rest.append(value())
            waiting -= 1
        }
        return rest
    }

    private mutating func drop() {
        rows.removeFirst(binCount)
        held -= 1
    }

    private func value() -> Float {
        rows.withUnsafeBufferPointer { rows in
            tracker.noise.withUnsafeBufferPointer { noise in
                FrameMeasures.longTermSpectralDivergence(frames: rows, noise: noise)
            }
        }
    }
}
