import Signal

/// Disjoint stretches in order: a set of sample positions.
struct SampleRangeSet {
    private(set) var ranges: [SampleRange]

    /// Overlapping and touching stretches are merged, empty ones dropped.
    init(_ stretches: [SampleRange]) {
        ranges = []
        for range in stretches.sorted() where !range.isEmpty {
            if let last = ranges.last, range.start <= last.end {
                ranges[ranges.count - 1] = last.union(range)
            } else {
                ranges.append(range)
            }
        }
    }

    var count: Int { ranges.reduce(0) { $0 + $1.count } }

    func subtracting(_ other: SampleRangeSet) -> SampleRangeSet {
        var result: [SampleRange] = []
        var first = 0
        for range in ranges {
            while first < other.ranges.count, other.ranges[first].end <= range.start { first += 1 }
            var start = range.start
            var next = first
            while next < other.ranges.count, other.ranges[next].start < range.end {
                let hole = other.ranges[next]
                if hole.start > start { result.append(SampleRange(start, hole.start)) }
                start = max(start, hole.end)
                next += 1
            }
            if start < range.end { result.append(SampleRange(start, range.end)) }
        }
        return SampleRangeSet(result)
    }

    /// Whether `position` is in the set; binary search.
    func contains(_ position: Int) -> Bool {
        var low = 0, high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].end <= position { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(position)
    }
}
