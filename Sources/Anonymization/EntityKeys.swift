/// Gives detections the key of the entity they stand for: folded, genitive off, spellings and parts of a name joined.
struct EntityKeys {
    let lists: NameLists

    static let named: Set<EntityType> = [.person, .place, .municipality, .county, .country, .organisation, .healthUnit, .school]

    static let municipalWords: Set<String> = ["kommune", "kommunes"]
    static let countyWords: Set<String> = ["fylke", "fylkes", "fylkeskommune", "fylkeskommunes"]

    func keyed(_ detections: [(TranscriptDetection, String)]) -> [TranscriptDetection] {
        let seen = Set(detections.flatMap { TokenizedText($0.1).tokens.map(\.lower) })
        var out: [TranscriptDetection] = []
        for (detection, text) in detections {
            var d = detection
            (d.key, d.isGenitive) = key(text, d.type, seen)
            out.append(d)
        }
        settleTypes(&out)
        joinPartsOfNames(&out)
        return out
    }

    private func key(_ text: String, _ type: EntityType, _ seen: Set<String>) -> (String, Bool) {
        switch type {
        case .nationalID, .account, .card, .phone:
            let digits = String(text.unicodeScalars.filter(TextToken.isDigit).map(Character.init))
            if digits.count >= 5 { return (digits, false) }
        case .iban: return (NameKey.fold(text).filter { $0.isLetter || $0.isNumber }, false)
        default: break
        }
        var parts = TokenizedText(text).tokens.filter { $0.kind == .word || $0.kind == .number }.map(\.lower)
        var genitive = false
        if Self.named.contains(type), let last = parts.last {
            for base in NameKey.withoutGenitive(last) where base != last {
                let explicit = last.hasSuffix("'s") || last.hasSuffix("'")
                let listed = lists.entries[last] == nil && (lists.entries[base] != nil || lists.entries[(parts.dropLast() + [base]).joined(separator: " ")] != nil)
                if explicit || listed || seen.contains(base) {
                    parts[parts.count - 1] = base
                    genitive = !last.hasSuffix("'n")
                }
            }
        }
        while parts.count > 1, let last = parts.last, type == .municipality || type == .county,
            Self.municipalWords.contains(last) || Self.countyWords.contains(last) {
            genitive = last.hasSuffix("s")
            parts.removeLast()
        }
        while parts.count > 1, ContextWords.titles.contains(parts[0]) || ContextWords.nameTitles.contains(parts[0]), type == .person { parts.removeFirst() }
        return (parts.joined(separator: " "), genitive)
    }

    /// An unlisted name that context typed differently from place to place gets its weightiest type.
    private func settleTypes(_ detections: inout [TranscriptDetection]) {
        var votes: [String: [EntityType: Double]] = [:]
        for d in detections where Self.named.contains(d.type) { votes[d.key, default: [:]][d.type, default: 0] += d.score }
        for i in detections.indices where Self.named.contains(detections[i].type) {
            guard let types = votes[detections[i].key], types.count > 1,
                detections[i].rule.hasPrefix("proper-noun") || detections[i].rule.hasPrefix("document") || detections[i].rule.hasPrefix("unknown")
                    || detections[i].rule.hasPrefix("tagger")
            else { continue }
            if let best = types.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) { detections[i].type = best.key }
        }
    }

    /// "Kari" is "Kari Nordmann" when only one full name in the transcript begins (or ends) so.
    private func joinPartsOfNames(_ detections: inout [TranscriptDetection]) {
        var full: [[String]] = []
        for d in detections where d.type == .person {
            let parts = d.key.split(separator: " ").map(String.init)
            if parts.count > 1, !full.contains(parts) { full.append(parts) }
        }
        for i in detections.indices where detections[i].type == .person && !detections[i].key.contains(" ") {
            let key = detections[i].key
            var owners = full.filter { $0[0] == key }
            if owners.isEmpty { owners = full.filter { NameKey.sameName($0[0], key, lists: lists) } }
            if owners.isEmpty { owners = full.filter { $0[$0.count - 1] == key } }
            if owners.count == 1 { detections[i].key = owners[0].joined(separator: " ") }
        }
    }
}
