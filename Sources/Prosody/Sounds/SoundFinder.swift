import Foundation
import Signal

/// A sound in which nobody says a word: laughter, a breath, a hesitation that was not written down.
struct VocalSound: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case laughter, breath, hesitation }
    var kind: Kind
    /// Samples at 16 kHz.
    var range: SampleRange
    /// 0 … 1.
    var confidence: Double
    var evidence: [String: Double]
}

/// Looks between the words of a talk.
///
/// *Laughter* is a series of like bursts, three to eight a second (Provine and Yong 1991 found notes of 75 ms every 210 ms, each
/// like the one before): at least three, evenly spaced, and each with the spectrum of the one before. There is other laughter, a
/// single snort or a long squeal, which is not found. Words that nobody wrote down have such a rhythm too, but their spectra change
/// from syllable to syllable. *A hesitation* is one voiced sound of
/// level pitch and unchanging spectrum; *a breath* a weak one without voice.
struct SoundFinder: Sendable {
    let contours: SpeechContours
    /// Level of the recording's background, and what words usually reach, dB.
    let floor: Float
    let words: Float

    /// Shortest gap looked into, seconds.
    static let leastGap = 0.2

    /// The sounds in a stretch without words, in order.
    func sounds(in gap: SampleRange) -> [VocalSound] {
        let frames = contours.frames(in: gap)
        guard frames.count >= Int(Self.leastGap * 100), !contours.spectrum.isEmpty else { return [] }
        let units = units(in: frames)
        var found: [VocalSound] = []
        var rest = units[...]
        while let first = rest.first {
            let series = Array(rest.prefix(seriesLength(rest)))
            if let laugh = laughter(series) {
                found.append(laugh)
                rest = rest.dropFirst(series.count)
                continue
            }
            if let sound = hesitation(first) ?? breath(first) { found.append(sound) }
            rest = rest.dropFirst()
        }
        return found
    }

    /// Stretches of at least 50 ms above the background; dips of up to 30 ms do not part them.
    private func units(in frames: Range<Int>) -> [Range<Int>] {
        let threshold = floor + max(5, 0.2 * (words - floor))
        var found: [Range<Int>] = []
        for frame in frames where contours.sharpLevel[frame] > threshold {
            if let last = found.last, frame - last.upperBound <= 3 {
                found[found.count - 1] = last.lowerBound..<frame + 1
            } else {
                found.append(frame..<frame + 1)
            }
        }
        return found.filter { $0.count >= 5 }
    }

    private func seriesLength(_ units: ArraySlice<Range<Int>>) -> Int {
        var count = 1
        for (one, next) in zip(units, units.dropFirst()) {
            guard next.lowerBound - one.upperBound <= 30 else { break }
            count += 1
        }
        return count
    }

    // MARK: Laughter

    private func laughter(_ series: [Range<Int>]) -> VocalSound? {
        guard let first = series.first, let last = series.last else { return nil }
        let all = first.lowerBound..<last.upperBound
        guard all.count >= 30 else { return nil }
        let peaks = bursts(in: all)
        guard peaks.count >= 3 else { return nil }
        let steps = zip(peaks, peaks.dropFirst()).map { Double($1 - $0) / 100 }
        let mean = steps.reduce(0, +) / Double(steps.count)
        let spread = (steps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(steps.count)).squareRoot() / mean
        let rate = 1 / mean
        guard rate >= 3, rate <= 8, spread <= 0.4 else { return nil }
        let change = zip(peaks, peaks.dropFirst()).map { distance($0, $1) }.reduce(0, +) / Double(steps.count)
        guard change <= Self.mostChange else { return nil }
        // Evenness, likeness and number each speak; the weights keep the samples' laughs above, and series of unlike syllables below.
        let score = 0.9 * Double(min(peaks.count, 6) - 3) + 2.5 * (0.3 - spread) / 0.3 + 4 * (Self.usualChange - change) / Self.usualChange
        let confidence = 1 / (1 + exp(-score))
        guard confidence >= Self.leastLaughter else { return nil }
        return VocalSound(
            kind: .laughter, range: SpeechContours.samples(ofFrames: all), confidence: rounded(confidence),
            evidence: ["bursts": Double(peaks.count), "rate_hz": rounded(rate), "spread": rounded(spread), "change_db": rounded(change)])
    }

    /// Belief from which laughter is marked: words that nobody wrote down are the more common thing.
    private static let leastLaughter = 0.75
    /// Differences of the spectra of neighbouring bursts, dB: what laughter has, in a room, and what it never has. Neighbouring
    /// syllables of words differ by some 10 dB.
    private static let usualChange = 6.0, mostChange = 8.0

    /// Places of the peaks of the level that stand at least 5 dB above the dips beside them.
    private func bursts(in frames: Range<Int>) -> [Int] {
        var peaks: [Int] = []
        var top = frames.lowerBound, dip = Float.infinity
        var rising = true
        for frame in frames {
            let level = contours.level[frame]
            if rising {
                if level >= contours.level[top] { top = frame }
                if level < contours.level[top] - 5 {
                    peaks.append(top)
                    rising = false
                    dip = level
                }
            } else {
                dip = min(dip, level)
                if level > dip + 5 {
                    rising = true
                    top = frame
                }
            }
        }
        if rising, frames.contains(top), contours.level[top] > dip + 5 { peaks.append(top) }
        return peaks
    }

    /// Root mean square difference of two frames' spectra in shape, dB.
    private func distance(_ a: Int, _ b: Int) -> Double {
        let x = shape(a), y = shape(b)
        var sum: Float = 0
        for band in x.indices { sum += (x[band] - y[band]) * (x[band] - y[band]) }
        return Double((sum / Float(x.count)).squareRoot())
    }

    /// The mean of 50 ms without its level; bands far under the strongest count alike.
    private func shape(_ frame: Int) -> [Float] {
        var sum = [Float](repeating: 0, count: SpectrumRows.bands), count: Float = 0
        for near in max(0, frame - 2)...min(contours.spectrum.count - 1, frame + 2) {
            for (band, value) in contours.spectrum.decibels(near).enumerated() { sum[band] += value }
            count += 1
        }
        let top = (sum.max() ?? 0) / count
        let values = sum.map { max($0 / count, top - 25) }
        let mean = values.reduce(0, +) / Float(values.count)
        return values.map { $0 - mean }
    }

    // MARK: Hesitation and breath

    private func hesitation(_ unit: Range<Int>) -> VocalSound? {
        guard unit.count >= 18, unit.count <= 200 else { return nil }
        let pitches = unit.map { contours.pitch[$0] }.filter { !$0.isNaN }.sorted()
        let voiced = Double(pitches.count) / Double(unit.count)
        guard voiced >= 0.7, !fades(unit) else { return nil }
        let width = Double(SpeakerWords.quantile(pitches, 0.9) - SpeakerWords.quantile(pitches, 0.1))
        let middle = (unit.lowerBound + unit.upperBound) / 2
        let inner = unit.dropFirst(unit.count / 6).dropLast(unit.count / 6)
        let change = inner.map { distance($0, middle) }.reduce(0, +) / Double(max(1, inner.count))
        guard width <= 2.5, change <= 4 else { return nil }
        let peak = unit.map { contours.level[$0] }.max() ?? floor
        guard peak > words - 20 else { return nil }
        let confidence = 1 / (1 + exp(-(1.5 * (2.5 - width) + (4 - change) + 8 * (voiced - 0.8)) / 2))
        return VocalSound(
            kind: .hesitation, range: SpeechContours.samples(ofFrames: unit), confidence: rounded(confidence),
            evidence: ["voiced_share": rounded(voiced), "f0_width_st": rounded(width), "change_db": rounded(change)])
    }

    private func breath(_ unit: Range<Int>) -> VocalSound? {
        guard unit.count >= 12, unit.count <= 150 else { return nil }
        let voiced = Double(unit.count { !contours.pitch[$0].isNaN }) / Double(unit.count)
        let level = unit.map { contours.level[$0] }.sorted()[unit.count * 9 / 10]
        guard voiced <= 0.15, level <= words - 10, level >= floor + 5, !fades(unit) else { return nil }
        // Turbulence: the upper bands stand above their own background as the middle ones do; a knock or a chair is low.
        let low = mean(unit, 0..<5), middle = mean(unit, 6..<14)
        guard middle >= low - 6 else { return nil }
        let confidence = 1 / (1 + exp(-(Double(words - 10 - level) / 5 + Double(unit.count - 12) / 10 + (0.1 - voiced) * 10)))
        return VocalSound(
            kind: .breath, range: SpeechContours.samples(ofFrames: unit), confidence: rounded(confidence),
            evidence: ["level_db": rounded(Double(level - words)), "voiced_share": rounded(voiced)])
    }

    /// Whether a sound does nothing but die away, as the echo of a word does in a room (12 dB in a tenth of a second where the
    /// reverberation time is half a second).
    private func fades(_ unit: Range<Int>) -> Bool {
        let inner = unit.dropLast(unit.count / 6), n = Double(inner.count)
        let middle = Double(inner.lowerBound) + (n - 1) / 2
        var product = 0.0, square = 0.0
        for frame in inner {
            let x = Double(frame) - middle
            product += x * Double(contours.level[frame])
            square += x * x
        }
        // Decibels a second.
        return square > 0 && 100 * product / square < Self.fastestFall
    }

    private static let fastestFall = -35.0

    private func mean(_ frames: Range<Int>, _ bands: Range<Int>) -> Float {
        frames.reduce(0) { $0 + contours.spectrum.mean($1, bands) } / Float(max(1, frames.count))
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
