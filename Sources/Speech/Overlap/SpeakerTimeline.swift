import Signal

/// The one speaker of each 10 ms frame, from segments.
struct SpeakerTimeline {
    /// The speakers in order of first appearance.
    let labels: [String]
    /// Per frame the speaker's number + 1; 0 nobody, 255 more than one.
    private let frames: [UInt8]
    private let segments: [LabeledSegment]
    /// Where the segments up to each have all ended.
    private let latestEnd: [Int]
    private static let several: UInt8 = 255

    /// - Parameter segments: any order; speakers after the 254th and empty segments are left out.
    init(segments: [LabeledSegment], frameCount: Int) {
        let hop = OverlapActivity.hop
        let sorted = segments.filter { !$0.range.isEmpty }.sorted { $0.range < $1.range }
        var numbers: [String: Int] = [:], labels: [String] = []
        var frames = [UInt8](repeating: 0, count: frameCount)
        for segment in sorted {
            if numbers[segment.label] == nil, labels.count < 254 {
                numbers[segment.label] = labels.count
                labels.append(segment.label)
            }
            guard let number = numbers[segment.label] else { continue }
            // The frames whose middle lies in the segment.
            let first = max(0, (segment.range.start + hop / 2 - 1) / hop)
            let end = min(frameCount, (max(0, segment.range.end) + hop / 2 - 1) / hop)
            guard first < end else { continue }
            let code = UInt8(number + 1)
            for i in first..<end { frames[i] = frames[i] == 0 || frames[i] == code ? code : Self.several }
        }
        self.labels = labels
        self.frames = frames
        self.segments = sorted
        var latest = Int.min
        latestEnd = sorted.map {
            latest = max(latest, $0.range.end)
            return latest
        }
    }

    /// The number of the only speaker of a frame; nil where there is none or more than one.
    func speaker(_ frame: Int) -> Int? {
        let code = frames[frame]
        return code == 0 || code == Self.several ? nil : Int(code) - 1
    }

    /// Frames between a stretch and the nearest frame of a speaker; 0 where the speaker is in it.
    func distance(of speaker: Int, from stretch: Range<Int>) -> Int {
        let code = UInt8(speaker + 1)
        if stretch.contains(where: { frames[$0] == code }) { return 0 }
        let most = 3_000
        for d in 1...most {
            let before = stretch.lowerBound - d, after = stretch.upperBound - 1 + d
            if before >= 0, frames[before] == code { return d }
            if after < frames.count, frames[after] == code { return d }
            if before < 0, after >= frames.count { break }
        }
        return most
    }

    /// The parts of `range` that lie in segments of `speaker`; frames are rounder than segments.
    func parts(of range: SampleRange, in speaker: Int) -> [SampleRange] {
        // The last segment that starts before the end of the range.
        var low = 0, high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].range.start < range.end { low = middle + 1 } else { high = middle }
        }
        var result: [SampleRange] = []
        var i = low - 1
        while i >= 0, latestEnd[i] > range.start {
            if segments[i].label == labels[speaker], let part = segments[i].range.intersection(range) { result.append(part) }
            i -= 1
        }
        return SampleRangeSet(result).ranges
    }
}
