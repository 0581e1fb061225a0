import Signal

/// Makes an engine's word times usable: inside the piece, never backwards, never over the next word; and says what it changed.
enum TimeRepair {
    /// - Parameters:
    ///   - words: one piece's, in the order of the talk, with times from the start of the piece.
    ///   - piece: where the piece lies, at 16 kHz.
    /// - Returns: the same words in the same order, placed in the recording, and findings in their numbering.
    static func place(_ words: [EngineWord], in piece: SampleRange) -> (words: [HeardWord], findings: [HeardFinding]) {
        guard !words.isEmpty else { return ([], []) }
        let rate = SampleRate.analysis, seconds = piece.seconds(at: rate)
        var beyond: [Int] = []
        var times: [(start: Double, end: Double)?] = words.enumerated().map { index, word in
            guard word.start.isFinite, word.end.isFinite else { return nil }
            if word.start > seconds + 0.05 || word.start < -0.05 {
                beyond.append(index)
                return nil
            }
            let start = min(max(0, word.start), seconds)
            return (start, min(max(start, word.end), seconds))
        }
        // The longest run of words whose starts do not go backwards is believed; the others' times are spread anew.
        let kept = Set(longestRising(times.enumerated().compactMap { index, time in time.map { (index, $0.start) } }))
        let backwards = times.indices.filter { times[$0] != nil && !kept.contains($0) }
        for index in backwards { times[index] = nil }
        let unplaced = times.indices.filter { times[$0] == nil }

        // Ends stop where the next believed word starts.
        let believed = times.indices.filter { times[$0] != nil }
        for (index, next) in zip(believed, believed.dropFirst()) {
            times[index]!.end = min(times[index]!.end, max(times[index]!.start, times[next]!.start))
        }
        var index = 0
        while index < times.count {
            guard times[index] == nil else {
                index += 1
                continue
            }
            var last = index
            while last + 1 < times.count, times[last + 1] == nil { last += 1 }
            let from = index > 0 ? times[index - 1]!.end : 0
            let to = last + 1 < times.count ? times[last + 1]!.start : seconds
            let sizes = (index...last).map { Double(max(1, words[$0].text.count)) }
            let total = sizes.reduce(0, +), room = max(0, min(to - from, total * 0.1))
            var position = from
            for place in index...last {
                let width = room * sizes[place - index] / total
                times[place] = (position, position + width)
                position += width
            }
            index = last + 1
        }
        let lost = Set(unplaced)
        let placed = words.indices.map { index in
            let word = words[index], time = times[index]!
            return HeardWord(
                text: word.text,
                range: SampleRange(piece.start + rate.position(seconds: time.start), min(piece.end, piece.start + rate.position(seconds: time.end))),
                placement: lost.contains(index) ? .interpolated : .given,
                confidence: word.probability.flatMap { $0.isFinite ? min(1, max(0, $0)) : nil }, speaker: word.speaker)
        }
        var findings: [HeardFinding] = []
        if !backwards.isEmpty {
            findings.append(
                HeardFinding(
                    code: "times-run-backwards", severity: .review,
                    message: "the recogniser's times run backwards here; \(backwards.count) words were placed between their neighbours: listen",
                    range: span(of: backwards, in: placed), words: backwards))
        }
        if !beyond.isEmpty {
            findings.append(
                HeardFinding(
                    code: "words-beyond-sound", severity: .review,
                    message: "the recogniser placed \(beyond.count) words outside the sound it was given; they may be invented: listen",
                    range: span(of: beyond, in: placed), words: beyond))
        }
        return (placed, findings)
    }

    static func span(of indices: [Int], in words: [HeardWord]) -> SampleRange? {
        guard let first = indices.first else { return nil }
        return indices.dropFirst().reduce(words[first].range) { $0.union(words[$1].range) }
    }

    /// Indices of a longest non-decreasing subsequence (patience sorting), the earliest-ending one.
    static func longestRising(_ items: [(index: Int, value: Double)]) -> [Int] {
        var tops: [Int] = [], before = [Int](repeating: -1, count: items.count)
        for (position, item) in items.enumerated() {
            var low = 0, high = tops.count
            while low < high {
                let middle = (low + high) / 2
                if items[tops[middle]].value <= item.value { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[position] = tops[low - 1] }
            if low == tops.count { tops.append(position) } else { tops[low] = position }
        }
        var result: [Int] = [], position = tops.last ?? -1
        while position >= 0 {
            result.append(items[position].index)
            position = before[position]
        }
        return result.reversed()
    }
}
