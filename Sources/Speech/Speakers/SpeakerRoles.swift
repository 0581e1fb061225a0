import Foundation
import Signal

/// Guesses who of the speakers asks the questions.
///
/// In a research interview the interviewer speaks less in all, in shorter turns, mostly opens the conversation, and asks. Each
/// sign adds to a score, and the scores become probabilities; the weights are plain choices, not trained. A guess is there to be
/// confirmed by the researcher: never rely on it unseen.
public struct SpeakerRoles: Hashable, Sendable, Codable {
    public enum Role: String, Hashable, Sendable, Codable { case interviewer, participant }

    /// What one speaker probably is.
    public struct Guess: Hashable, Sendable, Codable {
        public var label: String
        public var role: Role
        /// Belief that the role is right, 0 … 1; about 0.5 or less between two who speak alike.
        public var confidence: Double
        /// How probably this speaker and no other is the interviewer, 0 … 1; 1 over all speakers, at most 0.95 for one, and
        /// 0.2 for a lone speaker, who mostly is the one who was asked.
        public var interviewer: Double
        /// Seconds of speech.
        public var seconds: Double
        /// Turns: segments of one speaker with nobody in between.
        public var turns: Int
    }

    /// One for each speaker, in order of first appearance. At most one is the interviewer; a lone speaker is a participant.
    public var guesses: [Guess]

    /// The label of the probable interviewer.
    public var interviewer: String? { guesses.first { $0.role == .interviewer }?.label }

    /// - Parameters:
    ///   - segments: who spoke when.
    ///   - rate: what they are counted at.
    ///   - questionShare: share (0 … 1) of each speaker's turns that hold a question mark, when there is a text. Speakers
    ///     who are not named count as 0.
    public init(segments: [LabeledSegment], rate: SampleRate, questionShare: [String: Double]? = nil) {
        let ordered = segments.filter { !$0.range.isEmpty }.sorted { ($0.range, $0.label) < ($1.range, $1.label) }
        var labels: [String] = [], samples: [Int] = [], turns: [Int] = []
        var last: Int?
        for segment in ordered {
            let speaker: Int
            if let known = labels.firstIndex(of: segment.label) {
                speaker = known
            } else {
                speaker = labels.count
                labels.append(segment.label)
                samples.append(0)
                turns.append(0)
            }
            samples[speaker] += segment.range.count
            if last != speaker { turns[speaker] += 1 }
            last = speaker
        }
        let total = max(1, samples.reduce(0, +))
        let scores = labels.indices.map { i -> Double in
            let share = Double(samples[i]) / Double(total)
            let turnSeconds = max(0.3, rate.seconds(samples[i]) / Double(max(1, turns[i])))
            var score = -1.2 * log(max(0.05, share)) - 0.5 * log(turnSeconds)
            // A voice heard in a few words only is a passer-by, not an interviewer.
            if share < 0.03 { score -= 3 }
            if i == 0 { score += 0.4 }
            if let asked = questionShare?[labels[i]], asked.isFinite { score += 4 * min(1, max(0, asked)) }
            return score
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let sum = max(1e-12, weights.reduce(0, +))
        let winner = labels.count > 1 ? scores.firstIndex(of: top) : nil
        guesses = labels.indices.map { i in
            let asks = weights[i] / sum
            let belief = labels.count == 1 ? 0.5 : (i == winner ? asks : 1 - asks)
            return Guess(
                label: labels[i], role: i == winner ? .interviewer : .participant,
                confidence: (1_000 * min(0.95, belief)).rounded() / 1_000,
                interviewer: labels.count == 1 ? 0.2 : (1_000 * min(0.95, asks)).rounded() / 1_000, seconds: rate.seconds(samples[i]), turns: turns[i])
        }
    }
}
