import Foundation

/// Rewrites a word letter by letter: each letter gives a string of 0 to 4 letters, chosen by the letters around it and the
/// strings already given (a maximum entropy Markov model, McCallum, Freitag and Pereira 2000; weights by
/// Scripts/lexicon/rewrite_model.py).
struct RewriteModel: Sendable {
    struct Rewriting: Sendable {
        var text: String
        /// Log probability: the sum over letters of the log share of each string.
        var score: Double
    }

    private let letters: [Unicode.Scalar: UInt32]
    private let labels: [String]
    /// Label ids by letter id.
    private let options: [[UInt32]]
    private let weights: FeatureTable
    /// Letters beyond this are a slip of the pen, no word.
    static let longestWord = 40
    private static let width = 8
    /// A string so much less likely than the best, by log share, is not followed.
    private static let least = -9.0
    /// A string so much less likely than the best by the letters around alone is not looked at.
    private static let unlikely = 3.0
    private static let padding = 4

    init(_ sections: MappedSections) throws {
        weights = try FeatureTable(sections, "rewrite")
        let labels = try sections.stringList("labels")
        let labelCount = labels.count
        self.labels = labels
        var letters: [Unicode.Scalar: UInt32] = [:]
        for (index, value) in try sections.integers("letters").enumerated() {
            guard let scalar = Unicode.Scalar(value) else { throw sections.failure("letters") }
            letters[scalar] = UInt32(index + 2)
        }
        self.letters = letters
        let starts = try sections.integers("optstart", count: letters.count + 1)
        let all = try sections.integers("options")
        var options: [[UInt32]] = [[], []]
        for index in 0..<letters.count {
            guard starts[index] <= starts[index + 1], Int(starts[index + 1]) <= all.count else {
                throw sections.failure("options")
            }
            let range = Int(starts[index])..<Int(starts[index + 1])
            options.append(Array(all[range]))
            guard !all[range].contains(where: { $0 >= labelCount }) else { throw sections.failure("options") }
        }
        self.options = options
    }

    /// A beginning of a rewriting: `steps` holds for each letter so far the string given.
    private struct Path {
        var score: Double
        /// Where its last step lies in `steps`; −1 at the beginning.
        var step: Int
        var last: UInt32, beforeLast: UInt32, thirdLast: UInt32
    }

    private struct Step {
        var before: Int
        /// nil: the letter stands.
        var label: UInt32?
    }

    /// The likeliest rewritings, best first; empty for a word that is too long.
    func rewritings(of word: String) -> [Rewriting] {
        let scalars = Array(word.unicodeScalars)
        guard !scalars.isEmpty, scalars.count <= Self.longestWord else { return [] }
        let edge = [UInt32](repeating: 0, count: Self.padding)
        let ids = edge + scalars.map { letters[$0] ?? 1 } + edge
        var steps: [Step] = []
        var paths = [Path(score: 0, step: -1, last: 0, beforeLast: 0, thirdLast: 0)]
        var grown: [Path] = []
        var window: [Double] = [], shares: [Double] = [], open: [Int] = []
        var firstShares = [Int](repeating: 0, count: Self.width)
        for offset in scalars.indices {
            let index = offset + Self.padding
            let options = self.options[Int(ids[index])]
            grown.removeAll(keepingCapacity: true)
            if options.isEmpty {
                for path in paths {
                    steps.append(Step(before: path.step, label: nil))
                    grown.append(Path(
                        score: path.score, step: steps.count - 1, last: 0, beforeLast: path.last, thirdLast: path.beforeLast))
                }
                swap(&paths, &grown)
                continue
            }
            // What does not look at the strings given is the same for every path, and what does is for many.
            openChoices(ids, index, options, &window, &open)
            shares.removeAll(keepingCapacity: true)
            for number in paths.indices {
                let path = paths[number]
                let twin = paths[..<number].firstIndex {
                    $0.last == path.last && $0.beforeLast == path.beforeLast && $0.thirdLast == path.thirdLast
                }
                let begin = twin.map { firstShares[$0] } ?? shares.count
                firstShares[number] = begin
                if twin == nil {
                    for choice in open { shares.append(window[choice] + pathScore(ids, index, options[choice], path)) }
                    let top = shares[begin...].max() ?? 0
                    var sum = 0.0
                    for place in begin..<shares.count { sum += exp(shares[place] - top) }
                    let total = top + log(sum)
                    for place in begin..<shares.count { shares[place] -= total }
                }
                for (place, choice) in open.enumerated() where shares[begin + place] >= Self.least {
                    let score = path.score + shares[begin + place], label = options[choice]
                    if grown.count == Self.width, score <= grown[Self.width - 1].score { continue }
                    steps.append(Step(before: path.step, label: label))
                    let new = Path(
                        score: score, step: steps.count - 1, last: label + 1, beforeLast: path.last, thirdLast: path.beforeLast)
                    if grown.count == Self.width { grown.removeLast() }
                    var rank = grown.count
                    while rank > 0, grown[rank - 1].score < score { rank -= 1 }
                    grown.insert(new, at: rank)
                }
            }
            swap(&paths, &grown)
        }
        var result: [Rewriting] = []
        for path in paths {
            let text = text(of: path, steps, scalars)
            if !result.contains(where: { $0.text == text }) { result.append(Rewriting(text: text, score: path.score)) }
        }
        return result
    }

    private func text(of path: Path, _ steps: [Step], _ scalars: [Unicode.Scalar]) -> String {
        var order: [Int] = []
        var step = path.step
        while step >= 0 {
            order.append(step)
            step = steps[step].before
        }
        var text = ""
        for (scalar, step) in zip(scalars, order.reversed()) {
            if let label = steps[step].label { text += labels[Int(label)] } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    @inline(__always)
    private func weight(_ template: UInt64, _ first: UInt32, _ second: UInt32, _ third: UInt32 = 0) -> Int32 {
        weights.weight(LexiconHash.feature(template, first, second, third))
    }

    /// The strings that the letters around leave open, with their scores: most are all but ruled out by the nearest letters.
    private func openChoices(_ ids: [UInt32], _ i: Int, _ options: [UInt32], _ scores: inout [Double], _ open: inout [Int]) {
        scores.removeAll(keepingCapacity: true)
        for label in options { scores.append(nearScore(ids, i, label)) }
        let nearBar = (scores.max() ?? 0) - 2 * Self.unlikely
        open.removeAll(keepingCapacity: true)
        var top = -Double.infinity
        for choice in options.indices where scores[choice] >= nearBar {
            scores[choice] += farScore(ids, i, options[choice])
            top = max(top, scores[choice])
            open.append(choice)
        }
        open.removeAll { scores[$0] < top - Self.unlikely }
    }

    private func nearScore(_ ids: [UInt32], _ i: Int, _ label: UInt32) -> Double {
        let c = ids[i - 2], d = ids[i - 1], e = ids[i + 1], f = ids[i + 2]
        let x = ids[i] &<< 16 | label
        var sum = weight(32, x, 0)
        sum += weight(33, x, d)
        sum += weight(34, x, e)
        sum += weight(35, x, d &<< 8 | e)
        sum += weight(36, x, c &<< 8 | d)
        sum += weight(37, x, e &<< 8 | f)
        return Double(sum) / 256
    }

    private func farScore(_ ids: [UInt32], _ i: Int, _ label: UInt32) -> Double {
        let b = ids[i - 3], c = ids[i - 2], d = ids[i - 1], e = ids[i + 1], f = ids[i + 2], g = ids[i + 3]
        let x = ids[i] &<< 16 | label
        var sum = weight(38, x, c &<< 16 | d &<< 8 | e)
        sum += weight(39, x, d &<< 16 | e &<< 8 | f)
        sum += weight(40, x, c &<< 24 | d &<< 16 | e &<< 8 | f)
        sum += weight(41, x, b &<< 16 | c &<< 8 | d)
        sum += weight(42, x, e &<< 16 | f &<< 8 | g)
        sum += weight(43, x, b &<< 24 | c &<< 16 | d &<< 8 | e)
        sum += weight(50, x, d &<< 24 | e &<< 16 | f &<< 8 | g)
        return Double(sum) / 256
    }

    private func pathScore(_ ids: [UInt32], _ i: Int, _ label: UInt32, _ path: Path) -> Double {
        let e = ids[i + 1], f = ids[i + 2]
        let x = ids[i] &<< 16 | label
        let q = path.beforeLast &<< 16 | path.last
        var sum = weight(44, x, path.last)
        sum += weight(45, x, q)
        sum += weight(46, x, path.last &<< 8 | e)
        sum += weight(49, x, path.last &<< 16 | e &<< 8 | f)
        sum += weight(51, x, q, e)
        sum += weight(52, x, q, path.thirdLast)
        sum += weight(53, x, q, e &<< 8 | f)
        return Double(sum) / 256
    }
}
