import DSP
import Signal

/// Listens along while blocks of a recording go by, and says at the end where two or more people spoke at once.
///
/// Memory is some seconds of features and, for an hour, 0.4 MB of probabilities and at most 2.5 MB of spectra. Nothing
/// depends on how the recording is cut into blocks. A listener serves one recording, on one task.
public final class OverlapListener {
    private var features: OverlapFeatures
    private let network: OverlapNetwork
    private var stream = FrameStream(grid: OverlapFeatures.grid, batchSize: 128)
    private var isStarted = false
    private var origin = 0
    private var spectra = VoiceSpectra()
    private var probability: [UInt8] = []
    private var band = TelephoneBand()
    private var frames = 0
    /// Rows not yet spent by the network, and how many at their start are context only.
    private var rows: [Float] = []
    private var context = 0
    /// Coded spectra of the frames from `probability.count / 2` on.
    private var pending: [UInt8] = []
    /// Frames the network is run over at a time.
    private let block: Int
    /// Probability, of 255, from which on a frame's spectrum is kept in any case.
    private static let candidate: UInt8 = 50

    /// - Throws: `OverlapError.unusableModel`.
    public convenience init() throws { try self.init(block: 750) }

    init(block: Int) throws {
        self.block = block
        network = try OverlapNetwork.shipped()
        features = try OverlapFeatures()
    }

    /// Takes the next block of a 16 kHz mono recording in.
    ///
    /// - Throws: `DSPError.discontinuousBlocks`.
    public func append(_ block: AudioBlock) throws {
        if !isStarted {
            isStarted = true
            origin = block.start
            let lead = OverlapFeatures.lead
            try stream.push(AudioBlock(start: -lead, samples: [Float](repeating: 0, count: lead)), take)
        }
        try stream.push(AudioBlock(start: block.start - origin, samples: block.samples), take)
    }

    /// Ends the recording; blocks after this are an error of the caller.
    public func finish() throws -> OverlapActivity {
        let count = isStarted ? stream.sampleCount - OverlapFeatures.lead : 0
        try stream.finish(paddingTo: (count + OverlapFeatures.grid.hop - 1) / OverlapFeatures.grid.hop, take)
        features.finish(to: &rows)
        run(isLast: true)
        let frames = (count + OverlapActivity.hop - 1) / OverlapActivity.hop
        if probability.count > frames { probability.removeLast(probability.count - frames) }
        return OverlapActivity(
            probability: probability, sampleCount: count, isTelephoneBand: band.isTelephone, spectra: spectra)
    }

    private func take(_ batch: FrameBatch) {
        for i in 0..<batch.count {
            features.append(frame: batch.frame(i), to: &rows)
            let energies = features.lastEnergies
            for energy in energies { pending.append(VoiceSpectra.code(energy)) }
            // One frame in five tells the band well enough.
            if frames % 5 == 0 { band.add(energies) }
            frames += 1
        }
        run(isLast: false)
    }

    private func run(isLast: Bool) {
        let inputs = OverlapNetwork.inputs, reach = OverlapNetwork.reach
        while true {
            let count = rows.count / inputs
            let isRest = isLast && count - context <= block + reach
            guard count > context, isRest || count - context >= block + reach else { return }
            let end = isRest ? count : context + block
            let used = min(count, end + reach)
            let result = rows.withUnsafeBufferPointer {
                network.probabilities(UnsafeBufferPointer(rebasing: $0[..<(used * inputs)]))
            }
            keep(result[context..<end])
            let spent = max(0, end - reach)
            rows.removeFirst(spent * inputs)
            context = end - spent
            if isRest { return }
        }
    }

    private func keep(_ result: ArraySlice<Float>) {
        let bands = VoiceSpectra.bands, first = probability.count / 2
        for (offset, p) in result.enumerated() {
            let byte = UInt8(min(255, max(0, (p * 255).rounded())))
            probability.append(byte)
            probability.append(byte)
            spectra.append(
                index: first + offset, energies: pending[offset * bands..<(offset + 1) * bands],
                isCandidate: byte >= Self.candidate)
        }
        pending.removeFirst(result.count * bands)
    }
}

/// A source that lets an overlap listener hear what another analysis reads, so that the recording is read once for both.
///
///     var tap = OverlapTap(source, listener: try OverlapListener())
///     let result = try SpeakerSegmenter().segment(source: &tap, speech: speech)
///     let activity = try tap.listener.finish()
public struct OverlapTap<Base: SampleSource>: SampleSource {
    private var base: Base
    public let listener: OverlapListener

    /// - Parameter base: 16 kHz mono.
    public init(_ base: Base, listener: OverlapListener) {
        self.base = base
        self.listener = listener
    }

    public var rate: SampleRate { base.rate }
    public var expectedCount: Int? { base.expectedCount }

    public mutating func nextBlock() throws -> AudioBlock? {
        guard let block = try base.nextBlock() else { return nil }
        try listener.append(block)
        return block
    }
}
