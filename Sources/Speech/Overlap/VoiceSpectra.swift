/// Spectra of some of a recording's frames, a byte a band: those where speech may overlap, and of the others as many as it
/// takes to know the voices, evenly spaced.
struct VoiceSpectra: Hashable, Sendable {
    static let bands = OverlapFeatures.bands
    /// Frames kept at most, 2.5 MB; a recording with more keeps fewer and fewer of those of one voice, and if need be of the
    /// others.
    static let most = 1 << 16

    /// Index of each kept frame (20 ms each), rising.
    private(set) var indices: [Int32] = []
    /// `bands` values a kept frame: natural log energy, an eighth each, from −20 on.
    private(set) var values: [UInt8] = []
    private var isCandidate: [Bool] = []
    /// Frames of one voice, and of candidates, are kept where their index is a multiple of these.
    private var spacing = 2, candidateSpacing = 1

    static func code(_ energy: Float) -> UInt8 { UInt8(min(255, max(0, (energy + 20) * 8))) }
    static func energy(_ code: UInt8) -> Float { (Float(code) + 0.5) / 8 - 20 }

    var count: Int { indices.count }

    /// - Parameter isCandidate: whether the frame may hold two voices.
    mutating func append(index: Int, energies: ArraySlice<UInt8>, isCandidate: Bool) {
        guard index % (isCandidate ? candidateSpacing : spacing) == 0 else { return }
        indices.append(Int32(index))
        values.append(contentsOf: energies)
        self.isCandidate.append(isCandidate)
        if indices.count >= Self.most { thin() }
    }

    private mutating func thin() {
        let candidates = isCandidate.reduce(0) { $0 + ($1 ? 1 : 0) }
        if candidates > Self.most / 2 { candidateSpacing *= 2 }
        spacing *= 2
        var kept = 0
        for i in indices.indices where Int(indices[i]) % (isCandidate[i] ? candidateSpacing : spacing) == 0 {
            indices[kept] = indices[i]
            isCandidate[kept] = isCandidate[i]
            for b in 0..<Self.bands { values[kept * Self.bands + b] = values[i * Self.bands + b] }
            kept += 1
        }
        indices.removeSubrange(kept...)
        isCandidate.removeSubrange(kept...)
        values.removeSubrange((kept * Self.bands)...)
    }
}
