import Signal

/// Diarisation error rate: the share of speaker time that is missed, invented, or given to the wrong speaker.
///
/// Source: NIST, *Rich Transcription 2009 evaluation plan*. Speaker time is counted as `pyannote.metrics` counts it, so the
/// figures can be compared: every segment counts for itself (two overlapping segments with one label count twice), and the
/// map from hypothesis to reference labels is the one-to-one map with the greatest common time. Durations are in seconds
/// and can be added up over recordings with `pooled`.
public struct DiarizationScore: Hashable, Sendable, Codable {
    /// Reference speaker time in the scored regions.
    public var total: Double
    /// Reference speaker time without a hypothesis speaker.
    public var miss: Double
    /// Hypothesis speaker time without a reference speaker.
    public var falseAlarm: Double
    /// Speaker time given to another speaker.
    public var confusion: Double

    /// `(miss + falseAlarm + confusion) / total`, 0 …; 1 when nothing should have been found but something was.
    public var errorRate: Double {
        let error = miss + falseAlarm + confusion
        return total > 0 ? error / total : (error > 0 ? 1 : 0)
    }

    public init(total: Double, miss: Double, falseAlarm: Double, confusion: Double) {
        self.total = total
        self.miss = miss
        self.falseAlarm = falseAlarm
        self.confusion = confusion
    }

    /// Several recordings as one.
    public static func pooled(_ scores: [DiarizationScore]) -> DiarizationScore {
        scores.reduce(into: DiarizationScore(total: 0, miss: 0, falseAlarm: 0, confusion: 0)) {
            $0.total += $1.total
            $0.miss += $1.miss
            $0.falseAlarm += $1.falseAlarm
            $0.confusion += $1.confusion
        }
    }

    /// - Parameters:
    ///   - reference: who spoke when in truth; overlapping speech is overlapping segments.
    ///   - hypothesis: who spoke when by the method under test.
    ///   - rate: what both are counted at.
    ///   - regions: the scored stretches (UEM); nil scores from the first start to the last end of both.
    ///   - collar: seconds left out around each reference boundary in all, half before and half after.
    ///   - skipOverlap: leave out stretches where two or more reference segments overlap.
    public init(
        reference: [LabeledSegment], hypothesis: [LabeledSegment], rate: SampleRate, regions: [SampleRange]? = nil,
        collar: Double = 0, skipOverlap: Bool = false
    ) {
        let reference = reference.filter { !$0.range.isEmpty }
        let hypothesis = hypothesis.filter { !$0.range.isEmpty }
        let all = (reference + hypothesis).map(\.range)
        var scored = SampleRangeSet(regions ?? all.first.map { [all.dropFirst().reduce($0) { $0.union($1) }] } ?? [])
        var left: [SampleRange] = []
        if collar > 0 {
            let half = rate.position(seconds: collar / 2)
            for segment in reference {
                for edge in [segment.range.start, segment.range.end] { left.append(SampleRange(edge - half, edge + half)) }
            }
        }
        if skipOverlap {
            for cell in Self.cells(reference, [], within: scored.ranges) where cell.reference.count > 1 {
                left.append(cell.range)
            }
        }
        scored = scored.subtracting(SampleRangeSet(left))

        let names = Self.indices(reference), hypothesisNames = Self.indices(hypothesis)
        let cells = Self.cells(reference, hypothesis, within: scored.ranges)
        var common = [[Double]](
            repeating: [Double](repeating: 0, count: hypothesisNames.count), count: names.count)
        for cell in cells {
            let count = Double(cell.range.count)
            for r in cell.reference {
                for h in cell.hypothesis { common[r][h] += count }
            }
        }
        let map = OptimalAssignment.maximum(common)

        var total = 0, miss = 0, falseAlarm = 0, confusion = 0
        for cell in cells {
            let n = cell.reference.count, m = cell.hypothesis.count, length = cell.range.count
            var unused = cell.hypothesis
            var correct = 0
            for r in cell.reference {
                if let h = map[r], let place = unused.firstIndex(of: h) {
                    unused.remove(at: place)
                    correct += 1
                }
            }
            total += n * length
            miss += max(0, n - m) * length
            falseAlarm += max(0, m - n) * length
            confusion += (min(n, m) - correct) * length
        }
        self.init(
            total: rate.seconds(total), miss: rate.seconds(miss), falseAlarm: rate.seconds(falseAlarm),
            confusion: rate.seconds(confusion))
    }

    /// Labels numbered in order of first appearance.
    private static func indices(_ segments: [LabeledSegment]) -> [String: Int] {
        var result: [String: Int] = [:]
        for segment in segments where result[segment.label] == nil { result[segment.label] = result.count }
        return result
    }

    /// A stretch in which nobody starts or stops, with the label numbers of the segments that cover it.
    private struct Cell {
        var range: SampleRange
        var reference: [Int]
        var hypothesis: [Int]
    }

    private static func cells(
        _ reference: [LabeledSegment], _ hypothesis: [LabeledSegment], within regions: [SampleRange]
    ) -> [Cell] {
        struct Edge {
            var position: Int
            var starts: Bool
            var side: Int
            var label: Int
        }
        var edges: [Edge] = []
        for (side, segments) in [reference, hypothesis].enumerated() {
            let names = indices(segments)
            for segment in segments {
                guard let label = names[segment.label] else { continue }
                edges.append(Edge(position: segment.range.start, starts: true, side: side, label: label))
                edges.append(Edge(position: segment.range.end, starts: false, side: side, label: label))
            }
        }
        for region in regions {
            edges.append(Edge(position: region.start, starts: true, side: 2, label: 0))
            edges.append(Edge(position: region.end, starts: false, side: 2, label: 0))
        }
        edges.sort { $0.position < $1.position }
        var active: [[Int]] = [[], [], []]
        var cells: [Cell] = []
        var next = 0
        while next < edges.count {
            let position = edges[next].position
            while next < edges.count, edges[next].position == position {
                let edge = edges[next]
                if edge.starts {
                    active[edge.side].append(edge.label)
                } else if let place = active[edge.side].firstIndex(of: edge.label) {
                    active[edge.side].remove(at: place)
                } else {
                    // An end before its start at one position cannot happen: empty segments are filtered out.
                    assertionFailure("a segment ends that has not started")
                }
                next += 1
            }
            guard next < edges.count, !active[2].isEmpty, !(active[0].isEmpty && active[1].isEmpty) else { continue }
            cells.append(
                Cell(
                    range: SampleRange(position, edges[next].position), reference: active[0].sorted(),
                    hypothesis: active[1].sorted()))
        }
        return cells
    }

    private enum CodingKeys: String, CodingKey { case errorRate, total, miss, falseAlarm, confusion }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            total: try values.decode(Double.self, forKey: .total), miss: try values.decode(Double.self, forKey: .miss),
            falseAlarm: try values.decode(Double.self, forKey: .falseAlarm),
            confusion: try values.decode(Double.self, forKey: .confusion))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(errorRate, forKey: .errorRate)
        try values.encode(total, forKey: .total)
        try values.encode(miss, forKey: .miss)
        try values.encode(falseAlarm, forKey: .falseAlarm)
        try values.encode(confusion, forKey: .confusion)
    }
}
