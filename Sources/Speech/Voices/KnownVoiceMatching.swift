import Foundation

/// Which voices of a recording are people whose voice is known from elsewhere.
public struct KnownVoiceMatching: Hashable, Sendable, Codable {
    public struct Match: Hashable, Sendable, Codable {
        /// The known voice's label.
        public var name: String
        /// The recording's voice that is most like it.
        public var label: String
        /// How probably it is that voice, 0 … 1, against the recording's others and somebody who is not known.
        public var belief: Double
    }

    /// The best pairs first; a known voice and a voice of the recording are each in one pair at most.
    public let matches: [Match]

    /// - Throws: `SpeakerSegmentationError.unusableModel` when the program's own data are damaged.
    public init(known: [VoicePrint], among voices: [VoicePrint]) throws {
        let statistics = try VoiceStatistics.shipped()
        var pairs: [Match] = []
        for person in known {
            guard let place = statistics.place(person) else { continue }
            var cluster = VoiceCluster(statistics)
            cluster.add(place)
            let weights = voices.map { voice in
                statistics.place(voice).map { exp(max(-20, min(20, cluster.gain($0) / StudyVoices.temper))) } ?? 0
            }
            // One more for somebody else.
            let total = weights.reduce(1, +)
            for (voice, weight) in zip(voices, weights) where weight > 0 {
                pairs.append(Match(name: person.label, label: voice.label, belief: (1_000 * weight / total).rounded() / 1_000))
            }
        }
        pairs.sort { ($1.belief, $0.name, $0.label) < ($0.belief, $1.name, $1.label) }
        var chosen: [Match] = []
        for pair in pairs where !chosen.contains(where: { $0.name == pair.name || $0.label == pair.label }) { chosen.append(pair) }
        matches = chosen
    }
}
