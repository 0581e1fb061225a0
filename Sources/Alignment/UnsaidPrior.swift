import Foundation

/// How likely a word of this text was typed but not said, as far as its long words tell.
///
/// Drafts differ: some follow the sound word for word, others have every tenth word wrong. Whether a long word was said is plain
/// to hear; a short word that is hard to hear gets the benefit of the doubt in a text whose long words were all said.
struct UnsaidPrior: Sendable, Hashable {
    /// Probability, never 0.
    private(set) var rate = 0.02
    /// Phones a word must have to be counted.
    static let leastPhones = 5
    /// Words that the first guess of one in a hundred weighs as much as.
    private static let weight = 50.0

    init() {}

    /// - Parameter segments: frames of every phone; empty where the word was passed over.
    init(phones: [SyntheticTrack.Phone], segments: [Range<Int>]) {
        var words = 0, missing = 0
        var index = 0
        while index < phones.count {
            var stop = index
            while stop < phones.count, phones[stop].word == phones[index].word { stop += 1 }
            if stop - index >= Self.leastPhones {
                words += 1
                if segments[index..<stop].allSatisfy(\.isEmpty) { missing += 1 }
            }
            index = stop
        }
        rate = (Double(missing) + 0.01 * Self.weight) / (Double(words) + Self.weight)
    }

    /// Negative log odds.
    var surprise: Double { -log(rate / (1 - rate)) }
}
