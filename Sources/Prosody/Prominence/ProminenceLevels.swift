import Foundation

/// From strengths to levels: 1 for prominent words, 2 for the few that are emphasised.
///
/// A word is emphasised where the emphasis model is sure of it; and, up to the share of words wanted, where the word is strongly
/// prominent and the model does not object. The model knows raised voices best, the strength knows read speech.
struct ProminenceLevels: Sendable {
    let options: ProsodyOptions

    /// - Parameters:
    ///   - strengths: in the order of the talk; nil for words without a place.
    ///   - emphasis: how likely each word is emphasised, 0 … 1.
    ///   - speakers: who says each word.
    func levels(_ strengths: [Double?], emphasis: [Double?], speakers: [String]) -> [Int] {
        var levels = strengths.map { ($0 ?? -1) >= options.prominent ? 1 : 0 }
        let own = Dictionary(grouping: emphasis.indices.filter { emphasis[$0] != nil && strengths[$0] != nil }, by: { speakers[$0] })
        for words in own.values {
            guard words.count >= Self.leastWords else {
                for word in words { levels[word] = 0 }
                continue
            }
            let wanted = options.strongShare * Double(words.count)
            func best(_ list: [Int], _ count: Int, by score: (Int) -> Double) -> ArraySlice<Int> {
                list.map { ($0, score($0)) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0).prefix(max(0, count))
            }
            // Some stretches of talk have more emphasis than others, and so have some speakers; but none has twice the share.
            let sure = best(
                words.filter { emphasis[$0] ?? 0 >= leastProbability }, wanted > 0 ? Int((2 * wanted).rounded()) + 1 : 0,
                by: { emphasis[$0] ?? 0 })
            for word in sure { levels[word] = 2 }
            let likely = words.filter {
                levels[$0] < 2 && emphasis[$0] ?? 0 >= options.possibleEmphasis && strengths[$0] ?? 0 >= options.strong
            }
            for word in best(likely, Int(wanted.rounded()) - sure.count, by: { log(odds(emphasis[$0])) + (strengths[$0] ?? 0) }) {
                levels[word] = 2
            }
        }
        return levels
    }

    /// Words from which a speaker has something ordinary to stand out from.
    private static let leastWords = 8

    private func odds(_ probability: Double?) -> Double {
        let p = min(max(probability ?? 0, 1e-9), 1 - 1e-9)
        return p / (1 - p)
    }

    /// The model was trained on talk in which one word in twenty is emphasised; who wants more or fewer marks moves the odds.
    var leastProbability: Double {
        let share = min(max(options.strongShare, 0.001), 0.5)
        let odds = options.emphasisOdds * (0.05 / 0.95) / (share / (1 - share))
        return odds / (1 + odds)
    }
}
