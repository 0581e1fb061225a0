/// What words say by their spelling alone, of their own labels and of their neighbours', added up once for each spelling.
///
/// Most features of a chain look at one word and nothing else. Scores are whole steps, so that adding up beforehand changes no bit.
final class WordSums {
    /// The templates of a model that are of this kind, by place of the word that they look at.
    struct Templates {
        /// Places of the word, seen from the token: two before to two after.
        static let reach = 2
        static let slots = 2 * reach + 1
        /// [slot]: where the hash of the feature starts, and the attribute.
        private(set) var bySlot: [[(seed: UInt64, attribute: Int)]] = Array(repeating: [], count: slots)

        /// Takes a template in; false when it is not of this kind.
        mutating func take(seed: UInt64, attribute: Int, offset: Int) -> Bool {
            guard abs(offset) <= Self.reach, NameFeatures.isSpelling(attribute) else { return false }
            bySlot[offset + Self.reach].append((seed, attribute))
            return true
        }
    }

    private let templates: Templates
    private let weights: NameModel.Weights
    /// Columns of a row of values.
    private let columns: Int
    private let labels = NameModel.labels
    /// [spelling × slot × label]
    private let sums: UnsafeMutablePointer<Int32>
    /// What is said of places outside the sequence: [slot × label].
    private let outside: UnsafeMutablePointer<Int32>
    private var isKnown: [Bool]

    /// - Parameter spellings: how many there are.
    init(_ templates: Templates, _ weights: NameModel.Weights, columns: Int, spellings: Int) {
        self.templates = templates
        self.weights = weights
        self.columns = columns
        isKnown = Array(repeating: false, count: spellings)
        let size = Templates.slots * NameModel.labels
        sums = .allocate(capacity: max(1, spellings * size))
        sums.initialize(repeating: 0, count: max(1, spellings * size))
        outside = .allocate(capacity: size)
        outside.initialize(repeating: 0, count: size)
        for (slot, group) in templates.bySlot.enumerated() {
            for template in group {
                weights.add(row: weights.row(NameFeatures.mix(template.seed &+ NameFeatures.outside)), to: outside + slot * labels)
            }
        }
    }

    deinit {
        sums.deallocate()
        outside.deallocate()
    }

    /// Adds up what the spellings of a sequence say, where nobody has yet.
    func prepare(_ range: Range<Int>, _ spellings: [Int32], _ values: UnsafeBufferPointer<UInt64>) {
        for i in range {
            let spelling = Int(spellings[i])
            if isKnown[spelling] { continue }
            isKnown[spelling] = true
            for (slot, group) in templates.bySlot.enumerated() {
                let target = sums + (spelling * Templates.slots + slot) * labels
                for template in group {
                    let value = values[i * columns + template.attribute]
                    if value != 0 { weights.add(row: weights.row(NameFeatures.mix(template.seed &+ value)), to: target) }
                }
            }
        }
    }

    /// Adds what the word at a place and its neighbours say. `range` is the token's sequence, and prepared.
    @inline(__always)
    func add(_ i: Int, _ range: Range<Int>, _ spellings: UnsafeBufferPointer<Int32>, to scores: UnsafeMutablePointer<Int32>) {
        for slot in 0..<Templates.slots {
            let j = i + slot - Templates.reach
            let said = j < range.lowerBound || j >= range.upperBound
                ? outside + slot * labels : sums + (Int(spellings[j]) * Templates.slots + slot) * labels
            for l in 0..<labels { scores[l] &+= said[l] }
        }
    }
}
