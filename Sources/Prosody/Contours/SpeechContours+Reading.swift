import DSP
import Foundation
import Signal

extension SpeechContours {
    /// Reads a recording once.
    ///
    /// - Parameter source: 16 kHz mono.
    /// - Throws: ``ProsodyError/wrongRate(found:)``, and what DSP, the source and `progress` throw.
    init(source: inout some SampleSource, options: ProsodyOptions, progress: Signal.Progress) throws {
        guard source.rate == .analysis else { throw ProsodyError.wrongRate(found: source.rate) }
        var tap = try SoundTap(base: source)
        defer { source = tap.base }
        var pitch: [Float] = []
        if options.usesPitch {
            var pitchOptions = PitchTracker.Options(floor: options.pitchFloor, ceiling: options.pitchCeiling, step: 0.01)
            pitchOptions.isRefined = false
            let tracker = try PitchTracker(pitchOptions)
            let track = try tracker.track(source: &tap, progress: progress)
            try tap.finish()
            pitch = tap.powers.indices.map { index -> Float in
                guard let frame = track.frame(nearest: index * Self.hop + Self.hop / 2), track.isVoiced(frame),
                    abs(track.position(ofFrame: frame) - index * Self.hop) < 2 * Self.hop
                else { return .nan }
                return 12 * log2(track.f0[frame] / 100)
            }
        } else {
            while try tap.nextBlock() != nil {
                try progress(source.expectedCount.map { min(1, Double(tap.count) / Double(max(1, $0))) } ?? 0)
            }
            try tap.finish()
        }
        self.init(powers: tap.powers, pitch: pitch, pulse: tap.pulses, spectrum: tap.spectrum, length: tap.count)
    }
}

/// Measures the sound that passes on its way to the pitch tracker.
private struct SoundTap<Base: SampleSource>: SampleSource {
    var base: Base
    private(set) var count = 0
    /// Mean squares of the lifted signal, one a hop; the last may cover less.
    private(set) var powers: [Float] = []
    private var sum = 0.0
    private var filled = 0
    private var last: Float = 0
    private let spectra: SpectrumReader
    private var meter = PulseMeter()

    init(base: Base) throws {
        self.base = base
        spectra = try SpectrumReader()
    }

    var rate: SampleRate { base.rate }
    var expectedCount: Int? { base.expectedCount }
    var spectrum: SpectrumRows { spectra.rows }
    var pulses: [UInt8] { meter.values }

    mutating func nextBlock() throws -> AudioBlock? {
        guard let block = try base.nextBlock() else { return nil }
        count += block.samples.count
        for sample in block.samples {
            let lifted = sample - 0.97 * last
            last = sample.isFinite ? sample : 0
            let power = lifted.isFinite ? lifted * lifted : 0
            sum += Double(power)
            meter.append(power)
            filled += 1
            if filled == SpeechContours.hop { close() }
        }
        try spectra.append(block.samples)
        return block
    }

    private mutating func close() {
        powers.append(Float(sum / Double(SpeechContours.hop)))
        sum = 0
        filled = 0
    }

    mutating func finish() throws {
        if filled > 0 { close() }
        try spectra.finish(count: powers.count)
        meter.finish(count: powers.count)
    }
}

/// Log mel energies of 25 ms around each 10 ms.
private final class SpectrumReader {
    private(set) var rows = SpectrumRows()
    private var stream = FrameStream(grid: .speech)
    private var mfcc: MFCC
    private var position = 0
    private var output: [Float] = []
    /// Half a window less half a hop: with so many zeros in front, frame `i` lies around the middle of hop `i`.
    private static let lead = (FrameGrid.speech.length - FrameGrid.speech.hop) / 2

    init() throws {
        var options = MFCC.Options.logMel(count: SpectrumRows.bands)
        options.mel.lowestFrequency = 60
        mfcc = try MFCC(options: options)
        try push([Float](repeating: 0, count: Self.lead))
    }

    func append(_ samples: [Float]) throws { try push(samples) }

    private func push(_ samples: [Float]) throws {
        try stream.push(AudioBlock(start: position, samples: samples), take)
        position += samples.count
    }

    func finish(count: Int) throws {
        try stream.finish(paddingTo: count, take)
        rows.keep(count)
    }

    private func take(_ batch: FrameBatch) {
        let width = SpectrumRows.bands
        if output.count != batch.count * width { output = [Float](repeating: 0, count: batch.count * width) }
        output.withUnsafeMutableBufferPointer { mfcc.process(batch, into: $0) }
        output.withUnsafeBufferPointer { rows.append(logMel: $0) }
    }
}
