import Signal

/// Which voice of the sound each label of a written text belongs to.
///
/// Stretches of text with times lie where the times say; those without are laid end to end over the speech between their
/// neighbours, as long as their letters. Then each label gets the voice it shares most time with, no voice twice
/// (`OptimalAssignment`). Laid out by letters alone, a long text drifts by some turns, so its agreement is lower.
public struct LabelMatching: Hashable, Sendable {
    /// A stretch of text under one label.
    public struct Piece: Hashable, Sendable {
        public var label: String
        /// Letters, or any other measure of how long it takes to say.
        public var weight: Double
        /// Where it lies in the sound, when the text says.
        public var range: SampleRange?

        public init(label: String, weight: Double, range: SampleRange? = nil) {
            self.label = label
            self.weight = weight
            self.range = range
        }
    }

    public struct Match: Hashable, Sendable, Codable {
        public var label: String
        public var voice: String
        /// 0.5 … 1: how much more of the label's time is this voice's than if its turns lay anywhere; 0.5 is chance.
        public var belief: Double
    }

    /// In order of the labels' first appearance; a label that shares no time with a voice has none.
    public let matches: [Match]

    public func voice(of label: String) -> Match? { matches.first { $0.label == label } }

    /// - Parameters:
    ///   - pieces: in the order of the text.
    ///   - segments: who spoke when, on the same time line as the pieces' ranges.
    public init(pieces: [Piece], segments: [LabeledSegment]) {
        let segments = segments.filter { !$0.range.isEmpty }.sorted { ($0.range, $0.label) < ($1.range, $1.label) }
        var labels: [String] = [], voices: [String] = []
        for piece in pieces where !labels.contains(piece.label) { labels.append(piece.label) }
        for segment in segments where !voices.contains(segment.label) { voices.append(segment.label) }
        guard !labels.isEmpty, !voices.isEmpty else {
            matches = []
            return
        }
        let rows = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        let columns = Dictionary(uniqueKeysWithValues: voices.enumerated().map { ($1, $0) })
        var shared = [[Double]](repeating: [Double](repeating: 0, count: voices.count), count: labels.count)
        func share(_ label: String, _ range: SampleRange) {
            guard let row = rows[label] else { return }
            for segment in segments where segment.range.overlaps(range) {
                guard let column = columns[segment.label], let common = segment.range.intersection(range) else { continue }
                shared[row][column] += Double(common.count)
            }
        }
        var index = 0, from = 0
        while index < pieces.count {
            if let range = pieces[index].range {
                share(pieces[index].label, range)
                from = max(from, range.end)
                index += 1
                continue
            }
            var last = index
            while last < pieces.count, pieces[last].range == nil { last += 1 }
            let to = last < pieces.count ? pieces[last].range?.start ?? from : segments.map(\.range.end).max() ?? from
            for (piece, range) in Self.laidOut(Array(pieces[index..<last]), over: SampleRange(from, max(from, to)), segments) {
                share(piece.label, range)
            }
            index = last
        }
        let total = max(1, shared.joined().reduce(0, +))
        let spoken = voices.indices.map { column in shared.reduce(0.0) { $0 + $1[column] } / total }
        // Each label's time counts alike: one who says little is matched as carefully as one who says much.
        let shares = shared.map { row -> [Double] in
            let sum = row.reduce(0, +)
            return sum > 0 ? zip(row, spoken).map { $0 / sum - $1 } : row
        }
        let assigned = OptimalAssignment.maximum(shares)
        matches = labels.indices.compactMap { row in
            let sum = shared[row].reduce(0, +)
            guard let column = assigned[row], sum > 0 else { return nil }
            let base = spoken[column], share = shared[row][column] / sum
            let lift = base < 1 ? max(0, (share - base) / (1 - base)) : 0
            return Match(label: labels[row], voice: voices[column], belief: 0.5 + 0.5 * min(1, lift))
        }
    }

    /// Untimed pieces over the speech of a stretch, each as long as its share of the weight; one piece may get several ranges.
    private static func laidOut(
        _ pieces: [Piece], over whole: SampleRange, _ segments: [LabeledSegment]
    ) -> [(Piece, SampleRange)] {
        let speech = segments.compactMap { $0.range.intersection(whole) }.filter { !$0.isEmpty }
        let spoken = Double(speech.reduce(0) { $0 + $1.count }), weight = pieces.reduce(0.0) { $0 + max(0, $1.weight) }
        guard spoken > 0, weight > 0 else { return [] }
        var starts: [Double] = [0]
        for range in speech { starts.append(starts[starts.count - 1] + Double(range.count)) }
        var result: [(Piece, SampleRange)] = []
        var segment = 0, used = 0.0, done = 0.0
        for piece in pieces {
            done += max(0, piece.weight) / weight * spoken
            while segment < speech.count, used < done {
                let range = speech[segment], offset = used - starts[segment]
                let length = min(Double(range.count) - offset, done - used)
                let start = range.start + Int(offset), end = min(range.end, range.start + Int(offset + length))
                if end > start { result.append((piece, SampleRange(start, end))) }
                used += length
                if offset + length >= Double(range.count) - 0.5 { segment += 1 } else { break }
            }
        }
        return result
    }
}
