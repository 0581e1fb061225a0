/// Weights of context features: open-addressed 32-bit slots of 20 bits of fingerprint and 12 of signed weight (1/256).
struct FeatureTable: Sendable {
    private let owner: MappedSections
    private nonisolated(unsafe) let slots: UnsafeBufferPointer<UInt32>
    private let mask: Int

    init(_ sections: MappedSections, _ name: String) throws {
        slots = try sections.integers(name)
        guard !slots.isEmpty, slots.count & (slots.count - 1) == 0, slots.contains(0) else {
            throw sections.failure("section \(name) is no feature table")
        }
        mask = slots.count - 1
        owner = sections
    }

    /// The weight of a feature in steps of 1/256; 0 when the table does not hold it.
    @inline(__always)
    func weight(_ key: UInt64) -> Int32 {
        let fingerprint = max(1, UInt32(truncatingIfNeeded: key &>> 44))
        var slot = Int(truncatingIfNeeded: key) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return 0 }
            if entry &>> 12 == fingerprint { return Int32(bitPattern: entry &<< 20) &>> 20 }
            slot = (slot &+ 1) & mask
        }
    }
}
