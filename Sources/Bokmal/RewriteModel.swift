import Foundation

/// Rewrites a word letter by letter: each letter gives a string of 0 to 3 letters, chosen by the letters around it and
/// the strings already given (weights by Scripts/lexicon/rewrite_model.py, an averaged perceptron after Collins 2002).
struct RewriteModel: Sendable {
    struct Rewriting: Sendable {
        var text: String
        /// Log probability under the softmax of each letter's scores.
        var score: Double
    }

    private let letters: [Unicode.Scalar: UInt32]
    private let labels: [String]
    /// Label ids by letter id.
    private let options: [[UInt32]]
    private let weights: FeatureTable
    /// Letters beyond this are a slip of the pen, no word.
    static let longestWord = 40
    private static let width = 6
    private static let mostOptions = 8

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
            options.append(Array(all[range].prefix(Self.mostOptions)))
            guard !all[range].contains(where: { $0 >= labelCount }) else { throw sections.failure("options") }
        }
        self.options = options
    }

    private struct Path {
        var score: Double
        var text: String
        var last: UInt32
        var beforeLast: UInt32
    }

    /// The likeliest rewritings, best first; empty for a word that is too long.
    func rewritings(of word: String) -> [Rewriting] {
        let scalars = Array(word.unicodeScalars)
        guard !scalars.isEmpty, scalars.count <= Self.longestWord else { return [] }
        let ids: [UInt32] = [0, 0] + scalars.map { letters[$0] ?? 1 } + [0, 0]
        var paths = [Path(score: 0, text: "", last: 0, beforeLast: 0)]
        for (offset, scalar) in scalars.enumerated() {
            let index = offset + 2
            let options = self.options[Int(ids[index])]
            if options.isEmpty {
                for path in paths.indices {
                    paths[path].text.unicodeScalars.append(scalar)
                    paths[path].beforeLast = paths[path].last
                    paths[path].last = 0
                }
                continue
            }
            // The features that do not look at the strings given are the same for every path.
            let shared = options.map { windowScore(ids, index, $0) }
            var grown: [Path] = []
            for path in paths {
                let values = zip(options, shared).map { $1 + pathScore(ids, index, $0, path) }
                let top = values.max() ?? 0
                let total = top + log(values.reduce(0) { $0 + exp($1 - top) })
                for (label, value) in zip(options, values) where value >= top - 10 {
                    grown.append(Path(
                        score: path.score + value - total, text: path.text + labels[Int(label)], last: label + 1,
                        beforeLast: path.last))
                }
            }
            grown.sort { $0.score != $1.score ? $0.score > $1.score : $0.text < $1.text }
            paths.removeAll(keepingCapacity: true)
            for path in grown where paths.count < Self.width {
                if !paths.contains(where: { $0.text == path.text && $0.last == path.last }) { paths.append(path) }
            }
        }
        var result: [Rewriting] = []
        for path in paths where !result.contains(where: { $0.text == path.text }) {
            result.append(Rewriting(text: path.text, score: path.score))
        }
        return result
    }

    private func windowScore(_ ids: [UInt32], _ i: Int, _ label: UInt32) -> Double {
        let c = ids[i - 2], d = ids[i - 1], e = ids[i + 1], f = ids[i + 2]
        let x = ids[i] &<< 16 | label
        var sum = weights.weight(LexiconHash.feature(32, x))
        sum += weights.weight(LexiconHash.feature(33, x, d))
        sum += weights.weight(LexiconHash.feature(34, x, e))
        sum += weights.weight(LexiconHash.feature(35, x, d &<< 8 | e))
        sum += weights.weight(LexiconHash.feature(36, x, c &<< 8 | d))
        sum += weights.weight(LexiconHash.feature(37, x, e &<< 8 | f))
        sum += weights.weight(LexiconHash.feature(38, x, c &<< 16 | d &<< 8 | e))
        sum += weights.weight(LexiconHash.feature(39, x, d &<< 16 | e &<< 8 | f))
        sum += weights.weight(LexiconHash.feature(40, x, c &<< 24 | d &<< 16 | e &<< 8 | f))
        return Double(sum) / 256
    }

    private func pathScore(_ ids: [UInt32], _ i: Int, _ label: UInt32, _ path: Path) -> Double {
        let e = ids[i + 1], f = ids[i + 2]
        let x = ids[i] &<< 16 | label
        var sum = weights.weight(LexiconHash.feature(44, x, path.last))
        sum += weights.weight(LexiconHash.feature(45, x, path.beforeLast &<< 16 | path.last))
        sum += weights.weight(LexiconHash.feature(46, x, path.last &<< 8 | e))
        sum += weights.weight(LexiconHash.feature(49, x, path.last &<< 16 | e &<< 8 | f))
        return Double(sum) / 256
    }
}
