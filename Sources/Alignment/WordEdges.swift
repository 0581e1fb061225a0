import Foundation
import Signal
import Transcript

/// From frames to word times: keeps words out of silences, in order and inside the recording.
struct WordEdges {
    let sound: SpeechFrames
    /// How far a word's edge may lie from the edge of speech and still be moved onto it, seconds.
    var snap = 0.06

    /// Phones that a run of words not found must have to count as not said. A lone `det` or `å` may be swallowed whole in
    /// talk, and its absence proves nothing, unless the text is known to be full of words that were not said.
    var leastUnsaidPhones = 5

    /// - Parameter unsaid: how often words of this text were not said.
    init(sound: SpeechFrames, unsaid: UnsaidPrior = UnsaidPrior()) {
        self.sound = sound
        leastUnsaidPhones = unsaid.rate >= 0.035 ? 1 : 5
    }

    /// - Parameter phones: number of phones of every word; 0 for words with nothing to say.
    func finish(_ places: [AlignmentPass.Place?], phones: [Int]) -> [AlignedWord] {
        let evidence = Evidence(places)
        let mismatching = evidence.mismatching()
        let places = places.indices.map { mismatching[$0] ? nil : places[$0] }
        let unsaid = unsaidWords(places, phones: phones)
        var result: [AlignedWord] = []
        var edge = 0
        for (index, place) in places.enumerated() {
            guard let place else {
                let placement: Placement = unsaid[index] || mismatching[index] ? .unplaced : .interpolated
                result.append(AlignedWord(range: nil, placement: placement, confidence: 0))
                continue
            }
            let raw = SampleRange(
                max(edge, sound.start(ofFrame: place.frames.lowerBound)), sound.start(ofFrame: place.frames.upperBound))
            let range = inSpeech(raw, after: edge, before: nextStart(places, after: index))
            edge = max(edge, range.end)
            let confidence = (100 * evidence.confidence(index)).rounded() / 100
            result.append(AlignedWord(range: range, placement: .aligned, confidence: confidence))
        }
        interpolate(&result)
        return result
    }

    /// The sample where the next word with a place begins, or the recording's end.
    private func nextStart(_ places: [AlignmentPass.Place?], after index: Int) -> Int {
        places[(index + 1)...].first { $0 != nil }?.map { sound.start(ofFrame: $0.frames.lowerBound) } ?? sound.length
    }

    /// Words in runs without a place that are long enough to be missed.
    private func unsaidWords(_ places: [AlignmentPass.Place?], phones: [Int]) -> [Bool] {
        var unsaid = [Bool](repeating: false, count: places.count)
        var index = 0
        while index < places.count {
            guard places[index] == nil else {
                index += 1
                continue
            }
            var stop = index
            var total = 0
            while stop < places.count, places[stop] == nil {
                total += phones[stop]
                stop += 1
            }
            if total >= leastUnsaidPhones { for member in index..<stop { unsaid[member] = phones[member] > 0 } }
            index = stop
        }
        return unsaid
    }

    /// Seconds without detected speech that may lie inside a word: the closure of a long stop, as in `ikke`.
    static let closure = 0.2

    /// The part of `range` that lies in one stretch of speech, its edges on the stretch's where they are close. Stretches on
    /// either side of a closure are one. Where the stretch begins or ends with the word, the level decides about its edge.
    private func inSpeech(_ range: SampleRange, after edge: Int, before next: Int) -> SampleRange {
        var best: (range: SampleRange, stretch: SampleRange, count: Int)?
        var current: (range: SampleRange, stretch: SampleRange, count: Int)?
        let closure = SampleRate.analysis.position(seconds: Self.closure)
        var index = firstStretch(endingAfter: range.start)
        while index < sound.ranges.count, sound.ranges[index].start < range.end {
            let stretch = sound.ranges[index]
            index += 1
            guard let part = range.intersection(stretch) else { continue }
            if let before = current, part.start - before.range.end < closure {
                current = (before.range.union(part), before.stretch.union(stretch), before.count + part.count)
            } else {
                current = (part, stretch, part.count)
            }
            if let current, current.count > best?.count ?? 0 { best = current }
        }
        guard let best else { return range }
        let reach = SampleRate.analysis.position(seconds: snap)
        var start = best.range.start, end = best.range.end
        if start - best.stretch.start <= reach, best.stretch.start >= edge {
            start = max(edge, onset(before: best.stretch.start))
        }
        if best.stretch.end - end <= reach / 2, best.stretch.end <= sound.length {
            end = max(best.stretch.end, min(decay(from: best.stretch.end, peakAfter: start, limit: next), next))
        }
        return SampleRange(start, end)
    }

    /// Where the level begins to rise to the speech that is detected from `position` on.
    ///
    /// A detector hears a voice or a loud consonant; a soft `h` or `f` begins a little before.
    private func onset(before position: Int) -> Int {
        let hop = SpeechFrames.grid.hop
        let frame = firstFrame(from: position)
        guard frame > 0, frame < sound.features.count else { return position }
        let floor = (max(0, frame - 30)..<frame).map(level).min() ?? 0
        let peak = (frame..<min(sound.features.count, frame + 15)).map(level).max() ?? 0
        let threshold = floor + Self.onset.share * (peak - floor)
        var first = frame
        while first > 0, frame - first < Self.onset.frames, level(first - 1) > threshold, !sound.isSpeech[first - 1] { first -= 1 }
        return position - (frame - first) * hop
    }

    /// Frames that a word may begin before speech is detected, and the share of the rise that is its own.
    static let onset = (frames: 5, share: Float(0.1))

    /// Where the level has fallen from the end of the speech that is detected up to `position`.
    ///
    /// A detector hears a voice stop; what it leaves of a nasal, a last fricative or the breath after a vowel fades into the
    /// floor of the pause later. The floor is that of this very pause, the level the word's own.
    private func decay(from position: Int, peakAfter start: Int, limit: Int) -> Int {
        let hop = SpeechFrames.grid.hop
        let frame = firstFrame(from: position)
        let stop = min(sound.features.count, firstFrame(from: limit), frame + Self.decay.floorFrames)
        guard frame > 0, frame < stop else { return position }
        let floor = (frame..<stop).map(level).min() ?? 0
        let first = max(0, min(firstFrame(from: start), frame - 1), frame - Self.decay.peakFrames)
        let peak = (first..<frame).map(level).max() ?? 0
        guard peak > floor else { return position }
        let threshold = floor + Self.decay.share * (peak - floor)
        var last = frame
        while last < stop, last - frame < Self.decay.frames, level(last) > threshold, !sound.isSpeech[last] { last += 1 }
        return position + (last - frame) * hop
    }

    /// Frames that a word may end after the speech that is detected, the share of the fall that is still its own, and the
    /// frames in which the pause's floor and the word's peak are looked for.
    ///
    /// The share was chosen on read speech with hand-checked words (any from 0.15 to 0.35 does there), at the upper end because
    /// a room's reverberation fades, too: words of a dry synthesiser put in a room come out too long with less.
    static let decay = (frames: 20, share: Float(0.35), floorFrames: 40, peakFrames: 30)

    /// Goes with the level in decibel, averaged over the bands, so that a hiss counts as much as a voice: the first
    /// cepstral coefficient.
    private func level(_ frame: Int) -> Float { sound.features.values[frame * sound.features.dimensions] }

    /// The first frame whose centre lies at or after `position`.
    private func firstFrame(from position: Int) -> Int {
        (position - SpeechFrames.grid.length / 2 + SpeechFrames.grid.hop - 1) / SpeechFrames.grid.hop
    }

    private func firstStretch(endingAfter position: Int) -> Int {
        var low = 0, high = sound.ranges.count
        while low < high {
            let middle = (low + high) / 2
            if sound.ranges[middle].end <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Words without sound of their own share the gap between their neighbours evenly.
    private func interpolate(_ words: inout [AlignedWord]) {
        func isGap(_ index: Int) -> Bool { words[index].placement == .interpolated && words[index].range == nil }
        var index = 0
        while index < words.count {
            guard isGap(index) else {
                index += 1
                continue
            }
            var stop = index
            while stop < words.count, isGap(stop) { stop += 1 }
            let before = words[..<index].last { $0.range != nil }?.range?.end
            let after = words[stop...].first { $0.range != nil }?.range?.start
            let from = before ?? after ?? 0, to = max(from, after ?? from)
            for member in index..<stop {
                let count = stop - index
            let share = { (k: Int) in from + (to - from) * k / count }
                words[member].range = SampleRange(share(member - index), share(member - index + 1))
            }
            index = stop
        }
    }
}
