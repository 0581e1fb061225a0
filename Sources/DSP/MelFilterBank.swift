import Signal

/// Overlapping triangular filters, evenly spaced on a mel scale, over the bins of a power spectrum.
///
/// Filter `m` rises from edge `m` to edge `m + 1` and falls to edge `m + 2`, where the `count + 2` edges lie evenly
/// between the lowest and the highest frequency in mel. The sides are straight in hertz, as in librosa (in Kaldi they
/// are straight in mel). Only the bins that a filter touches are stored, filled up to eights with zero weights.
public struct MelFilterBank: Hashable, Sendable {
    public struct Options: Hashable, Sendable, Codable {
        /// Number of filters.
        public var count = 40
        /// Lower edge of the first filter, Hz. 20 Hz keeps the mean and rumble out.
        public var lowestFrequency = 20.0
        /// Upper edge of the last filter, Hz; at most half the rate. 7600 Hz stays below the slope of the filters that
        /// resample to 16 kHz.
        public var highestFrequency = 7600.0
        public var scale = MelScale.htk
        /// Whether each filter is divided by half its width in Hz, so that a flat spectrum gives a flat output.
        public var areaNormalized = false

        public init(
            count: Int = 40, lowestFrequency: Double = 20, highestFrequency: Double = 7600,
            scale: MelScale = .htk, areaNormalized: Bool = false
        ) {
            self.count = count
            self.lowestFrequency = lowestFrequency
            self.highestFrequency = highestFrequency
            self.scale = scale
            self.areaNormalized = areaNormalized
        }
    }

    public let options: Options
    /// Number of bins in the spectra it takes: `transformSize/2 + 1`.
    public let binCount: Int
    /// Number of filters.
    public var count: Int { options.count }

    private var starts: [Int] = []
    private var lengths: [Int] = []
    private var weights: [Float] = []

    /// - Throws: `DSPError.invalidParameter` when the frequencies are out of order or beyond half the rate, or `count`
    ///   or `transformSize` is not positive.
    public init(options: Options, transformSize: Int, rate: SampleRate) throws {
        let half = Double(rate.hertz) / 2
        try DSPError.require((1...1024).contains(options.count), "the number of mel filters", options.count, "1 to 1024")
        try DSPError.require(transformSize >= 2, "the transform size", transformSize, "at least 2")
        try DSPError.require(
            options.lowestFrequency >= 0 && options.lowestFrequency < options.highestFrequency,
            "the lowest mel frequency", options.lowestFrequency, "at least 0 Hz and below the highest")
        try DSPError.require(
            options.highestFrequency <= half, "the highest mel frequency", options.highestFrequency,
            "at most half the rate, \(half) Hz")
        self.options = options
        binCount = transformSize / 2 + 1

        let scale = options.scale
        let low = scale.mel(fromHertz: options.lowestFrequency), high = scale.mel(fromHertz: options.highestFrequency)
        let edges = (0..<options.count + 2).map {
            scale.hertz(fromMel: low + (high - low) * Double($0) / Double(options.count + 1))
        }
        let binWidth = Double(rate.hertz) / Double(transformSize)
        for m in 0..<options.count {
            let (left, peak, right) = (edges[m], edges[m + 1], edges[m + 2])
            let gain = options.areaNormalized ? 2 / (right - left) : 1
            let first = min(binCount, Int((left / binWidth).rounded(.down)) + 1)
            let last = min(binCount - 1, Int((right / binWidth).rounded(.up)) - 1)
            guard first <= last else {
                starts.append(0)
                lengths.append(0)
                continue
            }
            // Whole eights have no slow rest; a filter at the upper end is filled up from below.
            let length = min(binCount, (last - first + 8) / 8 * 8), start = min(first, binCount - length)
            starts.append(start)
            lengths.append(length)
            for bin in start..<start + length {
                guard (first...last).contains(bin) else {
                    weights.append(0)
                    continue
                }
                let f = Double(bin) * binWidth
                let height = min((f - left) / (peak - left), (right - f) / (right - peak))
                weights.append(Float(max(0, height) * gain))
            }
        }
    }

    /// The weight of `bin` in filter `filter`.
    public func weight(filter: Int, bin: Int) -> Float {
        let offset = lengths[..<filter].reduce(0, +)
        let index = bin - starts[filter]
        return index >= 0 && index < lengths[filter] ? weights[offset + index] : 0
    }

    /// Filter energies of one power spectrum of `binCount` values: `count` values.
    public func apply(_ power: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(power.count >= binCount && output.count >= count, "buffers fit the filter bank")
        weights.withUnsafeBufferPointer { weights in
            guard let w = weights.baseAddress, let p = power.baseAddress else { return }
            var offset = 0
            for m in 0..<count {
                output[m] = Vector.dot(w + offset, p + starts[m], lengths[m])
                offset += lengths[m]
            }
        }
    }
}
