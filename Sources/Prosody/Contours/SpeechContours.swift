import Foundation
import Signal

/// Level, pitch and spectral shape of a recording every 10 ms, read in one pass.
struct SpeechContours: Sendable {
    /// Samples from one value to the next, at 16 kHz; value `i` speaks for `i·hop ..< (i+1)·hop`.
    static let hop = 160
    /// Level in dB re full scale, of the signal with its treble lifted (first difference, 0.97): that is nearer to
    /// loudness than the plain level, which rumble and low vowels govern.
    var level: [Float] = []
    /// The same without smoothing, for the edges of silences: each value sees its own 10 ms only.
    var sharpLevel: [Float] = []
    /// Pitch in semitones re 100 Hz; not a number where there is none.
    var pitch: [Float] = []
    /// How much the sound's envelope looks like slow single pulses (creak), 0 … 255 for 0 … 1.
    var pulse: [UInt8] = []
    /// Log mel energies, ``SpectrumRows/bands`` a value; empty when they were not read.
    var spectrum = SpectrumRows()
    /// Samples in the recording.
    var length = 0

    var count: Int { level.count }

    /// - Parameter powers: mean squares, one a hop.
    init(powers: [Float], pitch: [Float] = [], pulse: [UInt8] = [], spectrum: SpectrumRows = SpectrumRows(), length: Int? = nil) {
        // Smoothed over the 30 ms around each place.
        level = powers.indices.map { index in
            let before = powers[max(0, index - 1)], after = powers[min(powers.count - 1, index + 1)]
            return 10 * log10((before + 2 * powers[index] + after) / 4 + 1e-10)
        }
        sharpLevel = powers.map { 10 * log10($0 + 1e-10) }
        self.pitch = pitch.count == level.count ? pitch : [Float](repeating: .nan, count: level.count)
        self.pulse = pulse.count == level.count ? pulse : [UInt8](repeating: 0, count: level.count)
        self.spectrum = spectrum
        self.length = length ?? level.count * Self.hop
    }

    /// The values that speak for `range`; never beyond the ends.
    func frames(in range: SampleRange) -> Range<Int> {
        let low = min(count, max(0, (range.start + Self.hop / 2) / Self.hop))
        return low..<max(low, min(count, (range.end + Self.hop / 2) / Self.hop))
    }

    static func samples(ofFrames frames: Range<Int>) -> SampleRange {
        SampleRange(frames.lowerBound * hop, frames.upperBound * hop)
    }

    /// The level that words usually reach: the median of their loudest frames, dB.
    func usualPeak(_ words: [ProsodicWord]) -> Float {
        let peaks = words.compactMap { word in word.range.flatMap { frames(in: $0).map { level[$0] }.max() } }.sorted()
        return peaks.isEmpty ? -30 : peaks[peaks.count / 2]
    }

    /// What a picture of the recording needs.
    var shown: SoundContours {
        SoundContours(hop: Self.hop, rate: .analysis, level: level, pitch: pitch.map { $0.isNaN ? .nan : 100 * exp2($0 / 12) })
    }
}

/// Log mel energies of frame after frame in half decibels, one byte a value: hours of them must fit into memory.
struct SpectrumRows: Sendable {
    /// Filters, evenly spaced on the mel scale from 60 to 7600 Hz.
    static let bands = 20
    /// What the byte 0 stands for, dB.
    private static let floor: Float = -85

    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count / Self.bands }
    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(logMel row: UnsafeBufferPointer<Float>) {
        for value in row {
            let half = (value * (10 / Float(M_LN10)) - Self.floor) * 2
            bytes.append(UInt8(max(0, min(255, half.rounded()))))
        }
    }

    mutating func keep(_ count: Int) { if bytes.count > count * Self.bands { bytes.removeLast(bytes.count - count * Self.bands) } }

    /// One frame's energies, dB.
    func decibels(_ frame: Int) -> [Float] {
        bytes[frame * Self.bands..<(frame + 1) * Self.bands].map { Self.floor + Float($0) / 2 }
    }

    /// Mean of bands `range` of a frame, dB.
    func mean(_ frame: Int, _ range: Range<Int>) -> Float {
        var sum = 0
        for band in range { sum += Int(bytes[frame * Self.bands + band]) }
        return Self.floor + Float(sum) / Float(2 * max(1, range.count))
    }
}
