import Foundation
import Signal

/// Moves the pitch and the formants of a voice, independently, without changing its timing.
///
/// Every frame is transformed and divided by its spectral envelope (`SpectralEnvelope`). What remains, the harmonics of the voice
/// source, is moved peak by peak, each with its surroundings and locked to its phase (Laroche and Dolson 1999, "New phase-vocoder
/// techniques for pitch-shifting, harmonizing and other exotic effects"); the envelope is laid over it again with its frequencies
/// stretched. Above 6 kHz, where speech is breath and friction, the source stays where it is. A frame is 50 ms: three and a half
/// periods of a low voice, a compromise between harmonics that are told apart and consonants that are not smeared.
///
/// Departures from the paper: a peak is moved by whole bins of a transform twice the frame's length, with the phase right at the
/// frame's middle, so that no spectrum has to be interpolated; phases start anew after silence; and where a pitch moved
/// downwards leaves a gap below 6 kHz it is filled with the source in place, its phases scattered, so that the old harmonics are
/// not heard (and cannot be measured) there.
///
/// One channel, fed in blocks of any size; output sample `n` belongs to input sample `n`, and as many come out as went in. The same
/// input gives the same output however it is cut. A value is one worker's tool.
public struct VoiceShifter: ~Copyable {
    public let rate: SampleRate
    let frameLength: Int
    let hop: Int
    private let size: Int
    private var fft: RealFFT
    private var envelope: SpectralEnvelope
    private let window: [Float]
    private let normalisation: Float
    /// Samples waiting to be framed; the first belongs to position `inputStart`.
    private var input: [Float] = []
    private var inputStart: Int
    /// Sums of overlapping frames; the first belongs to position `outputStart`.
    private var output: [Float] = []
    private var outputStart: Int
    private var received = 0
    private var delivered = 0
    private var frame = 0
    private var bins: Bins
    private var loudest: Float = 0

    /// Seconds in a frame.
    static let frameSeconds = 0.05
    /// Hz above which the source is not moved.
    static let highest = 6_000.0
    /// Below this share of the loudest frame of late a frame is silence: −60 dB.
    static let silence: Float = 1e-6

    /// - Parameter rate: of the samples, 8 to 192 kHz.
    /// - Throws: `DSPError`.
    public init(rate: SampleRate) throws {
        try DSPError.require((8_000...192_000).contains(rate.hertz), "the rate for a voice shift", rate, "8000 to 192000 Hz")
        let hop = max(1, Int(Self.frameSeconds * Double(rate.hertz)) / 4), frameLength = 4 * hop
        let size = RealFFT.powerOfTwo(atLeast: frameLength * 3 / 2)
        // Both made before either is kept: what cannot be copied cannot be half made.
        let fft = try RealFFT(size: size), envelope = try SpectralEnvelope(size: size)
        self.rate = rate
        self.hop = hop
        self.frameLength = frameLength
        self.size = size
        bins = Bins(count: fft.binCount)
        self.fft = fft
        self.envelope = envelope
        window = Window.hann.values(count: frameLength)
        // Four squared Hann windows that overlap add up to 3/2.
        normalisation = 1 / (1.5 * Float(size))
        inputStart = -frameLength
        outputStart = -frameLength
        input = [Float](repeating: 0, count: frameLength)
    }

    /// Takes samples and appends those that are ready.
    ///
    /// - Parameter shift: what happens at a position (the middle of a frame); nil for what stays as it is, to within rounding.
    public mutating func process(_ samples: UnsafeBufferPointer<Float>, shift: (Int) -> VoiceShift?, into result: inout [Float]) {
        input.append(contentsOf: samples)
        received += samples.count
        while inputStart + input.count >= frame * hop { step(shift) }
        deliver(upTo: frame * hop - frameLength, into: &result)
    }

    /// The rest, at the end of the recording.
    public mutating func finish(shift: (Int) -> VoiceShift?, into result: inout [Float]) {
        while frame * hop - frameLength < received {
            let missing = frame * hop - (inputStart + input.count)
            if missing > 0 { input.append(contentsOf: repeatElement(0, count: missing)) }
            step(shift)
        }
        deliver(upTo: received, into: &result)
    }

    /// The next frame begins at `frame · hop − frameLength`.
    private mutating func step(_ shift: (Int) -> VoiceShift?) {
        let begin = frame * hop - frameLength, offset = begin - inputStart
        let time = fft.samples
        var power: Float = 0
        for n in 0..<frameLength {
            let value = input[offset + n] * window[n]
            time[n] = value
            power += value * value
        }
        for n in frameLength..<size { time[n] = 0 }
        let needed = begin + frameLength - outputStart
        if output.count < needed { output.append(contentsOf: repeatElement(0, count: needed - output.count)) }
        loudest = max(power, loudest * 0.9995)
        if power > 0, let chosen = shift(begin + frameLength / 2) {
            fft.transform()
            if power < Self.silence * loudest { bins.forget() }
            move(chosen)
            fft.transformBack()
            add(at: begin - outputStart, scale: normalisation)
        } else {
            bins.forget()
            if power > 0 { add(at: begin - outputStart, scale: 1 / 1.5) }
        }
        frame += 1
        let used = frame * hop - frameLength - inputStart
        // Shifting the rest to the front costs time: done seldom.
        if used > 16 * frameLength {
            input.removeFirst(used)
            inputStart += used
        }
    }

    private mutating func add(at offset: Int, scale: Float) {
        let time = fft.samples
        for n in 0..<frameLength { output[offset + n] += time[n] * window[n] * scale }
    }

    private mutating func deliver(upTo end: Int, into result: inout [Float]) {
        let from = max(0, delivered), to = min(end, received)
        if to > from {
            result.append(contentsOf: output[(from - outputStart)..<(to - outputStart)])
            delivered = to
        }
        let used = to - outputStart
        if used > 16 * frameLength {
            output.removeFirst(used)
            outputStart += used
        }
    }

    /// The spectrum in `fft` with its peaks and its envelope moved.
    private mutating func move(_ shift: VoiceShift) {
        let count = fft.binCount
        let spectrum = fft.interleavedSpectrum
        bins.load(spectrum)
        bins.takeEnvelope(&envelope, period: Double(rate.hertz) / shift.medianPitch)
        bins.stretchEnvelope(by: Float(shift.formants))
        let width = Double(rate.hertz) / Double(size)
        let limit = min(Double(count - 1), Self.highest * max(1, 1 / shift.pitch) / width)
        bins.findPeaks()
        bins.movePeaks(
            shift.pitch, below: limit, hop: hop, size: size, middle: frameLength / 2, fillsUpTo: Int(Self.highest / width),
            frame: frame)
        for k in 0..<count {
            spectrum[2 * k] = bins.movedReal[k]
            spectrum[2 * k + 1] = bins.movedImaginary[k]
        }
    }
}
