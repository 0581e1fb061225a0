import Foundation

/// Evidence for each variety beside Bokmål, as log odds against Bokmål; 0 says nothing.
struct VarietyScores: Sendable, Equatable {
    /// In the order nynorsk, writtenDialect, phonetic, other.
    var odds = SIMD4<Double>()

    static let order: [TurnVariety] = [.nynorsk, .writtenDialect, .phonetic, .other]

    subscript(variety: TurnVariety) -> Double {
        switch variety {
        case .bokmal: 0
        case .nynorsk: odds[0]
        case .writtenDialect: odds[1]
        case .phonetic: odds[2]
        case .other: odds[3]
        }
    }

    static func + (a: VarietyScores, b: VarietyScores) -> VarietyScores { VarietyScores(odds: a.odds + b.odds) }

    /// Shares among the five varieties, Bokmål first; they sum to 1.
    var shares: [Double] {
        let all = [0] + (0..<4).map { odds[$0] }
        let top = all.max() ?? 0
        let weights = all.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }
}

/// What words and their letters say of the variety: `varieties.bin`, compiled by Scripts/lexicon/varieties.py.
///
/// Logistic regression: a word's features (itself, its pieces of three and four letters, what the lexicon has it for)
/// each add log odds against Bokmål. Open-addressed slots of 32 bits of fingerprint and four signed bytes in steps of 1/16.
struct VarietyWeights: Sendable {
    private let owner: MappedSections
    private nonisolated(unsafe) let slots: UnsafeBufferPointer<UInt32>
    private let mask: Int

    static let shared: VarietyWeights = {
        do {
            return try VarietyWeights(contentsOf: Resources.url("varieties.bin"))
        } catch {
            fatalError("\(error)")
        }
    }()

    /// - Throws: `LexiconError`.
    init(contentsOf url: URL) throws {
        owner = try MappedSections(contentsOf: url)
        slots = try owner.integers("weights")
        let count = slots.count / 2
        guard count > 0, slots.count == 2 * count, count & (count - 1) == 0,
            (0..<count).contains(where: { [slots] in slots[2 * $0] == 0 })
        else { throw owner.failure("section weights is no table of weights") }
        mask = count - 1
    }

    /// The log odds of one word.
    /// - Parameters:
    ///   - word: in lower case, or as it stands where a capital is inside it.
    ///   - bits: its attributes in the lexicon.
    ///   - isListed: whether the table of written dialect has it and Bokmål has not.
    func scores(_ word: String, bits: UInt8, isListed: Bool) -> VarietyScores {
        var sum = SIMD4<Int32>()
        var letters: [UInt32] = [1]
        letters.reserveCapacity(24)
        for scalar in word.unicodeScalars { letters.append(min(scalar.value, 0xFFFF)) }
        letters.append(2)
        let count = letters.count
        let whole = LexiconHash.text(word)
        let group = UInt32(bits &>> 6)
        add(LexiconHash.feature(64, UInt32(truncatingIfNeeded: whole), UInt32(truncatingIfNeeded: whole &>> 32)), &sum)
        add(LexiconHash.feature(65, group, UInt32(min(count - 2, 8))), &sum)
        if isListed { add(LexiconHash.feature(66, group), &sum) }
        if count >= 3 {
            for i in 0..<count - 2 { add(LexiconHash.feature(67, letters[i] &<< 16 | letters[i + 1], letters[i + 2]), &sum) }
        }
        if count >= 4 {
            for i in 0..<count - 3 {
                add(
                    LexiconHash.feature(68, letters[i] &<< 16 | letters[i + 1], letters[i + 2] &<< 16 | letters[i + 3]),
                    &sum)
            }
        }
        return VarietyScores(odds: SIMD4(Double(sum[0]), Double(sum[1]), Double(sum[2]), Double(sum[3])) / 16)
    }

    @inline(__always)
    private func add(_ key: UInt64, _ sum: inout SIMD4<Int32>) {
        let fingerprint = max(1, UInt32(truncatingIfNeeded: key &>> 32))
        var slot = Int(truncatingIfNeeded: key) & mask
        while true {
            let entry = slots[2 * slot]
            if entry == 0 { return }
            if entry == fingerprint {
                let packed = slots[2 * slot + 1]
                for lane in 0..<4 {
                    sum[lane] &+= Int32(Int8(truncatingIfNeeded: packed &>> (8 &* UInt32(lane))))
                }
                return
            }
            slot = (slot &+ 1) & mask
        }
    }
}
