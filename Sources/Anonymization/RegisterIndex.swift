/// Finds entries of a key register by key, alias or sound without reading them all.
struct RegisterIndex: Sendable {
    private struct Sound: Sendable {
        var entry: Int
        var words: [String]
        var sounds: [String]
    }

    private var exact: [String: Int] = [:]
    private var bySound: [String: Int] = [:]
    /// People by series, number of words and first sound: the few that one slip of the pen can reach.
    private var near: [String: [Sound]] = [:]

    init(_ entries: [KeyRegister.Entry]) {
        for (i, entry) in entries.enumerated() { insert(entry, at: i) }
    }

    private static func slot(_ type: EntityType, _ key: String) -> String { type.series.rawValue + "\t" + key }

    mutating func insert(_ entry: KeyRegister.Entry, at i: Int) {
        for form in entry.forms { alias(form, type: entry.type, of: i) }
        guard EntityKeys.named.contains(entry.type) else { return }
        let words = entry.key.split(separator: " ").map(String.init)
        let sounds = words.map(NameKey.phonetic)
        let slot = Self.slot(entry.type, sounds.joined(separator: " "))
        if bySound[slot] == nil { bySound[slot] = i }
        if entry.type == .person, let bucket = Self.bucket(sounds) { near[bucket, default: []].append(Sound(entry: i, words: words, sounds: sounds)) }
    }

    mutating func alias(_ form: String, type: EntityType, of i: Int) {
        let slot = Self.slot(type, form)
        if exact[slot] == nil { exact[slot] = i }
    }

    private static func bucket(_ sounds: [String]) -> String? {
        guard let first = sounds.first?.first else { return nil }
        return "\(sounds.count)\(first)"
    }

    func exactly(_ type: EntityType, _ key: String) -> Int? { exact[Self.slot(type, key)] }

    /// The entry with this key, this alias, or a key that is the same name by ``NameKey/sameName(_:_:lists:)``, word for word.
    func find(_ type: EntityType, _ key: String) -> Int? {
        if let i = exactly(type, key) { return i }
        guard EntityKeys.named.contains(type) else { return nil }
        let words = key.split(separator: " ").map(String.init)
        let sounds = words.map(NameKey.phonetic)
        if let i = bySound[Self.slot(type, sounds.joined(separator: " "))] { return i }
        guard type == .person, let bucket = Self.bucket(sounds) else { return nil }
        let known = words.map(NameLists.shared.isKnownGivenName)
        return near[bucket]?.first { other in
            for i in words.indices where words[i] != other.words[i] && sounds[i] != other.sounds[i] {
                guard min(words[i].count, other.words[i].count) >= 5, sounds[i].first == other.sounds[i].first,
                    !(known[i] && NameLists.shared.isKnownGivenName(other.words[i])),
                    NameKey.distance(sounds[i], other.sounds[i], limit: 1) <= 1 else { return false }
            }
            return true
        }?.entry
    }
}
