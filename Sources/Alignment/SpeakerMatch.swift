import Signal
import Transcript

/// Which diarised voice is which of the draft's speakers.
public struct SpeakerMatch: Sendable, Hashable {
    /// One row a diarised label, in the labels' sorted order: the speaker and the share of the label's matched sound.
    public struct Row: Sendable, Hashable {
        public var label: String
        public var speaker: String
        public var share: Double
    }

    public var rows: [Row]

    public func speaker(ofLabel label: String) -> String? { rows.first { $0.label == label }?.speaker }

    /// Gives every label the speaker whose words it covers for longest.
    ///
    /// - Parameters:
    ///   - spoken: word ranges with the speaker that the draft names.
    ///   - segments: diarised stretches, at the same rate.
    public init(spoken: [(range: SampleRange, speaker: String)], segments: [LabeledSegment]) {
        var overlap: [String: [String: Int]] = [:]
        let cover = SegmentCover(segments)
        for (range, speaker) in spoken {
            for (label, samples) in cover.overlap(with: range) { overlap[label, default: [:]][speaker, default: 0] += samples }
        }
        rows = overlap.keys.sorted().compactMap { label in
            guard let speakers = overlap[label] else { return nil }
            let ranked = speakers.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            guard let best = ranked.first, best.value > 0 else { return nil }
            let total = ranked.reduce(0) { $0 + $1.value }
            return Row(label: label, speaker: best.key, share: Double(best.value) / Double(total))
        }
    }
}

/// Segments sorted for fast overlap queries.
struct SegmentCover {
    private let segments: [LabeledSegment]
    /// The latest end among the segments up to each one.
    private var latestEnd: [Int] = []

    init(_ segments: [LabeledSegment]) {
        self.segments = segments.filter { !$0.range.isEmpty }
            .sorted { ($0.range.start, $0.range.end, $0.label) < ($1.range.start, $1.range.end, $1.label) }
        var end = 0
        for segment in self.segments {
            end = max(end, segment.range.end)
            latestEnd.append(end)
        }
    }

    /// Samples of `range` under each label, by label.
    func overlap(with range: SampleRange) -> [(label: String, samples: Int)] {
        var low = 0, high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if latestEnd[middle] <= range.start { low = middle + 1 } else { high = middle }
        }
        var sums: [String: Int] = [:]
        while low < segments.count, segments[low].range.start < range.end {
            if let part = segments[low].range.intersection(range) { sums[segments[low].label, default: 0] += part.count }
            low += 1
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
