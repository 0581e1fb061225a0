import Transcript

/// Times of a cue's words.
enum CueTimes {
    /// Words without a time of their own share what the timed ones around them leave, by their letters. Marks get a time
    /// only from the format itself.
    /// - Parameters:
    ///   - exact: the format's own times, one for each element, or none.
    ///   - start, end: the cue, seconds.
    static func spread(_ elements: [Element], exact: [Draft.Time?], start: Double, end: Double) -> [Draft.Time?] {
        var times = exact.isEmpty ? Array(repeating: nil, count: elements.count) : exact
        var index = 0, from = start
        while index < elements.count {
            if let known = times[index] {
                from = max(from, known.end)
                index += 1
                continue
            }
            var stop = index
            while stop < elements.count, times[stop] == nil { stop += 1 }
            let until = stop < elements.count ? times[stop]?.start ?? end : end
            let sizes = elements[index..<stop].map { $0.word.map { Double($0.text.count + 1) } ?? 0 }
            let total = sizes.reduce(0, +)
            if total > 0, until > from {
                var position = from
                for (offset, size) in sizes.enumerated() where size > 0 {
                    let next = position + (until - from) * size / total
                    times[index + offset] = Draft.Time(start: position, end: next, isExact: false)
                    position = next
                }
            } else if total == 0, stop - index == 1, elements.count == 1 {
                // A cue of one mark only: a pause that a program timed.
                times[index] = Draft.Time(start: start, end: end)
            }
            index = stop
        }
        return times
    }
}
