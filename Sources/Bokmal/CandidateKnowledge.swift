import Foundation

/// What is known of a candidate of a phonetic dialect word without looking at the words around: as in
/// Scripts/lexicon/candidate_sets.py. `RankerWeights.known` holds a weight for each.
enum CandidateKnowledge {
    /// Log of the share among the word's attested forms, by how often the word was attested.
    static let share = 0  // and 1, 2, 3
    static let listedRare = 4, frequencyRare = 5
    static let letters = 6, listed = 7, frequency = 8, name = 9, compound = 10, noun = 11, verb = 12, adjective = 13
    static let unchanged = 14, unchangedListed = 15, severalWords = 16, unlisted = 17, capitalListed = 18, attestedForm = 19
    static let asItStands = 20
    static let count = 21

    /// Log probability of a form that is not among the likeliest rewritings.
    static let unlikely: Float = -12
    /// Log share of a form that was not attested, by how often its word was.
    static let unseen: [Float] = [-3, -7, -7, -7]
}
