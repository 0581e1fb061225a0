/// One line of annotations along the recording, as ELAN and Praat have them.
struct Tier {
    struct Interval {
        /// Seconds.
        var start: Double
        var end: Double
        var text: String
    }
    var name: String
    /// Whom the file itself names as the tier's speaker.
    var speaker: String?
    /// Name of the tier that this one refines.
    var parent: String?
    var intervals: [Interval]
    /// Its annotations hang on others' instead of having times.
    var isReference = false

    var letters: Int { intervals.reduce(0) { $0 + $1.text.count(where: \.isLetter) } }
}

/// The talk of a file of tiers: one speaker a tier, in the order of time, overlaps kept.
struct TierTalk {
    private(set) var lines: [StyledLine] = []
    private(set) var notes: [Draft.Note] = []

    /// - Throws: ``DraftError/empty`` when no tier holds talk.
    init(tiers all: [Tier]) throws(DraftError) {
        let tiers = all.map(Self.cleaned).filter { $0.letters > 0 }
        guard !tiers.isEmpty else { throw .empty }
        var groups: [(speaker: String?, talk: Tier?, words: Tier?)] = []
        var used: Set<Int> = []
        // Talk stands in tiers that refine no other; in files where those hold numbers only, in what refines them.
        let roots = tiers.indices.filter { index in !tiers.contains { $0.name == tiers[index].parent && $0.name != tiers[index].name } }
        let plain = roots.filter { [.talk, .words].contains(TierName(tiers[$0].name).kind) }
        for index in plain.isEmpty ? roots : plain {
            let tier = tiers[index], name = TierName(tier.name)
            let speaker = tier.speaker ?? name.speaker
            let known = groups.firstIndex { $0.speaker == speaker && speaker != nil }
            used.insert(index)
            if name.kind == .words || Self.isWordByWord(tier) && groups.contains(where: { $0.speaker == speaker && $0.talk != nil && speaker != nil }) {
                if let known, groups[known].words == nil { groups[known].words = tier } else { groups.append((speaker, nil, tier)) }
            } else if let known, groups[known].talk == nil {
                groups[known].talk = tier
            } else {
                groups.append((speaker, tier, nil))
            }
        }
        for index in groups.indices where groups[index].words == nil {
            // ELAN's time subdivisions: the words of an utterance tier.
            guard let name = groups[index].talk?.name,
                let child = tiers.indices.first(where: { tiers[$0].parent == name && !tiers[$0].isReference && Self.isWordByWord(tiers[$0]) })
            else { continue }
            groups[index].words = tiers[child]
            used.insert(child)
        }
        for group in groups {
            guard let talk = group.talk else {
                let words = (group.words?.intervals ?? []).map { TimedWord(text: $0.text, time: Draft.Time(start: $0.start, end: $0.end), voice: group.speaker) }
                lines += TimedWords.utterances(words)
                continue
            }
            lines += Self.lines(of: talk, words: group.words?.intervals ?? [], speaker: group.speaker)
        }
        lines.sort { ($0.start ?? 0, $0.end ?? 0, $0.voice ?? "") < ($1.start ?? 0, $1.end ?? 0, $1.voice ?? "") }
        guard lines.contains(where: { !$0.isBlank }) else { throw .empty }
        let left = tiers.count - used.count
        if left > 0 { notes.append(.init(code: "tiers-left-out", message: "tiers that hold phones, notes or translations are not part of the talk", count: left)) }
    }

    private static let silences: Set<String> = ["sil", "sp", "spn", "<sil>", "<eps>", "<p:>", "<p>", "<usb>", "_", "<sp>", "#silence#"]

    private static func cleaned(_ tier: Tier) -> Tier {
        var tier = tier
        tier.intervals = tier.intervals.compactMap { interval in
            let text = LineCollector.clean(interval.text).split(separator: " ").joined(separator: " ")
            guard !text.isEmpty, !silences.contains(text.lowercased()), interval.start >= 0, interval.end >= interval.start, interval.end < 1e6 else { return nil }
            return Tier.Interval(start: interval.start, end: interval.end, text: text)
        }
        tier.intervals.sort { ($0.start, $0.end) < ($1.start, $1.end) }
        return tier
    }

    private static func isWordByWord(_ tier: Tier) -> Bool {
        tier.intervals.count >= 2 && tier.intervals.count { !$0.text.contains(" ") } * 10 >= tier.intervals.count * 9
    }

    private static func lines(of tier: Tier, words: [Tier.Interval], speaker: String?) -> [StyledLine] {
        var next = 0
        return tier.intervals.map { interval in
            while next < words.count, words[next].end <= interval.start + 0.005 { next += 1 }
            var inside: [TimedWord] = [], probe = next
            while probe < words.count, words[probe].start < interval.end - 0.005 {
                inside.append(TimedWord(text: words[probe].text, time: Draft.Time(start: words[probe].start, end: words[probe].end)))
                probe += 1
            }
            var line = timed(interval.text, inside)
            line.voice = speaker
            line.start = interval.start
            line.end = interval.end
            return line
        }
    }

    /// The text with the words' times, when they are the same words; punctuation and marks may be in one only.
    private static func timed(_ text: String, _ words: [TimedWord]) -> StyledLine {
        func key(_ text: some StringProtocol) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let parts = text.split(separator: " "), said = parts.map { key($0) }, keys = words.map { key($0.text) }
        guard !words.isEmpty, said.filter({ !$0.isEmpty }) == keys.filter({ !$0.isEmpty }) else { return StyledLine(text) }
        var line = StyledLine(), next = 0
        for (part, key) in zip(parts, said) {
            if !line.text.isEmpty { line.append(" ") }
            while next < keys.count, keys[next].isEmpty, !key.isEmpty { next += 1 }
            guard !key.isEmpty, next < words.count else {
                line.append(String(part))
                continue
            }
            line.append(String(part), time: words[next].time)
            next += 1
        }
        return line
    }
}
