/// The stretches of a row of scores whose sums are as large as they can be (Ruzzo and Tompa 1999, "A linear time algorithm for
/// finding all maximal scoring subsequences"; here candidates are searched rather than chained, which for the stretches of a turn is
/// as fast): disjoint, each with a positive sum that no part or extension of it beats.
enum MaximalSegments {
    /// - Parameter scores: positive where a place speaks for a stretch, negative where it speaks against.
    /// - Returns: ranges of indices, in order.
    static func find(_ scores: [Double]) -> [Range<Int>] {
        // Sums before and after each candidate: a candidate is a minimum of the running sum followed by a maximum.
        var candidates: [(start: Int, end: Int, before: Double, after: Double)] = []
        var sum = 0.0
        for (index, score) in scores.enumerated() {
            guard score > 0 else {
                sum += score
                continue
            }
            var fresh = (start: index, end: index + 1, before: sum, after: sum + score)
            sum += score
            while true {
                guard let place = candidates.lastIndex(where: { $0.before < fresh.before }), candidates[place].after < fresh.after else { break }
                fresh.start = candidates[place].start
                fresh.before = candidates[place].before
                candidates.removeSubrange(place...)
            }
            candidates.append(fresh)
        }
        return candidates.map { $0.start..<$0.end }
    }
}
