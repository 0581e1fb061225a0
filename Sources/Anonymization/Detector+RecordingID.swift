extension Detector {
    /// Names in a recording's id, which is often a file name: `intervju_kari_02`, `KariNordmann`, `karihansen`.
    func recordingID(_ id: String) -> [(Piece, Detection, String)] {
        let scalars = Array(id.unicodeScalars)
        var parts: [(range: Range<Int>, lower: String, isCapitalised: Bool, type: EntityType?)] = []
        for range in Self.wordParts(scalars) {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range])
            let lower = NameKey.fold(String(view))
            parts.append((range, lower, scalars[range.lowerBound].properties.isUppercase, namedType(lower)))
        }
        // What stands right beside a given name is the rest of the name.
        for i in parts.indices where parts[i].type == nil && parts[i].lower.count >= 2 
        && !Self.plainLabels.contains(parts[i].lower) && !Self.recorderWords.contains(parts[i].lower) {
            let beside = [i - 1, i + 1].contains { parts.indices.contains($0) && parts[$0].type == .person && lists.isKnownGivenName(parts[$0].lower) }
            let surname = lists.entries[parts[i].lower]?.kinds.contains(.surname) == true
            if beside, surname || parts[i].isCapitalised && !words.contains(parts[i].lower) { parts[i].type = .person }
        }
        return parts.compactMap { part in
            guard let type = part.type else { return nil }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[part.range])
            let d = Detection(start: part.range.lowerBound, end: part.range.upperBound, type: type, score: 0.8, rule: "recording-id")
            return (Piece(field: .recordingID, range: 0..<scalars.count), d, String(view))
        }
    }

    /// What recorders and programs call their files.
    private static let recorderWords: Set<String> = [
        "rec", "voice", "audio", "dss", "ds", "dm", "vn", "zoom", "olympus", "sony", "philips", "tascam", "track", "memo", "dict", "stereo", "mono", "wav",
        "tr", "mic", "opptak", "lyd", "del", "intervju", "fokusgruppe",
    ]

    /// Runs of letters, cut where a capital follows a small letter.
    private static func wordParts(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var out: [Range<Int>] = []
        var start = 0
        while start < scalars.count {
            guard scalars[start].properties.isAlphabetic else { start += 1; continue }
            var end = start + 1
            while end < scalars.count, scalars[end].properties.isAlphabetic,
                !(scalars[end].properties.isUppercase && scalars[end - 1].properties.isLowercase) { end += 1 }
            out.append(start..<end)
            start = end
        }
        return out
    }

    private func namedType(_ lower: String) -> EntityType? {
        guard lower.count >= 2, !Self.plainLabels.contains(lower), !Self.recorderWords.contains(lower) else { return nil }
        if let entry = lists.lookup(lower)?.entry {
            guard !entry.kinds.isDisjoint(with: .personal.union(.official)),
                entry.ambiguity == .never || lower.count >= 3 && !entry.kinds.isDisjoint(with: NameKinds.given.union(.municipality)) else { return nil }
            let person = !entry.kinds.isDisjoint(with: .given) || entry.kinds.isDisjoint(with: .geographic)
            return person ? .person : NameTagging.placeType(entry.kinds)
        }
        // A given name and a surname written together.
        guard lower.count >= 7, !words.contains(lower) else { return nil }
        for cut in lower.indices.dropFirst(3) {
            let given = String(lower[..<cut]), family = String(lower[cut...])
            if family.count >= 4, lists.isKnownGivenName(given), lists.entries[given]?.ambiguity != .common,
                let entry = lists.entries[family], entry.kinds.contains(.surname), entry.ambiguity != .common { return .person }
        }
        return nil
    }
}
