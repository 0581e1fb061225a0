import Signal

extension SpeakerSegmenter {
    /// Finds who speaks when in a recording with one speaker a channel, by which channel is louder.
    ///
    /// Each microphone also hears the other speaker, more softly: where speech was found in both channels, it belongs to
    /// the channel that dominates, and to both (two overlapping segments) where neither does. The difference in level at
    /// which neither dominates is found from the recording, so the channels need not be equally sensitive.
    ///
    /// - Parameters:
    ///   - first: channel 1, 16 kHz.
    ///   - second: channel 2, 16 kHz.
    ///   - firstSpeech: speech found in channel 1, counted at 16 kHz; what lies beyond the recording is left out.
    ///   - secondSpeech: speech found in channel 2.
    ///   - labels: what the speakers of channels 1 and 2 are called.
    ///   - dominance: dB by which a channel must be louder to have the speech to itself.
    ///   - progress: called once a block.
    /// - Returns: segments in order of time, with the channel's label.
    /// - Throws: `SpeakerSegmentationError.wrongRate`, and what the sources and `progress` throw.
    public func segmentChannels(
        first: inout some SampleSource, second: inout some SampleSource, firstSpeech: [SampleRange],
        secondSpeech: [SampleRange], labels: (String, String) = ("S1", "S2"), dominance: Float = 6,
        progress: Progress = { _ in }
    ) throws -> SpeakerSegmentation {
        guard first.rate == .analysis else { throw SpeakerSegmentationError.wrongRate(first.rate) }
        guard second.rate == .analysis else { throw SpeakerSegmentationError.wrongRate(second.rate) }
        let levels = [
            try ChannelLevels(source: &first) { try progress(0.45 * $0) },
            try ChannelLevels(source: &second) { try progress(0.45 + 0.45 * $0) },
        ]
        let frameCount = levels.map(\.decibels.count).max() ?? 0
        let speech = [firstSpeech, secondSpeech].map { ranges in
            SampleRangeSet(ranges.map { SampleRange(max(0, $0.start), min($0.end, frameCount * ChannelLevels.hop)) })
        }
        let heard = speech.map { set in (0..<frameCount).map { set.contains(Self.middle($0)) } }
        let differences = Self.smoothedDifferences(levels, count: frameCount)

        let balance = ChannelBalance(
            differences: (0..<frameCount).filter { heard[0][$0] || heard[1][$0] }.map { differences[$0] })
        var notes: [String] = []
        switch balance.finding {
        case .twoSpeakers: break
        case .oneSpeaker(let channel) where !speech[0].ranges.isEmpty && !speech[1].ranges.isEmpty:
            notes.append("Only one voice stands out; what channel \(2 - channel) holds was taken for cross-talk.")
        case .oneSpeaker: break
        case .sameSound where speech.contains { !$0.ranges.isEmpty }:
            notes.append("Both channels hold the same sound: it cannot be told apart by level. Segment it as mono.")
        case .sameSound: break
        }

        var segments: [LabeledSegment] = []
        for channel in 0...1 {
            let sign: Float = channel == 0 ? 1 : -1
            let label = channel == 0 ? labels.0 : labels.1
            for range in speech[channel].ranges {
                let firstFrame = range.start / ChannelLevels.hop
                let endFrame = max(firstFrame + 1, (range.end + ChannelLevels.hop - 1) / ChannelLevels.hop)
                let own = (firstFrame..<endFrame).map { frame -> Bool in
                    guard frame < frameCount else { return false }
                    switch balance.finding {
                    case .twoSpeakers:
                        // Where the other channel heard no speech there is nobody else to give it to.
                        if !heard[1 - channel][frame] { return true }
                        return sign * (differences[frame] - balance.offset) > -dominance
                    case .oneSpeaker(let only):
                        return only == channel || speech[only].ranges.isEmpty
                    case .sameSound:
                        return channel == 0 || speech[0].ranges.isEmpty
                    }
                }
                for run in Self.runs(own) {
                    let start = run.lowerBound == 0 ? range.start : (firstFrame + run.lowerBound) * ChannelLevels.hop
                    let end = run.upperBound == own.count ? range.end : (firstFrame + run.upperBound) * ChannelLevels.hop
                    let kept = SampleRange(start, end)
                    // What is left of cross-talk at its edges is shorter than any word.
                    guard !kept.isEmpty, kept.count >= 1_280 || kept == range else { continue }
                    var belief: Double?
                    if balance.finding == .twoSpeakers {
                        var lead: Float = 0
                        for index in run { lead += sign * (differences[firstFrame + index] - balance.offset) }
                        lead /= Float(run.count)
                        belief = SpeakerResegmentation.belief(Double(lead + dominance) / 3)
                    }
                    segments.append(LabeledSegment(range: kept, label: label, confidence: belief))
                }
            }
        }
        segments.sort { ($0.range, $0.label) < ($1.range, $1.label) }
        let found = Set(segments.map(\.label)).count
        if segments.isEmpty { notes = ["No speech: nobody to tell apart."] }
        try progress(1)
        return SpeakerSegmentation(segments: segments, speakerCount: found, countWasGiven: false, notes: notes)
    }

    private static func middle(_ frame: Int) -> Int { frame * ChannelLevels.hop + ChannelLevels.hop / 2 }

    /// Level of channel 0 less that of channel 1, averaged over 150 ms: about a syllable.
    private static func smoothedDifferences(_ levels: [ChannelLevels], count: Int) -> [Float] {
        let reach = 7
        var sums: [Double] = [0]
        for frame in 0..<count { sums.append(sums[frame] + Double(levels[0][frame] - levels[1][frame])) }
        return (0..<count).map { frame in
            let from = max(0, frame - reach), to = min(count, frame + reach + 1)
            return Float((sums[to] - sums[from]) / Double(to - from))
        }
    }

    /// Runs of true as index ranges.
    private static func runs(_ flags: [Bool]) -> [Range<Int>] {
        var result: [Range<Int>] = [], start: Int?
        for (i, flag) in flags.enumerated() {
            if flag {
                start = start ?? i
            } else if let from = start {
                result.append(from..<i)
                start = nil
            }
        }
        if let from = start { result.append(from..<flags.count) }
        return result
    }
}
